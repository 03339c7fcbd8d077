//! Cases of the JSON Schema guard: where a text breaks its schema, and which schemas are refused.

use guardmesh_guard_engine::Guard;
use serde_json::{Value, json};

use crate::cases::{assert_clean, assert_found, configured, refused};

fn guard(schema: &Value) -> Guard {
    configured("json_schema", &json!({ "schema": schema }))
}

fn order() -> Guard {
    guard(&json!({
        "type": "object",
        "properties": {
            "id": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]+$"},
            "total": {"type": "number", "minimum": 0},
            "lines": {"type": "array", "maxItems": 3.0, "items": {"$ref": "#/$defs/line"}},
        },
        "required": ["id"],
        "additionalProperties": false,
        "$defs": {"line": {"type": "object", "required": ["sku"],
                           "properties": {"count": {"type": "integer"}}}},
    }))
}

#[test]
fn what_breaks_the_schema_is_found_where_it_stands() {
    assert_found(
        &order(),
        &[
            ("schema_violation", r#"{"id": «"ab-1"»}"#),
            ("schema_violation", r#"{"id": "AB-1", "total": «-0.5»}"#),
            ("schema_violation", r#"«{"total": 5}»"#),
            ("schema_violation", r#"«{"id": "AB-1", "note": "x"}»"#),
            (
                "schema_violation",
                r#"{"id": "AB-1", "lines": [{"sku": 1}, «{"count": 1}»]}"#,
            ),
            (
                "schema_violation",
                r#"{"lines": [{"sku": 1, "count": «"many é"»}], "id": "AB-1"}"#,
            ),
            (
                "schema_violation",
                r#"{"id": "AB-1", "lines": «[[],[],[],[]]»}"#,
            ),
            ("schema_violation", r#" «["AB-1"]» "#),
            ("not_json", "«Sure! Here you are: {\"id\": \"AB-1\"}»"),
            ("not_json", "{\"id\": \"AB-1\"}\n«Anything else?»"),
            ("not_json", "{\"id\": \n\"AB-1\", «}»"),
            ("not_json", "«{\"id\": \"AB-1\"»"),
            ("not_json", "{«'id': 'AB-1'}»"),
            ("not_json", "«```json\n{\"id\": \"AB-1\"}\n```»"),
            ("not_json", "« \n»"),
        ],
    );
    assert_clean(
        &order(),
        &[
            r#"{"id": "AB-1"}"#,
            "\n{\"id\": \"ZZ-99\", \"total\": 0, \"lines\": [{\"sku\": null, \"count\": 2.0}]}\n",
            "",
        ],
    );
}

#[test]
fn nothing_is_asked_without_a_schema_and_only_json_by_an_empty_one() {
    assert_clean(&configured("json_schema", &json!({})), &["no JSON", "{}"]);
    let any = guard(&json!({}));
    assert_found(&any, &[("not_json", "n«o JSON»"), ("not_json", "{}«,»")]);
    assert_clean(&any, &["{}", "1e3", "\"\\ud83d\\ude00\"", "[[[[]]]]"]);
}

#[test]
fn a_fence_is_taken_off_where_that_is_asked_for() {
    let fenced = configured(
        "json_schema",
        &json!({"schema": {"type": "object", "properties": {"a": {"type": "null"}}}, "fenced": true}),
    );
    assert_clean(
        &fenced,
        &[
            "{\"a\": null}",
            "```json\n{\"a\": null}\n```",
            " ~~~\n{}~~~\n",
            "```JSON5 \n{}\n```",
        ],
    );
    assert_found(
        &fenced,
        &[
            ("schema_violation", "```json\n{\"a\": «1»}\n```"),
            ("schema_violation", "```\n«[]»\n```"),
            ("not_json", "«```python\n{}\n```»"),
            ("not_json", "«Here: ```json\n{}\n```»"),
            ("not_json", "«```json {}```»"),
            ("not_json", "«```»"),
        ],
    );
}

#[test]
fn previews_say_rule_and_place_but_no_name_that_the_schema_does_not_know() {
    let schema = json!({"properties": {"people": {"additionalProperties": {"type": "integer"}},
                                       "a/b": {"items": {"const": 7}}}});
    let previews = |text: &str| -> Vec<String> {
        let found = guard(&schema).scan(text);
        found
            .into_iter()
            .map(|finding| finding.preview.to_string())
            .collect()
    };
    assert_eq!(
        previews(r#"{"people": {"ada@host.test": "hunter2"}, "a/b": [7, 8]}"#),
        ["type at /people/*", "const at /a~1b/1"]
    );
    assert_eq!(previews("{\"people\": oops}"), ["no JSON at 1:12"]);
}

#[test]
fn what_lies_in_something_wrong_is_told_as_well() {
    let schema = json!({"required": ["x"], "properties": {"a": {"required": ["y"],
                        "properties": {"b": {"type": "null"}}}}});
    let text = r#"{"a": {"b": 1}}"#;
    let found = guard(&schema).scan(text);
    let places: Vec<_> = found
        .iter()
        .map(|f| &text[f.span.start..f.span.end])
        .collect();
    assert_eq!(places, [text, r#"{"b": 1}"#, "1"]);
}

#[test]
fn size_and_depth_are_bounded() {
    let small = json!({"schema": {}, "most_bytes": 10, "most_depth": 2});
    let small = configured("json_schema", &small);
    assert_found(
        &small,
        &[
            ("json_too_large", "«[[[]]]»"),
            ("json_too_large", "«\"aaaaaaaaaaaaa\"»"),
        ],
    );
    assert_clean(&small, &["[[1], [2]]", "\"[[[[[[\""]);
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_found(&guard(&json!({})), &[("json_too_large", &deep)]);
    let wide = guard(&json!({"items": {"allOf": vec![json!({"type": "null"}); 1_000]}}));
    let many = format!("[{}1]", "1,".repeat(30_000));
    assert_found(&wide, &[("json_too_large", &many)]);
    let some = format!("[{}1]", "1,".repeat(1_000));
    assert_eq!(wide.scan(&some).len(), 1);
}

/// A schema whose branches are all alike: every one must be tried.
fn branching() -> Value {
    let branch = json!({"type": "object", "properties": {"left": {"$ref": "#/$defs/node"}}, "required": ["left"]});
    let mut branches = vec![branch; 8];
    branches.push(json!({"type": "null"}));
    json!({"$ref": "#/$defs/node", "$defs": {"node": {"anyOf": branches}}})
}

#[test]
fn a_schema_that_refers_to_itself_takes_no_longer_for_its_branches() {
    let guard = guard(&branching());
    let nested = |inner: &str| format!("{}{inner}{}", "{\"left\":".repeat(60), "}".repeat(60));
    assert_clean(&guard, &[&nested("null")]);
    assert_found(&guard, &[("schema_violation", &nested("1"))]);
}

#[test]
fn the_deepest_texts_fit_a_small_stack() {
    let mut node = json!({"items": {"$ref": "#/$defs/node"}});
    for _ in 0..5 {
        node = json!({"allOf": [{"anyOf": [node]}]});
    }
    let schema = json!({"$ref": "#/$defs/node", "$defs": {"node": node}});
    let guard = configured("json_schema", &json!({"schema": schema, "most_depth": 100}));
    // Each level is more than ten steps through the schema.
    let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let check = move || {
        assert_clean(&guard, &[&nested(80)]);
        assert_found(&guard, &[("json_too_large", &nested(100))]);
    };
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(check);
    thread.expect("a thread").join().expect("no overflow");
}

#[test]
fn schemas_that_cannot_be_bounded_are_refused() {
    let wrong = |schema: Value| refused("json_schema", &json!({ "schema": schema }));
    let twice = |name: &str| {
        let reference = json!({"$ref": format!("#/$defs/{name}")});
        json!({"allOf": [reference, reference]})
    };
    let mut doubling = json!({"$defs": {"a20": {}}, "$ref": "#/$defs/a0"});
    for level in 0..20 {
        doubling["$defs"][format!("a{level}")] = twice(&format!("a{}", level + 1));
    }
    let deep = |inner: Value| (0..24).fold(inner, |inner, _| json!({"not": inner}));
    let chained = |last: Value| {
        json!({"$ref": "#/$defs/a", "$defs": {"a": deep(json!({"$ref": "#/$defs/b"})),
               "b": deep(json!({"$ref": "#/$defs/c"})), "c": last}})
    };
    assert!(guard(&chained(json!({}))).scan("1").is_empty());
    let patterns = |count: usize| {
        let named = |number| (format!("^x{number}"), json!({}));
        let names: serde_json::Map<_, _> = (0..count).map(named).collect();
        json!({"patternProperties": names, "items": {"pattern": "^x0"}})
    };
    assert!(guard(&patterns(64)).scan("1").is_empty());
    for (schema, rule) in [
        (
            patterns(65),
            "schema must have at most 64 different patterns",
        ),
        (
            json!({"pattern": "\\p{L}{6}"}),
            "schema/pattern is not right",
        ),
        (doubling, "schema has too many parts"),
        (chained(deep(json!({}))), "schema has too many parts"),
        (
            json!({"$ref": "https://host.test/s.json"}),
            "schema must refer to places within it",
        ),
        (
            json!({"$ref": "#/$defs/none"}),
            "schema must refer to places within it",
        ),
        (
            json!({"$ref": "#"}),
            "schema must not refer to itself for the same value",
        ),
        (
            json!({"$defs": {"a": {"not": {"$ref": "#/$defs/a"}}}, "$ref": "#/$defs/a"}),
            "schema must not refer to itself for the same value",
        ),
        (
            json!({"$dynamicRef": "#a"}),
            "schema must not have dynamic references",
        ),
        (
            json!({"items": {"$id": "x"}}),
            "schema must not have parts with ids",
        ),
        (json!({"type": "strnig"}), "schema/type is not right"),
        (json!({"pattern": "(?=a)b"}), "schema/pattern is not right"),
        (
            json!({"pattern": "(((a{9}){99}){99}){9}"}),
            "schema/pattern is not right",
        ),
        (json!({"$schema": "https://host.test/meta"}), "schema"),
        (json!([]), "schema must be an object"),
    ] {
        let message = wrong(schema.clone());
        assert!(message.starts_with(rule), "{message} for {schema}");
    }
}

#[test]
fn older_drafts_and_fractions_without_a_rest_are_understood() {
    let older = guard(
        &json!({"$schema": "http://json-schema.org/draft-07/schema#",
        "definitions": {"a": {"minLength": 3.0}},
        "dependencies": {"x": ["y"], "z": {"required": ["y"]}},
        "properties": {"y": {"$ref": "#/definitions/a"}},
        "items": [{"type": "null"}], "additionalItems": false}),
    );
    assert_clean(&older, &[r#"{"x": 1, "y": "abc"}"#, "[null]"]);
    assert_found(
        &older,
        &[
            ("schema_violation", r#"{"y": «"ab"»}"#),
            ("schema_violation", "«{\"x\": 1}»"),
            ("schema_violation", "«[null, 1]»"),
            ("schema_violation", "[«1»]"),
        ],
    );
}
