//! Organisations, as other services ask for them.

use guardmesh_chassis::caller::Caller;
use guardmesh_chassis::id::OrganizationId;
use guardmesh_proto::guardmesh::auth::v1::organization_service_client::OrganizationServiceClient;
use guardmesh_proto::guardmesh::auth::v1::{GetOrganizationRequest, Organization};
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::app::{App, PASSWORD, reason};

pub(crate) async fn get(app: &App, id: &str) -> Result<Organization, Status> {
    let path = "/guardmesh.auth.v1.OrganizationService/GetOrganization";
    let message = GetOrganizationRequest {
        organization_id: id.to_owned(),
    };
    let request = app.signed(message, path, &Caller::Service("webhooks".to_owned()));
    let mut client = OrganizationServiceClient::new(app.channel.clone());
    let response = client.get_organization(request).await?;
    Ok(response.into_inner().organization.unwrap())
}

#[tokio::test]
async fn an_account_has_an_organization_called_after_it() {
    let app = App::start().await;
    for (email, name, called) in [
        ("ada@example.com", "Ada Lovelace", "Ada Lovelace"),
        ("eve@example.com", "", "eve"),
    ] {
        let registered = app.register_as(email, PASSWORD, name).await.unwrap();
        let claims = app.verify(&registered.tokens.unwrap().access_token).await;
        let id = claims["org"].as_str().unwrap();
        let organization = get(&app, id).await.unwrap();
        assert_eq!((&*organization.id, &*organization.name), (id, called));
        let created = organization.create_time.unwrap();
        assert_eq!(created.seconds, app.now().timestamp());
    }
}

#[tokio::test]
async fn an_unknown_id_is_not_found_and_a_malformed_one_invalid() {
    let app = App::start().await;
    let unknown = OrganizationId::generate().to_string();
    let status = get(&app, &unknown).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
    assert_eq!(reason(&status), "ORGANIZATION_NOT_FOUND");

    for malformed in ["", "org_", &unknown.replace("org_", "usr_"), "org_\0"] {
        let status = get(&app, malformed).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument, "{malformed:?}");
        let details = status.get_error_details();
        let violations = &details.bad_request().unwrap().field_violations;
        assert_eq!(violations[0].field, "organizationId");
    }
}
