//! The bytes of one client connection, as Pingora's HTTP/1 and the h2 crate read them.
//!
//! It knows when the peer was last heard, so that a deadline can begin with the first byte of a
//! request, and it can look at the first bytes without taking them. A peer that takes no byte of
//! what it is sent for too long is given up: HTTP/2 would otherwise hold what it has answered for
//! as long as requests keep coming.

use std::fmt;
use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Buf, BytesMut};
use pingora::protocols::{
    GetProxyDigest, GetSocketDigest, GetTimingDigest, Peek, Shutdown, SocketDigest, Ssl,
    TimingDigest, UniqueID, UniqueIDType,
};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};
use tokio_rustls::server::TlsStream;

pub(crate) use unsent::Unsent;

mod unsent;

/// Of a head over HTTP/1 that is read at all. It is more than is admitted, so that a head which is
/// only somewhat too large is answered as other requests are, with what web pages need to see it.
const MAX_HEAD_READ: usize = 48 * 1024;
/// One connection.
pub(crate) struct Transport {
    io: Io,
    /// Read already, and to be read again.
    seen: BytesMut,
    unsent: Arc<Unsent>,
    heard: Arc<Heard>,
    /// How long the peer may take nothing.
    patience: Duration,
    /// Ends its patience, while the peer takes nothing.
    stuck: Option<Pin<Box<Sleep>>>,
}

/// What the peer has sent since the last [`Heard::forget`]: anything, and whether more than the head
/// of a request may have.
pub(crate) struct Heard {
    yes: AtomicBool,
    /// Bytes that may still come while a head is awaited; `usize::MAX` when none is.
    head_room: AtomicUsize,
}

/// Plain, or within TLS.
enum Io {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

// === impl Heard ===

impl Heard {
    pub(crate) fn note(&self) {
        self.yes.store(true, Ordering::Release);
    }

    /// A head is awaited.
    pub(crate) fn forget(&self) {
        self.yes.store(false, Ordering::Release);
        self.head_room.store(MAX_HEAD_READ, Ordering::Release);
    }

    /// What follows is no head.
    pub(crate) fn head_is_read(&self) {
        self.head_room.store(usize::MAX, Ordering::Release);
    }

    /// The head that is awaited has more bytes than it may have.
    pub(crate) fn head_is_too_large(&self) -> bool {
        self.head_room.load(Ordering::Acquire) == 0
    }

    /// So many bytes came.
    fn count(&self, bytes: usize) {
        let room = self.head_room.load(Ordering::Acquire);
        if room != usize::MAX {
            let room = room.saturating_sub(bytes);
            self.head_room.store(room, Ordering::Release);
        }
    }

    /// Returns once something was heard. Nobody is woken by that: to be polled by the task that
    /// reads, each time after it read.
    pub(crate) async fn something(&self) {
        poll_fn(|_| {
            if self.yes.load(Ordering::Acquire) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }
}

impl Default for Heard {
    fn default() -> Self {
        Self {
            yes: AtomicBool::new(false),
            head_room: AtomicUsize::new(MAX_HEAD_READ),
        }
    }
}

// === impl Transport ===

impl Transport {
    /// Of a peer that may take nothing for so long.
    pub(crate) fn plain(stream: TcpStream, patience: Duration) -> Self {
        Self::new(Io::Plain(stream), patience)
    }

    /// As `plain`, within TLS.
    pub(crate) fn tls(stream: TlsStream<TcpStream>, patience: Duration) -> Self {
        Self::new(Io::Tls(Box::new(stream)), patience)
    }

    fn new(io: Io, patience: Duration) -> Self {
        Self {
            io,
            seen: BytesMut::new(),
            unsent: Arc::default(),
            heard: Arc::default(),
            patience,
            stuck: None,
        }
    }

    pub(crate) fn heard(&self) -> Arc<Heard> {
        self.heard.clone()
    }

    /// What goes out with the next flush.
    pub(crate) fn unsent(&self) -> Arc<Unsent> {
        self.unsent.clone()
    }

    /// What came of an attempt to send; an error once the peer has taken nothing for too long.
    fn moved<T>(&mut self, cx: &mut Context<'_>, sent: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if sent.is_ready() {
            self.stuck = None;
            return sent;
        }
        let patience = self.patience;
        let stuck = self.stuck.get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(stuck.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    /// Sends what was held back.
    fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.unsent.is_empty() {
            let sent = self.unsent.poll_send(cx, Pin::new(&mut self.io));
            if ready!(self.moved(cx, sent))? == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
        }
        self.unsent.release();
        Poll::Ready(Ok(()))
    }

    /// Whether the connection begins with these bytes. Reads no further than needed to tell;
    /// what it read will be read again. `None` when the peer closes before it can be told.
    pub(crate) async fn begins_with(&mut self, bytes: &[u8]) -> io::Result<Option<bool>> {
        while bytes.starts_with(&self.seen) {
            if self.seen.len() == bytes.len() {
                return Ok(Some(true));
            }
            let mut rest = (&mut self.io).take((bytes.len() - self.seen.len()) as u64);
            if rest.read_buf(&mut self.seen).await? == 0 {
                return Ok(None);
            }
            self.heard.note();
        }
        Ok(Some(false))
    }
}

impl AsyncRead for Transport {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.seen.is_empty() {
            let length = self.seen.len().min(buffer.remaining());
            buffer.put_slice(&self.seen[..length]);
            self.seen.advance(length);
            return Poll::Ready(Ok(()));
        }
        if self.heard.head_is_too_large() {
            return Poll::Ready(Err(io::ErrorKind::FileTooLarge.into()));
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.io).poll_read(cx, buffer))?;
        let read = buffer.filled().len() - before;
        if read > 0 {
            self.heard.note();
            self.heard.count(read);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Transport {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.unsent.keep(bytes) {
            return Poll::Ready(Ok(bytes.len()));
        }
        ready!(self.poll_send(cx))?;
        let sent = Pin::new(&mut self.io).poll_write(cx, bytes);
        self.moved(cx, sent)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        // Who writes in parts has gathered them already.
        ready!(self.poll_send(cx))?;
        let sent = Pin::new(&mut self.io).poll_write_vectored(cx, parts);
        self.moved(cx, sent)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_send(cx))?;
        let sent = Pin::new(&mut self.io).poll_flush(cx);
        self.moved(cx, sent)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_send(cx))?;
        let sent = Pin::new(&mut self.io).poll_shutdown(cx);
        self.moved(cx, sent)
    }
}

// === impl Io ===

impl AsyncRead for Io {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(cx, buffer),
            Self::Tls(stream) => Pin::new(stream).poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Io {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(cx, bytes),
            Self::Tls(stream) => Pin::new(stream).poll_write(cx, bytes),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write_vectored(cx, parts),
            Self::Tls(stream) => Pin::new(stream).poll_write_vectored(cx, parts),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Plain(stream) => stream.is_write_vectored(),
            Self::Tls(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Self::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}

// What else Pingora wants to know of a connection; it is for its own proxying, which we do not use.

#[async_trait]
impl Shutdown for Transport {
    async fn shutdown(&mut self) {
        let _ = AsyncWriteExt::shutdown(self).await;
    }
}

impl UniqueID for Transport {
    fn id(&self) -> UniqueIDType {
        0
    }
}

impl Ssl for Transport {}
impl Peek for Transport {}

impl GetTimingDigest for Transport {
    fn get_timing_digest(&self) -> Vec<Option<TimingDigest>> {
        Vec::new()
    }
}

impl GetProxyDigest for Transport {
    fn get_proxy_digest(&self) -> Option<Arc<pingora::protocols::raw_connect::ProxyDigest>> {
        None
    }
}

impl GetSocketDigest for Transport {
    fn get_socket_digest(&self) -> Option<Arc<SocketDigest>> {
        None
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Transport")
    }
}
