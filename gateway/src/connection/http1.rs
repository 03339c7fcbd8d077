//! HTTP/1.1 on a connection: one request after another, pipelined ones too.

use std::pin::{Pin, pin};

use pingora::ErrorType;
use pingora::protocols::Stream;

use super::{Overdue, Patience, Server};
use crate::downstream::{Client, Downstream, Http1, Protocol};
use crate::problem::Problem;
use crate::room::Place;
use crate::transport::{Heard, Transport};

/// How a wait for a request ended.
enum Head {
    Read,
    /// The peer closed, said nothing for long, or has to look for another gateway.
    Over,
    Refused(Problem),
}

// === impl Server ===

impl Server {
    pub(super) async fn http1(&self, transport: Transport, mut patience: Patience, client: Client) {
        let (heard, unsent) = (transport.heard(), transport.unsent());
        let mut stopping = pin!(self.lifecycle.stopping());
        let mut stream: Stream = Box::new(transport);
        let mut prefix = None;
        loop {
            let mut request = Http1::new(stream, unsent.clone(), prefix);
            patience.renew();
            let read = self.read_head(&mut request, &heard, &mut patience, stopping.as_mut());
            match read.await {
                Head::Read => heard.head_is_read(),
                Head::Over => return,
                Head::Refused(problem) => {
                    self.edge.refuse(&mut request, client, problem).await;
                    // What still comes of it is let go, however much it is.
                    heard.head_is_read();
                    tokio::select! {
                        () = request.hang_up() => {}
                        () = self.room.wanted() => {}
                    }
                    return;
                }
            }
            let downstream = Downstream {
                client,
                place: Place::Alone(self.room.clone()),
                protocol: Protocol::Http1(request),
            };
            // Boxed, so that a connection that waits holds no room for what a request needs.
            let served = Box::pin(self.edge.serve(downstream));
            let Some(Protocol::Http1(request)) = served.await else {
                return;
            };
            let Some(next) = request.next().await else {
                return;
            };
            (stream, prefix) = next;
            heard.forget();
            if prefix.is_some() {
                heard.note();
            }
        }
    }

    async fn read_head(
        &self,
        request: &mut Http1,
        heard: &Heard,
        patience: &mut Patience,
        stopping: Pin<&mut impl Future<Output = ()>>,
    ) -> Head {
        tokio::select! {
            biased;
            read = request.read_head() => match read {
                Ok(true) => Head::Read,
                Ok(false) => Head::Over,
                Err(_) if heard.head_is_too_large() => Head::Refused(Problem::headers_too_large()),
                Err(error) => refusal(&error),
            },
            () = stopping => Head::Over,
            () = self.room.wanted() => Head::Over,
            overdue = self.overdue(heard, patience) => match overdue {
                Overdue::Idle => Head::Over,
                Overdue::Late => Head::Refused(Problem::head_too_slow()),
            },
        }
    }
}

/// What Pingora does not take for a request.
fn refusal(error: &pingora::Error) -> Head {
    match error.etype() {
        ErrorType::ConnectionClosed | ErrorType::ReadError => Head::Over,
        _ => Head::Refused(Problem::bad_request(
            "INVALID_HTTP",
            "This is not a valid HTTP request.",
        )),
    }
}
