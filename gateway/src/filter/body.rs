//! The request body: all of it, decoded, within its bound and its time.

use std::pin::pin;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, EXPECT};

use crate::coding::{Codec, Coding, DecodeError};
use crate::downstream::Downstream;
use crate::problem::Problem;
use crate::room::patiently;

/// Reads the body. One that announces too much is refused before it is read.
pub(crate) async fn read(
    downstream: &mut Downstream,
    limit: usize,
    patience: Duration,
    codec: &Codec,
) -> Result<Bytes, Problem> {
    let headers = &downstream.head().headers;
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok());
    let announced = announced.and_then(|length| length.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(Problem::body_too_large(limit));
    }
    let coding = ask(downstream).await?;
    let place = downstream.place.clone();
    let whole = pin!(async {
        let body = collect(downstream, limit, announced.unwrap_or_default()).await?;
        match coding {
            Some(coding) if !body.is_empty() => decode(codec, coding, body, limit).await,
            _ => Ok(body),
        }
    });
    let body = patiently(place, patience, whole).await;
    body.unwrap_or_else(|| Err(Problem::body_too_slow()))
}

/// Has the client send its body, unless it is in a coding that we do not read; gives the coding.
pub(crate) async fn ask(downstream: &mut Downstream) -> Result<Option<Coding>, Problem> {
    let headers = &downstream.head().headers;
    let coding = coding(headers)?;
    let expects = headers.get(EXPECT);
    if expects.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue")) {
        downstream.go_on().await;
    }
    Ok(coding)
}

/// The one coding of the body, if it has any.
fn coding(headers: &HeaderMap) -> Result<Option<Coding>, Problem> {
    let mut codings = headers.get_all(CONTENT_ENCODING).iter();
    let Some(coding) = codings.next() else {
        return Ok(None);
    };
    let name = coding.to_str().ok().filter(|_| codings.next().is_none());
    match name.map(str::trim) {
        Some(name) if name.eq_ignore_ascii_case("identity") => Ok(None),
        Some(name) => Coding::parse(name)
            .map(Some)
            .ok_or_else(Problem::unsupported_encoding),
        None => Err(Problem::unsupported_encoding()),
    }
}

/// The limit holds for the body as it arrives, and as it is once decoded.
async fn decode(
    codec: &Codec,
    coding: Coding,
    body: Bytes,
    limit: usize,
) -> Result<Bytes, Problem> {
    let decoded = codec.decompress(coding, body, limit).await;
    decoded.map_err(|error| match error {
        DecodeError::TooLarge => Problem::body_too_large(limit),
        DecodeError::Corrupt => {
            let detail = "The body does not follow its Content-Encoding, or ends early.";
            Problem::bad_request("INVALID_BODY", detail)
        }
    })
}

async fn collect(
    downstream: &mut Downstream,
    limit: usize,
    announced: usize,
) -> Result<Bytes, Problem> {
    let mut first = Bytes::new();
    let mut body = BytesMut::new();
    while let Some(chunk) = downstream
        .read()
        .await
        .map_err(|_| Problem::bad_request("INVALID_BODY", "The body does not end as announced."))?
    {
        if first.len() + body.len() + chunk.len() > limit {
            return Err(Problem::body_too_large(limit));
        }
        // Most bodies are one chunk, which need not be copied.
        if first.is_empty() && body.is_empty() {
            first = chunk;
            continue;
        }
        if !first.is_empty() {
            body.reserve(announced.max(first.len() + chunk.len()));
            body.extend_from_slice(&std::mem::take(&mut first));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(if body.is_empty() {
        first
    } else {
        body.freeze()
    })
}
