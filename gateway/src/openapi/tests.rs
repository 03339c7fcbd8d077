//! The generator over contracts made up to use every form (`tests/things.proto`).

use std::path::PathBuf;

use guardmesh_chassis::policy::Policies;
use protox::file::{
    ChainFileResolver, File, FileResolver, GoogleFileResolver, IncludeFileResolver,
};
use serde_json::{Value, json};

use super::{OpenApiError, document};

mod streams;

const THINGS: &str = include_str!("tests/things.proto");

/// One file given as text.
struct Source(String);

impl FileResolver for Source {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        match name {
            "things.proto" => File::from_source(name, &self.0),
            _ => Err(protox::Error::file_not_found(name)),
        }
    }
}

fn generate(source: &str) -> Result<Value, OpenApiError> {
    let contracts = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../proto");
    let mut resolver = ChainFileResolver::new();
    resolver.add(Source(source.to_owned()));
    resolver.add(IncludeFileResolver::new(contracts));
    resolver.add(GoogleFileResolver::new());
    let mut compiler = protox::Compiler::with_file_resolver(resolver);
    compiler.include_source_info(true).include_imports(true);
    compiler.open_file("things.proto").unwrap();
    let descriptors = compiler.encode_file_descriptor_set();
    let policies = Policies::from_descriptors(&descriptors).unwrap();
    document(&descriptors, &policies, "1.2.3")
}

fn things() -> Value {
    generate(THINGS).unwrap()
}

fn reference(schema: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{schema}")})
}

#[test]
fn fields_have_their_protobuf_json_types() {
    let document = things();
    let thing = &document["components"]["schemas"]["Thing"];
    let mut within = reference("Thing");
    within["deprecated"] = true.into();
    assert_eq!(
        thing["properties"],
        json!({
            "id": {"type": "string"},
            "raw": {"type": "string", "contentEncoding": "base64"},
            "big": {"type": "string", "format": "uint64", "pattern": "^[0-9]+$"},
            "small": {"type": "integer", "format": "uint32", "minimum": 0, "maximum": 4_294_967_295_u32},
            "ratio": {"type": "number", "format": "double"},
            "time": {"type": "string", "format": "date-time"},
            "age": {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]{1,9})?s$"},
            "structure": {"type": "object"},
            "value": {},
            "list": {"type": "array", "items": {}},
            "any": {
                "type": "object",
                "properties": {"@type": {"type": "string"}},
                "required": ["@type"],
            },
            "maybe": {"type": ["string", "null"], "format": "int64", "pattern": "^-?[0-9]+$"},
            "nothing": {"type": "null"},
            "parts": {"type": "object", "additionalProperties": reference("things.v1.Left.Part")},
            "moreParts": {"type": "array", "items": reference("things.v1.Right.Part")},
            "wood": {"type": "string"},
            "stone": {"type": "boolean"},
            "within": within,
        })
    );
    assert_eq!(
        thing["description"],
        "A thing.\n\nAt most one of `wood`, `stone` is set."
    );
}

#[test]
fn a_type_that_goes_both_ways_promises_nothing() {
    let document = things();
    let schemas = &document["components"]["schemas"];
    for both in ["Thing", "things.v1.Right.Part"] {
        assert_eq!(schemas[both].get("required"), None, "{both}");
        assert_eq!(schemas[both].get("additionalProperties"), None, "{both}");
    }
    assert_eq!(schemas["things.v1.Problem"]["required"], json!(["text"]));
    assert_eq!(schemas["Filter"]["additionalProperties"], json!(false));
    assert_eq!(schemas["Filter"].get("required"), None);
}

#[test]
fn our_own_schema_names_are_reserved() {
    let document = things();
    let answer = &document["paths"]["/v1/problems"]["get"]["responses"]["200"];
    assert_eq!(
        *answer,
        json!({
            "description": "All of them.",
            "content": {"application/json": {
                "schema": {"type": "array", "items": reference("things.v1.Problem")},
            }},
        })
    );
    assert!(document["components"]["schemas"]["Problem"]["properties"]["requestId"].is_object());
}

#[test]
fn a_body_field_leaves_the_rest_to_path_and_query() {
    let document = things();
    let create = &document["paths"]["/v1/shelves/{parent}/things"]["post"];
    assert_eq!(
        create["parameters"],
        json!([
            {
                "name": "parent",
                "in": "path",
                "required": true,
                "schema": {"type": "string"},
                "description": "The shelf.\n\nA part of `parent`, which has the form `shelves/*`.",
            },
            {"name": "dryRun", "in": "query", "required": false, "schema": {"type": "boolean"}},
        ])
    );
    assert_eq!(
        create["requestBody"],
        json!({
            "content": {"application/json": {"schema": reference("Thing")}},
            "required": true,
        })
    );
    assert_eq!(create["summary"], "Creates a thing");
    assert_eq!(
        create["description"],
        "It stands\non a shelf.\n\nNot twice.\n\nNeeds an authenticated user."
    );
    let statuses: Vec<&String> = create["responses"].as_object().unwrap().keys().collect();
    assert_eq!(
        statuses,
        [
            "200", "400", "401", "403", "404", "408", "409", "413", "415", "421", "429", "431",
            "500", "503", "504", "default"
        ]
    );
}

#[test]
fn query_parameters_reach_into_messages_but_not_for_ever() {
    let document = things();
    let parameters = &document["paths"]["/v1/things/{id}"]["get"]["parameters"];
    assert_eq!(
        *parameters,
        json!([
            {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}},
            {
                "name": "filter.pageSize",
                "in": "query",
                "required": false,
                "schema": {"type": "integer", "format": "int32"},
            },
            {
                "name": "labels",
                "in": "query",
                "required": false,
                "schema": {"type": "object", "additionalProperties": {"type": "string"}},
                "style": "deepObject",
                "explode": true,
            },
            {
                "name": "atTimes",
                "in": "query",
                "required": false,
                "schema": {"type": "array", "items": {"type": "string", "format": "date-time"}},
            },
        ])
    );
}

#[test]
fn fields_in_the_path_are_not_in_the_body() {
    let document = things();
    let put = &document["paths"]["/v1/things/{id}"]["put"];
    assert_eq!(put["requestBody"]["required"], true);
    assert_eq!(
        put["requestBody"]["content"]["application/json"]["schema"],
        json!({
            "type": "object",
            "properties": {"toShelf": {"type": "string"}, "filter": reference("Filter")},
            "additionalProperties": false,
        })
    );
    assert_eq!(put["deprecated"], true);
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas.get("MoveThingRequest"), None);
    let answer = &put["responses"]["200"]["content"]["application/json"]["schema"];
    assert_eq!(*answer, json!({"type": "object"}));
}

#[test]
fn paths_of_one_shape_share_an_item() {
    let document = things();
    let item = &document["paths"]["/v1/things/{id}"];
    let verbs: Vec<&String> = item.as_object().unwrap().keys().collect();
    assert_eq!(verbs, ["get", "patch", "put", "x-purge"]);
    let names: Vec<&Value> = item["patch"]["parameters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|parameter| &parameter["name"])
        .collect();
    assert_eq!(names, ["id", "updateMask"]);
    let purged = &item["x-purge"]["responses"]["200"]["content"];
    assert_eq!(*purged, json!({"*/*": {"schema": {}}}));
}

#[test]
fn internal_methods_do_not_appear() {
    let document = things();
    assert_eq!(document["paths"].get("/internal/things"), None);
}

#[test]
fn rules_that_do_not_fit_are_named() {
    for (good, bad, complaint) in [
        (
            "{get: \"/v1/things/{id}\"}",
            "{get: \"/v1/things/{idea}\"}",
            "the google.api.http rule of things.v1.ThingService.GetThing is invalid: \
             things.v1.GetThingRequest has no field `idea`",
        ),
        (
            "response_body: \"problems\"",
            "response_body: \"issues\"",
            "the google.api.http rule of things.v1.ThingService.ListProblems is invalid: \
             things.v1.ListProblemsResponse has no field `issues`",
        ),
        (
            "get: \"/v1/problems\"",
            "get: \"/v1/things/{text}\"",
            "the google.api.http rule of things.v1.ThingService.ListProblems is invalid: \
             google.protobuf.Empty has no field `text`",
        ),
        (
            "patch: \"/v1/things/{thing.id}\"",
            "put: \"/v1/things/{thing.id}\"",
            "ThingService_MoveThing and ThingService_UpdateThing are both bound to \
             PUT /v1/things/{id}",
        ),
    ] {
        assert!(THINGS.contains(good), "{good}");
        let error = generate(&THINGS.replace(good, bad)).unwrap_err();
        assert_eq!(error.to_string(), complaint);
    }
}

#[test]
fn an_example_that_is_not_json_fails() {
    let broken = THINGS.replace(
        "message Filter {",
        "message Filter {\n  // Example: two words",
    );
    assert_ne!(broken, THINGS);
    let error = generate(&broken).unwrap_err();
    assert!(matches!(error, OpenApiError::Example(_)), "{error}");
}
