//! A policy that changes while checks run, on one replica and on another.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use guardmesh_proto::guardmesh::guards::v1::Decision;
use tokio::time::interval;

use crate::app::{self, App, text};
use crate::editor::Editor;

/// Far more than a change takes to be seen.
const PATIENCE: Duration = Duration::from_mins(1);
const VERSIONS: i32 = 12;
/// Between the checks of one member: enough of them for each change, and room for all else.
const PAUSE: Duration = Duration::from_millis(20);

/// Odd versions block, even ones flag.
fn document(version: i32) -> String {
    let action = if version % 2 == 1 { "block" } else { "flag" };
    format!("routes: [{{guards: [{{guard: pii, action: {action}}}]}}]")
}

/// The version that a check followed, which must have decided as that version says.
async fn followed(editor: &Editor<'_>) -> i32 {
    let answer = editor.check(text("ada@example.org")).await;
    let (block, flag) = (Decision::Block, Decision::Flag);
    let decision = if answer.policy_version % 2 == 1 {
        block
    } else {
        flag
    };
    assert_eq!(answer.decision(), decision, "{answer:?}");
    answer.policy_version
}

/// Checks until a check follows this version.
async fn until(editor: &Editor<'_>, version: i32) {
    let mut ticks = interval(PAUSE);
    while followed(editor).await != version {
        ticks.tick().await;
    }
}

#[tokio::test]
async fn a_swap_under_load_drops_no_call_and_reaches_every_replica() {
    let database = app::database().await;
    let (here, there) = tokio::join!(
        App::start_on(&database.options),
        App::start_on(&database.options),
    );
    let editor = Editor::new(&here);
    let policy = editor.follow(&document(1)).await;
    // The same member, by the other replica.
    let elsewhere = Editor {
        app: &there,
        caller: editor.caller.clone(),
    };
    assert_eq!(followed(&elsewhere).await, 1);

    let done = AtomicBool::new(false);
    let load = join_all([&editor, &editor, &elsewhere, &elsewhere].map(async |by| {
        let (mut seen, mut ticks) = (Vec::new(), interval(PAUSE));
        while !done.load(Ordering::Relaxed) {
            ticks.tick().await;
            seen.push(followed(by).await);
        }
        seen
    }));
    let swaps = async {
        for version in 2..=VERSIONS {
            let changed = editor.update(&policy.id, &document(version)).await.unwrap();
            assert_eq!(changed.version, version);
            let seen = tokio::time::timeout(PATIENCE, until(&editor, version)).await;
            seen.unwrap();
        }
        let seen = until(&elsewhere, VERSIONS);
        let seen = tokio::time::timeout(PATIENCE, seen).await;
        done.store(true, Ordering::Relaxed);
        seen.unwrap();
    };
    let (seen, ()) = tokio::join!(load, swaps);
    for by in seen {
        assert!(!by.is_empty());
    }
}

#[tokio::test]
async fn activation_reaches_other_replicas() {
    let database = app::database().await;
    let (here, there) = tokio::join!(
        App::start_on(&database.options),
        App::start_on(&database.options),
    );
    let editor = Editor::new(&here);
    let elsewhere = Editor {
        app: &there,
        caller: editor.caller.clone(),
    };
    // It knows that there is no policy.
    assert_eq!(
        elsewhere
            .check(text("ada@example.org"))
            .await
            .policy_version,
        0
    );
    editor.follow(&document(1)).await;
    let seen = async {
        let mut ticks = interval(PAUSE);
        while elsewhere
            .check(text("ada@example.org"))
            .await
            .policy_version
            == 0
        {
            ticks.tick().await;
        }
    };
    tokio::time::timeout(PATIENCE, seen).await.unwrap();
}
