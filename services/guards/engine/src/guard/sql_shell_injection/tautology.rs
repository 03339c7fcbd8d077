//! `' OR '1'='1` and its kin: after a closed quote, `or` and two sides that are the same.

use crate::finding::Span;

/// How much text a condition may take, in bytes.
const WINDOW: usize = 120;
/// How much text before it is looked at, in bytes.
const BEFORE: usize = 64;

/// The place of a condition that is always true. `keyword` is a closed quote with `or` after it.
pub(super) fn find(text: &str, keyword: Span) -> Option<Span> {
    let to = text.floor_char_boundary(keyword.end + WINDOW);
    let rest = &text[operands(text, keyword)..to];
    let (left, rest) = side(rest)?;
    let rest = rest.trim_start_matches([' ', ')', '\t', '\n']);
    let operator = ["<>", "!=", ">=", "<=", "=", ">", "<"]
        .into_iter()
        .find(|operator| rest.starts_with(operator));
    let (holds, rest) = if let Some(operator) = operator {
        let (right, rest) = side(&rest[operator.len()..])?;
        (always(left, operator, right), rest)
    } else if rest
        .get(..5)
        .is_some_and(|word| word.eq_ignore_ascii_case("like "))
    {
        let (right, rest) = side(&rest[5..])?;
        (left == right || right == "%", rest)
    } else if left.is_empty() && rest.starts_with(['-', '^', '*', '&', '|', ' ', '\'', '"']) {
        // `' or ''-'`: the query itself closes the last quote.
        let closes = rest[1..].trim_start().starts_with(['\'', '"']);
        (closes || rest.trim().len() == 1, rest)
    } else {
        let truth = left.eq_ignore_ascii_case("true")
            || left.bytes().all(|b| b.is_ascii_digit()) && !left.is_empty();
        (truth && is_comment(rest), rest)
    };
    holds.then(|| Span::new(keyword.start, to - rest.len()))
}

/// The place of a condition on constants where a number was expected, or a value without quotes:
/// `5 OR 7=7`, `or 1=1--`, `1 and 1=2`. `keyword` is an `or` or an `and`.
pub(super) fn find_after_number(text: &str, keyword: Span) -> Option<Span> {
    let from = text.ceil_char_boundary(keyword.start.saturating_sub(BEFORE));
    let before = &text[from..keyword.start];
    let begins = text[keyword.start..].starts_with(|c: char| c.is_ascii_alphabetic());
    if begins && before.ends_with(|c: char| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let to = text.floor_char_boundary(keyword.end + WINDOW);
    let (left, rest) = side(&text[keyword.end..to])?;
    let (right, rest) = side(rest.trim_start().strip_prefix('=')?)?;
    let number = |side: &str| !side.is_empty() && side.bytes().all(|b| b.is_ascii_digit());
    if !(number(left) && number(right)) {
        return None;
    }
    let value = before.trim_end_matches([')', ' ', '+']);
    let digits = value.trim_end_matches(|c: char| c.is_ascii_digit());
    let after_number =
        digits.len() < value.len() && !digits.ends_with(|c: char| c.is_alphanumeric());
    let alone = value.is_empty() || value.ends_with(['=', '&', '\n', '"', '`']);
    let commented = is_comment(rest.trim_start_matches([')', ' ']));
    let both = text[keyword.start..keyword.end].trim_start_matches(['+', '/', '*', '%', '2', '0']);
    let holds = if both.starts_with(['a', 'A']) {
        after_number && (commented || left == right && rest.trim().is_empty())
    } else {
        left == right && (after_number || alone || commented)
    };
    holds.then(|| Span::new(keyword.start, to - rest.len()))
}

/// The place of a condition on constants after a closed quote, true or false: `' AND '1'='2`. `keyword` is
/// the quote with `and` after it.
pub(super) fn find_probe(text: &str, keyword: Span) -> Option<Span> {
    let to = text.floor_char_boundary(keyword.end + WINDOW);
    let start = text[operands(text, keyword)..to].trim_start_matches(['(', ' ', '+']);
    let (left, rest) = side(start)?;
    let (right, after) = side(rest.trim_start().strip_prefix(['=', '<', '>'])?)?;
    let number = |side: &str| !side.is_empty() && side.bytes().all(|b| b.is_ascii_digit());
    let quoted = start.starts_with(['\'', '"'])
        && rest.trim_start()[1..]
            .trim_start_matches([' ', '('])
            .starts_with(['\'', '"']);
    let end = after.trim_start_matches([')', ' ', '\'', '"']);
    let ends = end.is_empty() || end.starts_with('\n') || is_comment(end) || end.starts_with('&');
    let constant = number(left) && number(right) || quoted;
    (constant && ends).then(|| Span::new(keyword.start, to - after.len()))
}

/// The place of a quote and a comment that cut a query off, with nothing after them: `bob'--`. The quote
/// closes what the query opened, so that none stands before it.
pub(super) fn find_cut(text: &str, keyword: Span) -> Option<Span> {
    let from = text.ceil_char_boundary(keyword.start.saturating_sub(BEFORE));
    let line = text[from..keyword.start].rsplit('\n').next()?;
    let quote = char::from(text.as_bytes()[keyword.start]);
    let value = line.rsplit(['=', '&', ' ']).next()?;
    let open = !line.contains(['\'', '"', '`', '<', '(']);
    let named = value.is_empty()
        || value.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.'));
    let to = text.floor_char_boundary(keyword.end + BEFORE);
    let after = text[keyword.end..to].split('\n').next()?;
    let ends = after.trim_matches([' ', '-', '+', '#', '\r']).is_empty();
    let sql = matches!(quote, '\'' | '"') && !line.trim_start().starts_with(['#', '/', '*']);
    (open && named && ends && sql && line.len() < BEFORE)
        .then(|| Span::new(keyword.start - value.len(), keyword.end))
}

/// Where the operands begin after a keyword, whose last quote may be the first of theirs: `'or'1'='1`.
fn operands(text: &str, keyword: Span) -> usize {
    let quoted = text[keyword.start..keyword.end].ends_with(['\'', '"']);
    keyword.end - usize::from(quoted)
}

fn is_comment(rest: &str) -> bool {
    ["--", "#", "/*", ";%00", "%23", ";--"]
        .iter()
        .any(|mark| rest.starts_with(mark))
}

/// A number, a name or a quoted text, whose last quote the query itself may add.
fn side(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start_matches([' ', '\t', '+', '(', '\n']);
    let quoted = text.strip_prefix(['\'', '"']);
    let inner = quoted.unwrap_or(text);
    let length = inner
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '%')))
        .unwrap_or(inner.len());
    let (value, mut rest) = inner.split_at(length);
    if quoted.is_some() {
        rest = rest.strip_prefix(['\'', '"']).unwrap_or(rest);
    }
    (!value.is_empty() || quoted.is_some()).then_some((value, rest))
}

fn always(left: &str, operator: &str, right: &str) -> bool {
    let numbers = || Some((left.parse::<f64>().ok()?, right.parse::<f64>().ok()?));
    match operator {
        "=" => left == right,
        ">=" | "<=" if left == right => true,
        "<>" | "!=" => numbers().is_some() && left != right,
        ">" | ">=" => numbers().is_some_and(|(left, right)| left > right),
        _ => numbers().is_some_and(|(left, right)| left < right),
    }
}
