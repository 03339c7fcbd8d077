//! `AuthService`.

use std::sync::Arc;

use guardmesh_chassis::caller;
use guardmesh_chassis::id::{OrganizationId, SessionId};
use guardmesh_proto::guardmesh::auth::v1::auth_service_server::AuthService;
use guardmesh_proto::guardmesh::auth::v1::{
    DeleteMeRequest, DeleteMeResponse, GetMeRequest, GetMeResponse, LoginRequest, LoginResponse,
    LogoutRequest, LogoutResponse, RefreshTokenRequest, RefreshTokenResponse, RegisterRequest,
    RegisterResponse, Tokens, User,
};
use secrecy::ExposeSecret;
use tonic::{Request, Response, Status};

use super::timestamp;
use crate::error::Error;
use crate::user::Registration;
use crate::{State, deletion, refresh_token, session, token, user};

/// See the contract.
pub(crate) struct Auth(pub(crate) Arc<State>);

// === impl Auth ===

#[tonic::async_trait]
impl AuthService for Auth {
    async fn register(
        &self,
        request: Request<RegisterRequest>,
    ) -> Result<Response<RegisterResponse>, Status> {
        let request = request.into_inner();
        let wish = Registration::parse(&request.email, request.password.into(), &request.name)?;
        let signed_in = user::register(&self.0, wish).await?;
        Ok(Response::new(RegisterResponse {
            user: Some(render_user(signed_in.user)),
            tokens: Some(render_tokens(&signed_in.tokens)),
        }))
    }

    async fn login(
        &self,
        request: Request<LoginRequest>,
    ) -> Result<Response<LoginResponse>, Status> {
        let request = request.into_inner();
        let signed_in = session::login(&self.0, &request.email, request.password.into()).await?;
        Ok(Response::new(LoginResponse {
            user: Some(render_user(signed_in.user)),
            tokens: Some(render_tokens(&signed_in.tokens)),
        }))
    }

    async fn refresh_token(
        &self,
        request: Request<RefreshTokenRequest>,
    ) -> Result<Response<RefreshTokenResponse>, Status> {
        let presented = request.into_inner().refresh_token.into();
        let tokens = refresh_token::exchange(&self.0, presented).await?;
        Ok(Response::new(RefreshTokenResponse {
            tokens: Some(render_tokens(&tokens)),
        }))
    }

    async fn logout(
        &self,
        request: Request<LogoutRequest>,
    ) -> Result<Response<LogoutResponse>, Status> {
        let (organization, session) = session_of(&request)?;
        session::logout(&self.0, organization, session).await?;
        Ok(Response::new(LogoutResponse {}))
    }

    async fn get_me(
        &self,
        request: Request<GetMeRequest>,
    ) -> Result<Response<GetMeResponse>, Status> {
        let caller = caller::user(&request)?;
        let organization = caller.organization.ok_or_else(caller::no_organization)?;
        let user = match caller.session {
            Some(session) => session::user_of(&self.0, organization, session).await?,
            None => user::find(&self.0, caller.user).await?,
        };
        let text = |id: Option<String>| id.unwrap_or_default();
        Ok(Response::new(GetMeResponse {
            user: Some(render_user(user)),
            organization_id: organization.to_string(),
            session_id: text(caller.session.map(|id| id.to_string())),
            permissions: caller.permissions.clone(),
            api_key_id: text(caller.api_key.map(|id| id.to_string())),
        }))
    }

    async fn delete_me(
        &self,
        request: Request<DeleteMeRequest>,
    ) -> Result<Response<DeleteMeResponse>, Status> {
        deletion::account_of(&self.0, caller::user(&request)?).await?;
        Ok(Response::new(DeleteMeResponse {}))
    }
}

/// The session that the call was made with. An API key has none, nor has who signed in elsewhere.
fn session_of<T>(request: &Request<T>) -> Result<(OrganizationId, SessionId), Status> {
    let caller = caller::user(request)?;
    let organization = caller.organization.ok_or_else(caller::no_organization)?;
    let session = caller.session.ok_or(Error::NoSession)?;
    Ok((organization, session))
}

fn render_user(user: user::User) -> User {
    User {
        id: user.id.to_string(),
        email: user.email.unwrap_or_default(),
        name: user.name,
        create_time: Some(timestamp(user.created_at)),
    }
}

fn render_tokens(tokens: &session::Tokens) -> Tokens {
    Tokens {
        access_token: tokens.access.expose_secret().to_owned(),
        refresh_token: tokens.refresh.expose().to_owned(),
        token_type: "Bearer".to_owned(),
        expires_in: i32::try_from(token::LIFETIME.num_seconds()).unwrap_or(i32::MAX),
    }
}
