//! Open streams end with the credential that opened them: when it is revoked, and when it expires.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use bytes::Bytes;
use chrono::TimeDelta;
use futures_util::StreamExt;
use guardmesh_proto::guardmesh::auth::v1::revocation::Subject;
use guardmesh_transcoder::frame::{self, FrameKind, Reader};
use guardmesh_transcoder::grpc_web::{TextReader, decode_trailers};
use h2::RecvStream;
use http::{HeaderMap, Request};
use prost::Message as _;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::Message;
use tokio_tungstenite::{WebSocketStream, client_async};
use tonic::Status;
use tonic_types::StatusExt;

use crate::body_stream::BodyStream;
use crate::chat::{Chat, Note};
use crate::house::{House, until, within};
use crate::issuer;
use crate::wire::Wire;

/// A credential, as a header.
pub(crate) type Credential = (&'static str, String);

#[derive(Debug, Clone, Copy)]
pub(crate) enum Form {
    Events,
    Lines,
    GrpcWeb,
    WebSocket,
    Grpc,
}

pub(crate) const FORMS: [Form; 5] = [
    Form::Events,
    Form::Lines,
    Form::GrpcWeb,
    Form::WebSocket,
    Form::Grpc,
];

/// A stream that has begun.
pub(crate) enum Open {
    Body(Form, BodyStream),
    Socket(Box<WebSocketStream<TcpStream>>),
    Http2(RecvStream),
}

/// Somebody signed in until `seconds` from now.
fn sign_in(house: &House, seconds: i64) -> (Credential, Value) {
    let mut claims = issuer::claims(house.clock.now(), &[]);
    claims["exp"] = (house.clock.now().timestamp() + seconds).into();
    let bearer = format!("Bearer {}", house.issuer.token(&claims));
    (("authorization", bearer), claims)
}

fn claim(claims: &Value, name: &str) -> String {
    claims[name].as_str().unwrap().to_owned()
}

impl Form {
    /// Opens a stream that sends one note, and then whatever `text` says.
    pub(crate) async fn open(self, house: &House, text: &str, (name, value): &Credential) -> Open {
        let path = format!(
            "/api/v1/notes:watch?text={}&count=1",
            text.replace(' ', "%20")
        );
        let note = frame::encode(&Note::new(text, 1).encode_to_vec()).unwrap();
        let get = |accept: &str| {
            format!("GET {path} HTTP/1.1\r\nhost: a\r\n{name}: {value}\r\naccept: {accept}\r\n\r\n")
        };
        let request = match self {
            Self::Events => get("text/event-stream"),
            Self::Lines => get("application/x-ndjson"),
            Self::GrpcWeb => {
                let body = guardmesh_transcoder::grpc_web::encode_text(&note);
                let length = body.len();
                format!(
                    "POST /guardmesh.chat.v1.ChatService/Watch HTTP/1.1\r\nhost: a\r\n\
                     {name}: {value}\r\ncontent-type: application/grpc-web-text\r\n\
                     content-length: {length}\r\n\r\n{}",
                    std::str::from_utf8(&body).unwrap()
                )
            }
            Self::WebSocket => {
                let url = format!("ws://{}{path}", house.address);
                let mut request = url.into_client_request().unwrap();
                request.headers_mut().insert(*name, value.parse().unwrap());
                let stream = TcpStream::connect(house.address).await.unwrap();
                let (socket, _) = within("the handshake", client_async(request, stream))
                    .await
                    .unwrap();
                return Open::Socket(Box::new(socket));
            }
            Self::Grpc => return Open::Http2(grpc(house, note, name, value).await),
        };
        Open::Body(self, BodyStream::open(house.address, &request).await)
    }
}

async fn grpc(house: &House, note: Bytes, name: &str, value: &str) -> RecvStream {
    let stream = TcpStream::connect(house.address).await.unwrap();
    let (sender, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    let mut sender = within("a place for a stream", sender.ready())
        .await
        .unwrap();
    let request = Request::post(format!(
        "http://{}/guardmesh.chat.v1.ChatService/Watch",
        house.address
    ))
    .header("content-type", "application/grpc")
    .header("te", "trailers")
    .header(name, value)
    .body(())
    .unwrap();
    let (answer, mut body) = sender.send_request(request, false).unwrap();
    body.send_data(note, true).unwrap();
    within("the answer", answer).await.unwrap().into_body()
}

impl Open {
    /// The whole body of a stream that ends well.
    pub(crate) async fn body(self) -> String {
        let Self::Body(_, body) = self else {
            panic!("it has no body");
        };
        body.rest().await.expect("the body is complete")
    }

    /// Waits for the end; gives the reason in the form that the stream has for it.
    pub(crate) async fn end(self) -> String {
        match self {
            Self::Body(form, body) => {
                let body = body.rest().await.expect("the body is complete");
                match form {
                    Form::Events => {
                        let (_, error) = body.split_once("event: error\ndata: ").unwrap();
                        reason(&serde_json::from_str(error.trim_end()).unwrap())
                    }
                    Form::Lines => {
                        let last = body.lines().last().unwrap();
                        let last: Value = serde_json::from_str(last).unwrap();
                        reason(&last["error"])
                    }
                    _ => reason_of(&web_trailers(&body)),
                }
            }
            Self::Socket(mut socket) => {
                let mut error = None;
                loop {
                    match within("the end", socket.next()).await.unwrap().unwrap() {
                        Message::Text(text) => error = serde_json::from_str::<Value>(&text).ok(),
                        Message::Close(Some(frame)) => {
                            assert_eq!(u16::from(frame.code), 4016);
                            let error = reason(&error.unwrap()["error"]);
                            assert_eq!(frame.reason.as_str(), error);
                            return error;
                        }
                        other => panic!("{other:?}"),
                    }
                }
            }
            Self::Http2(mut body) => {
                while let Some(data) = within("the body", body.data()).await {
                    let data = data.unwrap();
                    body.flow_control().release_capacity(data.len()).unwrap();
                }
                let trailers = within("the trailers", body.trailers()).await;
                reason_of(&trailers.unwrap().unwrap())
            }
        }
    }
}

/// Of a problem that is an authentication error.
fn reason(problem: &Value) -> String {
    assert_eq!(problem["code"], "UNAUTHENTICATED", "{problem}");
    assert_eq!(problem["status"], 401, "{problem}");
    problem["reason"].as_str().unwrap().to_owned()
}

fn reason_of(trailers: &HeaderMap) -> String {
    let status = Status::from_header_map(trailers).unwrap();
    assert_eq!(status.code(), tonic::Code::Unauthenticated);
    status.get_details_error_info().unwrap().reason
}

fn web_trailers(body: &str) -> HeaderMap {
    let mut reader = Reader::new(1 << 20);
    reader.push(TextReader::default().push(body.as_bytes()).unwrap());
    loop {
        let frame = reader.read().unwrap().expect("trailers");
        if frame.kind == FrameKind::Trailers {
            return decode_trailers(&frame.payload).unwrap();
        }
    }
}

async fn cancelled(chat: &Chat, count: usize) {
    until("the cancellation", async || {
        chat.cancelled.load(Ordering::SeqCst) == count
    })
    .await;
}

#[tokio::test]
async fn a_revoked_session_ends_its_streams_and_no_others() {
    let (house, chat) = Chat::house(|_| {}).await;
    let (lost, claims) = sign_in(&house, 1800);
    let mut other = claims.clone();
    other["sid"] = sign_in(&house, 1800).1["sid"].clone();
    let kept = (
        "authorization",
        format!("Bearer {}", house.issuer.token(&other)),
    );
    let stays = Form::Lines.open(&house, "then wait", &kept).await;
    let mut open = Vec::new();
    for form in FORMS {
        open.push(form.open(&house, "then silence", &lost).await);
    }
    let subject = Subject::SessionId(claim(&claims, "sid"));
    house.backend.auth.revoke(subject, house.clock.now());
    for stream in open {
        assert_eq!(stream.end().await, "TOKEN_REVOKED");
    }
    cancelled(&chat, FORMS.len()).await;
    // Of the same user.
    chat.gate.add_permits(1);
    assert!(stays.body().await.contains("waited"));
    cancelled(&chat, FORMS.len()).await;
}

#[tokio::test]
async fn a_revoked_user_loses_streams_of_every_form() {
    let (house, chat) = Chat::house(|_| {}).await;
    let (lost, claims) = sign_in(&house, 1800);
    let mut open = Vec::new();
    for form in FORMS {
        open.push(form.open(&house, "then silence", &lost).await);
    }
    let subject = Subject::UserId(claim(&claims, "sub"));
    let since = house.clock.now() + TimeDelta::milliseconds(500);
    house.backend.auth.revoke(subject, since);
    for stream in open {
        assert_eq!(stream.end().await, "TOKEN_REVOKED");
    }
    cancelled(&chat, FORMS.len()).await;
}

#[tokio::test]
async fn a_revoked_key_ends_its_streams() {
    let (house, chat) = Chat::house(|_| {}).await;
    let auth = &house.backend.auth;
    let (key, known) = auth.add_key(&[]);
    let key = ("x-api-key", key);
    let mut open = Vec::new();
    for form in FORMS {
        open.push(form.open(&house, "then silence", &key).await);
    }
    auth.revoke(Subject::ApiKeyId(known.api_key_id), house.clock.now());
    for stream in open {
        assert_eq!(stream.end().await, "TOKEN_REVOKED");
    }
    cancelled(&chat, FORMS.len()).await;
}

/// What the revocation of a user does to their keys, auth knows.
#[tokio::test]
async fn streams_by_keys_of_a_revoked_user_go_on_if_auth_still_vouches() {
    let (house, chat) = Chat::house(|_| {}).await;
    let auth = &house.backend.auth;
    let (kept, kept_as) = auth.add_key(&[]);
    let (lost, lost_as) = auth.add_key(&[]);
    let stays = Form::Lines
        .open(&house, "then wait", &("x-api-key", kept))
        .await;
    let ends = Form::Lines
        .open(&house, "then silence", &("x-api-key", lost.clone()))
        .await;
    auth.remove_key(&lost);
    for known in [kept_as, lost_as] {
        auth.revoke(Subject::UserId(known.user_id), house.clock.now());
    }
    assert_eq!(ends.end().await, "INVALID_API_KEY");
    until("the questions", async || {
        auth.verified.lock().unwrap().len() == 4
    })
    .await;
    chat.gate.add_permits(1);
    assert!(stays.body().await.contains("waited"));
    cancelled(&chat, 1).await;
}

#[tokio::test]
async fn streams_end_when_their_credential_expires() {
    let (house, chat) = Chat::house(|_| {}).await;
    let auth = &house.backend.auth;
    let (key, mut known) = auth.add_key(&[]);
    known.expire_time = Some(prost_types::Timestamp {
        seconds: house.clock.now().timestamp() + 2,
        nanos: 0,
    });
    auth.set_key(&key, known);
    let (token, _) = sign_in(&house, 2);
    let mut open = Vec::new();
    for form in FORMS {
        open.push(form.open(&house, "then silence", &token).await);
    }
    let key = ("x-api-key", key);
    open.push(Form::Lines.open(&house, "then silence", &key).await);
    for stream in open {
        assert_eq!(stream.end().await, "CREDENTIAL_EXPIRED");
    }
    cancelled(&chat, FORMS.len() + 1).await;
}

#[tokio::test]
async fn a_stream_of_the_client_ends_as_well() {
    let (house, chat) = Chat::house(|_| {}).await;
    let ((name, value), claims) = sign_in(&house, 1800);
    let mut wire = Wire::open(house.address).await;
    let line = "{\"text\": \"a\"}\n";
    wire.send(format!(
        "POST /api/v1/notes:collect HTTP/1.1\r\nhost: a\r\n{name}: {value}\r\n\
         content-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n\
         {:x}\r\n{line}\r\n",
        line.len()
    ))
    .await;
    until("the note", async || {
        chat.arrived.load(Ordering::SeqCst) == 1
    })
    .await;
    let subject = Subject::SessionId(claim(&claims, "sid"));
    house.backend.auth.revoke(subject, house.clock.now());
    let answer = wire.answer().await;
    assert_eq!(answer.status(), 401);
    assert!(answer.body.contains("TOKEN_REVOKED"), "{}", answer.body);
    cancelled(&chat, 1).await;
}

/// A revocation that came while auth could not be heard counts when it is heard again.
#[tokio::test]
async fn a_snapshot_ends_streams_too() {
    let (house, chat) = Chat::house(|_| {}).await;
    let auth = &house.backend.auth;
    let (lost, claims) = sign_in(&house, 1800);
    let stream = Form::Events.open(&house, "then silence", &lost).await;
    auth.cut(true);
    auth.revoke(Subject::SessionId(claim(&claims, "sid")), house.clock.now());
    auth.cut(false);
    assert_eq!(stream.end().await, "TOKEN_REVOKED");
    cancelled(&chat, 1).await;
}

/// Who reads nothing cannot be told: the call ends all the same, and the answer breaks off.
#[tokio::test]
async fn a_client_that_does_not_read_loses_its_call_too() {
    let (house, chat) = Chat::house(|plan| {
        // No bound but that of the credential.
        plan.limits.body_timeout = Duration::from_hours(1);
    })
    .await;
    let (lost, claims) = sign_in(&house, 1800);
    let path = "/api/v1/notes:watch?text=large&count=4096";
    let (name, value) = &lost;
    let request = format!("GET {path} HTTP/1.1\r\nhost: a\r\n{name}: {value}\r\n\r\n");
    let stream = BodyStream::open(house.address, &request).await;
    until("a stop", async || {
        let before = chat.sent.load(Ordering::SeqCst);
        for _ in 0..20 {
            assert_eq!(house.get("/health", &[]).await.status, 200);
        }
        before > 0 && chat.sent.load(Ordering::SeqCst) == before
    })
    .await;
    let subject = Subject::SessionId(claim(&claims, "sid"));
    house.backend.auth.revoke(subject, house.clock.now());
    cancelled(&chat, 1).await;
    // It may have been between two messages at that moment.
    if let Some(body) = stream.rest().await {
        assert!(body.contains("TOKEN_REVOKED"));
    }
}

/// How long a revocation takes to end streams: printed, for whoever wants to know.
#[tokio::test]
#[ignore = "prints figures and proves nothing"]
async fn how_long_streams_outlive_their_revocation() {
    const STREAMS: usize = 500;
    let (house, chat) = Chat::house(|_| {}).await;
    let (lost, claims) = sign_in(&house, 1800);
    let mut open = Vec::new();
    for _ in 0..STREAMS {
        open.push(Form::Events.open(&house, "then silence", &lost).await);
    }
    let subject = Subject::SessionId(claim(&claims, "sid"));
    let begun = Instant::now();
    house.backend.auth.revoke(subject, house.clock.now());
    let mut took = Vec::new();
    for stream in open {
        assert_eq!(stream.end().await, "TOKEN_REVOKED");
        took.push(begun.elapsed());
    }
    cancelled(&chat, STREAMS).await;
    #[expect(clippy::print_stdout, reason = "it is what this is for")]
    {
        println!(
            "first {:?}, last of {STREAMS}: {:?}",
            took.first(),
            took.last()
        );
    }
}
