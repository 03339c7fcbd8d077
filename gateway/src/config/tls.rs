//! Settings of TLS at the public port.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

/// TLS at the public port.
#[derive(Debug, Clone, Args)]
pub struct Tls {
    /// Serve HTTPS with this certificate: a PEM file, the server's certificate first, then its
    /// chain. It is read anew when it changes. Without it the port speaks plain HTTP
    #[arg(long = "tls-cert", env = "GATEWAY_TLS_CERT", requires = "key")]
    pub certificate: Option<PathBuf>,

    /// The private key of the certificate, a PEM file
    #[arg(long = "tls-key", env = "GATEWAY_TLS_KEY", requires = "certificate")]
    pub key: Option<PathBuf>,

    /// Ask clients for a certificate issued by one of these authorities, a PEM file
    #[arg(
        long = "tls-client-ca",
        env = "GATEWAY_TLS_CLIENT_CA",
        requires = "certificate"
    )]
    pub client_ca: Option<PathBuf>,

    /// Whether a client may come without a certificate, where one is asked for
    #[arg(
        long = "tls-client-auth",
        env = "GATEWAY_TLS_CLIENT_AUTH",
        default_value = "required"
    )]
    pub client_auth: ClientAuth,

    /// Milliseconds between looks at the certificate files
    #[arg(long = "tls-reload-ms", env = "GATEWAY_TLS_RELOAD_MS", default_value = "10000",
          value_parser = super::millis)]
    pub reload: Duration,

    /// Listen for plain HTTP here, and send everybody to HTTPS
    #[arg(
        long = "redirect-listen",
        env = "GATEWAY_REDIRECT_LISTEN",
        requires = "certificate"
    )]
    pub redirect_listen: Option<SocketAddr>,

    /// The port of HTTPS as clients see it, for redirects
    #[arg(
        long = "public-port",
        env = "GATEWAY_PUBLIC_PORT",
        default_value_t = 443
    )]
    pub public_port: u16,
}

/// What becomes of clients without a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ClientAuth {
    /// Their connection is refused.
    Required,
    /// They are served; a certificate that does not hold is still refused.
    Optional,
}

// === impl Tls ===

/// Plain HTTP.
impl Default for Tls {
    fn default() -> Self {
        Self {
            certificate: None,
            key: None,
            client_ca: None,
            client_auth: ClientAuth::Required,
            reload: Duration::from_secs(10),
            redirect_listen: None,
            public_port: 443,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Command {
        #[command(flatten)]
        tls: Tls,
    }

    #[test]
    fn certificate_and_key_go_together() {
        let parse =
            |arguments: &[&str]| Command::try_parse_from([&["gateway"], arguments].concat());
        assert!(parse(&[]).unwrap().tls.certificate.is_none());
        assert!(parse(&["--tls-cert", "a", "--tls-key", "b"]).is_ok());
        for incomplete in [
            &["--tls-cert", "a"][..],
            &["--tls-key", "b"],
            &["--tls-client-ca", "c"],
            &["--redirect-listen", "0.0.0.0:80"],
        ] {
            assert!(parse(incomplete).is_err(), "{incomplete:?}");
        }
    }
}
