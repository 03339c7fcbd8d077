//! Runs as they are kept: read back by their owner, in pages, and by nobody else.

use guardmesh_chassis::caller::Caller;
use guardmesh_chassis::database::{self, Scope};
use guardmesh_chassis::id::{OrganizationId, UserId};
use guardmesh_proto::guardmesh::guards::v1::{
    Channel, CheckRequest, Decision, GuardRun, GuardStatus,
};
use tonic::Code;

use crate::app::{self, App, invalid_fields, member, member_of, reason, text, user};

async fn checked(app: &App, caller: &Caller, count: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for _ in 0..count {
        ids.push(
            app.check(caller, text("ada@example.org"))
                .await
                .unwrap()
                .run_id,
        );
    }
    ids
}

fn ids(runs: &[GuardRun]) -> Vec<&str> {
    runs.iter().map(|run| &*run.id).collect()
}

#[tokio::test]
async fn a_run_is_read_back_as_it_was_answered() {
    let app = App::start().await;
    let caller = member();
    for (asked, stored) in [
        (Channel::Unspecified, Channel::User),
        (Channel::User, Channel::User),
        (Channel::System, Channel::System),
        (Channel::ToolOutput, Channel::ToolOutput),
        (Channel::Retrieved, Channel::Retrieved),
        (Channel::Assistant, Channel::Assistant),
        (Channel::Code, Channel::Code),
    ] {
        let content = "😀 call ada@example.org\u{200b} or card 4111 1111 1111 1111, 10.1.2.3";
        let request = CheckRequest {
            channel: asked.into(),
            ..text(content)
        };
        let before = chrono::Utc::now().timestamp();
        let answer = app.check(&caller, request).await.unwrap();
        let after = chrono::Utc::now().timestamp();
        assert!(answer.findings.len() >= 3, "{answer:?}");

        let run = app.get(&caller, &answer.run_id).await.unwrap();
        assert_eq!(run.id, answer.run_id);
        assert_eq!(run.channel(), stored);
        assert_eq!(run.decision, answer.decision);
        assert_eq!(run.findings, answer.findings);
        assert_eq!(run.guard_results, answer.guard_results);
        assert_eq!(usize::try_from(run.content_bytes).unwrap(), content.len());
        assert!((before..=after).contains(&run.create_time.unwrap().seconds));

        let newest = app.list(&caller, 1, "").await.unwrap().guard_runs;
        let without_findings = GuardRun {
            findings: Vec::new(),
            ..run
        };
        assert_eq!(newest, [without_findings]);
    }
}

#[tokio::test]
async fn whatever_the_schema_admits_can_be_read() {
    let database = app::database().await;
    let app = App::start_on(&database.options).await;
    let organization = OrganizationId::generate();
    let caller = member_of(organization);
    let id = checked(&app, &caller, 1).await.remove(0);
    for (status, decision, expected) in [
        ("ok", "ALLOW", (GuardStatus::Ok, Decision::Allow)),
        ("ok", "FLAG", (GuardStatus::Ok, Decision::Flag)),
        ("ok", "REDACT", (GuardStatus::Ok, Decision::Redact)),
        (
            "timeout",
            "REVIEW",
            (GuardStatus::Timeout, Decision::Review),
        ),
        ("error", "BLOCK", (GuardStatus::Error, Decision::Block)),
    ] {
        let scope = Scope::Organization(organization.uuid());
        let mut transaction = database::begin(&database.pool, scope).await.unwrap();
        sqlx::query("update guards.guard_results set status = $1, decision = $2")
            .bind(status)
            .bind(decision)
            .execute(&mut *transaction)
            .await
            .unwrap();
        sqlx::query("update guards.runs set decision = $1")
            .bind(decision)
            .execute(&mut *transaction)
            .await
            .unwrap();
        transaction.commit().await.unwrap();

        let run = app.get(&caller, &id).await.unwrap();
        assert_eq!(run.decision(), expected.1);
        assert_eq!(run.guard_results.len(), 5);
        for part in run.guard_results {
            assert_eq!((part.status(), part.decision()), expected);
        }
    }
}

#[tokio::test]
async fn runs_are_listed_in_pages_newest_first() {
    let app = App::start().await;
    let caller = member();
    let made = checked(&app, &caller, 5).await;
    let (mut listed, mut sizes, mut token) = (Vec::new(), Vec::new(), String::new());
    loop {
        let page = app.list(&caller, 2, &token).await.unwrap();
        sizes.push(page.guard_runs.len());
        listed.extend(page.guard_runs);
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
        // What comes meanwhile is newer than every page that is left.
        checked(&app, &caller, 1).await;
    }
    assert_eq!(sizes, [2, 2, 1]);
    assert!(ids(&listed).into_iter().rev().eq(&made));
    for run in &listed {
        assert!(run.findings.is_empty(), "findings are left out of lists");
        assert_eq!(run.guard_results.len(), 5);
    }
}

#[tokio::test]
async fn page_sizes_have_a_default_and_a_bound() {
    let app = App::start().await;
    let caller = member();
    checked(&app, &caller, 103).await;
    for (asked, given) in [(0, 20), (1, 1), (100, 100), (101, 100), (i32::MAX, 100)] {
        let page = app.list(&caller, asked, "").await.unwrap();
        assert_eq!(page.guard_runs.len(), given, "{asked}");
        assert!(!page.next_page_token.is_empty());
    }
    let first = app.list(&caller, 100, "").await.unwrap();
    let last = app
        .list(&caller, 100, &first.next_page_token)
        .await
        .unwrap();
    assert_eq!((last.guard_runs.len(), &*last.next_page_token), (3, ""));

    for (size, token, field) in [
        (-1, "", "pageSize"),
        (i32::MIN, "", "pageSize"),
        (1, "nonsense", "pageToken"),
        (1, "%", "pageToken"),
        (1, &first.guard_runs[0].id, "pageToken"),
        (1, &first.next_page_token[1..], "pageToken"),
    ] {
        let status = app.list(&caller, size, token).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument, "{size} {token}");
        assert_eq!(invalid_fields(&status), [field]);
    }
}

#[tokio::test]
async fn nobody_else_sees_a_run() {
    let app = App::start().await;
    let (ada, organization) = (UserId::generate(), OrganizationId::generate());
    let owner = user(ada, Some(organization));
    let made = checked(&app, &owner, 2).await;
    let token = app.list(&owner, 1, "").await.unwrap().next_page_token;
    assert!(!token.is_empty());

    for (who, stranger) in [
        ("a colleague", member_of(organization)),
        ("another organisation", member()),
        (
            "the same user elsewhere",
            user(ada, Some(OrganizationId::generate())),
        ),
    ] {
        let own = checked(&app, &stranger, 1).await;
        for id in &made {
            let status = app.get(&stranger, id).await.unwrap_err();
            assert_eq!(status.code(), Code::NotFound, "{who}");
            assert_eq!(reason(&status), "GUARD_RUN_NOT_FOUND", "{who}");
        }
        let runs = app.list(&stranger, 100, "").await.unwrap().guard_runs;
        assert_eq!(ids(&runs), own, "{who}");
        // Its own run is newer than the token, the owner's other one is older.
        let runs = app.list(&stranger, 100, &token).await.unwrap().guard_runs;
        assert!(runs.is_empty(), "{who}");
    }
    let runs = app.list(&owner, 100, "").await.unwrap().guard_runs;
    assert!(ids(&runs).into_iter().rev().eq(&made));
}

#[tokio::test]
async fn an_id_that_names_no_run_is_not_found() {
    let app = App::start().await;
    let caller = member();
    let made = checked(&app, &caller, 1).await.remove(0);
    let organization = OrganizationId::generate().to_string();
    for id in [
        "",
        "run_",
        "nonsense",
        "run_00000000000000000000000000",
        "run_'; drop table guards.runs; --",
        &organization,
        &organization.replace("org_", "run_"),
        &made.to_uppercase(),
        &format!("{made}\0"),
    ] {
        let status = app.get(&caller, id).await.unwrap_err();
        assert_eq!(status.code(), Code::NotFound, "{id}");
        assert_eq!(reason(&status), "GUARD_RUN_NOT_FOUND", "{id}");
    }
    assert!(app.get(&caller, &made).await.is_ok());
}
