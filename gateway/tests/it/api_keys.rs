//! API keys: verified through auth, remembered by hash, and good for a while without auth.

use chrono::TimeDelta;
use guardmesh_chassis::caller::Caller;
use guardmesh_chassis::testing::http::Response;
use guardmesh_proto::guardmesh::auth::v1::VerifyApiKeyResponse;
use tonic::Code;

use crate::auth_side::new_secret;
use crate::house::House;
use crate::problem::problem;

const ME: &str = "/api/v1/auth/me";

async fn ask(house: &House, key: &str) -> Response {
    house.get(ME, &[("x-api-key", key)]).await
}

fn questions(house: &House) -> usize {
    house.backend.auth.verified.lock().unwrap().len()
}

fn fail(house: &House, code: Option<Code>) {
    *house.backend.auth.failing.lock().unwrap() = code;
}

fn pass(house: &House, seconds: i64) {
    house.clock.advance(TimeDelta::seconds(seconds));
}

#[tokio::test]
async fn a_key_identifies_its_user_organisation_and_permissions() {
    let house = House::start().await;
    let (key, known) = house.backend.auth.add_key(&["webhooks:read"]);
    let bearer = format!("Bearer {key}");
    for headers in [[("x-api-key", key.as_str())], [("authorization", &bearer)]] {
        let answer = house.get(ME, &headers).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    // Once for both; the secret itself did not leave the gateway.
    assert_eq!(questions(&house), 1);
    assert_eq!(house.backend.auth.verified.lock().unwrap()[0].len(), 32);
    let calls = house.backend.calls("GetMe");
    for call in &calls {
        let Some(Caller::User(caller)) = &call.caller else {
            panic!("{:?}", call.caller);
        };
        let seen = VerifyApiKeyResponse {
            api_key_id: caller.api_key.unwrap().to_string(),
            user_id: caller.user.to_string(),
            organization_id: caller.organization.unwrap().to_string(),
            permissions: caller.permissions.clone(),
            expire_time: None,
        };
        assert_eq!(seen, known);
        assert_eq!(caller.session, None);
        assert!(!format!("{:?}", call.metadata).contains(&key));
    }
    assert_eq!(calls.len(), 2);
}

#[tokio::test]
async fn what_is_no_key_is_refused_here() {
    let house = House::start().await;
    let (good, _) = house.backend.auth.add_key(&[]);
    let last = if good.ends_with('z') { 'y' } else { 'z' };
    let typo = format!("{}{last}", &good[..61]);
    for key in [
        "",
        &good.to_uppercase(),
        &good[..61],
        &format!("{good}0"),
        &typo,
        "gmk_",
        "gmk_short",
        "secret",
        "gmk_0123456789abcdef'or'1'='1",
        "gmk_../../../../etc/passwd",
    ] {
        problem(
            &ask(&house, key).await,
            401,
            "UNAUTHENTICATED",
            "INVALID_API_KEY",
        );
    }
    assert_eq!(questions(&house), 0);
}

#[tokio::test]
async fn a_key_that_auth_does_not_know_is_asked_for_once() {
    let house = House::start().await;
    let unknown = &new_secret();
    for _ in 0..3 {
        let answer = ask(&house, unknown).await;
        problem(&answer, 401, "UNAUTHENTICATED", "INVALID_API_KEY");
        let challenge = answer.header("www-authenticate").unwrap();
        assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
    }
    assert_eq!(questions(&house), 1);
    pass(&house, 5);
    problem(
        &ask(&house, unknown).await,
        401,
        "UNAUTHENTICATED",
        "INVALID_API_KEY",
    );
    assert_eq!(questions(&house), 2);
}

#[tokio::test]
async fn many_at_once_ask_once() {
    let house = House::start().await;
    let (key, _) = house.backend.auth.add_key(&[]);
    let asks = (0..40).map(|_| ask(&house, &key));
    for answer in futures_util::future::join_all(asks).await {
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    assert_eq!(questions(&house), 1);
}

#[tokio::test]
async fn what_auth_says_is_asked_again_after_a_while() {
    let house = House::start().await;
    let (key, known) = house.backend.auth.add_key(&[]);
    assert_eq!(ask(&house, &key).await.status, 200);
    let more = VerifyApiKeyResponse {
        permissions: vec!["webhooks:read".to_owned()],
        ..known
    };
    house.backend.auth.set_key(&key, more.clone());
    pass(&house, 29);
    let permissions = async || {
        assert_eq!(ask(&house, &key).await.status, 200);
        match house.backend.calls("GetMe").pop().unwrap().caller {
            Some(Caller::User(caller)) => caller.permissions,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(permissions().await, [""; 0]);
    pass(&house, 1);
    assert_eq!(permissions().await, more.permissions);
    house.backend.auth.remove_key(&key);
    pass(&house, 30);
    problem(
        &ask(&house, &key).await,
        401,
        "UNAUTHENTICATED",
        "INVALID_API_KEY",
    );
}

#[tokio::test]
async fn a_known_key_works_for_a_while_without_auth_and_an_unknown_one_does_not() {
    let house = House::start().await;
    let (key, _) = house.backend.auth.add_key(&[]);
    let (other, _) = house.backend.auth.add_key(&[]);
    assert_eq!(ask(&house, &key).await.status, 200);
    for code in [Code::Unavailable, Code::Internal, Code::ResourceExhausted] {
        fail(&house, Some(code));
        pass(&house, 40);
        assert_eq!(ask(&house, &key).await.status, 200, "{code}");
        let answer = ask(&house, &other).await;
        problem(&answer, 503, "UNAVAILABLE", "UNAVAILABLE");
        assert_eq!(answer.header("retry-after"), Some("1"));
    }
    pass(&house, 180);
    problem(&ask(&house, &key).await, 503, "UNAVAILABLE", "UNAVAILABLE");
    fail(&house, None);
    assert_eq!(ask(&house, &key).await.status, 200);
    assert_eq!(ask(&house, &other).await.status, 200);
}

#[tokio::test]
async fn a_key_ends_when_it_expires() {
    let house = House::start().await;
    let (key, known) = house.backend.auth.add_key(&[]);
    let expiring = VerifyApiKeyResponse {
        expire_time: Some(prost_types::Timestamp {
            seconds: house.clock.now().timestamp() + 10,
            nanos: 0,
        }),
        ..known
    };
    house.backend.auth.set_key(&key, expiring);
    assert_eq!(ask(&house, &key).await.status, 200);
    // Auth would say so, and is not there to say it.
    fail(&house, Some(Code::Unavailable));
    pass(&house, 9);
    assert_eq!(ask(&house, &key).await.status, 200);
    pass(&house, 1);
    problem(&ask(&house, &key).await, 503, "UNAVAILABLE", "UNAVAILABLE");
}

#[tokio::test]
async fn public_methods_do_not_look() {
    let house = House::start().await;
    let headers = [("x-api-key", "gmk_wrong")];
    let answer = house
        .request("POST", "/api/v1/auth/login", &headers, b"{}")
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}
