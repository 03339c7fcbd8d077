//! A Clerk instance: signs session tokens as Clerk does and as an attacker would, and publishes
//! its keys over TLS, by a certificate of an authority of its own.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use chrono::{DateTime, Utc};
use rcgen::{
    BasicConstraints, CertificateParams, IsCa, Issuer as Authority, KeyPair as TlsKeyPair,
};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use serde_json::{Value, json};
use tempfile::NamedTempFile;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::issuer::{encode, signing_input};

/// The application whose tokens are meant for us.
pub(crate) const PARTY: &str = "https://app.test";

/// A signing key of Clerk.
pub(crate) struct ClerkKey {
    pub(crate) kid: String,
    pair: RsaKeyPair,
}

/// The server that publishes keys.
pub(crate) struct ClerkServer {
    pub(crate) issuer: String,
    /// The certificate authority, as PEM.
    pub(crate) authority: NamedTempFile,
    /// What it answers, from the status line on.
    answer: Arc<Mutex<Vec<u8>>>,
    requests: Arc<AtomicUsize>,
}

// === impl ClerkKey ===

impl ClerkKey {
    pub(crate) fn new(kid: &str) -> Self {
        Self {
            kid: kid.to_owned(),
            pair: RsaKeyPair::generate(KeySize::Rsa2048).unwrap(),
        }
    }

    /// As a JWKS lists it.
    pub(crate) fn public(&self) -> Value {
        json!({
            "use": "sig", "kty": "RSA", "alg": "RS256", "kid": self.kid,
            "n": encode(&self.modulus()), "e": "AQAB",
        })
    }

    /// Of an `RSAPublicKey` in DER (RFC 8017, A.1.1): a header of four bytes for the sequence, one
    /// for the number, a zero that keeps it positive, then 256 bytes.
    fn modulus(&self) -> Vec<u8> {
        let der = self.pair.public_key().as_ref();
        assert_eq!(der[4..9], [0x02, 0x82, 0x01, 0x01, 0x00]);
        der[9..9 + 256].to_vec()
    }

    /// The whole public key as DER: what an attacker would take for the secret of an HMAC.
    pub(crate) fn public_der(&self) -> Vec<u8> {
        let key = self.pair.public_key();
        AsDer::<aws_lc_rs::encoding::PublicKeyX509Der<'_>>::as_der(key)
            .unwrap()
            .as_ref()
            .to_vec()
    }

    /// The header that Clerk writes.
    pub(crate) fn header(&self) -> Value {
        json!({"alg": "RS256", "cat": "cl_B7d4PD111AAA", "kid": self.kid, "typ": "JWT"})
    }

    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        let input = signing_input(header, claims);
        let mut signature = vec![0; 256];
        self.pair
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                input.as_bytes(),
                &mut signature,
            )
            .unwrap();
        format!("{input}.{}", encode(&signature))
    }

    /// A good token for these claims.
    pub(crate) fn token(&self, claims: &Value) -> String {
        self.sign(&self.header(), claims)
    }
}

/// The claims of a session token, version 2, as Clerk makes them.
pub(crate) fn claims(issuer: &str, subject: &str, now: DateTime<Utc>) -> Value {
    let now = now.timestamp();
    json!({
        "azp": PARTY, "exp": now + 60, "fva": [0, -1], "iat": now, "iss": issuer,
        "nbf": now - 10, "pla": "u:free", "sid": "sess_2rWFe9c7CqGyNsXyJGyQcrCs7gP",
        "sts": "active", "sub": subject, "v": 2,
        "o": {"id": "org_2rWFe9c7CqGyNsXyJGyQcrCs7gQ", "rol": "admin", "slg": "acme",
              "per": "read,manage", "fpm": "3"},
    })
}

// === impl ClerkServer ===

impl ClerkServer {
    /// Publishes these keys.
    pub(crate) async fn start(keys: &[&ClerkKey]) -> Self {
        let (acceptor, authority) = certificate();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let SocketAddr::V4(address) = listener.local_addr().unwrap() else {
            unreachable!("bound above");
        };
        let server = Self {
            issuer: format!("https://localhost:{}", address.port()),
            authority,
            answer: Arc::default(),
            requests: Arc::default(),
        };
        server.publish(keys);
        let (answer, requests) = (server.answer.clone(), server.requests.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, answer) = (acceptor.clone(), answer.clone());
                let requests = requests.clone();
                tokio::spawn(async move {
                    // A client that does not trust us goes away here.
                    drop(serve(stream, &acceptor, &answer, &requests).await);
                });
            }
        });
        server
    }

    /// Publishes these keys from now on.
    pub(crate) fn publish(&self, keys: &[&ClerkKey]) {
        let keys: Vec<Value> = keys.iter().map(|key| key.public()).collect();
        self.answer_with("200 OK", "", &json!({"keys": keys}).to_string());
    }

    /// Answers with this from now on.
    pub(crate) fn answer_with(&self, status: &str, headers: &str, body: &str) {
        let length = body.len();
        let answer =
            format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n{headers}\r\n{body}");
        *self.answer.lock().unwrap() = answer.into_bytes();
    }

    /// Requests for the keys so far.
    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::Acquire)
    }
}

async fn serve(
    stream: TcpStream,
    acceptor: &TlsAcceptor,
    answer: &Mutex<Vec<u8>>,
    requests: &AtomicUsize,
) -> std::io::Result<()> {
    let mut stream = acceptor.accept(stream).await?;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    assert!(head.starts_with(b"GET /.well-known/jwks.json HTTP/1.1\r\n"));
    requests.fetch_add(1, Ordering::AcqRel);
    let answer = answer.lock().unwrap().clone();
    stream.write_all(&answer).await?;
    stream.shutdown().await
}

/// A certificate for `localhost`, and the authority that signed it.
fn certificate() -> (TlsAcceptor, NamedTempFile) {
    let authority_key = TlsKeyPair::generate().unwrap();
    let mut authority = CertificateParams::new(vec![]).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let file = NamedTempFile::new().unwrap();
    let pem = authority.self_signed(&authority_key).unwrap().pem();
    std::fs::write(file.path(), pem).unwrap();

    let authority = Authority::new(authority, authority_key);
    let key = TlsKeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = certificate.signed_by(&key, &authority).unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    (TlsAcceptor::from(Arc::new(config)), file)
}
