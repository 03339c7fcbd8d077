//! `' OR '1'='1` and its kin: after a closed quote, `or` and two sides that are the same.

use crate::finding::Span;

/// How much text a condition may take, in bytes.
const WINDOW: usize = 120;

/// The place of a condition that is always true. `keyword` is a closed quote with `or` after it.
pub(super) fn find(text: &str, keyword: Span) -> Option<Span> {
    let to = text.floor_char_boundary(keyword.end + WINDOW);
    let rest = &text[keyword.end..to];
    let (left, rest) = side(rest)?;
    let rest = rest.trim_start();
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
    } else {
        let commented = rest.starts_with("--") || rest.starts_with('#');
        let truth = left == "1" || left.eq_ignore_ascii_case("true");
        (truth && commented, rest)
    };
    holds.then(|| Span::new(keyword.start, to - rest.len()))
}

/// The place of a condition that is always true where a number was expected: `5 OR 7=7`. `keyword` is
/// an `or`; the number stands before it, and equal numbers or texts on both sides after it.
pub(super) fn find_after_number(text: &str, keyword: Span) -> Option<Span> {
    let before = text[..keyword.start].trim_end_matches([')', ' ']);
    let number = before.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_value = number.len() < before.len() && !number.ends_with(|c: char| c.is_alphanumeric());
    let to = text.floor_char_boundary(keyword.end + WINDOW);
    let (left, rest) = side(&text[keyword.end..to])?;
    let (right, rest) = side(rest.trim_start().strip_prefix('=')?)?;
    let constant = left.bytes().all(|b| b.is_ascii_digit());
    let holds = is_value && constant && left == right && !left.is_empty();
    holds.then(|| Span::new(keyword.start, to - rest.len()))
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
