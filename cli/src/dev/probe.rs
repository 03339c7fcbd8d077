//! Asks the gateway whether all is ready, as any client would.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const INTERVAL: Duration = Duration::from_millis(20);

/// Returns once `/health` has answered 200: every service is serving.
pub(super) async fn until_ready(address: SocketAddr) {
    while !matches!(is_healthy(address).await, Ok(true)) {
        tokio::time::sleep(INTERVAL).await;
    }
}

async fn is_healthy(address: SocketAddr) -> io::Result<bool> {
    // A wildcard address is reached through loopback.
    let mut stream = TcpStream::connect(super::welcome::reachable(address)).await?;
    stream
        .write_all(b"GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
        .await?;
    let mut status = [0; 12];
    stream.read_exact(&mut status).await?;
    Ok(status == *b"HTTP/1.1 200")
}
