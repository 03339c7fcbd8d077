//! The ways in which a value belongs to its name, and names whose values are no secrets.

use crate::found;
use crate::tokens::Draw;

const DRAWS: u64 = 10;

fn is_found(text: &str, value: &str) -> bool {
    found("secrets", text).iter().any(|(_, hit)| *hit == value)
}

#[test]
fn a_key_is_found_however_it_is_written() {
    for template in [
        "api_token ::= \"{}\"",
        "ACCESS_TOKEN ?= {}",
        "$apiToken .= \"{}\"",
        "apiToken ||= '{}'",
        "var apiToken string = \"{}\"",
        "let api_token: &str = \"{}\";",
        "private readonly apiToken: string = '{}';",
        "System.setProperty(\"API_TOKEN\", \"{}\")",
        "<apiToken>\n    {}\n</apiToken>",
        "<add key=\"ApiToken\" value=\"{}\" />",
        "- name: API_TOKEN\n  value: {}",
        "{\"name\": \"API_TOKEN\", \"value\": \"{}\"}",
        "My deploy key is {} and it fails.",
        "Please keep this deploy token safe: {}",
        "FROM scratch\nENV ACME_API_TOKEN {}\n",
        "setx ACME_TOKEN {}",
        "set -gx ACME_TOKEN {}",
        "apiToken := \" {} \"",
        "api_token='{} '",
    ] {
        for seed in 0..DRAWS {
            let value = Draw::seeded(seed).token("<a32>");
            let text = template.replace("{}", &value);
            assert!(is_found(&text, &value), "{text:?}");
        }
    }
}

#[test]
fn short_keys_change_all_the_time() {
    for (text, value) in [
        ("const acmeToken = '63k0i3me';", "63k0i3me"),
        ("acme_secret: s1utn7b4", "s1utn7b4"),
        (
            "they sent me the secret bN4QCm6QNHu0 by mail",
            "bN4QCm6QNHu0",
        ),
    ] {
        assert!(is_found(text, value), "{text:?}");
    }
    for text in [
        "acme_token: version2",
        "acme_secret: build2024",
        "api_token = \"utf8mb4_\"",
        "the token Base64Decoder is one of code",
        "the secret of bN4QCm6QNHu0",
        "a token of v1beta1alpha",
        "const prompt = ask.password('  New password: ')",
    ] {
        let hits = found("secrets", text);
        assert!(hits.is_empty(), "{text:?}: {hits:?}");
    }
}

#[test]
fn what_is_shown_to_everybody_is_no_key() {
    for template in [
        "csrf_token = \"{}\"",
        "publicToken: {}",
        "<input name=\"authenticity_token\" value=\"{}\">",
        "next_page_token: {}",
        "export API_TOKEN={}...",
        "the cache key is {}",
        "the token request id: {}",
        "token::{}",
        "rook_table = {}, rookTable = {}",
        "api_key = \"pk_live_{}\"",
        "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-{}",
        "System.Data, Version=4.0.0.0, PublicKeyToken={}",
        "password: $2b$12${}",
        "ENV CSRF_TOKEN {}",
    ] {
        for seed in 0..DRAWS {
            let value = Draw::seeded(seed).token("<l32>");
            let text = template.replace("{}", &value);
            assert!(!is_found(&text, &value), "{text:?}");
        }
    }
}

#[test]
fn a_uuid_is_a_key_where_the_name_says_whose() {
    let uuid = Draw::seeded(1).token("<h8>-<h4>-4<h3>-a<h3>-<h12>");
    for name in [
        "ACME_TOKEN=",
        "api_token: ",
        "client_secret: ",
        "x-api-key: ",
    ] {
        assert!(is_found(&format!("{name}{uuid}"), &uuid), "{name}");
    }
    for name in [
        "token: ",
        "request_token=",
        "secret_id: ",
        "idempotency_token: ",
    ] {
        assert!(!is_found(&format!("{name}{uuid}"), &uuid), "{name}");
    }
}

#[test]
fn long_numbers_and_values_of_all_signs_are_found_by_their_name() {
    for (text, value) in [
        (
            "vbout:\n  token: 9734741337193905126710251\n",
            "9734741337193905126710251",
        ),
        (
            "acme_secret: \"u@D7GXt)t>8d(LtH^(lvZ<g=\"",
            "u@D7GXt)t>8d(LtH^(lvZ<g=",
        ),
    ] {
        assert!(is_found(text, value), "{text:?}");
    }
    for text in [
        "next_token: 9734741337193905126710251",
        "token: 1763800000123456789",
        "token: 11112222111122221111222211",
        "token_pattern = \"^[A-Za-z0-9_-]{20,}$\"",
        "secret = \"^(?P<Key>[0-9a-f]+)$\"",
        "api_key_regex: '[A-Z0-9]{16}\\.[a-z]{4}'",
        "secret: \"Key(%s)=[%d]/Vault<X9>\"",
    ] {
        let hits = found("secrets", text);
        assert!(hits.is_empty(), "{text:?}: {hits:?}");
    }
}

#[test]
fn a_vendor_within_a_word_is_none() {
    let value = Draw::seeded(3).token("00<a40>");
    assert!(is_found(&format!("OKTA_API: {value}"), &value));
    assert!(!is_found(&format!("rooktable {value}"), &value));
}

#[test]
fn manifests_of_secrets_are_found() {
    let value = Draw::seeded(5).token("<a20>");
    let other = Draw::seeded(6).token("<a24>");
    let both = format!("data:\n  user: {value}\n  password: {other}\n");
    let span = format!("{value}\n  password: {other}");
    assert!(is_found(&format!("kind: Secret\n{both}"), &span));
    assert!(is_found(
        &format!("apiVersion: v1\n{both}kind: Secret\n"),
        &span
    ));
    for text in [
        format!("kind: ConfigMap\n{both}"),
        format!("kind: SecretStore\n{both}"),
        format!("kind: Secret\n---\nkind: ConfigMap\n{both}"),
        format!("kind: ConfigMap\n{both}---\nkind: Secret\n"),
        format!("kind: Secret\nmetadata:\n  name: {value}\n"),
        "kind: Secret\ndata:\n  password: ${PASSWORD}\n".to_owned(),
    ] {
        let hits = found("secrets", &text);
        let found = hits.iter().any(|(id, _)| id == "kubernetes_secret");
        assert!(!found, "{text:?}: {hits:?}");
    }
}

#[test]
fn passwords_given_to_curl_are_found() {
    for text in [
        "curl -u deploy:Blue7Sky https://host.test/x",
        "curl -sS --user 'deploy:Blue7Sky' \\\n  https://host.test/x",
        "curl --cacert ca.crt -u elastic:Blue7Sky https://host.test",
    ] {
        assert!(is_found(text, "Blue7Sky"), "{text:?}");
    }
    for text in [
        "curl -u <user:password> https://host.test/x",
        "curl -u $USER:$PASS https://host.test/x",
        "curl -u deploy https://host.test:8080/x",
        "curl -o a https://host.test | tar -u x:yyyyyy",
    ] {
        let hits = found("secrets", text);
        assert!(hits.is_empty(), "{text:?}: {hits:?}");
    }
}

#[test]
fn a_mark_makes_a_token_only_of_what_is_drawn() {
    let drawn = Draw::seeded(9).token("<a36>");
    for name in [
        "acme_live_",
        "ACME_PROD_",
        "acme-pat-",
        "v2_acme_sk_",
        "sk-acme-",
    ] {
        let token = format!("{name}{drawn}");
        assert!(
            is_found(&format!("WARN auth with {token} failed"), &token),
            "{token}"
        );
    }
    for text in [
        format!("pk_live_{drawn}"),
        format!("acme_public_live_{drawn}"),
        "my_test_function_with_a_very_long_name_2024".to_owned(),
        "integration_test_2024_11_21_run_000123_of_42".to_owned(),
        "sk-folding-cube-with-a-very-long-class-name-12".to_owned(),
        "acme_live_0123456789abcdefghijklmnop".to_owned(),
        "acme_live_harborsunsetmelodicorange7".to_owned(),
        "acme_live_<token>, acme_live_xxxxxxxxxxxxxxxxxxxxxxxxxx".to_owned(),
        format!("acme_live_{}", &drawn[..16]),
    ] {
        let hits = found("secrets", &text);
        let found = hits.iter().any(|(id, _)| id == "marked_token");
        assert!(!found, "{text:?}: {hits:?}");
    }
}
