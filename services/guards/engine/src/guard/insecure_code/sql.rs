//! SQL that is put together from values: a literal that begins with a statement, and into which
//! something is concatenated, interpolated or formatted.

use super::Kind;
use crate::finding::Span;
use crate::pattern::{Edge, Matcher, Pattern};
use crate::stream::REACH;

/// Longest statement that is followed to its end, with what is done with it.
const LONGEST: usize = REACH - 32;
/// How far before a statement the call that formats it may stand.
const GAP: usize = 64;

pub(super) const PATTERNS: &[Pattern] = &[Pattern {
    rule: Kind::Sql as usize,
    preview: "SQL from values",
    score: 0.8,
    keywords: &[
        "\"select ",
        "\"insert into ",
        "\"update ",
        "\"delete from ",
        "\"drop table ",
        "'select ",
        "'insert into ",
        "'update ",
        "'delete from ",
        "'drop table ",
        "`select ",
        "`insert into ",
        "`update ",
        "`delete from ",
        "`drop table ",
    ],
    edge: Edge::Any,
    matcher: Matcher::Code(put_together),
    unless: &[],
}];

/// The literal that opens at the keyword, if a value goes into it.
fn put_together(text: &str, keyword: Span) -> Option<Span> {
    let quote = char::from(*text.as_bytes().get(keyword.start)?);
    let before = text[..keyword.start].trim_end_matches(quote);
    let triple = keyword.start - before.len() == 2;
    let to = text.floor_char_boundary(keyword.end + LONGEST);
    let body = &text[keyword.end..to];
    let length = if triple {
        body.find(if quote == '"' { "\"\"\"" } else { "'''" })
    } else if quote == '`' {
        body.find('`')
    } else {
        body.find([quote, '\n'])
            .filter(|end| body[*end..].starts_with(quote))
    }?;
    let verb = &text[keyword.start + 1..keyword.end];
    let (body, after) = body.split_at(length);
    let is_statement = is_statement(verb, body);
    let after = after.trim_start_matches(quote).trim_start();
    let filled =
        concatenates(after) || interpolates(before, quote, body) || formats(before, body, after);
    let end = keyword.end + length + if triple { 3 } else { 1 };
    (is_statement && filled).then(|| Span::new(before.len(), end))
}

/// Whether the words after the verb are those of SQL: "Select a file" is none.
fn is_statement(verb: &str, body: &str) -> bool {
    let body = body.to_ascii_lowercase();
    match verb.trim_end().to_ascii_lowercase().as_str() {
        "select" => body.contains(" from ") || body.ends_with(" from"),
        "update" => body.contains(" set "),
        _ => true,
    }
}

/// `" + name`, `" . $name`, `" % name`, `".format(`, `" || name`.
fn concatenates(after: &str) -> bool {
    let named = |rest: &str| {
        let rest = rest.trim_start();
        rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '$' | '@' | '('))
    };
    after.strip_prefix('+').is_some_and(named)
        || after.strip_prefix('%').is_some_and(named)
        || after
            .strip_prefix('.')
            .is_some_and(|rest| rest.trim_start().starts_with('$'))
        || after.starts_with(".format(")
}

/// `f"… {name}"`, `$"… {name}"`, `` `… ${name}` ``, `"… #{name}"`, `"… $name"`.
fn interpolates(before: &str, quote: char, body: &str) -> bool {
    let prefixed = before.ends_with(['f', 'F']) || before.ends_with('$') || before.ends_with("$@");
    let word = before.trim_end_matches(['f', 'F']);
    let is_prefix = !word.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    let opens = |mark: &str| {
        let place = body.find(mark).map(|at| &body[at + mark.len()..]);
        place.is_some_and(|rest| {
            rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '$'))
        })
    };
    match quote {
        // A tag such as sql`…` binds its values.
        '`' => !before.ends_with(|c: char| c.is_ascii_alphanumeric()) && opens("${"),
        _ if prefixed && is_prefix => opens("{"),
        '"' => opens("#{") || opens("{$") || (opens("$") && !opens("$1")),
        _ => false,
    }
}

/// `Sprintf("… %s", name)`, `String.format(`, `format!("… {}", name)`.
fn formats(before: &str, body: &str, after: &str) -> bool {
    let before = before[before.floor_char_boundary(before.len().saturating_sub(GAP))..].trim_end();
    let called = ["printf(", "format(", "format!(", "Format("]
        .iter()
        .any(|call| before.ends_with(call));
    let filled = ["%s", "%v", "%d", "%q", "{}", "{0}"]
        .iter()
        .any(|mark| body.contains(mark))
        || body.contains('{') && before.ends_with('!');
    called
        && (filled && after.starts_with(',') || before.ends_with("format!(") && body.contains('{'))
}
