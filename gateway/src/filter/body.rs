//! The request body: all of it, within its bound and its time.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, EXPECT};
use tokio::time::timeout;

use crate::downstream::Downstream;
use crate::problem::Problem;

/// Reads the body. One that announces too much is refused before it is read.
pub(crate) async fn read(
    downstream: &mut Downstream,
    limit: usize,
    patience: Duration,
) -> Result<Bytes, Problem> {
    let headers = &downstream.head().headers;
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok());
    let announced = announced.and_then(|length| length.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(Problem::body_too_large(limit));
    }
    ask(downstream).await?;
    match timeout(
        patience,
        collect(downstream, limit, announced.unwrap_or_default()),
    )
    .await
    {
        Ok(body) => body,
        Err(_) => Err(Problem::body_too_slow()),
    }
}

/// Has the client send its body, if it is in no coding.
pub(crate) async fn ask(downstream: &mut Downstream) -> Result<(), Problem> {
    let headers = &downstream.head().headers;
    let mut codings = headers.get_all(CONTENT_ENCODING).iter();
    if codings.any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Err(Problem::unsupported_encoding());
    }
    let expects = headers.get(EXPECT);
    if expects.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue")) {
        downstream.go_on().await;
    }
    Ok(())
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
