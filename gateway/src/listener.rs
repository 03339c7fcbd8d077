//! The public port: accepts connections up to its bounds, serves each, and ends in order.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::connection::Server;
use crate::downstream::{Client, Entrance};
use crate::workers::Workers;

/// After an error such as "too many open files", which passes when connections close.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How many connections each client has.
#[derive(Clone, Default)]
struct Clients(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// A connection's place among those of its client, free again when it is dropped.
struct Place {
    clients: Clients,
    client: IpAddr,
}

/// Serves until the shutdown, then until the requests in flight are answered or their time is
/// over.
pub(crate) async fn serve(
    listener: TcpListener,
    entrance: Entrance,
    server: Arc<Server>,
    workers: &Workers,
) {
    let limits = &server.limits;
    let clients = Clients::default();
    let connections = TaskTracker::new();
    let cut = CancellationToken::new();

    let accept = async {
        loop {
            let (stream, address) = accept(&listener).await;
            let most = limits.max_connections_per_client;
            let Some(place) = clients.place(address.ip(), most) else {
                continue;
            };
            // Until there is room, all that come after it wait in the kernel's queue.
            let Some(permit) = server.room.place().await else {
                return;
            };
            let server = server.clone();
            let client = Client { address, entrance };
            let serve = async move {
                // It belongs to the thread that reads it.
                let stream = stream.into_std().and_then(TcpStream::from_std);
                if let Ok(stream) = stream {
                    server.serve(stream, client).await;
                }
                drop((permit, place));
            };
            let serve = cut.clone().run_until_cancelled_owned(serve);
            let serve = connections.track_future(async {
                let _ = serve.await;
            });
            workers.spawn(Box::pin(serve)).await;
        }
    };
    tokio::select! {
        () = accept => {}
        () = server.lifecycle.until_stop(limits.drain_delay) => {}
    }

    drop(listener);
    connections.close();
    if tokio::time::timeout(limits.drain_timeout, connections.wait())
        .await
        .is_err()
    {
        tracing::warn!("requests were still in flight when the time to finish them was over");
        cut.cancel();
        connections.wait().await;
    }
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, address)) => {
                let _ = stream.set_nodelay(true);
                return (stream, address);
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

// === impl Clients ===

impl Clients {
    /// A place for one more connection of `address`, unless it has `most` already.
    fn place(&self, address: IpAddr, most: usize) -> Option<Place> {
        let client = client(address);
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(client).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Place {
            clients: self.clone(),
            client,
        })
    }
}

/// A client by its address; of IPv6 a client has a whole /64.
fn client(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

// === impl Place ===

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self
            .clients
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.client) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.client);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_has_so_many_places_and_gets_them_back() {
        let clients = Clients::default();
        let place = |address: &str| clients.place(address.parse().unwrap(), 2);
        let (first, _second) = (place("192.0.2.1"), place("::ffff:192.0.2.1"));
        assert!(first.is_some());
        assert!(place("192.0.2.1").is_none());
        assert!(place("192.0.2.2").is_some());
        drop(first);
        assert!(place("192.0.2.1").is_some());

        let net = (place("2001:db8::1"), place("2001:db8::2"));
        assert!(place("2001:db8::3").is_none());
        assert!(place("2001:db8:0:1::1").is_some());
        drop(net);
        assert_eq!(clients.0.lock().unwrap().len(), 1);
    }
}
