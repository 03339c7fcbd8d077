//! A bounded load: so many requests of one kind over so many keep-alive connections.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

const PATIENCE: Duration = Duration::from_mins(2);

/// A request that is sent again and again.
pub(crate) struct Request {
    pub(crate) name: &'static str,
    bytes: Arc<[u8]>,
}

/// How a round went.
#[derive(Clone)]
pub(crate) struct Summary {
    pub(crate) per_second: f64,
    pub(crate) p50_micros: u128,
    pub(crate) p99_micros: u128,
}

// === impl Request ===

impl Request {
    pub(crate) fn get(name: &'static str, path: &str, token: Option<&str>) -> Self {
        let authorization = token
            .map(|token| format!("authorization: Bearer {token}\r\n"))
            .unwrap_or_default();
        let head = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n{authorization}\r\n");
        Self {
            name,
            bytes: head.into_bytes().into(),
        }
    }

    /// A check of a kilobyte of prose with an e-mail address in it.
    pub(crate) fn check(name: &'static str, token: &str) -> Self {
        let prose = "The quick brown fox jumps over the lazy dog, as foxes do. ".repeat(17);
        let body = format!(r#"{{"content":"{prose}Write to ada@example.org."}}"#);
        let head = format!(
            "POST /api/v1/guards:check HTTP/1.1\r\nhost: localhost\r\n\
             authorization: Bearer {token}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n",
            body.len(),
        );
        Self {
            name,
            bytes: [head, body].concat().into_bytes().into(),
        }
    }
}

/// Sends `count` requests over `connections` connections; each must be answered with 200.
pub(crate) async fn run(
    address: SocketAddr,
    request: &Request,
    count: u32,
    connections: u32,
) -> Result<Summary> {
    let left = Arc::new(AtomicU32::new(count));
    let started = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..connections {
        let (left, bytes) = (left.clone(), request.bytes.clone());
        tasks.spawn(async move {
            let mut stream = BufReader::new(TcpStream::connect(address).await?);
            stream.get_ref().set_nodelay(true)?;
            let mut latencies = Vec::new();
            let take = |left: u32| left.checked_sub(1);
            while left
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
                .is_ok()
            {
                let sent = Instant::now();
                exchange(&mut stream, &bytes).await?;
                latencies.push(sent.elapsed());
            }
            anyhow::Ok(latencies)
        });
    }
    let mut latencies = Vec::new();
    let all = async {
        while let Some(done) = tasks.join_next().await {
            latencies.extend(done??);
        }
        anyhow::Ok(())
    };
    tokio::time::timeout(PATIENCE, all)
        .await
        .context("the load did not end in time")??;
    let elapsed = started.elapsed();
    latencies.sort_unstable();
    let at = |percent: usize| {
        let index = (latencies.len() * percent / 100).min(latencies.len().saturating_sub(1));
        latencies.get(index).map_or(0, Duration::as_micros)
    };
    Ok(Summary {
        per_second: f64::from(count) / elapsed.as_secs_f64(),
        p50_micros: at(50),
        p99_micros: at(99),
    })
}

/// The round in the middle, by throughput.
pub(crate) fn median(mut rounds: Vec<Summary>) -> Summary {
    rounds.sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
    rounds.swap_remove(rounds.len() / 2)
}

/// One GET on a connection of its own.
pub(crate) async fn get(address: SocketAddr, path: &str) -> Result<Vec<u8>> {
    once(
        address,
        &format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n"),
    )
    .await
}

/// One POST of JSON on a connection of its own.
pub(crate) async fn post(address: SocketAddr, path: &str, body: &str) -> Result<Vec<u8>> {
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n",
        body.len(),
    );
    once(address, &(head + body)).await
}

async fn once(address: SocketAddr, request: &str) -> Result<Vec<u8>> {
    let mut stream = BufReader::new(TcpStream::connect(address).await?);
    exchange(&mut stream, request.as_bytes()).await
}

async fn exchange(stream: &mut BufReader<TcpStream>, request: &[u8]) -> Result<Vec<u8>> {
    stream.write_all(request).await?;
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    if !line.starts_with("HTTP/1.1 200 ") {
        bail!("answered with {line:?}");
    }
    let mut length = 0;
    loop {
        line.clear();
        stream.read_line(&mut line).await?;
        match line.trim_end().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.parse()?;
            }
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    Ok(body)
}
