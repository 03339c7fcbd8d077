//! Endpoints found by DNS, which changes under way. The DNS server is one of the test's own, over
//! UDP on loopback.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use guardmesh_gateway::config::UpstreamSettings;
use tokio::net::UdpSocket;
use tokio_util::task::AbortOnDropHandle;

use crate::faulty::{Fate, Faulty};
use crate::house::{House, Plan, until};

const A: u16 = 1;
const SRV: u16 = 33;

/// Answers SRV questions with these ports at `localhost`-like names, A questions with 127.0.0.1,
/// and everything with an error while there are no ports.
struct Dns {
    address: SocketAddr,
    targets: Arc<Mutex<Vec<Record>>>,
    asked: Arc<Mutex<usize>>,
    _serving: AbortOnDropHandle<()>,
}

/// Priority, weight and port.
type Record = (u16, u16, u16);

// === impl Dns ===

impl Dns {
    async fn start() -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = socket.local_addr().unwrap();
        let targets: Arc<Mutex<Vec<Record>>> = Arc::default();
        let asked: Arc<Mutex<usize>> = Arc::default();
        let serving = {
            let (targets, asked) = (targets.clone(), asked.clone());
            async move {
                let mut buffer = [0; 1500];
                loop {
                    let (length, from) = socket.recv_from(&mut buffer).await.unwrap();
                    *asked.lock().unwrap() += 1;
                    let reply = reply(&buffer[..length], &targets.lock().unwrap());
                    socket.send_to(&reply, from).await.unwrap();
                }
            }
        };
        Self {
            address,
            targets,
            asked,
            _serving: AbortOnDropHandle::new(tokio::spawn(serving)),
        }
    }

    /// Endpoints with their priorities.
    fn set(&self, targets: &[(u16, &Faulty)]) {
        let targets = targets.iter();
        let targets = targets.map(|(priority, endpoint)| (*priority, 0, endpoint.address.port()));
        *self.targets.lock().unwrap() = targets.collect();
    }

    /// Endpoints with their weights.
    fn weigh(&self, targets: &[(u16, &Faulty)]) {
        let targets = targets.iter();
        let targets = targets.map(|(weight, endpoint)| (0, *weight, endpoint.address.port()));
        *self.targets.lock().unwrap() = targets.collect();
    }

    fn asked(&self) -> usize {
        *self.asked.lock().unwrap()
    }

    async fn house(&self, target: &str) -> House {
        let plan = Plan {
            guards_at: Some(target.parse().unwrap()),
            upstream: UpstreamSettings {
                dns_servers: vec![self.address],
                dns_interval: Duration::from_millis(20),
                ..UpstreamSettings::default()
            },
            ..Plan::default()
        };
        let house = House::planned(plan).await;
        until("the keys", async || house.bearer_is_accepted().await).await;
        house
    }
}

/// The answer to a question (RFC 1035, section 4; RFC 2782).
fn reply(query: &[u8], targets: &[Record]) -> Vec<u8> {
    let name_end = 12 + query[12..].iter().position(|byte| *byte == 0).unwrap();
    let question = &query[12..name_end + 5];
    let kind = u16::from_be_bytes([query[name_end + 1], query[name_end + 2]]);
    let records: Vec<Vec<u8>> = match kind {
        A if !targets.is_empty() => vec![vec![127, 0, 0, 1]],
        SRV => targets.iter().map(|target| srv(*target)).collect(),
        _ => Vec::new(),
    };
    // Nothing to say is a failure of the server, not the end of the service.
    let code: u8 = if targets.is_empty() { 2 } else { 0 };
    let count = u8::try_from(records.len()).unwrap();
    let mut reply = query[..2].to_vec();
    reply.extend([0x84, code, 0, 1, 0, count, 0, 0, 0, 0]);
    reply.extend(question);
    for record in records {
        // The name of the question, class IN, a minute to live.
        reply.extend([0xc0, 12, 0, u8::try_from(kind).unwrap(), 0, 1, 0, 0, 0, 60]);
        reply.extend(u16::try_from(record.len()).unwrap().to_be_bytes());
        reply.extend(record);
    }
    reply
}

fn srv((priority, weight, port): Record) -> Vec<u8> {
    let mut record = priority.to_be_bytes().to_vec();
    record.extend(weight.to_be_bytes());
    record.extend(port.to_be_bytes());
    record.extend(b"\x03pod\x04test\0");
    record
}

async fn until_served_by(house: &House, endpoint: &Faulty, others: &[&Faulty]) {
    until("the move", async || {
        let before: Vec<_> = others.iter().map(|other| other.calls()).collect();
        let served = endpoint.calls();
        for _ in 0..5 {
            assert_eq!(house.list().await.status, 200);
        }
        endpoint.calls() == served + 5 && others.iter().map(|other| other.calls()).eq(before)
    })
    .await;
}

#[tokio::test]
async fn a_service_that_moves_is_followed() {
    let dns = Dns::start().await;
    let (first, second) = (Faulty::start().await, Faulty::start().await);
    dns.set(&[(0, &first)]);
    let house = dns.house("guards=srv:_grpc._tcp.guards.test").await;
    until("the endpoint", async || house.list().await.status == 200).await;
    assert_eq!((first.calls() > 0, second.calls()), (true, 0));

    // A call under way at the endpoint that goes is finished there.
    first.next(Fate::AnswerAtGate);
    let before = first.calls();
    let held = house.list();
    let moved = async {
        until("the call", async || first.calls() > before).await;
        dns.set(&[(0, &second)]);
        until_served_by(&house, &second, &[&first]).await;
        first.script.gate.add_permits(1);
    };
    let (answer, ()) = tokio::join!(held, moved);
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn when_dns_fails_what_is_known_stays() {
    let dns = Dns::start().await;
    let guards = Faulty::start().await;
    dns.set(&[(0, &guards)]);
    let target = format!("guards=pod.test:{}", guards.address.port());
    let house = dns.house(&target).await;
    until("the endpoint", async || house.list().await.status == 200).await;
    dns.set(&[]);
    let asked = dns.asked();
    until("failures", async || {
        assert_eq!(house.list().await.status, 200);
        dns.asked() > asked + 10
    })
    .await;
}

#[tokio::test]
async fn the_lowest_priority_is_used_and_all_of_it() {
    let dns = Dns::start().await;
    let (first, second, spare) = (
        Faulty::start().await,
        Faulty::start().await,
        Faulty::start().await,
    );
    dns.set(&[(1, &first), (1, &second), (2, &spare)]);
    let house = dns.house("guards=srv:_grpc._tcp.guards.test").await;
    let served = || [first.calls(), second.calls(), spare.calls()];
    until("both endpoints", async || {
        let before = served();
        for _ in 0..20 {
            house.list().await;
        }
        let after = served();
        after[0] > before[0] && after[1] > before[1] && after[2] == before[2]
    })
    .await;
    // The others are for when none of these works.
    for endpoint in [&first, &second] {
        endpoint.script.serving.store(false, Ordering::Relaxed);
    }
    until_served_by(&house, &spare, &[&first, &second]).await;
    first.script.serving.store(true, Ordering::Relaxed);
    until_served_by(&house, &first, &[&second, &spare]).await;
}

#[tokio::test]
async fn weights_are_shares_of_the_calls() {
    let dns = Dns::start().await;
    let (light, heavy) = (Faulty::start().await, Faulty::start().await);
    dns.weigh(&[(10, &light), (90, &heavy)]);
    let house = dns.house("guards=srv:_grpc._tcp.guards.test").await;
    until("both endpoints", async || {
        assert_eq!(house.list().await.status, 200);
        light.calls() > 0 && heavy.calls() > 0
    })
    .await;
    let before = [light.calls(), heavy.calls()];
    for _ in 0..300 {
        assert_eq!(house.list().await.status, 200);
    }
    let (light, heavy) = (light.calls() - before[0], heavy.calls() - before[1]);
    assert_eq!(light + heavy, 300);
    // By chance alone a quarter comes once in far more runs than there will be.
    assert!(light > 0 && light < 75, "{light} light and {heavy} heavy");
}

#[tokio::test]
async fn a_service_that_is_not_found_is_unavailable_until_it_is() {
    let dns = Dns::start().await;
    let guards = Faulty::start().await;
    let house = dns.house("guards=srv:_grpc._tcp.guards.test").await;
    assert_eq!(house.list().await.status, 503);
    assert_eq!(house.get("/health", &[]).await.status, 503);
    dns.set(&[(0, &guards)]);
    until("the endpoint", async || house.list().await.status == 200).await;
    house.ready().await;
}
