//! A guard that an organisation runs itself, by the contract `RemoteGuard`: one call a text, within its
//! deadline, whatever the guard does.

mod answer;

use std::error::Error as _;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use guardmesh_chassis::clock::Clock;
use guardmesh_guard_engine::{Channel as TextChannel, Finding};
use guardmesh_proto::guardmesh::guards::v1::remote_guard_client::RemoteGuardClient;
use guardmesh_proto::guardmesh::guards::v1::{Channel, Direction, InspectRequest};
use http_body_util::BodyExt;
use prost_types::Struct;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};
use tonic::body::Body;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::Channel as Transport;
use tonic::{Code, Request, Status, TimeoutExpired};
use tower::ServiceExt as _;
use tower::util::MapResponse;

use super::connection::ConnectError;
use crate::check::{self, Subject};
use crate::computation::apart;
use crate::remote::Failure;
use crate::remote::breaker::{Breaker, Health};

/// Bytes of an answer.
const MAX_ANSWER: usize = 512 * 1024;
/// Calls to one guard at a time; others wait for their turn within their deadline.
const AT_A_TIME: usize = 16;
/// The details of a status.
const DETAILS: &str = "grpc-status-details-bin";

/// A transport with something done to each answer.
type Guarded = MapResponse<Transport, fn(Answer) -> Answer>;
type Answer = http::Response<Body>;
type Authorization = MetadataValue<Ascii>;

/// One guard, with its connection and what is known of its health.
pub(crate) struct RemoteGuard {
    /// Why it cannot be called at all, where that is so.
    client: Result<RemoteGuardClient<Guarded>, Failure>,
    authorization: Option<Authorization>,
    parameters: Struct,
    /// For a call, where its organisation states it.
    timeout: Option<Duration>,
    places: Semaphore,
    breaker: Breaker,
}

// === impl RemoteGuard ===

impl RemoteGuard {
    pub(super) fn new(
        channel: Option<Transport>,
        authorization: Result<Option<SecretString>, Failure>,
        parameters: Struct,
        timeout: Option<Duration>,
        clock: Clock,
    ) -> Self {
        let authorization =
            authorization.and_then(|secret| secret.as_ref().map(metadata).transpose());
        let (client, authorization) = match (channel, authorization) {
            (None, _) => (Err(Failure::Unreachable), None),
            (_, Err(failure)) => (Err(failure), None),
            (Some(channel), Ok(authorization)) => {
                let bare: fn(Answer) -> Answer = without_details;
                let client = RemoteGuardClient::new(channel.map_response(bare));
                (
                    Ok(client.max_decoding_message_size(MAX_ANSWER)),
                    authorization,
                )
            }
        };
        Self {
            client,
            authorization,
            parameters,
            timeout,
            places: Semaphore::new(AT_A_TIME),
            breaker: Breaker::new(clock),
        }
    }

    /// What it finds in the text; an answer or a failure by `deadline`.
    pub(crate) async fn inspect(
        &self,
        subject: &Subject,
        deadline: Instant,
    ) -> Result<Vec<Finding>, Failure> {
        let start = Instant::now();
        let admission = self.breaker.admit(start).ok_or(Failure::Open)?;
        let place = timeout_at(deadline, self.places.acquire()).await;
        let Ok(Ok(_place)) = place else {
            return Err(Failure::Busy);
        };
        let done = timeout_at(deadline, self.call(subject, deadline)).await;
        let done = done.unwrap_or(Err(Failure::Timeout));
        admission.settle(done.as_ref().err().copied(), Instant::now());
        done
    }

    /// Most time for a call, if that is stated.
    pub(crate) fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    pub(crate) fn health(&self) -> Health {
        self.breaker.health(Instant::now())
    }

    async fn call(&self, subject: &Subject, deadline: Instant) -> Result<Vec<Finding>, Failure> {
        let mut client = self.client.clone()?;
        let mut request = Request::new(message(subject, self.parameters.clone()));
        request.set_timeout(deadline.saturating_duration_since(Instant::now()));
        if let Some(authorization) = &self.authorization {
            let metadata = request.metadata_mut();
            metadata.insert("authorization", authorization.clone());
        }
        let answer = client
            .inspect(request)
            .await
            .map_err(|status| failure(&status))?;
        let (text, claims) = (Arc::clone(&subject.text), answer.into_inner().findings);
        // A thousand places in a megabyte of text: not on a thread that serves calls.
        let findings = apart(move || answer::findings(&text, claims)).await;
        findings.map_err(|_| Failure::Error)?
    }
}

impl fmt::Debug for RemoteGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteGuard").finish_non_exhaustive()
    }
}

fn metadata(secret: &SecretString) -> Result<Authorization, Failure> {
    let value = Authorization::try_from(secret.expose_secret());
    let mut value = value.map_err(|_| Failure::AuthorizationLost)?;
    // Kept out of logs, and out of the tables that compress headers.
    value.set_sensitive(true);
    Ok(value)
}

/// Nobody reads the details of a status, and tonic panics over those that are no base64.
fn without_details(mut answer: Answer) -> Answer {
    answer.headers_mut().remove(DETAILS);
    answer.map(|body| {
        Body::new(body.map_frame(|mut frame| {
            if let Some(trailers) = frame.trailers_mut() {
                trailers.remove(DETAILS);
            }
            frame
        }))
    })
}

fn message(subject: &Subject, parameters: Struct) -> InspectRequest {
    let channel = match subject.channel {
        TextChannel::User => Channel::User,
        TextChannel::System => Channel::System,
        TextChannel::ToolOutput => Channel::ToolOutput,
        TextChannel::Retrieved => Channel::Retrieved,
        TextChannel::Assistant => Channel::Assistant,
        TextChannel::Code => Channel::Code,
    };
    let direction = match subject.direction {
        check::Direction::Input => Direction::Input,
        check::Direction::Output => Direction::Output,
    };
    InspectRequest {
        text: subject.text.to_string(),
        channel: channel.into(),
        direction: direction.into(),
        language: subject.language.clone(),
        application: subject.application.clone(),
        labels: subject.labels.clone(),
        parameters: Some(parameters),
    }
}

/// What a status comes to. Those that have a source were not sent, but made on this side.
fn failure(status: &Status) -> Failure {
    let mut source = status.source();
    while let Some(error) = source {
        if let Some(ConnectError(failure)) = error.downcast_ref() {
            return *failure;
        }
        // The transport looks at the clock as well.
        if error.is::<TimeoutExpired>() {
            return Failure::Timeout;
        }
        source = error.source();
    }
    match status.code() {
        Code::DeadlineExceeded => Failure::Timeout,
        _ if status.source().is_some() && status.code() != Code::OutOfRange => Failure::Unreachable,
        // What some servers say when the deadline of a call is over.
        Code::Cancelled => Failure::Timeout,
        Code::Unauthenticated | Code::PermissionDenied => Failure::Unauthorized,
        Code::InvalidArgument | Code::FailedPrecondition => Failure::Refused,
        // What the codec says of a message over its limit.
        Code::OutOfRange => Failure::InvalidAnswer("is too long"),
        Code::Unavailable => Failure::Unreachable,
        _ => Failure::Error,
    }
}
