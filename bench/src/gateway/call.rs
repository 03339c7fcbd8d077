//! The calls that are measured, and the answers to them: methods of the product's own contracts.
//!
//! A peer sees the very request that the gateway sees. What is to be answered is written down as
//! messages, once; its JSON is made of them by a library that no contestant uses. No field has
//! its default value: whether such fields are written differs, and must not count.

use anyhow::{Context, Result, ensure};
use guardmesh_proto::guardmesh::auth::v1::{GetMeResponse, RefreshTokenResponse, Tokens, User};
use guardmesh_proto::guardmesh::guards::v1::{
    CheckResponse, Decision, Encoding, Finding, GuardResult, GuardStatus, RunStorage, Severity,
    TextRange,
};
use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage};
use prost_types::{Duration, Timestamp};
use serde_json::{Value, json};

use crate::load::{self, Request};

/// Text with quotes, line breaks, backslashes and letters beyond ASCII, as people write it.
const TEXT: &str = include_str!("check.txt");
/// About as long as the one that auth issues.
const REFRESH_TOKEN: &str = "gmr_cGxlYXNlIGRvIG5vdCByZWFkIHRoaXMsIGl0IGlzIG5vdCBhIHRva2Vu";

/// A call, sent again and again.
pub(super) struct Call {
    pub(super) request: Request,
    /// Bytes of JSON that are sent.
    pub(super) sent: usize,
    /// The JSON of the answer.
    pub(super) expected: Value,
}

/// One call with a small message, and one with a message of about 2 KB.
pub(super) struct Calls {
    pub(super) small: Call,
    pub(super) large: Call,
}

// === impl Calls ===

impl Calls {
    /// Of methods that only an authenticated user may call: `GetMe`, and `Check`.
    pub(super) fn authenticated(token: &str) -> Result<Self> {
        let body = check_body();
        Ok(Self {
            small: Call {
                request: Request::new("GET", "/api/v1/auth/me", Some(token), None),
                sent: 0,
                expected: me_json()?,
            },
            large: Call {
                request: Request::new("POST", "/api/v1/guards:check", Some(token), Some(&body)),
                sent: body.len(),
                expected: check_json()?,
            },
        })
    }

    /// Of a method that anybody may call: `RefreshToken`.
    pub(super) fn public() -> Result<Self> {
        let call = |token: String| {
            let body = json!({"refreshToken": token}).to_string();
            anyhow::Ok(Call {
                request: Request::new("POST", "/api/v1/auth/refresh-token", None, Some(&body)),
                sent: body.len(),
                expected: json("guardmesh.auth.v1.RefreshTokenResponse", &refreshed(token))?,
            })
        };
        Ok(Self {
            small: call(REFRESH_TOKEN.to_owned())?,
            large: call(REFRESH_TOKEN.repeat(30))?,
        })
    }
}

// === impl Call ===

impl Call {
    /// Makes the call once; the answer must be the expected one.
    pub(super) async fn verify(&self, address: std::net::SocketAddr) -> Result<()> {
        let answer = load::once(address, &self.request).await?;
        ensure!(answer.status == 200, "answers with {}", answer.status);
        ensure!(
            answer.content_type.starts_with("application/json"),
            "answers as {:?}",
            answer.content_type
        );
        let body: Value = serde_json::from_slice(&answer.body).context("answers no JSON")?;
        ensure!(body == self.expected, "gives a wrong answer: {body:.400}");
        Ok(())
    }
}

/// The JSON of the request of `Check`.
pub(super) fn check_body() -> String {
    json!({"content": TEXT, "channel": "CHANNEL_TOOL_OUTPUT"}).to_string()
}

/// The answer of `GetMe`.
pub(super) fn me() -> GetMeResponse {
    GetMeResponse {
        user: Some(User {
            id: "usr_01k9zq2v4nf6rb8xw3c5t7m1ya".to_owned(),
            email: "ada@example.org".to_owned(),
            name: "Ada Lovelace".to_owned(),
            create_time: Some(Timestamp {
                seconds: 1_790_000_000,
                nanos: 250_000_000,
            }),
        }),
        organization_id: "org_01k9zq2v4nf6rb8xw3c5t7m1yb".to_owned(),
        session_id: "ses_01k9zq2v4nf6rb8xw3c5t7m1yc".to_owned(),
        permissions: vec!["guards:read".to_owned(), "guards:write".to_owned()],
        api_key_id: "key_01k9zq2v4nf6rb8xw3c5t7m1yd".to_owned(),
    }
}

/// The answer of `Check` to `content`, which it gives back: who does not pass the request on
/// whole does not get the right answer.
pub(super) fn checked(content: String) -> CheckResponse {
    let range = |start, end| Some(TextRange { start, end });
    let finding =
        |guard: &str, rule: &str, severity: Severity, start, end, preview: &str| Finding {
            guard: guard.to_owned(),
            rule_id: rule.to_owned(),
            category: "contact".to_owned(),
            severity: severity.into(),
            score: 0.75,
            byte_range: range(start, end),
            utf16_range: range(start - 4, end - 4),
            preview: preview.to_owned(),
            decoded_via: vec![Encoding::Html.into()],
            shadow: true,
        };
    let result = |guard: &str, decision: Decision, finding_count, nanos| GuardResult {
        guard: guard.to_owned(),
        status: GuardStatus::Ok.into(),
        decision: decision.into(),
        finding_count,
        latency: Some(Duration { seconds: 0, nanos }),
        shadow: true,
    };
    CheckResponse {
        run_id: "run_01k9zq2v4nf6rb8xw3c5t7m1yd".to_owned(),
        decision: Decision::Redact.into(),
        findings: vec![
            finding("secrets", "password", Severity::Medium, 137, 141, "L*a"),
            finding(
                "pii",
                "email",
                Severity::High,
                1457,
                1472,
                "a*****@example.org",
            ),
        ],
        guard_results: vec![
            result("secrets", Decision::Flag, 1, 412_000),
            result("pii", Decision::Redact, 1, 655_000),
        ],
        sanitized_content: content,
        reasons: vec!["pii found 1 email: it is taken out.".to_owned()],
        policy_id: "pol_01k9zq2v4nf6rb8xw3c5t7m1ye".to_owned(),
        policy_version: 3,
        run_storage: RunStorage::Stored.into(),
    }
}

/// The answer of `RefreshToken` to this token: tokens that are as long together.
pub(super) fn refreshed(refresh_token: String) -> RefreshTokenResponse {
    RefreshTokenResponse {
        tokens: Some(Tokens {
            access_token: "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2lnbmF0dXJl".to_owned(),
            refresh_token,
            token_type: "Bearer".to_owned(),
            expires_in: 1800,
        }),
    }
}

/// The JSON of the answer of `GetMe`.
pub(super) fn me_json() -> Result<Value> {
    json("guardmesh.auth.v1.GetMeResponse", &me())
}

/// The JSON of the answer of `Check`.
pub(super) fn check_json() -> Result<Value> {
    let answer = checked(TEXT.to_owned());
    json("guardmesh.guards.v1.CheckResponse", &answer)
}

fn json(name: &str, message: &impl Message) -> Result<Value> {
    let pool = DescriptorPool::decode(guardmesh_proto::DESCRIPTORS)?;
    let descriptor = pool.get_message_by_name(name).context("no such message")?;
    let message = DynamicMessage::decode(descriptor, message.encode_to_vec().as_slice())?;
    Ok(serde_json::to_value(&message)?)
}
