//! The public port: accepts connections up to a bound, hands each to Pingora, and ends in order.

use std::sync::Arc;
use std::time::Duration;

use pingora::apps::ServerApp;
use pingora::protocols::l4::stream::Stream;
use pingora::proxy::http_proxy;
use pingora::server::configuration::ServerConf;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::Limits;
use crate::edge::Edge;

/// After an error such as "too many open files", which passes when connections close.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until `shutdown`, then until the requests in flight are answered or their time is over.
pub(crate) async fn serve(
    listener: TcpListener,
    edge: Edge,
    limits: &Limits,
    shutdown: CancellationToken,
) {
    let app = Arc::new(http_proxy(&Arc::new(ServerConf::default()), edge));
    let (stop, stopping) = watch::channel(false);
    let free = Arc::new(Semaphore::new(limits.max_connections));
    let connections = TaskTracker::new();
    let cut = CancellationToken::new();

    let accept = async {
        loop {
            // The bound comes first: what cannot be served waits in the kernel's queue.
            let Ok(permit) = free.clone().acquire_owned().await else {
                return;
            };
            match listener.accept().await {
                Ok((stream, _)) => {
                    let (app, stopping) = (app.clone(), stopping.clone());
                    let _ = stream.set_nodelay(true);
                    let serve = async move {
                        let stream: Stream = stream.into();
                        app.process_new(Box::new(stream), &stopping).await;
                        drop(permit);
                    };
                    connections.spawn(cut.clone().run_until_cancelled_owned(serve));
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    };
    shutdown.run_until_cancelled(accept).await;

    drop(listener);
    let _ = stop.send(true);
    app.cleanup().await; // wakes connections that wait for a next request
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
