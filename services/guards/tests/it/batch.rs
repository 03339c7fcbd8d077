//! Many checks in one call.

use guardmesh_chassis::caller::Caller;
use guardmesh_proto::guardmesh::guards::v1::batch_check_result::Outcome;
use guardmesh_proto::guardmesh::guards::v1::{
    BatchCheckRequest, CheckError, CheckRequest, CheckResponse, Decision,
};
use tonic::{Code, Response, Status};

use crate::app::{App, invalid_fields, member, text};
use crate::vault::anonymized;

const BATCH_CHECK: &str = "/guardmesh.guards.v1.GuardsService/BatchCheck";

impl App {
    async fn batch(
        &self,
        caller: &Caller,
        checks: Vec<CheckRequest>,
    ) -> Result<Vec<Result<CheckResponse, CheckError>>, Status> {
        let request = self.signed(BatchCheckRequest { checks }, BATCH_CHECK, caller);
        let client = self.client().max_decoding_message_size(32 * 1024 * 1024);
        let answer = { client }
            .batch_check(request)
            .await
            .map(Response::into_inner)?;
        let results = answer.results.into_iter();
        let results = results.map(|result| match result.outcome.unwrap() {
            Outcome::Response(response) => Ok(response),
            Outcome::Error(error) => Err(error),
        });
        Ok(results.collect())
    }
}

/// A check by one guard.
fn pii(content: &str) -> CheckRequest {
    CheckRequest {
        guards: vec!["pii".to_owned()],
        ..text(content)
    }
}

#[tokio::test]
async fn checks_are_answered_in_their_order_and_recorded() {
    let app = App::start().await;
    let caller = member();
    let checks = (0..250).map(|i| match i % 2 {
        0 => pii(&format!("text {i}")),
        _ => pii(&format!("text {i} of user{i}@example.org")),
    });
    let results = app.batch(&caller, checks.collect()).await.unwrap();
    assert_eq!(results.len(), 250);
    for (index, result) in results.iter().enumerate() {
        let answer = result.as_ref().unwrap();
        let (decision, sanitized) = match index % 2 {
            0 => (Decision::Allow, format!("text {index}")),
            _ => (
                Decision::Redact,
                format!("text {index} of [REDACTED:email]"),
            ),
        };
        assert_eq!(answer.decision(), decision, "{index}");
        assert_eq!(answer.sanitized_content, sanitized);
    }
    for index in [0, 99, 100, 249] {
        let answer = results[index].as_ref().unwrap();
        let run = app.get(&caller, &answer.run_id).await.unwrap();
        assert_eq!(run.findings, answer.findings, "{index}");
        assert_eq!(run.guard_results, answer.guard_results);
    }
    let mut token = String::new();
    let mut listed = 0;
    loop {
        let page = app.list(&caller, 100, &token).await.unwrap();
        listed += page.guard_runs.len();
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(listed, 250);
}

#[tokio::test]
async fn a_check_that_is_refused_takes_no_other_with_it() {
    let app = App::start().await;
    let caller = member();
    let unknown = CheckRequest {
        guards: vec!["nonsense".to_owned()],
        ..text("x")
    };
    let checks = vec![
        pii("ada@example.org"),
        pii(""),
        unknown.clone(),
        pii(&"x".repeat(1024 * 1024 + 1)),
        anonymized("no scope", "ada@example.org"),
        anonymized("chat", "ada@example.org"),
        pii("harmless"),
    ];
    let results = app.batch(&caller, checks).await.unwrap();
    let done: Vec<bool> = results.iter().map(Result::is_ok).collect();
    assert_eq!(done, [true, false, false, false, false, true, true]);
    let fields = results.iter().filter_map(|result| result.as_ref().err());
    let fields: Vec<_> = fields
        .map(|error| {
            assert_eq!(error.code, i32::from(Code::InvalidArgument));
            assert_eq!(error.reason, "INVALID_FIELD");
            error.violations[0].field.clone()
        })
        .collect();
    assert_eq!(
        fields,
        ["content", "guards[0]", "content", "anonymization.scope"]
    );
    // What Check says of the same.
    let alone = app.check(&caller, unknown).await.unwrap_err();
    let error = results[2].as_ref().unwrap_err();
    assert_eq!(error.message, alone.message());
    assert!(
        results[5]
            .as_ref()
            .unwrap()
            .sanitized_content
            .starts_with("[EMAIL_")
    );
    let runs = app.list(&caller, 100, "").await.unwrap().guard_runs;
    assert_eq!(runs.len(), 3, "what was refused leaves no run");
}

#[tokio::test]
async fn findings_are_answered_in_part_and_kept_in_full() {
    let app = App::start().await;
    let caller = member();
    let checks = vec![pii(&"ada@example.org ".repeat(60))];
    let results = app.batch(&caller, checks).await.unwrap();
    let answer = results[0].as_ref().unwrap();
    assert_eq!(answer.findings.len(), 50);
    assert_eq!(answer.guard_results[0].finding_count, 60);
    assert!(!answer.sanitized_content.contains('@'));
    let run = app.get(&caller, &answer.run_id).await.unwrap();
    assert_eq!(run.findings.len(), 60);
}

#[tokio::test]
async fn a_batch_has_bounds() {
    let app = App::start().await;
    let caller = member();
    let half = "x".repeat(512 * 1024);
    for checks in [
        Vec::new(),
        vec![pii("x"); 1001],
        vec![pii(&half), pii(&half), pii(&half), pii(&half), pii("x")],
    ] {
        let status = app.batch(&caller, checks).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument);
        assert_eq!(invalid_fields(&status), ["checks"]);
    }
    // Not one more than it may have: the empty ones are refused one by one.
    let mut checks = vec![pii(""); 1000];
    checks[0] = pii("ada@example.org");
    let results = app.batch(&caller, checks).await.unwrap();
    assert_eq!(results.len(), 1000);
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
}
