//! With h2 at the other end, over loopback.

use std::future::poll_fn;
use std::net::Ipv4Addr;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join_all;
use h2::server::{Builder, SendResponse};
use h2::{Reason, RecvStream};
use http::{HeaderMap, HeaderValue, Request as HttpRequest, Response};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinHandle;
use tonic::Code;

use super::*;

mod arbitrary;
mod faults;
mod peer;

type Served = (HttpRequest<RecvStream>, SendResponse<Bytes>);

async fn within<T>(work: impl Future<Output = T>) -> T {
    let patience = Duration::from_secs(20);
    tokio::time::timeout(patience, work).await.unwrap()
}

/// A session with a service that serves its calls so, and the service's connection, until it ends.
async fn service<F: Future<Output = ()> + Send + 'static>(
    settings: Builder,
    serve: impl Fn(Served) -> F + Send + 'static,
) -> (Arc<Session>, JoinHandle<()>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut connection = settings.handshake::<_, Bytes>(stream).await.unwrap();
        while let Some(Ok(served)) = connection.accept().await {
            tokio::spawn(serve(served));
        }
    });
    let stream = TcpStream::connect(address).await.unwrap();
    (Session::open(stream).unwrap(), serving)
}

fn begin(session: &Arc<Session>, metadata: &HeaderMap, message: &Bytes) -> Option<Call> {
    let request = Request {
        authority: "guards.example:50051",
        path: "/guardmesh.guards.v1.GuardService/Check",
        timeout_millis: 1_234,
        metadata,
    };
    session.call(&request, message)
}

fn call(session: &Arc<Session>, message: &Bytes) -> Call {
    begin(session, &HeaderMap::new(), message).unwrap()
}

/// Reads a body to its end.
async fn whole(body: &mut RecvStream) -> Vec<u8> {
    let mut all = Vec::new();
    while let Some(data) = body.data().await {
        let data = data.unwrap();
        body.flow_control().release_capacity(data.len()).unwrap();
        all.extend_from_slice(&data);
    }
    all
}

fn head() -> Response<()> {
    let head = Response::builder().header("content-type", "application/grpc");
    head.body(()).unwrap()
}

fn trailers(fields: &[(&'static str, &'static str)]) -> HeaderMap {
    let field = |&(name, value): &(&'static str, &'static str)| {
        (name.parse().unwrap(), HeaderValue::from_static(value))
    };
    fields.iter().map(field).collect()
}

/// Gives the body back.
async fn echo((request, mut respond): Served) {
    let body = whole(&mut request.into_body()).await;
    let mut response = respond.send_response(head(), false).unwrap();
    response.send_data(body.into(), false).unwrap();
    response
        .send_trailers(trailers(&[("grpc-status", "0")]))
        .unwrap();
}

fn message(length: usize) -> Bytes {
    (0..251_u8).cycle().take(length).collect()
}

fn framed(message: &Bytes) -> Vec<u8> {
    let length = u32::try_from(message.len()).unwrap().to_be_bytes();
    [&[0][..], &length, message].concat()
}

/// Of every size, many at a time, with a peer that gives little room and one that gives much.
#[tokio::test]
async fn messages_come_back_whole() {
    let sizes = [
        0, 1, 300, 16_379, 16_380, 65_530, 65_531, 1_000_000, 3_000_000,
    ];
    for (window, all, streams) in [
        (1_000, 3_000, 2),
        (65_535, 65_535, 100),
        (1 << 20, 1 << 24, 3),
    ] {
        let mut settings = Builder::new();
        settings
            .initial_window_size(window)
            .initial_connection_window_size(all)
            .max_concurrent_streams(streams);
        let (session, _serving) = service(settings, echo).await;
        // The peer's word on how many it takes.
        within(call(&session, &message(1))).await.unwrap();
        let messages: Vec<Bytes> = sizes.into_iter().chain([7; 30]).map(message).collect();
        let calls = messages.iter().map(|message| call(&session, message));
        let answers = within(join_all(calls)).await;
        for (message, answer) in messages.iter().zip(answers) {
            let answer = answer.unwrap();
            assert_eq!(answer.http, 200);
            assert_eq!(answer.status.unwrap().code(), Code::Ok);
            assert!(answer.body == framed(message), "{} octets", message.len());
        }
    }
}

#[tokio::test]
async fn the_service_sees_the_request_as_grpc_has_it() {
    let (tell, told) = oneshot::channel();
    let tell = Arc::new(Mutex::new(Some(tell)));
    let (session, _serving) = service(Builder::new(), move |(request, respond)| {
        let tell = tell.lock().unwrap().take().unwrap();
        async move {
            let (parts, body) = request.into_parts();
            echo((HttpRequest::new(body), respond)).await;
            tell.send(parts).unwrap();
        }
    })
    .await;
    let long = "x".repeat(40_000);
    let mut secret = HeaderValue::from_static("s3cret");
    secret.set_sensitive(true);
    let mut metadata = HeaderMap::new();
    metadata.append("x-two", HeaderValue::from_static("1"));
    metadata.append("x-two", HeaderValue::from_static("2"));
    metadata.insert("x-long", long.parse().unwrap());
    metadata.insert("x-secret", secret);
    metadata.insert("x-latin", HeaderValue::from_bytes(b"caf\xe9").unwrap());
    let call = begin(&session, &metadata, &message(3)).unwrap();
    within(call).await.unwrap();

    let seen = within(told).await.unwrap();
    assert_eq!(seen.method, "POST");
    assert_eq!(
        seen.uri,
        "http://guards.example:50051/guardmesh.guards.v1.GuardService/Check"
    );
    assert_eq!(seen.headers.get_all("x-two").iter().count(), 2);
    for (name, value) in [
        ("content-type", &b"application/grpc+proto"[..]),
        ("te", b"trailers"),
        ("grpc-timeout", b"1234m"),
        ("x-two", b"1"),
        ("x-long", long.as_bytes()),
        ("x-secret", b"s3cret"),
        ("x-latin", b"caf\xe9"),
    ] {
        assert_eq!(seen.headers[name].as_bytes(), value, "{name}");
    }
    assert_eq!(seen.headers.len(), 8);
}

#[tokio::test]
async fn an_error_comes_with_its_message_and_details() {
    let fields = [
        ("grpc-status", "5"),
        ("grpc-message", "no such%20run"),
        ("grpc-status-details-bin", "CAUSAm5v"),
        ("x-other", "1"),
    ];
    // As trailers, and as headers alone.
    for alone in [false, true] {
        let (session, _serving) = service(Builder::new(), move |(_, mut respond)| async move {
            let mut head = head();
            if alone {
                head.headers_mut().extend(trailers(&fields));
            }
            let mut response = respond.send_response(head, alone).unwrap();
            if !alone {
                response.send_trailers(trailers(&fields)).unwrap();
            }
        })
        .await;
        let answer = within(call(&session, &message(1))).await.unwrap();
        let status = answer.status.unwrap();
        assert_eq!((answer.http, status.code()), (200, Code::NotFound));
        assert_eq!(status.message(), "no such run");
        assert_eq!(status.details(), b"\x08\x05\x12\x02no");
    }
}

#[tokio::test]
async fn who_gives_up_tells_the_service_and_makes_room_for_others() {
    let gate = Arc::new(Semaphore::new(0));
    let held = gate.clone();
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let mut settings = Builder::new();
    settings.max_concurrent_streams(1);
    let (session, _serving) = service(settings, move |(request, mut respond)| {
        let (held, tell) = (held.clone(), tell.clone());
        async move {
            let reset = poll_fn(|context| respond.poll_reset(context));
            tokio::select! {
                reason = reset => return tell.send(reason.unwrap()).unwrap(),
                permit = held.acquire() => permit.unwrap().forget(),
            }
            echo((request, respond)).await;
        }
    })
    .await;
    // The peer's word on how many it takes.
    gate.add_permits(1);
    within(call(&session, &message(1))).await.unwrap();
    assert_eq!(session.most_calls(), 1);

    let mut first = Box::pin(call(&session, &message(2)));
    let waiting = call(&session, &message(3));
    let mut last = Box::pin(call(&session, &message(4)));
    for one in [&mut first, &mut last] {
        assert!(futures_util::poll!(one.as_mut()).is_pending());
    }
    drop(waiting);
    drop(first);
    assert_eq!(within(told.recv()).await, Some(Reason::CANCEL));
    gate.add_permits(1);
    let answer = within(last).await.unwrap();
    assert_eq!(answer.body, framed(&message(4)));
}

#[tokio::test]
async fn an_answer_before_the_end_of_the_request_is_an_answer() {
    let (session, _serving) = service(Builder::new(), |(request, mut respond)| async move {
        let mut head = head();
        head.headers_mut().extend(trailers(&[("grpc-status", "8")]));
        respond.send_response(head, true).unwrap();
        drop(request);
    })
    .await;
    let answer = within(call(&session, &message(1_000_000))).await.unwrap();
    assert_eq!(answer.status.unwrap().code(), Code::ResourceExhausted);
    // What was not read of it must not stop the next ones.
    for _ in 0..20 {
        let answer = within(call(&session, &message(60_000))).await.unwrap();
        assert_eq!(answer.status.unwrap().code(), Code::ResourceExhausted);
    }
}

#[tokio::test]
async fn a_reset_a_kill_and_too_much_end_the_call() {
    for (reason, broken) in [
        (
            Some(Reason::REFUSED_STREAM),
            Broken::Reset(Reason::REFUSED_STREAM),
        ),
        (
            Some(Reason::INTERNAL_ERROR),
            Broken::Reset(Reason::INTERNAL_ERROR),
        ),
        (None, Broken::TooLarge),
    ] {
        let (session, _serving) = service(Builder::new(), move |(_, mut respond)| async move {
            let Some(reason) = reason else {
                let mut response = respond.send_response(head(), false).unwrap();
                let _ = response.send_data(message(17 << 20), true);
                return;
            };
            respond.send_reset(reason);
        })
        .await;
        let outcome = within(call(&session, &message(1))).await;
        assert_eq!(outcome.unwrap_err(), broken);
        assert!(begin(&session, &HeaderMap::new(), &message(1)).is_some());
    }
    let (session, serving) = service(Builder::new(), |_| async {}).await;
    let call = call(&session, &message(1));
    serving.abort();
    assert_eq!(within(call).await.unwrap_err(), Broken::Lost);
    assert!(begin(&session, &HeaderMap::new(), &message(1)).is_none());
}

#[tokio::test]
async fn a_connection_ends_with_its_last_call_once_nobody_holds_it() {
    let (session, serving) = service(Builder::new(), echo).await;
    let call = call(&session, &message(1_000_000));
    drop(session);
    assert!(within(call).await.is_ok());
    within(serving).await.unwrap();
}

/// It accepts, reads, and says nothing at all.
#[tokio::test(start_paused = true)]
async fn a_silent_peer_is_taken_for_dead() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap()).await;
    let (_peer, _) = listener.accept().await.unwrap();
    let session = Session::open(stream.unwrap()).unwrap();
    let outcome = call(&session, &message(1)).await;
    assert_eq!(outcome.unwrap_err(), Broken::Lost);
}
