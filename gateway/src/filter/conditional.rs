//! Conditional requests (RFC 9110, section 13): an answer that the client has already is not sent
//! again.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use http::header::IF_NONE_MATCH;

use crate::coding::Coding;

/// Bytes of the digest: enough that no two versions share a tag.
const LENGTH: usize = 16;

/// A strong entity tag: the same for the same bytes. Shown with its quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EntityTag(String);

// === impl EntityTag ===

impl EntityTag {
    /// The tag of these bytes.
    pub(crate) fn of(body: &[u8]) -> Self {
        let hash = digest(&SHA256, body);
        Self(URL_SAFE_NO_PAD.encode(&hash.as_ref()[..LENGTH]))
    }

    /// The tag of the same body in a coding: other bytes, so another tag.
    pub(crate) fn coded(&self, coding: Option<Coding>) -> Self {
        match coding {
            Some(coding) => Self(format!("{}-{}", self.0, coding.name())),
            None => self.clone(),
        }
    }

    /// Whether the client has this already, by its `If-None-Match`: `*`, or a list of tags that
    /// are compared as if they were weak (RFC 9110, section 13.1.2).
    pub(crate) fn is_known_to(&self, request: &HeaderMap) -> bool {
        let values = request.get_all(IF_NONE_MATCH).iter();
        values
            .filter_map(|value| value.to_str().ok())
            .any(|value| value.trim() == "*" || tags(value).any(|tag| tag == self.0))
    }
}

impl fmt::Display for EntityTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0)
    }
}

/// The opaque parts of a list of entity tags. They may hold commas, and cannot hold quotes.
fn tags(list: &str) -> impl Iterator<Item = &str> {
    let parts = list.split('"').collect::<Vec<_>>();
    // Every second part stands between quotes; the last one, without an end, does not count.
    let whole = parts.len().saturating_sub(1);
    parts.into_iter().take(whole).skip(1).step_by(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_tags_are_found_in_lists() {
        let tag = EntityTag::of(b"body");
        let own = tag.to_string();
        let known = |values: &[&str]| {
            let mut request = HeaderMap::new();
            for value in values {
                request.append(IF_NONE_MATCH, value.parse().unwrap());
            }
            tag.is_known_to(&request)
        };
        for (values, expected) in [
            (vec![], false),
            (vec![own.clone()], true),
            (vec![format!("W/{own}")], true),
            (vec![format!("\"a,b\", W/\"c\" ,{own}")], true),
            (vec!["\"other\"".to_owned(), own.clone()], true),
            (vec!["*".to_owned()], true),
            (vec![" * ".to_owned()], true),
            (vec!["\"*\"".to_owned()], false),
            (vec!["\"other\"".to_owned()], false),
            (vec![own.trim_matches('"').to_owned()], false),
            (vec![own.trim_end_matches('"').to_owned()], false),
            (vec![tag.coded(Some(Coding::Gzip)).to_string()], false),
            (vec![format!("\"a\"{}\"b\"", own.trim_matches('"'))], false),
        ] {
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            assert_eq!(known(&values), expected, "{values:?}");
        }
    }

    #[test]
    fn other_bytes_have_another_tag() {
        let tag = EntityTag::of(b"body");
        assert_eq!(tag, EntityTag::of(b"body"));
        assert_ne!(tag, EntityTag::of(b"Body"));
        assert_ne!(tag, tag.coded(Some(Coding::Brotli)));
        assert_eq!(tag, tag.coded(None));
        assert_eq!(tag.to_string().len(), 24);
    }
}
