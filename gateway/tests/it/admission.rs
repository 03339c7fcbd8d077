//! Raw requests that HTTP forbids, or that two readers could read in two ways.

use crate::house::House;
use crate::problem::problem;
use crate::wire::Wire;

/// Every one is answered with 400 and the connection closed, and reaches no service; whatever
/// follows on the connection is not taken for a request.
#[tokio::test]
async fn ambiguous_requests_are_refused_and_their_connection_closed() {
    let house = House::start().await;
    let smuggled = "GET /health/live HTTP/1.1\r\nhost: test\r\n\r\n";
    for head in [
        // Host (RFC 9112, section 3.2).
        "GET /health/live HTTP/1.1\r\n\r\n",
        "GET /health/live HTTP/1.1\r\nhost:\r\n\r\n",
        "GET /health/live HTTP/1.1\r\nhost: a\r\nhost: a\r\n\r\n",
        "GET /health/live HTTP/1.1\r\nhost: a\r\nHOST: b\r\n\r\n",
        "GET /health/live HTTP/1.1\r\nhost: a b/c\r\n\r\n",
        "GET /health/live HTTP/1.1\r\nhost: a@b\r\n\r\n",
        "GET /health/live HTTP/1.1\r\nhost: a,b\r\n\r\n",
        // Length (RFC 9112, section 6).
        "POST /webhooks/stripe HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /webhooks/stripe HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        "POST /webhooks/stripe HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ncontent-length: 5\r\n\r\n12345",
        "POST /webhooks/stripe HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n12345",
        "POST /webhooks/stripe HTTP/1.1\r\nhost: a\r\ncontent-length: 5, 5\r\n\r\n12345",
        "POST /webhooks/stripe HTTP/1.1\r\nhost: a\r\ncontent-length: +5\r\n\r\n12345",
        "POST /webhooks/stripe HTTP/1.1\r\nhost: a\r\ncontent-length: -5\r\n\r\n12345",
        "POST /webhooks/stripe HTTP/1.1\r\nhost: a\r\ncontent-length: 0x5\r\n\r\n12345",
        "POST /webhooks/stripe HTTP/1.1\r\nhost: a\r\ncontent-length: 99999999999999999999\r\n\r\n12345",
        "POST /webhooks/stripe HTTP/1.1\r\nhost: a\r\ncontent-length:\r\n\r\n12345",
        "POST /webhooks/stripe HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "POST /webhooks/stripe HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
        "POST /webhooks/stripe HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /webhooks/stripe HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip\r\n\r\n",
        "POST /webhooks/stripe HTTP/1.1\r\nhost: a\r\ntransfer-encoding: identity\r\n\r\n",
        "POST /webhooks/stripe HTTP/1.1\r\nhost: a\r\ntransfer-encoding: xchunked\r\n\r\n0\r\n\r\n",
        "POST /webhooks/stripe HTTP/1.1\r\nhost: a\r\ntransfer-encoding : chunked\r\n\r\n0\r\n\r\n",
        "POST /webhooks/stripe HTTP/1.1\r\nhost: a\r\ntransfer-encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
        "POST /webhooks/stripe HTTP/1.0\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        // Lines (RFC 9112, section 2.2).
        "GET /health/live HTTP/1.1\nhost: a\n\n",
        "GET /health/live HTTP/1.1\r\nhost: a\n\r\n",
        "GET /health/live HTTP/1.1\r\nhost: a\r\nx: y\n\n",
        "GET /health/live HTTP/1.1\r\nhost: a\rx: y\r\n\r\n",
        "GET /health/live HTTP/1.1\r\nhost: a\r\n folded\r\n\r\n",
        "GET /health/live HTTP/1.1\r\nhost: a\r\nno colon\r\n\r\n",
        "GET /health/live HTTP/1.1\r\nhost: a\r\nna me: x\r\n\r\n",
        "GET /health/live HTTP/1.1\r\nhost: a\r\n: x\r\n\r\n",
        "GET /health/live HTTP/1.1\r\nhost: a\r\nx: \0\r\n\r\n",
        "GET /health/live HTTP/2.0\r\nhost: a\r\n\r\n",
        "GET /health/live\r\nhost: a\r\n\r\n",
        "nonsense\r\n\r\n",
        // Targets (RFC 9112, section 3.2).
        "GET http://a/health/live HTTP/1.1\r\nhost: a\r\n\r\n",
        "GET //a/health/live HTTP/1.1\r\nhost: a\r\n\r\n",
        "GET health/live HTTP/1.1\r\nhost: a\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n",
        "GET /health/live#part HTTP/1.1\r\nhost: a\r\n\r\n",
        "GET /caf\u{e9} HTTP/1.1\r\nhost: a\r\n\r\n",
        "GET /health/live HTTP/1.1 HTTP/1.1\r\nhost: a\r\n\r\n",
        "GET /health\\live HTTP/1.1\r\nhost: a\r\n\r\n",
        "GET /health/./live HTTP/1.1\r\nhost: a\r\n\r\n",
        "GET /health/../health/live HTTP/1.1\r\nhost: a\r\n\r\n",
        "GET /health/%2e%2E/health/live HTTP/1.1\r\nhost: a\r\n\r\n",
        "GET /health/%2e/live HTTP/1.1\r\nhost: a\r\n\r\n",
        "GET /api/v1/guard-runs/%2e%2e HTTP/1.1\r\nhost: a\r\n\r\n",
        "GET /api/v1/guard-runs/a%00b HTTP/1.1\r\nhost: a\r\n\r\n",
        "GET /api/v1/guard-runs/%zz HTTP/1.1\r\nhost: a\r\n\r\n",
        "GET /api/v1/guard-runs/% HTTP/1.1\r\nhost: a\r\n\r\n",
        "GET /api/v1/guard-runs/%ff HTTP/1.1\r\nhost: a\r\n\r\n",
    ] {
        let mut wire = Wire::open(house.address).await;
        wire.send(format!("{head}{smuggled}")).await;
        let answer = wire.answer().await;
        assert_eq!(answer.status(), 400, "{head:?}: {answer:?}");
        let rest = wire.rest().await;
        assert_eq!(String::from_utf8_lossy(&rest), "", "{head:?}");
    }
    assert_eq!(house.backend.count(), 0);
}

#[tokio::test]
async fn what_our_own_filter_refuses_is_a_problem_document() {
    let house = House::start().await;
    for (head, reason) in [
        ("GET / HTTP/1.1\r\n\r\n", "INVALID_HOST"),
        (
            "GET http://a/ HTTP/1.1\r\nhost: a\r\n\r\n",
            "INVALID_TARGET",
        ),
        ("GET /%2e%2e HTTP/1.1\r\nhost: a\r\n\r\n", "INVALID_PATH"),
        ("GET / HTTP/1.1\nhost: a\n\n", "INVALID_LINE"),
        (
            "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
            "AMBIGUOUS_FRAMING",
        ),
    ] {
        let answer = house.raw(head.as_bytes()).await;
        problem(&answer, 400, "INVALID_ARGUMENT", reason);
        assert_eq!(answer.header("connection"), Some("close"), "{head}");
    }
}

#[tokio::test]
async fn too_much_of_a_head_is_refused() {
    let house = House::start().await;
    let long = "x".repeat(60_000);
    let many = "x: y\r\n".repeat(150);
    let far_too_many = "x: y\r\n".repeat(1000);
    for headers in [format!("x: {long}\r\n"), many] {
        let request = format!("GET /health/live HTTP/1.1\r\nhost: a\r\n{headers}\r\n");
        let answer = house.raw(request.as_bytes()).await;
        problem(&answer, 431, "INVALID_ARGUMENT", "HEADERS_TOO_LARGE");
    }
    for (target, headers) in [
        (format!("/{}", "x".repeat(8 * 1024)), ""),
        ("/health/live".to_owned(), far_too_many.as_str()),
    ] {
        let request = format!("GET {target} HTTP/1.1\r\nhost: a\r\n{headers}\r\n");
        let answer = house.raw(request.as_bytes()).await;
        assert_eq!(answer.status, 400, "{}", answer.text());
    }
    let fair = format!(
        "GET /health/live HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncookie: {}\r\n{}\r\n",
        &long[..8000],
        "x: y\r\n".repeat(90),
    );
    assert_eq!(house.raw(fair.as_bytes()).await.status, 200);
}

#[tokio::test]
async fn connect_is_refused() {
    let house = House::start().await;
    for (target, status) in [("example.com:443", 405), ("/health/live", 405)] {
        let request = format!("CONNECT {target} HTTP/1.1\r\nhost: example.com:443\r\n\r\n");
        let answer = house.raw(request.as_bytes()).await;
        assert_eq!(answer.status, status, "{target}");
    }
}

/// Pingora escapes a blank in the target before we see it: it is data, and nothing else.
#[tokio::test]
async fn a_blank_in_the_target_is_data() {
    let house = House::start().await;
    let bearer = house.bearer(&[]);
    let request = format!(
        "GET /api/v1/guard-runs/a b HTTP/1.1\r\nhost: a\r\nconnection: close\r\nauthorization: {bearer}\r\n\r\n"
    );
    let answer = house.raw(request.as_bytes()).await;
    assert!(answer.text().contains("\"a b\""), "{}", answer.text());
}

#[tokio::test]
async fn ordinary_hosts_and_old_clients_are_served() {
    let house = House::start().await;
    for head in [
        "GET /health/live HTTP/1.1\r\nhost: API.Example.com:8080\r\nconnection: close\r\n\r\n",
        "GET /health/live HTTP/1.1\r\nhost: [::1]:8080\r\nconnection: close\r\n\r\n",
        "GET /health/live HTTP/1.0\r\n\r\n",
        "GET /health/live HTTP/1.0\r\nhost: a\r\n\r\n",
        "\r\nGET /health/live HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
        // An upgrade that nobody asked for is ignored (RFC 9110, section 7.8).
        "GET /health/live HTTP/1.1\r\nhost: a\r\nconnection: close, upgrade\r\nupgrade: websocket\r\n\r\n",
        "GET /health/live HTTP/1.1\r\nhost: a\r\nconnection: close, upgrade\r\nupgrade: h2c\r\n\r\n",
    ] {
        let answer = house.raw(head.as_bytes()).await;
        assert_eq!(answer.status, 200, "{head:?}: {}", answer.text());
    }
}

/// Where chunks end, readers disagree; what follows them is not taken for a request.
#[tokio::test]
async fn nothing_follows_a_chunked_body() {
    let house = House::start().await;
    let body = r#"{"email": "a"}"#;
    let size = format!("{:x}", body.len());
    let smuggled = "GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n";
    for chunks in [
        format!("{size}\r\n{body}\r\n0\r\n\r\n"),
        format!("{size};a\nb\r\n{body}\r\n0\r\n\r\n"),
        format!("\r\n{size}\r\n{body}\r\n0\r\n\r\n"),
        format!("{size}\r\n{body}\r\n0\r\ncontent-length: 9\r\n\r\n"),
    ] {
        let mut wire = Wire::open(house.address).await;
        let head = "POST /api/v1/auth/login HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n";
        wire.send(format!("{head}\r\n{chunks}{smuggled}")).await;
        let answer = wire.answer().await;
        assert!(answer.head.contains("connection: close"), "{answer:?}");
        let rest = wire.rest().await;
        assert_eq!(String::from_utf8_lossy(&rest), "", "{chunks:?}");
    }
}

/// What of a head is too much is not even kept: it is refused while it arrives.
#[tokio::test]
async fn a_head_is_refused_as_soon_as_it_is_too_large() {
    let house = House::start().await;
    let mut wire = Wire::open(house.address).await;
    wire.send(format!("GET / HTTP/1.1\r\nx: {}", "x".repeat(50_000)))
        .await;
    let answer = wire.answer().await;
    assert_eq!(answer.status(), 431, "{answer:?}");
    assert!(answer.head.contains("connection: close"), "{answer:?}");
    // The client may still be sending, and has its answer all the same.
    wire.send_if_open("x".repeat(40_000).as_bytes()).await;
    assert_eq!(wire.rest().await, b"");
}
