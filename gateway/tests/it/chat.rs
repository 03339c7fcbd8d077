//! A service with a method of each kind, from a contract of the tests, and the house with it.

use std::convert::Infallible;
use std::future::{Future, pending};
use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use futures_util::stream::{self, BoxStream, Stream, StreamExt};
use guardmesh_chassis::access::AccessLayer;
use guardmesh_chassis::caller;
use guardmesh_chassis::fault::Fault;
use guardmesh_chassis::policy::Policies;
use guardmesh_gateway::config::Target;
use guardmesh_proto::google::api::HttpBody;
use http::HeaderMap;
use prost::Message;
use tokio::sync::Semaphore;
use tonic::body::Body;
use tonic::server::NamedService;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Code, Request, Response, Status, Streaming};
use tonic_health::ServingStatus;
use tonic_prost::ProstCodec;

use crate::contracts::SECRET_TEXT;
use crate::house::{House, Plan, caller_keys, listen};

/// The message of every method.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Note {
    #[prost(string, tag = "1")]
    pub(crate) text: String,
    #[prost(uint32, tag = "2")]
    pub(crate) count: u32,
    #[prost(bytes = "bytes", tag = "3")]
    pub(crate) filling: bytes::Bytes,
    #[prost(string, tag = "4")]
    pub(crate) room: String,
}

/// What the service saw, and what the test lets it do.
#[derive(Clone)]
pub(crate) struct Chat {
    /// Notes that were taken from it.
    pub(crate) sent: Arc<AtomicUsize>,
    /// Notes that arrived at it.
    pub(crate) arrived: Arc<AtomicUsize>,
    /// Calls that ended before they were over.
    pub(crate) cancelled: Arc<AtomicUsize>,
    /// Some streams wait for permits.
    pub(crate) gate: Arc<Semaphore>,
    metadata: Arc<Mutex<Vec<HeaderMap>>>,
}

type Notes = BoxStream<'static, Result<Note, Status>>;

/// Counts a handler that is dropped before it has answered.
struct Handling {
    chat: Chat,
    done: bool,
}

/// Counts a stream that is dropped before it is over.
struct Watched {
    notes: Notes,
    chat: Chat,
    over: bool,
}

// === impl Note ===

impl Note {
    pub(crate) fn new(text: &str, count: u32) -> Self {
        Self {
            text: text.to_owned(),
            count,
            ..Self::default()
        }
    }
}

// === impl Chat ===

impl Chat {
    /// A house with this service; the plan may be changed.
    pub(crate) async fn house(change: impl FnOnce(&mut Plan)) -> (House, Self) {
        let chat = Self {
            sent: Arc::default(),
            arrived: Arc::default(),
            cancelled: Arc::default(),
            gate: Arc::new(Semaphore::new(0)),
            metadata: Arc::default(),
        };
        let contracts = contracts();
        let mut plan = Plan::default();
        let target = Target::at("chat", chat.serve(&contracts).await);
        plan.more = Some((contracts, target));
        change(&mut plan);
        let house = House::planned(plan).await;
        house.ready().await;
        (house, chat)
    }

    /// The metadata of each call so far.
    pub(crate) fn calls(&self) -> Vec<HeaderMap> {
        self.metadata.lock().unwrap().clone()
    }

    async fn serve(&self, contracts: &[u8]) -> SocketAddr {
        let listener = listen().await;
        let address = listener.local_addr().unwrap();
        let (health, health_service) = tonic_health::server::health_reporter();
        health.set_service_status("", ServingStatus::Serving).await;
        let policies = Policies::from_descriptors(contracts).unwrap();
        let clock = guardmesh_chassis::clock::Clock::manual(crate::house::now());
        let server = Server::builder()
            .layer(AccessLayer::new(caller_keys(), policies, clock))
            .add_service(health_service)
            .add_service(self.clone())
            .serve_with_incoming(TcpIncoming::from(listener));
        tokio::spawn(async { server.await.unwrap() });
        address
    }

    /// What the text of the first note says is done.
    async fn answer(self, mut arrived: Notes, method: String) -> Result<Notes, Status> {
        if method == "Talk" {
            return Ok(self.echo(arrived));
        }
        if method == "Collect" || method == "Upload" {
            let mut all = Note::default();
            while let Some(note) = arrived.next().await {
                let mut note = note?;
                if method == "Upload" {
                    note.text = file(&note);
                }
                all.text += &note.text;
                all.room += &note.room;
                all.count += 1;
                if note.text == "enough" {
                    break;
                }
            }
            return Ok(stream::iter([Ok(all)]).boxed());
        }
        let note = arrived.next().await.unwrap()?;
        if method == "Echo" && note.text != "no" {
            return Ok(stream::iter([Ok(note)]).boxed());
        }
        let counted = stream::iter(1..=note.count).map(|count| Ok(Note::new("note", count)));
        let fault = Fault::new(Code::NotFound, "NO_NOTE", "There is no such nöte.")
            .and_invalid("text", "is not there");
        match note.text.as_str() {
            "no" => Err(fault.into()),
            "then no" => Ok(counted.chain(stream::iter([Err(fault.into())])).boxed()),
            "then broken" => {
                let broken = Err(Status::internal(SECRET_TEXT));
                Ok(counted.chain(stream::iter([broken])).boxed())
            }
            "then silence" => Ok(counted.chain(stream::pending()).boxed()),
            "hang" => pending().await,
            "then wait" => {
                let gate = self.gate.clone();
                let wait = async move {
                    gate.acquire().await.unwrap().forget();
                    Ok(Note::new("waited", 0))
                };
                Ok(counted.chain(stream::once(wait)).boxed())
            }
            "large" => {
                let filling = bytes::Bytes::from(vec![b'x'; 64 * 1024]);
                Ok(stream::iter(1..=note.count)
                    .map(move |count| {
                        let filling = filling.clone();
                        Ok(Note {
                            count,
                            filling,
                            ..Note::default()
                        })
                    })
                    .boxed())
            }
            "too large" => {
                let filling = bytes::Bytes::from(vec![b'x'; 5 * 1024 * 1024]);
                Ok(stream::iter([Ok(Note {
                    filling,
                    ..Note::default()
                })])
                .boxed())
            }
            _ => Ok(counted.boxed()),
        }
    }

    fn echo(&self, arrived: Notes) -> Notes {
        let gate = self.gate.clone();
        arrived
            .then(move |note| {
                let gate = gate.clone();
                async move {
                    match note {
                        Ok(note) if note.text == "stop" => {
                            let text = "Enough was said.";
                            Err(Fault::new(Code::FailedPrecondition, "STOPPED", text).into())
                        }
                        Ok(note) if note.text == "wait" => {
                            gate.acquire().await.unwrap().forget();
                            Ok(note)
                        }
                        other => other,
                    }
                }
            })
            .boxed()
    }
}

impl NamedService for Chat {
    const NAME: &'static str = "guardmesh.chat.v1.ChatService";
}

impl tower::Service<http::Request<Body>> for Chat {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    /// On the wire a call of any kind is a stream each way.
    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let chat = self.clone();
        let path = request.uri().path().to_owned();
        let method = path.rsplit('/').next().unwrap().to_owned();
        Box::pin(async move {
            chat.metadata
                .lock()
                .unwrap()
                .push(request.headers().clone());
            let is_download = method == "Download";
            let handle = move |request: Request<Streaming<Note>>| {
                let chat = chat.clone();
                let method = method.clone();
                async move {
                    caller::user(&request)?;
                    let counter = chat.arrived.clone();
                    let count = move |_: &_| {
                        counter.fetch_add(1, Ordering::SeqCst);
                    };
                    let arrived = request.into_inner().inspect(count).boxed();
                    let mut handling = Handling {
                        chat: chat.clone(),
                        done: false,
                    };
                    let notes = chat.clone().answer(arrived, method).await;
                    handling.done = true;
                    let (notes, over) = (notes?, false);
                    let mut answer = Response::new(Watched { notes, chat, over });
                    let inside = answer.metadata_mut();
                    inside.insert("x-inside", "10.0.0.7".parse().unwrap());
                    Ok(answer)
                }
            };
            if is_download {
                let handle = move |request| {
                    let notes = handle(request);
                    async move {
                        Ok(notes
                            .await?
                            .map(|notes| notes.map(|note| note.map(|note| part(&note)))))
                    }
                };
                let mut grpc = tonic::server::Grpc::new(ProstCodec::<HttpBody, Note>::default());
                return Ok(grpc.streaming(tower::service_fn(handle), request).await);
            }
            let mut grpc = tonic::server::Grpc::new(ProstCodec::<Note, Note>::default());
            grpc = grpc.max_decoding_message_size(16 * 1024 * 1024);
            Ok(grpc.streaming(tower::service_fn(handle), request).await)
        })
    }
}

// === impl Handling ===

impl Drop for Handling {
    fn drop(&mut self) {
        if !self.done {
            self.chat.cancelled.fetch_add(1, Ordering::SeqCst);
        }
    }
}

// === impl Watched ===

impl Stream for Watched {
    type Item = Result<Note, Status>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = self.notes.poll_next_unpin(cx);
        match &next {
            Poll::Ready(Some(Ok(_))) => {
                self.chat.sent.fetch_add(1, Ordering::SeqCst);
            }
            Poll::Ready(_) => self.over = true,
            Poll::Pending => {}
        }
        next
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if !self.over {
            self.chat.cancelled.fetch_add(1, Ordering::SeqCst);
        }
    }
}

/// What a part of a file says.
fn file(part: &Note) -> String {
    let file = HttpBody::decode(part.filling.clone()).unwrap();
    let content_type = match file.content_type.as_str() {
        "" => String::new(),
        content_type => format!("{content_type}:"),
    };
    content_type + std::str::from_utf8(&file.data).unwrap()
}

fn part(note: &Note) -> HttpBody {
    HttpBody {
        content_type: "text/csv".to_owned(),
        data: format!("{},{}\n", note.text, note.count).into_bytes(),
        extensions: vec![],
    }
}

/// The product's contracts and that of this service.
pub(crate) fn contracts() -> Vec<u8> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let roots = [here.join("../proto"), here.join("tests/contract")];
    let mut files = Vec::new();
    for root in &roots {
        collect(root, root, &mut files);
    }
    let mut compiler = protox::Compiler::new(&roots).unwrap();
    compiler.include_imports(true).include_source_info(true);
    compiler.open_files(files).unwrap();
    compiler.encode_file_descriptor_set()
}

fn collect(root: &Path, directory: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "proto")
        {
            files.push(path.strip_prefix(root).unwrap().to_owned());
        }
    }
}
