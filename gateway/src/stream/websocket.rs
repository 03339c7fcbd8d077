//! Streams over WebSocket (RFC 6455), for clients without gRPC: a GET on the path of a streaming
//! method, over HTTP/1.1.
//!
//! - A text message is a message in JSON, as in a body. Binary messages are refused with 1003.
//! - Path and query set their fields in the first message from the client. A method that takes one
//!   message has it from them alone.
//! - An empty text message says that the client has sent all of its stream, and still listens; a
//!   close frame gives the call up.
//! - Credentials come as `Authorization`, or from a browser as two subprotocols,
//!   `["bearer", token]`, of which `bearer` is chosen; never in the query, which ends up in logs.
//! - A browser's `Origin` must be that of the host it asks.
//! - The end is a close frame: 1000 for a call that went well, 1001 in a shutdown, 1009 for a
//!   message too large, otherwise 4000 plus the gRPC code, with the reason of the problem. Before
//!   a code from 4000 the problem is sent as `{"error": …}`.
//! - Pings go out in a silence; a client that answers none until the next one is given up.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use guardmesh_transcoder::{RequestStream as Messages, Route};
use pingora::protocols::Stream;
use tokio::io::AsyncWriteExt;
use tokio::time::sleep;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{Message, Role, WebSocketConfig};

use super::server_stream::by;
use super::{Bounds, format};
use crate::downstream::{Broken, Downstream, Protocol};
use crate::edge::Exchange;
use crate::problem::Problem;
use crate::room::Place;
use crate::upstream::{RequestStream, ResponseStream};
use ending::Ending;
use handshake::Handshake;

mod ending;
pub(crate) mod handshake;

/// Of what one client may have sent and we have not looked at.
const READ_BUFFER: usize = 16 * 1024;

type Sender = SplitSink<WebSocketStream<Stream>, Message>;
type Receiver = SplitStream<WebSocketStream<Stream>>;

/// A call whose client is about to be let in.
pub(crate) struct Conversation<'a> {
    pub(crate) handshake: Handshake,
    pub(crate) route: Route<'a>,
    /// Turns what the client says into messages; none where it has nothing to say.
    pub(crate) messages: Option<Messages<'a>>,
    pub(crate) request: Option<RequestStream>,
    pub(crate) response: ResponseStream,
    /// Most bytes of one message from the client.
    pub(crate) max_message: usize,
}

/// What the client sends on its way to the service.
struct Hearing<'a> {
    receiver: Receiver,
    messages: Option<Messages<'a>>,
    request: Option<RequestStream>,
}

/// What the service sends on its way to the client.
struct Saying<'a> {
    response: ResponseStream,
    route: &'a Route<'a>,
    place: &'a Place,
}

/// Whether the client is there.
struct Presence {
    /// Something of it was read since the last ping, or could not be, as the service is slow.
    heard: AtomicBool,
    /// The service does not take what was read.
    blocked: AtomicBool,
}

// === impl Conversation ===

impl Conversation<'_> {
    /// Completes the handshake and passes messages both ways until the end.
    pub(crate) async fn serve(
        self,
        downstream: Downstream,
        exchange: &mut Exchange,
        bounds: &Bounds<'_>,
    ) -> Result<(), Broken> {
        let place = downstream.place;
        let Protocol::Http1(http1) = downstream.protocol else {
            return Err(Broken::BrokeOff);
        };
        let head = self.handshake.response(exchange);
        exchange.log.status = head.status().as_u16();
        let stream = http1.upgrade(head).await?;
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER)
            .write_buffer_size(0)
            .max_message_size(Some(self.max_message))
            .max_frame_size(Some(self.max_message));
        let socket = WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await;
        let (mut sender, receiver) = socket.split();
        let mut hearing = Hearing {
            receiver,
            messages: self.messages,
            request: self.request,
        };
        let presence = Presence::new();
        let ending = {
            let up = hearing.pass(bounds, &presence);
            let say = Saying {
                response: self.response,
                route: &self.route,
                place: &place,
            };
            let down = say.pass(&mut sender, bounds, &presence);
            let (up, down, over) = (pin!(up), pin!(down), pin!(bounds.over()));
            tokio::select! {
                ending = up => ending,
                ending = down => ending?,
                problem = over => Ending::of(problem),
            }
        };
        // The call is over before the farewell is.
        drop(hearing.request);
        exchange.log.failure = ending.failure();
        let mut receiver = hearing.receiver;
        let farewell = async {
            ending.say(&mut sender, &mut receiver, exchange).await?;
            // The answer to a client's close may still wait to be sent.
            let mut socket = sender.reunite(receiver).map_err(|_| Broken::Gone)?;
            socket.get_mut().flush().await.map_err(|_| Broken::Gone)
        };
        by(&place, bounds.limits.body_timeout, farewell).await
    }
}

// === impl Hearing ===

impl Hearing<'_> {
    /// From the client to the service; returns when the conversation has to end.
    async fn pass(&mut self, bounds: &Bounds<'_>, presence: &Presence) -> Ending {
        loop {
            let message = match self.receiver.next().await {
                Some(Ok(message)) => message,
                Some(Err(error)) => return Ending::broken(&error),
                None => return Ending::Gone,
            };
            presence.note();
            let text = match message {
                Message::Text(text) => text,
                Message::Binary(_) => return Ending::binary(),
                Message::Close(_) => return Ending::Closed,
                Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => continue,
            };
            bounds.note();
            presence.blocked.store(true, Ordering::Relaxed);
            let passed = self.message(text.as_bytes()).await;
            presence.blocked.store(false, Ordering::Relaxed);
            presence.note();
            if let Err(problem) = passed {
                return Ending::of(problem);
            }
        }
    }

    async fn message(&mut self, json: &[u8]) -> Result<(), Problem> {
        let Some(messages) = &mut self.messages else {
            return Err(Problem::nothing_to_say());
        };
        if json.is_empty() {
            self.messages = None;
            // Where the service takes no more, its answer says why.
            let _ = self.request.take().map(RequestStream::finish);
            return Ok(());
        }
        let message = messages.encode(json);
        let message = message.map_err(|error| Problem::unfit(&error))?;
        if let Some(request) = &mut self.request
            && request.send(&message).await.is_err()
        {
            // The same.
            self.request = None;
        }
        Ok(())
    }
}

// === impl Saying ===

impl Saying<'_> {
    /// From the service to the client; returns when the call has ended.
    async fn pass(
        mut self,
        sender: &mut Sender,
        bounds: &Bounds<'_>,
        presence: &Presence,
    ) -> Result<Ending, Broken> {
        let heartbeat = bounds.limits.streams.heartbeat;
        loop {
            let message = tokio::select! {
                message = self.response.message() => message,
                () = sleep(heartbeat) => {
                    if !presence.is_there() {
                        return Err(Broken::Gone);
                    }
                    self.send(sender, Message::Ping(Bytes::new()), bounds).await?;
                    continue;
                }
            };
            let wire = match message {
                Ok(Some(wire)) => wire,
                Ok(None) => return Ok(Ending::Done),
                Err(status) => return Ok(Ending::of(status.into())),
            };
            // Always UTF-8: it is JSON of ours.
            let json = format::json(self.route, &wire).map(TryInto::try_into);
            let Ok(Ok(text)) = json else {
                return Ok(Ending::of(Problem::internal()));
            };
            self.send(sender, Message::Text(text), bounds).await?;
            bounds.note();
        }
    }

    /// Sends a message; returns when the connection has taken it.
    async fn send(
        &self,
        sender: &mut Sender,
        message: Message,
        bounds: &Bounds<'_>,
    ) -> Result<(), Broken> {
        let sent = async { sender.send(message).await.map_err(|_| Broken::Gone) };
        by(self.place, bounds.limits.body_timeout, sent).await
    }
}

// === impl Presence ===

impl Presence {
    fn new() -> Self {
        Self {
            heard: AtomicBool::new(true),
            blocked: AtomicBool::new(false),
        }
    }

    fn note(&self) {
        self.heard.store(true, Ordering::Relaxed);
    }

    /// Whether it was heard since this was asked last.
    fn is_there(&self) -> bool {
        self.heard.swap(false, Ordering::Relaxed) || self.blocked.load(Ordering::Relaxed)
    }
}
