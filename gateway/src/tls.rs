//! TLS at the public port: certificates that are read anew when their files change, ALPN, and
//! client certificates where they are asked for.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use rustls::RootCertStore;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ServerConfig, WebPkiClientVerifier};
use thiserror::Error;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::config::tls::{ClientAuth, Tls};

/// Accepts TLS connections with the newest certificate.
#[derive(Clone)]
pub(crate) struct Acceptor(Arc<State>);

struct State {
    files: Files,
    interval: Duration,
    config: RwLock<Arc<ServerConfig>>,
}

/// Where the certificates are, and who asks for those of clients.
struct Files {
    certificate: PathBuf,
    key: PathBuf,
    client_ca: Option<(PathBuf, ClientAuth)>,
}

/// Tells whether files have changed.
type Stamp = Vec<Option<(SystemTime, u64)>>;

/// The certificates cannot be used.
#[derive(Debug, Error)]
pub enum TlsError {
    /// A file does not hold what it should.
    #[error("{path} is not usable: {reason}")]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Certificate and key do not fit, or are of a kind that is not served.
    #[error("the certificate cannot be served: {0}")]
    Certificate(#[from] rustls::Error),
    /// The authorities for clients cannot be used.
    #[error("the client authorities cannot be used: {0}")]
    ClientAuthorities(#[from] rustls::server::VerifierBuilderError),
}

// === impl Acceptor ===

impl Acceptor {
    /// Reads the certificates; none when TLS is not configured.
    pub(crate) fn load(settings: &Tls) -> Result<Option<Self>, TlsError> {
        let (Some(certificate), Some(key)) = (&settings.certificate, &settings.key) else {
            return Ok(None);
        };
        let files = Files {
            certificate: certificate.clone(),
            key: key.clone(),
            client_ca: settings
                .client_ca
                .clone()
                .map(|path| (path, settings.client_auth)),
        };
        let config = RwLock::new(Arc::new(files.read()?));
        Ok(Some(Self(Arc::new(State {
            files,
            interval: settings.reload,
            config,
        }))))
    }

    /// The handshake. The caller bounds its time.
    pub(crate) async fn accept(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        TlsAcceptor::from(self.current()).accept(stream).await
    }

    fn current(&self) -> Arc<ServerConfig> {
        let config = self.0.config.read();
        config.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Looks at the files again and again. Files that are not usable change nothing: they may be
    /// half written.
    pub(crate) async fn follow(self) {
        let mut known = self.0.files.stamp();
        loop {
            tokio::time::sleep(self.0.interval).await;
            let stamp = self.0.files.stamp();
            if stamp == known {
                continue;
            }
            known = stamp;
            match self.0.files.read() {
                Ok(config) => {
                    let mut current = self
                        .0
                        .config
                        .write()
                        .unwrap_or_else(PoisonError::into_inner);
                    *current = Arc::new(config);
                    tracing::info!("the certificate was read anew");
                }
                Err(error) => tracing::warn!(%error, "the certificate before stays in use"),
            }
        }
    }
}

// === impl Files ===

impl Files {
    fn read(&self) -> Result<ServerConfig, TlsError> {
        let chain = certificates(&self.certificate)?;
        let key = PrivateKeyDer::from_pem_file(&self.key)
            .map_err(|error| unusable(&self.key, error.to_string()))?;
        let provider = Arc::new(ring::default_provider());
        let builder = ServerConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()?;
        let builder = match &self.client_ca {
            Some((path, auth)) => {
                let verifier = client_verifier(path, *auth, provider)?;
                builder.with_client_cert_verifier(verifier)
            }
            None => builder.with_no_client_auth(),
        };
        let mut config = builder.with_single_cert(chain, key)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }

    /// Mounted secrets change by a swap of symbolic links, which no change of the link itself
    /// shows: what counts is the file at the end.
    fn stamp(&self) -> Stamp {
        let client_ca = self.client_ca.iter().map(|(path, _)| path);
        let paths = [&self.certificate, &self.key].into_iter().chain(client_ca);
        let stamp = |path: &PathBuf| {
            let file = fs::metadata(path).ok()?;
            Some((file.modified().ok()?, file.len()))
        };
        paths.map(stamp).collect()
    }
}

fn client_verifier(
    path: &Path,
    auth: ClientAuth,
    provider: Arc<CryptoProvider>,
) -> Result<Arc<dyn rustls::server::danger::ClientCertVerifier>, TlsError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(path)? {
        roots.add(certificate)?;
    }
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
    Ok(match auth {
        ClientAuth::Required => verifier.build()?,
        ClientAuth::Optional => verifier.allow_unauthenticated().build()?,
    })
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let read = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| unusable(path, error.to_string()))?;
    if read.is_empty() {
        return Err(unusable(path, "no certificate in it".to_owned()));
    }
    Ok(read)
}

fn unusable(path: &Path, reason: String) -> TlsError {
    TlsError::File {
        path: path.to_owned(),
        reason,
    }
}
