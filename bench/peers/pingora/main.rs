//! A plain reverse proxy of Pingora's own making: HTTP/1.1 in, HTTP/1.1 out, nothing read.
//!
//! What every request through Pingora costs at least, for comparison. `LISTEN_PORT` on 127.0.0.1
//! passes everything on to `HTTP_BACKEND`, `host:port`.

use std::env;

use async_trait::async_trait;
use pingora::prelude::HttpPeer;
use pingora::proxy::{ProxyHttp, Session, http_proxy_service};
use pingora::server::Server;
use pingora::server::configuration::ServerConf;

/// The proxy: it knows where to.
struct Proxy {
    /// `host:port`
    backend: String,
}

#[async_trait]
impl ProxyHttp for Proxy {
    type CTX = ();

    fn new_ctx(&self) {}

    async fn upstream_peer(&self, _: &mut Session, (): &mut ()) -> pingora::Result<Box<HttpPeer>> {
        Ok(Box::new(HttpPeer::new(&self.backend, false, String::new())))
    }
}

fn main() -> anyhow::Result<()> {
    let conf = ServerConf {
        threads: std::thread::available_parallelism()?.get(),
        grace_period_seconds: Some(0),
        graceful_shutdown_timeout_seconds: Some(0),
        ..ServerConf::default()
    };
    let mut server = Server::new_with_opt_and_conf(None, conf);
    server.bootstrap();
    let backend = env::var("HTTP_BACKEND")?;
    let mut proxy = http_proxy_service(&server.configuration, Proxy { backend });
    proxy.add_tcp(&format!("127.0.0.1:{}", env::var("LISTEN_PORT")?));
    server.add_service(proxy);
    server.run_forever();
}
