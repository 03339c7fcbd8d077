//! A database that does not answer: what needs it is refused, the rest goes on, and all works
//! again when it does.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use guardmesh_proto::guardmesh::guards::v1::ListGuardsRequest;
use sqlx::postgres::PgConnectOptions;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tonic::Code;
use tonic_types::StatusExt;

use crate::app::{self, App, LIST_GUARDS, member, reason, text};

/// Far more than any change of readiness takes.
const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn calls_fail_while_the_database_is_down_and_work_once_it_is_up() {
    let database = app::database().await;
    // A port that is taken and refuses connections until it listens.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let port = socket.local_addr().unwrap().port();
    let app = App::start_on(&database.options.clone().host("127.0.0.1").port(port)).await;
    let caller = member();

    let (check, get, list) = tokio::join!(
        app.check(&caller, text("ada@example.org")),
        app.get(&caller, "run_00000000000000000000000000"),
        app.list(&caller, 0, ""),
    );
    for status in [check.unwrap_err(), get.unwrap_err(), list.unwrap_err()] {
        assert_eq!(status.code(), Code::Unavailable, "{status:?}");
        assert_eq!(reason(&status), "UNAVAILABLE");
        let details = status.get_error_details();
        assert!(details.retry_info().unwrap().retry_delay.is_some());
        assert!(!status.message().contains("127.0.0.1"), "{status:?}");
    }
    let request = app.signed(ListGuardsRequest {}, LIST_GUARDS, &caller);
    assert!(app.client().list_guards(request).await.is_ok());
    assert_eq!(health(app.admin, "live").await, 200);
    assert_eq!(health(app.admin, "ready").await, 503);

    tokio::spawn(forward(socket.listen(64).unwrap(), database.options));
    app.check(&caller, text("ada@example.org")).await.unwrap();
    until_ready(app.admin).await;
}

#[tokio::test]
async fn the_admin_port_tells_health_and_nothing_else() {
    let app = App::start().await;
    until_ready(app.admin).await;
    assert_eq!(health(app.admin, "live").await, 200);
    assert_eq!(health(app.admin, "nothing").await, 404);
}

/// The database appears behind `listener`.
async fn forward(listener: TcpListener, database: PgConnectOptions) {
    loop {
        let (mut client, _) = listener.accept().await.unwrap();
        let address = (database.get_host().to_owned(), database.get_port());
        tokio::spawn(async move {
            let mut server = TcpStream::connect(address).await.unwrap();
            copy_bidirectional(&mut client, &mut server).await
        });
    }
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
