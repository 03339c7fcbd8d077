//! TLS towards servers of others: whom to trust. What is spoken over it, and with whom, is not
//! decided here.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{self, PemObject};
use rustls::{ClientConfig, RootCertStore};
use thiserror::Error;

/// The extra certificates cannot be used. Reads on from the name of their setting.
#[derive(Debug, Error)]
pub enum CertificateError {
    /// The file cannot be read as PEM.
    #[error("cannot be read: {0}")]
    File(pem::Error),
    /// It has no certificates.
    #[error("has no certificates")]
    None,
    /// What it has are no certificates, or TLS cannot be set up.
    #[error("cannot be used: {0}")]
    Tls(#[from] rustls::Error),
}

/// A client of servers that speak `protocol` (ALPN). It trusts the public certificate authorities,
/// and those in the PEM file `extra`.
pub fn client(extra: Option<&Path>, protocol: &[u8]) -> Result<ClientConfig, CertificateError> {
    let public = webpki_roots::TLS_SERVER_ROOTS.iter().cloned();
    let mut roots: RootCertStore = public.collect();
    if let Some(path) = extra {
        let certificates = CertificateDer::pem_file_iter(path)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(CertificateError::File)?;
        if certificates.is_empty() {
            return Err(CertificateError::None);
        }
        for certificate in certificates {
            roots.add(certificate)?;
        }
    }
    // The provider by name: a process may have several, and then none by default.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![protocol.to_vec()];
    Ok(config)
}
