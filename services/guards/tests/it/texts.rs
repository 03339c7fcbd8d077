//! Texts of runs that a policy has kept, and who may have them.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use guardmesh_chassis::caller::{Caller, UserCaller};
use guardmesh_chassis::database::{self, Scope};
use guardmesh_chassis::id::{OrganizationId, UserId};
use guardmesh_guards::Config;
use guardmesh_proto::guardmesh::guards::v1::disclosures_service_client::DisclosuresServiceClient;
use guardmesh_proto::guardmesh::guards::v1::{
    CheckRequest, CheckStreamSettings, Disclosure, DisclosureKind, GetGuardRunTextRequest,
    GetGuardRunTextResponse, ListDisclosuresRequest, ListDisclosuresResponse,
};
use sqlx::{AssertSqlSafe, PgPool};
use tokio::time::interval;
use tonic::{Code, Response, Status};

use crate::app::{self, App, VAULT_KEY, holder, invalid_fields, member_of, reason, text};
use crate::editor::Editor;
use crate::privacy::dump;
use crate::vault;

const OTHER_KEY: &str = "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f";
const GET_TEXT: &str = "/guardmesh.guards.v1.DisclosuresService/GetGuardRunText";
const LIST: &str = "/guardmesh.guards.v1.DisclosuresService/ListDisclosures";
const READ: &str = "guard_texts:read";
const LIST_PERMISSION: &str = "guard_disclosures:read";

/// Keeps what goes to a model, and looks for nothing in it.
pub(crate) const KEEPING: &str = "routes:
- {match: {direction: output}, guards: []}
- {keep_text_hours: 24, guards: [{guard: pii, action: flag}]}
";
/// Has a value that no guard finds.
const CONTENT: &str = "Our launch is on the ides of Brumaire; write to ada@example.org.";

impl App {
    pub(crate) async fn run_text(
        &self,
        caller: &Caller,
        run_id: &str,
    ) -> Result<GetGuardRunTextResponse, Status> {
        let run_id = run_id.to_owned();
        let request = self.signed(GetGuardRunTextRequest { run_id }, GET_TEXT, caller);
        let mut client = DisclosuresServiceClient::new(self.channel.clone());
        client
            .get_guard_run_text(request)
            .await
            .map(Response::into_inner)
    }

    pub(crate) async fn disclosures(
        &self,
        caller: &Caller,
        page_size: i32,
        page_token: &str,
    ) -> Result<ListDisclosuresResponse, Status> {
        let message = ListDisclosuresRequest {
            page_size,
            page_token: page_token.to_owned(),
        };
        let request = self.signed(message, LIST, caller);
        let mut client = DisclosuresServiceClient::new(self.channel.clone());
        client
            .list_disclosures(request)
            .await
            .map(Response::into_inner)
    }
}

/// Runs a statement as the platform; gives how many rows it changed.
pub(crate) async fn execute(pool: &PgPool, sql: &str) -> u64 {
    let mut transaction = database::begin(pool, Scope::Platform).await.unwrap();
    let done = sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&mut *transaction);
    let rows = done.await.unwrap().rows_affected();
    transaction.commit().await.unwrap();
    rows
}

pub(crate) fn reader_of(organization: OrganizationId) -> Caller {
    holder(organization, READ)
}

#[tokio::test]
async fn a_text_is_kept_where_the_policy_says_so_and_given_to_who_may_read_it() {
    let database = app::database().await;
    let app = App::start_on(&database.options).await;
    let organization = OrganizationId::generate();
    let editor = Editor::of(&app, organization);
    editor.follow(KEEPING).await;
    let labels = HashMap::from([("tier".to_owned(), "free".to_owned())]);
    let request = CheckRequest {
        language: "en".to_owned(),
        labels: labels.clone(),
        ..text(CONTENT)
    };
    let run = editor.check(request.clone()).await.run_id;
    let reader = reader_of(organization);
    let read = app.run_text(&reader, &run).await.unwrap();
    assert_eq!(read.content, CONTENT);
    assert_eq!((&*read.language, read.labels), ("en", labels));
    let expires = read.expire_time.unwrap().seconds - Utc::now().timestamp();
    assert!((23 * 3600..=24 * 3600).contains(&expires), "{expires}");

    // Sealed, wherever one looks.
    let dump = dump(&database.pool).await;
    assert!(!dump.contains("Brumaire"));
    assert!(!dump.contains(&hex::encode("Brumaire")));

    // Another route, and a check that follows no policy.
    let output = CheckRequest {
        direction: 2,
        ..request.clone()
    };
    let named = CheckRequest {
        guards: vec!["pii".to_owned()],
        ..request
    };
    for request in [output, named] {
        let run = editor.check(request).await.run_id;
        let status = app.run_text(&reader, &run).await.unwrap_err();
        assert_eq!(reason(&status), "GUARD_RUN_TEXT_NOT_FOUND");
    }
    for (caller, code) in [
        (editor.caller.clone(), Code::PermissionDenied),
        (member_of(organization), Code::PermissionDenied),
        (reader_of(OrganizationId::generate()), Code::NotFound),
    ] {
        let status = app.run_text(&caller, &run).await.unwrap_err();
        assert_eq!(status.code(), code);
    }
    let status = app.run_text(&reader, "nonsense").await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
}

#[tokio::test]
async fn a_text_of_a_stream_is_kept_as_that_of_a_check() {
    let app = App::start().await;
    let editor = Editor::new(&app);
    editor.follow(KEEPING).await;
    let reader = reader_of(editor.organization());
    let content = format!("{CONTENT} {}", "word ".repeat(1000));
    for buffer_all in [false, true] {
        let settings = CheckStreamSettings {
            buffer_all,
            ..CheckStreamSettings::default()
        };
        let streamed = app.stream_text(&editor.caller, settings, &content, 100);
        let run = streamed.await.unwrap().verdict.run_id;
        assert_eq!(app.run_text(&reader, &run).await.unwrap().content, content);
    }
    // More than is kept.
    let content = "word ".repeat(1024 * 1024 / 5 + 1);
    let settings = CheckStreamSettings::default();
    let streamed = app.stream_text(&editor.caller, settings, &content, 100_000);
    let run = streamed.await.unwrap().verdict.run_id;
    let status = app.run_text(&reader, &run).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
}

#[tokio::test]
async fn who_had_what_is_listed_for_the_organisation_alone() {
    let app = App::start().await;
    let editor = Editor::new(&app);
    editor.follow(KEEPING).await;
    let organization = editor.organization();
    let runs = [
        editor.check(text(CONTENT)).await.run_id,
        editor.check(text(CONTENT)).await.run_id,
    ];
    let reader = reader_of(organization);
    for run in &runs {
        app.run_text(&reader, run).await.unwrap();
    }
    let clerk = holder(organization, vault::PERMISSION);
    let named = vault::anonymized("chat", CONTENT);
    let sent = CheckRequest {
        guards: vec!["pii".to_owned()],
        ..named
    };
    let sent = editor.check(sent).await.sanitized_content;
    app.deanonymize(&clerk, "chat", &sent).await.unwrap();
    // What was refused is no disclosure.
    let _ = app.run_text(&reader, "run_nonsense").await.unwrap_err();

    let auditor = holder(organization, LIST_PERMISSION);
    let mut all = Vec::new();
    let mut token = String::new();
    loop {
        let page = app.disclosures(&auditor, 2, &token).await.unwrap();
        assert!(page.disclosures.len() <= 2);
        all.extend(page.disclosures);
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    let kinds: Vec<DisclosureKind> = all.iter().map(Disclosure::kind).collect();
    let (values, read) = (DisclosureKind::Values, DisclosureKind::Text);
    assert_eq!(kinds, [values, read, read], "the newest first");
    assert_eq!((&*all[0].scope, all[0].restored_count), ("chat", 1));
    assert!(all[0].id.starts_with("dea_"));
    assert_eq!(all[1].run_ids, [runs[1].clone()]);
    assert_eq!(
        (all[2].run_ids.clone(), all[2].run_count),
        (vec![runs[0].clone()], 1)
    );
    let Caller::User(UserCaller { user, .. }) = &reader else {
        panic!("{reader:?}")
    };
    assert_eq!(all[1].user_id, user.to_string());

    let other = holder(OrganizationId::generate(), LIST_PERMISSION);
    assert_eq!(
        app.disclosures(&other, 10, "").await.unwrap().disclosures,
        []
    );
    let status = app.disclosures(&reader, 10, "").await.unwrap_err();
    assert_eq!(status.code(), Code::PermissionDenied);
}

#[tokio::test]
async fn a_text_is_kept_no_longer_than_the_service_allows_and_then_deleted() {
    let database = app::database().await;
    let app = App::start_with(Config {
        text_retention: TimeDelta::hours(2),
        ..app::config(&database.options)
    })
    .await;
    let editor = Editor::new(&app);
    editor.follow(KEEPING).await;
    let reader = reader_of(editor.organization());
    let [run, other] = [
        editor.check(text(CONTENT)).await.run_id,
        editor.check(text(CONTENT)).await.run_id,
    ];
    let expires = app
        .run_text(&reader, &run)
        .await
        .unwrap()
        .expire_time
        .unwrap();
    let left = DateTime::from_timestamp(expires.seconds, 0).unwrap() - Utc::now();
    assert!(left <= TimeDelta::hours(2), "{left}");
    let expire = "update guards.run_texts set expires_at = now() where run_id = \
                  (select min(id::text)::uuid from guards.runs)";
    assert_eq!(execute(&database.pool, expire).await, 1);
    let status = app.run_text(&reader, &run).await.unwrap_err();
    assert_eq!(reason(&status), "GUARD_RUN_TEXT_NOT_FOUND");

    // It looks for what has expired when it starts.
    let caller = editor.caller.clone();
    drop(app);
    let app = App::start_on(&database.options).await;
    let deleted = async {
        let mut ticks = interval(Duration::from_millis(20));
        // Looked at without a lock, since what is locked is left for the next round.
        while execute(&database.pool, "select from guards.run_texts").await != 1 {
            ticks.tick().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), deleted)
        .await
        .unwrap();
    assert_eq!(
        app.run_text(&reader, &other).await.unwrap().content,
        CONTENT
    );
    assert!(app.get(&caller, &run).await.is_ok(), "the run stays");
}

#[tokio::test]
async fn keys_are_rotated_under_texts() {
    let database = app::database().await;
    let organization = OrganizationId::generate();
    let reader = reader_of(organization);
    let with_keys = async |keys: &str| {
        App::start_with(Config {
            vault_keys: keys.into(),
            ..app::config(&database.options)
        })
        .await
    };
    let app = with_keys(VAULT_KEY).await;
    let editor = Editor::of(&app, organization);
    editor.follow(KEEPING).await;
    let old = editor.check(text(CONTENT)).await.run_id;

    let app = with_keys(&format!("{OTHER_KEY},{VAULT_KEY}")).await;
    let rotated = Editor {
        app: &app,
        caller: editor.caller.clone(),
    };
    let new = rotated.check(text(CONTENT)).await.run_id;
    for run in [&old, &new] {
        assert_eq!(app.run_text(&reader, run).await.unwrap().content, CONTENT);
    }
    let app = with_keys(OTHER_KEY).await;
    assert_eq!(app.run_text(&reader, &new).await.unwrap().content, CONTENT);
    let status = app.run_text(&reader, &old).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);

    let app = with_keys("").await;
    let without = Editor::new(&app);
    let status = without.create("One", KEEPING).await.unwrap_err();
    assert_eq!(
        invalid_fields(&status),
        ["document: routes[1].keep_text_hours"]
    );
}

#[tokio::test]
async fn a_text_goes_with_its_user() {
    let app = App::start().await;
    let organization = OrganizationId::generate();
    let editor = Editor::of(&app, organization);
    editor.follow(KEEPING).await;
    let (ada, eve) = (UserId::generate(), UserId::generate());
    let [ada_run, eve_run] = [ada, eve].map(|user| {
        let caller = app::user(user, Some(organization));
        let app = &app;
        async move { app.check(&caller, text(CONTENT)).await.unwrap().run_id }
    });
    let (ada_run, eve_run) = (ada_run.await, eve_run.await);
    app.delete_user(&Caller::Service("auth".to_owned()), &ada.to_string())
        .await
        .unwrap();
    let reader = reader_of(organization);
    assert_eq!(
        app.run_text(&reader, &ada_run).await.unwrap_err().code(),
        Code::NotFound
    );
    assert_eq!(
        app.run_text(&reader, &eve_run).await.unwrap().content,
        CONTENT
    );
}
