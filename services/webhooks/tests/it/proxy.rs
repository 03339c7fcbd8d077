//! A network between the service and its database that can be cut.

use std::net::SocketAddr;

use sqlx::postgres::PgConnectOptions;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::task::AbortOnDropHandle;

/// Forwards connections to the database until it is dropped; all of them are cut then.
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    _task: AbortOnDropHandle<()>,
}

// === impl Proxy ===

impl Proxy {
    pub(crate) async fn open(address: SocketAddr, database: &PgConnectOptions) -> Self {
        let upstream = (database.get_host().to_owned(), database.get_port());
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let accept = async move {
            // Ends with this task, and all connections with it.
            let mut connections = JoinSet::new();
            loop {
                let (mut down, _) = listener.accept().await.unwrap();
                let upstream = upstream.clone();
                connections.spawn(async move {
                    let mut up = TcpStream::connect(upstream).await.unwrap();
                    let _ = copy_bidirectional(&mut down, &mut up).await;
                });
            }
        };
        Self {
            address,
            _task: AbortOnDropHandle::new(tokio::spawn(accept)),
        }
    }
}
