//! A gateway's watch of revocations. No test enters here.

use std::time::Duration;

use guardmesh_chassis::caller::Caller;
use guardmesh_proto::guardmesh::auth::v1::revocation::Subject;
use guardmesh_proto::guardmesh::auth::v1::revocation_service_client::RevocationServiceClient;
use guardmesh_proto::guardmesh::auth::v1::{
    Revocation, WatchRevocationsRequest, WatchRevocationsResponse,
};
use tokio::time::timeout;
use tonic::transport::Channel;
use tonic::{Status, Streaming};

use crate::app::App;

/// Far longer than anything takes: a test that waits this long has failed.
pub(crate) const LONG: Duration = Duration::from_secs(30);

/// A stream whose snapshot was read.
pub(crate) struct Watch {
    stream: Streaming<WatchRevocationsResponse>,
    /// Told in one message with the last one that was asked for.
    told: Vec<Revocation>,
}

pub(crate) async fn watch(
    app: &App,
    channel: Channel,
    caller: &Caller,
) -> Result<Streaming<WatchRevocationsResponse>, Status> {
    let path = "/guardmesh.auth.v1.RevocationService/WatchRevocations";
    let request = app.signed(WatchRevocationsRequest {}, path, caller);
    let mut client = RevocationServiceClient::new(channel);
    Ok(client.watch_revocations(request).await?.into_inner())
}

impl Watch {
    /// Watches, and reads a snapshot that holds exactly `expected`. An instance that has just
    /// started, or just lost its database, is asked until it knows; one that is to learn of what
    /// another did, until it has.
    pub(crate) async fn start(app: &App, expected: &[Subject]) -> Self {
        let attempt = async {
            loop {
                if let Some((stream, snapshot)) = Self::snapshot(app).await
                    && same(&snapshot, expected)
                {
                    break stream;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        Self {
            stream: timeout(LONG, attempt).await.unwrap(),
            told: Vec::new(),
        }
    }

    async fn snapshot(app: &App) -> Option<(Streaming<WatchRevocationsResponse>, Vec<Revocation>)> {
        let gateway = Caller::Service("gateway".to_owned());
        let mut stream = watch(app, app.channel.clone(), &gateway).await.ok()?;
        let mut told = Vec::new();
        loop {
            let message = stream.message().await.ok()??;
            told.extend(message.revocations);
            if message.snapshot_complete {
                return Some((stream, told));
            }
        }
    }

    /// The next message, a heartbeat perhaps.
    pub(crate) async fn message(&mut self) -> Result<Option<WatchRevocationsResponse>, Status> {
        timeout(LONG, self.stream.message()).await.unwrap()
    }

    /// The next revocation.
    pub(crate) async fn next(&mut self) -> Revocation {
        // Heartbeats go on whether anything is revoked or not.
        let told = timeout(LONG, async {
            while self.told.is_empty() {
                let message = self.message().await.unwrap().unwrap();
                assert!(message.snapshot_complete);
                self.told = message.revocations;
            }
        });
        told.await.unwrap();
        self.told.remove(0)
    }

    /// Waits for these, in any order, and nothing else.
    pub(crate) async fn all(&mut self, expected: &[Subject]) {
        let mut told = Vec::new();
        for _ in expected {
            told.push(self.next().await);
        }
        assert!(same(&told, expected));
    }

    /// Waits for this one.
    pub(crate) async fn until(&mut self, expected: &Subject) {
        while self.next().await.subject.as_ref() != Some(expected) {}
    }
}

fn same(told: &[Revocation], expected: &[Subject]) -> bool {
    let text = |subject: &Subject| format!("{subject:?}");
    let mut told: Vec<_> = told
        .iter()
        .filter_map(|one| one.subject.as_ref())
        .map(text)
        .collect();
    let mut expected: Vec<_> = expected.iter().map(text).collect();
    told.sort();
    expected.sort();
    told == expected
}
