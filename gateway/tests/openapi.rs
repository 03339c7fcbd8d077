//! The `OpenAPI` document of the real contracts.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{env, fs};

use guardmesh_chassis::policy::Policies;
use guardmesh_gateway::openapi;
use guardmesh_proto::DESCRIPTORS;
use guardmesh_transcoder::Transcoder;
use prost_reflect::DescriptorPool;
use serde_json::{Value, json};

const TAKE_BODIES: [&str; 3] = ["post", "put", "patch"];

fn document() -> Value {
    let policies = Policies::from_descriptors(DESCRIPTORS).unwrap();
    openapi::document(DESCRIPTORS, &policies, "1.2.3").unwrap()
}

fn is_websocket(operation: &Value) -> bool {
    operation["responses"].get("101").is_some()
}

/// Every operation with its HTTP method and path.
fn operations(document: &Value) -> BTreeMap<(String, String), Value> {
    let mut operations = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (verb, operation) in item.as_object().unwrap() {
            operations.insert((verb.clone(), path.clone()), operation.clone());
        }
    }
    operations
}

/// Every `get: "/…"` and the like in the text of the contracts: no descriptor is asked.
fn bindings_as_written(directory: &Path, found: &mut BTreeSet<(String, String)>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            bindings_as_written(&path, found);
            continue;
        }
        for line in fs::read_to_string(&path).unwrap().lines() {
            for verb in ["get", "put", "post", "delete", "patch"] {
                if let Some((_, rest)) = line.split_once(&format!("{verb}: \"/")) {
                    let (template, _) = rest.split_once('"').unwrap();
                    // OpenAPI's variables are names, not the paths of fields.
                    let segments = template.split('/').map(|segment| match segment {
                        variable if variable.starts_with('{') => variable.replace('.', "_"),
                        literal => literal.to_owned(),
                    });
                    let path = segments.collect::<Vec<_>>().join("/");
                    found.insert((verb.to_owned(), format!("/{path}")));
                }
            }
        }
    }
}

fn each_reference(value: &Value, visit: &mut impl FnMut(&str)) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(target) if name == "$ref" => visit(target),
                    _ => each_reference(member, visit),
                }
            }
        }
        Value::Array(elements) => {
            for element in elements {
                each_reference(element, visit);
            }
        }
        _ => {}
    }
}

#[test]
fn every_binding_is_an_operation() {
    let contracts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../proto/guardmesh");
    let mut written = BTreeSet::new();
    bindings_as_written(&contracts, &mut written);
    // What streams both ways is a WebSocket, whose handshake is a GET whatever the contract's verb.
    let described: BTreeSet<_> = operations(&document())
        .into_iter()
        .map(|((verb, path), operation)| {
            let written = if is_websocket(&operation) {
                "post"
            } else {
                &verb
            };
            (written.to_owned(), path)
        })
        .collect();
    assert_eq!(described, written);
    assert!(written.contains(&("post".to_owned(), "/api/v1/guards:check".to_owned())));
}

#[test]
fn every_operation_is_complete() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["info"]["version"], "1.2.3");
    assert_eq!(document["servers"], json!([{"url": "/"}]));
    let tags: BTreeSet<&str> = document["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| {
            assert_ne!(tag["description"], "");
            tag["name"].as_str().unwrap()
        })
        .collect();
    let mut ids = BTreeSet::new();
    for ((verb, path), operation) in operations(&document) {
        let place = format!("{verb} {path}");
        let id = operation["operationId"].as_str().unwrap();
        assert!(ids.insert(id.to_owned()), "{id} is given twice");
        assert_ne!(operation["summary"], "", "{place}");
        assert!(
            tags.contains(operation["tags"][0].as_str().unwrap()),
            "{place}"
        );
        let messages = &operation["x-websocket-messages"];
        let answer = if is_websocket(&operation) {
            &messages["server"]["$ref"]
        } else {
            &operation["responses"]["200"]["content"]
        };
        assert!(!answer.is_null(), "{place}");
        assert!(operation["responses"]["default"].is_object(), "{place}");
        let has_body = operation.get("requestBody").is_some();
        assert_eq!(has_body, TAKE_BODIES.contains(&verb.as_str()), "{place}");
        let in_path: Vec<String> = operation["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|parameter| parameter["in"] == "path")
            .map(|parameter| format!("{{{}}}", parameter["name"].as_str().unwrap()))
            .collect();
        assert_eq!(path.matches('{').count(), in_path.len(), "{place}");
        assert!(in_path.iter().all(|name| path.contains(name)), "{place}");
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_schema_is_used() {
    let document = document();
    let mut targets = BTreeSet::new();
    each_reference(&document, &mut |target| {
        targets.insert(target.to_owned());
    });
    for target in &targets {
        let pointer = target.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{target} dangles");
    }
    let schemas = document["components"]["schemas"].as_object().unwrap();
    assert!(schemas.contains_key("CheckRequest"));
    for name in schemas.keys() {
        let target = format!("#/components/schemas/{name}");
        assert!(targets.contains(&target), "{name} is not used");
    }
}

#[test]
fn access_is_stated() {
    let document = document();
    let operations = operations(&document);
    let operation = |verb: &str, path: &str| &operations[&(verb.to_owned(), path.to_owned())];

    let login = operation("post", "/api/v1/auth/login");
    assert_eq!(login["security"], json!([]));
    assert_eq!(login["responses"].get("403"), None);

    let me = operation("get", "/api/v1/auth/me");
    assert_eq!(me["security"], json!([{"bearerAuth": []}, {"apiKey": []}]));
    assert_eq!(me["description"], "Needs an authenticated user.");
    assert!(me["responses"]["401"].is_object() && me["responses"]["403"].is_object());

    let invoices = operation("get", "/api/v1/invoices");
    assert_eq!(invoices["x-required-permission"], "invoices:read");
    assert_eq!(invoices["security"], me["security"]);
    let schemes = document["components"]["securitySchemes"].as_object();
    let named: BTreeSet<&str> = schemes.unwrap().keys().map(String::as_str).collect();
    assert_eq!(named, BTreeSet::from(["apiKey", "bearerAuth"]));
}

#[test]
fn an_alias_says_so() {
    let document = document();
    let main = &document["paths"]["/api/v1/auth/register"]["post"];
    let alias = &document["paths"]["/api/register"]["post"];
    assert_eq!(main["operationId"], "AuthService_Register");
    assert_eq!(alias["operationId"], "AuthService_Register_3");
    assert_eq!(alias["x-alias-of"], main["operationId"]);
    assert_eq!(main.get("x-alias-of"), None);
    let description = alias["description"].as_str().unwrap();
    assert!(description.starts_with("An alias of `POST /api/v1/auth/register`.\n\n"));
    for same in ["requestBody", "responses", "security", "summary", "tags"] {
        assert_eq!(main[same], alias[same], "{same}");
    }
}

#[test]
fn a_webhook_takes_any_bytes_and_its_headers() {
    let document = document();
    let stripe = &document["paths"]["/webhooks/stripe"]["post"];
    assert_eq!(
        stripe["requestBody"],
        json!({
            "description": "At most 524288 bytes.",
            "content": {"*/*": {"schema": {}}},
            "required": true,
        })
    );
    assert_eq!(
        stripe["parameters"],
        json!([{
            "name": "stripe-signature",
            "in": "header",
            "required": false,
            "schema": {"type": "string"},
        }])
    );
    let openapi = &document["paths"]["/openapi.json"]["get"];
    let content = &openapi["responses"]["200"]["content"];
    assert_eq!(*content, json!({"application/json": {"schema": {}}}));
}

#[test]
fn a_body_that_has_nothing_to_say_may_be_left_out() {
    let document = document();
    for (path, required) in [
        ("guard-policies:deactivate", false),
        ("guard-policies/{policy_id}:activate", false),
        ("guard-policies/{policy_id}:rollback", true),
    ] {
        let operation = &document["paths"][format!("/api/v1/{path}")]["post"];
        assert_eq!(operation["requestBody"]["required"], required, "{path}");
    }
}

#[test]
fn requests_are_closed_and_answers_promise_what_is_always_there() {
    let document = document();
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["CheckRequest"]["additionalProperties"], false);
    assert_eq!(schemas["CheckRequest"].get("required"), None);
    assert_eq!(
        schemas["WebhookEvent"]["required"],
        json!([
            "attempts",
            "deliveries",
            "externalId",
            "id",
            "lastError",
            "source",
            "status",
            "type"
        ])
    );
    assert_eq!(schemas["WebhookEvent"].get("additionalProperties"), None);
    assert_eq!(
        schemas["GuardStatus"],
        json!({
            "type": "string",
            "description": "How a guard's part of a run ended.\n\n\
                - `GUARD_STATUS_UNSPECIFIED`: Not stated.\n\
                - `GUARD_STATUS_OK`: It ran to its end.\n\
                - `GUARD_STATUS_TIMEOUT`: Its deadline passed. The decision is DECISION_REVIEW or \
                  stricter, unless a policy says that the text may pass then.\n\
                - `GUARD_STATUS_ERROR`: It failed, with the same consequences.\n\
                - `GUARD_STATUS_SKIPPED`: It did not run: the guards of an earlier stage had no \
                  doubt.\n\
                - `GUARD_STATUS_CACHED`: It looked at the same text before, and this is what it \
                  said.",
            "enum": [
                "GUARD_STATUS_UNSPECIFIED",
                "GUARD_STATUS_OK",
                "GUARD_STATUS_TIMEOUT",
                "GUARD_STATUS_ERROR",
                "GUARD_STATUS_SKIPPED",
                "GUARD_STATUS_CACHED",
            ],
        })
    );
}

#[test]
fn failures_are_problems() {
    let document = document();
    let responses = document["components"]["responses"].as_object().unwrap();
    for (name, response) in responses {
        assert_eq!(
            response["content"],
            json!({"application/problem+json": {
                "schema": {"$ref": "#/components/schemas/Problem"},
            }}),
            "{name}"
        );
    }
    let properties = document["components"]["schemas"]["Problem"]["properties"].as_object();
    let names: Vec<&String> = properties.unwrap().keys().collect();
    assert_eq!(
        names,
        [
            "code",
            "detail",
            "reason",
            "requestId",
            "status",
            "title",
            "type",
            "violations"
        ]
    );
}

#[test]
fn one_operation_written_out() {
    let problem = |name: &str| json!({"$ref": format!("#/components/responses/{name}")});
    let document = document();
    let operation = &document["paths"]["/api/v1/webhook-events/{event_id}"]["get"];
    assert_eq!(
        *operation,
        json!({
            "operationId": "WebhooksService_GetWebhookEvent",
            "tags": ["WebhooksService"],
            "summary": "One received event",
            "description": "Needs the permission `webhooks:read`.",
            "security": [{"bearerAuth": []}, {"apiKey": []}],
            "x-required-permission": "webhooks:read",
            "parameters": [{
                "name": "event_id",
                "in": "path",
                "required": true,
                "description": "`evt_…`, given by Guardmesh.",
                "schema": {"type": "string"},
            }],
            "responses": {
                "200": {
                    "description": "The event.",
                    "content": {"application/json": {
                        "schema": {"$ref": "#/components/schemas/WebhookEvent"},
                    }},
                },
                "400": problem("BadRequest"),
                "401": problem("Unauthenticated"),
                "403": problem("Forbidden"),
                "404": problem("NotFound"),
                "421": problem("MisdirectedRequest"),
                "429": problem("TooManyRequests"),
                "431": problem("HeadersTooLarge"),
                "500": problem("Internal"),
                "503": problem("Unavailable"),
                "504": problem("GatewayTimeout"),
                "default": problem("Other"),
            },
        })
    );
}

#[test]
fn a_body_can_fail_in_more_ways() {
    let document = document();
    let operations = operations(&document);
    for ((verb, path), operation) in &operations {
        let has_body = operation.get("requestBody").is_some();
        for status in ["408", "413", "415"] {
            let declared = operation["responses"].get(status).is_some();
            assert_eq!(declared, has_body, "{verb} {path} {status}");
        }
    }
}

#[test]
fn what_may_be_kept_has_a_tag() {
    let document = document();
    let mut kept = BTreeSet::new();
    for ((_, path), operation) in operations(&document) {
        if operation["responses"].get("304").is_some() {
            let tag = &operation["responses"]["200"]["headers"]["ETag"];
            assert!(tag.is_object(), "{path}");
            kept.insert(path);
        }
    }
    let expected = ["/.well-known/jwks.json", "/docs", "/openapi.json"];
    assert_eq!(kept, expected.map(str::to_owned).into());
}

#[test]
fn what_is_not_serving_says_so_with_503() {
    let document = document();
    for path in ["/health", "/health/ready"] {
        let responses = &document["paths"][path]["get"]["responses"];
        assert!(responses["200"]["content"]["application/json"].is_object());
        assert_eq!(responses["503"], responses["200"], "{path}");
    }
}

/// Examples are read by the transcoder as requests are.
#[test]
fn every_example_fits_its_field() {
    let options = guardmesh_transcoder::Options::default();
    let transcoder = Transcoder::from_descriptor_set(DESCRIPTORS, options).unwrap();
    let pool = DescriptorPool::decode(DESCRIPTORS).unwrap();
    let document = document();
    let mut tried = BTreeSet::new();
    for message in pool.all_messages() {
        let schema = &document["components"]["schemas"][message.name()];
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            for example in field["examples"].as_array().into_iter().flatten() {
                let json = json!({name: example}).to_string();
                let wire = transcoder.json_to_wire(message.full_name(), json.as_bytes());
                let wire = wire.unwrap();
                assert!(wire.is_ok(), "{}: {json}: {wire:?}", message.full_name());
                tried.insert(format!("{}.{name}", message.name()));
            }
        }
    }
    for field in [
        "LoginRequest.email",
        "CheckRequest.channel",
        "GuardResult.latency",
    ] {
        assert!(tried.contains(field), "{field} has no example");
    }
}

#[test]
fn a_parameter_has_the_example_of_its_field() {
    let document = document();
    let run = &document["paths"]["/api/v1/guard-runs/{run_id}"]["get"]["parameters"][0];
    assert!(run["example"].as_str().unwrap().starts_with("run_"));
    assert_eq!(run["description"], "`run_…`");
}

#[test]
fn the_same_contracts_give_the_same_text() {
    let text = || serde_json::to_string(&document()).unwrap();
    assert_eq!(text(), text());
}
