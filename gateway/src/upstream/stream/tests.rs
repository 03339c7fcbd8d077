use std::net::Ipv4Addr;
use std::time::Duration;

use h2::server::SendResponse;
use h2::{Ping, PingPong};
use http::{HeaderValue, Request, Response};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::*;
use crate::config::{Target, UpstreamSettings};
use crate::upstream::Resolver;

const PATIENCE: Duration = Duration::from_secs(20);
const WINDOW: usize = 64 * 1024;
/// What a server allows that says nothing of it (RFC 9113, section 6.9.2).
const DEFAULT_WINDOW: usize = 65_535;

/// The service's side of a call.
struct Served {
    request: Request<RecvStream>,
    respond: SendResponse<Bytes>,
}

// === impl Served ===

impl Served {
    /// Sends headers.
    fn begin(&mut self) -> SendStream<Bytes> {
        let head = Response::builder()
            .header("content-type", "application/grpc")
            .header("x-initial", "1")
            .body(())
            .unwrap();
        self.respond.send_response(head, false).unwrap()
    }

    /// Waits until the client gives the call up; gives its reason.
    async fn given_up(&mut self) -> Reason {
        within(poll_fn(|context| self.respond.poll_reset(context)))
            .await
            .unwrap()
    }
}

/// A service whose calls are served as the test says.
async fn service<F: Future<Output = ()> + Send + 'static>(
    serve: impl Fn(Served) -> F + Send + 'static,
) -> (Arc<Upstream>, oneshot::Receiver<PingPong>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (ping, pings) = oneshot::channel();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut connection = h2::server::handshake(stream).await.unwrap();
        let _ = ping.send(connection.ping_pong().unwrap());
        while let Some(Ok((request, respond))) = connection.accept().await {
            tokio::spawn(serve(Served { request, respond }));
        }
    });
    // All calls on the connection that the service accepts.
    let settings = UpstreamSettings {
        connections: 1,
        ..UpstreamSettings::default()
    };
    let resolver = Resolver::new(&[], &[]).unwrap();
    let upstream = Upstream::new(&Target::at("kitchen", address), &settings, 1, resolver);
    (Arc::new(upstream), pings)
}

async fn within<T>(work: impl Future<Output = T>) -> T {
    timeout(PATIENCE, work).await.expect("it does not end")
}

fn call() -> StreamingCall<'static> {
    StreamingCall {
        path: "/kitchen.Service/Stream",
        metadata: HeaderMap::new(),
        deadline: None,
        max_message: 4 * 1024 * 1024,
    }
}

fn trailers(fields: &[(&'static str, &'static str)]) -> HeaderMap {
    let fields = fields.iter();
    fields
        .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)))
        .collect()
}

/// All a service answers: these bytes and these trailers.
async fn answered(data: &'static [u8], end: &'static [(&'static str, &'static str)]) -> Outcome {
    let (upstream, _) = service(move |mut served| async move {
        let mut body = served.begin();
        body.send_data(Bytes::from_static(data), false).unwrap();
        body.send_trailers(trailers(end)).unwrap();
    })
    .await;
    let (request, mut response) = upstream.open(call()).await.unwrap();
    request.finish().unwrap();
    let mut messages = Vec::new();
    loop {
        match within(response.message()).await {
            Ok(Some(message)) => messages.push(message),
            Ok(None) => return (messages, Ok(())),
            Err(status) => return (messages, Err(status)),
        }
    }
}

type Outcome = (Vec<Bytes>, Result<(), Status>);

#[tokio::test]
async fn messages_and_metadata_go_both_ways() {
    let (upstream, _) = service(|mut served| async move {
        let head = served.request.headers();
        assert_eq!(head["x-given"], "a");
        assert_eq!(head["grpc-timeout"].to_str().unwrap().as_bytes()[0], b'1');
        assert_eq!(head["te"], "trailers");
        let mut back = served.begin();
        let body = served.request.body_mut();
        while let Some(data) = body.data().await {
            back.send_data(data.unwrap(), false).unwrap();
        }
        let end = trailers(&[("grpc-status", "0"), ("x-final", "2")]);
        back.send_trailers(end).unwrap();
    })
    .await;
    let call = StreamingCall {
        metadata: trailers(&[("x-given", "a")]),
        deadline: Some(Instant::now() + Duration::from_secs(20)),
        ..call()
    };
    let (mut request, mut response) = upstream.open(call).await.unwrap();
    // One at a time: each is answered while both directions stay open.
    for message in [&b"one"[..], b"", b"three"] {
        request.send(message).await.unwrap();
        let echo = within(response.message()).await.unwrap();
        assert_eq!(echo.as_deref(), Some(message));
    }
    assert_eq!(response.headers().await.unwrap()["x-initial"], "1");
    request.finish().unwrap();
    assert_eq!(within(response.message()).await.unwrap(), None);
    assert_eq!(response.trailers()["x-final"], "2");
    // It stays ended.
    assert_eq!(within(response.message()).await.unwrap(), None);
}

#[tokio::test]
async fn raw_bytes_pass_with_raw_trailers() {
    let (upstream, _) = service(|mut served| async move {
        let mut back = served.begin();
        let end = trailers(&[("grpc-status", "5"), ("grpc-message", "no%20such")]);
        back.send_data(Bytes::from_static(b"\x01\0\0\0\x02zz"), false)
            .unwrap();
        back.send_trailers(end).unwrap();
    })
    .await;
    let (request, mut response) = upstream.open(call()).await.unwrap();
    request.finish().unwrap();
    let mut data = BytesMut::new();
    while let Some(part) = within(response.data()).await.unwrap() {
        data.extend_from_slice(&part);
    }
    assert_eq!(data, b"\x01\0\0\0\x02zz"[..]);
    assert_eq!(response.trailers()["grpc-status"], "5");
    assert_eq!(response.trailers()["grpc-message"], "no%20such");
}

#[tokio::test]
async fn the_status_is_told_after_the_messages() {
    let end = &[
        ("grpc-status", "5"),
        ("grpc-message", "no%20such"),
        ("grpc-status-details-bin", "CAU"),
        ("x-final", "2"),
    ];
    let (messages, outcome) = answered(b"\0\0\0\0\x01a\0\0\0\0\0", end).await;
    assert_eq!(messages, ["a", ""]);
    let status = outcome.unwrap_err();
    assert_eq!(
        (status.code(), status.message()),
        (Code::NotFound, "no such")
    );
    assert_eq!(status.details(), b"\x08\x05");
    assert_eq!(status.metadata().get("x-final").unwrap(), "2");
}

#[tokio::test]
async fn an_error_may_come_as_headers_alone() {
    let (upstream, _) = service(|mut served| async move {
        let head = Response::builder()
            .header("content-type", "application/grpc")
            .header("grpc-status", "7")
            .body(())
            .unwrap();
        served.respond.send_response(head, true).unwrap();
    })
    .await;
    // The service has answered while the client could still send.
    let (request, mut response) = upstream.open(call()).await.unwrap();
    assert_eq!(
        within(response.headers()).await.unwrap()["grpc-status"],
        "7"
    );
    drop(request);
    let status = within(response.message()).await.unwrap_err();
    assert_eq!(status.code(), Code::PermissionDenied);
    let again = within(response.message()).await.unwrap_err();
    assert_eq!(again.code(), Code::PermissionDenied);
}

#[tokio::test]
async fn what_is_not_grpc_is_an_error_of_its_own() {
    let ok = &[("grpc-status", "0")][..];
    for (what, data, end) in [
        ("no status", &b""[..], &[][..]),
        ("cut short", b"\0\0\0\0\x05a", ok),
        ("a prefix cut short", b"\0\0", ok),
        ("compressed", b"\x01\0\0\0\0", ok),
        ("beyond the bound", b"\0\xff\xff\xff\xffa", ok),
    ] {
        let (messages, outcome) = answered(data, end).await;
        assert!(messages.is_empty(), "{what}");
        assert_eq!(outcome.unwrap_err().code(), Code::Internal, "{what}");
    }
    assert!(answered(b"", ok).await.1.is_ok());
}

#[tokio::test]
async fn a_request_waits_for_the_services_window() {
    let (seen, at_window) = oneshot::channel();
    let (go, read_on) = oneshot::channel();
    let turns = std::sync::Mutex::new(Some((seen, read_on)));
    let (upstream, _) = service(move |mut served| {
        let (seen, read_on) = turns.lock().unwrap().take().unwrap();
        async move {
            let mut back = served.begin();
            let body = served.request.body_mut();
            let mut held = 0;
            while held < DEFAULT_WINDOW {
                held += body.data().await.unwrap().unwrap().len();
            }
            seen.send(held).unwrap();
            read_on.await.unwrap();
            let mut all = held;
            body.flow_control().release_capacity(held).unwrap();
            while let Some(data) = body.data().await {
                let length = data.unwrap().len();
                all += length;
                body.flow_control().release_capacity(length).unwrap();
            }
            back.send_data(Bytes::from(all.to_string()), false).unwrap();
            back.send_trailers(trailers(&[("grpc-status", "0")]))
                .unwrap();
        }
    })
    .await;
    let (mut request, mut response) = upstream.open(call()).await.unwrap();
    let message = vec![7; 4 * DEFAULT_WINDOW];
    let sending = tokio::spawn(async move {
        request.send(&message).await.unwrap();
        request.finish().unwrap();
    });
    assert_eq!(within(at_window).await.unwrap(), DEFAULT_WINDOW);
    assert!(!sending.is_finished(), "more was taken than the window");
    go.send(()).unwrap();
    within(sending).await.unwrap();
    let all = (PREFIX + 4 * DEFAULT_WINDOW).to_string();
    assert_eq!(within(response.data()).await.unwrap(), Some(all.into()));
}

/// Waits until a stream of a service can send, and sends as much as it may.
async fn fill(body: &mut SendStream<Bytes>, wanted: usize) -> usize {
    let mut sent = 0;
    body.reserve_capacity(wanted);
    while sent < wanted {
        if body.capacity() == 0 {
            poll_fn(|context| body.poll_capacity(context))
                .await
                .unwrap()
                .unwrap();
        }
        let part = body.capacity().min(wanted - sent);
        body.send_data(Bytes::from(vec![0; part]), false).unwrap();
        sent += part;
    }
    sent
}

#[tokio::test]
async fn a_service_may_send_on_only_when_it_is_read() {
    const ALL: usize = 16 * WINDOW;
    let (full, filled) = oneshot::channel();
    let full = std::sync::Mutex::new(Some(full));
    let (upstream, pings) = service(move |mut served| {
        let full = full.lock().unwrap().take().unwrap();
        async move {
            let mut body = served.begin();
            fill(&mut body, WINDOW).await;
            body.reserve_capacity(ALL - WINDOW);
            full.send(body).unwrap();
            // Keeps the call open until the client is done with it.
            while served.request.body_mut().data().await.is_some() {}
        }
    })
    .await;
    let (_request, mut response) = upstream.open(call()).await.unwrap();
    within(response.headers()).await.unwrap();
    let mut body = within(filled).await.unwrap();
    // What the client sent before the answer to this ping has arrived before it.
    let mut pings = within(pings).await.unwrap();
    within(pings.ping(Ping::opaque())).await.unwrap();
    assert_eq!(body.capacity(), 0, "unread bytes make room for more");

    let rest = tokio::spawn(async move { fill(&mut body, ALL - WINDOW).await });
    let mut read = 0;
    while read < ALL {
        read += within(response.data()).await.unwrap().unwrap().len();
    }
    assert_eq!(within(rest).await.unwrap(), ALL - WINDOW);
}

#[tokio::test]
async fn streams_that_are_not_read_do_not_stall_others() {
    let (upstream, _) = service(|mut served| async move {
        let mut body = served.begin();
        fill(&mut body, WINDOW).await;
        while served.request.body_mut().data().await.is_some() {}
    })
    .await;
    let mut unread = Vec::new();
    for _ in 0..200 {
        let (request, mut response) = upstream.open(call()).await.unwrap();
        within(response.headers()).await.unwrap();
        unread.push((request, response));
    }
    let (_request, mut response) = upstream.open(call()).await.unwrap();
    let mut read = 0;
    while read < WINDOW {
        read += within(response.data()).await.unwrap().unwrap().len();
    }
}

/// A service that never answers; how its only call ended.
async fn silent() -> (Arc<Upstream>, JoinHandle<Reason>) {
    let (arrived, call) = oneshot::channel();
    let arrived = std::sync::Mutex::new(Some(arrived));
    let (upstream, _) = service(move |served| {
        let arrived = arrived.lock().unwrap().take().unwrap();
        assert!(arrived.send(served).is_ok());
        async {}
    })
    .await;
    let reason = tokio::spawn(async move { call.await.unwrap().given_up().await });
    (upstream, reason)
}

#[tokio::test]
async fn dropping_a_call_cancels_it() {
    let (upstream, reason) = silent().await;
    drop(upstream.open(call()).await.unwrap());
    assert_eq!(within(reason).await.unwrap(), Reason::CANCEL);

    let (upstream, reason) = silent().await;
    let (request, response) = upstream.open(call()).await.unwrap();
    request.finish().unwrap();
    drop(response);
    assert_eq!(within(reason).await.unwrap(), Reason::CANCEL);
}

#[tokio::test]
async fn an_unfinished_request_cancels_the_call() {
    let (upstream, reason) = silent().await;
    let (request, mut response) = upstream.open(call()).await.unwrap();
    drop(request);
    assert_eq!(within(reason).await.unwrap(), Reason::CANCEL);
    let status = within(response.message()).await.unwrap_err();
    assert_eq!(status.code(), Code::Cancelled);
}

#[tokio::test]
async fn the_deadline_ends_a_call_at_both_sides() {
    let (upstream, reason) = silent().await;
    let call = StreamingCall {
        deadline: Some(Instant::now() + Duration::from_millis(50)),
        ..call()
    };
    let (request, mut response) = upstream.open(call).await.unwrap();
    request.finish().unwrap();
    let status = within(response.message()).await.unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded);
    assert_eq!(within(reason).await.unwrap(), Reason::CANCEL);
}

#[tokio::test]
async fn sending_to_a_call_that_ended_fails_and_its_status_is_told() {
    let (upstream, _) = service(|mut served| async move {
        // It reads nothing, and closes the call by leaving it (RFC 9113, section 8.1).
        let end = trailers(&[("grpc-status", "9")]);
        served.begin().send_trailers(end).unwrap();
    })
    .await;
    let (mut request, mut response) = upstream.open(call()).await.unwrap();
    let message = vec![0; 4 * DEFAULT_WINDOW];
    within(request.send(&message)).await.unwrap_err();
    drop(request);
    let status = within(response.message()).await.unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition);
}

#[tokio::test]
async fn a_stream_goes_to_an_endpoint_that_can_be_reached() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let refusing = listener.local_addr().unwrap();
    drop(listener);
    let (good, _) = service(|mut served| async move {
        let end = trailers(&[("grpc-status", "0")]);
        served.begin().send_trailers(end).unwrap();
    })
    .await;
    let good = good.endpoints.all()[0].place.address;
    let target = format!("kitchen={refusing}|{good}").parse().unwrap();
    let settings = UpstreamSettings {
        max_streams: 20,
        ..UpstreamSettings::default()
    };
    let resolver = Resolver::new(&[], &[]).unwrap();
    let upstream = Arc::new(Upstream::new(&target, &settings, 1, resolver));
    let mut open = Vec::new();
    // Of twenty some would choose the refusing one.
    for _ in 0..20 {
        open.push(within(upstream.open(call())).await.unwrap());
    }
    let Err(status) = within(upstream.open(call())).await else {
        panic!("more streams than are allowed");
    };
    assert_eq!(status.code(), Code::Unavailable);
    open.pop();
    assert!(within(upstream.open(call())).await.is_ok());
}
