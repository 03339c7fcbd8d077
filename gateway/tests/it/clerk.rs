//! Session tokens of Clerk: one good one, and everything that must not pass for it.

use aws_lc_rs::hmac;
use chrono::TimeDelta;
use guardmesh_chassis::caller::Caller;
use guardmesh_chassis::testing::http::Response;
use guardmesh_proto::guardmesh::auth::v1::ResolveClerkIdentityRequest;
use guardmesh_proto::guardmesh::auth::v1::revocation::Subject;
use serde_json::{Value, json};
use tonic::Code;

use crate::clerk_side::{self, ClerkKey, ClerkServer, PARTY};
use crate::house::{House, Plan, until};
use crate::issuer::{encode, signing_input};
use crate::problem::problem;

const ME: &str = "/api/v1/auth/me";
pub(crate) const SUBJECT: &str = "user_2rWFe9c7CqGyNsXyJGyQcrCs7gR";

/// A gateway that trusts one Clerk instance, and a person there.
pub(crate) struct Bench {
    pub(crate) house: House,
    pub(crate) server: ClerkServer,
    pub(crate) key: ClerkKey,
    header: Value,
    pub(crate) claims: Value,
}

impl Bench {
    pub(crate) async fn new() -> Self {
        let key = ClerkKey::new("ins_first");
        let server = ClerkServer::start(&[&key]).await;
        let house = House::planned(plan(&server)).await;
        house.ready().await;
        house.backend.auth.add_account(SUBJECT, &["webhooks:read"]);
        let header = key.header();
        let claims = clerk_side::claims(&server.issuer, SUBJECT, house.clock.now());
        Self {
            house,
            server,
            key,
            header,
            claims,
        }
    }

    /// A properly signed token, one part of whose header or claims is different.
    fn header(&self, name: &str, value: Value) -> String {
        let mut header = self.header.clone();
        set(&mut header, name, value);
        self.key.sign(&header, &self.claims)
    }

    fn claim(&self, name: &str, value: Value) -> String {
        let mut claims = self.claims.clone();
        set(&mut claims, name, value);
        self.key.token(&claims)
    }

    pub(crate) async fn ask(&self, token: &str) -> Response {
        let bearer = format!("Bearer {token}");
        self.house.get(ME, &[("authorization", &bearer)]).await
    }

    async fn accepted(&self, token: &str) {
        let answer = self.ask(token).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    async fn refused(&self, what: &str, token: &str) {
        let answer = self.ask(token).await;
        assert_eq!(answer.status, 401, "{what}: {}", answer.text());
        problem(&answer, 401, "UNAUTHENTICATED", "INVALID_TOKEN");
        assert!(self.resolved().is_empty(), "{what}");
    }

    fn resolved(&self) -> Vec<ResolveClerkIdentityRequest> {
        self.house.backend.auth.resolved.lock().unwrap().clone()
    }
}

/// A gateway that trusts this instance and no other.
pub(crate) fn plan(server: &ClerkServer) -> Plan {
    let mut plan = Plan::default();
    plan.identity.clerk_issuers = vec![server.issuer.clone()];
    plan.identity.clerk_authorized_parties = vec![PARTY.to_owned()];
    plan.identity.clerk_ca_file = Some(server.authority.path().to_owned());
    plan
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
async fn a_session_token_stands_for_the_account_that_auth_names() {
    let bench = Bench::new().await;
    let token = bench.key.token(&bench.claims);
    for _ in 0..3 {
        bench.accepted(&token).await;
    }
    let asked = ResolveClerkIdentityRequest {
        issuer: bench.server.issuer.clone(),
        subject: SUBJECT.to_owned(),
        session: "sess_2rWFe9c7CqGyNsXyJGyQcrCs7gP".to_owned(),
        organization: "org_2rWFe9c7CqGyNsXyJGyQcrCs7gQ".to_owned(),
        organization_role: "admin".to_owned(),
        organization_slug: "acme".to_owned(),
        issue_time: Some(prost_types::Timestamp {
            seconds: bench.claims["iat"].as_i64().unwrap(),
            nanos: 0,
        }),
    };
    assert_eq!(bench.resolved(), [asked]);
    let Some(Caller::User(caller)) = bench.house.backend.calls("GetMe").remove(0).caller else {
        panic!("no caller");
    };
    assert_eq!(caller.permissions, ["webhooks:read"]);
    assert!(caller.organization.is_some());
    assert_eq!((caller.session, caller.api_key), (None, None));

    // Another token of the same person asks nobody; another role or organisation does.
    bench.accepted(&bench.claim("jti", json!("another"))).await;
    assert_eq!(bench.resolved().len(), 1);
    let mut member = bench.claims["o"].clone();
    member["rol"] = json!("member");
    bench.accepted(&bench.claim("o", member)).await;
    bench.accepted(&bench.claim("o", Value::Null)).await;
    let resolved = bench.resolved();
    assert_eq!(resolved.len(), 3);
    assert_eq!(resolved[1].organization_role, "member");
    assert_eq!(resolved[2].organization, "");
    assert_eq!(resolved[2].organization_role, "");
}

#[tokio::test]
async fn a_header_that_clerk_does_not_write_is_refused() {
    let bench = Bench::new().await;
    let public = bench.key.public();
    for (name, value) in [
        ("alg", json!("none")),
        ("alg", json!("None")),
        ("alg", json!("ES256")),
        ("alg", json!("RS512")),
        ("alg", json!("PS256")),
        ("alg", Value::Null),
        // An OAuth access token, and none at all.
        ("typ", json!("at+jwt")),
        ("typ", Value::Null),
        ("kid", json!("../../dev/null")),
        ("kid", json!("ins_first' or '1'='1")),
        ("kid", json!("ins_other")),
        ("kid", Value::Null),
        ("crit", json!(["exp"])),
        ("jku", json!("https://attacker.test/jwks.json")),
        ("x5u", json!("https://attacker.test/cert.pem")),
        ("x5c", json!(["MIIB"])),
        ("jwk", public),
    ] {
        let what = format!("{name}: {value}");
        bench.refused(&what, &bench.header(name, value)).await;
    }
}

#[tokio::test]
async fn a_claim_against_the_rules_is_refused() {
    let bench = Bench::new().await;
    let now = bench.house.clock.now().timestamp();
    for (name, value) in [
        ("iss", json!("https://attacker.test")),
        ("iss", json!(format!("{}/", bench.server.issuer))),
        ("iss", json!([bench.server.issuer])),
        ("iss", Value::Null),
        ("azp", json!("https://attacker.test")),
        ("azp", json!("")),
        ("azp", json!([PARTY])),
        ("v", json!(1)),
        ("v", json!("2")),
        ("v", Value::Null),
        ("sts", json!("pending")),
        ("sts", json!("")),
        ("sub", json!("mch_2rWFe9c7CqGyNsXyJGyQcrCs7gR")),
        ("sub", json!("user_")),
        ("sub", json!("user_a' or '1'='1")),
        ("sub", json!(format!("user_{}", "a".repeat(200)))),
        ("sub", Value::Null),
        ("sid", json!("ses_1")),
        ("sid", json!("sess_")),
        ("sid", Value::Null),
        ("o", json!({"id": "acme", "rol": "admin"})),
        ("o", json!({"id": "org_1"})),
        ("o", json!({"id": "org_1", "rol": ""})),
        ("o", json!("org_1")),
        ("exp", json!(now)),
        ("exp", json!((now + 60).to_string())),
        ("exp", json!(1e300)),
        ("exp", Value::Null),
        ("nbf", json!(now + 61)),
        ("nbf", Value::Null),
        ("iat", json!(now + 61)),
        ("iat", Value::Null),
    ] {
        let what = format!("{name}: {value}");
        bench.refused(&what, &bench.claim(name, value)).await;
    }
}

#[tokio::test]
async fn a_signature_that_is_not_clerks_is_refused() {
    let bench = Bench::new().await;
    let (header, claims) = (&bench.header, &bench.claims);
    let token = bench.key.sign(header, claims);
    let (input, signature) = token.rsplit_once('.').unwrap();
    let another = ClerkKey::new("ins_first").sign(header, claims);
    let forged = signing_input(
        &json!({"alg": "HS256", "typ": "JWT", "kid": "ins_first"}),
        claims,
    );
    let hs256 = |key: &[u8]| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, key);
        format!(
            "{forged}.{}",
            encode(hmac::sign(&key, forged.as_bytes()).as_ref())
        )
    };
    let mut other = claims.clone();
    other["sub"] = json!("user_other");
    let other = signing_input(header, &other);
    // Auth's key is as little good for a token of Clerk as Clerk's for one of ours.
    let of_auth = bench.house.issuer.sign(
        &json!({"alg": "ES256", "typ": "JWT", "kid": bench.house.issuer.kid}),
        claims,
    );
    let mut ours = crate::issuer::claims(bench.house.clock.now(), &[]);
    let as_ours = bench.key.sign(
        &json!({"alg": "RS256", "typ": "at+jwt", "kid": "ins_first"}),
        &ours,
    );
    ours["iss"] = json!(bench.server.issuer);
    let for_clerk = bench.house.issuer.token(&ours);
    for (what, token) in [
        ("another key with the same id", another),
        ("HS256 with the public key", hs256(&bench.key.public_der())),
        (
            "HS256 with the modulus",
            hs256(bench.key.public()["n"].as_str().unwrap().as_bytes()),
        ),
        ("other claims", format!("{other}.{signature}")),
        ("no signature", format!("{input}.")),
        ("no signature part", input.to_owned()),
        ("a zero signature", format!("{input}.{}", encode(&[0; 256]))),
        ("a fourth part", format!("{token}.x")),
        ("the key of auth", of_auth),
        ("a token of ours by Clerk's key", as_ours),
        ("a token of auth under Clerk's name", for_clerk),
    ] {
        bench.refused(what, &token).await;
    }
}

#[tokio::test]
async fn what_clerk_may_leave_out_is_not_missed() {
    let bench = Bench::new().await;
    for name in ["azp", "sts", "o", "fva", "pla"] {
        bench.accepted(&bench.claim(name, Value::Null)).await;
    }
    let mut bare = bench.claims["o"].clone();
    bare.as_object_mut().unwrap().remove("slg");
    bench.accepted(&bench.claim("o", bare)).await;
}

#[tokio::test]
async fn a_session_token_is_good_until_it_expires() {
    let bench = Bench::new().await;
    let token = bench.key.token(&bench.claims);
    bench.accepted(&token).await;
    bench.house.clock.advance(TimeDelta::seconds(59));
    bench.accepted(&token).await;
    bench.house.clock.advance(TimeDelta::seconds(1));
    let answer = bench.ask(&token).await;
    problem(&answer, 401, "UNAUTHENTICATED", "INVALID_TOKEN");
}

#[tokio::test]
async fn whom_auth_takes_for_nobody_is_refused_and_without_auth_nobody_knows() {
    let bench = Bench::new().await;
    let mut stranger = bench.claims.clone();
    stranger["sub"] = json!("user_stranger");
    let answer = bench.ask(&bench.key.token(&stranger)).await;
    problem(&answer, 401, "UNAUTHENTICATED", "INVALID_TOKEN");
    assert_eq!(bench.resolved().len(), 1);

    let failing = &bench.house.backend.auth.failing;
    *failing.lock().unwrap() = Some(Code::Unavailable);
    let token = bench.key.token(&bench.claims);
    problem(&bench.ask(&token).await, 503, "UNAVAILABLE", "UNAVAILABLE");
    *failing.lock().unwrap() = None;
    bench.accepted(&token).await;
    // Who is known goes on.
    *failing.lock().unwrap() = Some(Code::Unavailable);
    bench.house.clock.advance(TimeDelta::seconds(45));
    bench.accepted(&token).await;
}

#[tokio::test]
async fn a_revoked_user_is_refused_by_their_clerk_tokens_as_well() {
    let bench = Bench::new().await;
    let auth = &bench.house.backend.auth;
    let user = auth.add_account(SUBJECT, &[]);
    let token = bench.key.token(&bench.claims);
    bench.accepted(&token).await;
    let since = bench.house.clock.now() + TimeDelta::milliseconds(500);
    auth.revoke(Subject::UserId(user.to_string()), since);
    until("the revocation", async || {
        bench.ask(&token).await.status == 401
    })
    .await;
    problem(
        &bench.ask(&token).await,
        401,
        "UNAUTHENTICATED",
        "TOKEN_REVOKED",
    );
    // Signed in again; auth is asked who that is now.
    let later = bench.claim("iat", json!(since.timestamp() + 1));
    bench.accepted(&later).await;
    assert_eq!(bench.resolved().len(), 2);
}

#[tokio::test]
async fn without_a_configured_instance_there_are_no_clerk_tokens() {
    let key = ClerkKey::new("ins_first");
    let house = House::start().await;
    let claims = clerk_side::claims("https://clerk.test", SUBJECT, house.clock.now());
    let bearer = format!("Bearer {}", key.token(&claims));
    let answer = house.get(ME, &[("authorization", &bearer)]).await;
    problem(&answer, 401, "UNAUTHENTICATED", "INVALID_TOKEN");
}
