//! Remote guards that fail in every way: the check answers all the same, as the policy says.

use std::sync::Arc;

use guardmesh_chassis::id::OrganizationId;
use guardmesh_proto::guardmesh::guards::v1::{
    BreakerState, CheckResponse, CreateCustomGuardRequest, Decision, GuardStatus, RemoteFailure,
    RemoteFinding,
};
use tokio::sync::Semaphore;
use tonic::{Code, Status};

use crate::app::{App, member_of, text};
use crate::custom_guards::editor;
use crate::editor::Editor;
use crate::remote_side::{
    Manner, Peer, SHORT, claim, dies, floods, keeps_silent, line, nowhere, remote, stranger, until,
    within,
};

/// What a check by this guard comes to, when it fails closed, and when it fails open.
async fn checked(
    app: &App,
    request: CreateCustomGuardRequest,
) -> ([CheckResponse; 2], RemoteFailure) {
    let organization = OrganizationId::generate();
    let own = editor(organization);
    app.create(&own, request).await.unwrap();
    let editor = Editor::of(app, organization);
    let policy = editor.follow(&document("fail_closed")).await;
    let closed = editor.check(text("a tulip, ada@example.org")).await;
    editor
        .update(&policy.id, &document("fail_open"))
        .await
        .unwrap();
    let open = editor.check(text("a tulip, ada@example.org")).await;
    ([closed, open], app.health(&own).await.last_failure())
}

fn document(on_error: &str) -> String {
    let remote = format!("{{guard: 'custom:guard', on_error: {on_error}}}");
    format!("routes: [{{guards: [{{guard: pii}}, {remote}]}}]")
}

pub(crate) async fn fails(
    app: &App,
    request: CreateCustomGuardRequest,
    status: GuardStatus,
    why: RemoteFailure,
    said: &str,
) {
    let ([closed, open], failure) = checked(app, request).await;
    assert_eq!(failure, why, "{closed:?}");
    for answer in [&closed, &open] {
        let result = &answer.guard_results[1];
        assert_eq!((&*result.guard, result.status()), ("custom:guard", status));
        assert_eq!(result.finding_count, 0);
        // The other guard is not disturbed.
        assert_eq!(answer.findings.len(), 1);
        let reason = answer
            .reasons
            .iter()
            .find(|reason| reason.starts_with("custom:guard"));
        assert!(reason.unwrap().contains(said), "{answer:?}");
    }
    assert_eq!(
        (closed.decision(), &*closed.sanitized_content),
        (Decision::Review, "")
    );
    assert_eq!(open.decision(), Decision::Redact);
    assert_eq!(open.sanitized_content, "a tulip, [REDACTED:email]");
}

#[tokio::test]
async fn one_that_hangs_is_not_waited_for() {
    let app = App::start().await;
    let (timeout, late) = (GuardStatus::Timeout, RemoteFailure::Timeout);
    let peer = Peer::start(Manner::Hangs).await;
    let request = within(SHORT, remote("guard", peer.uri()));
    let said = format!("did not finish within {SHORT} ms");
    fails(&app, request, timeout, late, &said).await;
    let (silent, _server) = stranger(keeps_silent).await;
    let request = within(SHORT, remote("guard", format!("http://{silent}")));
    fails(&app, request, timeout, late, &said).await;
}

#[tokio::test]
async fn one_that_is_not_there_or_goes_is_unreachable() {
    let app = App::start().await;
    let why = RemoteFailure::Unreachable;
    let nobody = remote("guard", format!("http://{}", nowhere().await));
    fails(&app, nobody, GuardStatus::Error, why, "cannot be reached").await;
    let (dying, _server) = stranger(dies).await;
    let dying = remote("guard", format!("http://{dying}"));
    fails(&app, dying, GuardStatus::Error, why, "cannot be reached").await;
    let (flooding, _server) = stranger(floods).await;
    let flooding = remote("guard", format!("http://{flooding}"));
    fails(&app, flooding, GuardStatus::Error, why, "cannot be reached").await;
}

#[tokio::test]
async fn one_that_answers_with_an_error_has_failed() {
    let app = App::start().await;
    let error = GuardStatus::Error;
    for (code, why, said) in [
        (
            Code::Internal,
            RemoteFailure::Error,
            "answered with an error",
        ),
        (
            Code::Unimplemented,
            RemoteFailure::Error,
            "answered with an error",
        ),
        (
            Code::Unauthenticated,
            RemoteFailure::Unauthorized,
            "authorization",
        ),
        (
            Code::PermissionDenied,
            RemoteFailure::Unauthorized,
            "authorization",
        ),
        (
            Code::InvalidArgument,
            RemoteFailure::Refused,
            "refused the text",
        ),
        (
            Code::Unavailable,
            RemoteFailure::Unreachable,
            "cannot be reached",
        ),
    ] {
        let secret = "its own words, of no concern to callers";
        let peer = Peer::start(Manner::Fails(Status::new(code, secret))).await;
        fails(&app, remote("guard", peer.uri()), error, why, said).await;
    }
    let peer = Peer::start(Manner::Panics).await;
    let ([closed, _], _) = checked(&app, remote("guard", peer.uri())).await;
    assert_eq!(closed.guard_results[1].status(), error);
}

#[tokio::test]
async fn one_that_lies_or_floods_is_not_believed() {
    let app = App::start().await;
    let (error, why) = (GuardStatus::Error, RemoteFailure::InvalidAnswer);
    let long = RemoteFinding {
        rule_id: "x".repeat(1024 * 1024),
        ..claim(0, 1)
    };
    let nowhere = RemoteFinding {
        byte_range: None,
        ..claim(0, 1)
    };
    let certain = RemoteFinding {
        score: f32::INFINITY,
        ..claim(0, 1)
    };
    let grave = RemoteFinding {
        severity: 17,
        ..claim(0, 1)
    };
    for (claims, said) in [
        (vec![claim(0, 1), claim(20, 25)], "range"),
        (vec![nowhere], "range"),
        (vec![certain], "score"),
        (vec![grave], "severity"),
        (vec![claim(0, 1); 1001], "more than 1000 findings"),
        (vec![long], "too long"),
    ] {
        let peer = Peer::start(Manner::Claims(claims)).await;
        fails(&app, remote("guard", peer.uri()), error, why, said).await;
    }
}

#[tokio::test]
async fn an_answer_that_comes_late_is_nobody_elses() {
    let app = App::start().await;
    let organization = OrganizationId::generate();
    let gate = Arc::new(Semaphore::new(0));
    let peer = Peer::start(Manner::Waits(gate.clone())).await;
    let request = within(SHORT, remote("guard", peer.uri()));
    app.create(&editor(organization), request).await.unwrap();
    let person = member_of(organization);
    let check = async |content| {
        let answer = app.check_by(&person, &["custom:guard"], content).await;
        answer.unwrap()
    };
    let late = check("a tulip").await;
    assert_eq!(late.guard_results[0].status(), GuardStatus::Timeout);
    assert_eq!(late.decision(), Decision::Review);
    gate.add_permits(1);
    peer.answer(Manner::Tulips(0.9));
    until(|| async { check("nothing").await.guard_results[0].status() == GuardStatus::Ok }).await;
    let next = check("nothing").await;
    assert_eq!((next.decision(), next.findings.len()), (Decision::Allow, 0));
}

#[tokio::test]
async fn one_that_keeps_failing_is_left_alone_until_it_does_well_again() {
    let app = App::start().await;
    let organization = OrganizationId::generate();
    let own = editor(organization);
    let peer = Peer::start(Manner::Fails(Status::internal("broken"))).await;
    app.create(&own, remote("guard", peer.uri())).await.unwrap();
    let person = member_of(organization);
    let check = async || {
        let answer = app.check_by(&person, &["custom:guard"], "a tulip").await;
        answer.unwrap()
    };
    for failures in 1..=5 {
        check().await;
        assert_eq!(app.health(&own).await.consecutive_failures, failures);
    }
    // From here on a call may come as a trial, each time after a longer pause.
    until(|| async {
        let calls = peer.calls();
        let answer = check().await;
        answer.reasons[0].contains("not called") && peer.calls() == calls
    })
    .await;
    let health = app.health(&own).await;
    assert_ne!(health.state(), BreakerState::Closed);
    assert_eq!(health.last_failure(), RemoteFailure::Error);
    assert!(health.last_failure_time.is_some() && health.last_answer_time.is_none());

    peer.answer(Manner::Tulips(0.9));
    until(|| async { check().await.guard_results[0].status() == GuardStatus::Ok }).await;
    let health = app.health(&own).await;
    assert_eq!(
        (health.state(), health.consecutive_failures),
        (BreakerState::Closed, 0)
    );
    assert_eq!(check().await.decision(), Decision::Flag);
}

#[tokio::test]
async fn a_guard_that_comes_back_is_found_again() {
    let app = App::start().await;
    let organization = OrganizationId::generate();
    let peer = Peer::start(Manner::Tulips(0.9)).await;
    let (address, switch, _line) = line(peer.address).await;
    let request = remote("guard", format!("http://{address}"));
    app.create(&editor(organization), request).await.unwrap();
    let person = member_of(organization);
    let status = async || {
        let answer = app.check_by(&person, &["custom:guard"], "a tulip").await;
        answer.unwrap().guard_results[0].status()
    };
    assert_eq!(status().await, GuardStatus::Ok);
    switch.send_replace(false);
    until(|| async { status().await == GuardStatus::Error }).await;
    switch.send_replace(true);
    until(|| async { status().await == GuardStatus::Ok }).await;
}

#[tokio::test]
async fn a_refused_text_keeps_no_other_from_being_sent() {
    let app = App::start().await;
    let organization = OrganizationId::generate();
    let own = editor(organization);
    let peer = Peer::start(Manner::Fails(Status::invalid_argument("not this"))).await;
    app.create(&own, remote("guard", peer.uri())).await.unwrap();
    let person = member_of(organization);
    for call in 1..=12 {
        let answer = app
            .check_by(&person, &["custom:guard"], "a tulip")
            .await
            .unwrap();
        assert_eq!(answer.guard_results[0].status(), GuardStatus::Error);
        assert_eq!(peer.calls(), call);
    }
    assert_eq!(app.health(&own).await.state(), BreakerState::Closed);
}
