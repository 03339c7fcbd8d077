//! `guardmesh check --format sarif`: the shape that the schema of SARIF 2.1.0 and code hosts require.

use serde_json::{Value, json};

use crate::tree::Tree;

const TOKEN: &str = "ghp_0123456789abcdefghijABCDEFGHIJ012345";

/// The one run of a document, after what every document must have.
fn run(document: &Value) -> &Value {
    assert_eq!(document["version"], "2.1.0");
    assert!(
        document["$schema"]
            .as_str()
            .unwrap()
            .ends_with("sarif-2.1.0.json")
    );
    assert_eq!(document["runs"].as_array().unwrap().len(), 1);
    let run = &document["runs"][0];
    assert_eq!(run["columnKind"], "utf16CodeUnits");
    assert_eq!(run["tool"]["driver"]["name"], "guardmesh");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for rule in rules {
        for text in [
            "/id",
            "/shortDescription/text",
            "/fullDescription/text",
            "/help/text",
        ] {
            let text = rule.pointer(text).and_then(Value::as_str);
            assert!(text.is_some_and(|text| !text.is_empty()), "{rule}");
        }
        let severity = rule["properties"]["security-severity"].as_str().unwrap();
        assert!((0.0..=10.0).contains(&severity.parse::<f64>().unwrap()));
    }
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()));
        assert!(result["message"]["text"].is_string());
        assert_eq!(result["partialFingerprints"].as_object().unwrap().len(), 1);
    }
    run
}

#[test]
fn results_have_rules_places_and_no_values() {
    let text = format!("\u{1f600} ada@example.org\r\n\ntoken = \"{TOKEN}\"\nbob@example.org\n");
    let tree = Tree::repository(&[("src/a b.txt", &text), ("image", "\0")]);
    let said = tree.check_in(
        "src",
        &["..", "--format", "sarif", "--guards", "pii,secrets"],
        b"",
    );
    assert_eq!(said.code, 1, "{}", said.stderr);
    for value in ["ada@", "bob@", TOKEN, &TOKEN[4..]] {
        assert!(!said.stdout.contains(value), "{value}");
    }
    let document = said.json();
    let run = run(&document);
    let results = run["results"].as_array().unwrap();
    let facts: Vec<Value> = results
        .iter()
        .map(|result| {
            let place = &result["locations"][0]["physicalLocation"];
            assert_eq!(
                place["artifactLocation"],
                json!({"uri": "src/a%20b.txt", "uriBaseId": "%SRCROOT%"})
            );
            let region = &place["region"];
            json!([
                result["ruleId"],
                result["level"],
                region["startLine"],
                region["startColumn"],
                region["endLine"],
                region["endColumn"],
            ])
        })
        .collect();
    let token = 10 + TOKEN.len();
    assert_eq!(
        facts,
        [
            json!(["pii/email", "warning", 1, 4, 1, 19]),
            json!(["secrets/github_personal_token", "error", 3, 10, 3, token]),
            json!(["pii/email", "warning", 4, 1, 4, 16]),
        ]
    );
    assert_eq!(run["tool"]["driver"]["rules"].as_array().unwrap().len(), 2);
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    assert_eq!(run["invocations"][0]["exitCode"], 1);
}

#[test]
fn fingerprints_stay_when_lines_move() {
    let fingerprints = |text: &str| {
        let tree = Tree::new(&[("a.txt", text)]);
        let document = tree.check(&["a.txt", "--format", "sarif"]).json();
        let results = run(&document)["results"].as_array().unwrap().iter();
        results
            .map(|result| result["partialFingerprints"].clone())
            .collect::<Vec<_>>()
    };
    let before = fingerprints("ada@example.org\nbob@example.org ada@example.org\n");
    assert_eq!(before.len(), 3);
    assert_eq!(
        fingerprints("x\n\n  ada@example.org bob@example.org\r\n\nada@example.org"),
        before
    );
    let other = fingerprints("eve@example.org\nbob@example.org ada@example.org\n");
    assert_eq!(other[1], before[1]);
    assert_ne!(other[0], before[0]);
}

#[test]
fn documents_are_whole_without_findings_and_with_failures() {
    let tree = Tree::new(&[("clean.txt", "clean\n")]);
    let clean = tree.check(&["clean.txt", "--format", "sarif"]);
    assert_eq!(clean.code, 0);
    assert_eq!(run(&clean.json())["results"], json!([]));

    let failed = tree.check(&["clean.txt", "no thing", "--format", "sarif"]);
    assert_eq!(failed.code, 2);
    let document = failed.json();
    let invocation = &run(&document)["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let note = &invocation["toolExecutionNotifications"][0];
    assert_eq!(note["level"], "error");
    assert!(
        note["message"]["text"]
            .as_str()
            .unwrap()
            .contains("No such file")
    );
}
