//! WebSocket, by a client that is no work of ours.

use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use http::Request;
use http::header::HeaderValue;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::Message;
use tokio_tungstenite::tungstenite::{Bytes, Error};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::chat::Chat;
use crate::house::{House, until, within};
use crate::http2::Peer;
use crate::problem::problem;
use crate::wire::Wire;

const TALK: &str = "/api/v1/rooms/lobby:talk";

type Socket = WebSocketStream<TcpStream>;

/// A handshake with the credentials of a user.
fn handshake(house: &House, path: &str) -> Request<()> {
    let url = format!("ws://{}{path}", house.address);
    let mut request = url.into_client_request().unwrap();
    let bearer = house.bearer(&[]).parse().unwrap();
    request.headers_mut().insert("authorization", bearer);
    request
}

async fn connect(request: Request<()>) -> Result<Socket, Error> {
    let address = request.uri().authority().unwrap().as_str();
    let stream = TcpStream::connect(address).await.unwrap();
    let connected = within("the handshake", client_async(request, stream)).await;
    connected.map(|(socket, _)| socket)
}

async fn open(house: &House, path: &str) -> Socket {
    connect(handshake(house, path)).await.unwrap()
}

async fn say(socket: &mut Socket, text: &str) {
    socket.send(Message::text(text)).await.unwrap();
}

/// The next message, as JSON.
async fn hear(socket: &mut Socket) -> Value {
    loop {
        match within("a message", socket.next()).await.unwrap().unwrap() {
            Message::Text(text) => return serde_json::from_str(&text).unwrap(),
            Message::Ping(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

/// What the conversation ends with: code and reason.
async fn end(socket: &mut Socket) -> (u16, String) {
    loop {
        match within("the end", socket.next()).await {
            Some(Ok(Message::Close(Some(frame)))) => {
                return (frame.code.into(), frame.reason.to_string());
            }
            Some(Ok(Message::Ping(_))) => {}
            other => panic!("{other:?}"),
        }
    }
}

/// How a handshake is refused: the status and the reason.
async fn refused(house: &House, request: Request<()>) -> (u16, String) {
    let mut head = format!(
        "GET {} HTTP/1.1\r\n",
        request.uri().path_and_query().unwrap()
    );
    for (name, value) in request.headers() {
        let value = value.to_str().unwrap();
        head.extend([name.as_str(), ": ", value, "\r\n"]);
    }
    let mut wire = Wire::open(house.address).await;
    wire.send(head + "\r\n").await;
    let answer = wire.answer().await;
    let problem: Value = serde_json::from_str(&answer.body).unwrap();
    let reason = problem["reason"].as_str().unwrap_or_default().to_owned();
    (answer.status(), reason)
}

#[tokio::test]
async fn both_sides_talk_and_the_client_may_finish_first() {
    let (house, chat) = Chat::house(|_| {}).await;
    let mut socket = open(&house, TALK).await;
    for (text, room) in [("one", "lobby"), ("two", "")] {
        say(&mut socket, &json!({"text": text}).to_string()).await;
        let note = hear(&mut socket).await;
        assert_eq!(note["text"], text);
        assert_eq!(note["room"], room, "the path is in the first message alone");
    }
    // What is said before the end is heard after it.
    say(&mut socket, r#"{"text": "wait"}"#).await;
    say(&mut socket, "").await;
    until("the note", async || {
        chat.arrived.load(Ordering::SeqCst) == 3
    })
    .await;
    chat.gate.add_permits(1);
    assert_eq!(hear(&mut socket).await["text"], "wait");
    assert_eq!(end(&mut socket).await, (1000, String::new()));
    assert!(within("the close", socket.next()).await.is_none());
    assert_eq!(chat.cancelled.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_stream_of_the_client_has_one_answer() {
    let (house, _) = Chat::house(|_| {}).await;
    // Bound to POST; a handshake is a GET.
    let mut socket = open(&house, "/api/v1/notes:collect").await;
    for text in ["a", "b"] {
        say(&mut socket, &json!({"text": text}).to_string()).await;
    }
    say(&mut socket, "").await;
    let note = hear(&mut socket).await;
    assert_eq!((&note["text"], &note["count"]), (&json!("ab"), &json!(2)));
    assert_eq!(end(&mut socket).await.0, 1000);
}

#[tokio::test]
async fn a_stream_of_the_service_is_asked_for_by_the_query() {
    let (house, _) = Chat::house(|_| {}).await;
    let mut socket = open(&house, "/api/v1/notes:watch?count=2").await;
    assert_eq!(hear(&mut socket).await["count"], 1);
    assert_eq!(hear(&mut socket).await["count"], 2);
    assert_eq!(end(&mut socket).await.0, 1000);

    let mut socket = open(&house, "/api/v1/notes:watch?text=then%20silence").await;
    say(&mut socket, "{}").await;
    assert_eq!(
        hear(&mut socket).await["error"]["reason"],
        "UNEXPECTED_MESSAGE"
    );
    assert_eq!(end(&mut socket).await.0, 4003);
}

#[tokio::test]
async fn a_failure_is_told_and_has_its_code() {
    let (house, _) = Chat::house(|_| {}).await;
    for (said, code, reason) in [
        (r#"{"text": "stop"}"#, 4009, "STOPPED"),
        (r#"{"text": 1}"#, 4003, "INVALID_REQUEST"),
        ("{", 4003, "INVALID_REQUEST"),
    ] {
        let mut socket = open(&house, TALK).await;
        say(&mut socket, said).await;
        let error = hear(&mut socket).await["error"].clone();
        assert_eq!(error["reason"], reason, "{said}");
        assert!(error["requestId"].as_str().unwrap().starts_with("req_"));
        assert_eq!(end(&mut socket).await, (code, reason.to_owned()));
    }
    let mut socket = open(&house, "/api/v1/notes:watch?text=no").await;
    let violations = hear(&mut socket).await["error"]["violations"].clone();
    assert_eq!(violations[0]["field"], "text");
    assert_eq!(end(&mut socket).await, (4005, "NO_NOTE".to_owned()));
}

#[tokio::test]
async fn frames_that_are_not_taken_end_the_conversation() {
    let (house, chat) = Chat::house(|_| {}).await;
    let mut socket = open(&house, TALK).await;
    socket
        .send(Message::binary(Bytes::from_static(b"x")))
        .await
        .unwrap();
    assert_eq!(end(&mut socket).await, (1003, "BINARY_MESSAGE".to_owned()));

    let mut socket = open(&house, TALK).await;
    say(&mut socket, &"x".repeat(100_001)).await;
    assert_eq!(
        end(&mut socket).await,
        (1009, "MESSAGE_TOO_LARGE".to_owned())
    );
    until("the cancellations", async || {
        chat.cancelled.load(Ordering::SeqCst) == 2
    })
    .await;

    // A frame that is not masked (RFC 6455, section 5.1).
    let mut wire = Wire::open(house.address).await;
    wire.send(raw_handshake(&house, "sec-websocket-version: 13\r\n"))
        .await;
    assert_eq!(wire.head().await.status(), 101);
    wire.send(b"\x81\x02{}").await;
    let rest = wire.rest().await;
    assert_eq!(rest[..4], [0x88, 16, 0x03, 0xea], "1002: {rest:?}");
}

fn raw_handshake(house: &House, lines: &str) -> String {
    format!(
        "GET {TALK} HTTP/1.1\r\nhost: a\r\nauthorization: {}\r\nupgrade: websocket\r\n\
         connection: keep-alive, Upgrade\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n{lines}\r\n",
        house.bearer(&[])
    )
}

#[tokio::test]
async fn a_handshake_that_is_none_is_refused() {
    let (house, chat) = Chat::house(|_| {}).await;
    for (lines, status) in [
        ("", 426),
        ("sec-websocket-version: 8\r\n", 426),
        ("sec-websocket-version: 13\r\nsec-websocket-key: x\r\n", 400),
        ("sec-websocket-version: 13\r\ncontent-length: 2\r\n", 400),
        (
            "sec-websocket-version: 13\r\norigin: https://evil.example\r\n",
            403,
        ),
        ("sec-websocket-version: 13\r\norigin: null\r\n", 403),
    ] {
        let mut wire = Wire::open(house.address).await;
        wire.send(raw_handshake(&house, lines)).await;
        assert_eq!(wire.answer().await.status(), status, "{lines}");
    }
    let mut wire = Wire::open(house.address).await;
    let short = raw_handshake(&house, "sec-websocket-version: 13\r\n").replace("AAA==", "A==");
    wire.send(short).await;
    assert_eq!(wire.answer().await.status(), 400);
    let ours = "sec-websocket-version: 13\r\norigin: https://A\r\n";
    let mut wire = Wire::open(house.address).await;
    wire.send(raw_handshake(&house, ours)).await;
    let head = wire.head().await;
    assert_eq!(head.status(), 101);
    // SHA-1 of the key and a constant (RFC 6455, section 4.2.2), computed elsewhere.
    assert!(
        head.head
            .contains("sec-websocket-accept: icx+yqv66kxgm0fcwalwlflwtai=\r\n"),
        "{head:?}"
    );
    until("the one call", async || chat.calls().len() == 1).await;

    // A method without a stream has no WebSocket: it answers as ever, and not to GET.
    let request = handshake(&house, "/api/v1/notes:echo");
    assert_eq!(
        refused(&house, request).await,
        (405, "METHOD_NOT_ALLOWED".to_owned())
    );
    let request = handshake(&house, "/api/v1/auth/me");
    assert_eq!(refused(&house, request).await.0, 200);
    let request = handshake(&house, "/api/v1/notes:watch?cuont=1");
    assert_eq!(
        refused(&house, request).await,
        (400, "INVALID_REQUEST".to_owned())
    );
    assert_eq!(house.get(TALK, &[]).await.status, 426);
}

/// Also where the contract has another method than GET.
#[tokio::test]
async fn without_a_websocket_a_conversation_says_what_it_takes() {
    const CHECK: &str = "/api/v1/guards:checkStream";
    let house = House::start().await;
    let get = house.get(CHECK, &[]).await;
    problem(&get, 426, "UNIMPLEMENTED", "WEBSOCKET_REQUIRED");
    assert_eq!(get.header("upgrade"), Some("websocket"));
    // RFC 9110, section 7.8.
    let connection = ("connection".to_owned(), "upgrade".to_owned());
    assert!(get.headers.contains(&connection), "{get:?}");
    let post = house.post(CHECK, &json!({})).await;
    problem(&post, 405, "UNIMPLEMENTED", "WEBSOCKET_REQUIRED");
    assert_eq!(post.header("allow"), Some("GET, OPTIONS"));

    // HTTP/2 has no such headers (RFC 9113, section 8.2.2).
    let peer = Peer::open(house.address).await;
    let request = Request::get(format!("http://a{CHECK}")).body("").unwrap();
    let get = peer.ask(request).await;
    problem(&get, 426, "UNIMPLEMENTED", "WEBSOCKET_REQUIRED");
    assert_eq!(
        (get.header("upgrade"), get.header("connection")),
        (None, None)
    );
}

#[tokio::test]
async fn credentials_are_needed_and_may_be_a_subprotocol() {
    let (house, _) = Chat::house(|_| {}).await;
    let without = |protocols: Option<String>| {
        let mut request = handshake(&house, TALK);
        request.headers_mut().remove("authorization");
        if let Some(protocols) = protocols {
            let protocols = HeaderValue::from_str(&protocols).unwrap();
            request
                .headers_mut()
                .insert("sec-websocket-protocol", protocols);
        }
        request
    };
    assert_eq!(
        refused(&house, without(None)).await,
        (401, "UNAUTHENTICATED".to_owned())
    );
    let forged = without(Some("bearer, forged".to_owned()));
    assert_eq!(
        refused(&house, forged).await,
        (401, "INVALID_TOKEN".to_owned())
    );
    let bearer = house.bearer(&[]);
    let token = bearer.strip_prefix("Bearer ").unwrap();
    // The client insists that the one that is chosen was offered.
    let mut socket = connect(without(Some(format!("bearer, {token}"))))
        .await
        .unwrap();
    say(&mut socket, r#"{"text": "a"}"#).await;
    assert_eq!(hear(&mut socket).await["text"], "a");
}

#[tokio::test]
async fn a_client_that_leaves_cancels_the_call() {
    let (house, chat) = Chat::house(|_| {}).await;
    let mut polite = open(&house, TALK).await;
    let rude = open(&house, TALK).await;
    until("the calls", async || chat.calls().len() == 2).await;
    polite.close(None).await.unwrap();
    let answer = within("the close", polite.next()).await.unwrap().unwrap();
    assert!(answer.is_close());
    until("the cancellation", async || {
        chat.cancelled.load(Ordering::SeqCst) == 1
    })
    .await;
    drop(rude);
    until("the cancellation", async || {
        chat.cancelled.load(Ordering::SeqCst) == 2
    })
    .await;
}

#[tokio::test]
async fn a_client_that_answers_no_ping_is_given_up() {
    let (house, chat) = Chat::house(|plan| {
        plan.limits.streams.heartbeat = Duration::from_millis(50);
    })
    .await;
    let mut wire = Wire::open(house.address).await;
    wire.send(raw_handshake(&house, "sec-websocket-version: 13\r\n"))
        .await;
    assert_eq!(wire.head().await.status(), 101);
    let rest = wire.rest().await;
    assert!(rest.starts_with(&[0x89, 0]), "a ping: {rest:?}");
    until("the cancellation", async || {
        chat.cancelled.load(Ordering::SeqCst) == 1
    })
    .await;

    // This client answers them, and outlives many.
    let mut socket = open(&house, TALK).await;
    for _ in 0..5 {
        let ping = within("a ping", socket.next()).await.unwrap().unwrap();
        assert!(ping.is_ping());
    }
    say(&mut socket, r#"{"text": "still here"}"#).await;
    assert_eq!(hear(&mut socket).await["text"], "still here");
}

#[tokio::test]
async fn silence_has_a_bound_and_a_shutdown_says_goodbye() {
    let (house, _) = Chat::house(|plan| {
        plan.limits.streams.idle_timeout = Duration::from_millis(100);
    })
    .await;
    let mut socket = open(&house, TALK).await;
    assert_eq!(hear(&mut socket).await["error"]["reason"], "STREAM_IDLE");
    assert_eq!(end(&mut socket).await, (4004, "STREAM_IDLE".to_owned()));

    let (house, _) = Chat::house(|_| {}).await;
    let mut socket = open(&house, TALK).await;
    house.shutdown.cancel();
    assert_eq!(end(&mut socket).await, (1001, "SHUTTING_DOWN".to_owned()));
    drop(socket);
    within("the gateway", house.gateway).await.unwrap();
}

/// The service takes no note while it has not echoed the one before: a client that goes on
/// talking is held back, and what it said is held in buffers of bounded size.
#[tokio::test]
async fn a_service_that_stops_stops_the_client() {
    const NOTE: usize = 64 * 1024;
    let (house, chat) = Chat::house(|_| {}).await;
    let (mut sender, _receiver) = open(&house, TALK).await.split();
    sender
        .send(Message::text(r#"{"text": "wait"}"#))
        .await
        .unwrap();
    let filling = json!({"text": "x".repeat(NOTE)}).to_string();
    let sent = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counter = sent.clone();
    tokio::spawn(async move {
        for _ in 0..4096 {
            if sender.send(Message::text(filling.clone())).await.is_err() {
                return;
            }
            counter.fetch_add(1, Ordering::SeqCst);
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
    let bytes = sent.load(Ordering::SeqCst) * NOTE;
    assert!(
        bytes < 16 * 1024 * 1024,
        "{bytes} bytes were taken for nobody"
    );
    assert_eq!(chat.arrived.load(Ordering::SeqCst), 1);
}
