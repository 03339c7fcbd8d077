//! What is written to a connection and not sent yet, so that the head of an answer goes out along
//! with its body: in one write, however many parts it was made of.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::AsyncWrite;

/// Most bytes that are copied here to wait for what follows them.
const MOST: usize = 16 * 1024;

/// Bytes that wait for a flush.
#[derive(Default)]
pub(crate) struct Unsent(Mutex<Parts>);

/// In the order in which they are sent.
#[derive(Default)]
struct Parts {
    copied: BytesMut,
    /// As it was given.
    whole: Bytes,
}

// === impl Unsent ===

impl Unsent {
    /// Has something written at the end, of about this length.
    pub(crate) fn put(&self, length: usize, write: impl FnOnce(&mut BytesMut)) {
        let mut parts = self.parts();
        let Parts { copied, whole } = &mut *parts;
        copied.reserve(length + whole.len());
        copied.extend_from_slice(&std::mem::take(whole));
        write(copied);
    }

    /// Adds these bytes, without a copy if they are many.
    pub(crate) fn add(&self, data: Bytes) {
        let few = data.len() <= MOST;
        if few || !self.parts().whole.is_empty() {
            self.put(data.len(), |copied| copied.extend_from_slice(&data));
        } else {
            self.parts().whole = data;
        }
    }

    /// Adds these bytes if there is room to keep them.
    pub(super) fn keep(&self, data: &[u8]) -> bool {
        let fits = self.parts().length() + data.len() <= MOST;
        if fits {
            self.put(data.len(), |copied| copied.extend_from_slice(data));
        }
        fits
    }

    /// Sends some of it.
    pub(super) fn poll_send(
        &self,
        cx: &mut Context<'_>,
        io: Pin<&mut impl AsyncWrite>,
    ) -> Poll<io::Result<usize>> {
        let mut parts = self.parts();
        let slices = [IoSlice::new(&parts.copied), IoSlice::new(&parts.whole)];
        let sent = match (parts.copied.is_empty(), parts.whole.is_empty()) {
            (false, false) => io.poll_write_vectored(cx, &slices),
            (false, true) => io.poll_write(cx, &parts.copied),
            _ => io.poll_write(cx, &parts.whole),
        };
        let sent = ready!(sent)?;
        parts.advance(sent);
        Poll::Ready(Ok(sent))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.parts().length() == 0
    }

    /// Gives back the room for it, once it is empty: a connection that waits holds none.
    pub(super) fn release(&self) {
        *self.parts() = Parts::default();
    }

    fn parts(&self) -> MutexGuard<'_, Parts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Parts ===

impl Parts {
    fn length(&self) -> usize {
        self.copied.len() + self.whole.len()
    }

    fn advance(&mut self, sent: usize) {
        let copied = sent.min(self.copied.len());
        self.copied.advance(copied);
        self.whole.advance(sent - copied);
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::io::AsyncReadExt;

    use super::*;

    #[tokio::test]
    async fn all_arrives_in_order_through_a_narrow_pipe() {
        let (mut here, mut there) = tokio::io::duplex(100);
        let unsent = Unsent::default();
        let mut expected = Vec::new();
        let large = |byte| Bytes::from(vec![byte; MOST + 1]);
        unsent.put(10, |out| out.extend_from_slice(b"head"));
        expected.extend(b"head");
        for part in [
            Bytes::from_static(b"few"),
            large(b'a'),
            large(b'b'),
            Bytes::from_static(b"end"),
        ] {
            expected.extend_from_slice(&part);
            unsent.add(part);
        }
        assert!(!unsent.keep(b"no room"));
        let send = async {
            while !unsent.is_empty() {
                let sent = poll_fn(|cx| unsent.poll_send(cx, Pin::new(&mut here))).await;
                assert!(sent.unwrap() <= 100);
            }
            drop(here);
        };
        let mut read = Vec::new();
        let ((), read_all) = tokio::join!(send, there.read_to_end(&mut read));
        read_all.unwrap();
        assert!(read == expected);
        assert!(unsent.keep(b"room"));
    }
}
