//! Request bodies in a content coding.

use std::io::Write;

use crate::house::House;
use crate::problem::problem;

const CODINGS: [&str; 3] = ["gzip", "br", "zstd"];
/// Of the house's plan.
const LIMIT: usize = 64 * 1024;

fn coded(coding: &str, body: &[u8]) -> Vec<u8> {
    match coding {
        "gzip" => {
            let mut encoder =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            encoder.write_all(body).unwrap();
            encoder.finish().unwrap()
        }
        "br" => {
            let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, 9, 22);
            encoder.write_all(body).unwrap();
            encoder.into_inner()
        }
        "zstd" => zstd::bulk::compress(body, 19).unwrap(),
        _ => body.to_vec(),
    }
}

/// A login of so many bytes.
fn login(length: usize) -> Vec<u8> {
    let mut body = br#"{"email": "a@b.c"}"#.to_vec();
    body.resize(length, b' ');
    body
}

async fn send(
    house: &House,
    codings: &[&str],
    body: &[u8],
) -> guardmesh_chassis::testing::http::Response {
    let headers: Vec<_> = codings
        .iter()
        .map(|coding| ("content-encoding", *coding))
        .collect();
    house
        .request("POST", "/api/v1/auth/login", &headers, body)
        .await
}

#[tokio::test]
async fn each_coding_is_read() {
    let house = House::start().await;
    for coding in CODINGS
        .into_iter()
        .chain(["GZIP", "x-gzip", "identity", "Identity"])
    {
        let name = coding.to_ascii_lowercase();
        let name = name.strip_prefix("x-").unwrap_or(&name);
        for length in [18, 5000, LIMIT] {
            let body = coded(name, &login(length));
            let answer = send(&house, &[coding], &body).await;
            assert_eq!(answer.status, 200, "{coding} {length}: {}", answer.text());
            assert!(answer.text().contains("a@b.c"), "{coding} {length}");
        }
    }
    let head = "POST /api/v1/auth/logout HTTP/1.1\r\nhost: a\r\ncontent-encoding: gzip\r\n";
    let bearer = house.bearer(&[]);
    let request =
        format!("{head}authorization: {bearer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    assert_eq!(house.raw(request.as_bytes()).await.status, 200);
}

#[tokio::test]
async fn a_bomb_is_refused() {
    let house = House::start().await;
    for coding in CODINGS {
        for length in [LIMIT + 1, 8 * 1024 * 1024] {
            let bomb = coded(coding, &login(length));
            assert!(bomb.len() < LIMIT, "{coding}: {} arrive", bomb.len());
            let answer = send(&house, &[coding], &bomb).await;
            problem(&answer, 413, "RESOURCE_EXHAUSTED", "BODY_TOO_LARGE");
        }
    }
    assert_eq!(house.backend.count(), 0);
}

#[tokio::test]
async fn a_damaged_body_is_refused() {
    let house = House::start().await;
    for coding in CODINGS {
        let whole = coded(coding, &login(5000));
        let more = [&whole[..], b"more"].concat();
        for body in [&whole[..1], &whole[..whole.len() - 1], b"{}", &more] {
            let answer = send(&house, &[coding], body).await;
            problem(&answer, 400, "INVALID_ARGUMENT", "INVALID_BODY");
        }
    }
    assert_eq!(house.backend.count(), 0);
}

#[tokio::test]
async fn other_codings_are_refused_and_told_the_right_ones() {
    let house = House::start().await;
    for codings in [
        &["deflate"][..],
        &["compress"],
        &["gzip, br"],
        &["gzip, identity"],
        &["gzip", "gzip"],
        &["identity", "gzip"],
        &[""],
        &["gzip;q=1"],
    ] {
        let answer = send(&house, codings, &coded("gzip", &login(100))).await;
        problem(&answer, 415, "INVALID_ARGUMENT", "UNSUPPORTED_ENCODING");
        assert_eq!(answer.header("accept-encoding"), Some("gzip, br, zstd"));
    }
    assert_eq!(house.backend.count(), 0);
}

/// Signatures of webhooks are over the bytes that were signed, which are those before the coding.
#[tokio::test]
async fn a_raw_body_arrives_decoded() {
    let house = House::start().await;
    let headers = [("content-encoding", "zstd")];
    let body = coded("zstd", b"{\"id\": \"evt_1\"}");
    let answer = house
        .request("POST", "/webhooks/stripe", &headers, &body)
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}
