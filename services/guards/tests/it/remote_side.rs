//! Remote guards as organisations run them, good and bad ones, on loopback. No test enters here.

use std::future::pending;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use guardmesh_chassis::caller::Caller;
use guardmesh_proto::guardmesh::guards::v1::remote_guard_server::{RemoteGuard, RemoteGuardServer};
use guardmesh_proto::guardmesh::guards::v1::{
    CreateCustomGuardRequest, CustomGuardKind, GuardHealth, InspectRequest, InspectResponse,
    ListGuardHealthRequest, RemoteEndpoint, RemoteFinding, Severity, TextRange,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio_util::task::AbortOnDropHandle;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status, async_trait};

use crate::app::App;
use crate::custom_guards;

/// How a guard answers.
#[derive(Clone)]
pub(crate) enum Manner {
    /// Finds every `tulip`, with this score.
    Tulips(f32),
    Claims(Vec<RemoteFinding>),
    Fails(Status),
    /// Waits for a permit, and then finds nothing.
    Waits(Arc<Semaphore>),
    Hangs,
    Panics,
}

/// A guard that runs until it is dropped.
pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    pub(crate) seen: Seen,
    manner: Arc<Mutex<Manner>>,
    _server: AbortOnDropHandle<()>,
}

/// What a guard was asked, and by which authorization.
pub(crate) type Seen = Arc<Mutex<Vec<(InspectRequest, Option<String>)>>>;

struct Service {
    manner: Arc<Mutex<Manner>>,
    seen: Seen,
    under_way: watch::Sender<usize>,
}

/// Counts a call while it lasts.
struct UnderWay<'a>(&'a watch::Sender<usize>);

// === impl Peer ===

impl Peer {
    pub(crate) async fn start(manner: Manner) -> Self {
        Self::start_counting(manner, watch::Sender::new(0)).await
    }

    /// Counts the calls that are under way.
    pub(crate) async fn start_counting(manner: Manner, under_way: watch::Sender<usize>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (manner, seen) = (Arc::new(Mutex::new(manner)), Seen::default());
        let service = Service {
            manner: manner.clone(),
            seen: seen.clone(),
            under_way,
        };
        let server = Server::builder()
            .add_service(RemoteGuardServer::new(service))
            .serve_with_incoming(TcpIncoming::from(listener));
        let server = async { server.await.unwrap() };
        Self {
            address,
            seen,
            manner,
            _server: AbortOnDropHandle::new(tokio::spawn(server)),
        }
    }

    pub(crate) fn answer(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    pub(crate) fn calls(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    pub(crate) fn uri(&self) -> String {
        format!("http://{}", self.address)
    }
}

// === impl Service ===

#[async_trait]
impl RemoteGuard for Service {
    async fn inspect(
        &self,
        request: Request<InspectRequest>,
    ) -> Result<Response<InspectResponse>, Status> {
        let _under_way = UnderWay::new(&self.under_way);
        let authorization = request.metadata().get("authorization");
        let authorization = authorization.map(|value| value.to_str().unwrap().to_owned());
        let request = request.into_inner();
        let text = request.text.clone();
        self.seen.lock().unwrap().push((request, authorization));
        let manner = self.manner.lock().unwrap().clone();
        let findings = match manner {
            Manner::Tulips(score) => tulips(&text, score),
            Manner::Claims(claims) => claims,
            Manner::Fails(status) => return Err(status),
            Manner::Waits(permits) => {
                permits.acquire().await.unwrap().forget();
                Vec::new()
            }
            Manner::Hangs => pending().await,
            #[expect(clippy::panic, reason = "as a broken guard does")]
            Manner::Panics => panic!("a remote guard panics"),
        };
        Ok(Response::new(InspectResponse { findings }))
    }
}

// === impl UnderWay ===

impl<'a> UnderWay<'a> {
    fn new(count: &'a watch::Sender<usize>) -> Self {
        count.send_modify(|count| *count += 1);
        Self(count)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

impl App {
    /// The health of the only remote guard.
    pub(crate) async fn health(&self, caller: &Caller) -> GuardHealth {
        let path = format!("{}ListGuardHealth", custom_guards::SERVICE);
        let request = self.signed(ListGuardHealthRequest {}, &path, caller);
        let answer = custom_guards::client(self).list_guard_health(request).await;
        let mut guards = answer.unwrap().into_inner().guards;
        assert_eq!(guards.len(), 1);
        guards.remove(0)
    }
}

/// A place in the text, as a guard claims it.
pub(crate) fn claim(start: i32, end: i32) -> RemoteFinding {
    RemoteFinding {
        byte_range: Some(TextRange { start, end }),
        rule_id: "tulip".to_owned(),
        category: "flowers".to_owned(),
        severity: Severity::High.into(),
        score: 0.9,
    }
}

fn tulips(text: &str, score: f32) -> Vec<RemoteFinding> {
    let places = text.match_indices("tulip");
    let claims = places.map(|(start, tulip)| RemoteFinding {
        score,
        ..claim(
            i32::try_from(start).unwrap(),
            i32::try_from(start + tulip.len()).unwrap(),
        )
    });
    claims.collect()
}

/// The definition of a guard at this place, with as much time as any may have.
pub(crate) fn remote(name: &str, uri: impl Into<String>) -> CreateCustomGuardRequest {
    CreateCustomGuardRequest {
        name: name.to_owned(),
        description: "Runs elsewhere".to_owned(),
        kind: CustomGuardKind::Remote.into(),
        parameters: None,
        remote: Some(RemoteEndpoint {
            uri: uri.into(),
            ..RemoteEndpoint::default()
        }),
    }
}

/// The same, with this time for a call.
pub(crate) fn within(
    millis: i32,
    mut request: CreateCustomGuardRequest,
) -> CreateCustomGuardRequest {
    request.remote.as_mut().unwrap().timeout_ms = millis;
    request
}

/// A place where nobody listens.
pub(crate) async fn nowhere() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    listener.local_addr().unwrap()
}

/// Something that accepts connections and does this with each.
pub(crate) async fn stranger<F: Future<Output = ()> + Send + 'static>(
    does: impl Fn(TcpStream) -> F + Send + 'static,
) -> (SocketAddr, AbortOnDropHandle<()>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let accept = async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(does(stream));
        }
    };
    (address, AbortOnDropHandle::new(tokio::spawn(accept)))
}

/// Accepts, and says nothing.
pub(crate) async fn keeps_silent(stream: TcpStream) {
    pending::<()>().await;
    drop(stream);
}

/// Sends what is no HTTP/2 for as long as anybody takes it, but no more than this.
pub(crate) async fn floods(mut stream: TcpStream) {
    for _ in 0..10_000 {
        if stream.write_all(&[b'x'; 4096]).await.is_err() {
            return;
        }
    }
}

/// Begins as an HTTP/2 server does, takes some of the call, and is gone.
pub(crate) async fn dies(mut stream: TcpStream) {
    // An empty SETTINGS frame (RFC 9113 §6.5).
    let settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    if stream.write_all(&settings).await.is_ok() {
        let _ = stream.readable().await;
        let mut some = [0; 512];
        let _ = stream.read(&mut some).await;
    }
}

/// Far more than a call on loopback takes, and less than a guard may.
pub(crate) const SHORT: i32 = 400;

/// Asks again and again, until it is so.
pub(crate) async fn until<F: Future<Output = bool>>(mut is_so: impl FnMut() -> F) {
    let mut ticks = tokio::time::interval(Duration::from_millis(20));
    while !is_so().await {
        ticks.tick().await;
    }
}

/// A way to this address that can be cut and mended; it is there at first.
pub(crate) async fn line(
    to: SocketAddr,
) -> (SocketAddr, watch::Sender<bool>, AbortOnDropHandle<()>) {
    let (switch, up) = watch::channel(true);
    let (address, server) = stranger(move |mut stream| {
        let mut up = up.clone();
        async move {
            if !*up.borrow() {
                return;
            }
            let mut there = TcpStream::connect(to).await.unwrap();
            tokio::select! {
                _ = copy_bidirectional(&mut stream, &mut there) => (),
                _ = up.wait_for(|up| !up) => (),
            }
        }
    })
    .await;
    (address, switch, server)
}
