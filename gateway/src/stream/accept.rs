//! Which form of a stream a client wants, by `Accept` (RFC 9110, section 12.5.1).

use http::HeaderMap;
use http::header::ACCEPT;

use crate::problem::Problem;

const EVENTS: &str = "text/event-stream";
const LINES: &str = "application/x-ndjson";

/// The forms of a stream of JSON messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Server-sent events.
    Events,
    /// JSON texts, each on a line.
    Lines,
}

/// How well a form suits: its quality in thousandths, then how closely it is named.
type Rank = (u16, u8);

/// The form that the client prefers; lines where it has no preference.
pub(crate) fn form(headers: &HeaderMap) -> Result<Form, Problem> {
    let mut ranges = headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter(|range| !range.trim().is_empty())
        .peekable();
    if ranges.peek().is_none() {
        return Ok(Form::Lines);
    }
    let (mut events, mut lines) = ((0, 0), (0, 0));
    for range in ranges {
        let (name, quality) = parse(range);
        closest(&mut events, EVENTS, &name, quality);
        closest(&mut lines, LINES, &name, quality);
    }
    match (events.0, lines.0) {
        (0, 0) => Err(Problem::not_acceptable()),
        _ if events > lines => Ok(Form::Events),
        _ => Ok(Form::Lines),
    }
}

/// The range that names a form most closely says its quality.
fn closest(rank: &mut Rank, form: &str, range: &str, quality: u16) {
    let closeness = match range.strip_suffix('*') {
        None if range == form => 3,
        Some("*/") => 1,
        Some(prefix) if form.starts_with(prefix) => 2,
        _ => return,
    };
    if closeness >= rank.1 {
        *rank = (quality, closeness);
    }
}

/// A media range and its quality in thousandths; one that cannot be read counts as full.
fn parse(range: &str) -> (String, u16) {
    let mut parts = range.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default().to_ascii_lowercase();
    let quality = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        let value = name.trim().eq_ignore_ascii_case("q").then_some(value)?;
        thousandths(value.trim())
    });
    (name, quality.unwrap_or(1000))
}

/// `0`, `1`, or one of them with up to three decimals.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let decimals: u16 = format!("{decimals:0<3}").parse().ok()?;
    match whole {
        "0" => Some(decimals),
        "1" if decimals == 0 => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(accept: &[&str]) -> Option<Form> {
        let mut headers = HeaderMap::new();
        for value in accept {
            headers.append(ACCEPT, value.parse().unwrap());
        }
        form(&headers).ok()
    }

    #[test]
    fn the_form_is_that_which_the_client_prefers() {
        for (accept, wanted) in [
            (&[][..], Some(Form::Lines)),
            (&[""], Some(Form::Lines)),
            (&["*/*"], Some(Form::Lines)),
            (&["text/event-stream"], Some(Form::Events)),
            (&["text/*"], Some(Form::Events)),
            (&["text/event-stream, */*"], Some(Form::Events)),
            (&["Text/Event-Stream;Q=0.5"], Some(Form::Events)),
            (
                &["application/*", "text/event-stream;q=0.9"],
                Some(Form::Lines),
            ),
            (
                &["application/x-ndjson;q=0.4, text/event-stream;q=0.41"],
                Some(Form::Events),
            ),
            (&["*/*, application/x-ndjson;q=0"], Some(Form::Events)),
            (&["application/json"], None),
            (&["text/event-stream;q=0"], None),
            (&["text/html, */*;q=0.0"], None),
        ] {
            assert_eq!(of(accept), wanted, "{accept:?}");
        }
    }
}
