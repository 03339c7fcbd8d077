//! One request and the way back to its client, the same over HTTP/1.1 and HTTP/2.
//!
//! Nothing here judges or answers anything.

use std::net::SocketAddr;

use bytes::Bytes;
use http::{Response, request};
use thiserror::Error;

use crate::room::Place;

pub(crate) use http1::Http1;
pub(crate) use http2::{Http2, Incoming, Outgoing};

mod http1;
mod http2;

/// A request that has arrived as far as its head.
pub(crate) struct Downstream {
    pub(crate) client: Client,
    /// Who gives way when its client is waited for.
    pub(crate) place: Place,
    pub(crate) protocol: Protocol,
}

/// Who is at the other end of the connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Client {
    /// The peer of the connection, which may be a load balancer.
    pub(crate) address: SocketAddr,
    /// By which door it came.
    pub(crate) entrance: Entrance,
}

/// The ports of the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entrance {
    /// The API over plain HTTP.
    Http,
    /// The API over TLS.
    Https,
    /// Plain HTTP, where everybody is sent to HTTPS.
    Redirect,
}

/// How the request came.
pub(crate) enum Protocol {
    Http1(Http1),
    Http2(Box<Http2>),
}

/// The client can no longer be read from, or written to.
#[derive(Debug, Error)]
pub(crate) enum Broken {
    /// Over HTTP/1.
    #[error(transparent)]
    Http1(#[from] Box<pingora::Error>),
    /// Over HTTP/2.
    #[error(transparent)]
    Http2(#[from] h2::Error),
    /// It did not take what we send in time.
    #[error("the answer was not taken in time")]
    Slow,
    /// It gave the request up.
    #[error("the client gave the request up")]
    Gone,
    /// An answer that has no words for a failure is not completed instead.
    #[error("the answer broke off")]
    BrokeOff,
}

// === impl Downstream ===

impl Downstream {
    /// Method, target, version and headers.
    pub(crate) fn head(&self) -> &request::Parts {
        match &self.protocol {
            Protocol::Http1(http1) => http1.head(),
            Protocol::Http2(http2) => http2.head(),
        }
    }

    /// The next bytes of the request body; none once it is complete.
    pub(crate) async fn read(&mut self) -> Result<Option<Bytes>, Broken> {
        match &mut self.protocol {
            Protocol::Http1(http1) => http1.read().await,
            Protocol::Http2(http2) => http2.incoming.read().await,
        }
    }

    /// Asks for a body that the client holds back (RFC 9110, section 10.1.1), where one is to come.
    pub(crate) async fn go_on(&mut self) {
        match &mut self.protocol {
            Protocol::Http1(http1) if http1.has_body() => http1.go_on().await,
            Protocol::Http2(http2) if http2.incoming.has_more() => http2.outgoing.go_on(),
            Protocol::Http1(_) | Protocol::Http2(_) => {}
        }
    }

    /// Reads and drops what is left of the body.
    pub(crate) async fn drain(&mut self) -> Result<(), Broken> {
        match &mut self.protocol {
            Protocol::Http1(http1) => http1.drain().await,
            // The stream is reset instead, which costs the client nothing.
            Protocol::Http2(_) => Ok(()),
        }
    }

    /// Sends the head of the answer; `end` when it has no body.
    pub(crate) async fn respond(
        &mut self,
        response: Response<()>,
        end: bool,
    ) -> Result<(), Broken> {
        match &mut self.protocol {
            Protocol::Http1(http1) => http1.respond(response, end).await,
            Protocol::Http2(http2) => http2.outgoing.respond(response, end),
        }
    }

    /// Sends a part of the body, once the client has room for it.
    pub(crate) async fn write(&mut self, data: Bytes, end: bool) -> Result<(), Broken> {
        match &mut self.protocol {
            Protocol::Http1(http1) => http1.write(data, end).await,
            Protocol::Http2(http2) => http2.outgoing.write(data, end).await,
        }
    }

    /// Both directions, to be used at the same time. HTTP/1 has one after the other.
    pub(crate) fn halves(&mut self) -> Option<(&mut Incoming, &mut Outgoing)> {
        match &mut self.protocol {
            Protocol::Http1(_) => None,
            Protocol::Http2(http2) => Some((&mut http2.incoming, &mut http2.outgoing)),
        }
    }

    /// Returns once the client has given the request up. To be asked once the body is read.
    pub(crate) async fn gone(&mut self) {
        match &mut self.protocol {
            Protocol::Http1(http1) => http1.gone().await,
            Protocol::Http2(http2) => http2.outgoing.gone().await,
        }
    }

    /// No further request is taken on this connection, where requests follow each other.
    pub(crate) fn close_after(&mut self) {
        if let Protocol::Http1(http1) = &mut self.protocol {
            http1.close_after();
        }
    }
}
