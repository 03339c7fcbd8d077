//! The public port over HTTP/2: the same rules, many requests at once, an orderly end.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use guardmesh_chassis::testing::http::Response;
use h2::client::{self, ResponseFuture, SendRequest};
use h2::{Reason, SendStream};
use http::Request;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use crate::house::{House, Plan, until, within};

/// A client's side of a connection.
pub(crate) struct Peer {
    sender: SendRequest<Bytes>,
    /// Ends with the connection.
    pub(crate) connection: JoinHandle<Result<(), h2::Error>>,
}

// === impl Peer ===

impl Peer {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        Self::over(TcpStream::connect(address).await.unwrap()).await
    }

    pub(crate) async fn over<S>(stream: S) -> Self
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (sender, connection) = client::handshake(stream).await.unwrap();
        Self {
            sender,
            connection: tokio::spawn(connection),
        }
    }

    /// Sends the head of a request; gives what will be its answer, and the way for its body.
    pub(crate) async fn begin(&self, head: Request<()>) -> (ResponseFuture, SendStream<Bytes>) {
        let mut sender = within("a stream", self.sender.clone().ready())
            .await
            .unwrap();
        sender.send_request(head, false).unwrap()
    }

    /// Sends a request with its body; gives what will be its answer.
    pub(crate) async fn send(&self, request: Request<&'static str>) -> ResponseFuture {
        let mut sender = within("a stream", self.sender.clone().ready())
            .await
            .unwrap();
        let (head, body) = request.into_parts();
        let empty = body.is_empty();
        let (answer, mut stream) = sender
            .send_request(Request::from_parts(head, ()), empty)
            .unwrap();
        if !empty {
            stream
                .send_data(Bytes::from_static(body.as_bytes()), true)
                .unwrap();
        }
        answer
    }

    pub(crate) async fn ask(&self, request: Request<&'static str>) -> Response {
        read(self.send(request).await).await.unwrap()
    }
}

/// A whole answer.
async fn read(answer: ResponseFuture) -> Result<Response, h2::Error> {
    let (head, mut stream) = within("an answer", answer).await?.into_parts();
    let mut body = Vec::new();
    while let Some(data) = within("its body", stream.data()).await {
        let data = data?;
        stream.flow_control().release_capacity(data.len())?;
        body.extend_from_slice(&data);
    }
    let header = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        (name.to_string(), value.to_str().unwrap().to_owned())
    };
    Ok(Response {
        status: head.status.as_u16(),
        headers: head.headers.iter().map(header).collect(),
        body,
    })
}

fn get(path: &str) -> Request<&'static str> {
    Request::get(format!("http://a.example{path}"))
        .body("")
        .unwrap()
}

fn login(body: &'static str) -> Request<&'static str> {
    Request::post("http://a.example/api/v1/auth/login")
        .body(body)
        .unwrap()
}

#[tokio::test]
async fn requests_are_answered_as_over_http1() {
    let house = House::start().await;
    let peer = Peer::open(house.address).await;
    let live = peer.ask(get("/health/live")).await;
    assert_eq!(
        (live.status, live.text()),
        (200, r#"{"status":"SERVING_STATUS_SERVING"}"#.to_owned())
    );
    for name in [
        "date",
        "x-request-id",
        "x-content-type-options",
        "content-length",
    ] {
        assert!(live.header(name).is_some(), "{name}");
    }
    let login = peer.ask(login(r#"{"email": "a@example.com"}"#)).await;
    assert!(login.text().contains("a@example.com"), "{login:?}");

    let lost = peer.ask(get("/nothing")).await;
    assert_eq!(lost.status, 404);
    assert!(lost.text().contains(lost.header("x-request-id").unwrap()));
    assert_eq!(peer.ask(get("/api/v1/auth/me")).await.status, 401);
}

#[tokio::test]
async fn one_request_does_not_wait_for_another() {
    let house = House::start().await;
    let peer = Peer::open(house.address).await;
    let slow = peer.send(login(r#"{"email": "wait"}"#)).await;
    until("the call", async || house.backend.calls("Login").len() == 1).await;
    assert_eq!(peer.ask(get("/health/live")).await.status, 200);
    house.backend.gate.add_permits(1);
    assert_eq!(read(slow).await.unwrap().status, 200);
}

/// What HTTP/1 forbids is no better here.
#[tokio::test]
async fn what_is_ambiguous_is_refused() {
    let house = House::start().await;
    let peer = Peer::open(house.address).await;
    let with = |name: &str, value: &str| {
        Request::get("http://a.example/health/live")
            .header(name, value)
            .body("")
            .unwrap()
    };
    let twice = |name: &'static str, value: &str| {
        let mut request = with(name, value);
        request.headers_mut().append(name, value.parse().unwrap());
        request
    };
    for (request, status, reason) in [
        (with("host", "a b"), 400, "INVALID_HOST"),
        (twice("content-length", "0"), 400, "AMBIGUOUS_FRAMING"),
        (get("/a/../health/live"), 400, "INVALID_PATH"),
        (get("/%2e%2e/health/live"), 400, "INVALID_PATH"),
        (get("//health/live"), 400, "INVALID_TARGET"),
        (get("/api/v1/guard-runs/a%00b"), 400, "INVALID_PATH"),
    ] {
        let shown = format!("{request:?}");
        let answer = peer.ask(request).await;
        assert_eq!(answer.status, status, "{shown}");
        assert!(answer.text().contains(reason), "{shown}: {}", answer.text());
    }
    // The connection, and the requests of others on it, live on.
    assert_eq!(peer.ask(get("/health/live")).await.status, 200);
}

#[tokio::test]
async fn headers_have_a_bound() {
    let house = House::start().await;
    let peer = Peer::open(house.address).await;
    let large = Request::get("http://a.example/health/live")
        .header("x-large", "x".repeat(40 * 1024))
        .body("")
        .unwrap();
    let answer = read(peer.send(large).await).await;
    assert!(answer.is_err() || answer.is_ok_and(|answer| answer.status == 431));
    let mut many = get("/health/live");
    for n in 0..200 {
        let name = http::HeaderName::try_from(format!("x-{n}")).unwrap();
        many.headers_mut().insert(name, "y".parse().unwrap());
    }
    let peer = Peer::open(house.address).await;
    assert_eq!(peer.ask(many).await.status, 431);
}

/// A body that does not come is given up in its time, also over HTTP/2.
#[tokio::test]
async fn a_body_that_does_not_come_is_given_up() {
    let mut plan = Plan::default();
    plan.limits.body_timeout = Duration::from_millis(200);
    let house = House::planned(plan).await;
    house.ready().await;
    let peer = Peer::open(house.address).await;
    let (answer, mut body) = peer.begin(login("").map(drop)).await;
    body.send_data(Bytes::from_static(b"{"), false).unwrap();
    assert_eq!(read(answer).await.unwrap().status, 408);
}

#[tokio::test]
async fn a_reset_request_gives_its_call_up() {
    let house = House::start().await;
    let peer = Peer::open(house.address).await;
    let answer = peer.send(login(r#"{"email": "hang"}"#)).await;
    until("the call", async || house.backend.calls("Login").len() == 1).await;
    drop(answer);
    until("the end of the call", async || {
        house.backend.cancelled() == 1
    })
    .await;
    assert_eq!(peer.ask(get("/health/live")).await.status, 200);
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let mut plan = Plan::default();
    plan.limits.idle_timeout = Duration::from_millis(200);
    let house = House::planned(plan).await;
    house.ready().await;
    let peer = Peer::open(house.address).await;
    assert_eq!(peer.ask(get("/health/live")).await.status, 200);
    let ended = within("the end", peer.connection).await.unwrap();
    assert!(ended.is_ok(), "{ended:?}");
}

/// Neither a silent client nor one that only keeps the connection busy stays for long.
#[tokio::test]
async fn a_connection_without_a_first_request_is_closed() {
    let mut plan = Plan::default();
    plan.limits.head_timeout = Duration::from_millis(300);
    let house = House::planned(plan).await;
    house.ready().await;
    let mut stream = TcpStream::connect(house.address).await.unwrap();
    stream
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        .await
        .unwrap();
    let mut rest = Vec::new();
    within("the end", stream.read_to_end(&mut rest)).await.ok();

    let mut stream = TcpStream::connect(house.address).await.unwrap();
    stream
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        .await
        .unwrap();
    stream
        .write_all(&[0, 0, 0, 4, 0, 0, 0, 0, 0])
        .await
        .unwrap();
    let (mut reading, mut writing) = stream.into_split();
    let reads = tokio::spawn(async move { reading.read_to_end(&mut Vec::new()).await });
    let ping = [0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];
    let pinging = async {
        while !reads.is_finished() && writing.write_all(&ping).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    within("the end", pinging).await;
}

/// Requests in flight are answered, then the connection ends; new ones go elsewhere.
#[tokio::test]
async fn a_shutdown_says_goaway_and_answers_what_is_in_flight() {
    let house = House::start().await;
    let peer = Peer::open(house.address).await;
    let slow = peer.send(login(r#"{"email": "wait"}"#)).await;
    until("the call", async || house.backend.calls("Login").len() == 1).await;
    house.shutdown.cancel();
    until("the farewell", async || {
        peer.sender.clone().ready().await.is_err()
    })
    .await;
    house.backend.gate.add_permits(1);
    assert_eq!(read(slow).await.unwrap().status, 200);
    let ended = within("the connection", peer.connection).await.unwrap();
    assert!(ended.is_ok(), "{ended:?}");
    within("the gateway", house.gateway).await.unwrap();
}

/// A client that opens streams and resets them at once (CVE-2023-44487) takes nothing from others.
#[tokio::test]
async fn rapid_resets_do_no_harm() {
    let house = House::start().await;
    let peer = Peer::open(house.address).await;
    let resetting = async {
        for _ in 0..2000 {
            let Ok(mut sender) = peer.sender.clone().ready().await else {
                return;
            };
            let Ok((_, mut stream)) = sender.send_request(login("").map(|_| ()), false) else {
                return;
            };
            stream.send_reset(Reason::CANCEL);
        }
    };
    within("the resets", resetting).await;
    assert_eq!(house.get("/health/live", &[]).await.status, 200);
}
