//! Texts and patterns that are meant to take long: each is refused, or answered by a verdict.

use guardmesh_chassis::id::OrganizationId;
use guardmesh_proto::guardmesh::guards::v1::{
    CheckRequest, CreateCustomGuardRequest, CustomGuardKind, Decision, GuardStatus,
};
use tonic::Code;

use crate::app::{App, invalid_fields, member, member_of, text};
use crate::custom_guards::{editor, texts};

const MIB: usize = 1024 * 1024;

fn pattern(name: &str, pattern: &str) -> CreateCustomGuardRequest {
    CreateCustomGuardRequest {
        name: name.to_owned(),
        description: String::new(),
        kind: CustomGuardKind::Regex.into(),
        parameters: Some(texts("patterns", &[pattern])),
        remote: None,
    }
}

#[tokio::test]
async fn patterns_that_other_engines_take_for_ever_over_are_answered() {
    let app = App::start().await;
    let organization = OrganizationId::generate();
    let (editor, member) = (editor(organization), member_of(organization));
    let names = ["nested", "either", "twice", "far"];
    let patterns = ["(a+)+$", "(a|a)*c", "(a*)*b", "a.{0,200}b"];
    for (name, one) in names.iter().zip(patterns) {
        app.create(&editor, pattern(name, one)).await.unwrap();
    }
    let request = CheckRequest {
        guards: names.map(|name| format!("custom:{name}")).to_vec(),
        ..text(format!("{}!", "a".repeat(64 * 1024)))
    };
    let answer = app.check(&member, request).await.unwrap();
    for result in &answer.guard_results {
        assert_eq!(result.status(), GuardStatus::Ok, "{result:?}");
        assert_eq!(result.finding_count, 0, "{result:?}");
    }

    // One that would fill the memory is refused before it runs.
    for large in ["(((a{1000}){1000}){1000})", "(\\w{1000}){1000}"] {
        let status = app
            .create(&editor, pattern("large", large))
            .await
            .unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument, "{status:?}");
        assert_eq!(invalid_fields(&status), ["parameters.patterns[0]"]);
    }
}

#[tokio::test]
async fn megabytes_of_one_character_are_refused_or_answered() {
    let app = App::start().await;
    let (caller, other) = (member(), member());
    for (bytes, code) in [
        (MIB + 1, Code::InvalidArgument),
        // More than a message may have.
        (10 * MIB, Code::OutOfRange),
    ] {
        let status = app
            .check(&caller, text("a".repeat(bytes)))
            .await
            .unwrap_err();
        assert_eq!(status.code(), code, "{status:?}");
    }
    // The largest one there may be, beside one of another organisation.
    let (large, small) = tokio::join!(
        app.check(&caller, text("a".repeat(MIB))),
        app.check(&other, text("harmless")),
    );
    assert_eq!(small.unwrap().decision(), Decision::Allow);
    for result in large.unwrap().guard_results {
        let ended = [GuardStatus::Ok, GuardStatus::Timeout, GuardStatus::Skipped];
        assert!(ended.contains(&result.status()), "{result:?}");
    }
    assert_eq!(app.list(&caller, 0, "").await.unwrap().guard_runs.len(), 1);
}
