//! Paths to methods, captures and refusals.

use guardmesh_transcoder::RouteError;
use http::Method;

use crate::fixture::TRANSCODER;

/// The method's short name and its captures, or the error.
fn route(verb: &str, path: &str) -> String {
    let verb = Method::from_bytes(verb.as_bytes()).expect("a method");
    match TRANSCODER.route(&verb, path) {
        Ok(route) => {
            let captures: Vec<String> = route
                .captures()
                .map(|(name, text)| format!(" {name}={text:?}"))
                .collect();
            format!(
                "{}{}",
                route.method().descriptor().name(),
                captures.concat()
            )
        }
        Err(RouteError::NotFound) => "not found".into(),
        Err(RouteError::MethodNotAllowed { allow }) => format!("allow {allow:?}"),
        Err(RouteError::BadPath { reason }) => format!("bad path: {reason}"),
    }
}

#[test]
fn the_table() {
    let table = [
        ("GET", "/v1/items/7", r#"GetItem id="7""#),
        ("GET", "/v1/items", "SearchItems"),
        ("DELETE", "/v1/items/7", r#"DeleteItem id="7""#),
        // A literal comes before a variable, but gives way when it lacks the HTTP method.
        ("GET", "/v1/items/special", "GetItem"),
        ("DELETE", "/v1/items/special", r#"DeleteItem id="special""#),
        // Variables of several segments.
        (
            "GET",
            "/v1/shelves/1/items/2",
            r#"GetItem name="shelves/1/items/2""#,
        ),
        (
            "PATCH",
            "/v1/shelves/1/items/2",
            r#"UpdateItem item.name="shelves/1/items/2""#,
        ),
        (
            "POST",
            "/v1/shelves/1/items",
            r#"CreateItem shelf.number="1""#,
        ),
        // Verbs.
        ("POST", "/v1/items:check", "CheckItem"),
        ("POST", "/v1/items/7:check", r#"CheckItem id="7""#),
        ("POST", "/v1/items/a:b:check", r#"CheckItem id="a:b""#),
        (
            "POST",
            "/v1/shelves/1/x/y:check",
            r#"CheckItem name="shelves/1/x/y""#,
        ),
        ("POST", "/v1/shelves:check", r#"CheckItem name="shelves""#),
        ("GET", "/v1/items/7:check", "allow [POST]"),
        ("GET", "/v1/items/a:unheard", r#"GetItem id="a:unheard""#),
        ("POST", "/v1/items:unheard", "not found"),
        // `**` at the end, in the middle, inside a variable.
        ("GET", "/v1/files/a/b/c", r#"ReadFile path="a/b/c""#),
        ("GET", "/v1/files", r#"ReadFile path="""#),
        ("GET", "/v1/files/", r#"ReadFile path="""#),
        ("GET", "/v1/mid/a/b/raw", r#"ReadFile path="a/b""#),
        ("GET", "/v1/mid/raw", r#"ReadFile path="""#),
        ("GET", "/v1/mid/raw/raw", r#"ReadFile path="raw""#),
        ("GET", "/v1/mid/a/rawr", "not found"),
        (
            "GET",
            "/v1/deep/a/z/end/3",
            r#"ReadFile path="a/z" line="3""#,
        ),
        (
            "GET",
            "/v1/deep/a/b/c/z/end/3",
            r#"ReadFile path="a/b/c/z" line="3""#,
        ),
        ("GET", "/v1/deep/b/z/end/3", "not found"),
        // Custom methods, and the one that stands for all.
        ("PURGE", "/v1/items/7", r#"Probe id="7""#),
        ("OPTIONS", "/v1/any/7", r#"Probe id="7""#),
        ("GET", "/v1/any/7", r#"Probe id="7""#),
        ("GET", "/", "TypedPath"),
        // Wildcards outside variables.
        ("GET", "/v1/any-shelf/7/items", "SearchItems"),
        ("GET", "/v1/any-shelf/items", "not found"),
        ("GET", "/v1/any-shelf//items", "not found"),
        ("GET", "/v1/any-shelf/7/8/items", "not found"),
        ("GET", "/v1/anywhere/items", "SearchItems"),
        ("GET", "/v1/anywhere/7/8/items", "SearchItems"),
        ("GET", "/v1/anywhere/items/7", "not found"),
        // Refusals.
        ("HEAD", "/v1/items", "allow [GET]"),
        ("GET", "/v1/nothing", "not found"),
        ("GET", "/v1/items/", "not found"),
        ("GET", "/v1//items", "not found"),
        ("GET", "/v1/items/7/8", "not found"),
        ("PUT", "/v1/items/7", "allow [DELETE, GET, PURGE]"),
        ("PUT", "/v1/items/special", "allow [DELETE, GET, PURGE]"),
        ("GET", "/v1/items:check", "allow [POST]"),
        ("DELETE", "/v1/items", "allow [GET]"),
        ("GET", "", "bad path: a path must begin with `/`"),
        ("GET", "v1/items", "bad path: a path must begin with `/`"),
        (
            "GET",
            "/v1/../v1/items",
            "bad path: dot segments are refused",
        ),
        (
            "GET",
            "/v1/files/a/..",
            "bad path: dot segments are refused",
        ),
        (
            "GET",
            "/v1/files/%2e%2E/etc",
            "bad path: dot segments are refused",
        ),
        (
            "GET",
            "/v1/files/.%2e",
            "bad path: dot segments are refused",
        ),
        ("GET", "/v1/files/./a", "bad path: dot segments are refused"),
    ];
    for (verb, path, expected) in table {
        assert_eq!(route(verb, path), expected, "{verb} {path}");
    }
}

#[test]
fn escapes() {
    let table = [
        // In one segment every escape is data.
        ("/v1/items/a%2Fb", r#"GetItem id="a/b""#),
        ("/v1/items/%61%20%3a", r#"GetItem id="a :""#),
        ("/v1/items/caf%C3%A9", r#"GetItem id="café""#),
        ("/v1/items/a+b", r#"GetItem id="a+b""#),
        ("/v1/items/..%2f..", r#"GetItem id="../..""#),
        // In several, escapes of reserved characters stay.
        (
            "/v1/files/a%2Fb/c%3Fd/e%20f",
            r#"ReadFile path="a%2Fb/c%3Fd/e f""#,
        ),
        ("/v1/files/%e2%82%ac%2f", r#"ReadFile path="€%2f""#),
        (
            "/v1/shelves/a%2Fb/items/c%20d",
            r#"GetItem name="shelves/a%2Fb/items/c d""#,
        ),
        // Literals are compared as they stand.
        ("/v1/item%73", "not found"),
        ("/v1/items/7%3Acheck", r#"GetItem id="7:check""#),
        // Malformed ones.
        (
            "/v1/items/%",
            "bad path: an escape is not `%` and two hex digits",
        ),
        (
            "/v1/items/%2",
            "bad path: an escape is not `%` and two hex digits",
        ),
        (
            "/v1/items/%zz",
            "bad path: an escape is not `%` and two hex digits",
        ),
        (
            "/v1/files/a/%f",
            "bad path: an escape is not `%` and two hex digits",
        ),
        ("/v1/items/%ff", "bad path: escapes do not decode to UTF-8"),
        (
            "/v1/items/%ED%A0%80",
            "bad path: escapes do not decode to UTF-8",
        ),
        ("/v1/items/a%00", "bad path: a variable holds NUL"),
    ];
    for (path, expected) in table {
        assert_eq!(route("GET", path), expected, "{path}");
    }
}

#[test]
fn methods_can_be_enumerated() {
    for (index, method) in TRANSCODER.methods().iter().enumerate() {
        assert_eq!(method.index(), index);
        let found = TRANSCODER.method(method.grpc_path()).expect("a method");
        assert_eq!(found.index(), index);
    }
    let chat = TRANSCODER
        .method("/kitchen.v1.Kitchen/Chat")
        .expect("a method");
    assert!(chat.client_streaming() && chat.server_streaming() && chat.bindings().is_empty());

    let create = TRANSCODER
        .method("/kitchen.v1.Kitchen/CreateItem")
        .expect("a method");
    assert!(!create.client_streaming() && !create.server_streaming());
    let binding = &create.bindings()[0];
    assert_eq!(binding.http_method(), Some(&Method::POST));
    assert_eq!(binding.template(), "/v1/shelves/{shelf.number}/items");
    assert_eq!(
        (binding.body(), binding.response_body()),
        (Some("item"), None)
    );
    assert!(!binding.takes_raw_body() && !binding.answers_raw_body());

    let upload = &TRANSCODER
        .method("/kitchen.v1.Kitchen/Upload")
        .expect("a method")
        .bindings()[0];
    assert!(upload.takes_raw_body() && upload.answers_raw_body());
    assert_eq!(upload.response_body(), Some("receipt"));

    let probe = &TRANSCODER
        .method("/kitchen.v1.Kitchen/Probe")
        .expect("a method")
        .bindings()[1];
    assert_eq!(probe.http_method(), None);
}
