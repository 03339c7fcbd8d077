//! The task of a connection: reads what the peer sends, sends what waits, and asks now and then
//! whether the peer is there.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use h2::Reason;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::Shared;
use super::frame::{self, MAX_PAYLOAD};
use super::streams::{Broken, MAX_UNSENT};

/// A host that vanished sends no farewell; without pings its connections would look open for as
/// long as TCP repeats itself, a quarter of an hour. A ping is answered before the next one.
/// A server that counts pings (grpc-go does unless told otherwise, our services do not) ends a
/// connection on which it sent nothing for some twenty seconds.
const PING_INTERVAL: Duration = Duration::from_secs(5);
/// Two of the largest frames.
const INPUT: usize = 2 * (frame::HEAD + MAX_PAYLOAD);
/// Octets that wait to be sent before nothing more is received. They are more than calls write:
/// a peer may read again only after it was read from.
const MAX_REPLIES: usize = 4 * MAX_UNSENT;

/// Drives a connection until it ends.
pub(super) struct Driver {
    stream: TcpStream,
    shared: Arc<Shared>,
    input: Box<[u8]>,
    /// Octets of `input` that are no whole frame yet.
    filled: usize,
    /// On its way, and how much of it was sent.
    output: Vec<u8>,
    sent: usize,
    pings: Interval,
    /// The peer sent something since the last ping.
    heard: bool,
}

// === impl Driver ===

impl Driver {
    pub(super) fn new(stream: TcpStream, shared: Arc<Shared>) -> Self {
        let mut pings = interval_at(Instant::now() + PING_INTERVAL, PING_INTERVAL);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            stream,
            shared,
            input: vec![0; INPUT].into(),
            filled: 0,
            output: Vec::new(),
            sent: 0,
            pings,
            // Its settings answer for the first one.
            heard: true,
        }
    }

    /// Does all that can be done now. Ready when the connection has ended.
    fn poll_drive(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        {
            let mut streams = self.shared.lock();
            match &mut streams.driver {
                Some(driver) => driver.clone_from(context.waker()),
                none => *none = Some(context.waker().clone()),
            }
        }
        loop {
            let received = self.poll_receive(context)?;
            // Only then: what came while this thread had no time counts.
            self.poll_pings(context)?;
            let sent = self.poll_send(context)?;
            let over = {
                let streams = self.shared.lock();
                streams.closing && streams.is_idle()
            };
            match (received, sent) {
                (_, Poll::Ready(())) if over => return Poll::Ready(Ok(())),
                // With what was held back sent, there is room to receive.
                (Poll::Ready(()), Poll::Ready(())) => {}
                _ => return Poll::Pending,
            }
        }
    }

    /// Receives for as long as something comes. Ready when too much waits to be sent.
    fn poll_receive(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.shared.lock().out.len() < MAX_REPLIES {
            let mut room = ReadBuf::new(&mut self.input[self.filled..]);
            ready!(Pin::new(&mut self.stream).poll_read(context, &mut room))?;
            let read = room.filled().len();
            if read == 0 {
                return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
            }
            self.heard = true;
            let filled = self.filled + read;
            let taken = self.shared.lock().receive(&self.input[..filled]);
            let taken = taken.map_err(|reason| self.blame(reason))?;
            self.input.copy_within(taken..filled, 0);
            self.filled = filled - taken;
        }
        Poll::Ready(Ok(()))
    }

    /// Sends what waits. Ready when nothing does.
    fn poll_send(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            while self.sent < self.output.len() {
                let unsent = &self.output[self.sent..];
                let sent = ready!(Pin::new(&mut self.stream).poll_write(context, unsent))?;
                if sent == 0 {
                    return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
                }
                self.sent += sent;
            }
            self.output.clear();
            // What a few large ones needed is not kept.
            self.output.shrink_to(MAX_PAYLOAD);
            self.sent = 0;
            self.shared.lock().hand_over(&mut self.output);
            if self.output.is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
    }

    fn poll_pings(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        while self.pings.poll_tick(context).is_ready() {
            if !self.heard {
                return Err(io::ErrorKind::TimedOut.into());
            }
            self.heard = false;
            frame::put_ping(&mut self.shared.lock().out, 0, b"guardmsh");
        }
        Ok(())
    }

    /// Tells the peer what it did, if it takes that at once. Calls that have not left do not.
    fn blame(&mut self, reason: Reason) -> io::Error {
        let mut farewell = self.output.split_off(self.sent);
        frame::put_go_away(&mut farewell, reason);
        let _ = self.stream.try_write(&farewell);
        io::Error::other(h2::Error::from(reason))
    }
}

impl Future for Driver {
    type Output = io::Result<()>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.poll_drive(context)
    }
}

impl Drop for Driver {
    /// Also when the runtime ends: nobody waits for an answer that cannot come.
    fn drop(&mut self) {
        self.shared.lock().close(u32::MAX, Some(Broken::Lost));
    }
}
