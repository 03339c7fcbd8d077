//! Calls that do not prove on whose behalf they are made, or may not be made by them.

use chrono::TimeDelta;
use guardmesh_chassis::caller::{Caller, CallerKeys, METADATA_KEY};
use guardmesh_proto::guardmesh::auth::v1::organization_service_client::OrganizationServiceClient;
use guardmesh_proto::guardmesh::auth::v1::{GetMeRequest, GetOrganizationRequest, LoginRequest};
use tonic::metadata::MetadataValue;
use tonic::{Code, Request};

use crate::app::{App, GET_ME, PASSWORD};

const OTHER_KEY: &str = "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f";

async fn signed_in(app: &App) -> Caller {
    let tokens = app.register("ada@example.com").await.unwrap().tokens;
    app.caller(&tokens.unwrap()).await
}

#[tokio::test]
async fn a_call_without_a_caller_is_refused() {
    let app = App::start().await;
    let status = app.auth().get_me(GetMeRequest {}).await.unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
}

#[tokio::test]
async fn a_forged_moved_or_expired_caller_is_refused() {
    let app = App::start().await;
    let caller = signed_in(&app).await;
    let other_keys = CallerKeys::parse(&OTHER_KEY.into()).unwrap();
    let logout = "/guardmesh.auth.v1.AuthService/Logout";
    for value in [
        other_keys.sign(&caller, GET_ME, &app.clock),
        app.caller_keys.sign(&caller, logout, &app.clock),
        MetadataValue::from_bytes(b"nonsense"),
    ] {
        let mut request = Request::new(GetMeRequest {});
        request.metadata_mut().insert_bin(METADATA_KEY, value);
        let status = app.auth().get_me(request).await.unwrap_err();
        assert_eq!(status.code(), Code::Unauthenticated);
    }

    let expiring = app.signed(GetMeRequest {}, GET_ME, &caller);
    app.clock.advance(TimeDelta::minutes(2));
    let status = app.auth().get_me(expiring).await.unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
    assert!(app.me(&caller).await.is_ok());
}

#[tokio::test]
async fn a_forged_caller_is_refused_even_where_none_is_needed() {
    let app = App::start().await;
    signed_in(&app).await;
    let mut request = Request::new(LoginRequest {
        email: "ada@example.com".to_owned(),
        password: PASSWORD.to_owned(),
    });
    let forged = MetadataValue::from_bytes(b"nonsense");
    request.metadata_mut().insert_bin(METADATA_KEY, forged);
    let status = app.auth().login(request).await.unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
}

#[tokio::test]
async fn users_and_services_have_methods_of_their_own() {
    let app = App::start().await;
    let user = signed_in(&app).await;
    let service = Caller::Service("webhooks".to_owned());
    let status = app.me(&service).await.unwrap_err();
    assert_eq!(status.code(), Code::PermissionDenied);

    let path = "/guardmesh.auth.v1.OrganizationService/GetOrganization";
    let request = app.signed(GetOrganizationRequest::default(), path, &user);
    let mut organizations = OrganizationServiceClient::new(app.channel.clone());
    let status = organizations.get_organization(request).await.unwrap_err();
    assert_eq!(status.code(), Code::PermissionDenied);
    let bare = organizations.get_organization(GetOrganizationRequest::default());
    assert_eq!(bare.await.unwrap_err().code(), Code::Unauthenticated);
}
