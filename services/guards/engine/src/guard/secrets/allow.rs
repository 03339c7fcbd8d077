//! What has the shape of a secret and is none: placeholders, references, documented examples.

use crate::redact::PLACEHOLDER;

/// Parts, in lower case, that no drawn token is likely to hold and that people write into examples.
const FILLER: [&str; 21] = [
    "example",
    "changeme",
    "change_me",
    "change-me",
    "placeholder",
    "redacted",
    "dummy",
    "insert",
    "replace",
    "your_",
    "your-",
    "not-a-real",
    "notareal",
    "goes_here",
    "goes-here",
    "goeshere",
    "tokenhere",
    "token_here",
    "keyhere",
    "key_here",
    "secrethere",
];

/// The bytes that begin one of [`FILLER`], in both cases.
const BEGINS_FILLER: [bool; 256] = {
    let mut begins = [false; 256];
    let mut index = 0;
    while index < FILLER.len() {
        let first = FILLER[index].as_bytes()[0];
        begins[first as usize] = true;
        begins[first.to_ascii_uppercase() as usize] = true;
        index += 1;
    }
    begins
};

/// Whole values, in lower case, that people write where a secret would be.
const STAND_INS: [&str; 36] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "pass",
    "pwd",
    "test",
    "testing",
    "foo",
    "bar",
    "foobar",
    "none",
    "null",
    "nil",
    "undefined",
    "true",
    "false",
    "empty",
    "default",
    "todo",
    "tbd",
    "fixme",
    "string",
    "value",
    "hidden",
    "masked",
    "required",
    "optional",
    "mypassword",
    "yourpassword",
    "my_password",
    "user",
    "username",
    "mysecret",
    "secretkey",
];

/// Random parts of tokens that providers print in their public documentation.
const DOCUMENTED: [&str; 3] = [
    // Stripe's test key, in every one of its code samples.
    "4eC39HqLyjWDarjtT1zdp7dc",
    // Stripe's older test key.
    "BQokikJOvBiI2HlWgH4olfQ2",
    // AWS, before the word EXAMPLEKEY.
    "wJalrXUtnFEMI/K7MDENG",
];

/// Whether `value` stands for a secret without being one: `<token>`, `${VAR}`, `xxxx`, `changeme`.
pub(super) fn is_placeholder(value: &str) -> bool {
    let redacted = || value.contains('[') && value.contains(PLACEHOLDER);
    is_reference(value) || redacted() || is_repetition(value) || is_filler(value)
}

/// Whether `token` ends in a value from public documentation.
pub(super) fn is_documented(token: &str) -> bool {
    DOCUMENTED.iter().any(|known| token.contains(known))
}

/// Whether `value` is a variable, a template or an elision rather than a literal.
pub(super) fn is_reference(value: &str) -> bool {
    let bracketed = [
        ("<", ">"),
        ("{", "}"),
        ("[", "]"),
        ("%", "%"),
        ("__", "__"),
        ("(", ")"),
    ]
    .iter()
    .any(|(open, close)| value.starts_with(open) && value.ends_with(close));
    let variable = value.strip_prefix('$').is_some_and(|rest| {
        rest.starts_with(['{', '('])
            || (!rest.is_empty() && rest.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'))
    });
    let path = || {
        let name = |part: &str| part.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_');
        let rest = value.strip_prefix('$').unwrap_or_default();
        rest.contains('.') && rest.split('.').all(name)
    };
    bracketed || variable || path() || holds_a_mark(value)
}

/// Whether `value` holds the mark of a template or of an elision. Few values hold even a byte of
/// one, so that is asked first.
fn holds_a_mark(value: &str) -> bool {
    const MARKS: [&str; 8] = ["{{", "${", "#{", "<%", "...", "***", "…", "•••"];
    let begins = |byte: u8| matches!(byte, b'{' | b'$' | b'#' | b'<' | b'.' | b'*' | 0xE2);
    value.bytes().any(begins) && MARKS.iter().any(|mark| value.contains(mark))
}

/// Whether `value` is a UUID, the digest of a commit or file, or the hash of a password: an identity, not a
/// secret.
pub(super) fn is_identity(value: &str) -> bool {
    const PREFIXES: [&str; 17] = [
        "sha1-", "sha256-", "sha384-", "sha512-", "sha256:", "md5:", "urn:", "arn:", "$1$", "$2a$",
        "$2b$", "$2y$", "$5$", "$6$", "$argon2", "pbkdf2", "{SSHA",
    ];
    is_uuid(value) || PREFIXES.iter().any(|prefix| value.starts_with(prefix))
}

/// Whether `value` is a key that its provider gives out to be shown: of browsers, or the public one of SSH.
pub(super) fn is_public(value: &str) -> bool {
    const PREFIXES: [&str; 8] = [
        "pk_live_",
        "pk_test_",
        "pk.eyJ",
        "sb_publishable_",
        "phc_",
        "AAAAB3Nza",
        "AAAAC3Nza",
        "AAAAE2Vj",
    ];
    PREFIXES.iter().any(|prefix| value.starts_with(prefix))
}

/// Whether `value` is the version of a Go module that stands for a commit: `v1.1.2-0.20250424173009-453214e765f3`.
pub(super) fn is_pseudo_version(value: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let value = value.strip_suffix("/go.mod").unwrap_or(value);
    let value = value.strip_suffix("+incompatible").unwrap_or(value);
    let parts = value.strip_prefix('v').and_then(|version| {
        let (rest, commit) = version.rsplit_once('-')?;
        let (base, time) = rest.rsplit_once(['-', '.'])?;
        Some((base, time, commit))
    });
    parts.is_some_and(|(base, time, commit)| {
        let numbers = base.split('-').next().unwrap_or_default();
        numbers.split('.').count() == 3
            && numbers.split('.').all(digits)
            && (time.len() == 14 && digits(time))
            && commit.len() == 12
            && commit
                .bytes()
                .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    })
}

/// Whether `value` is a UUID.
pub(super) fn is_uuid(value: &str) -> bool {
    let bytes = value.as_bytes();
    bytes.len() == 36
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Whether one character makes up most of the value.
fn is_repetition(value: &str) -> bool {
    let bytes = value.as_bytes();
    let same = bytes.windows(2).filter(|pair| pair[0] == pair[1]).count();
    bytes.len() >= 4 && same * 2 >= bytes.len()
}

/// Whether `word` is what people write where a secret would be.
pub(super) fn is_stand_in(word: &str) -> bool {
    STAND_INS
        .iter()
        .any(|known| word.eq_ignore_ascii_case(known))
}

fn is_filler(value: &str) -> bool {
    // Drawn text holds four x of mixed case now and then, of one case hardly ever.
    let crossed_out = |run: &[u8]| matches!(run, b"xxxx" | b"XXXX" | b"####");
    let bytes = value.as_bytes();
    is_stand_in(value)
        || bytes.windows(4).any(crossed_out)
        || (0..bytes.len())
            .filter(|at| BEGINS_FILLER[usize::from(bytes[*at])])
            .any(|at| begins_with_filler(&bytes[at..]))
}

fn begins_with_filler(rest: &[u8]) -> bool {
    let first = rest[0].to_ascii_lowercase();
    FILLER.iter().map(|part| part.as_bytes()).any(|part| {
        part[0] == first
            && (rest.get(..part.len())).is_some_and(|start| start.eq_ignore_ascii_case(part))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_known() {
        for value in [
            "<token>",
            "${API_KEY}",
            "$API_KEY",
            "{{ secret }}",
            "%TOKEN%",
            "xxxxxxxx",
            "changeme",
            "XXXXXXXXXXXX",
            "your_api_key_here",
            "IOSFODNN7EXAMPLE",
            "********",
            "abc...xyz",
            "[REDACTED:email]",
            "__TOKEN__",
            "password",
            "0000000000000000",
        ] {
            assert!(is_placeholder(value), "{value}");
        }
        for value in ["Tr0ub4dor&3", "9f8b2c4d1e", "$3cr3tW0rd", "hunter2hunter"] {
            assert!(!is_placeholder(value), "{value}");
        }
    }

    #[test]
    fn commits_of_modules_are_known() {
        for version in [
            "v0.0.0-20230904184137-39efe44ab707",
            "v1.1.2-0.20250424173009-453214e765f3",
            "v2.0.0-rc.1.0.20250424173009-453214e765f3+incompatible",
            "v0.0.2-0.20230904184137-39efe44ab707/go.mod",
        ] {
            assert!(is_pseudo_version(version), "{version}");
        }
        for other in [
            "v1.1.2-0.20250424173009-453214e765f3a",
            "v1.1.2-0.2025042417300-453214e765f3",
            "v1.1-0.20250424173009-453214e765f3",
            "x0.0.0-20230904184137-39efe44ab707",
        ] {
            assert!(!is_pseudo_version(other), "{other}");
        }
    }

    #[test]
    fn identities_are_known() {
        assert!(is_identity("3f2504e0-4f89-11d3-9a0c-0305e82c3301"));
        assert!(is_identity("sha512-9Zx0"));
        assert!(is_identity(
            "$2b$12$ZnDYHgdpViCQJRxB7jjbT7yMMdCOl1vnj8ckHCzBi9LEoV6UPsbDX"
        ));
        assert!(!is_identity("3f2504e0-4f89-11d3-9a0c-0305e82c330z"));
    }
}
