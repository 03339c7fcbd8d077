//! One connection to the gateway, byte by byte: several requests, partial ones, none at all.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::house::within;

/// A connection.
pub(crate) struct Wire {
    stream: TcpStream,
    /// Read, and of no answer yet.
    read: Vec<u8>,
}

/// An answer as it stands.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Status line and headers, in lower case.
    pub(crate) head: String,
    pub(crate) body: String,
}

// === impl Wire ===

impl Wire {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        let stream = within("connecting", TcpStream::connect(address)).await;
        let stream = stream.unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            read: Vec::new(),
        }
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        within("sending", self.stream.write_all(bytes.as_ref()))
            .await
            .unwrap();
    }

    /// The gateway may have answered and hung up already.
    pub(crate) async fn send_if_open(&mut self, bytes: &[u8]) {
        let _ = within("sending", self.stream.write_all(bytes)).await;
    }

    /// The next answer, by its `Content-Length`.
    pub(crate) async fn answer(&mut self) -> Answer {
        let Answer { head, .. } = self.head().await;
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map_or(0, |length| length.parse().unwrap());
        while self.read.len() < length {
            assert!(self.more().await, "the answer ends early: {head}");
        }
        let body = self.read.drain(..length).collect();
        Answer {
            head,
            body: String::from_utf8(body).unwrap(),
        }
    }

    /// The next answer, to a request that has no body in its answer.
    pub(crate) async fn head(&mut self) -> Answer {
        let head = self.take_through(b"\r\n\r\n").await;
        Answer {
            head: String::from_utf8(head).unwrap().to_ascii_lowercase(),
            body: String::new(),
        }
    }

    /// Whether some of an answer has come; looks for a moment.
    pub(crate) async fn has_answer(&mut self) -> bool {
        let read = self.stream.read_buf(&mut self.read);
        let _ = timeout(Duration::from_millis(20), read).await;
        !self.read.is_empty()
    }

    /// Whether the gateway has not closed it; to be asked while no answer is due.
    pub(crate) fn is_open(&self) -> bool {
        let read = self.stream.try_read(&mut [0; 1]);
        read.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
    }

    /// Nothing more will be sent.
    pub(crate) async fn finish(&mut self) {
        let _ = self.stream.shutdown().await;
    }

    /// Waits for the gateway to close; gives what it sent before.
    pub(crate) async fn rest(mut self) -> Vec<u8> {
        while self.more().await {}
        self.read
    }

    /// Waits for the gateway to close in order; fails when it resets the connection.
    pub(crate) async fn end(mut self) -> std::io::Result<Vec<u8>> {
        within("the end", self.stream.read_to_end(&mut self.read)).await?;
        Ok(self.read)
    }

    async fn take_through(&mut self, end: &[u8]) -> Vec<u8> {
        loop {
            let found = self.read.windows(end.len()).position(|part| part == end);
            if let Some(position) = found {
                return self.read.drain(..position + end.len()).collect();
            }
            let so_far = String::from_utf8_lossy(&self.read).into_owned();
            assert!(self.more().await, "closed without an answer: {so_far:?}");
        }
    }

    /// Reads some; false when the connection has ended.
    async fn more(&mut self) -> bool {
        let read = within("an answer", self.stream.read_buf(&mut self.read)).await;
        read.is_ok_and(|length| length > 0)
    }
}

// === impl Answer ===

impl Answer {
    pub(crate) fn status(&self) -> u16 {
        self.head.split(' ').nth(1).unwrap().parse().unwrap()
    }
}
