//! Few words that would become much: what a policy, or a check, makes the service compile is bounded.

use guardmesh_chassis::id::OrganizationId;
use guardmesh_proto::guardmesh::guards::v1::{
    CheckRequest, CreateCustomGuardRequest, CustomGuardKind,
};
use prost_types::Struct;
use serde_json::json;
use tonic::Code;
use tonic_types::StatusExt;

use crate::app::{App, invalid_fields, text};
use crate::custom_guards::editor;
use crate::editor::Editor;

/// Compiles to nearly half a mebibyte.
const HEAVY: &str = r"\pL{6}";

/// A step of a guard with so many heavy patterns that no other step has.
fn step(name: &str, patterns: usize) -> String {
    let patterns = (0..patterns).map(|number| format!("'{HEAVY}{name}{number}'"));
    let patterns = patterns.collect::<Vec<_>>().join(", ");
    format!("{{guard: regex, name: {name}, parameters: {{patterns: [{patterns}]}}}}")
}

#[tokio::test]
async fn what_a_policy_compiles_to_is_bounded() {
    let app = App::start().await;
    let editor = Editor::new(&app);
    let steps: Vec<_> = (0..12)
        .map(|number| step(&format!("s{number}"), 8))
        .collect();
    let document = format!("routes:\n- guards:\n  - {}\n", steps.join("\n  - "));
    let status = editor.create("Large", &document).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument, "{status:?}");
    let details = status.get_error_details();
    let violations = &details.bad_request().unwrap().field_violations;
    let last = violations.last().unwrap();
    assert_eq!(last.field, "document: routes[0].guards[11].guard");
    assert!(violations.len() < 10, "some of them fit: {violations:?}");
    assert!(
        last.description.contains("too large with those before it"),
        "{last:?}"
    );

    let few = format!("routes:\n- guards:\n  - {}\n", steps[..3].join("\n  - "));
    editor.create("Smaller", &few).await.unwrap();
}

#[tokio::test]
async fn steps_that_say_the_same_share_what_they_compile_to() {
    let app = App::start().await;
    let editor = Editor::new(&app);
    let guards = format!("&guards [{}]", step("heavy", 8));
    let routes = (0..40).map(|route| {
        let guards = if route == 0 { &*guards } else { "*guards" };
        format!("- {{match: {{applications: [a{route}]}}, guards: {guards}}}\n")
    });
    let document = format!("routes:\n{}", routes.collect::<String>());
    let policy = editor.follow(&document).await;
    let request = CheckRequest {
        application: "a39".to_owned(),
        ..text("abcdefheavy7")
    };
    let answer = editor.check(request).await;
    assert_eq!(answer.policy_id, policy.id);
    assert_eq!(answer.findings.len(), 1);
}

#[tokio::test]
async fn few_of_many_faults_are_looked_for() {
    let app = App::start().await;
    let editor = Editor::new(&app);
    let wrong = |number| {
        format!("{{guard: regex, name: n{number}, parameters: {{patterns: ['({number}']}}}}")
    };
    let steps: Vec<_> = (0..40).map(wrong).collect();
    let document = format!("routes: [{{guards: [{}]}}]", steps.join(", "));
    let status = editor.create("Wrong", &document).await.unwrap_err();
    assert_eq!(invalid_fields(&status).len(), 20);
}

#[tokio::test]
async fn a_check_names_no_more_guards_than_it_can_hold() {
    let app = App::start().await;
    let organization = OrganizationId::generate();
    let caller = editor(organization);
    let mut names = Vec::new();
    for guard in 0..12 {
        let patterns: Vec<_> = (0..8)
            .map(|number| format!("{HEAVY}{guard}x{number}"))
            .collect();
        let definition = CreateCustomGuardRequest {
            name: format!("heavy{guard}"),
            kind: CustomGuardKind::Regex.into(),
            parameters: Some(parameters(&json!({ "patterns": patterns }))),
            ..CreateCustomGuardRequest::default()
        };
        app.create(&caller, definition).await.unwrap();
        names.push(format!("custom:heavy{guard}"));
    }
    let naming = |names: &[String]| CheckRequest {
        guards: names.to_vec(),
        ..text("x")
    };
    app.check(&caller, naming(&names[..2])).await.unwrap();
    let status = app.check(&caller, naming(&names)).await.unwrap_err();
    assert_eq!(invalid_fields(&status), ["guards"]);
}

fn parameters(value: &serde_json::Value) -> Struct {
    guardmesh_chassis::json_struct::message(value.clone())
}
