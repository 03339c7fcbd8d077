//! Where remote guards may be: what the operator lists, judged by the address that is connected to;
//! and over TLS, by certificates that are trusted.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use guardmesh_chassis::id::OrganizationId;
use guardmesh_proto::guardmesh::guards::v1::{GuardStatus, RemoteFailure};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tempfile::NamedTempFile;
use tokio::io::copy_bidirectional;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use crate::app::{self, App, config, invalid_fields, member_of};
use crate::custom_guards::editor;
use crate::remote_side::{Manner, Peer, remote, stranger};

/// A service where remote guards may be at these hosts, in these networks.
async fn app(hosts: &str, networks: &str, authority: Option<&Path>) -> App {
    let mut config = config(&app::database().await.options);
    config.remotes.hosts = hosts.to_owned();
    config.remotes.networks = networks.to_owned();
    config.remotes.ca_file = authority.map(Path::to_owned);
    App::start_with(config).await
}

/// How a check by a guard at this URI ends, and why it fails if it does.
async fn checked(app: &App, uri: String) -> (GuardStatus, RemoteFailure) {
    let organization = OrganizationId::generate();
    let editor = editor(organization);
    app.create(&editor, remote("guard", uri)).await.unwrap();
    let person = member_of(organization);
    let answer = app.check_by(&person, &["custom:guard"], "a tulip").await;
    let status = answer.unwrap().guard_results[0].status();
    (status, app.health(&editor).await.last_failure())
}

const FINE: (GuardStatus, RemoteFailure) = (GuardStatus::Ok, RemoteFailure::Unspecified);

#[tokio::test]
async fn nothing_is_called_unless_the_operator_lists_it() {
    let app = app("", "", None).await;
    let editor = editor(OrganizationId::generate());
    for uri in [
        "https://example.org",
        "http://127.0.0.1:50051",
        "http://localhost",
    ] {
        let status = app.create(&editor, remote("guard", uri)).await.unwrap_err();
        assert_eq!(invalid_fields(&status), ["remote.uri"]);
    }
}

#[tokio::test]
async fn a_listed_name_does_not_open_the_network_behind_it() {
    let peer = Peer::start(Manner::Tulips(0.9)).await;
    let uri = format!("http://localhost:{}", peer.address.port());
    let closed = app("localhost", "10.0.0.0/8", None).await;
    let refused = (GuardStatus::Error, RemoteFailure::NotAllowed);
    assert_eq!(checked(&closed, uri.clone()).await, refused);
    assert_eq!(peer.calls(), 0);
    let open = app("localhost", "127.0.0.0/8", None).await;
    assert_eq!(checked(&open, uri).await, FINE);
    assert_eq!(peer.calls(), 1);
}

#[tokio::test]
async fn what_is_not_listed_any_more_is_not_called() {
    let database = app::database().await;
    let before = App::start_on(&database.options).await;
    let peer = Peer::start(Manner::Tulips(0.9)).await;
    let organization = OrganizationId::generate();
    let editor = editor(organization);
    before
        .create(&editor, remote("guard", peer.uri()))
        .await
        .unwrap();
    let mut config = config(&database.options);
    config.remotes.hosts = String::new();
    let after = App::start_with(config).await;
    let answer = after
        .check_by(&member_of(organization), &["custom:guard"], "a tulip")
        .await
        .unwrap();
    assert_eq!(answer.guard_results[0].status(), GuardStatus::Error);
    assert!(answer.reasons[0].contains("does not allow"), "{answer:?}");
    assert_eq!(peer.calls(), 0);
}

/// TLS before a guard, with a certificate for this name; and the authority that signed it.
async fn secured(peer: &Peer, name: &str, protocol: &[u8]) -> (u16, NamedTempFile, impl Drop) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let mut authority = NamedTempFile::new().unwrap();
    authority.write_all(issuer.pem().as_bytes()).unwrap();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new([name.to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &issuer).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    config.alpn_protocols = vec![protocol.to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let to = peer.address;
    let (address, server) = stranger(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            // A client that does not trust it goes.
            let Ok(mut stream) = acceptor.accept(stream).await else {
                return;
            };
            let mut there = TcpStream::connect(to).await.unwrap();
            let _ = copy_bidirectional(&mut stream, &mut there).await;
        }
    })
    .await;
    (address.port(), authority, server)
}

#[tokio::test]
async fn tls_is_spoken_with_those_who_are_who_they_say() {
    let peer = Peer::start(Manner::Tulips(0.9)).await;
    let (port, authority, _server) = secured(&peer, "localhost", b"h2").await;
    let (old, other, _old) = secured(&peer, "localhost", b"http/1.1").await;
    let distrusted = (GuardStatus::Error, RemoteFailure::Tls);
    let (hosts, networks) = ("localhost,127.0.0.1", "127.0.0.0/8");
    let trusting = app(hosts, networks, Some(authority.path())).await;
    assert_eq!(
        checked(&trusting, format!("https://localhost:{port}")).await,
        FINE
    );
    // Of another name.
    assert_eq!(
        checked(&trusting, format!("https://127.0.0.1:{port}")).await,
        distrusted
    );
    // No TLS at all.
    let plain = format!("https://localhost:{}", peer.address.port());
    assert_eq!(checked(&trusting, plain).await, distrusted);
    // Of another authority, and of another protocol.
    assert_eq!(
        checked(&trusting, format!("https://localhost:{old}")).await,
        distrusted
    );
    let modern = app(hosts, networks, Some(other.path())).await;
    assert_eq!(
        checked(&modern, format!("https://localhost:{old}")).await,
        distrusted
    );
    assert_eq!(
        checked(&modern, format!("https://localhost:{port}")).await,
        distrusted
    );
    assert_eq!(peer.calls(), 1);
}
