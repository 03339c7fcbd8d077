//! What a check costs, with and without the cache. Run it optimised:
//! `cargo test --release -p guardmesh-gateway --lib what_a_check_costs -- --ignored --nocapture`

use std::time::{Duration, Instant};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Utc;
use clap::Parser;
use guardmesh_chassis::id::{OrganizationId, SessionId, UserId};
use guardmesh_chassis::policy::Policies;
use guardmesh_proto::DESCRIPTORS;
use guardmesh_proto::guardmesh::auth::v1::JsonWebKey;
use http::HeaderValue;
use http::header::AUTHORIZATION;
use serde_json::{Value, json};

use super::key_set::KeySet;
use super::*;
use crate::upstream::Resolver;

const CALLER_KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
const CACHED: u32 = 100_000;
const UNCACHED: u32 = 2_000;

#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    config: Config,
}

struct Signer(EcdsaKeyPair);

impl Signer {
    fn new() -> Self {
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new()).unwrap();
        Self(EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref()).unwrap())
    }

    fn public(&self) -> KeySet {
        let (x, y) = self.0.public_key().as_ref()[1..].split_at(32);
        KeySet::of_auth(&[JsonWebKey {
            kty: "EC".to_owned(),
            r#use: "sig".to_owned(),
            alg: "ES256".to_owned(),
            kid: "kid".to_owned(),
            crv: "P-256".to_owned(),
            x: URL_SAFE_NO_PAD.encode(x),
            y: URL_SAFE_NO_PAD.encode(y),
        }])
    }

    /// The headers of a request with a token of its own.
    fn request(&self, config: &Config) -> HeaderMap {
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let now = Utc::now().timestamp();
        let header = part(json!({"alg": "ES256", "typ": "at+jwt", "kid": "kid"}));
        let claims = part(json!({
            "iss": config.token_issuer, "aud": config.token_audience,
            "sub": UserId::generate().to_string(), "org": OrganizationId::generate().to_string(),
            "sid": SessionId::generate().to_string(), "iat": now, "nbf": now, "exp": now + 1800,
            "permissions": ["api_keys:read", "guard_runs:read", "invoices:read", "webhooks:read"],
        }));
        let input = format!("{header}.{claims}");
        let signature = self.0.sign(&SystemRandom::new(), input.as_bytes()).unwrap();
        let signature = URL_SAFE_NO_PAD.encode(signature.as_ref());
        let value = HeaderValue::from_str(&format!("Bearer {input}.{signature}")).unwrap();
        HeaderMap::from_iter([(AUTHORIZATION, value)])
    }
}

fn config() -> Config {
    let arguments = [
        "gateway",
        "--caller-key",
        CALLER_KEY,
        "--upstreams",
        "auth=127.0.0.1:9",
    ];
    Arguments::try_parse_from(arguments).unwrap().config
}

async fn check(identity: &Identity, policy: &Policy, headers: &HeaderMap) {
    let caller = identity.identify(headers, policy).await;
    assert!(matches!(caller, Ok(Some(_))));
}

#[tokio::test]
#[ignore = "prints figures and proves nothing"]
async fn what_a_check_costs() {
    let config = config();
    let settings = &config.upstream;
    let resolver = Resolver::new(&config.upstreams, &settings.dns_servers).unwrap();
    let auth = Upstream::new(&config.upstreams[0], settings, 1, resolver);
    let auth = Arc::new(auth);
    let keys = CallerKeys::parse(&config.caller_key).unwrap();
    let identity = Identity::new(&config, auth, keys, Clock::system()).unwrap();
    let signer = Signer::new();
    identity.keys.hold(signer.public());
    let policies = Policies::from_descriptors(DESCRIPTORS).unwrap();
    let policy = policies
        .get("/guardmesh.auth.v1.AuthService/GetMe")
        .unwrap();

    let requests: Vec<HeaderMap> = (0..UNCACHED).map(|_| signer.request(&config)).collect();
    let time = async |requests: &[HeaderMap], times: u32| -> Duration {
        let begun = Instant::now();
        for headers in requests.iter().cycle().take(times as usize) {
            check(&identity, policy, headers).await;
        }
        begun.elapsed() / times
    };
    let uncached = time(&requests, UNCACHED).await;
    let cached = time(&requests, CACHED).await;
    let ratio = uncached.as_secs_f64() / cached.as_secs_f64();
    let bytes = requests[0][AUTHORIZATION].len();
    #[expect(clippy::print_stdout, reason = "it is what this is for")]
    {
        println!(
            "{bytes} bytes of credential: cached {cached:?}, uncached {uncached:?}, {ratio:.0}x"
        );
    }
}
