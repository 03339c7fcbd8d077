//! The example for axum, asked over a port.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

#[path = "../../examples/axum.rs"]
#[expect(dead_code, reason = "its `main` is not called")]
mod example;

/// Status line, content type and body of the answer to `GET path`. The body has been put together
/// if it came in chunks.
async fn get(path: &str) -> (String, String, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let router = example::router().expect("the contract");
    let server = tokio::spawn(axum::serve(listener, router).into_future());
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let request = format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    server.abort();
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let head = head.to_ascii_lowercase();
    let header = |name: &str| {
        let found = head.lines().find_map(|line| line.strip_prefix(name));
        found
            .unwrap_or_default()
            .trim_start_matches(": ")
            .to_owned()
    };
    let body = match header("transfer-encoding").as_str() {
        "chunked" => unchunk(body),
        _ => body.to_owned(),
    };
    let status = head.lines().next().expect("a status line").to_owned();
    (status, header("content-type"), body)
}

fn unchunk(mut body: &str) -> String {
    let mut whole = String::new();
    while let Some((size, rest)) = body.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).expect("a size");
        whole.push_str(&rest[..size]);
        body = rest[size..].trim_start_matches("\r\n");
    }
    whole
}

#[tokio::test]
async fn the_example_answers() {
    let (status, content_type, body) = get("/v1/items/7").await;
    assert_eq!(status, "http/1.1 200 ok");
    assert_eq!(content_type, "application/json");
    let item = r#"{"id":"7","name":"","displayName":"Item 7","tags":[],"labels":{}}"#;
    assert_eq!(body, item);

    let (status, content_type, body) = get("/v1/items/7:watch").await;
    assert_eq!(status, "http/1.1 200 ok");
    assert_eq!(content_type, "application/x-ndjson");
    let line = |n| format!("{{\"items\":[{item}],\"nextPageToken\":\"\",\"total\":\"{n}\"}}\n");
    assert_eq!(body, [line(1), line(2), line(3)].concat());

    let (status, _, body) = get("/v1/items/7?nope=1").await;
    assert_eq!(status, "http/1.1 400 bad request");
    assert!(body.contains(r#""field":"nope""#), "{body}");

    let (status, ..) = get("/v1/nothing").await;
    assert_eq!(status, "http/1.1 404 not found");
}
