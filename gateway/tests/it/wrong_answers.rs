//! Answers of a service that are not what gRPC promises: each is a failure with a status of its
//! own, never an empty success, and nothing of it reaches the client.

use std::time::Duration;

use bytes::Bytes;
use h2::server::SendResponse;
use http::{HeaderMap, HeaderValue, Response};
use tokio::net::TcpListener;

use crate::contracts::SECRET_TEXT;
use crate::house::{House, listen, within};

/// What a server answers to every call.
#[derive(Clone, Copy)]
struct Wrong {
    status: u16,
    data: &'static [u8],
    trailers: &'static [(&'static str, &'static str)],
    reset: Option<h2::Reason>,
}

/// One empty message, and success.
const GOOD: Wrong = Wrong {
    status: 200,
    data: b"\0\0\0\0\0",
    trailers: &[("grpc-status", "0")],
    reset: None,
};

// === impl Wrong ===

impl Wrong {
    const fn status(status: u16) -> Self {
        Self { status, ..GOOD }
    }

    const fn data(data: &'static [u8]) -> Self {
        Self { data, ..GOOD }
    }

    const fn trailers(trailers: &'static [(&'static str, &'static str)]) -> Self {
        Self { trailers, ..GOOD }
    }

    const fn reset(reason: h2::Reason) -> Self {
        Self {
            reset: Some(reason),
            ..GOOD
        }
    }

    /// Answers; the gateway may have hung up before the end.
    fn answer(self, mut respond: SendResponse<Bytes>) -> Result<(), h2::Error> {
        let head = Response::builder()
            .status(self.status)
            .header("content-type", "application/grpc")
            .body(())
            .unwrap();
        let mut body = respond.send_response(head, false)?;
        body.send_data(Bytes::from_static(self.data), false)?;
        if let Some(reason) = self.reset {
            body.send_reset(reason);
            return Ok(());
        }
        let mut trailers = HeaderMap::new();
        for (name, value) in self.trailers {
            trailers.append(*name, HeaderValue::from_static(value));
        }
        body.send_trailers(trailers)
    }

    async fn serve(self, listener: TcpListener) {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let mut connection = h2::server::handshake(stream).await.unwrap();
                while let Some(Ok((_, respond))) = connection.accept().await {
                    let _ = self.answer(respond);
                }
            });
        }
    }
}

/// What the gateway makes of it.
async fn assert_status(what: &str, wrong: Wrong, status: u16) {
    let listener = listen().await;
    let address = listener.local_addr().unwrap();
    let house = House::with_guards_at(address, Duration::from_secs(20)).await;
    let serving = tokio::spawn(wrong.serve(listener));
    let answer = within(what, house.check()).await;
    let text = answer.text();
    assert_eq!(answer.status, status, "{what}: {text}");
    assert!(!text.contains("hunter2"), "{what}: {text}");
    assert!(!text.is_empty(), "{what}");
    serving.abort();
}

#[tokio::test]
async fn data_that_is_not_one_message_is_a_failure() {
    assert_status("a good answer", GOOD, 200).await;
    for (what, data) in [
        ("no message", &b""[..]),
        ("a prefix cut short", b"\0\0\0"),
        ("a message cut short", b"\0\0\0\0\x05\x0a\x01a"),
        ("a message too long", b"\0\0\0\0\x02\x0a\x01a"),
        ("two messages", b"\0\0\0\0\0\0\0\0\0\0"),
        ("a length beyond all", b"\0\xff\xff\xff\xff\x0a\x01a"),
        ("a compressed message", b"\x01\0\0\0\0"),
        ("not the message", b"\0\0\0\0\x03abc"),
        ("text", SECRET_TEXT.as_bytes()),
    ] {
        assert_status(what, Wrong::data(data), 500).await;
    }
}

#[tokio::test]
async fn a_status_that_is_none_is_a_failure() {
    let text = ("grpc-message", SECRET_TEXT);
    for (what, trailers, status) in [
        ("no status", &[][..], 500),
        ("an unknown one", &[("grpc-status", "99"), text], 500),
        ("not a number", &[("grpc-status", "zero"), text], 500),
        ("an internal one", &[("grpc-status", "13"), text], 500),
        (
            "text that is not UTF-8",
            &[("grpc-status", "9"), ("grpc-message", "%ff%fe")],
            500,
        ),
        (
            "details that are not base64",
            &[("grpc-status", "9"), ("grpc-status-details-bin", "!!!")],
            400,
        ),
        (
            "details that are no message",
            &[("grpc-status", "9"), ("grpc-status-details-bin", "////")],
            400,
        ),
    ] {
        let trailers: &'static [_] = trailers.to_vec().leak();
        assert_status(what, Wrong::trailers(trailers), status).await;
    }
}

#[tokio::test]
async fn what_is_not_grpc_at_all_is_a_failure() {
    for (what, wrong, status) in [
        ("HTTP 204", Wrong::status(204), 500),
        ("HTTP 302", Wrong::status(302), 500),
        ("HTTP 404", Wrong::status(404), 501),
        ("HTTP 500", Wrong::status(500), 500),
        ("HTTP 502", Wrong::status(502), 503),
        ("a reset", Wrong::reset(h2::Reason::INTERNAL_ERROR), 500),
        ("a refusal", Wrong::reset(h2::Reason::REFUSED_STREAM), 503),
        (
            "an end with no error",
            Wrong::reset(h2::Reason::NO_ERROR),
            503,
        ),
    ] {
        assert_status(what, wrong, status).await;
    }
}
