//! gRPC-Web, its frames written by hand.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use guardmesh_chassis::testing::http::Response;
use guardmesh_transcoder::frame::{self, FrameKind, Reader};
use guardmesh_transcoder::grpc_web::{TextReader, decode_trailers};
use h2::client;
use http::HeaderMap;
use prost::Message;
use tokio::net::TcpStream;

use crate::chat::{Chat, Note};
use crate::house::{House, within};

const BINARY: &str = "application/grpc-web+proto";
const TEXT: &str = "application/grpc-web-text";

/// Sends a body over HTTP/1.1.
async fn post(house: &House, method: &str, content_type: &str, body: &[u8]) -> Response {
    let path = format!("/guardmesh.chat.v1.ChatService/{method}");
    let bearer = house.bearer(&[]);
    let headers = [("content-type", content_type), ("authorization", &bearer)];
    house.request("POST", &path, &headers, body).await
}

fn framed(note: &Note) -> Bytes {
    frame::encode(&note.encode_to_vec()).unwrap()
}

/// The notes of an answer and its trailers, which must be the end of it.
fn parse(body: &[u8]) -> (Vec<Note>, HeaderMap) {
    let mut reader = Reader::new(1 << 20);
    reader.push(body.to_vec().into());
    let mut notes = Vec::new();
    while let Some(frame) = reader.read().unwrap() {
        if frame.kind == FrameKind::Trailers {
            reader.finish().unwrap();
            return (notes, decode_trailers(&frame.payload).unwrap());
        }
        notes.push(Note::decode(frame.payload).unwrap());
    }
    panic!("no trailers: {body:?}");
}

/// How an answer of this content type ended.
fn status(answer: &Response) -> (Vec<Note>, String) {
    assert_eq!(answer.status, 200);
    let content_type = answer
        .headers
        .iter()
        .find(|(name, _)| name == "content-type");
    let (notes, trailers) = match content_type.unwrap().1.as_str() {
        "application/grpc-web+proto" => parse(&answer.body),
        "application/grpc-web-text+proto" => {
            parse(&TextReader::default().push(&answer.body).unwrap())
        }
        other => panic!("{other}"),
    };
    (notes, trailers["grpc-status"].to_str().unwrap().to_owned())
}

#[tokio::test]
async fn unary_calls_and_streams_in_both_forms() {
    let (house, _) = Chat::house(|_| {}).await;
    for content_type in [
        BINARY,
        "application/grpc-web",
        TEXT,
        "application/grpc-web-text+proto",
    ] {
        let body = |note: &Note| {
            let frame = framed(note);
            if content_type.contains("text") {
                return STANDARD.encode(frame).into_bytes();
            }
            frame.to_vec()
        };
        let echo = post(&house, "Echo", content_type, &body(&Note::new("hé", 3))).await;
        assert_eq!(status(&echo), (vec![Note::new("hé", 3)], "0".to_owned()));

        let watch = post(&house, "Watch", content_type, &body(&Note::new("", 2))).await;
        let notes = vec![Note::new("note", 1), Note::new("note", 2)];
        assert_eq!(status(&watch), (notes, "0".to_owned()));

        let watch = post(
            &house,
            "Watch",
            content_type,
            &body(&Note::new("then no", 1)),
        )
        .await;
        assert_eq!(status(&watch), (vec![Note::new("note", 1)], "5".to_owned()));
        let watch = post(&house, "Watch", content_type, &body(&Note::new("no", 1))).await;
        assert_eq!(status(&watch), (vec![], "5".to_owned()));
    }
}

/// Errors of every step are said in the client's dialect.
#[tokio::test]
async fn refusals_are_trailers_too() {
    let (house, chat) = Chat::house(|_| {}).await;
    let note = framed(&Note::default());
    let compressed = [b"\x01", &note[1..]].concat();
    let large = framed(&Note::new(&"x".repeat(1000), 0));
    let two = [&note[..], &note].concat();
    for (method, body, expected) in [
        ("Nothing", &note[..], "12"),
        ("Sweep", &note, "12"),
        ("Talk", &note, "12"),
        ("Echo", &compressed, "12"),
        ("Echo", &two, "3"),
        ("Echo", b"", "3"),
        ("Echo", &note[..4], "3"),
        ("Echo", &large, "8"),
        ("Echo", &vec![0; 10_000], "8"),
    ] {
        let text = STANDARD.encode(body);
        for (content_type, body) in [(BINARY, body), (TEXT, text.as_bytes())] {
            let answer = post(&house, method, content_type, body).await;
            assert_eq!(
                status(&answer).1,
                expected,
                "{method} {content_type} {body:.50?}"
            );
        }
    }
    let answer = post(&house, "Echo", TEXT, b"not base64!!").await;
    assert_eq!(status(&answer).1, "3");
    let path = "/guardmesh.chat.v1.ChatService/Echo";
    let headers = [("content-type", BINARY)];
    let answer = house.request("POST", path, &headers, &note).await;
    assert_eq!(status(&answer).1, "16");
    let answer = house.request("GET", path, &headers, b"").await;
    assert_eq!(status(&answer).1, "12");
    let answer =
        house.raw(b"POST /x HTTP/1.1\r\nhost: a b\r\ncontent-type: application/grpc-web\r\n\r\n");
    assert_eq!(status(&answer.await).1, "3");
    assert!(chat.calls().is_empty(), "nothing of it reached the service");
}

#[tokio::test]
async fn the_details_of_an_error_are_those_of_native_grpc() {
    let (house, _) = Chat::house(|_| {}).await;
    let answer = post(&house, "Echo", BINARY, &framed(&Note::new("no", 0))).await;
    let (_, trailers) = parse(&answer.body);
    assert_eq!(
        trailers["grpc-message"],
        "There%20is%20no%20such%20n%C3%B6te."
    );
    let details = trailers["grpc-status-details-bin"].to_str().unwrap();
    let details = base64::engine::general_purpose::STANDARD_NO_PAD
        .decode(details)
        .unwrap();
    assert!(details.windows(7).any(|part| part == b"NO_NOTE"));
}

#[tokio::test]
async fn it_goes_over_http2_as_well() {
    let (house, _) = Chat::house(|_| {}).await;
    let stream = TcpStream::connect(house.address).await.unwrap();
    let (sender, connection) = client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    let mut sender = sender.ready().await.unwrap();
    let request = http::Request::post(format!(
        "http://{}/guardmesh.chat.v1.ChatService/Watch",
        house.address
    ))
    .header("content-type", BINARY)
    .header("authorization", house.bearer(&[]))
    .body(())
    .unwrap();
    let (answer, mut body) = sender.send_request(request, false).unwrap();
    body.send_data(framed(&Note::new("", 2)), true).unwrap();
    let answer = within("the answer", answer).await.unwrap();
    assert_eq!(answer.headers()["content-type"], BINARY);
    let mut body = answer.into_body();
    let mut all = Vec::new();
    while let Some(data) = within("the body", body.data()).await {
        all.extend_from_slice(&data.unwrap());
    }
    assert!(
        body.trailers().await.unwrap().is_none(),
        "they are in the body"
    );
    let (notes, trailers) = parse(&all);
    assert_eq!(
        (notes.len(), &trailers["grpc-status"]),
        (2, &"0".parse().unwrap())
    );
}
