//! Revocations when something goes wrong: late commits, lost connections, slow watchers.

use std::net::Ipv4Addr;

use guardmesh_chassis::caller::Caller;
use guardmesh_chassis::database::{self, Scope};
use guardmesh_chassis::id::{SessionId, Uuid};
use guardmesh_proto::guardmesh::auth::v1::revocation::Subject;
use sqlx::postgres::PgConnectOptions;
use sqlx::{PgConnection, PgPool};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tonic::Code;
use tonic::transport::Endpoint;

use crate::app::{self, App, SEALING_KEY, reason};
use crate::watch::{LONG, Watch, watch};

/// Heartbeats and updates that may wait for a watcher, and some more.
const TOO_MANY: usize = 80;

/// Revokes a session, as an instance does.
async fn insert(connection: &mut PgConnection, session: SessionId) {
    sqlx::query(
        "insert into auth.revocations (kind, subject_id, organization_id, revoked_at, expires_at)
         values ('session', $1, $1, now(), now() + interval '1 hour')",
    )
    .bind(session.uuid())
    .execute(connection)
    .await
    .unwrap();
}

async fn commit(pool: &PgPool, session: SessionId) {
    let mut transaction = database::begin(pool, Scope::Platform).await.unwrap();
    insert(&mut transaction, session).await;
    transaction.commit().await.unwrap();
}

fn subject(session: SessionId) -> Subject {
    Subject::SessionId(session.to_string())
}

#[tokio::test]
async fn what_commits_late_is_told_although_it_was_written_early() {
    let app = App::start().await;
    let mut watch = Watch::start(&app, &[]).await;
    let (early, late) = (SessionId::generate(), SessionId::generate());
    let mut open = database::begin(&app.pool, Scope::Platform).await.unwrap();
    insert(&mut open, early).await;
    commit(&app.pool, late).await;
    assert_eq!(watch.next().await.subject, Some(subject(late)));
    // Once more, so that the feed has looked since without seeing it.
    assert!(
        watch
            .message()
            .await
            .unwrap()
            .unwrap()
            .revocations
            .is_empty()
    );
    open.commit().await.unwrap();
    assert_eq!(watch.next().await.subject, Some(subject(early)));
}

#[tokio::test]
async fn silence_is_broken_by_heartbeats() {
    let app = App::start().await;
    let mut watch = Watch::start(&app, &[]).await;
    for _ in 0..3 {
        let message = watch.message().await.unwrap().unwrap();
        assert!(message.snapshot_complete && message.revocations.is_empty());
    }
}

#[tokio::test]
async fn a_large_snapshot_comes_in_parts() {
    let app = App::start().await;
    let ids: Vec<_> = (0..2_500).map(|_| SessionId::generate()).collect();
    let uuids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let mut transaction = database::begin(&app.pool, Scope::Platform).await.unwrap();
    sqlx::query(
        "insert into auth.revocations (kind, subject_id, organization_id, revoked_at, expires_at)
         select 'session', id, id, now(), now() + interval '1 hour' from unnest($1) as id",
    )
    .bind(&uuids)
    .execute(&mut *transaction)
    .await
    .unwrap();
    transaction.commit().await.unwrap();
    let expected: Vec<_> = ids.into_iter().map(subject).collect();
    Watch::start(&app, &expected).await;
}

#[tokio::test]
async fn when_listening_fails_everything_is_read_anew() {
    let app = App::start().await;
    let mut watch = Watch::start(&app, &[]).await;
    // As if written by a transaction that no look would come back to.
    let forgotten = SessionId::generate();
    let mut transaction = database::begin(&app.pool, Scope::Platform).await.unwrap();
    insert(&mut transaction, forgotten).await;
    sqlx::query("update auth.revocations set transaction_id = '1'")
        .execute(&mut *transaction)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    assert!(
        watch
            .message()
            .await
            .unwrap()
            .unwrap()
            .revocations
            .is_empty()
    );
    assert!(
        watch
            .message()
            .await
            .unwrap()
            .unwrap()
            .revocations
            .is_empty()
    );

    // With all other connections: which one listens is not to be seen.
    sqlx::query(
        "select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()",
    )
    .execute(&app.pool)
    .await
    .unwrap();
    let status = loop {
        if let Err(status) = watch.message().await {
            break status;
        }
    };
    assert_eq!(reason(&status), "REVOCATIONS_UNKNOWN");
    Watch::start(&app, &[subject(forgotten)]).await;
}

#[tokio::test]
async fn without_a_database_nobody_is_told_that_nothing_is_revoked() {
    let database = app::database().await;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let options = database.options.clone().host("127.0.0.1").port(port);
    let proxy = tokio::spawn(forward(listener, database.options));
    let app = App::start_on(database::pool(options, 8), SEALING_KEY).await;
    let mut told = Watch::start(&app, &[]).await;

    proxy.abort();
    let status = loop {
        if let Err(status) = told.message().await {
            break status;
        }
    };
    assert_eq!(status.code(), Code::Unavailable);
    let gateway = Caller::Service("gateway".to_owned());
    let status = watch(&app, app.channel.clone(), &gateway)
        .await
        .unwrap_err();
    assert_eq!(reason(&status), "REVOCATIONS_UNKNOWN");

    // What is revoked meanwhile, at an instance that reaches the database, is told when it is back.
    let session = SessionId::generate();
    commit(&database.pool, session).await;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .unwrap();
    let _proxy = tokio::spawn(forward(
        listener,
        database.pool.connect_options().as_ref().clone(),
    ));
    Watch::start(&app, &[subject(session)]).await;
}

/// The database appears behind `listener`, until this is dropped.
async fn forward(listener: TcpListener, database: PgConnectOptions) {
    let mut connections = JoinSet::new();
    loop {
        let (mut client, _) = listener.accept().await.unwrap();
        let address = (database.get_host().to_owned(), database.get_port());
        connections.spawn(async move {
            let mut server = TcpStream::connect(address).await.unwrap();
            copy_bidirectional(&mut client, &mut server).await
        });
    }
}

#[tokio::test]
async fn a_watcher_that_takes_nothing_is_let_go() {
    let app = App::start().await;
    let mut fast = Watch::start(&app, &[]).await;
    // A client with hardly any room: what it does not read stays at the service.
    let endpoint = Endpoint::from_shared(format!("http://{}", app.address)).unwrap();
    let narrow = endpoint
        .initial_stream_window_size(1)
        .connect()
        .await
        .unwrap();
    let gateway = Caller::Service("gateway".to_owned());
    let mut slow = watch(&app, narrow, &gateway).await.unwrap();

    for _ in 0..TOO_MANY {
        let session = SessionId::generate();
        commit(&app.pool, session).await;
        let notify = "select pg_notify('guardmesh_auth_revocations', '')";
        sqlx::query(notify).execute(&app.pool).await.unwrap();
        fast.until(&subject(session)).await;
    }
    let end = async {
        loop {
            if let Err(status) = slow.message().await {
                break status;
            }
        }
    };
    let status = timeout(LONG, end).await.unwrap();
    assert_eq!(reason(&status), "WATCHER_TOO_SLOW");
    fast.message().await.unwrap().unwrap();
}

#[tokio::test]
async fn who_watches_does_not_hold_up_a_shutdown() {
    let app = App::start().await;
    let mut watch = Watch::start(&app, &[]).await;
    drop(app);
    let status = loop {
        if let Err(status) = watch.message().await {
            break status;
        }
    };
    assert_eq!(reason(&status), "REVOCATIONS_UNKNOWN");
}
