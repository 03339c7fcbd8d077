//! How long a revocation takes from one instance to who watches another. A measurement: it
//! asserts nothing of time, and runs only when asked for:
//! `cargo test --release -p guardmesh-auth --test it latency -- --ignored --nocapture`.

use std::time::{Duration, Instant};

use guardmesh_chassis::caller::Caller;
use guardmesh_proto::guardmesh::auth::v1::revocation::Subject;

use crate::app::{self, App, PASSWORD, SEALING_KEY};
use crate::watch::Watch;

const SESSIONS: usize = 200;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn latency_between_two_instances() {
    let pool = app::database().await.pool;
    let here = App::start_on(pool.clone(), SEALING_KEY).await;
    let there = App::start_on(pool, SEALING_KEY).await;
    here.register("ada@example.com").await.unwrap();
    let mut watch = Watch::start(&there, &[]).await;
    let (mut whole, mut committed) = (Vec::new(), Vec::new());
    for _ in 0..SESSIONS {
        let tokens = here
            .login("ada@example.com", PASSWORD)
            .await
            .unwrap()
            .tokens;
        let caller = here.user(&tokens.unwrap()).await;
        let session = Subject::SessionId(caller.session.unwrap().to_string());
        let start = Instant::now();
        let caller = Caller::User(caller);
        let ((), answered) = tokio::join!(watch.until(&session), async {
            here.logout(&caller).await.unwrap();
            Instant::now()
        });
        whole.push(start.elapsed());
        committed.push(answered.elapsed());
    }
    print(
        "from the call of Logout to the message of the other instance",
        whole,
    );
    print("from the answer of Logout to it", committed);
}

#[expect(clippy::print_stdout, reason = "what is measured is for who asked")]
fn print(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |percent: usize| times[(times.len() - 1) * percent / 100];
    let (p50, p99, max) = (at(50), at(99), at(100));
    println!(
        "{what}: p50 {p50:.1?}, p99 {p99:.1?}, max {max:.1?}, n {}",
        times.len()
    );
}
