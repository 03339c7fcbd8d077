//! Guards with parameters: what the list says of them, what a check takes, what it refuses.

use std::collections::HashMap;

use guardmesh_proto::guardmesh::guards::v1::{
    CheckRequest, Decision, GuardCost, ListGuardsRequest,
};
use prost_types::value::Kind;
use prost_types::{ListValue, Struct, Value};

use crate::app::{App, LIST_GUARDS, invalid_fields, member, text};

fn value(kind: Kind) -> Value {
    Value { kind: Some(kind) }
}

fn words(words: &[&str]) -> Value {
    let values = words
        .iter()
        .map(|&word| value(Kind::StringValue(word.to_owned())));
    value(Kind::ListValue(ListValue {
        values: values.collect(),
    }))
}

fn request(content: &str, guards: &[&str], of: &str, parameters: &[(&str, Value)]) -> CheckRequest {
    let fields = parameters
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()));
    CheckRequest {
        guards: guards.iter().map(|&id| id.to_owned()).collect(),
        parameters: HashMap::from([(
            of.to_owned(),
            Struct {
                fields: fields.collect(),
            },
        )]),
        ..text(content)
    }
}

#[tokio::test]
async fn a_guard_says_which_parameters_it_takes() {
    let app = App::start().await;
    let listed = app.signed(ListGuardsRequest {}, LIST_GUARDS, &member());
    let guards = app
        .client()
        .list_guards(listed)
        .await
        .unwrap()
        .into_inner()
        .guards;
    let guard = |id: &str| guards.iter().find(|guard| guard.id == id).unwrap();
    assert!(guard("secrets").runs_by_default && !guard("keywords").runs_by_default);
    assert_eq!(guard("keywords").cost(), GuardCost::Cheap);
    let schema = guard("keywords").parameters_schema.clone().unwrap();
    let Some(Kind::StructValue(properties)) = schema.fields["properties"].kind.clone() else {
        panic!("{schema:?}");
    };
    let Some(Kind::StructValue(ban)) = properties.fields["ban"].kind.clone() else {
        panic!("{properties:?}");
    };
    assert_eq!(
        ban.fields["type"],
        value(Kind::StringValue("array".to_owned()))
    );
    assert_eq!(ban.fields["maxItems"], value(Kind::NumberValue(1000.0)));
}

#[tokio::test]
async fn a_check_takes_parameters_and_keeps_them_to_itself() {
    let app = App::start().await;
    let caller = member();
    let parameters = [
        ("ban", words(&["zebra"])),
        ("whole_words", value(Kind::BoolValue(false))),
    ];
    let asked = request("two Zebras", &["keywords"], "keywords", &parameters);
    let answer = app.check(&caller, asked).await.unwrap();
    assert_eq!(answer.decision(), Decision::Block);
    assert_eq!(answer.sanitized_content, "two [REDACTED:banned_word]s");
    let without = CheckRequest {
        guards: vec!["keywords".to_owned()],
        ..text("two Zebras")
    };
    let answer = app.check(&caller, without).await.unwrap();
    assert_eq!(answer.decision(), Decision::Allow);
}

#[tokio::test]
async fn wrong_parameters_are_named() {
    let app = App::start().await;
    let nested = value(Kind::StructValue(Struct::default()));
    for (guards, of, parameters, field) in [
        (
            &["regex"][..],
            "regex",
            ("patterns", words(&["a", "("])),
            "parameters.regex.patterns[1]",
        ),
        (
            &["regex"],
            "regex",
            ("patterns", nested),
            "parameters.regex.patterns",
        ),
        (
            &["regex"],
            "regex",
            ("pattern", words(&["a"])),
            "parameters.regex.pattern",
        ),
        (
            &["pii"],
            "regex",
            ("patterns", words(&["a"])),
            "parameters.regex",
        ),
        (
            &[],
            "keywords",
            ("ban", words(&["a"])),
            "parameters.keywords",
        ),
        (
            &["token_limit"],
            "token_limit",
            ("most", value(Kind::NumberValue(f64::NAN))),
            "parameters.token_limit.most",
        ),
    ] {
        let asked = request("text", guards, of, &[parameters]);
        let status = app.check(&member(), asked).await.unwrap_err();
        assert_eq!(invalid_fields(&status), [field]);
    }
}
