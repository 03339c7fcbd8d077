//! One keep-alive connection of HTTP/1.1, as a client: just enough for servers that are ours to
//! choose.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::Answer;

const MAX_BODY: usize = 16 * 1024 * 1024;
const MAX_LINE: u64 = 64 * 1024;

/// A connection, opened anew when the server has closed it.
pub(super) struct Connection {
    address: SocketAddr,
    stream: BufReader<TcpStream>,
    line: String,
}

/// What the head of an answer says.
#[derive(Default)]
struct Head {
    status: u16,
    content_type: String,
    length: usize,
    chunked: bool,
    closes: bool,
}

// === impl Connection ===

impl Connection {
    pub(super) async fn open(address: SocketAddr) -> Result<Self> {
        Ok(Self {
            address,
            stream: connect(address).await?,
            line: String::new(),
        })
    }

    /// Sends a request, and reads the whole answer.
    pub(super) async fn exchange(&mut self, request: &[u8]) -> Result<Answer> {
        self.stream.write_all(request).await?;
        let head = self.head().await?;
        let body = if head.chunked {
            self.chunks().await?
        } else {
            let mut body = Vec::new();
            self.take(head.length, &mut body).await?;
            body
        };
        if head.closes {
            self.stream = connect(self.address).await?;
        }
        Ok(Answer {
            status: head.status,
            content_type: head.content_type,
            body,
        })
    }

    async fn head(&mut self) -> Result<Head> {
        self.next_line().await?;
        let status = self
            .line
            .strip_prefix("HTTP/1.1 ")
            .and_then(|rest| rest.get(..3));
        let mut head = Head {
            status: status.context("not HTTP/1.1")?.parse()?,
            ..Head::default()
        };
        loop {
            self.next_line().await?;
            let Some((name, value)) = self.line.trim_end().split_once(": ") else {
                return Ok(head);
            };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => head.length = value.parse()?,
                "transfer-encoding" => head.chunked = value.eq_ignore_ascii_case("chunked"),
                "connection" => head.closes = value.eq_ignore_ascii_case("close"),
                "content-type" => value.clone_into(&mut head.content_type),
                _ => {}
            }
        }
    }

    /// A body in chunks (RFC 9112, section 7.1), with no trailers.
    async fn chunks(&mut self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            self.next_line().await?;
            let length = usize::from_str_radix(self.line.trim_end(), 16)?;
            self.take(length, &mut body).await?;
            self.next_line().await?;
            if length == 0 {
                return Ok(body);
            }
        }
    }

    async fn next_line(&mut self) -> Result<()> {
        self.line.clear();
        let mut stream = (&mut self.stream).take(MAX_LINE);
        if stream.read_line(&mut self.line).await? == 0 {
            bail!("the connection ended");
        }
        Ok(())
    }

    /// Appends the next `length` bytes to `body`.
    async fn take(&mut self, length: usize, body: &mut Vec<u8>) -> Result<()> {
        let start = body.len();
        let end = start.saturating_add(length);
        if end > MAX_BODY {
            bail!("the body is too large");
        }
        body.resize(end, 0);
        if let Some(place) = body.get_mut(start..) {
            self.stream.read_exact(place).await?;
        }
        Ok(())
    }
}

async fn connect(address: SocketAddr) -> Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(BufReader::new(stream))
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use tokio::net::TcpListener;

    use super::*;

    /// What is read of these answers, each asked for once.
    async fn read(answers: &'static [&'static str]) -> Vec<Answer> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            for answer in answers {
                stream.read_exact(&mut [0]).await.unwrap();
                stream.write_all(answer.as_bytes()).await.unwrap();
                if answer.contains("close") {
                    stream = listener.accept().await.unwrap().0;
                }
            }
        });
        let mut connection = Connection::open(address).await.unwrap();
        let mut read = Vec::new();
        for _ in answers {
            read.push(connection.exchange(b"?").await.unwrap());
        }
        read
    }

    #[tokio::test]
    async fn answers_are_read_to_their_end() {
        let answers = read(&[
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: text/plain\r\n\r\nhi",
            "HTTP/1.1 201 Created\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\na\r\n0123456789\r\n0\r\n\r\n",
            "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
            "HTTP/1.1 204 No Content\r\n\r\n",
        ])
        .await;
        let seen: Vec<(u16, &[u8])> = answers
            .iter()
            .map(|answer| (answer.status, answer.body.as_slice()))
            .collect();
        assert_eq!(
            seen,
            [
                (200, &b"hi"[..]),
                (201, b"abc0123456789"),
                (404, b""),
                (204, b"")
            ]
        );
        assert_eq!(answers[0].content_type, "text/plain");
    }
}
