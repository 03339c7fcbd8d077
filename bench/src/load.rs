//! A bounded load: requests of one kind over so many keep-alive connections, until so many are
//! answered or so much time is over.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::task::JoinSet;

use connection::Connection;

mod connection;

/// No bound is longer than this.
const PATIENCE: Duration = Duration::from_mins(2);

/// A request that is sent again and again.
pub(crate) struct Request {
    bytes: Arc<[u8]>,
}

/// When a load ends: at whichever comes first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bound {
    requests: u32,
    time: Duration,
}

/// How a load went.
#[derive(Debug, Clone)]
pub(crate) struct Summary {
    /// Requests that were answered.
    pub(crate) requests: u32,
    pub(crate) elapsed: Duration,
    pub(crate) per_second: f64,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
}

/// One answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) body: Vec<u8>,
}

// === impl Request ===

impl Request {
    /// `body` is JSON, `token` a bearer token.
    pub(crate) fn new(method: &str, path: &str, token: Option<&str>, body: Option<&str>) -> Self {
        let authorization = token
            .map(|token| format!("authorization: Bearer {token}\r\n"))
            .unwrap_or_default();
        let content = body
            .map(|body| {
                let length = body.len();
                format!("content-type: application/json\r\ncontent-length: {length}\r\n")
            })
            .unwrap_or_default();
        let body = body.unwrap_or_default();
        let text = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\n{authorization}{content}\r\n{body}"
        );
        Self {
            bytes: text.into_bytes().into(),
        }
    }
}

// === impl Bound ===

impl Bound {
    /// So many requests, or what is done of them in two minutes.
    pub(crate) fn requests(requests: u32) -> Self {
        Self {
            requests,
            time: PATIENCE,
        }
    }

    /// What is done in this time, which is at most two minutes.
    pub(crate) fn time(time: Duration) -> Self {
        Self {
            requests: u32::MAX,
            time: time.min(PATIENCE),
        }
    }
}

/// Sends requests over `connections` connections until `bound`; each must be answered with 200.
pub(crate) async fn run(
    address: SocketAddr,
    request: &Request,
    bound: Bound,
    connections: u32,
) -> Result<Summary> {
    let left = Arc::new(AtomicU32::new(bound.requests));
    let started = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..connections {
        let (left, bytes) = (left.clone(), request.bytes.clone());
        tasks.spawn(async move {
            let mut connection = Connection::open(address).await?;
            let mut latencies = Vec::new();
            let take = |left: u32| left.checked_sub(1);
            while started.elapsed() < bound.time
                && left
                    .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
                    .is_ok()
            {
                let sent = Instant::now();
                let answer = connection.exchange(&bytes).await?;
                latencies.push(sent.elapsed());
                if answer.status != 200 {
                    bail!("answered with {}", answer.status);
                }
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
    tokio::time::timeout(PATIENCE * 2, all)
        .await
        .context("the load did not end in time")??;
    summary(latencies, started.elapsed())
}

fn summary(mut latencies: Vec<Duration>, elapsed: Duration) -> Result<Summary> {
    latencies.sort_unstable();
    let at = |percent: usize| {
        let index = (latencies.len() * percent / 100).min(latencies.len().saturating_sub(1));
        latencies.get(index).copied().unwrap_or_default()
    };
    let requests = u32::try_from(latencies.len())?;
    Ok(Summary {
        requests,
        elapsed,
        per_second: f64::from(requests) / elapsed.as_secs_f64(),
        p50: at(50),
        p99: at(99),
    })
}

/// The round in the middle, by throughput.
pub(crate) fn median(mut rounds: Vec<Summary>) -> Summary {
    rounds.sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
    rounds.swap_remove(rounds.len() / 2)
}

/// One request on a connection of its own.
pub(crate) async fn once(address: SocketAddr, request: &Request) -> Result<Answer> {
    let exchange = async {
        let mut connection = Connection::open(address).await?;
        connection.exchange(&request.bytes).await
    };
    tokio::time::timeout(PATIENCE, exchange)
        .await
        .context("no answer in time")?
}

/// The body of a GET that is answered with 200.
pub(crate) async fn get(address: SocketAddr, path: &str) -> Result<Vec<u8>> {
    good(once(address, &Request::new("GET", path, None, None)).await?)
}

/// The body of a POST of JSON that is answered with 200.
pub(crate) async fn post(address: SocketAddr, path: &str, body: &str) -> Result<Vec<u8>> {
    good(once(address, &Request::new("POST", path, None, Some(body))).await?)
}

fn good(answer: Answer) -> Result<Vec<u8>> {
    if answer.status != 200 {
        bail!("answered with {}", answer.status);
    }
    Ok(answer.body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_the_sorted_latencies() {
        let latencies = (1..=200).rev().map(Duration::from_micros).collect();
        let summary = summary(latencies, Duration::from_secs(2)).unwrap();
        let micros = Duration::from_micros;
        assert_eq!((summary.p50, summary.p99), (micros(101), micros(199)));
        assert!((summary.per_second - 100.0).abs() < f64::EPSILON);
        assert_eq!(
            self::summary(Vec::new(), PATIENCE).unwrap().p99,
            Duration::ZERO
        );
    }
}
