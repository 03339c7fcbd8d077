//! `sleep(5)` where SQL is expected: after an operator, or cut off by a comment or a quote. In a program
//! it stands alone, or after a dot.

use crate::finding::Span;

/// How much text before the call is looked at, in bytes.
const BEFORE: usize = 24;
/// How much text after it.
const AFTER: usize = 24;

/// Words that join a call to a condition or a query.
const JOINS: [&str; 8] = [
    "or", "and", "xor", "by", "select", "then", "having", "where",
];

/// The call at `keyword`, if it is within SQL.
pub(super) fn find(text: &str, keyword: Span) -> Option<Span> {
    let to = text.floor_char_boundary(keyword.end + AFTER);
    let rest = &text[keyword.end..to];
    let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, ' ' | '.'));
    let timed = digits.len() < rest.len() || digits.starts_with("__TIME__");
    let after = digits.strip_prefix(')')?;
    let from = text.ceil_char_boundary(keyword.start.saturating_sub(BEFORE));
    let before = &text[from..keyword.start];
    if !timed || before.ends_with('.') {
        return None;
    }
    let bare = before.trim_end_matches([' ', '(', '+', '\'', '"']);
    let operator = bare.ends_with("||") || bare.ends_with("&&") || bare.ends_with("/**/");
    let word = bare.rsplit(|c: char| !c.is_ascii_alphabetic()).next();
    let joined = word.is_some_and(|word| JOINS.iter().any(|join| join.eq_ignore_ascii_case(word)));
    let called = before.ends_with([' ', '(', '|', '&', '/', '+']);
    let closed = after.trim_start_matches(')');
    let cut = closed.starts_with("--") || closed.starts_with('#') || closed.starts_with("/*");
    let quoted = closed.starts_with(['\'', '"', '=', '&']) || closed.starts_with(" and '");
    let within =
        (operator || joined) && called || cut || quoted && before.ends_with(['\'', '"', '+', ' ']);
    within.then(|| Span::new(keyword.start, to - after.len()))
}
