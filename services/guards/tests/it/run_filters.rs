//! Filters of the list of runs.

use chrono::{DateTime, TimeDelta, Utc};
use guardmesh_chassis::id::OrganizationId;
use guardmesh_proto::guardmesh::guards::v1::{
    Channel, CheckRequest, Decision, Direction, ListGuardRunsRequest,
};
use prost_types::Timestamp;
use tonic::Code;

use crate::app::{App, invalid_fields, reason, text};
use crate::editor::Editor;

/// Runs of one user, each unlike the others in one respect, and the moment before the last.
async fn runs(editor: &Editor<'_>) -> ([String; 4], Timestamp, String) {
    let run = async |request| editor.check(request).await.run_id;
    let found = run(text("ada@example.org")).await;
    let mail = CheckRequest {
        application: "mail".to_owned(),
        channel: Channel::Retrieved.into(),
        ..text("harmless")
    };
    let mail = run(mail).await;
    let document = "routes: [{guards: [{guard: pii, action: block}]}]";
    let policy = editor.create("strict", document).await.unwrap().id;
    let strict = CheckRequest {
        policy_id: policy.clone(),
        ..text("ada@example.org")
    };
    let strict = run(strict).await;
    let between = moment(Utc::now());
    let answer = CheckRequest {
        direction: Direction::Output.into(),
        ..text("harmless")
    };
    let answer = run(answer).await;
    ([found, mail, strict, answer], between, policy)
}

fn moment(time: DateTime<Utc>) -> Timestamp {
    Timestamp {
        seconds: time.timestamp(),
        nanos: time.timestamp_subsec_nanos().cast_signed(),
    }
}

/// The ids of those that fit, newest first, read in pages of one.
async fn listed(editor: &Editor<'_>, filter: &ListGuardRunsRequest) -> Vec<String> {
    let (mut ids, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = ListGuardRunsRequest {
            page_size: 1,
            page_token,
            ..filter.clone()
        };
        let page = editor.app.list_by(&editor.caller, request).await.unwrap();
        ids.extend(page.guard_runs.into_iter().map(|run| run.id));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return ids;
        }
    }
}

#[tokio::test]
async fn each_filter_leaves_the_runs_that_fit() {
    let app = App::start().await;
    let editor = Editor::new(&app);
    let ([found, mail, strict, answer], between, policy) = runs(&editor).await;
    let all = [&answer, &strict, &mail, &found];
    let any = ListGuardRunsRequest::default;
    for (filter, expected) in [
        (any(), &all[..]),
        (
            ListGuardRunsRequest {
                decision: Decision::Redact.into(),
                ..any()
            },
            &[&found],
        ),
        (
            ListGuardRunsRequest {
                channel: Channel::User.into(),
                ..any()
            },
            &[&answer, &strict, &found],
        ),
        (
            ListGuardRunsRequest {
                direction: Direction::Output.into(),
                ..any()
            },
            &[&answer],
        ),
        (
            ListGuardRunsRequest {
                application: "mail".to_owned(),
                ..any()
            },
            &[&mail],
        ),
        (
            ListGuardRunsRequest {
                policy_id: policy,
                ..any()
            },
            &[&strict],
        ),
        (
            ListGuardRunsRequest {
                guard: "pii".to_owned(),
                ..any()
            },
            &[&strict, &found],
        ),
        (
            ListGuardRunsRequest {
                guard: "secrets".to_owned(),
                ..any()
            },
            &[],
        ),
        (
            ListGuardRunsRequest {
                start_time: Some(between),
                ..any()
            },
            &[&answer],
        ),
        (
            ListGuardRunsRequest {
                end_time: Some(between),
                ..any()
            },
            &all[1..],
        ),
        (
            ListGuardRunsRequest {
                guard: "pii".to_owned(),
                decision: Decision::Block.into(),
                end_time: Some(between),
                ..any()
            },
            &[&strict],
        ),
    ] {
        let ids = listed(&editor, &filter).await;
        assert_eq!(ids.iter().collect::<Vec<_>>(), expected, "{filter:?}");
    }
    // The filters are the owner's, as the list is.
    let stranger = Editor::of(&app, OrganizationId::generate());
    assert!(listed(&stranger, &any()).await.is_empty());
}

#[tokio::test]
async fn a_filter_that_means_nothing_is_refused() {
    let app = App::start().await;
    let editor = Editor::new(&app);
    let any = ListGuardRunsRequest::default;
    for (filter, field) in [
        (
            ListGuardRunsRequest {
                decision: 99,
                ..any()
            },
            "decision",
        ),
        (
            ListGuardRunsRequest {
                start_time: Some(Timestamp {
                    seconds: i64::MAX,
                    nanos: 0,
                }),
                ..any()
            },
            "startTime",
        ),
        (
            ListGuardRunsRequest {
                start_time: Some(moment(Utc::now())),
                end_time: Some(moment(Utc::now() - TimeDelta::hours(1))),
                ..any()
            },
            "endTime",
        ),
    ] {
        let refused = app.list_by(&editor.caller, filter).await.unwrap_err();
        assert_eq!(invalid_fields(&refused), [field]);
    }
    let foreign = ListGuardRunsRequest {
        policy_id: "run_x".to_owned(),
        ..any()
    };
    let refused = app.list_by(&editor.caller, foreign).await.unwrap_err();
    assert_eq!(
        (refused.code(), &*reason(&refused)),
        (Code::NotFound, "POLICY_NOT_FOUND")
    );
}
