//! An endpoint of the guards service that fails as a test wants: an HTTP/2 server that says it
//! is healthy and answers every other call with an empty message, or with a fault.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use h2::server::{Connection, SendResponse};
use h2::{Ping, Reason};
use http::{HeaderMap, HeaderValue, Request, Response};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio_util::task::AbortOnDropHandle;

use crate::house::listen;

/// What becomes of a call.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// An empty message and success.
    Answer,
    /// The same after a while: a service that takes its time.
    AnswerAfter(Duration),
    /// The same when the test adds a permit to `gate`.
    AnswerAtGate,
    /// An error of the service.
    Error(&'static str),
    /// `RST_STREAM`
    Reset(Reason),
    /// Nothing; how the call ends is told by `resets`.
    Hang,
    /// The connection is closed before a byte of the answer.
    Kill,
    /// The connection is closed within the answer.
    KillMidway,
    /// The connection is closed in the orderly way (`GOAWAY`); the call is answered.
    GoAway,
}

/// What a test sets, and what it is told.
#[derive(Clone)]
pub(crate) struct Script {
    /// The fate of the next calls, one after the other.
    pub(crate) next: Arc<Mutex<VecDeque<Fate>>>,
    /// The fate of all others.
    pub(crate) usual: Arc<Mutex<Fate>>,
    pub(crate) gate: Arc<Semaphore>,
    /// What it says of its health.
    pub(crate) serving: Arc<AtomicBool>,
    /// It takes everything and answers nothing, not even for its health.
    pub(crate) hung: Arc<AtomicBool>,
    calls: Arc<AtomicUsize>,
    reset: mpsc::UnboundedSender<Reason>,
}

/// The endpoint; dropped, it and its connections are gone.
pub(crate) struct Faulty {
    pub(crate) address: SocketAddr,
    pub(crate) script: Script,
    pub(crate) resets: mpsc::UnboundedReceiver<Reason>,
    _serving: AbortOnDropHandle<()>,
}

// === impl Faulty ===

impl Faulty {
    pub(crate) async fn start() -> Self {
        Self::on(listen().await)
    }

    pub(crate) fn on(listener: TcpListener) -> Self {
        let (reset, resets) = mpsc::unbounded_channel();
        let script = Script {
            next: Arc::default(),
            usual: Arc::new(Mutex::new(Fate::Answer)),
            gate: Arc::new(Semaphore::new(0)),
            serving: Arc::new(AtomicBool::new(true)),
            hung: Arc::default(),
            calls: Arc::default(),
            reset,
        };
        let address = listener.local_addr().unwrap();
        let serving = tokio::spawn(serve(listener, script.clone()));
        Self {
            address,
            script,
            resets,
            _serving: AbortOnDropHandle::new(serving),
        }
    }

    /// Calls that arrived, but for health checks.
    pub(crate) fn calls(&self) -> usize {
        self.script.calls.load(Ordering::Relaxed)
    }

    pub(crate) fn usually(&self, fate: Fate) {
        *self.script.usual.lock().unwrap() = fate;
    }

    pub(crate) fn next(&self, fate: Fate) {
        self.script.next.lock().unwrap().push_back(fate);
    }
}

// === impl Script ===

impl Script {
    fn fate(&self) -> Fate {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let next = self.next.lock().unwrap().pop_front();
        next.unwrap_or_else(|| *self.usual.lock().unwrap())
    }
}

async fn serve(listener: TcpListener, script: Script) {
    // Connections end with the task.
    let mut connections = tokio::task::JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        connections.spawn(connection(stream, script.clone()));
    }
}

/// Serves a connection until the client or a fault ends it.
async fn connection(stream: TcpStream, script: Script) -> Option<()> {
    let mut connection = h2::server::handshake(stream).await.ok()?;
    let mut calls = tokio::task::JoinSet::new();
    let mut unanswered = Vec::new();
    loop {
        let (request, respond) = connection.accept().await?.ok()?;
        if script.hung.load(Ordering::Relaxed) {
            if !is_health_check(&request) {
                script.fate();
            }
            unanswered.push((request, respond));
            continue;
        }
        if is_health_check(&request) {
            let serving = script.serving.load(Ordering::Relaxed);
            answer(respond, if serving { SERVING } else { NOT_SERVING }, "0");
            continue;
        }
        match script.fate() {
            Fate::Kill => return None,
            Fate::KillMidway => {
                let flushed = begin_answer(&mut connection, respond);
                flushed.await;
                return None;
            }
            Fate::GoAway => {
                connection.graceful_shutdown();
                answer(respond, EMPTY, "0");
            }
            fate => drop(calls.spawn(call(fate, request, respond, script.clone()))),
        }
    }
}

fn is_health_check(request: &Request<h2::RecvStream>) -> bool {
    request.uri().path().starts_with("/grpc.health.")
}

/// One call that leaves the connection alone.
async fn call(
    fate: Fate,
    request: Request<h2::RecvStream>,
    mut respond: SendResponse<Bytes>,
    script: Script,
) {
    match fate {
        Fate::AnswerAfter(time) => tokio::time::sleep(time).await,
        Fate::AnswerAtGate => script.gate.acquire().await.unwrap().forget(),
        Fate::Error(code) => return answer(respond, b"", code),
        Fate::Reset(reason) => return respond.send_reset(reason),
        Fate::Hang => {
            let reset = poll_fn(|context| respond.poll_reset(context)).await;
            let _ = script.reset.send(reset.unwrap());
            return;
        }
        Fate::Answer | Fate::Kill | Fate::KillMidway | Fate::GoAway => {}
    }
    answer(respond, EMPTY, "0");
    drop(request);
}

/// `HealthCheckResponse`s.
const SERVING: &[u8] = b"\0\0\0\0\x02\x08\x01";
const NOT_SERVING: &[u8] = b"\0\0\0\0\x02\x08\x02";
/// An empty message.
const EMPTY: &[u8] = b"\0\0\0\0\0";

/// A whole answer; the client may have hung up.
fn answer(mut respond: SendResponse<Bytes>, data: &'static [u8], status: &'static str) {
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", HeaderValue::from_static(status));
    if let Ok(mut body) = respond.send_response(head(), false) {
        let _ = body.send_data(Bytes::from_static(data), false);
        let _ = body.send_trailers(trailers);
    }
}

/// Half an answer; returns when the client has it.
async fn begin_answer(
    connection: &mut Connection<TcpStream, Bytes>,
    mut respond: SendResponse<Bytes>,
) {
    let mut body = respond.send_response(head(), false).unwrap();
    body.send_data(Bytes::from_static(b"\0\0\0\0\x09ab"), false)
        .unwrap();
    let mut pings = connection.ping_pong().unwrap();
    tokio::select! {
        _ = pings.ping(Ping::opaque()) => {}
        _ = poll_fn(|context| connection.poll_closed(context)) => {}
    }
}

fn head() -> Response<()> {
    Response::builder()
        .header("content-type", "application/grpc")
        .body(())
        .unwrap()
}
