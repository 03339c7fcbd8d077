//! Values that a contestant must find before it is measured, each within a line of its own.
//!
//! Put together when it runs, so that no file of the repository holds a token.

/// What a contestant claims to find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    Secrets,
    PersonalData,
    /// Both.
    All,
}

/// A value in a line.
pub(super) struct Planted {
    /// What it is.
    pub(super) name: &'static str,
    pub(super) value: String,
    pub(super) line: String,
    claim: Claim,
}

/// The values that belong to a claim.
pub(super) fn of(claim: Claim) -> Vec<Planted> {
    let mut all = secrets();
    all.extend(personal_data());
    all.retain(|planted| claim == Claim::All || planted.claim == claim);
    all
}

fn secrets() -> Vec<Planted> {
    let key = ["AKIA", "Z7PQ4MXD2KRT6WNB"].concat();
    let token = ["ghp", "_wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx"].concat();
    let label = ["RSA PRIVATE", "KEY"].join(" ");
    let planted = |name, value: String, line| Planted {
        name,
        value,
        line,
        claim: Claim::Secrets,
    };
    let body = "MIIEpAIBAAKCAQEA3Tz2mr7SZiAMfQyuvBjM9Oi".repeat(3);
    let block = format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n");
    vec![
        planted(
            "access key",
            key.clone(),
            format!("aws_access_key_id = \"{key}\"\n"),
        ),
        planted(
            "token of a code host",
            token.clone(),
            format!("GITHUB_TOKEN={token}\n"),
        ),
        // Some report the first line of a key alone.
        planted("private key", format!("BEGIN {label}"), block),
    ]
}

fn personal_data() -> Vec<Planted> {
    let values = [
        ("e-mail address", "maria.jensen@example.com"),
        ("payment card", "4012888888881881"),
        ("IBAN", "DE89370400440532013000"),
        ("IP address", "192.0.2.44"),
        ("phone number", "+1 415-555-2671"),
    ];
    let planted = values.map(|(name, value)| Planted {
        name,
        value: value.to_owned(),
        line: format!("The {name} of the customer is {value} as of today.\n"),
        claim: Claim::PersonalData,
    });
    planted.into()
}
