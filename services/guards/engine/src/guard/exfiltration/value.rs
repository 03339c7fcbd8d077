//! What one value of an address gives away by itself: a known form of a secret, a number of a card, a name
//! that says what it carries, or an encoding that nobody needs.

use std::borrow::Cow;

use crate::decode::percent_byte;

/// Names of parameters that say that something private is sent.
const PRIVATE: [&str; 34] = [
    "password",
    "passwd",
    "pwd",
    "secret",
    "secrets",
    "ssn",
    "creditcard",
    "credit_card",
    "card_number",
    "cvv",
    "private_key",
    "api_key",
    "apikey",
    "cookie",
    "cookies",
    "conversation",
    "chat_history",
    "chathistory",
    "history",
    "system_prompt",
    "systemprompt",
    "user_data",
    "userdata",
    "user_info",
    "private_data",
    "exfil",
    "exfiltrate",
    "leak",
    "leaked",
    "stolen",
    "steal",
    "credentials",
    "creds",
    "session_token",
];

/// How tokens of well-known services begin.
const TOKENS: [&str; 12] = [
    "sk-",
    "sk_live_",
    "sk_test_",
    "AKIA",
    "ASIA",
    "ghp_",
    "gho_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "AIza",
];

/// Names of fields about a person or an account.
const FIELDS: [&str; 24] = [
    "name",
    "user",
    "username",
    "email",
    "mail",
    "password",
    "pass",
    "card",
    "ssn",
    "phone",
    "address",
    "city",
    "dob",
    "token",
    "secret",
    "account",
    "iban",
    "salary",
    "balance",
    "message",
    "firstname",
    "lastname",
    "first_name",
    "last_name",
];

/// Words in capitals that stand for something to be filled in.
const CAPITALS: [&str; 14] = [
    "DATA",
    "SECRET",
    "SECRETS",
    "SUMMARY",
    "HISTORY",
    "CONVERSATION",
    "PASSWORD",
    "TOKEN",
    "EXFIL",
    "PAYLOAD",
    "CONTEXT",
    "PROMPT",
    "STOLEN",
    "CREDENTIALS",
];

/// Names of parameters that carry anything.
const CARRIERS: [&str; 8] = [
    "data", "d", "payload", "info", "content", "exfil", "body", "msg",
];

/// Fewest letters that are escaped without need before it looks like hiding.
const FEWEST_ESCAPED: usize = 8;

/// The value without its percent escapes; what is no UTF-8 stays as it is.
pub(super) fn unescaped(value: &str) -> Cow<'_, str> {
    if !value.contains('%') {
        return Cow::Borrowed(value);
    }
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let escaped = (first == b'%').then(|| percent_byte(rest)).flatten();
        bytes.push(escaped.unwrap_or(first));
        rest = if escaped.is_some() {
            &after[2..]
        } else {
            after
        };
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(value), Cow::Owned)
}

/// Whether letters and digits are escaped, which no encoder does.
pub(super) fn is_escaped_without_need(value: &str) -> bool {
    let escaped = value.match_indices('%').filter(|(at, _)| {
        let escaped = percent_byte(&value.as_bytes()[*at..]);
        escaped.is_some_and(|b| b.is_ascii_alphanumeric())
    });
    escaped.take(FEWEST_ESCAPED).count() == FEWEST_ESCAPED
}

/// Whether something private goes out under its own name.
pub(super) fn is_private(name: &str, value: &str) -> bool {
    let named = |known: &[&str], word: &str| known.iter().any(|one| one.eq_ignore_ascii_case(word));
    let said = named(&CARRIERS, name) && named(&CAPITALS, value);
    value.len() >= 3 && (named(&PRIVATE, name) || said)
}

/// Whether a value in capitals or dots stands for one that is filled in: `USER_DATA`, `...`.
pub(super) fn is_stand_in(value: &str) -> bool {
    let capitals = value.len() >= 6
        && value.contains('_')
        && value.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
        && !value.starts_with('_');
    let variable = value.strip_prefix('$').is_some_and(|name| {
        name.len() >= 3 && name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_')
    });
    capitals || variable || CAPITALS.contains(&value) || matches!(value, "..." | "…")
}

/// Whether a value, unescaped, is a token, a social security number, the number of a card, or a record of
/// several fields.
pub(super) fn is_sensitive(value: &str) -> bool {
    let token = value.len() >= 16 && TOKENS.iter().any(|prefix| value.starts_with(prefix));
    token || has_groups(value, &[3, 2, 4]) || has_groups(value, &[4, 4, 4, 4]) || is_record(value)
}

/// Whether groups of so many digits stand in a row, with a `-` or a blank between.
fn has_groups(value: &str, groups: &[usize]) -> bool {
    let is_separator = |c: char| !c.is_ascii_alphanumeric();
    let mut parts = value
        .split(['-', ' ', '+'])
        .map(|part| part.trim_matches(is_separator));
    let first = |part: &str| {
        part.rsplit(is_separator)
            .next()
            .is_some_and(|tail| is_digits(tail, groups[0]))
    };
    while let Some(part) = parts.next() {
        let mut following = parts.clone();
        let fits = |(part, length): (&str, &usize)| {
            part.split(is_separator)
                .next()
                .is_some_and(|head| is_digits(head, *length))
        };
        if first(part)
            && groups[1..]
                .iter()
                .all(|length| following.next().is_some_and(|part| fits((part, length))))
        {
            return true;
        }
    }
    false
}

/// Whether a path holds a name in capitals to be filled in: `header-[USER_DATA].png`.
pub(super) fn has_stand_in(path: &str) -> bool {
    let mut rest = path;
    while let Some(open) = rest.find('[') {
        rest = &rest[open + 1..];
        let length = rest
            .find(|c: char| !(c.is_ascii_uppercase() || c == '_'))
            .unwrap_or(rest.len());
        if length >= 4 && rest[length..].starts_with(']') {
            return true;
        }
    }
    false
}

fn is_digits(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|b| b.is_ascii_digit())
}

/// `name:Ann,city:Oslo`: fields with names and values.
fn is_record(value: &str) -> bool {
    const FEWEST: usize = 2;
    if value.starts_with("http") || value.starts_with('/') {
        return false;
    }
    let field = |part: &&str| {
        part.split_once([':', '=']).is_some_and(|(name, value)| {
            let name = name.trim_matches(|c: char| !c.is_alphanumeric());
            let value = value.trim_matches(|c: char| !c.is_alphanumeric());
            FIELDS.iter().any(|known| known.eq_ignore_ascii_case(name)) && value.len() >= 2
        })
    };
    value
        .split([',', ';', '|', '\n', '&'])
        .filter(field)
        .count()
        >= FEWEST
}

/// Base32 of readable text, as host names carry it: RFC 4648 §6, in any case of letters.
pub(super) fn base32_digit(b: u8) -> Option<u32> {
    let value = match b.to_ascii_uppercase() {
        letter @ b'A'..=b'Z' => letter - b'A',
        digit @ b'2'..=b'7' => digit - b'2' + 26,
        _ => return None,
    };
    Some(u32::from(value))
}
