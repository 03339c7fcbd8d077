//! A text that is checked while it is written, by a policy.

use std::collections::HashMap;

use guardmesh_proto::guardmesh::guards::v1::check_stream_request::Message as Asked;
use guardmesh_proto::guardmesh::guards::v1::check_stream_response::Message as Answer;
use guardmesh_proto::guardmesh::guards::v1::{
    Anonymization, Channel, CheckRequest, CheckStreamSettings, Decision, Direction, GuardResult,
    GuardStatus, RunStorage,
};
use tokio::sync::mpsc;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Code;

use crate::app::{App, invalid_fields};
use crate::editor::Editor;
use crate::streamed::{CHECK_STREAM, message};

/// Judges parts: a threshold, each kind of action, shadow, a later stage that always runs, and a
/// guard twice.
const PARTS: &str = r"
routes:
- match: {direction: output, channels: [assistant], applications: [chat], labels: {tier: free}}
  guards:
  - {guard: secrets, action: block}
  - {guard: pii, action: redact, redaction: mask, threshold: 0.5}
  - {guard: urls, mode: shadow, parameters: {allow: [example.org]}}
  - {guard: prompt_injection, name: certain, threshold: 0.95, action: review}
  - {guard: prompt_injection, mode: shadow}
  - {guard: keywords, name: noted, action: flag, parameters: {ban: [lorem]}}
  - {guard: keywords, name: gone, action: redact, replacement: <gone>, stage: 2, when: always, parameters: {ban: [dolor]}}
- match: {direction: output}
  guards: [{guard: keywords, action: review, parameters: {ban: [lorem]}}]
- guards: []
";

/// What the request of a check and the settings of a stream have in common.
fn stated() -> (CheckRequest, CheckStreamSettings) {
    let labels = HashMap::from([("tier".to_owned(), "free".to_owned())]);
    let check = CheckRequest {
        channel: Channel::Assistant.into(),
        direction: Direction::Output.into(),
        application: "chat".to_owned(),
        labels: labels.clone(),
        ..CheckRequest::default()
    };
    let stream = CheckStreamSettings {
        channel: check.channel,
        direction: check.direction,
        application: check.application.clone(),
        labels,
        ..CheckStreamSettings::default()
    };
    (check, stream)
}

fn prose() -> String {
    let filler = "Lorem ipsum dolor sit amet, consectetur adipiscing elit. 😀 ".repeat(20);
    format!("{filler}Ask ada@example.org or https://203.0.113.9/x.{filler} +44 20 7946 0958.")
}

#[tokio::test]
async fn a_policy_judges_a_stream_as_it_judges_a_check() {
    let app = App::start().await;
    let editor = Editor::new(&app);
    let policy = editor.follow(PARTS).await;
    let (check, settings) = stated();
    let content = prose();
    let whole = editor
        .check(CheckRequest {
            content: content.clone(),
            ..check
        })
        .await;
    assert_eq!(whole.decision(), Decision::Redact);
    assert!(whole.sanitized_content.contains("<gone> sit"), "{whole:?}");
    for (piece, buffer_all) in [(7, false), (100, false), (100_000, false), (100, true)] {
        let settings = CheckStreamSettings {
            buffer_all,
            ..settings.clone()
        };
        let streamed = app.stream_text(&editor.caller, settings, &content, piece);
        let answered = streamed.await.unwrap();
        assert_eq!(answered.text, whole.sanitized_content, "{piece}");
        assert_eq!(answered.findings, whole.findings);
        assert_eq!(answered.last, Some(Decision::Redact));
        let verdict = answered.verdict;
        assert_eq!(verdict.decision(), whole.decision());
        assert_eq!(verdict.reasons, whole.reasons);
        assert_eq!(verdict.policy_id, policy.id);
        assert_eq!(verdict.policy_version, 1);
        assert_eq!(verdict.run_storage(), RunStorage::Stored);
        let parts = |results: &[_]| -> Vec<_> {
            let results = results.iter();
            results
                .map(|one: &GuardResult| {
                    (
                        one.guard.clone(),
                        one.decision,
                        one.finding_count,
                        one.shadow,
                    )
                })
                .collect()
        };
        assert_eq!(parts(&verdict.guard_results), parts(&whole.guard_results));
        let run = app.get(&editor.caller, &verdict.run_id).await.unwrap();
        assert_eq!(run.direction(), Direction::Output);
        assert_eq!(run.application, "chat");
        assert_eq!(run.policy_id, policy.id);
        assert_eq!(run.reasons, whole.reasons);
        assert_eq!(run.findings, whole.findings);
    }
}

#[tokio::test]
async fn a_stream_takes_the_route_that_its_settings_fit() {
    let app = App::start().await;
    let editor = Editor::new(&app);
    let policy = editor.create("Unused", PARTS).await.unwrap();
    let (_, fitting) = stated();
    let by = CheckStreamSettings {
        policy_id: policy.id,
        ..fitting
    };
    let input = CheckStreamSettings {
        direction: Direction::Input.into(),
        ..by.clone()
    };
    let code = CheckStreamSettings {
        channel: Channel::Code.into(),
        ..by.clone()
    };
    let other = CheckStreamSettings {
        application: "mail".to_owned(),
        ..by.clone()
    };
    let paid = CheckStreamSettings {
        labels: HashMap::from([("tier".to_owned(), "paid".to_owned())]),
        ..by.clone()
    };
    for (settings, decision) in [
        (by, Decision::Flag),
        (input, Decision::Allow),
        (code, Decision::Review),
        (other, Decision::Review),
        (paid, Decision::Review),
    ] {
        let streamed = app.stream_text(&editor.caller, settings.clone(), "lorem", 2);
        let verdict = streamed.await.unwrap().verdict;
        assert_eq!(verdict.decision(), decision, "{settings:?}");
    }
}

#[tokio::test]
async fn a_stream_keeps_the_version_that_it_began_with() {
    let app = App::start().await;
    let editor = Editor::new(&app);
    let document = |action| format!("routes: [{{guards: [{{guard: pii, action: {action}}}]}}]");
    let policy = editor.follow(&document("flag")).await;
    let (send, messages) = mpsc::channel(4);
    let settings = CheckStreamSettings::default();
    send.send(message(Asked::Settings(settings.clone().into())))
        .await
        .unwrap();
    let request = app.signed(ReceiverStream::new(messages), CHECK_STREAM, &editor.caller);
    let answers = app.client().check_stream(request).await.unwrap();
    let mut answers = answers.into_inner();
    let part = format!("ada@example.org {}", "word ".repeat(1000));
    send.send(message(Asked::Text(part.clone()))).await.unwrap();
    let Some(Answer::Release(release)) = answers.next().await.unwrap().unwrap().message else {
        panic!("no release")
    };
    assert!(release.text.starts_with("ada@example.org "), "{release:?}");

    editor.update(&policy.id, &document("block")).await.unwrap();
    let later = app.stream_text(&editor.caller, settings, &part, 100);
    let later = later.await.unwrap().verdict;
    assert_eq!(
        (later.decision(), later.policy_version),
        (Decision::Block, 2)
    );

    send.send(message(Asked::Text("eve@example.org".to_owned())))
        .await
        .unwrap();
    drop(send);
    let mut last = None;
    while let Some(answer) = answers.next().await {
        last = answer.unwrap().message;
    }
    let Some(Answer::Verdict(verdict)) = last else {
        panic!("{last:?}")
    };
    assert_eq!(verdict.decision(), Decision::Flag);
    assert_eq!(verdict.policy_version, 1);
    assert_eq!(verdict.guard_results[0].finding_count, 2);
}

#[tokio::test]
async fn what_depends_on_the_whole_text_holds_it_back() {
    let app = App::start().await;
    let editor = Editor::new(&app);
    let content = format!("Write to ada@example.org. {}", "word ".repeat(1000));
    let mut first: Option<String> = None;
    for guards in [
        "{guard: pii, action: redact}, {guard: gibberish}",
        "{guard: pii, action: redact}, {guard: urls, stage: 2, when: doubt}",
        "{guard: pii, action: refrain}",
        "{guard: pii, action: anonymize}",
    ] {
        let document = format!("routes: [{{guards: [{guards}]}}]");
        let policy = match first.take() {
            None => editor.follow(&document).await,
            Some(id) => editor.update(&id, &document).await.unwrap(),
        };
        first = Some(policy.id);
        let scope = guards.contains("anonymize").then(|| Anonymization {
            scope: "chat".to_owned(),
            ..Anonymization::default()
        });
        let settings = CheckStreamSettings {
            anonymization: scope.clone(),
            ..CheckStreamSettings::default()
        };
        let streamed = app.stream_text(&editor.caller, settings, &content, 100);
        let answered = streamed.await.unwrap();
        let whole = editor
            .check(CheckRequest {
                content: content.clone(),
                anonymization: scope,
                ..CheckRequest::default()
            })
            .await;
        assert_eq!(answered.text, whole.sanitized_content, "{guards}");
        assert_eq!(answered.verdict.reasons, whole.reasons, "{guards}");
        let status = |results: &[GuardResult]| {
            let skipped = results
                .iter()
                .map(|one| one.status() == GuardStatus::Skipped);
            skipped.collect::<Vec<_>>()
        };
        assert_eq!(
            status(&answered.verdict.guard_results),
            status(&whole.guard_results)
        );
    }
}

#[tokio::test]
async fn settings_that_contradict_themselves_are_refused() {
    let app = App::start().await;
    let editor = Editor::new(&app);
    let policy = editor.create("Unused", PARTS).await.unwrap();
    let both = CheckStreamSettings {
        guards: vec!["pii".to_owned()],
        policy_id: policy.id,
        ..CheckStreamSettings::default()
    };
    let custom = CheckStreamSettings {
        guards: vec!["custom:tickets".to_owned()],
        ..CheckStreamSettings::default()
    };
    let long = CheckStreamSettings {
        application: "x".repeat(101),
        ..CheckStreamSettings::default()
    };
    for (settings, field) in [
        (both, "settings.policyId"),
        (custom, "settings.guards[0]"),
        (long, "settings.application"),
    ] {
        let status = app
            .stream_text(&editor.caller, settings, "x", 1)
            .await
            .unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument);
        assert_eq!(invalid_fields(&status), [field]);
    }
}
