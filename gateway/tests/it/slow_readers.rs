//! Clients that do not take what they asked for: cut in time, held in bounds, and gone when their
//! place is wanted.

use std::io::{ErrorKind, Write};
use std::sync::Mutex;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use h2::client::{self, SendRequest};
use http::Request;
use tokio::net::TcpStream;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::body_stream::BodyStream;
use crate::chat::Chat;
use crate::house::{House, Plan, until, within};
use crate::http2::Peer;
use crate::wire::Wire;

const SOON: Duration = Duration::from_millis(100);
/// Longer than a test waits for anything.
const LONG: Duration = Duration::from_hours(1);
const LARGE: &str = "/api/v1/notes:watch?text=large&count=4096";
/// Asks for an answer that no buffer between holds.
const LOGIN: &str = r#"{"email": "fairly large"}"#;

/// With room for one connection; what is sent must be taken in this time, and nothing else has a
/// bound that matters.
fn patient(plan: &mut Plan, body_timeout: Duration) {
    plan.limits.max_connections = 1;
    plan.limits.body_timeout = body_timeout;
    plan.limits.head_timeout = LONG;
    plan.limits.idle_timeout = LONG;
    plan.limits.call_timeout = LONG;
}

async fn house(body_timeout: Duration) -> House {
    let mut plan = Plan::default();
    patient(&mut plan, body_timeout);
    let house = House::planned(plan).await;
    house.ready().await;
    house
}

fn login(body: &'static str) -> Request<&'static str> {
    Request::post("http://a.example/api/v1/auth/login")
        .body(body)
        .unwrap()
}

/// A stream of 256 MiB, of which nothing but the head is read.
async fn unread(house: &House) -> BodyStream {
    let bearer = house.bearer(&[]);
    let request = format!("GET {LARGE} HTTP/1.1\r\nhost: a\r\nauthorization: {bearer}\r\n\r\n");
    BodyStream::open(house.address, &request).await
}

async fn cancelled(chat: &Chat) {
    until("the end of the call", async || {
        chat.cancelled.load(Ordering::SeqCst) == 1
    })
    .await;
    let sent = chat.sent.load(Ordering::SeqCst);
    assert!(sent < 256, "{sent} notes of 64 KiB were taken for nobody");
}

/// The one place is free.
async fn there_is_room(house: &House) {
    assert_eq!(house.get("/health/live", &[]).await.status, 200);
}

#[tokio::test]
async fn a_stream_that_is_not_read_is_cut() {
    let (house, chat) = Chat::house(|plan| patient(plan, SOON)).await;
    let stream = unread(&house).await;
    cancelled(&chat).await;
    there_is_room(&house).await;
    assert!(stream.rest().await.is_none(), "the body breaks off");
}

#[tokio::test]
async fn a_socket_that_is_not_read_is_cut() {
    let (house, chat) = Chat::house(|plan| patient(plan, SOON)).await;
    let url = format!("ws://{}{LARGE}", house.address);
    let mut request = url.into_client_request().unwrap();
    let bearer = house.bearer(&[]).parse().unwrap();
    request.headers_mut().insert("authorization", bearer);
    let stream = TcpStream::connect(house.address).await.unwrap();
    let _socket = within("the handshake", client_async(request, stream))
        .await
        .unwrap();
    cancelled(&chat).await;
    there_is_room(&house).await;
}

/// Its window never opens: the answer is given up, and the connection serves on.
#[tokio::test]
async fn an_answer_that_has_no_window_is_cut() {
    let house = house(SOON).await;
    let peer = Peer::open(house.address).await;
    let answer = within("the answer", peer.send(login(LOGIN)).await).await;
    let mut body = answer.unwrap().into_body();
    let mut length = 0;
    let error = loop {
        match within("the end", body.data()).await.expect("it is cut") {
            // What is read is not given back to the window.
            Ok(data) => length += data.len(),
            Err(error) => break error,
        }
    };
    assert!(error.is_reset() && error.is_remote(), "{error}");
    assert_eq!(length, 65_535);
    let small = login(r#"{"email": "a"}"#);
    // The window of the connection is used up: the head comes, and with it the status.
    let answer = within("the answer", peer.send(small).await).await;
    assert_eq!(answer.unwrap().status(), 200);
}

/// Its windows are as wide as can be, and it reads nothing: the connection is given up, although
/// nobody wants its place and nothing is under way on it any more.
#[tokio::test]
async fn a_connection_that_is_not_read_is_cut() {
    const PING: [u8; 17] = [0, 0, 8, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let mut plan = Plan::default();
    patient(&mut plan, SOON);
    plan.limits.max_connections = 1000;
    let house = House::planned(plan).await;
    house.ready().await;
    let stream = TcpStream::connect(house.address).await.unwrap();
    let stream = stream.into_std().unwrap();
    let beside = stream.try_clone().unwrap();
    let widest = (1 << 31) - 1;
    let handshake = client::Builder::new()
        .initial_window_size(widest)
        .initial_connection_window_size(widest)
        .handshake(TcpStream::from_std(stream).unwrap());
    let (mut sender, mut connection): (SendRequest<Bytes>, _) = handshake.await.unwrap();
    let (_answer, mut body) = sender.send_request(login("").map(drop), false).unwrap();
    body.send_data(Bytes::from_static(LOGIN.as_bytes()), true)
        .unwrap();
    let asked = until("the call", async || house.backend.count() == 1);
    tokio::select! {
        _ = &mut connection => panic!("it goes on"),
        () = asked => {}
    }
    // What is sent to a connection that is closed comes back.
    let beside = Mutex::new(beside);
    until("the end", async || {
        let sent = beside.lock().unwrap().write(&PING);
        sent.is_err_and(|error| error.kind() != ErrorKind::WouldBlock)
    })
    .await;
}

#[tokio::test]
async fn a_stream_that_is_not_read_makes_room() {
    let (house, chat) = Chat::house(|plan| patient(plan, LONG)).await;
    let stream = unread(&house).await;
    there_is_room(&house).await;
    cancelled(&chat).await;
    assert!(stream.rest().await.is_none(), "the body breaks off");
}

/// A body that drips, and an answer without a window: all that is under way waits for the client.
#[tokio::test]
async fn a_connection_whose_requests_all_wait_for_it_makes_room() {
    let house = house(LONG).await;
    let peer = Peer::open(house.address).await;
    let answer = within("the answer", peer.send(login(LOGIN)).await).await;
    let _unread = answer.unwrap().into_body();
    let (_answer, _body) = peer.begin(login("").map(drop)).await;
    there_is_room(&house).await;
    let _ = within("the end", peer.connection).await;
}

/// One of its requests is with a service: the connection stays, and the other waits.
#[tokio::test]
async fn a_connection_with_a_call_under_way_stays() {
    let house = house(LONG).await;
    let peer = Peer::open(house.address).await;
    let (_answer, _body) = peer.begin(login("").map(drop)).await;
    let served = peer.send(login(r#"{"email": "wait"}"#)).await;
    until("the call", async || house.backend.count() == 1).await;
    let mut next = Wire::open(house.address).await;
    next.send("GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n")
        .await;
    assert!(!next.has_answer().await);
    house.backend.gate.add_permits(1);
    let answer = within("the answer", served).await.unwrap();
    assert_eq!(answer.status(), 200);
    // Now all that is left waits for its client.
    assert_eq!(next.answer().await.status(), 200);
}
