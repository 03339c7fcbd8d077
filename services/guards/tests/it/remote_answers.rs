//! Remote guards whose answers are not what gRPC promises: redirects, web pages, compression, headers
//! and messages without an end. None is believed or followed, and none is waited for.

use std::future::pending;
use std::net::SocketAddr;

use bytes::Bytes;
use guardmesh_chassis::id::OrganizationId;
use guardmesh_proto::guardmesh::guards::v1::{GuardStatus, RemoteFailure};
use h2::Reason;
use h2::server::SendResponse;
use http::{HeaderMap, HeaderName, HeaderValue, Response};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_util::task::AbortOnDropHandle;

use crate::app::{App, member_of};
use crate::custom_guards::editor;
use crate::remote_faults::fails;
use crate::remote_side::{Manner, Peer, SHORT, remote, stranger, within};

type Fields = &'static [(&'static str, &'static str)];

/// What a guard answers to every call.
#[derive(Clone, Copy)]
struct Answer {
    status: u16,
    headers: Fields,
    /// None where the headers end the answer.
    data: Option<&'static [u8]>,
    trailers: Option<Fields>,
    end: End,
}

/// How an answer ends that has data.
#[derive(Clone, Copy)]
enum End {
    Whole,
    Reset(Reason),
    Never,
}

/// No finding, and success.
const GOOD: Answer = Answer {
    status: 200,
    headers: &[],
    data: Some(b"\0\0\0\0\0"),
    trailers: Some(&[("grpc-status", "0")]),
    end: End::Whole,
};
const PAGE: &[u8] = b"<!doctype html><title>Moved</title>";

// === impl Answer ===

impl Answer {
    const fn page(status: u16) -> Self {
        Self {
            status,
            headers: &[("content-type", "text/html")],
            data: Some(PAGE),
            trailers: None,
            end: End::Whole,
        }
    }

    const fn headers(headers: Fields) -> Self {
        Self {
            headers,
            data: None,
            ..GOOD
        }
    }

    const fn data(data: &'static [u8]) -> Self {
        Self {
            data: Some(data),
            ..GOOD
        }
    }

    const fn trailers(trailers: Option<Fields>) -> Self {
        Self { trailers, ..GOOD }
    }

    const fn end(self, end: End) -> Self {
        Self { end, ..self }
    }

    /// Answers, with one more header; the service may have gone before the end.
    async fn give(
        self,
        mut respond: SendResponse<Bytes>,
        more: Option<(HeaderName, HeaderValue)>,
    ) -> Result<(), h2::Error> {
        let mut head = Response::builder().status(self.status).body(()).unwrap();
        head.headers_mut().extend(fields(self.headers));
        head.headers_mut().extend(more);
        let mut body = respond.send_response(head, self.data.is_none())?;
        let Some(data) = self.data else {
            return Ok(());
        };
        let is_last = self.trailers.is_none() && matches!(self.end, End::Whole);
        body.send_data(Bytes::from_static(data), is_last)?;
        match (self.end, self.trailers) {
            (End::Never, _) => pending().await,
            (End::Reset(reason), _) => body.send_reset(reason),
            (End::Whole, Some(trailers)) => body.send_trailers(fields(trailers))?,
            (End::Whole, None) => {}
        }
        Ok(())
    }
}

fn fields(fields: Fields) -> HeaderMap {
    let fields = fields.iter().map(|&(name, value)| {
        let name = HeaderName::from_static(name);
        (name, HeaderValue::from_static(value))
    });
    fields.collect()
}

/// A guard that answers so, and with one more header.
async fn answers(
    answer: Answer,
    more: Option<(HeaderName, HeaderValue)>,
) -> (SocketAddr, AbortOnDropHandle<()>) {
    stranger(move |stream| {
        let more = more.clone();
        async move {
            let mut connection = h2::server::handshake(stream).await.unwrap();
            while let Some(Ok((_, respond))) = connection.accept().await {
                tokio::spawn(answer.give(respond, more.clone()));
            }
        }
    })
    .await
}

/// How a check comes out that a guard with this answer takes part in.
async fn comes_to(app: &App, answer: Answer, why: RemoteFailure, said: &str) {
    let (address, _server) = answers(answer, None).await;
    let request = remote("guard", format!("http://{address}"));
    fails(app, request, GuardStatus::Error, why, said).await;
}

const ERROR: (RemoteFailure, &str) = (RemoteFailure::Error, "answered with an error");
const UNREACHABLE: (RemoteFailure, &str) = (RemoteFailure::Unreachable, "cannot be reached");
const UNAUTHORIZED: (RemoteFailure, &str) = (RemoteFailure::Unauthorized, "authorization");

#[tokio::test]
async fn a_redirect_is_an_error_and_leads_nowhere() {
    let app = App::start().await;
    let elsewhere = Peer::start(Manner::Tulips(0.9)).await;
    let location = HeaderValue::try_from(elsewhere.uri()).unwrap();
    for status in [301, 302, 303, 307, 308] {
        let more = Some((http::header::LOCATION, location.clone()));
        let (address, _server) = answers(Answer::page(status), more).await;
        let request = remote("guard", format!("http://{address}"));
        fails(&app, request, GuardStatus::Error, ERROR.0, ERROR.1).await;
    }
    assert_eq!(elsewhere.calls(), 0);
}

#[tokio::test]
async fn an_answer_that_is_not_grpc_is_none() {
    let app = App::start().await;
    for (answer, (why, said)) in [
        (Answer::page(200), ERROR),
        (Answer::page(204), ERROR),
        (Answer::page(400), ERROR),
        (Answer::headers(&[("content-type", "text/html")]), ERROR),
        (
            Answer {
                status: 401,
                ..Answer::headers(&[])
            },
            UNAUTHORIZED,
        ),
        (
            Answer {
                status: 404,
                ..Answer::headers(&[])
            },
            ERROR,
        ),
        (
            Answer {
                status: 503,
                ..Answer::headers(&[])
            },
            UNREACHABLE,
        ),
        // Headers alone: success without an answer, a failure, and neither.
        (Answer::headers(&[("grpc-status", "0")]), ERROR),
        (Answer::headers(&[("grpc-status", "16")]), UNAUTHORIZED),
        (Answer::headers(&[("grpc-status", "well")]), ERROR),
        // An answer, and no word on how it went.
        (Answer::trailers(None), ERROR),
        (Answer::trailers(Some(&[("x-status", "0")])), ERROR),
        // Compressed: in a way that was not asked for, and in none.
        (
            Answer {
                headers: &[("grpc-encoding", "gzip")],
                ..Answer::data(b"\x01\0\0\0\x02\x1f\x8b")
            },
            ERROR,
        ),
        (Answer::data(b"\x01\0\0\0\0"), ERROR),
        // Less than was announced; no message; a whole one that is taken back.
        (Answer::data(b"\0\0\0\0\x09\0"), ERROR),
        (Answer::data(b"\0\0\0\0\x02\xff\xff"), ERROR),
        (GOOD.end(End::Reset(Reason::INTERNAL_ERROR)), UNREACHABLE),
    ] {
        comes_to(&app, answer, why, said).await;
    }
}

#[tokio::test]
async fn details_that_nobody_can_read_disturb_nobody() {
    let app = App::start().await;
    let unreadable: Fields = &[("grpc-status", "16"), ("grpc-status-details-bin", "!!")];
    let (why, said) = UNAUTHORIZED;
    comes_to(&app, Answer::headers(unreadable), why, said).await;
    comes_to(&app, Answer::trailers(Some(unreadable)), why, said).await;

    let fine = Some(&[("grpc-status", "0"), ("grpc-status-details-bin", "!!")][..]);
    let (address, _server) = answers(Answer::trailers(fine), None).await;
    let organization = OrganizationId::generate();
    let request = remote("guard", format!("http://{address}"));
    app.create(&editor(organization), request).await.unwrap();
    let person = member_of(organization);
    let answer = app.check_by(&person, &["custom:guard"], "a tulip").await;
    assert_eq!(answer.unwrap().guard_results[0].status(), GuardStatus::Ok);
}

/// Begins as an HTTP/2 server does, waits for the first call, and sends this again and again, no
/// more often than this.
async fn sends(mut stream: TcpStream, first: &[u8], then: &[u8], times: usize) {
    // An empty SETTINGS frame (RFC 9113 §6.5).
    let _ = stream.write_all(&[0, 0, 0, 4, 0, 0, 0, 0, 0]).await;
    let mut preface = [0; 24];
    let mut head = [0; 9];
    let mut is_call = stream.read_exact(&mut preface).await.is_err();
    while !is_call && stream.read_exact(&mut head).await.is_ok() {
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; usize::try_from(length).unwrap()];
        let _ = stream.read_exact(&mut payload).await;
        is_call = head[3] == 1;
    }
    let _ = stream.write_all(first).await;
    for _ in 0..times {
        if stream.write_all(then).await.is_err() {
            return;
        }
    }
    pending::<()>().await;
}

/// A frame of the first stream, or of none (RFC 9113 §4.1).
fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let head = [
        length[1], length[2], length[3], kind, flags, 0, 0, 0, stream,
    ];
    [&head, payload].concat()
}

#[tokio::test]
async fn one_that_says_goodbye_at_once_is_unreachable() {
    let app = App::start().await;
    // GOAWAY: no stream was taken, and nothing was wrong.
    let (address, _server) =
        stranger(|stream| async { sends(stream, &frame(7, 0, 0, &[0; 8]), &[], 0).await }).await;
    let request = within(SHORT, remote("guard", format!("http://{address}")));
    let (why, said) = UNREACHABLE;
    fails(&app, request, GuardStatus::Error, why, said).await;
}

#[tokio::test]
async fn headers_without_an_end_are_not_read_to_it() {
    let app = App::start().await;
    // `:status: 200`, and a field `x` of 100 bytes.
    let field = [&[0, 1, b'x', 100][..], &[b'y'; 100]].concat();
    let begin = frame(1, 0, 1, &[0x88]);
    let go_on = frame(9, 0, 1, &field);
    let (address, _server) = stranger(move |stream| {
        let (begin, go_on) = (begin.clone(), go_on.clone());
        async move { sends(stream, &begin, &go_on, 100_000).await }
    })
    .await;
    let request = remote("guard", format!("http://{address}"));
    let (why, said) = UNREACHABLE;
    fails(&app, request, GuardStatus::Error, why, said).await;
}

#[tokio::test]
async fn an_answer_that_never_comes_to_its_end_is_not_waited_for() {
    let app = App::start().await;
    let (late, why) = (GuardStatus::Timeout, RemoteFailure::Timeout);
    let said = format!("did not finish within {SHORT} ms");
    // A message of which some is missing; a whole one, and no word on how it went.
    for data in [&b"\0\0\0\0\x09\0"[..], b"\0\0\0\0\0"] {
        let (address, _server) = answers(Answer::data(data).end(End::Never), None).await;
        let request = within(SHORT, remote("guard", format!("http://{address}")));
        fails(&app, request, late, why, &said).await;
    }
    // `:status: 103` again and again; headers of which only a part comes.
    let hints = frame(1, 4, 1, &[0x08, 3, b'1', b'0', b'3']);
    for (begin, go_on) in [
        (hints.clone(), hints),
        (frame(1, 0, 1, &[0x88]), Vec::new()),
    ] {
        let (address, _server) = stranger(move |stream| {
            let (begin, go_on) = (begin.clone(), go_on.clone());
            async move { sends(stream, &begin, &go_on, 10_000).await }
        })
        .await;
        let request = within(SHORT, remote("guard", format!("http://{address}")));
        fails(&app, request, late, why, &said).await;
    }
}
