//! Two gateways behind a balancer are replaced one after the other while clients go on calling.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use guardmesh_chassis::config::Environment;
use guardmesh_chassis::testing::http;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::house::{House, Plan, gateway, listen, until, within};
use crate::wire::Wire;

const WORKERS: usize = 8;
const BODY: &str = r#"{"email": "a@example.com"}"#;

/// A gateway that can be replaced, as a balancer sees it.
struct Place {
    address: SocketAddr,
    ready: AtomicBool,
}

/// One gateway at its place.
struct Running {
    shutdown: CancellationToken,
    task: JoinHandle<()>,
}

fn start(house: &House, listener: TcpListener) -> Running {
    let shutdown = CancellationToken::new();
    let task = gateway(
        guardmesh_proto::DESCRIPTORS.to_vec(),
        house.config.clone(),
        Environment::Development,
        listener,
        house.clock.clone(),
        shutdown.clone(),
    );
    Running { shutdown, task }
}

/// What a balancer does: asks again and again, and chooses by the answer.
async fn probe(places: Arc<[Place; 2]>) {
    loop {
        for place in places.iter() {
            let answer = http::request(place.address, "GET", "/health/ready", &[], b"").await;
            let ready = answer.is_ok_and(|answer| answer.status == 200);
            place.ready.store(ready, Ordering::Release);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Calls without a pause over connections that are kept, and never tries anything twice.
async fn call(places: Arc<[Place; 2]>, answered: Arc<AtomicUsize>, stop: CancellationToken) {
    let mut open: [Option<Wire>; 2] = [None, None];
    let mut turn = 0;
    while !stop.is_cancelled() {
        turn += 1;
        let index = [turn % 2, (turn + 1) % 2]
            .into_iter()
            .find(|index| places[*index].ready.load(Ordering::Acquire));
        let index = index.expect("one gateway is always ready");
        // Of the gateway before, perhaps; a balancer has seen it close.
        let mut wire = match open[index].take() {
            Some(wire) if wire.is_open() => wire,
            _ => Wire::open(places[index].address).await,
        };
        let request = format!(
            "POST /api/v1/auth/login HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\n\r\n{BODY}",
            BODY.len()
        );
        wire.send(request).await;
        let answer = wire.answer().await;
        assert_eq!(answer.status(), 200, "{answer:?}");
        answered.fetch_add(1, Ordering::AcqRel);
        if answer.head.contains("connection: keep-alive") {
            open[index] = Some(wire);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_fails_while_gateways_are_replaced() {
    let mut plan = Plan::default();
    plan.limits.drain_delay = Duration::from_secs(1);
    let house = House::planned(plan).await;
    let (first, second) = (listen().await, listen().await);
    let place = |listener: &TcpListener| Place {
        address: listener.local_addr().unwrap(),
        ready: AtomicBool::new(false),
    };
    let places = Arc::new([place(&first), place(&second)]);
    let mut gateways = [start(&house, first), start(&house, second)];
    let probe = tokio::spawn(probe(places.clone()));
    let ready = async |index: usize| {
        until("readiness", async || {
            places[index].ready.load(Ordering::Acquire)
        })
        .await;
    };
    ready(0).await;
    ready(1).await;

    let (answered, stop) = (Arc::new(AtomicUsize::new(0)), CancellationToken::new());
    let mut workers = JoinSet::new();
    for _ in 0..WORKERS {
        workers.spawn(call(places.clone(), answered.clone(), stop.clone()));
    }
    for index in [0, 1] {
        let before = answered.load(Ordering::Acquire);
        gateways[index].shutdown.cancel();
        within("the old gateway", &mut gateways[index].task)
            .await
            .unwrap();
        let listener = TcpListener::bind(places[index].address).await.unwrap();
        gateways[index] = start(&house, listener);
        ready(index).await;
        until("more answers", async || {
            answered.load(Ordering::Acquire) > before + 10 * WORKERS
        })
        .await;
    }
    stop.cancel();
    while let Some(worker) = within("the workers", workers.join_next()).await {
        worker.unwrap();
    }
    probe.abort();
}
