//! What the services behind the gateway answer. The outcome is chosen by the request.

use std::future::pending;
use std::time::Duration;

use futures_util::stream::{Empty, empty};
use guardmesh_chassis::caller;
use guardmesh_chassis::fault::Fault;
use guardmesh_proto::google::api::HttpBody;
use guardmesh_proto::guardmesh::auth::v1::auth_service_server::AuthService;
use guardmesh_proto::guardmesh::auth::v1::key_service_server::KeyService;
use guardmesh_proto::guardmesh::auth::v1::*;
use guardmesh_proto::guardmesh::guards::v1::guards_service_server::GuardsService;
use guardmesh_proto::guardmesh::guards::v1::*;
use guardmesh_proto::guardmesh::webhooks::v1::webhooks_service_server::WebhooksService;
use guardmesh_proto::guardmesh::webhooks::v1::*;
use tonic::{Code, Request, Response, Status, Streaming};

use crate::services::Backend;

type Answer<T> = Result<Response<T>, Status>;

/// Text that must never reach a client.
pub(crate) const SECRET_TEXT: &str = "postgres://admin:hunter2@db.internal:5432/auth";

#[tonic::async_trait]
impl AuthService for Backend {
    async fn register(&self, request: Request<RegisterRequest>) -> Answer<RegisterResponse> {
        self.record("Register", &request);
        let RegisterRequest { email, name, .. } = request.into_inner();
        Ok(Response::new(RegisterResponse {
            user: Some(user(email, name)),
            tokens: None,
        }))
    }

    /// The e-mail address says how it ends.
    async fn login(&self, request: Request<LoginRequest>) -> Answer<LoginResponse> {
        self.record("Login", &request);
        let email = request.into_inner().email;
        let mut name = "Login".to_owned();
        match email.as_str() {
            "conflict" => {
                let text = "This address has an account already.";
                Err(Fault::new(Code::AlreadyExists, "EMAIL_TAKEN", text))?;
            }
            "invalid" => Err(Fault::invalid("email", "has no @").and_invalid("password", "short"))?,
            "busy" => {
                let fault = Fault::new(Code::ResourceExhausted, "TOO_MANY", "Too many attempts.");
                Err(fault.retry_after(Duration::from_secs(7)))?;
            }
            "internal" => return Err(Status::internal(SECRET_TEXT)),
            "unknown" => return Err(Status::unknown(SECRET_TEXT)),
            "invalid, says a library" => return Err(Status::invalid_argument(SECRET_TEXT)),
            "panic" => panic!("a service panics"),
            "hang" => {
                let _unanswered = self.unanswered();
                pending::<()>().await;
            }
            "wait" => self.gate.acquire().await.unwrap().forget(),
            "fairly large" => name = "x".repeat(15 * 1024 * 1024),
            "large" => name = "x".repeat(17 * 1024 * 1024),
            _ => {}
        }
        let user = Some(user(email, name));
        Ok(Response::new(LoginResponse { user, tokens: None }))
    }

    async fn refresh_token(&self, _: Request<RefreshTokenRequest>) -> Answer<RefreshTokenResponse> {
        Ok(Response::new(RefreshTokenResponse::default()))
    }

    async fn logout(&self, request: Request<LogoutRequest>) -> Answer<LogoutResponse> {
        self.record("Logout", &request);
        Ok(Response::new(LogoutResponse::default()))
    }

    async fn delete_me(&self, request: Request<DeleteMeRequest>) -> Answer<DeleteMeResponse> {
        self.record("DeleteMe", &request);
        Ok(Response::new(DeleteMeResponse::default()))
    }

    async fn get_me(&self, request: Request<GetMeRequest>) -> Answer<GetMeResponse> {
        self.record("GetMe", &request);
        let caller = caller::user(&request)?;
        let organization = caller.organization.map(|id| id.to_string());
        Ok(Response::new(GetMeResponse {
            user: Some(User {
                id: caller.user.to_string(),
                ..User::default()
            }),
            organization_id: organization.unwrap_or_default(),
            session_id: caller.session.map(|id| id.to_string()).unwrap_or_default(),
            permissions: caller.permissions.clone(),
            api_key_id: caller.api_key.map(|id| id.to_string()).unwrap_or_default(),
        }))
    }
}

#[tonic::async_trait]
impl KeyService for Backend {
    async fn get_json_web_key_set(
        &self,
        _: Request<GetJsonWebKeySetRequest>,
    ) -> Answer<GetJsonWebKeySetResponse> {
        let keys = self.keys.lock().unwrap().clone();
        Ok(Response::new(GetJsonWebKeySetResponse { keys }))
    }
}

#[tonic::async_trait]
impl GuardsService for Backend {
    async fn list_guards(&self, request: Request<ListGuardsRequest>) -> Answer<ListGuardsResponse> {
        self.record("ListGuards", &request);
        Ok(Response::new(ListGuardsResponse::default()))
    }

    async fn check(&self, request: Request<CheckRequest>) -> Answer<CheckResponse> {
        self.record("Check", &request);
        caller::member(&request)?;
        let CheckRequest {
            content,
            channel,
            guards,
            ..
        } = request.into_inner();
        let result = |guard| GuardResult {
            guard,
            finding_count: channel,
            ..GuardResult::default()
        };
        Ok(Response::new(CheckResponse {
            run_id: "run_1".to_owned(),
            decision: Decision::Allow.into(),
            findings: vec![],
            guard_results: guards.into_iter().map(result).collect(),
            sanitized_content: content,
            ..CheckResponse::default()
        }))
    }

    async fn batch_check(&self, request: Request<BatchCheckRequest>) -> Answer<BatchCheckResponse> {
        self.record("BatchCheck", &request);
        Ok(Response::new(BatchCheckResponse::default()))
    }

    type CheckStreamStream = Empty<Result<CheckStreamResponse, Status>>;

    async fn check_stream(
        &self,
        request: Request<Streaming<CheckStreamRequest>>,
    ) -> Answer<Self::CheckStreamStream> {
        self.record("CheckStream", &request);
        Ok(Response::new(empty()))
    }

    async fn get_guard_run(
        &self,
        request: Request<GetGuardRunRequest>,
    ) -> Answer<GetGuardRunResponse> {
        self.record("GetGuardRun", &request);
        let guard_run = Some(GuardRun {
            id: request.into_inner().run_id,
            content_bytes: 42,
            ..GuardRun::default()
        });
        Ok(Response::new(GetGuardRunResponse { guard_run }))
    }

    async fn list_guard_runs(
        &self,
        request: Request<ListGuardRunsRequest>,
    ) -> Answer<ListGuardRunsResponse> {
        self.record("ListGuardRuns", &request);
        let ListGuardRunsRequest {
            page_size,
            page_token,
        } = request.into_inner();
        Ok(Response::new(ListGuardRunsResponse {
            guard_runs: vec![],
            next_page_token: format!("{page_token}+{page_size}"),
        }))
    }
}

#[tonic::async_trait]
impl WebhooksService for Backend {
    /// Tells what arrived: the length and the bytes in hexadecimal digits.
    async fn receive_stripe_event(
        &self,
        request: Request<ReceiveStripeEventRequest>,
    ) -> Answer<ReceiveStripeEventResponse> {
        self.record("ReceiveStripeEvent", &request);
        let payload = request.into_inner().payload;
        Ok(Response::new(ReceiveStripeEventResponse {
            event_id: payload.as_ref().map(fingerprint).unwrap_or_default(),
            duplicate: payload.is_some(),
        }))
    }

    async fn receive_clerk_event(
        &self,
        request: Request<ReceiveClerkEventRequest>,
    ) -> Answer<ReceiveClerkEventResponse> {
        self.record("ReceiveClerkEvent", &request);
        Ok(Response::new(ReceiveClerkEventResponse::default()))
    }

    async fn list_webhook_events(
        &self,
        request: Request<ListWebhookEventsRequest>,
    ) -> Answer<ListWebhookEventsResponse> {
        self.record("ListWebhookEvents", &request);
        Ok(Response::new(ListWebhookEventsResponse::default()))
    }

    async fn get_webhook_event(
        &self,
        request: Request<GetWebhookEventRequest>,
    ) -> Answer<GetWebhookEventResponse> {
        self.record("GetWebhookEvent", &request);
        let fault = Fault::new(Code::NotFound, "NO_EVENT", "There is no such event.");
        Err(fault.into())
    }

    async fn list_invoices(
        &self,
        request: Request<ListInvoicesRequest>,
    ) -> Answer<ListInvoicesResponse> {
        self.record("ListInvoices", &request);
        let invoice = Invoice {
            amount_due: i64::MAX,
            amount_paid: -1,
            ..Invoice::default()
        };
        Ok(Response::new(ListInvoicesResponse {
            invoices: vec![invoice],
            next_page_token: String::new(),
        }))
    }
}

fn user(email: String, name: String) -> User {
    User {
        id: "usr_1".to_owned(),
        email,
        name,
        create_time: None,
    }
}

/// Content type and bytes of a payload, in a form that a test can write down.
pub(crate) fn fingerprint(payload: &HttpBody) -> String {
    use std::fmt::Write;
    let mut text = format!("{}:", payload.content_type);
    for byte in &payload.data {
        write!(text, "{byte:02x}").unwrap();
    }
    text
}
