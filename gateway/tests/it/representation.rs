//! The form of answers: coded, conditional, without a body.

use std::io::Read;

use guardmesh_chassis::testing::http::Response;

use crate::house::House;
use crate::problem::problem;

fn decoded(answer: &Response) -> String {
    let mut text = String::new();
    let body = answer.body.as_slice();
    match answer.header("content-encoding") {
        None => return answer.text(),
        Some("gzip") => flate2::read::GzDecoder::new(body).read_to_string(&mut text),
        Some("br") => brotli::Decompressor::new(body, 4096).read_to_string(&mut text),
        Some("zstd") => zstd::stream::read::Decoder::new(body)
            .unwrap()
            .read_to_string(&mut text),
        Some(other) => panic!("{other}"),
    }
    .unwrap();
    text
}

#[tokio::test]
async fn answers_are_coded_as_the_client_prefers() {
    let house = House::start().await;
    let plain = house.get("/openapi.json", &[]).await;
    assert_eq!(plain.header("content-encoding"), None);
    assert_eq!(plain.header("vary"), Some("accept-encoding"));
    for (accepted, coding) in [
        ("gzip", Some("gzip")),
        ("br", Some("br")),
        ("zstd", Some("zstd")),
        ("gzip, deflate, br, zstd", Some("zstd")),
        ("gzip;q=1, br;q=0.5", Some("gzip")),
        ("gzip;q=0", None),
        ("identity", None),
        ("*", Some("zstd")),
        ("*;q=0, gzip", Some("gzip")),
        ("deflate", None),
        ("nonsense;;,,;q", None),
    ] {
        let headers = [("accept-encoding", accepted)];
        let answer = house.get("/openapi.json", &headers).await;
        assert_eq!(answer.status, 200, "{accepted}");
        assert_eq!(answer.header("content-encoding"), coding, "{accepted}");
        assert_eq!(answer.header("vary"), Some("accept-encoding"), "{accepted}");
        let length = answer.body.len().to_string();
        assert_eq!(answer.header("content-length"), Some(length.as_str()));
        assert!(decoded(&answer) == plain.text(), "{accepted}");
        assert!(coding.is_none() || answer.body.len() * 4 < plain.body.len());
    }
}

#[tokio::test]
async fn short_answers_are_coded_only_if_they_must() {
    let house = House::start().await;
    let path = "/health/live";
    let answer = house.get(path, &[("accept-encoding", "gzip")]).await;
    assert_eq!(answer.header("content-encoding"), None);
    // Where coding makes it longer it is left as it is, whatever the client would like.
    let headers = [("accept-encoding", "identity;q=0, gzip")];
    let answer = house.get(path, &headers).await;
    assert_eq!(answer.status, 200);
    let problem = house.get("/nothing", &headers).await;
    assert_eq!(
        problem.header("content-type"),
        Some("application/problem+json")
    );
    assert_eq!(problem.header("content-encoding"), Some("gzip"));
    assert!(decoded(&problem).contains("NO_ROUTE"));
}

#[tokio::test]
async fn what_the_client_has_is_not_sent_again() {
    let house = House::start().await;
    for path in ["/openapi.json", "/docs", "/.well-known/jwks.json"] {
        for accepted in ["identity", "gzip"] {
            let first = house.get(path, &[("accept-encoding", accepted)]).await;
            assert_eq!(first.status, 200, "{path}");
            let cache = first.header("cache-control");
            assert_eq!(cache, Some("public, max-age=60"), "{path}");
            let tag = first.header("etag").unwrap();
            assert!(tag.starts_with('"') && tag.ends_with('"'), "{tag}");
            let weak = format!("W/{tag}");
            let list = format!("\"a,b\", {tag}");
            for (known, status) in [
                (tag, 304),
                (&weak, 304),
                (&list, 304),
                ("*", 304),
                ("\"other\"", 200),
                ("nonsense", 200),
            ] {
                let headers = [("accept-encoding", accepted), ("if-none-match", known)];
                let answer = house.get(path, &headers).await;
                assert_eq!(answer.status, status, "{path} {known}");
                assert_eq!(answer.header("etag"), Some(tag), "{path} {known}");
                assert_eq!(answer.header("cache-control"), cache);
                assert_eq!(answer.header("vary"), Some("accept-encoding"));
                if status == 304 {
                    assert_eq!(answer.body, b"", "{path} {known}");
                    assert_eq!(answer.header("content-length"), None);
                }
            }
        }
    }
    // Nothing else may be kept, nor has a tag.
    for path in ["/health", "/nothing", "/api/v1/auth/me"] {
        let answer = house.get(path, &[("if-none-match", "*")]).await;
        assert_ne!(answer.status, 304, "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(answer.header("etag"), None, "{path}");
    }
}

#[tokio::test]
async fn a_new_key_has_a_new_tag() {
    let house = House::start().await;
    let path = "/.well-known/jwks.json";
    let first = house.get(path, &[]).await;
    let tag = first.header("etag").unwrap();
    house.backend.keys.lock().unwrap().pop();
    let answer = house.get(path, &[("if-none-match", tag)]).await;
    assert_eq!(answer.status, 200);
    assert_ne!(answer.header("etag"), Some(tag));
}

#[tokio::test]
async fn head_is_get_without_its_body() {
    let house = House::start().await;
    let bearer = house.bearer(&[]);
    for path in [
        "/health/live",
        "/openapi.json",
        "/docs",
        "/.well-known/jwks.json",
        "/api/v1/auth/me",
        "/nothing",
    ] {
        for accepted in ["identity", "gzip"] {
            let headers = [
                ("authorization", bearer.as_str()),
                ("accept-encoding", accepted),
                ("x-request-id", "same"),
            ];
            let get = house.get(path, &headers).await;
            let head = house.request("HEAD", path, &headers, b"").await;
            assert_eq!(head.status, get.status, "{path}");
            assert_eq!(head.body, b"", "{path}");
            let but_date = |answer: &Response| {
                let mut headers = answer.headers.clone();
                headers.retain(|(name, _)| name != "date");
                headers
            };
            assert_eq!(but_date(&head), but_date(&get), "{path}");
            let length = get.body.len().to_string();
            assert_eq!(head.header("content-length"), Some(length.as_str()));
        }
    }
    let answer = house.request("HEAD", "/api/v1/auth/login", &[], b"").await;
    assert_eq!(answer.status, 405);
    assert_eq!(answer.header("allow"), Some("POST, OPTIONS"));
    assert_eq!(answer.body, b"");
}

#[tokio::test]
async fn options_tells_what_a_path_has() {
    let house = House::start().await;
    for (path, allow) in [
        ("/api/v1/auth/login", "POST, OPTIONS"),
        ("/api/v1/auth/me", "GET, DELETE, HEAD, OPTIONS"),
        ("/health", "GET, HEAD, OPTIONS"),
    ] {
        let answer = house.request("OPTIONS", path, &[], b"").await;
        assert_eq!(answer.status, 204, "{path}");
        assert_eq!(answer.header("allow"), Some(allow), "{path}");
        assert_eq!(answer.header("content-length"), None);
        assert_eq!(answer.header("content-type"), None);
        assert_eq!(answer.body, b"");
    }
    let answer = house.request("OPTIONS", "/nothing", &[], b"").await;
    problem(&answer, 404, "NOT_FOUND", "NO_ROUTE");
}

#[tokio::test]
async fn methods_that_nobody_knows_are_not_allowed_anywhere() {
    let house = House::start().await;
    for (verb, path, allow) in [
        ("TRACE", "/api/v1/auth/me", "GET, DELETE, HEAD, OPTIONS"),
        ("TRACE", "/nothing", ""),
        ("PROPFIND", "/nothing", ""),
        ("PROPFIND", "/health", "GET, HEAD, OPTIONS"),
        ("get", "/health", "GET, HEAD, OPTIONS"),
    ] {
        let answer = house.request(verb, path, &[], b"").await;
        problem(&answer, 405, "UNIMPLEMENTED", "METHOD_NOT_ALLOWED");
        assert_eq!(answer.header("allow"), Some(allow), "{verb} {path}");
    }
}
