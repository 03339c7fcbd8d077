//! A database that does not answer: checks go on without it, what needs it is refused, and all works
//! again when it does.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use guardmesh_chassis::caller::Caller;
use guardmesh_proto::guardmesh::guards::v1::{
    CheckRequest, Decision, GuardRun, ListGuardsRequest, RunStorage,
};
use sqlx::postgres::PgConnectOptions;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_util::sync::{CancellationToken, DropGuard};
use tonic::Code;
use tonic_types::StatusExt;

use crate::app::{self, App, LIST_GUARDS, member, reason, text};
use crate::editor::Editor;

/// Far more than any change of readiness takes.
const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn checks_go_on_while_the_database_is_down_and_the_rest_works_once_it_is_up() {
    let database = app::database().await;
    // A port that is taken and refuses connections until it listens.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let port = socket.local_addr().unwrap().port();
    let app = App::start_on(&database.options.clone().host("127.0.0.1").port(port)).await;
    let caller = member();

    let (check, get, list) = tokio::join!(
        app.check(&caller, text("nothing to see")),
        app.get(&caller, "run_00000000000000000000000000"),
        app.list(&caller, 0, ""),
    );
    for status in [get.unwrap_err(), list.unwrap_err()] {
        assert_eq!(status.code(), Code::Unavailable, "{status:?}");
        assert_eq!(reason(&status), "UNAVAILABLE");
        let details = status.get_error_details();
        assert!(details.retry_info().unwrap().retry_delay.is_some());
        assert!(!status.message().contains("127.0.0.1"), "{status:?}");
    }
    // Nobody knows what the organisation's policy would have said.
    let check = check.unwrap();
    assert_eq!(check.decision(), Decision::Review);
    assert_eq!(check.sanitized_content, "");
    assert_eq!(check.run_storage(), RunStorage::Deferred);
    assert!(
        check.reasons[0].contains("policy cannot be read"),
        "{check:?}"
    );
    let named = CheckRequest {
        guards: vec!["pii".to_owned()],
        ..text("ada@example.org")
    };
    let named = app.check(&caller, named).await.unwrap();
    assert_eq!(named.decision(), Decision::Redact, "it needs no policy");
    let request = app.signed(ListGuardsRequest {}, LIST_GUARDS, &caller);
    assert!(app.client().list_guards(request).await.is_ok());
    assert_eq!(health(app.admin, "live").await, 200);
    assert_eq!(health(app.admin, "ready").await, 503);

    let _stop = forward(socket.listen(64).unwrap(), database.options);
    let run = until_stored(&app, &caller, &check.run_id).await;
    assert_eq!((run.decision, run.reasons), (check.decision, check.reasons));
    until_stored(&app, &caller, &named.run_id).await;
    let check = app.check(&caller, text("nothing to see")).await.unwrap();
    assert_eq!(check.decision(), Decision::Allow);
    assert_eq!(check.run_storage(), RunStorage::Stored);
    until_ready(app.admin).await;
}

#[tokio::test]
async fn a_policy_that_was_read_holds_on_and_says_what_becomes_of_runs() {
    let database = app::database().await;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let up = forward(listener, database.options.clone());
    let app = App::start_on(&database.options.clone().host("127.0.0.1").port(port)).await;
    let [deferring, dropping] = [(); 2].map(|()| Editor::new(&app));
    for (editor, on_outage) in [(&deferring, "defer"), (&dropping, "drop")] {
        let route = "routes: [{guards: [{guard: pii, action: block}]}]";
        editor
            .follow(&format!("on_outage: {on_outage}\n{route}"))
            .await;
        let answer = editor.check(text("ada@example.org")).await;
        assert_eq!(answer.run_storage(), RunStorage::Stored);
    }

    drop(up);
    for (editor, storage) in [
        (&deferring, RunStorage::Deferred),
        (&dropping, RunStorage::Dropped),
    ] {
        let answer = editor.check(text("eve@example.org")).await;
        assert_eq!(answer.decision(), Decision::Block);
        assert_eq!(answer.policy_version, 1);
        assert_eq!(answer.run_storage(), storage);
    }
}

#[tokio::test]
async fn the_admin_port_tells_health_and_nothing_else() {
    let app = App::start().await;
    until_ready(app.admin).await;
    assert_eq!(health(app.admin, "live").await, 200);
    assert_eq!(health(app.admin, "nothing").await, 404);
}

/// The database appears behind `listener`, until what is given is dropped.
fn forward(listener: TcpListener, database: PgConnectOptions) -> DropGuard {
    let stop = CancellationToken::new();
    let stopped = stop.clone();
    tokio::spawn(async move {
        while let Some(Ok((mut client, _))) = stopped.run_until_cancelled(listener.accept()).await {
            let address = (database.get_host().to_owned(), database.get_port());
            let stopped = stopped.clone();
            tokio::spawn(async move {
                let mut server = TcpStream::connect(address).await.unwrap();
                let pipe = copy_bidirectional(&mut client, &mut server);
                stopped.run_until_cancelled(pipe).await
            });
        }
    });
    stop.drop_guard()
}

/// The run, as soon as it is stored.
async fn until_stored(app: &App, caller: &Caller, id: &str) -> GuardRun {
    let stored = async {
        let mut ticks = tokio::time::interval(Duration::from_millis(50));
        loop {
            if let Ok(run) = app.get(caller, id).await {
                return run;
            }
            ticks.tick().await;
        }
    };
    tokio::time::timeout(PATIENCE, stored).await.unwrap()
}

async fn until_ready(admin: SocketAddr) {
    let ready = async {
        let mut ticks = tokio::time::interval(Duration::from_millis(50));
        while health(admin, "ready").await != 200 {
            ticks.tick().await;
        }
    };
    tokio::time::timeout(PATIENCE, ready).await.unwrap();
}

/// The HTTP status of a health check.
async fn health(admin: SocketAddr, check: &str) -> u16 {
    let mut stream = TcpStream::connect(admin).await.unwrap();
    let request = format!("GET /health/{check} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let status = answer.strip_prefix("HTTP/1.1 ").unwrap();
    status[..3].parse().unwrap()
}
