//! A database that does not answer: calls are refused, and work again when it does.

use std::net::Ipv4Addr;

use sqlx::postgres::PgConnectOptions;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tonic::Code;
use tonic_types::StatusExt;

use crate::app::{self, App, PASSWORD, SEALING_KEY};

#[tokio::test]
async fn calls_fail_while_the_database_is_down_and_work_once_it_is_up() {
    let database = app::database().await;
    let port = closed_port().await;
    let options = database.options.clone().host("127.0.0.1").port(port);
    let pool = guardmesh_chassis::database::pool(options, 8);
    let app = App::start_on(pool, SEALING_KEY).await;

    let token = format!("gmr_{}", "A".repeat(43));
    let (register, login, refresh, keys) = tokio::join!(
        app.register("ada@example.com"),
        app.login("ada@example.com", PASSWORD),
        app.refresh(&token),
        app.keys(),
    );
    for status in [
        register.unwrap_err(),
        login.unwrap_err(),
        refresh.unwrap_err(),
        keys.unwrap_err(),
    ] {
        assert_eq!(status.code(), Code::Unavailable, "{status:?}");
        let details = status.get_error_details();
        assert!(details.retry_info().unwrap().retry_delay.is_some());
        assert!(!status.message().contains("127.0.0.1"), "{status:?}");
    }

    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .unwrap();
    tokio::spawn(forward(listener, database.options));
    app.register("ada@example.com").await.unwrap();
    app.login("ada@example.com", PASSWORD).await.unwrap();
}

async fn closed_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    listener.local_addr().unwrap().port()
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
