//! `guardmesh admin`, on a database and with no server.

use guardmesh_chassis::id::OrganizationId;
use secrecy::ExposeSecret;

use crate::guardmesh::{ADMIN_EMAIL, DATABASES, command};

#[tokio::test]
async fn who_was_created_can_be_revoked_and_deleted() {
    let database = DATABASES.create(&guardmesh_auth::MIGRATOR).await;
    let admin = |arguments: &[&str]| {
        let mut command = command(&[&["admin"], arguments].concat());
        command.env("DATABASE_URL", database.url.expose_secret());
        let output = command.output().unwrap();
        let told = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(told).unwrap())
    };
    let (created, told) = admin(&["create"]);
    assert!(created, "{told}");
    assert_eq!(told, format!("administrator {ADMIN_EMAIL}: created\n"));

    let (revoked, told) = admin(&["revoke-user", ADMIN_EMAIL]);
    assert!(revoked, "{told}");
    let expected = format!("user {ADMIN_EMAIL}: ended 0 sessions and 0 API keys\n");
    assert_eq!(told, expected);

    let (revoked, told) = admin(&["revoke-user", "nobody@example.org"]);
    assert!(!revoked && told.contains("no such account"), "{told}");

    let (deleted, told) = admin(&["delete-user", ADMIN_EMAIL]);
    assert!(deleted, "{told}");
    assert_eq!(told, format!("user {ADMIN_EMAIL}: deleted\n"));
    let (deleted, told) = admin(&["delete-user", ADMIN_EMAIL]);
    assert!(!deleted && told.contains("no such account"), "{told}");
    let nobodys = OrganizationId::generate().to_string();
    let (deleted, told) = admin(&["delete-organization", &nobodys]);
    assert!(!deleted && told.contains("no such organisation"), "{told}");
}
