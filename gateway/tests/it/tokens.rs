//! Access tokens: one good one, and everything that must not pass for it.

use aws_lc_rs::hmac;
use serde_json::{Value, json};

use crate::house::House;
use crate::issuer::{self, Issuer, encode, signing_input};
use crate::problem::problem;

const ME: &str = "/api/v1/auth/me";

struct Bench {
    house: House,
    header: Value,
    claims: Value,
}

impl Bench {
    async fn new() -> Self {
        let house = House::start().await;
        let header = house.issuer.header();
        let claims = issuer::claims(house.clock.now(), &[]);
        Self {
            house,
            header,
            claims,
        }
    }

    /// A properly signed token, one part of whose header or claims is different.
    fn header(&self, name: &str, value: Value) -> String {
        let mut header = self.header.clone();
        set(&mut header, name, value);
        self.house.issuer.sign(&header, &self.claims)
    }

    fn claim(&self, name: &str, value: Value) -> String {
        let mut claims = self.claims.clone();
        set(&mut claims, name, value);
        self.house.issuer.token(&claims)
    }

    async fn accepted(&self, token: &str) {
        let bearer = format!("Bearer {token}");
        let answer = self.house.get(ME, &[("authorization", &bearer)]).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    async fn refused(&self, what: &str, token: &str) {
        let bearer = format!("Bearer {token}");
        let answer = self.house.get(ME, &[("authorization", &bearer)]).await;
        assert_eq!(answer.status, 401, "{what}: {}", answer.text());
        problem(&answer, 401, "UNAUTHENTICATED", "INVALID_TOKEN");
        let challenge = answer.header("www-authenticate").unwrap();
        assert!(challenge.contains("error=\"invalid_token\""), "{what}");
        assert_eq!(self.house.backend.calls("GetMe").len(), 0, "{what}");
    }
}

/// Null takes the member away.
fn set(object: &mut Value, name: &str, value: Value) {
    if value.is_null() {
        object.as_object_mut().unwrap().remove(name);
    } else {
        object[name] = value;
    }
}

#[tokio::test]
async fn no_token_is_asked_for_one() {
    let bench = Bench::new().await;
    for headers in [
        &[][..],
        &[("authorization", "Basic YTpi")],
        &[("authorization", "Bearer")],
        &[("authorization", "")],
    ] {
        let answer = bench.house.get(ME, headers).await;
        problem(&answer, 401, "UNAUTHENTICATED", "UNAUTHENTICATED");
        assert_eq!(
            answer.header("www-authenticate"),
            Some("Bearer realm=\"guardmesh\"")
        );
    }
}

#[tokio::test]
async fn a_header_that_auth_does_not_write_is_refused() {
    let bench = Bench::new().await;
    let public = bench.house.issuer.public();
    let jwk = json!({"kty": "EC", "crv": "P-256", "x": public.x, "y": public.y});
    for (name, value) in [
        ("alg", json!("none")),
        ("alg", json!("None")),
        ("alg", json!("RS256")),
        ("alg", json!("ES384")),
        ("alg", json!(["ES256"])),
        ("alg", Value::Null),
        ("typ", json!("JWT")),
        ("typ", json!("rt+jwt")),
        ("typ", Value::Null),
        ("kid", json!("unknown")),
        ("kid", json!("../../dev/null")),
        ("kid", json!("first' or '1'='1")),
        ("kid", json!("")),
        ("kid", json!(1)),
        ("kid", Value::Null),
        ("crit", json!(["exp"])),
        ("crit", json!(["b64"])),
        ("crit", json!([])),
        ("jku", json!("https://attacker.test/jwks.json")),
        ("x5u", json!("https://attacker.test/cert.pem")),
        ("x5c", json!(["MIIB"])),
        ("jwk", jwk),
        ("zip", json!("DEF")),
        ("enc", json!("A128GCM")),
    ] {
        let what = format!("{name}: {value}");
        bench.refused(&what, &bench.header(name, value)).await;
    }
}

#[tokio::test]
async fn a_claim_that_is_not_ours_is_refused() {
    let bench = Bench::new().await;
    let now = bench.house.clock.now().timestamp();
    for (name, value) in [
        ("iss", json!("https://attacker.test")),
        ("iss", json!([issuer::ISSUER])),
        ("iss", Value::Null),
        ("aud", json!("another")),
        ("aud", json!([issuer::AUDIENCE, "another"])),
        ("aud", Value::Null),
        ("exp", json!(now)),
        ("exp", json!(now - 1)),
        ("exp", json!((now + 60).to_string())),
        ("exp", json!(1e300)),
        ("exp", Value::Null),
        ("nbf", json!(now + 61)),
        ("nbf", Value::Null),
        ("iat", json!(now + 61)),
        ("iat", json!(i64::MAX)),
        ("iat", Value::Null),
        ("sub", json!("admin")),
        ("sub", json!("")),
        ("sub", Value::Null),
        ("sid", json!("usr_1")),
        ("sid", Value::Null),
        ("org", json!("org_")),
        ("permissions", json!("webhooks:read")),
    ] {
        let what = format!("{name}: {value}");
        bench.refused(&what, &bench.claim(name, value)).await;
    }
}

#[tokio::test]
async fn a_signature_that_is_not_ours_is_refused() {
    let bench = Bench::new().await;
    let (header, claims) = (&bench.header, &bench.claims);
    let token = bench.house.issuer.sign(header, claims);
    let (input, signature) = token.rsplit_once('.').unwrap();
    let another = Issuer::new("first").sign(header, claims);

    // The public key taken for the secret of an HMAC.
    let confused = signing_input(
        &json!({"alg": "HS256", "typ": "at+jwt", "kid": "first"}),
        claims,
    );
    let hs256 = |key: &[u8]| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, key);
        let mac = hmac::sign(&key, confused.as_bytes());
        format!("{confused}.{}", encode(mac.as_ref()))
    };
    let point = bench.house.issuer.point();
    let uncompressed = [&[4], point].concat();

    // The claims of another token under this one's signature.
    let admin = signing_input(header, &issuer::claims(bench.house.clock.now(), &["all"]));
    for (what, token) in [
        ("another key with the same id", another),
        ("HS256 with the point", hs256(point)),
        ("HS256 with the encoded point", hs256(&uncompressed)),
        ("other claims", format!("{admin}.{signature}")),
        ("no signature", format!("{input}.")),
        ("no signature part", input.to_owned()),
        ("a zero signature", format!("{input}.{}", encode(&[0; 64]))),
        ("a short signature", format!("{input}.{}", encode(&[1; 8]))),
        ("a fourth part", format!("{token}.x")),
        ("padding", format!("{token}==")),
        ("garbage", "garbage".to_owned()),
        ("dots", "..".to_owned()),
        ("not base64", "!.!.!".to_owned()),
        ("two tokens", format!("{token} {token}")),
    ] {
        bench.refused(what, &token).await;
    }
}

#[tokio::test]
async fn a_token_too_long_is_refused_and_a_long_one_is_not() {
    let bench = Bench::new().await;
    let padded = |length: usize| bench.claim("padding", json!("x".repeat(length)));
    let too_long = padded(6000);
    assert!(too_long.len() > 8 * 1024);
    bench.refused("too long", &too_long).await;

    let long = bench.claim("permissions", json!(vec!["resource:action"; 300]));
    assert!(
        (7 * 1024..=8 * 1024).contains(&long.len()),
        "{}",
        long.len()
    );
    bench.accepted(&long).await;
}

#[tokio::test]
async fn two_credentials_are_refused() {
    let bench = Bench::new().await;
    let bearer = bench.house.bearer(&[]);
    let (key, _) = bench.house.backend.auth.add_key(&[]);
    let of_key = format!("Bearer {key}");
    for headers in [
        [("authorization", bearer.as_str()); 2],
        [("authorization", &bearer), ("authorization", &of_key)],
        [("authorization", &bearer), ("x-api-key", &key)],
        [("authorization", &of_key), ("x-api-key", &key)],
        [("x-api-key", key.as_str()); 2],
    ] {
        let answer = bench.house.get(ME, &headers).await;
        problem(&answer, 401, "UNAUTHENTICATED", "SEVERAL_CREDENTIALS");
        let challenge = answer.header("www-authenticate").unwrap();
        assert!(
            challenge.contains("error=\"invalid_request\""),
            "{challenge}"
        );
    }
    assert_eq!(bench.house.backend.calls("GetMe").len(), 0);
}

#[tokio::test]
async fn a_good_token_is_good_until_it_expires() {
    let bench = Bench::new().await;
    let token = bench.house.issuer.sign(&bench.header, &bench.claims);
    let now = bench.house.clock.now().timestamp();
    bench.accepted(&token).await;
    // Tolerated: clocks that differ a little, members that we do not know.
    bench.accepted(&bench.claim("nbf", json!(now + 60))).await;
    bench.accepted(&bench.claim("jti", json!("x"))).await;
    bench.accepted(&bench.header("typ", json!("AT+JWT"))).await;
    bench.house.clock.advance(chrono::TimeDelta::seconds(1799));
    bench.accepted(&token).await;
    bench.house.clock.advance(chrono::TimeDelta::seconds(1));
    let bearer = format!("Bearer {token}");
    let answer = bench.house.get(ME, &[("authorization", &bearer)]).await;
    problem(&answer, 401, "UNAUTHENTICATED", "INVALID_TOKEN");
}
