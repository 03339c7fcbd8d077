//! HTTPS at the public port: ALPN, certificates that change, those of clients, and the way there.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use guardmesh_chassis::testing::http;
use guardmesh_gateway::config::HostArgs;
use guardmesh_gateway::config::tls::{ClientAuth, Tls};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::house::{House, Plan, listen, until, within};
use crate::http2::Peer;

const LIVE: &str = "GET /health/live HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

/// An authority, and the files that the gateway reads.
struct Pki {
    folder: TempDir,
    issuer: CertifiedIssuer<'static, KeyPair>,
}

// === impl Pki ===

impl Pki {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let pki = Self {
            folder: tempfile::tempdir().unwrap(),
            issuer,
        };
        fs::write(pki.file("ca.pem"), pki.issuer.pem()).unwrap();
        pki.issue("server", "localhost");
        pki
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes `name.pem` and `name.key`, a certificate for this host.
    fn issue(&self, name: &str, host: &str) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([host.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        fs::write(self.file(&format!("{name}.pem")), certificate.pem()).unwrap();
        fs::write(self.file(&format!("{name}.key")), key.serialize_pem()).unwrap();
    }

    fn settings(&self) -> Tls {
        Tls {
            certificate: Some(self.file("server.pem")),
            key: Some(self.file("server.key")),
            reload: Duration::from_millis(20),
            ..Tls::default()
        }
    }

    fn client(&self, alpn: &[u8], identity: Option<&str>) -> ClientConfig {
        let mut roots = RootCertStore::empty();
        roots.add(self.issuer.der().clone()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots);
        let mut config = match identity {
            Some(name) => {
                let certificate = CertificateDer::from_pem_file(self.file(&format!("{name}.pem")));
                let key = PrivateKeyDer::from_pem_file(self.file(&format!("{name}.key")));
                let chain = vec![certificate.unwrap()];
                builder.with_client_auth_cert(chain, key.unwrap()).unwrap()
            }
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols = vec![alpn.to_vec()];
        config
    }

    async fn connect(
        &self,
        address: SocketAddr,
        name: &'static str,
        alpn: &[u8],
        identity: Option<&str>,
    ) -> std::io::Result<TlsStream<TcpStream>> {
        let connector = TlsConnector::from(Arc::new(self.client(alpn, identity)));
        let stream = TcpStream::connect(address).await?;
        connector.connect(name.try_into().unwrap(), stream).await
    }

    /// The answer of the health check, as the bytes that came.
    async fn live(&self, house: &House, name: &'static str, identity: Option<&str>) -> String {
        let asked = async {
            let mut stream = self
                .connect(house.address, name, b"http/1.1", identity)
                .await?;
            stream.write_all(LIVE.as_bytes()).await?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await?;
            Ok::<_, std::io::Error>(answer)
        };
        let answer = within("an answer", asked).await;
        answer.unwrap_or_else(|error| format!("error: {error}"))
    }
}

async fn house(tls: Tls) -> House {
    let plan = Plan {
        tls,
        ..Plan::default()
    };
    House::planned(plan).await
}

#[tokio::test]
async fn both_protocols_are_served_over_tls() {
    let pki = Pki::new();
    let house = house(pki.settings()).await;
    let answer = pki.live(&house, "localhost", None).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let answer = answer.to_ascii_lowercase();
    let insists = "strict-transport-security: max-age=31536000\r\n";
    assert!(answer.contains(insists), "{answer}");

    let stream = pki
        .connect(house.address, "localhost", b"h2", None)
        .await
        .unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let peer = Peer::over(stream).await;
    let request = ::http::Request::get("https://localhost/health/live")
        .body("")
        .unwrap();
    assert_eq!(peer.ask(request).await.status, 200);
    // Plain HTTP gets no answer that could be taken for one.
    let plain = http::raw(house.address, LIVE.as_bytes()).await;
    assert!(plain.is_err(), "{plain:?}");
}

#[tokio::test]
async fn a_new_certificate_is_served_without_a_restart() {
    let pki = Pki::new();
    let house = house(pki.settings()).await;
    assert!(pki.live(&house, "localhost", None).await.contains(" 200 "));
    assert!(
        pki.live(&house, "other.example", None)
            .await
            .starts_with("error")
    );
    // Half of a change: the key does not fit, and what was there stays.
    let key = fs::read(pki.file("server.key")).unwrap();
    fs::write(pki.file("server.key"), "nothing").unwrap();
    assert!(pki.live(&house, "localhost", None).await.contains(" 200 "));
    fs::write(pki.file("server.key"), key).unwrap();

    pki.issue("server", "other.example");
    until("the new certificate", async || {
        pki.live(&house, "other.example", None)
            .await
            .contains(" 200 ")
    })
    .await;
    assert!(
        pki.live(&house, "localhost", None)
            .await
            .starts_with("error")
    );
}

#[tokio::test]
async fn clients_show_a_certificate_where_one_is_asked_for() {
    let pki = Pki::new();
    let others = Pki::new();
    pki.issue("client", "client");
    others.issue("client", "client");
    fs::copy(others.file("client.pem"), pki.file("foreign.pem")).unwrap();
    fs::copy(others.file("client.key"), pki.file("foreign.key")).unwrap();
    for (client_auth, without) in [(ClientAuth::Required, false), (ClientAuth::Optional, true)] {
        let house = house(Tls {
            client_ca: Some(pki.file("ca.pem")),
            client_auth,
            ..pki.settings()
        })
        .await;
        for (identity, served) in [
            (Some("client"), true),
            (Some("foreign"), false),
            (None, without),
        ] {
            let answer = pki.live(&house, "localhost", identity).await;
            let ok = answer.contains(" 200 ");
            assert_eq!(ok, served, "{client_auth:?} {identity:?}: {answer}");
        }
    }
}

/// A handshake that stalls holds its place for no longer than a head may take.
#[tokio::test]
async fn a_handshake_that_stalls_is_cut_off() {
    let pki = Pki::new();
    let mut plan = Plan {
        tls: pki.settings(),
        ..Plan::default()
    };
    plan.limits.head_timeout = Duration::from_millis(200);
    let house = House::planned(plan).await;
    let mut stream = TcpStream::connect(house.address).await.unwrap();
    stream.write_all(&[0x16, 3, 1]).await.unwrap();
    let read = within("the end", stream.read_to_end(&mut Vec::new())).await;
    assert_eq!(read.unwrap(), 0);
}

/// While there is no room, it holds its place for no longer than others leave it.
#[tokio::test]
async fn a_handshake_that_stalls_makes_room() {
    let pki = Pki::new();
    let mut plan = Plan {
        tls: pki.settings(),
        ..Plan::default()
    };
    plan.limits.max_connections = 1;
    plan.limits.head_timeout = Duration::from_hours(1);
    let house = House::planned(plan).await;
    let mut stream = TcpStream::connect(house.address).await.unwrap();
    stream.write_all(&[0x16, 3, 1]).await.unwrap();
    let answer = pki.live(&house, "localhost", None).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let read = within("the end", stream.read_to_end(&mut Vec::new())).await;
    assert!(read.is_err() || read.is_ok_and(|length| length == 0));
}

#[tokio::test]
async fn plain_http_is_sent_to_https() {
    let pki = Pki::new();
    let redirect = listen().await.local_addr().unwrap();
    let house = House::planned(Plan {
        tls: Tls {
            redirect_listen: Some(redirect),
            public_port: house_port(),
            ..pki.settings()
        },
        hosts: HostArgs {
            hosts: vec!["a.example".parse().unwrap()],
        },
        ..Plan::default()
    })
    .await;
    until("the redirect port", async || {
        TcpStream::connect(redirect).await.is_ok()
    })
    .await;
    let request = "POST /api/v1/auth/login?a=b HTTP/1.1\r\nhost: a.example:80\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let answer = http::raw(redirect, request.as_bytes()).await.unwrap();
    assert_eq!(answer.status, 308);
    let location = format!("https://a.example:{}/api/v1/auth/login?a=b", house_port());
    assert_eq!(answer.header("location"), Some(&*location));
    // Hosts that are not ours, and what is not admitted, are not reflected.
    let request = "GET / HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n";
    let answer = http::raw(redirect, request.as_bytes()).await.unwrap();
    assert_eq!((answer.status, answer.header("location")), (421, None));
    for bad in ["host: a b", "host: a\r\nhost: b", "x: y"] {
        let request = format!("GET / HTTP/1.1\r\n{bad}\r\nconnection: close\r\n\r\n");
        let answer = http::raw(redirect, request.as_bytes()).await.unwrap();
        assert_eq!(
            (answer.status, answer.header("location")),
            (400, None),
            "{bad}"
        );
    }
    assert!(house.backend.calls("Login").is_empty());
    house.shutdown.cancel();
    within("the gateway", house.gateway).await.unwrap();
}

fn house_port() -> u16 {
    8443
}
