//! Writes that leave together. What the task of a connection writes in one go, for as many calls
//! as there are, is sent by one system call at its end; h2 alone would send each message beyond a
//! few hundred bytes by itself.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

/// Bytes that wait at most, and one write more; beyond, writers wait for the peer.
const MAX_UNSENT: usize = 64 * 1024;
/// Room that is made at first: some small calls.
const USUAL: usize = 4 * 1024;

/// A connection whose writes wait until [`Unsent::poll_send`].
pub(super) struct Gathered {
    read: OwnedReadHalf,
    unsent: Unsent,
}

/// What was written to a [`Gathered`], and is not sent.
#[derive(Clone)]
pub(super) struct Unsent(Arc<Mutex<Outlet>>);

struct Outlet {
    write: OwnedWriteHalf,
    bytes: BytesMut,
}

/// A connection, and what sends its writes.
pub(super) fn gathered(stream: TcpStream) -> (Gathered, Unsent) {
    let (read, write) = stream.into_split();
    let bytes = BytesMut::new();
    let unsent = Unsent(Arc::new(Mutex::new(Outlet { write, bytes })));
    let gathered = Gathered {
        read,
        unsent: unsent.clone(),
    };
    (gathered, unsent)
}

// === impl Unsent ===

impl Unsent {
    /// Sends all that was written. Ready when nothing is left.
    pub(super) fn poll_send(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.outlet().poll_send(cx)
    }

    fn outlet(&self) -> MutexGuard<'_, Outlet> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Outlet ===

impl Outlet {
    fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.bytes.is_empty() {
            let sent = ready!(Pin::new(&mut self.write).poll_write(cx, &self.bytes))?;
            if sent == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.bytes.advance(sent);
        }
        // A connection that waits holds no room.
        self.bytes = BytesMut::new();
        Poll::Ready(Ok(()))
    }

    fn hold_back(&mut self, bytes: &[u8]) {
        if self.bytes.is_empty() {
            self.bytes.reserve(USUAL.max(bytes.len()));
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// Returns once there is room.
    fn poll_room(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.bytes.len() < MAX_UNSENT {
            return Poll::Ready(Ok(()));
        }
        self.poll_send(cx)
    }
}

// === impl Gathered ===

impl AsyncRead for Gathered {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.read).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Gathered {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let mut outlet = self.unsent.outlet();
        ready!(outlet.poll_room(cx))?;
        outlet.hold_back(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut outlet = self.unsent.outlet();
        ready!(outlet.poll_room(cx))?;
        for part in parts {
            outlet.hold_back(part);
        }
        Poll::Ready(Ok(parts.iter().map(|part| part.len()).sum()))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    /// Nothing leaves here: a flush comes after each message.
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut outlet = self.unsent.outlet();
        ready!(outlet.poll_send(cx))?;
        Pin::new(&mut outlet.write).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::io::Read;
    use std::net::{Ipv4Addr, TcpListener};

    use tokio::io::AsyncWriteExt;

    use super::*;

    /// A connection, and its peer's end.
    async fn pair() -> (Gathered, Unsent, std::net::TcpStream) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).await;
        let (peer, _) = listener.accept().unwrap();
        let (gathered, unsent) = gathered(stream.unwrap());
        (gathered, unsent, peer)
    }

    #[tokio::test]
    async fn what_is_written_leaves_together() {
        let (mut gathered, unsent, mut peer) = pair().await;
        gathered.write_all(b"head ").await.unwrap();
        gathered.flush().await.unwrap();
        let parts = [IoSlice::new(b"of "), IoSlice::new(b"all")];
        assert_eq!(gathered.write_vectored(&parts).await.unwrap(), 6);
        peer.set_nonblocking(true).unwrap();
        let nothing = peer.read(&mut [0]).unwrap_err();
        assert_eq!(nothing.kind(), io::ErrorKind::WouldBlock);

        poll_fn(|cx| unsent.poll_send(cx)).await.unwrap();
        peer.set_nonblocking(false).unwrap();
        let mut read = [0; 11];
        peer.read_exact(&mut read).unwrap();
        assert_eq!(&read, b"head of all");
    }

    #[tokio::test]
    async fn a_peer_that_does_not_read_stops_writers_and_gets_everything_once_it_does() {
        let (mut gathered, unsent, mut peer) = pair().await;
        let block: Vec<u8> = (0..=255).cycle().take(16 * 1024).collect();
        let mut written = 0;
        // The kernel's buffers take some megabytes, and no more.
        while written < 1024 * 1024 * 1024 {
            let write = poll_fn(|cx| {
                let write = Pin::new(&mut gathered).poll_write(cx, &block);
                Poll::Ready(write.is_ready())
            });
            if !write.await {
                break;
            }
            written += block.len();
        }
        assert!(written < 1024 * 1024 * 1024, "nothing stops it");
        assert!(unsent.outlet().bytes.len() <= MAX_UNSENT + block.len());

        let reader = std::thread::spawn(move || {
            let mut all = Vec::new();
            peer.read_to_end(&mut all).map(|_| all)
        });
        gathered.shutdown().await.unwrap();
        let all = reader.join().unwrap().unwrap();
        assert_eq!(all.len(), written);
        assert!(all.chunks(block.len()).all(|chunk| chunk == block));
    }
}
