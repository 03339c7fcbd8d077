//! Which form of an answer is sent: in which coding, and whether at all.
//!
//! The bytes of an answer are given; nothing here makes them.

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderValue, VARY};
use http::{HeaderMap, Method, Response, StatusCode};

use crate::coding::{Codec, Coding};
use crate::config::compression::CompressionArgs;
use crate::filter::compression;
use crate::filter::conditional::EntityTag;

/// Chooses representations.
pub(crate) struct Representations {
    args: CompressionArgs,
    codec: Codec,
}

// === impl Representations ===

impl Representations {
    pub(crate) fn new(args: CompressionArgs, codec: Codec) -> Self {
        Self { args, codec }
    }

    /// The answer in the coding that the client prefers, with its length; 304 without a body where
    /// the client has it already. `tag` is that of the plain body, for answers that may be kept.
    pub(crate) async fn choose(
        &self,
        method: &Method,
        request: &HeaderMap,
        mut answer: Response<Bytes>,
        tag: Option<&EntityTag>,
    ) -> Response<Bytes> {
        let content_type = answer.headers().get(CONTENT_TYPE);
        let content_type = content_type.and_then(|value| value.to_str().ok());
        let content_type = content_type.unwrap_or_default();
        let varies = compression::varies(&self.args, content_type);
        let length = answer.body().len();
        let wanted = compression::coding(&self.args, request, content_type, length);
        if varies {
            let name = HeaderValue::from_static("accept-encoding");
            answer.headers_mut().append(VARY, name);
        }
        let reads = matches!(*method, Method::GET | Method::HEAD);
        if let Some(tag) = tag.map(|tag| tag.coded(wanted))
            && reads
            && tag.is_known_to(request)
        {
            return not_modified(answer, &tag);
        }
        let coded = match wanted {
            Some(coding) => self.codec.compress(coding, answer.body()).await,
            None => None,
        };
        let used = wanted.filter(|_| coded.is_some());
        if let Some(body) = coded {
            *answer.body_mut() = body;
        }
        if let Some(coding) = used.map(Coding::name) {
            let name = HeaderValue::from_static(coding);
            answer.headers_mut().insert(CONTENT_ENCODING, name);
        }
        if let Some(tag) = tag {
            set_tag(answer.headers_mut(), &tag.coded(used));
        }
        if answer.status() != StatusCode::NO_CONTENT {
            let length = answer.body().len();
            answer.headers_mut().insert(CONTENT_LENGTH, length.into());
        }
        answer
    }
}

/// The same headers without those about a body (RFC 9110, section 15.4.5).
fn not_modified(mut answer: Response<Bytes>, tag: &EntityTag) -> Response<Bytes> {
    *answer.status_mut() = StatusCode::NOT_MODIFIED;
    *answer.body_mut() = Bytes::new();
    answer.headers_mut().remove(CONTENT_TYPE);
    set_tag(answer.headers_mut(), tag);
    answer
}

fn set_tag(headers: &mut HeaderMap, tag: &EntityTag) {
    if let Ok(value) = HeaderValue::try_from(tag.to_string()) {
        headers.insert(ETAG, value);
    }
}

#[cfg(test)]
mod tests {
    use http::header::{ACCEPT_ENCODING, IF_NONE_MATCH};

    use super::*;

    fn representations() -> Representations {
        Representations::new(CompressionArgs::default(), Codec::new())
    }

    fn json(length: usize) -> Response<Bytes> {
        let body = Bytes::from(vec![b' '; length]);
        let answer = Response::builder().header(CONTENT_TYPE, "application/json");
        answer.body(body).unwrap()
    }

    #[tokio::test]
    async fn each_coding_has_a_tag_of_its_own() {
        let tag = EntityTag::of(b"body");
        let ask = async |coding: &str, known: Option<&HeaderValue>| {
            let mut request = HeaderMap::new();
            request.insert(ACCEPT_ENCODING, coding.parse().unwrap());
            known.map(|known| request.insert(IF_NONE_MATCH, known.clone()));
            let own = representations();
            own.choose(&Method::GET, &request, json(4000), Some(&tag))
                .await
        };
        let mut tags = Vec::new();
        for coding in ["", "gzip", "br", "zstd"] {
            let answer = ask(coding, None).await;
            let named = answer.headers().get(CONTENT_ENCODING);
            let named = named.map_or("", |name| name.to_str().unwrap());
            assert_eq!(named, coding);
            assert_eq!(answer.headers()[VARY], "accept-encoding");
            let length = answer.body().len();
            assert_eq!(answer.headers()[CONTENT_LENGTH], HeaderValue::from(length));
            tags.push(answer.headers()[ETAG].clone());
            let again = ask(coding, tags.last()).await;
            assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{coding}");
            assert!(again.body().is_empty());
            assert_eq!(again.headers()[ETAG], answer.headers()[ETAG]);
            assert!(!again.headers().contains_key(CONTENT_TYPE));
            assert!(!again.headers().contains_key(CONTENT_LENGTH));
        }
        let other = ask("gzip", Some(&tags[0])).await;
        assert_eq!(other.status(), StatusCode::OK);
        tags.sort_by(|a, b| a.as_bytes().cmp(b.as_bytes()));
        tags.dedup();
        assert_eq!(tags.len(), 4);
    }

    #[tokio::test]
    async fn only_reading_is_conditional_and_only_where_there_is_a_tag() {
        let tag = EntityTag::of(b"body");
        let mut request = HeaderMap::new();
        request.insert(IF_NONE_MATCH, HeaderValue::from_static("*"));
        for (method, tag, expected) in [
            (Method::GET, Some(&tag), 304),
            (Method::HEAD, Some(&tag), 304),
            (Method::POST, Some(&tag), 200),
            (Method::GET, None, 200),
        ] {
            let own = representations();
            let answer = own.choose(&method, &request, json(10), tag).await;
            assert_eq!(answer.status(), expected, "{method}");
        }
    }
}
