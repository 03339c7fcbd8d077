//! Which content coding an answer gets (RFC 9110, section 12.5.3).
//!
//! Compression tells the length of what is compressed, and with it whether two parts of an answer
//! are alike (BREACH). That needs a browser that adds the victim's credentials to requests that an
//! attacker makes up. The gateway takes none that a browser adds by itself: tokens and keys are in
//! headers that a page must set. Who sends their own in such a way switches compression off.
//! Streams of events are not compressed: each event would wait in the compressor.

use http::HeaderMap;
use http::header::ACCEPT_ENCODING;

use crate::coding::Coding;
use crate::config::compression::CompressionArgs;

/// Thousandths of a quality value.
type Weight = u16;
/// `identity` is acceptable where nothing is said of it, and least preferred.
const UNSTATED: Weight = 1;

/// What a client makes of an answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wish {
    /// The coding it prefers, of those we have; none where that is no coding.
    pub(crate) coding: Option<Coding>,
    /// It refuses an answer without coding.
    pub(crate) strict: bool,
}

/// What the client wishes. An element that is malformed is passed over.
pub(crate) fn wish(request: &HeaderMap) -> Wish {
    let mut codings = [None; Coding::ALL.len()];
    let (mut identity, mut any) = (None, None);
    let values = request.get_all(ACCEPT_ENCODING).iter();
    let elements = values.filter_map(|value| value.to_str().ok());
    for element in elements.flat_map(|value| value.split(',')) {
        let Some((name, weight)) = element_of(element) else {
            continue;
        };
        if name == "*" {
            any = Some(weight);
        } else if name.eq_ignore_ascii_case("identity") {
            identity = Some(weight);
        } else if let Some(coding) = Coding::parse(name) {
            codings[coding as usize] = Some(weight);
        }
    }
    let identity = identity.unwrap_or(if any == Some(0) { 0 } else { UNSTATED });
    let mut best = (identity, None);
    for coding in Coding::ALL.into_iter().rev() {
        let weight = codings[coding as usize].or(any).unwrap_or(0);
        if weight > 0 && weight >= best.0 {
            best = (weight, Some(coding));
        }
    }
    Wish {
        coding: best.1,
        strict: identity == 0 && best.1.is_some(),
    }
}

/// The coding for an answer of this type and length.
pub(crate) fn coding(
    args: &CompressionArgs,
    request: &HeaderMap,
    content_type: &str,
    length: usize,
) -> Option<Coding> {
    if !varies(args, content_type) || length == 0 {
        return None;
    }
    let wish = wish(request);
    wish.coding
        .filter(|_| wish.strict || length >= args.compression_min_bytes)
}

/// Whether the coding of answers of this type depends on the request.
pub(crate) fn varies(args: &CompressionArgs, content_type: &str) -> bool {
    args.compression && is_compressible(content_type)
}

/// Text, which is not sent as it comes into being.
fn is_compressible(content_type: &str) -> bool {
    // Nearly every answer.
    if content_type == "application/json" {
        return true;
    }
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    let Some((kind, subtype)) = essence.split_once('/') else {
        return false;
    };
    let is = |names: &[&str]| names.iter().any(|name| subtype.eq_ignore_ascii_case(name));
    let suffix = subtype.rsplit_once('+').map_or("", |(_, suffix)| suffix);
    let suffix_is = |name: &str| suffix.eq_ignore_ascii_case(name);
    if kind.eq_ignore_ascii_case("application") {
        is(&["json", "javascript", "xml", "yaml"]) || suffix_is("json") || suffix_is("xml")
    } else if kind.eq_ignore_ascii_case("text") {
        !is(&["event-stream"])
    } else {
        kind.eq_ignore_ascii_case("image") && is(&["svg+xml"])
    }
}

/// `name` or `name;q=0.5`.
fn element_of(element: &str) -> Option<(&str, Weight)> {
    let Some((name, parameter)) = element.split_once(';') else {
        return Some((element.trim(), 1000));
    };
    let (key, value) = parameter.trim().split_once('=')?;
    if !key.eq_ignore_ascii_case("q") {
        return None;
    }
    Some((name.trim(), weight(value)?))
}

/// A quality value (RFC 9110, section 12.4.2): 0 to 1, at most three digits after the point.
fn weight(text: &str) -> Option<Weight> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if part.len() > 3 || !part.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let part: Weight = format!("{part:0<3}").parse().ok()?;
    match whole {
        "0" => Some(part),
        "1" if part == 0 => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Coding::{Brotli, Gzip, Zstd};

    fn accepting(values: &[&str]) -> HeaderMap {
        let mut request = HeaderMap::new();
        for value in values {
            request.append(ACCEPT_ENCODING, value.parse().unwrap());
        }
        request
    }

    #[test]
    fn wishes_are_read_by_their_weights() {
        for (values, coding, strict) in [
            (&[][..], None, false),
            (&[""], None, false),
            (&["gzip"], Some(Gzip), false),
            (&["GZip"], Some(Gzip), false),
            (&["gzip, deflate, br"], Some(Brotli), false),
            (&["gzip, deflate, br, zstd"], Some(Zstd), false),
            (&["gzip", "br"], Some(Brotli), false),
            (&["gzip;q=1.0, br;q=0.9"], Some(Gzip), false),
            (&["gzip;q=0.5, identity"], None, false),
            (&["gzip, identity"], Some(Gzip), false),
            (&["gzip;q=0"], None, false),
            (&["gzip;q=0, *"], Some(Zstd), false),
            (&["*"], Some(Zstd), false),
            (&["*;q=0.1"], Some(Zstd), false),
            (&["*;q=0"], None, false),
            (&["*;q=0, br;q=0.001"], Some(Brotli), true),
            (&["identity;q=0"], None, false),
            (&["identity;q=0, gzip"], Some(Gzip), true),
            (&["identity;q=0, *"], Some(Zstd), true),
            (&["*;q=0, identity"], None, false),
            (&["br ; q=0.5 , gzip;Q=0.7"], Some(Gzip), false),
            (&["gzip;q=2, br;q=0.1"], Some(Brotli), false),
            (&["gzip;q=x"], None, false),
            (&["gzip;q=0.0001"], None, false),
            (&["gzip;level=9"], None, false),
            (&["deflate, compress, exi"], None, false),
            (&[",,gzip,,"], Some(Gzip), false),
        ] {
            let expected = Wish { coding, strict };
            assert_eq!(wish(&accepting(values)), expected, "{values:?}");
        }
    }

    #[test]
    fn only_text_of_some_length_is_coded() {
        let args = CompressionArgs::default();
        let request = accepting(&["gzip"]);
        for (content_type, length, expected) in [
            ("application/json", 1024, Some(Gzip)),
            ("application/json", 1023, None),
            ("application/problem+json", 4000, Some(Gzip)),
            ("Application/JSON; charset=utf-8", 4000, Some(Gzip)),
            ("text/html; charset=utf-8", 4000, Some(Gzip)),
            ("text/event-stream", 4000, None),
            ("text/event-stream; charset=utf-8", 4000, None),
            ("application/x-ndjson", 4000, None),
            ("application/octet-stream", 4000, None),
            ("application/grpc-web+proto", 4000, None),
            ("image/png", 4000, None),
            ("image/svg+xml", 4000, Some(Gzip)),
            ("", 4000, None),
        ] {
            let found = coding(&args, &request, content_type, length);
            assert_eq!(found, expected, "{content_type} {length}");
        }
        let strict = accepting(&["identity;q=0, br"]);
        assert_eq!(coding(&args, &strict, "text/plain", 10), Some(Brotli));
        assert_eq!(coding(&args, &strict, "text/plain", 0), None);
        let off = CompressionArgs {
            compression: false,
            ..args
        };
        assert_eq!(coding(&off, &request, "text/plain", 4000), None);
    }
}
