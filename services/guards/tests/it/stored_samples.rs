//! Dry runs on texts that were kept.

use guardmesh_chassis::caller::{Caller, UserCaller};
use guardmesh_chassis::id::{OrganizationId, UserId};
use guardmesh_proto::guardmesh::guards::v1::policies_service_client::PoliciesServiceClient;
use guardmesh_proto::guardmesh::guards::v1::{
    CheckRequest, Decision, DisclosureKind, DryRunPolicyRequest, PolicySample, SkipReason,
    StoredSamples, StoredTrial, StoredTrials,
};
use tonic::{Code, Status};

use SkipReason::{Expired, TooMuch, Unspecified};

use crate::app::{self, App, holder, invalid_fields, reason, text};
use crate::editor::Editor;
use crate::texts::{KEEPING, execute};

const DRY_RUN: &str = "/guardmesh.guards.v1.PoliciesService/DryRunPolicy";
/// Blocks addresses and looks at nothing else.
const DRAFT: &str = "routes: [{match: {applications: [chat]}, guards: []}, \
                     {guards: [{guard: pii, action: block}]}]";

/// Who may write policies and read texts.
fn both(organization: OrganizationId) -> Caller {
    let permissions = ["guard_policies:write", "guard_texts:read"];
    Caller::User(UserCaller {
        user: UserId::generate(),
        organization: Some(organization),
        session: None,
        api_key: None,
        permissions: permissions.map(str::to_owned).to_vec(),
    })
}

async fn ask(
    app: &App,
    caller: &Caller,
    request: DryRunPolicyRequest,
) -> Result<StoredTrials, Status> {
    let request = app.signed(request, DRY_RUN, caller);
    let mut client = PoliciesServiceClient::new(app.channel());
    let answer = client.dry_run_policy(request).await?.into_inner();
    assert_eq!(answer.trials, []);
    Ok(answer.stored_trials.unwrap())
}

/// What `DRAFT` says of the texts that fit.
async fn try_draft(
    app: &App,
    caller: &Caller,
    samples: StoredSamples,
) -> Result<StoredTrials, Status> {
    let request = DryRunPolicyRequest {
        document: DRAFT.to_owned(),
        stored_samples: Some(samples),
        ..DryRunPolicyRequest::default()
    };
    ask(app, caller, request).await
}

/// Leaves three runs whose texts are kept, and one whose text is not: a clean text and an address
/// of one application, and an address of another.
async fn leave_runs(editor: &Editor<'_>) -> [String; 3] {
    editor.follow(KEEPING).await;
    let check = async |application: &str, content: &str| {
        let request = CheckRequest {
            application: application.to_owned(),
            ..text(content)
        };
        editor.check(request).await.run_id
    };
    let runs = [
        check("mail", "harmless").await,
        check("mail", "ada@example.org").await,
        check("chat", "ada@example.org").await,
    ];
    let output = CheckRequest {
        direction: 2,
        ..text("ada@example.org")
    };
    editor.check(output).await;
    runs
}

#[tokio::test]
async fn a_draft_is_compared_with_what_was_decided_on_record() {
    let app = App::start().await;
    let editor = Editor::new(&app);
    let organization = editor.organization();
    let [clean, found, passed] = leave_runs(&editor).await;
    let caller = both(organization);
    let all = try_draft(&app, &caller, StoredSamples::default())
        .await
        .unwrap();
    let seen = all.trials.iter().map(|one| {
        let (before, after) = (one.decision_before(), one.decision_after());
        assert_eq!(one.skipped(), SkipReason::Unspecified);
        (&*one.run_id, before, after, one.route)
    });
    let (allow, flag, block) = (Decision::Allow, Decision::Flag, Decision::Block);
    assert_eq!(
        seen.collect::<Vec<_>>(),
        [
            (&*passed, flag, allow, 1),
            (&*found, flag, block, 2),
            (&*clean, allow, allow, 2),
        ]
    );
    assert_eq!(
        (all.tried_count, all.changed_count, all.skipped_count),
        (3, 2, 0)
    );

    // On record, with what was read.
    let auditor = holder(organization, "guard_disclosures:read");
    let records = app
        .disclosures(&auditor, 100, "")
        .await
        .unwrap()
        .disclosures;
    let first = records.last().unwrap();
    assert_eq!(first.kind(), DisclosureKind::DryRun);
    let mut read = first.run_ids.clone();
    read.sort();
    assert_eq!(read, [clean, found, passed]);
}

#[tokio::test]
async fn texts_are_chosen_by_a_filter_within_the_organisation() {
    let app = App::start().await;
    let editor = Editor::new(&app);
    let [clean, found, passed] = leave_runs(&editor).await;
    let (caller, flag) = (both(editor.organization()), Decision::Flag);
    let moment = app.get(&editor.caller, &found).await.unwrap().create_time;
    for (samples, runs) in [
        (
            StoredSamples {
                limit: 1,
                ..StoredSamples::default()
            },
            vec![&passed],
        ),
        (
            StoredSamples {
                application: "mail".to_owned(),
                ..StoredSamples::default()
            },
            vec![&found, &clean],
        ),
        (
            StoredSamples {
                decision: flag.into(),
                ..StoredSamples::default()
            },
            vec![&passed, &found],
        ),
        (
            StoredSamples {
                direction: 2,
                ..StoredSamples::default()
            },
            vec![],
        ),
        (
            StoredSamples {
                channel: 6,
                ..StoredSamples::default()
            },
            vec![],
        ),
        (
            StoredSamples {
                start_time: moment,
                ..StoredSamples::default()
            },
            vec![&passed, &found],
        ),
        (
            StoredSamples {
                end_time: moment,
                ..StoredSamples::default()
            },
            vec![&clean],
        ),
    ] {
        let trials = try_draft(&app, &caller, samples.clone())
            .await
            .unwrap()
            .trials;
        let seen: Vec<&String> = trials.iter().map(|one| &one.run_id).collect();
        assert_eq!(seen, runs, "{samples:?}");
    }
    let stranger = both(OrganizationId::generate());
    let theirs = try_draft(&app, &stranger, StoredSamples::default());
    assert_eq!(theirs.await.unwrap().trials, []);
}

#[tokio::test]
async fn what_cannot_be_tried_is_told_with_the_reason() {
    let database = app::database().await;
    let app = App::start_on(&database.options).await;
    let editor = Editor::new(&app);
    editor
        .follow(&KEEPING.replace("guards: [{guard: pii, action: flag}]", "guards: []"))
        .await;
    let mut runs = Vec::new();
    // Ids of one millisecond have no order: the long ones are told by their number.
    for content in ["expired".to_owned(), "damaged".to_owned()] {
        runs.push(editor.check(text(content)).await.run_id);
    }
    let mib = "word ".repeat(1024 * 1024 / 5);
    for _ in 0..5 {
        runs.push(editor.check(text(&*mib)).await.run_id);
    }
    for (set, bytes) in [("expires_at = now()", 7), ("sealed = '\\x00'", 7)] {
        let number = usize::from(set.starts_with("sealed"));
        let sql = format!(
            "update guards.run_texts set {set} where run_id =
                 (select id from guards.runs where content_bytes = {bytes}
                  order by id offset {number} limit 1)"
        );
        assert_eq!(execute(&database.pool, &sql).await, 1);
    }
    let caller = both(editor.organization());
    let document = "routes: [{guards: []}]".to_owned();
    let request = DryRunPolicyRequest {
        document,
        stored_samples: Some(StoredSamples::default()),
        ..DryRunPolicyRequest::default()
    };
    let all = ask(&app, &caller, request).await.unwrap();
    let skipped: Vec<SkipReason> = all.trials.iter().map(StoredTrial::skipped).collect();
    let tried = Unspecified;
    assert_eq!(
        skipped,
        [tried, tried, tried, tried, TooMuch, TooMuch, Expired]
    );
    assert_eq!(
        (all.tried_count, all.changed_count, all.skipped_count),
        (4, 0, 3)
    );

    execute(
        &database.pool,
        "delete from guards.run_texts where length(sealed) > 1000",
    )
    .await;
    let all = try_draft(&app, &caller, StoredSamples::default())
        .await
        .unwrap();
    let skipped: Vec<SkipReason> = all.trials.iter().map(StoredTrial::skipped).collect();
    assert_eq!(skipped, [SkipReason::Unreadable, Expired]);
}

#[tokio::test]
async fn who_tries_a_draft_on_texts_must_be_allowed_to_read_them() {
    let app = App::start().await;
    let editor = Editor::new(&app);
    let status = try_draft(&app, &editor.caller, StoredSamples::default())
        .await
        .unwrap_err();
    assert_eq!(
        (status.code(), &*reason(&status)),
        (Code::PermissionDenied, "PERMISSION_REQUIRED")
    );

    let caller = both(editor.organization());
    let limit = StoredSamples {
        limit: 101,
        ..StoredSamples::default()
    };
    let channel = StoredSamples {
        channel: 99,
        ..StoredSamples::default()
    };
    for (samples, field) in [
        (limit, "storedSamples.limit"),
        (channel, "storedSamples.channel"),
    ] {
        let status = try_draft(&app, &caller, samples).await.unwrap_err();
        assert_eq!(invalid_fields(&status), [field]);
    }
    let request = DryRunPolicyRequest {
        document: DRAFT.to_owned(),
        samples: vec![PolicySample::default()],
        stored_samples: Some(StoredSamples::default()),
        ..DryRunPolicyRequest::default()
    };
    let status = ask(&app, &caller, request).await.unwrap_err();
    assert_eq!(invalid_fields(&status), ["samples"]);
}
