//! The contracts of `guardmesh.auth.v1`: parse, call, render. No SQL and no rule enters here.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use guardmesh_chassis::fault::Fault;
use guardmesh_proto::guardmesh::auth::v1::api_key_service_server::ApiKeyServiceServer;
use guardmesh_proto::guardmesh::auth::v1::auth_service_server::AuthServiceServer;
use guardmesh_proto::guardmesh::auth::v1::clerk_service_server::ClerkServiceServer;
use guardmesh_proto::guardmesh::auth::v1::key_service_server::KeyServiceServer;
use guardmesh_proto::guardmesh::auth::v1::organization_service_server::OrganizationServiceServer;
use guardmesh_proto::guardmesh::auth::v1::revocation_service_server::RevocationServiceServer;
use prost_types::Timestamp;
use tonic::service::Routes;

use crate::State;

mod api_key;
mod auth;
mod clerk;
mod key;
mod organization;
mod revocation;

/// No request of ours is larger: passwords and tokens are short.
const MAX_REQUEST: usize = 16 * 1024;

pub(crate) fn routes(state: &Arc<State>) -> Routes {
    let auth = AuthServiceServer::new(auth::Auth(state.clone()));
    let keys = KeyServiceServer::new(key::Keys(state.clone()));
    let organizations = OrganizationServiceServer::new(organization::Organizations(state.clone()));
    let api_keys = ApiKeyServiceServer::new(api_key::ApiKeys(state.clone()));
    let revocations = RevocationServiceServer::new(revocation::Revocations(state.clone()));
    let clerk = ClerkServiceServer::new(clerk::Clerk(state.clone()));
    Routes::new(auth.max_decoding_message_size(MAX_REQUEST))
        .add_service(keys.max_decoding_message_size(MAX_REQUEST))
        .add_service(organizations.max_decoding_message_size(MAX_REQUEST))
        .add_service(api_keys.max_decoding_message_size(MAX_REQUEST))
        .add_service(revocations.max_decoding_message_size(MAX_REQUEST))
        .add_service(clerk.max_decoding_message_size(MAX_REQUEST))
}

/// Of the field of this name. Cut to microseconds, as the database keeps it: what is answered is what
/// is listed later.
fn parse_time(field: &'static str, time: Timestamp) -> Result<DateTime<Utc>, Fault> {
    let micros = time.seconds.checked_mul(1_000_000);
    micros
        .and_then(|micros| micros.checked_add(i64::from(time.nanos / 1_000)))
        .filter(|micros| *micros >= 0)
        .and_then(DateTime::from_timestamp_micros)
        .ok_or_else(|| Fault::invalid(field, "is not a time"))
}

fn timestamp(time: DateTime<Utc>) -> Timestamp {
    Timestamp {
        seconds: time.timestamp(),
        nanos: i32::try_from(time.timestamp_subsec_nanos()).unwrap_or_default(),
    }
}
