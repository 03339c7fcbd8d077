//! Custom guards in policies.

use guardmesh_chassis::id::OrganizationId;
use guardmesh_proto::guardmesh::guards::v1::{
    CustomGuard, Decision, DeletePolicyRequest, DryRunPolicyRequest, GuardStatus, PolicySample,
    RollbackPolicyRequest,
};

use crate::app::{self, App, invalid_fields, reason, text};
use crate::custom_guards::{editor, texts, words};
use crate::editor::Editor;
use crate::remote_side::until;

const FLOWERS: &str = "
routes:
- guards:
  - {guard: 'custom:flowers', action: redact, replacement: '(a flower)'}
  - {guard: pii}
";

#[tokio::test]
async fn a_policy_runs_guards_of_its_organization() {
    let app = App::start().await;
    let organization = OrganizationId::generate();
    app.create(&editor(organization), words("flowers"))
        .await
        .unwrap();
    let editor = Editor::of(&app, organization);
    let policy = editor.follow(FLOWERS).await;
    let content = "a tulip for ada@example.org";
    let answer = editor.check(text(content)).await;
    assert_eq!(answer.policy_id, policy.id);
    assert_eq!(
        answer.sanitized_content,
        "a (a flower) for [REDACTED:email]"
    );
    assert_eq!(answer.findings[0].guard, "custom:flowers");
    let again = editor.check(text(content)).await;
    assert_eq!(again.findings, answer.findings);
    for result in again.guard_results {
        assert_eq!(result.status(), GuardStatus::Cached, "{}", result.guard);
    }

    let sample = PolicySample {
        content: content.to_owned(),
        ..PolicySample::default()
    };
    let request = DryRunPolicyRequest {
        document: FLOWERS.replace("redact, replacement: '(a flower)'", "block"),
        samples: vec![sample],
        ..DryRunPolicyRequest::default()
    };
    let trial = editor
        .dry_run_policy(request)
        .await
        .unwrap()
        .trials
        .remove(0);
    assert_eq!(trial.decision(), Decision::Block);
}

#[tokio::test]
async fn a_policy_names_guards_that_there_are() {
    let app = App::start().await;
    let [ours, theirs] = [OrganizationId::generate(), OrganizationId::generate()];
    app.create(&editor(theirs), words("flowers")).await.unwrap();
    let editor = Editor::of(&app, ours);
    let status = editor.create("The one", FLOWERS).await.unwrap_err();
    assert_eq!(
        invalid_fields(&status),
        ["document: routes[0].guards[0].guard"]
    );
    app.create(&crate::custom_guards::editor(ours), words("flowers"))
        .await
        .unwrap();
    for (document, field) in [
        ("{guard: 'custom:flower'}", "guard"),
        ("{guard: 'custom:Flowers'}", "guard"),
        ("{guard: 'flowers'}", "guard"),
        (
            "{guard: 'custom:flowers', parameters: {ban: [rose]}}",
            "parameters",
        ),
    ] {
        let document = format!("routes: [{{guards: [{document}]}}]");
        let status = editor.create("The one", &document).await.unwrap_err();
        let field = format!("document: routes[0].guards[0].{field}");
        assert_eq!(invalid_fields(&status), [field]);
    }
    editor.create("The one", FLOWERS).await.unwrap();
}

#[tokio::test]
async fn a_change_reaches_the_policies_that_name_the_guard_on_every_replica() {
    let database = app::database().await;
    let (here, there) = tokio::join!(
        App::start_on(&database.options),
        App::start_on(&database.options),
    );
    let organization = OrganizationId::generate();
    let own = editor(organization);
    let made = here.create(&own, words("flowers")).await.unwrap();
    let near = Editor::of(&here, organization);
    near.follow(FLOWERS).await;
    let far = Editor {
        app: &there,
        caller: near.caller.clone(),
    };
    let sanitized =
        async |by: &Editor<'_>| by.check(text("a tulip, a rose")).await.sanitized_content;
    let (before, after) = ("a (a flower), a rose", "a tulip, a (a flower)");
    assert_eq!(sanitized(&near).await, before);
    assert_eq!(sanitized(&far).await, before);
    let roses = CustomGuard {
        parameters: Some(texts("ban", &["rose"])),
        ..made
    };
    here.update(&own, roses, &["parameters"]).await.unwrap();
    assert_eq!(
        sanitized(&near).await,
        after,
        "at once where it was changed"
    );
    until(|| async { sanitized(&far).await == after }).await;
}

#[tokio::test]
async fn a_guard_that_a_policy_names_is_not_deleted() {
    let app = App::start().await;
    let organization = OrganizationId::generate();
    let own = editor(organization);
    let made = app.create(&own, words("flowers")).await.unwrap();
    let editor = Editor::of(&app, organization);
    let policy = editor.create("Not even active", FLOWERS).await.unwrap();
    let status = app.delete(&own, &made.id).await.unwrap_err();
    assert_eq!(reason(&status), "CUSTOM_GUARD_IN_USE");
    let second = editor.create("Another", FLOWERS).await.unwrap();
    editor
        .update(&policy.id, "routes: [{guards: [{guard: pii}]}]")
        .await
        .unwrap();
    assert!(app.delete(&own, &made.id).await.is_err());
    let policy_id = second.id;
    editor
        .delete_policy(DeletePolicyRequest { policy_id })
        .await
        .unwrap();
    app.delete(&own, &made.id).await.unwrap();

    // Going back to what needs it fails as writing it anew does.
    let request = RollbackPolicyRequest {
        policy_id: policy.id,
        version: 1,
        comment: String::new(),
    };
    let status = editor.rollback_policy(request).await.unwrap_err();
    assert_eq!(
        invalid_fields(&status),
        ["document: routes[0].guards[0].guard"]
    );
}
