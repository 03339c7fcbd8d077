//! An answer that is read bit by bit: its head, then its body, de-chunked, up to some mark.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::house::within;

/// An answer over HTTP/1.1 with a chunked body.
pub(crate) struct BodyStream {
    stream: TcpStream,
    /// Status line and headers, in lower case.
    pub(crate) head: String,
    raw: Vec<u8>,
    body: Vec<u8>,
    ended: bool,
}

// === impl BodyStream ===

impl BodyStream {
    /// Sends a request and reads the head of its answer.
    pub(crate) async fn open(address: SocketAddr, request: &str) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        // Little is to stay on the way when a test does not read.
        socket.set_recv_buffer_size(16 * 1024).unwrap();
        let mut stream = within("connecting", socket.connect(address)).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Self {
            stream,
            head: String::new(),
            raw: Vec::new(),
            body: Vec::new(),
            ended: false,
        };
        answer.read_head().await;
        answer
    }

    async fn read_head(&mut self) {
        let end = loop {
            if let Some(end) = find(&self.raw, b"\r\n\r\n") {
                break end;
            }
            assert!(self.more().await, "no head");
        };
        let head = self.raw.drain(..end + 4).collect();
        self.head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    }

    /// The rest of the body, and the answer that follows on the connection.
    pub(crate) async fn next(mut self) -> (Option<String>, Self) {
        while self.chunk().await {}
        let rest = self
            .ended
            .then(|| String::from_utf8(std::mem::take(&mut self.body)).unwrap());
        self.ended = false;
        self.read_head().await;
        (rest, self)
    }

    pub(crate) fn status(&self) -> u16 {
        self.head.split(' ').nth(1).unwrap().parse().unwrap()
    }

    /// The next part of the body, through this mark.
    pub(crate) async fn through(&mut self, mark: &str) -> String {
        loop {
            if let Some(at) = find(&self.body, mark.as_bytes()) {
                let part = self.body.drain(..at + mark.len()).collect();
                return String::from_utf8(part).unwrap();
            }
            let so_far = String::from_utf8_lossy(&self.body).into_owned();
            assert!(
                self.chunk().await,
                "the body ends without {mark:?}: {so_far:.500}"
            );
        }
    }

    /// What is left of the body; `None` where it breaks off.
    pub(crate) async fn rest(mut self) -> Option<String> {
        while self.chunk().await {}
        self.ended.then(|| String::from_utf8(self.body).unwrap())
    }

    /// Reads a whole chunk; false at the end.
    async fn chunk(&mut self) -> bool {
        loop {
            if self.ended {
                return false;
            }
            if let Some(line) = find(&self.raw, b"\r\n") {
                let size = std::str::from_utf8(&self.raw[..line]).unwrap();
                let size = usize::from_str_radix(size, 16).unwrap();
                let end = line + 2 + size;
                if self.raw.len() >= end + 2 {
                    assert_eq!(&self.raw[end..end + 2], b"\r\n");
                    self.body.extend_from_slice(&self.raw[line + 2..end]);
                    self.raw.drain(..end + 2);
                    self.ended = size == 0;
                    return !self.ended;
                }
            }
            if !self.more().await {
                return false;
            }
        }
    }

    async fn more(&mut self) -> bool {
        let read = within("more", self.stream.read_buf(&mut self.raw)).await;
        read.is_ok_and(|length| length > 0)
    }
}

fn find(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).position(|part| part == mark)
}
