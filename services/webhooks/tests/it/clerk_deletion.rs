//! What Clerk deleted: auth is told once it is stored, until it did so.

use chrono::TimeDelta;
use guardmesh_chassis::caller::Caller;
use guardmesh_proto::guardmesh::auth::v1::apply_clerk_deletion_request::Deleted;
use guardmesh_proto::guardmesh::auth::v1::{ApplyClerkDeletionRequest, ClerkMembership};
use guardmesh_proto::guardmesh::webhooks::v1::WebhookEventStatus::{Dead, Processed};
use prost_types::Timestamp;
use serde_json::json;
use tonic::Code;

use crate::auth::Auth;
use crate::clerk::{gone, membership_gone};
use crate::service::{Service, clock, database, until};

/// Between two attempts lies less.
const LONGEST_DELAY: TimeDelta = TimeDelta::minutes(7);
const MILLIS: i64 = 1_789_999_990_123;

fn told(deleted: Deleted) -> ApplyClerkDeletionRequest {
    ApplyClerkDeletionRequest {
        deleted: Some(deleted),
        delete_time: Some(Timestamp {
            seconds: 1_789_999_990,
            nanos: 123_000_000,
        }),
    }
}

#[tokio::test]
async fn auth_is_told_what_is_gone_and_since_when() {
    let (service, auth, _database) = Service::alone().await;
    let membership = ClerkMembership {
        user: "user_1".to_owned(),
        organization: "org_1".to_owned(),
    };
    let events = [
        (
            gone("user_1", "user", MILLIS),
            Deleted::User("user_1".to_owned()),
        ),
        (
            gone("org_1", "organization", MILLIS),
            Deleted::Organization("org_1".to_owned()),
        ),
        (
            membership_gone("user_1", "org_1", MILLIS),
            Deleted::Membership(membership),
        ),
    ];
    let mut expected = Vec::new();
    for (number, (event, deleted)) in events.into_iter().enumerate() {
        let id = service
            .clerk(&format!("msg_{number}"), &event)
            .await
            .event_id;
        let event = service.await_status(&id, Processed).await;
        assert_eq!((event.attempts, &*event.last_error), (1, ""));
        expected.push(told(deleted));
        assert_eq!(auth.deletions(), expected);
    }
    let us = Caller::Service("webhooks".to_owned());
    assert_eq!(auth.callers(), [us.clone(), us.clone(), us]);
    service.stop().await;
}

#[tokio::test]
async fn an_event_that_comes_again_is_told_once() {
    let (service, auth, _database) = Service::alone().await;
    let event = gone("user_1", "user", MILLIS);
    let id = service.clerk("msg_1", &event).await.event_id;
    service.await_status(&id, Processed).await;
    assert!(service.clerk("msg_1", &event).await.duplicate);
    // A second one of its own about the same user; whoever comes after it finds both done.
    let second = service.clerk("msg_2", &event).await.event_id;
    service.await_status(&second, Processed).await;
    assert_eq!(auth.deletions().len(), 2);
    service.stop().await;
}

/// Refuses an event once with each of these codes. Each refusal is waited for, by what is noted of
/// it, before the time of the next attempt comes.
async fn refused(service: &Service, auth: &Auth, id: &str, codes: &[Code], what: &str) {
    for code in codes {
        let expected = format!("{what}: {code:?}");
        until(|| async {
            let event = service.event(id).await.unwrap();
            (event.last_error == expected).then_some(())
        })
        .await;
        service.clock.advance(LONGEST_DELAY);
    }
    assert!(auth.deletions().len() >= codes.len());
}

#[tokio::test]
async fn an_auth_that_cannot_is_told_again_until_it_can() {
    let (service, auth, _database) = Service::alone().await;
    // More often than an event is tried whose fault it is.
    let codes = [Code::Unavailable, Code::Internal, Code::Unimplemented].repeat(4);
    auth.refuse(&codes);
    let event = gone("user_1", "user", MILLIS);
    let id = service.clerk("msg_1", &event).await.event_id;
    let what = "auth could not be asked";
    refused(&service, &auth, &id, &codes, what).await;
    let event = service.await_status(&id, Processed).await;
    assert_eq!((event.attempts, auth.deletions().len()), (13, 13));
    service.stop().await;
}

#[tokio::test]
async fn what_auth_refuses_for_good_is_given_up() {
    let (service, auth, _database) = Service::alone().await;
    let codes = [Code::FailedPrecondition, Code::InvalidArgument].repeat(5);
    auth.refuse(&codes);
    let event = gone("user_1", "user", MILLIS);
    let id = service.clerk("msg_1", &event).await.event_id;
    refused(&service, &auth, &id, &codes, "auth refuses").await;
    let event = service.await_status(&id, Dead).await;
    assert_eq!((event.attempts, auth.deletions().len()), (10, 10));
    service.stop().await;
}

#[tokio::test]
async fn what_a_killed_worker_told_is_told_again() {
    let (database, clock) = (database().await, clock());
    let auth = Auth::start(&clock).await;
    let hold = auth.hold_next();
    let first = Service::start(&database.options, auth.address, &clock).await;
    let id = first
        .clerk("msg_1", &gone("user_1", "user", MILLIS))
        .await
        .event_id;
    until(|| async { (!auth.callers().is_empty()).then_some(()) }).await;
    first.kill().await;
    hold.notify_one();

    let second = Service::start(&database.options, auth.address, &clock).await;
    clock.advance(TimeDelta::seconds(61));
    let done = second.await_status(&id, Processed).await;
    assert_eq!(done.attempts, 2);
    assert_eq!(
        auth.deletions().last(),
        Some(&told(Deleted::User("user_1".to_owned())))
    );
    second.stop().await;
}

#[tokio::test]
async fn an_event_that_names_nobody_is_given_up_with_the_place() {
    let (service, auth, _database) = Service::alone().await;
    let mut event = gone("user_1", "user", MILLIS);
    event["data"] = json!({"deleted": true});
    let id = service.clerk("msg_1", &event).await.event_id;
    let event = until(|| async {
        service.clock.advance(TimeDelta::seconds(40)); // less than a lease
        let event = service.event(&id).await.unwrap();
        (event.status() == Dead).then_some(event)
    })
    .await;
    assert_eq!(event.last_error, "data.id is missing");
    assert!(auth.deletions().is_empty());
    service.stop().await;
}
