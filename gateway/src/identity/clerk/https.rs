//! One GET over HTTPS at a time: a small document of somebody else's server, within a deadline
//! and a size, by a verified certificate. It follows no redirect: a trust anchor does not move.

use std::future::pending;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use guardmesh_chassis::tls::{self, CertificateError};
use http::header::{ACCEPT, CONNECTION, HOST};
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use thiserror::Error;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use url::Url;

const TIMEOUT: Duration = Duration::from_secs(5);
const MAX_HEAD: usize = 64 * 1024;
const MAX_BODY: usize = 256 * 1024;

/// Fetches documents.
#[derive(Clone)]
pub(crate) struct Https(TlsConnector);

/// Why there is no document.
#[derive(Debug, Error)]
pub(crate) enum HttpsError {
    #[error("not an https URL")]
    Url,
    #[error("no answer in time")]
    Timeout,
    #[error("cannot connect: {0}")]
    Connect(#[from] io::Error),
    #[error("no proper HTTP: {0}")]
    Http(#[from] hyper::Error),
    #[error("status {0}")]
    Status(StatusCode),
    #[error("the document is too large or breaks off")]
    Body,
}

// === impl Https ===

impl Https {
    /// Trusts the public certificate authorities, and those in the PEM file `extra`.
    pub(crate) fn new(extra: Option<&Path>) -> Result<Self, CertificateError> {
        let config = tls::client(extra, b"http/1.1")?;
        Ok(Self(TlsConnector::from(Arc::new(config))))
    }

    /// The document at `url`.
    pub(crate) async fn get(&self, url: &str) -> Result<Bytes, HttpsError> {
        let url = Url::parse(url).map_err(|_| HttpsError::Url)?;
        let fetching = async { exchange(self.connect(&url).await?, &url).await };
        timeout(TIMEOUT, fetching)
            .await
            .map_err(|_| HttpsError::Timeout)?
    }

    async fn connect(&self, url: &Url) -> Result<TlsStream<TcpStream>, HttpsError> {
        let host = url.host_str().filter(|_| url.scheme() == "https");
        let host = host.ok_or(HttpsError::Url)?;
        let port = url.port_or_known_default().unwrap_or(443);
        // An IPv6 address has brackets in a URL and none elsewhere.
        let bare = host.trim_matches(['[', ']']).to_owned();
        let stream = TcpStream::connect((bare.as_str(), port)).await?;
        let name = ServerName::try_from(bare).map_err(|_| HttpsError::Url)?;
        Ok(self.0.connect(name, stream).await?)
    }
}

async fn exchange(stream: TlsStream<TcpStream>, url: &Url) -> Result<Bytes, HttpsError> {
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(MAX_HEAD)
        .handshake(TokioIo::new(stream))
        .await?;
    let authority = &url[url::Position::BeforeHost..url::Position::AfterPort];
    let request = Request::get(url.path())
        .header(HOST, authority)
        .header(ACCEPT, "application/json")
        .header(CONNECTION, "close")
        .body(Empty::<Bytes>::new())
        .map_err(|_| HttpsError::Url)?;
    let answer = async {
        let response = sender.send_request(request).await?;
        if response.status() != StatusCode::OK {
            return Err(HttpsError::Status(response.status()));
        }
        let body = Limited::new(response.into_body(), MAX_BODY).collect().await;
        Ok(body.map_err(|_| HttpsError::Body)?.to_bytes())
    };
    // The connection moves the bytes; how it ends, the answer tells.
    let moving = async {
        drop(connection.await);
        pending::<()>().await;
    };
    tokio::select! {
        answer = answer => answer,
        () = moving => Err(HttpsError::Body),
    }
}
