//! A policy says the same of a text here, without a service, as the service does.

use guardmesh_guard_engine::{Decision, Engine};
use guardmesh_guards::local::{Circumstances, Direction, LocalPlan, Violation};
use guardmesh_proto::guardmesh::guards::v1 as wire;
use tonic_types::StatusExt;

use crate::app::App;
use crate::editor::Editor;

const POLICY: &str = "
routes:
- match: {direction: output, languages: [de]}
  guards: [{guard: pii, action: review, threshold: 0.99}]
- match: {labels: {tier: free}}
  guards:
  - {guard: pii, name: people, action: flag}
  - {guard: secrets, stage: 2, action: block}
  - {guard: keywords, parameters: {ban: [acme]}, mode: shadow, action: block}
  - {guard: urls, parameters: {allow: [example.org]}, stage: 3, when: always}
";

const TEXTS: [&str; 5] = [
    "nothing",
    "mail ada@example.org",
    "ada@example.org has ghp_0123456789abcdefghijABCDEFGHIJ012345",
    "ghp_0123456789abcdefghijABCDEFGHIJ012345 for acme",
    "see https://203.0.113.9/ of Acme, ask \u{1f600} ada@example.org",
];

fn start(finding: &wire::Finding) -> usize {
    usize::try_from(finding.byte_range.unwrap().start).unwrap()
}

#[tokio::test]
async fn findings_and_decisions_are_those_of_the_service() {
    let app = App::start().await;
    let editor = Editor::new(&app);
    let mut decisions = Vec::new();
    for (direction, language, tier) in [
        (Direction::Output, "de", "free"),
        (Direction::Input, "de", "free"),
        (Direction::Input, "", ""),
    ] {
        let labels = [("tier".to_owned(), tier.to_owned())];
        let plan = LocalPlan::of_policy(
            Engine::standard().unwrap(),
            POLICY,
            Circumstances {
                direction,
                language: language.to_owned(),
                labels: labels.clone().into(),
                ..Circumstances::default()
            },
        )
        .unwrap();
        let sample = |text: &str| wire::PolicySample {
            content: text.to_owned(),
            direction: match direction {
                Direction::Input => wire::Direction::Input.into(),
                Direction::Output => wire::Direction::Output.into(),
            },
            language: language.to_owned(),
            labels: labels.clone().into(),
            ..Default::default()
        };
        let request = wire::DryRunPolicyRequest {
            document: POLICY.to_owned(),
            samples: TEXTS.map(sample).to_vec(),
            ..Default::default()
        };
        let trials = editor.dry_run_policy(request).await.unwrap().trials;
        for (text, trial) in TEXTS.into_iter().zip(trials) {
            assert_eq!(
                plan.route.unwrap_or(0),
                usize::try_from(trial.route).unwrap()
            );
            let here = plan.check(text);
            let decision = here.iter().map(|judged| judged.decision).max();
            let decision = decision.unwrap_or(Decision::Allow).as_str();
            let there = trial.decision().as_str_name();
            assert_eq!(format!("DECISION_{decision}"), there, "{text}");
            decisions.push(decision);
            let here: Vec<(&str, &str, usize)> = here
                .iter()
                .map(|j| (&*j.finding.guard, &*j.finding.rule_id, j.finding.span.start))
                .collect();
            let there: Vec<(&str, &str, usize)> = trial
                .findings
                .iter()
                .map(|f| (&*f.guard, &*f.rule_id, start(f)))
                .collect();
            assert_eq!(here, there, "{text}");
        }
    }
    // All of them came up: the cases tell them apart.
    for wanted in ["ALLOW", "FLAG", "REDACT", "BLOCK"] {
        assert!(decisions.contains(&wanted), "{wanted} {decisions:?}");
    }
}

#[tokio::test]
async fn documents_are_refused_for_the_same_places_and_rules() {
    let app = App::start().await;
    let editor = Editor::new(&app);
    let engine = Engine::standard().unwrap();
    for document in [
        "routes: [{guards: [{guard: pii, thresold: 1}, {guard: nothing}]}]",
        "routes: [{guards: [{guard: regex, parameters: {patterns: [{name: x, pattern: '('}]}}]}]",
        "routes: [{guards: [{guard: pii}, {guard: pii}]}]",
        "routes:\n- [",
        "",
    ] {
        let none = Circumstances::default();
        let here = LocalPlan::of_policy(engine.clone(), document, none).unwrap_err();
        let there = editor.create("x", document).await.unwrap_err();
        let there = there.get_details_bad_request().unwrap().field_violations;
        let here: Vec<(String, String)> = here
            .into_iter()
            .map(|Violation { at, rule }| {
                let whole = at.is_empty();
                let field = if whole {
                    "document".into()
                } else {
                    format!("document: {at}")
                };
                (field, rule)
            })
            .collect();
        let there: Vec<(String, String)> = there
            .into_iter()
            .map(|v| (v.field, v.description))
            .collect();
        assert_eq!(here, there, "{document}");
    }
}

#[test]
fn custom_guards_are_known_to_the_service_alone() {
    let document = "routes: [{guards: [{guard: pii}, {guard: 'custom:flowers'}]}]";
    let engine = Engine::standard().unwrap();
    let refused = LocalPlan::of_policy(engine, document, Circumstances::default()).unwrap_err();
    let places: Vec<&str> = refused.iter().map(|one| &*one.at).collect();
    assert_eq!(places, ["routes[0].guards[1].guard"]);
}
