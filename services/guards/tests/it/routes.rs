//! Checks that follow a policy: which route a text takes, and what comes of it.

use std::collections::HashMap;

use guardmesh_proto::guardmesh::guards::v1::{
    Channel, CheckRequest, CheckStreamSettings, Decision, Direction, DryRunPolicyRequest, Encoding,
    GuardResult, GuardStatus, PolicySample, RunStorage,
};
use tonic::Code;
use tonic_types::StatusExt;

use guardmesh_chassis::id::OrganizationId;

use crate::app::{self, App, invalid_fields, reason, text};
use crate::editor::Editor;
use crate::vault;

const ROUTES: &str = "
routes:
- match: {direction: output}
  guards: [{guard: pii, action: redact, redaction: mask}]
- match: {channels: [retrieved, tool_output]}
  guards: [{guard: pii, action: block}]
- match: {applications: [billing], labels: {tier: free}}
  guards: [{guard: pii, action: refrain}]
- match: {languages: [de, fr]}
  guards: [{guard: pii, action: redact, replacement: niemand}]
- match: {applications: [open]}
  guards: []
";

fn ada() -> CheckRequest {
    text("ada@example.org")
}

fn labels(tier: &str) -> HashMap<String, String> {
    let labels = [("tier", tier), ("region", "eu")];
    let labels = labels.map(|(key, value)| (key.to_owned(), value.to_owned()));
    labels.into()
}

#[tokio::test]
async fn the_first_route_that_fits_decides() {
    let app = App::start().await;
    let editor = Editor::new(&app);
    let policy = editor.follow(ROUTES).await;
    let retrieved = CheckRequest {
        channel: Channel::Retrieved.into(),
        ..ada()
    };
    let both = CheckRequest {
        direction: Direction::Output.into(),
        ..retrieved.clone()
    };
    let billing = |tier| CheckRequest {
        application: "billing".to_owned(),
        labels: labels(tier),
        ..ada()
    };
    let german = CheckRequest {
        language: "de".to_owned(),
        ..ada()
    };
    let open = CheckRequest {
        application: "open".to_owned(),
        ..ada()
    };
    let standard = "[REDACTED:email]";
    for (request, decision, sanitized, guards) in [
        (both, Decision::Redact, "***************", 1),
        (retrieved, Decision::Block, standard, 1),
        (billing("free"), Decision::Redact, "", 1),
        (billing("paid"), Decision::Redact, standard, 5),
        (german, Decision::Redact, "niemand", 1),
        (open, Decision::Allow, "ada@example.org", 0),
        // No route fits: the guards that run by default.
        (ada(), Decision::Redact, standard, 5),
    ] {
        let answer = editor.check(request.clone()).await;
        assert_eq!(answer.decision(), decision, "{request:?}");
        assert_eq!(answer.sanitized_content, sanitized, "{request:?}");
        assert_eq!(answer.guard_results.len(), guards, "{request:?}");
        assert_eq!(answer.run_storage(), RunStorage::Stored);
        let followed = if guards == 5 { "" } else { &policy.id };
        assert_eq!(answer.policy_id, followed, "{request:?}");
        let run = app.get(&editor.caller, &answer.run_id).await.unwrap();
        assert_eq!(
            (&run.policy_id, run.policy_version),
            (&answer.policy_id, answer.policy_version)
        );
        assert_eq!(
            (&run.application, run.direction),
            (&request.application, run.direction)
        );
        assert_eq!(run.reasons, answer.reasons);
        assert_eq!(run.findings, answer.findings);
    }
}

#[tokio::test]
async fn a_request_follows_the_policy_it_names_or_none() {
    let app = App::start().await;
    let editor = Editor::new(&app);
    editor
        .follow("routes: [{guards: [{guard: pii, action: flag}]}]")
        .await;
    let strict = "routes: [{guards: [{guard: pii, action: block}]}]";
    let strict = editor.create("Strict", strict).await.unwrap();
    assert_eq!(editor.check(ada()).await.decision(), Decision::Flag);
    let named = CheckRequest {
        policy_id: strict.id.clone(),
        ..ada()
    };
    let answer = editor.check(named.clone()).await;
    assert_eq!(
        (answer.decision(), answer.policy_id),
        (Decision::Block, strict.id.clone())
    );
    let guards = CheckRequest {
        guards: vec!["pii".to_owned()],
        ..ada()
    };
    let answer = editor.check(guards).await;
    assert_eq!(
        (answer.decision(), &*answer.policy_id),
        (Decision::Redact, "")
    );

    let both = CheckRequest {
        guards: vec!["pii".to_owned()],
        ..named.clone()
    };
    let status = app.check(&editor.caller, both).await.unwrap_err();
    assert_eq!(invalid_fields(&status), ["policyId"]);
    let stranger = Editor::new(&app);
    let status = app.check(&stranger.caller, named).await.unwrap_err();
    assert_eq!(
        (status.code(), &*reason(&status)),
        (Code::NotFound, "POLICY_NOT_FOUND")
    );
}

#[tokio::test]
async fn the_first_stage_that_has_guards_always_runs() {
    let app = App::start().await;
    let editor = Editor::new(&app);
    let late = "routes: [{guards: [{guard: pii, stage: 2, when: doubt}, {guard: urls, stage: 3}]}]";
    editor.follow(late).await;
    let answer = app.check(&editor.caller, ada()).await.unwrap();
    assert_eq!(answer.decision(), Decision::Redact);
    let answer = app.check(&editor.caller, text("nothing")).await.unwrap();
    let statuses: Vec<_> = answer
        .guard_results
        .iter()
        .map(GuardResult::status)
        .collect();
    assert_eq!(statuses, [GuardStatus::Ok, GuardStatus::Skipped]);
}

#[tokio::test]
async fn stages_shadows_and_hashes_are_told_and_kept() {
    let app = App::start().await;
    let editor = Editor::new(&app);
    editor
        .follow(
            "
routes:
- guards:
  - {guard: pii, action: redact, redaction: hash}
  - {guard: secrets, name: watch, mode: shadow, action: block}
  - {guard: exfiltration, stage: 2}
",
        )
        .await;
    let key = ["ghp", "_", "q7Rf2VxK9dTzW4mJ8sLbN3cYhP6gAeU1oZtX"].concat();
    let clean = editor.check(text(key)).await;
    assert_eq!(clean.decision(), Decision::Allow);
    let statuses: Vec<_> = clean
        .guard_results
        .iter()
        .map(GuardResult::status)
        .collect();
    assert_eq!(
        statuses,
        [GuardStatus::Ok, GuardStatus::Ok, GuardStatus::Skipped]
    );
    let watch = &clean.guard_results[1];
    assert!(watch.shadow && watch.guard == "watch" && watch.decision() == Decision::Block);
    assert!(
        clean
            .findings
            .iter()
            .all(|one| one.shadow && one.guard == "watch")
    );
    let run = app.get(&editor.caller, &clean.run_id).await.unwrap();
    assert_eq!(run.guard_results, clean.guard_results);
    assert_eq!(run.findings, clean.findings);

    let twice = editor
        .check(text("ada@example.org ada@example.org eve@example.org"))
        .await;
    let statuses: Vec<_> = twice
        .guard_results
        .iter()
        .map(GuardResult::status)
        .collect();
    assert_eq!(statuses, [GuardStatus::Ok; 3], "there was doubt");
    let hashes: Vec<&str> = twice.sanitized_content.split(' ').collect();
    assert_eq!(hashes[0], hashes[1]);
    assert_ne!(hashes[0], hashes[2]);
    let hidden = hashes[0]
        .strip_prefix("[email:")
        .unwrap()
        .strip_suffix(']')
        .unwrap();
    assert!(hidden.len() == 16 && hidden.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let other = Editor::new(&app);
    other
        .follow("routes: [{guards: [{guard: pii, action: redact, redaction: hash}]}]")
        .await;
    let elsewhere = other.check(ada()).await.sanitized_content;
    assert_ne!(elsewhere, hashes[0], "keys are the organisation's own");
}

#[tokio::test]
async fn a_finding_says_how_it_was_hidden() {
    let app = App::start().await;
    let editor = Editor::new(&app);
    let token = ["key ghp", "_", "q7Rf2VxK9dTzW4mJ8sLbN3cYhP6gAeU1oZtX"].concat();
    let hidden = hex::encode(token);
    let answer = editor.check(text(format!("see {hidden}, please"))).await;
    let via: Vec<_> = answer
        .findings
        .iter()
        .map(|one| one.decoded_via.clone())
        .collect();
    assert!(via.contains(&vec![Encoding::Hex.into()]), "{answer:?}");
    let run = app.get(&editor.caller, &answer.run_id).await.unwrap();
    assert_eq!(run.findings, answer.findings);
}

#[tokio::test]
async fn a_draft_is_tried_on_samples_and_leaves_nothing() {
    let app = App::start().await;
    let editor = Editor::new(&app);
    let sample = |content: &str, direction: Direction| PolicySample {
        content: content.to_owned(),
        direction: direction.into(),
        ..PolicySample::default()
    };
    let request = DryRunPolicyRequest {
        document: ROUTES.to_owned(),
        samples: vec![
            sample("ada@example.org", Direction::Output),
            sample("ada@example.org", Direction::Input),
        ],
        ..DryRunPolicyRequest::default()
    };
    let trials = editor.dry_run_policy(request.clone()).await.unwrap().trials;
    let told: Vec<_> = trials
        .iter()
        .map(|one| (one.route, &*one.sanitized_content))
        .collect();
    assert_eq!(told, [(1, "***************"), (0, "[REDACTED:email]")]);
    let runs = app.list(&editor.caller, 0, "").await.unwrap().guard_runs;
    assert!(runs.is_empty());

    let policy = editor.create("Stored", ROUTES).await.unwrap();
    editor
        .update(&policy.id, "routes: [{guards: []}]")
        .await
        .unwrap();
    for (version, route) in [(0, 1), (1, 1)] {
        let request = DryRunPolicyRequest {
            policy_id: policy.id.clone(),
            document: String::new(),
            version,
            ..request.clone()
        };
        let trials = editor.dry_run_policy(request).await.unwrap().trials;
        assert_eq!(trials[0].route, route);
        assert_eq!(trials[0].findings.len(), usize::from(version == 1));
    }
    let wrong = DryRunPolicyRequest {
        policy_id: policy.id,
        ..request.clone()
    };
    let status = editor.dry_run_policy(wrong).await.unwrap_err();
    assert_eq!(invalid_fields(&status), ["document"]);
    let nothing = DryRunPolicyRequest {
        document: String::new(),
        ..request.clone()
    };
    let status = editor.dry_run_policy(nothing).await.unwrap_err();
    assert!(
        status.message().contains("invalid")
            && format!("{:?}", status.get_error_details()).contains("policyId")
    );
    let mut long = request.clone();
    long.samples.push(PolicySample {
        application: "x".repeat(101),
        ..sample("x", Direction::Input)
    });
    let at = format!("samples[{}].application", long.samples.len() - 1);
    let status = editor.dry_run_policy(long).await.unwrap_err();
    assert_eq!(invalid_fields(&status), [at]);
    let none = DryRunPolicyRequest {
        samples: Vec::new(),
        ..request
    };
    let status = editor.dry_run_policy(none).await.unwrap_err();
    assert_eq!(invalid_fields(&status), ["samples"]);
}

#[tokio::test]
async fn a_policy_can_have_values_turned_into_tokens() {
    let app = App::start().await;
    let organization = OrganizationId::generate();
    let editor = Editor::of(&app, organization);
    editor
        .follow("routes: [{guards: [{guard: pii, action: anonymize}]}]")
        .await;
    let content = "to ada@example.org!";
    let request = DryRunPolicyRequest {
        document: "routes: [{guards: [{guard: pii, action: anonymize}]}]".to_owned(),
        samples: vec![PolicySample {
            content: "ada@example.org, eve@example.org, ada@example.org".to_owned(),
            ..PolicySample::default()
        }],
        ..DryRunPolicyRequest::default()
    };
    let tried = editor
        .dry_run_policy(request)
        .await
        .unwrap()
        .trials
        .remove(0);
    let tokens: Vec<&str> = tried.sanitized_content.split(", ").collect();
    assert!(tokens[0].starts_with("[EMAIL_"), "{tried:?}");
    assert!(
        tokens[0] == tokens[2] && tokens[0] != tokens[1],
        "{tried:?}"
    );

    let answer = editor.check(text(content)).await;
    assert_eq!(answer.decision(), Decision::Redact);
    assert!(
        answer.sanitized_content.starts_with("to [EMAIL_"),
        "{answer:?}"
    );
    let holder = app::holder(organization, vault::PERMISSION);
    let restored = app.deanonymize(&holder, &answer.run_id, &answer.sanitized_content);
    assert_eq!(restored.await.unwrap().content, content);
}

/// Blocks German texts, flags English ones, and redacts the rest.
const BY_LANGUAGE: &str = "routes:
- {match: {languages: [de], applications: [chat]}, guards: [{guard: pii, action: block}]}
- {match: {languages: [en, fr]}, guards: [{guard: pii, action: flag}]}
- {guards: [{guard: pii, action: redact}]}
";
const GERMAN: &str = "Guten Morgen, könnten Sie mir bitte sagen, wann die nächste Lieferung bei \
                      uns eintrifft? Meine Adresse ist ada@example.org, und ich freue mich darauf.";
const ENGLISH: &str = "Good morning, could you please tell me when the next delivery will arrive at \
                       our place? My address is ada@example.org, and I look forward to it.";
const ITALIAN: &str = "Buongiorno, potrebbe dirmi per cortesia quando arriverà da noi la prossima \
                       consegna? Il mio indirizzo è ada@example.org, e la ringrazio molto.";

#[tokio::test]
async fn a_language_that_is_not_stated_is_guessed_where_a_route_asks_for_it() {
    let app = App::start().await;
    let editor = Editor::new(&app);
    editor.follow(BY_LANGUAGE).await;
    let three = format!("{GERMAN}\n\n{ENGLISH}\n\n{ITALIAN}");
    let long_german = format!("{}{ENGLISH}", format!("{GERMAN}\n").repeat(3));
    let (block, flag, redact) = (Decision::Block, Decision::Flag, Decision::Redact);
    for (content, language, application, decision) in [
        (GERMAN, "", "chat", block),
        (ENGLISH, "", "chat", flag),
        // No route for German elsewhere.
        (GERMAN, "", "mail", redact),
        (ENGLISH, "", "mail", flag),
        // What is stated holds.
        (GERMAN, "en", "chat", flag),
        (ENGLISH, "de", "chat", block),
        (ENGLISH, "it", "chat", redact),
        // Too short to tell, nothing to tell by, and none that prevails.
        ("Danke, ada@example.org", "", "chat", redact),
        ("ada@example.org", "", "chat", redact),
        ("4111 1111 1111 1111 ada@example.org", "", "chat", redact),
        (&three, "", "chat", redact),
        (&long_german, "", "chat", block),
    ] {
        let request = CheckRequest {
            language: language.to_owned(),
            application: application.to_owned(),
            ..text(content)
        };
        let answer = editor.check(request).await;
        assert_eq!(
            answer.decision(),
            decision,
            "{content} {language} {application}"
        );
    }
    // Norwegian is written in two ways, and guessed as one of them: a policy may mean both.
    let norwegian = Editor::new(&app);
    norwegian
        .follow("routes: [{match: {languages: [\"no\"]}, guards: [{guard: pii, action: block}]}]")
        .await;
    for (language, decision) in [("nb", block), ("nn", block), ("no", block), ("da", redact)] {
        let request = CheckRequest {
            language: language.to_owned(),
            ..text("ada@example.org")
        };
        let answer = norwegian.check(request).await;
        assert_eq!(answer.decision(), decision, "{language}");
    }
    // A stream is held until it can be told.
    for (content, decision) in [(GERMAN, block), (ENGLISH, flag)] {
        let settings = CheckStreamSettings {
            application: "chat".to_owned(),
            ..CheckStreamSettings::default()
        };
        let streamed = app.stream_text(&editor.caller, settings, content, 10);
        assert_eq!(streamed.await.unwrap().verdict.decision(), decision);
    }
}
