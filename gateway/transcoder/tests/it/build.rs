//! Rules that do not fit are refused at build, and the method is named.

use std::fmt::Write as _;

use guardmesh_transcoder::{BuildError, Options, Transcoder};
use protox::file::{
    ChainFileResolver, File, FileResolver, GoogleFileResolver, IncludeFileResolver,
};

/// One file in memory.
struct Source(String);

impl FileResolver for Source {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        if name == "under_test.proto" {
            return File::from_source(name, &self.0);
        }
        Err(protox::Error::file_not_found(name))
    }
}

/// The descriptor set of a service with these method options and further messages.
fn set(syntax: &str, rules: &[&str], messages: &str) -> Vec<u8> {
    let mut source = format!(
        r#"syntax = "{syntax}";
        package t;
        import "google/api/annotations.proto";
        message In {{
            {optional} string a = 1;
            {optional} In in = 2;
            repeated string list = 3;
            map<string, string> map = 4;
            oneof choice {{ string this = 5; In that = 6; }}
        }}
        message Out {{ {optional} string b = 1; }}
        {messages}
        service S {{"#,
        optional = if syntax == "proto2" { "optional" } else { "" },
    );
    for (index, rule) in rules.iter().enumerate() {
        let option = format!("option (google.api.http) = {{ {rule} }};");
        writeln!(source, "rpc M{index}(In) returns (Out) {{ {option} }}").expect("a string");
    }
    source += "}";
    let mut resolver = ChainFileResolver::new();
    resolver.add(Source(source));
    let include = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/proto");
    resolver.add(IncludeFileResolver::new(include.into()));
    resolver.add(GoogleFileResolver::new());
    let mut compiler = protox::Compiler::with_file_resolver(resolver);
    compiler
        .include_imports(true)
        .open_file("under_test.proto")
        .expect("a valid source");
    compiler.encode_file_descriptor_set()
}

fn error(rules: &[&str]) -> String {
    let built = Transcoder::from_descriptor_set(&set("proto3", rules, ""), Options::default());
    match built {
        Ok(_) => panic!("these rules are taken: {rules:?}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn rules_that_do_not_fit() {
    let table = [
        (
            r#"get: "/v1/{x}""#,
            "GET /v1/{x}",
            "`x`: t.In has no field `x`",
        ),
        (
            r#"get: "/v1/{a.b}""#,
            "GET /v1/{a.b}",
            "`a.b`: nothing can be below a scalar",
        ),
        (
            r#"get: "/v1/{in}""#,
            "GET /v1/{in}",
            "`in`: a path variable cannot be a message",
        ),
        (
            r#"get: "/v1/{list}""#,
            "GET /v1/{list}",
            "`list`: a path variable cannot be repeated",
        ),
        (
            r#"get: "/v1/{map}""#,
            "GET /v1/{map}",
            "`map`: a path variable cannot be repeated",
        ),
        (
            r#"get: "/v1/{a}/{a}""#,
            "GET /v1/{a}/{a}",
            "`a` is bound twice",
        ),
        (
            r#"post: "/v1" body: "x""#,
            "POST /v1",
            "body: t.In has no field `x`",
        ),
        (
            r#"post: "/v1" body: "in.a""#,
            "POST /v1",
            "body: t.In has no field `in.a`",
        ),
        (
            r#"post: "/{a}" body: "a""#,
            "POST /{a}",
            "`a` is bound by both path and body",
        ),
        (
            r#"get: "/v1" response_body: "x""#,
            "GET /v1",
            "response_body: t.Out has no field `x`",
        ),
        (
            r#"get: "/{this}/{that.a}""#,
            "GET /{this}/{that.a}",
            "`this` and `that.a` are members of one oneof",
        ),
        (
            r#"post: "/{in.this}/{in.that.this}" body: "*""#,
            "POST /{in.this}/{in.that.this}",
            "`in.this` and `in.that.this` are members of one oneof",
        ),
        (
            r#"post: "/{this}" body: "that""#,
            "POST /{this}",
            "`this` and `that` are members of one oneof",
        ),
        (r#"get: "v1""#, "GET v1", "the template must begin with `/`"),
        (r#"get: "/v1/""#, "GET /v1/", "a segment is empty"),
        (
            r#"get: "/**/b/**""#,
            "GET /**/b/**",
            "`**` may occur once in a template",
        ),
        (r#"get: "/{a""#, "GET /{a", "`{a` lacks its `}`"),
        (
            r#"get: "/{a={in.a}}""#,
            "GET /{a={in.a}}",
            "variables do not nest",
        ),
        (
            r#"get: "/{a b}""#,
            "GET /{a b}",
            "`a b` is not a field path",
        ),
        (r#"get: "/a*b""#, "GET /a*b", "`a*b` is not a segment"),
        (
            r#"get: "/../x""#,
            "GET /../x",
            "dot segments can match no path",
        ),
        (
            r#"get: "/v1:""#,
            "GET /v1:",
            "the verb after `:` is malformed",
        ),
        (r#"body: "*""#, "google.api.http", "a rule has no pattern"),
        (
            r#"custom { kind: "A B" path: "/" }"#,
            "google.api.http",
            "`custom.kind` is no method",
        ),
        (
            r#"get: "/a" additional_bindings { get: "/b" additional_bindings { get: "/c" } }"#,
            "google.api.http",
            "additional bindings do not nest",
        ),
    ];
    for (rule, binding, reason) in table {
        let expected = format!("method t.S.M1: binding `{binding}`: {reason}");
        assert_eq!(error(&[r#"get: "/fine""#, rule]), expected);
    }
}

/// What belongs to one oneof, but not twice to the same one.
#[test]
fn rules_that_fit() {
    let rules = [
        r#"get: "/1/{that.a}/{that.in.this}""#,
        r#"post: "/2/{in.this}/{this}" body: "in""#,
        r#"post: "/3/{that.a}" body: "*""#,
    ];
    let built = Transcoder::from_descriptor_set(&set("proto3", &rules, ""), Options::default());
    built.expect("the rules fit");
}

#[test]
fn ambiguous_rules_are_both_named() {
    let table = [
        (
            [r#"get: "/v1/{a}""#, r#"get: "/v1/{in.a}""#],
            ["GET /v1/{a}", "GET /v1/{in.a}"],
        ),
        (
            [r#"get: "/v1/{a}:x""#, r#"get: "/v1/*:x""#],
            ["GET /v1/{a}:x", "GET /v1/*:x"],
        ),
        (
            [r#"get: "/v1/{a=x/*}""#, r#"get: "/v1/x/{a}""#],
            ["GET /v1/{a=x/*}", "GET /v1/x/{a}"],
        ),
        (
            [r#"get: "/v1/{a=**}/y""#, r#"get: "/v1/**/y""#],
            ["GET /v1/{a=**}/y", "GET /v1/**/y"],
        ),
        (
            [r#"post: "/a" body: "*""#, r#"post: "/a""#],
            ["POST /a", "POST /a"],
        ),
        (
            [
                r#"custom{kind:"*" path:"/a"}"#,
                r#"custom{kind:"*" path:"/a"}"#,
            ],
            ["* /a", "* /a"],
        ),
        (
            [
                r#"get: "/a" additional_bindings { get: "/{a}" }"#,
                r#"get: "/b" additional_bindings { get: "/*" }"#,
            ],
            ["GET /{a}", "GET /*"],
        ),
    ];
    for (rules, [first, second]) in table {
        let expected =
            format!("`{first}` of t.S.M0 and `{second}` of t.S.M1 claim the same requests");
        assert_eq!(error(&rules), expected);
    }
    let within = r#"get: "/{a}" additional_bindings { get: "/*" }"#;
    assert_eq!(
        error(&[within]),
        "`GET /{a}` of t.S.M0 and `GET /*` of t.S.M0 claim the same requests"
    );
}

#[test]
fn groups_are_refused_where_methods_reach_them() {
    let group = "message G { optional group Old = 1 { optional string x = 1; } }";
    let unreached = set("proto2", &[r#"get: "/a""#], group);
    Transcoder::from_descriptor_set(&unreached, Options::default()).expect("an unreached group");

    let reached = format!("{group} service T {{ rpc M(G) returns (Out); }}");
    let built = Transcoder::from_descriptor_set(
        &set("proto2", &[r#"get: "/a""#], &reached),
        Options::default(),
    );
    assert!(matches!(built, Err(BuildError::Group { field }) if field == "t.G.old"));
}

#[test]
fn bytes_that_are_no_descriptor_set() {
    let built = Transcoder::from_descriptor_set(b"\xff\xff\xff", Options::default());
    assert!(matches!(built, Err(BuildError::Descriptor(_))));
}
