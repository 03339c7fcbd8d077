//! How streams over HTTP/2 are held back, given up and ended: frame by frame, as no client library
//! lets one see it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use guardmesh_transcoder::frame;
use h2::client::{self, ResponseFuture, SendRequest};
use h2::{Reason, RecvStream, SendStream};
use http::{HeaderMap, Request};
use prost::Message;
use tokio::net::TcpStream;

use crate::chat::{Chat, Note};
use crate::house::{House, until, within};

/// A connection; its windows are those of a client that says nothing.
async fn connect(house: &House) -> SendRequest<Bytes> {
    let stream = TcpStream::connect(house.address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let (sender, connection) = client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    within("a place for a stream", sender.ready())
        .await
        .unwrap()
}

/// A request whose body is not sent yet.
async fn begin(
    house: &House,
    verb: &str,
    path: &str,
    headers: &[(&str, &str)],
) -> (ResponseFuture, SendStream<Bytes>) {
    let mut request = Request::builder()
        .method(verb)
        .uri(format!("http://{}{path}", house.address))
        .header("authorization", house.bearer(&[]));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(()).unwrap();
    connect(house).await.send_request(request, false).unwrap()
}

async fn grpc(house: &House, method: &str) -> (ResponseFuture, SendStream<Bytes>) {
    let path = format!("/guardmesh.chat.v1.ChatService/{method}");
    let headers = [("content-type", "application/grpc"), ("te", "trailers")];
    begin(house, "POST", &path, &headers).await
}

fn framed(note: &Note) -> Bytes {
    frame::encode(&note.encode_to_vec()).unwrap()
}

/// Reads until the end of the answer; gives the trailers.
async fn trailers(mut body: RecvStream) -> HeaderMap {
    while let Some(data) = within("the body", body.data()).await {
        let data = data.unwrap();
        body.flow_control().release_capacity(data.len()).unwrap();
    }
    within("the trailers", body.trailers())
        .await
        .unwrap()
        .unwrap()
}

async fn cancelled(chat: &Chat, count: usize) {
    until("the cancellation", async || {
        chat.cancelled.load(Ordering::SeqCst) == count
    })
    .await;
}

#[tokio::test]
async fn a_reset_stream_cancels_the_call() {
    let (house, chat) = Chat::house(|_| {}).await;
    let (answer, mut body) = grpc(&house, "Watch").await;
    body.send_data(framed(&Note::new("then silence", 1)), true)
        .unwrap();
    let mut heard = within("the answer", answer).await.unwrap().into_body();
    within("a note", heard.data()).await.unwrap().unwrap();
    body.send_reset(Reason::CANCEL);
    cancelled(&chat, 1).await;

    // Of a conversation, though the client has more to say.
    let (answer, mut body) = grpc(&house, "Talk").await;
    body.send_data(framed(&Note::new("a", 0)), false).unwrap();
    let mut heard = within("the answer", answer).await.unwrap().into_body();
    within("a note", heard.data()).await.unwrap().unwrap();
    body.send_reset(Reason::CANCEL);
    cancelled(&chat, 2).await;

    // Before it is answered.
    let (_answer, mut body) = grpc(&house, "Collect").await;
    body.send_data(framed(&Note::new("a", 0)), false).unwrap();
    until("the note", async || {
        chat.arrived.load(Ordering::SeqCst) == 3
    })
    .await;
    body.send_reset(Reason::CANCEL);
    cancelled(&chat, 3).await;

    let headers = [("accept", "text/event-stream")];
    let path = "/api/v1/notes:watch?text=then%20silence&count=1";
    let (answer, mut body) = begin(&house, "GET", path, &headers).await;
    body.send_data(Bytes::new(), true).unwrap();
    let answer = within("the answer", answer).await.unwrap();
    assert!(!answer.headers().contains_key("transfer-encoding"));
    let mut heard = answer.into_body();
    let first = within("an event", heard.data()).await.unwrap().unwrap();
    assert!(first.starts_with(b"retry: "));
    body.send_reset(Reason::CANCEL);
    cancelled(&chat, 4).await;
}

#[tokio::test]
async fn frames_that_are_not_taken_end_the_call() {
    let (house, _) = Chat::house(|_| {}).await;
    for (data, status) in [
        (&b"\x01\0\0\0\x01x"[..], "12"),
        (b"\x80\0\0\0\0", "3"),
        (b"\x02\0\0\0\0", "3"),
        (b"\0\0", "3"),
    ] {
        for method in ["Echo", "Talk"] {
            let (answer, mut body) = grpc(&house, method).await;
            body.send_data(Bytes::from_static(data), true).unwrap();
            let answer = within("the answer", answer).await.unwrap();
            assert_eq!(answer.status(), 200);
            assert_eq!(answer.headers()["grpc-accept-encoding"], "identity");
            let given = match answer.headers().get("grpc-status") {
                Some(status) => status.clone(),
                None => trailers(answer.into_body()).await["grpc-status"].clone(),
            };
            assert_eq!(given, status, "{method} {data:?}");
        }
    }
}

#[tokio::test]
async fn a_call_that_fails_at_once_is_trailers_alone() {
    let (house, _) = Chat::house(|_| {}).await;
    let (answer, mut body) = grpc(&house, "Watch").await;
    body.send_data(framed(&Note::new("no", 0)), true).unwrap();
    let answer = within("the answer", answer).await.unwrap();
    assert_eq!(answer.headers()["grpc-status"], "5");
    assert!(answer.body().is_end_stream());
}

/// A client with a window of 64 KiB that takes nothing: the service may fill the windows between,
/// and no more, of 64 MiB.
#[tokio::test]
async fn a_client_that_does_not_read_holds_the_service_back() {
    const NOTE: usize = 64 * 1024;
    let (house, chat) = Chat::house(|_| {}).await;
    let (answer, mut body) = grpc(&house, "Watch").await;
    body.send_data(framed(&Note::new("large", 1024)), true)
        .unwrap();
    let heard = within("the answer", answer).await.unwrap().into_body();
    until("a stop", async || {
        let before = chat.sent.load(Ordering::SeqCst);
        for _ in 0..20 {
            assert_eq!(house.get("/health", &[]).await.status, 200);
        }
        before > 0 && chat.sent.load(Ordering::SeqCst) == before
    })
    .await;
    let sent = chat.sent.load(Ordering::SeqCst) * NOTE;
    assert!(sent < 8 * 1024 * 1024, "{sent} bytes were taken for nobody");
    // It goes on when the client reads.
    assert_eq!(trailers(heard).await["grpc-status"], "0");
    assert_eq!(chat.sent.load(Ordering::SeqCst), 1024);
}

/// A service that takes nothing: the client gets no more window than what lies between.
#[tokio::test]
async fn a_service_that_does_not_read_holds_the_client_back() {
    const NOTE: usize = 64 * 1024;
    let (house, chat) = Chat::house(|_| {}).await;
    let (answer, mut body) = grpc(&house, "Talk").await;
    body.send_data(framed(&Note::new("wait", 0)), false)
        .unwrap();
    let _heard = within("the answer", answer).await.unwrap().into_body();
    let large = Note {
        filling: vec![0; NOTE].into(),
        ..Note::default()
    };
    let large = framed(&large);
    let sent = Arc::new(AtomicUsize::new(0));
    let counter = sent.clone();
    tokio::spawn(async move {
        let mut rest = Bytes::new();
        loop {
            if rest.is_empty() {
                rest = large.clone();
            }
            body.reserve_capacity(rest.len());
            let room = std::future::poll_fn(|cx| body.poll_capacity(cx));
            if !matches!(room.await, Some(Ok(_))) {
                return;
            }
            let part = rest.split_to(body.capacity().min(rest.len()));
            counter.fetch_add(part.len(), Ordering::SeqCst);
            body.send_data(part, false).unwrap();
        }
    });
    until("a stop", async || {
        let before = sent.load(Ordering::SeqCst);
        for _ in 0..20 {
            assert_eq!(house.get("/health", &[]).await.status, 200);
        }
        before > 0 && sent.load(Ordering::SeqCst) == before
    })
    .await;
    let sent = sent.load(Ordering::SeqCst);
    assert_eq!(chat.cancelled.load(Ordering::SeqCst), 0, "the call goes on");
    assert!(sent < 8 * 1024 * 1024, "{sent} bytes were taken for nobody");
    assert_eq!(chat.arrived.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_client_that_never_reads_is_given_up() {
    let (house, chat) = Chat::house(|plan| {
        plan.limits.body_timeout = Duration::from_millis(100);
    })
    .await;
    let (answer, mut body) = grpc(&house, "Watch").await;
    body.send_data(framed(&Note::new("large", 4096)), true)
        .unwrap();
    let _heard = within("the answer", answer).await.unwrap().into_body();
    cancelled(&chat, 1).await;
}

#[tokio::test]
async fn a_shutdown_ends_calls_with_a_status() {
    let (house, chat) = Chat::house(|_| {}).await;
    let (answer, mut body) = grpc(&house, "Talk").await;
    body.send_data(framed(&Note::new("a", 0)), false).unwrap();
    let heard = within("the answer", answer).await.unwrap().into_body();
    house.shutdown.cancel();
    let trailers = trailers(heard).await;
    assert_eq!(trailers["grpc-status"], "14");
    assert!(!trailers["grpc-message"].is_empty());
    cancelled(&chat, 1).await;
    within("the gateway", house.gateway).await.unwrap();
}
