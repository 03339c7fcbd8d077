//! Clerk's events, as it writes and signs them. No test enters here.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use guardmesh_proto::guardmesh::webhooks::v1::ReceiveClerkEventResponse;
use serde_json::{Value, json};

use crate::service::{CLERK_SECRET, Service};

/// The signature of a body that is sent under this id at this time.
pub(crate) fn sign(id: &str, time: &str, body: &[u8]) -> String {
    let key = STANDARD.decode(&CLERK_SECRET["whsec_".len()..]).unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    let signed = [format!("{id}.{time}.").as_bytes(), body].concat();
    format!("v1,{}", STANDARD.encode(hmac::sign(&key, &signed)))
}

/// An event that says what is gone.
pub(crate) fn gone(id: &str, object: &str, millis: i64) -> Value {
    json!({
        "data": {"deleted": true, "id": id, "object": object},
        "instance_id": "ins_1", "object": "event", "timestamp": millis,
        "type": format!("{object}.deleted"),
    })
}

/// An event that says who is in an organisation no more.
pub(crate) fn membership_gone(user: &str, organization: &str, millis: i64) -> Value {
    json!({
        "data": {
            "id": "orgmem_1", "object": "organization_membership", "role": "org:member",
            "organization": {"id": organization, "name": "Acme", "object": "organization"},
            "public_user_data": {"identifier": "ada@example.org", "user_id": user},
            "created_at": 1_654_013_847_054_i64, "updated_at": 1_654_013_847_054_i64,
        },
        "instance_id": "ins_1", "object": "event", "timestamp": millis,
        "type": "organizationMembership.deleted",
    })
}

impl Service {
    /// Sends a well-signed event of Clerk.
    pub(crate) async fn clerk(&self, id: &str, event: &Value) -> ReceiveClerkEventResponse {
        let body = event.to_string();
        let time = self.clock.now().timestamp().to_string();
        let signature = sign(id, &time, body.as_bytes());
        let headers = [
            ("svix-id", id),
            ("svix-timestamp", &time),
            ("svix-signature", &signature),
        ];
        self.clerk_with(&headers, body.as_bytes()).await.unwrap()
    }
}
