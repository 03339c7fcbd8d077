//! Streams and gRPC-Web for pages of other origins.

use crate::body_stream::BodyStream;
use crate::chat::Chat;
use crate::cors::cors;
use crate::house::House;
use crate::wire::Wire;

const ORIGIN: &str = "https://app.example.com";

async fn house() -> House {
    let (house, _) = Chat::house(|plan| plan.cors = cors(&[ORIGIN], false)).await;
    house
}

#[tokio::test]
async fn a_page_of_an_allowed_origin_may_open_a_websocket() {
    let house = house().await;
    for (origin, status) in [(ORIGIN, 101), ("https://evil.example.com", 403)] {
        let mut wire = Wire::open(house.address).await;
        wire.send(format!(
            "GET /api/v1/rooms/x:talk HTTP/1.1\r\nhost: a\r\nauthorization: {}\r\n\
             upgrade: websocket\r\nconnection: upgrade\r\norigin: {origin}\r\n\
             sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\nsec-websocket-version: 13\r\n\r\n",
            house.bearer(&[])
        ))
        .await;
        assert_eq!(wire.head().await.status(), status, "{origin}");
    }
}

#[tokio::test]
async fn a_page_may_call_by_grpc_web_and_read_streams() {
    let house = house().await;
    let path = "/guardmesh.chat.v1.ChatService/Watch";
    let preflight = [
        ("origin", ORIGIN),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "x-grpc-web,content-type"),
    ];
    let answer = house.request("OPTIONS", path, &preflight, b"").await;
    assert_eq!(answer.status, 204);
    let methods = answer.headers.iter();
    let mut methods = methods.filter(|(name, _)| name == "access-control-allow-methods");
    assert!(methods.next().unwrap().1.starts_with("POST"));

    // Errors too.
    let headers = [("origin", ORIGIN), ("content-type", "application/grpc-web")];
    let answer = house.request("POST", path, &headers, b"").await;
    let allowed = ("access-control-allow-origin".to_owned(), ORIGIN.to_owned());
    assert!(answer.headers.contains(&allowed), "{answer:?}");

    let request = format!(
        "GET /api/v1/notes:watch?count=1 HTTP/1.1\r\nhost: a\r\norigin: {ORIGIN}\r\n\
         authorization: {}\r\naccept: text/event-stream\r\n\r\n",
        house.bearer(&[])
    );
    let answer = BodyStream::open(house.address, &request).await;
    let allowed = format!("access-control-allow-origin: {ORIGIN}\r\n");
    assert!(answer.head.contains(&allowed), "{}", answer.head);
    // Those of a stream, not those of any answer.
    assert_eq!(answer.head.matches("cache-control").count(), 1);
    assert!(
        answer
            .head
            .contains("cache-control: no-store, no-transform\r\n")
    );
}
