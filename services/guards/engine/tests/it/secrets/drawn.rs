//! Drawn keys by what is said around them, and drawn values that are no keys.

use crate::tokens::Draw;
use crate::{found, scan};

const DRAWS: u64 = 10;

/// Whether all of the value is part of a finding, or none of it.
fn is_found(text: &str, value: &str) -> bool {
    let hits = found("secrets", text);
    hits.iter().any(|(_, hit)| hit.contains(value))
}

#[test]
fn a_key_is_found_by_what_is_said_around_it() {
    for template in [
        "ENV ACME_SECRET {}",
        "acmeKey: {}",
        "acmekey: {}",
        "# Acme\nKEY={}",
        "acme.api.key = {}",
        "GET /v2/list?key={}&limit=10",
        "WARN acme: request with key {} rejected",
        "acme token - '{}'",
        "The deploy key:\n{}\n\nDoes it work?",
        "Use {} as the deploy token.",
        "We rotated the secret, the new one is {}",
        "Here are the credentials that you need: {}.",
        "args: [\"--auth\", \"{}\"]",
        "client := acme.NewClient(\"{}\")",
        "stripe: {}",
        "| Datadog | {} | production |",
        "Is acme_production_{} still valid?",
        "please rotate our credentials, the old one was {}.",
        "app[311]: acme auth: using {}",
    ] {
        for (seed, class) in (0..DRAWS).flat_map(|seed| ["a36", "h40"].map(|class| (seed, class))) {
            let value = Draw::seeded(seed).token(&format!("<{class}>"));
            // Nothing but the name of a digest tells hex on a line below from a key.
            let unclear = ["\n{}", "_{}"].iter().any(|part| template.contains(part));
            if class == "h40" && unclear {
                continue;
            }
            let text = template.replace("{}", &value);
            assert!(is_found(&text, &value), "{text:?}");
        }
    }
}

#[test]
fn a_name_of_its_own_says_enough_of_what_is_long_and_plain() {
    for seed in 0..DRAWS {
        let value = Draw::seeded(seed).token("<a32>");
        for text in ["wobblify: {}", "| Wobblify | {} | live |"] {
            let text = text.replace("{}", &value);
            assert!(is_found(&text, &value), "{text:?}");
        }
        let (hex, short) = (Draw::seeded(seed).token("<h40>"), &value[..18]);
        for text in [
            format!("data: {value}"),
            format!("ab: {value}"),
            format!("row_label: {value}"),
            format!("wobblify: {hex}"),
            format!("wobblify: {short}"),
            format!("wobblify: {value}=="),
            format!("wobblify {value}"),
            format!("https://host.test/?gclid={value}"),
            format!("kid: {value}"),
            format!("traceparent: 00-{value}-01"),
        ] {
            assert!(!is_found(&text, &value[..18]), "{text:?}");
            assert!(!is_found(&text, &hex), "{text:?}");
        }
    }
}

#[test]
fn what_is_said_to_be_no_key_is_none() {
    for template in [
        "the commit {} repairs the token",
        "The bugsnag project id is {}",
        "The acme token id was {}",
        "the key 'x7){}' is cut",
        "the key 'x7]{}' is cut",
        "the key '{}(x)' is cut",
        "let value = datadog{}(key)",
        "sha256 of the token file: {}",
        "login, trace {}",
        "md5 of the login page: {}",
        "The deploy key:\n\n\n\n\n\n{}\n",
        "the public key {}",
        "github.com/acme/token v1.4.2 h1:{}=",
        "https://cdn.acme.test/token/{}/app.js",
        "\"KeyArn\": \"arn:aws:kms:eu-west-1:123456789012:key/{}\"",
        "the key '{}?x' is cut",
        "the key 'x#{}' is cut",
        "the key 'x?{}' is cut",
        "the key 'x7!{}' is cut",
        "gpg --recv-keys {}",
        "cache_key: {}",
        "{\"tokenHash\": \"{}\"}",
        "twilio md5: {}",
        "key arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-{}",
        "gpg: using RSA key {}",
        "public key token={}, Version=4.0.0.0",
        "Location: /oauth/authorize?client_id=abc&state={}",
        "Sec-WebSocket-Key: {}",
        "password_digest: \"$2a$10${}\"",
        "login pk_live_{}",
        "ssh-rsa AAAAB3Nza{} deploy-key",
        "<img alt=\"key\" src=\"data:image/png;base64,{}\">",
        "my Token::{} of code",
        "See {} there.",
    ] {
        for (seed, class) in (0..DRAWS).flat_map(|seed| ["a32", "h32"].map(|class| (seed, class))) {
            let value = Draw::seeded(seed).token(&format!("<{class}>"));
            let text = template.replacen("{}", &value, 1);
            assert!(!is_found(&text, &value), "{text:?}");
        }
    }
}

#[test]
fn a_range_of_commits_is_no_key() {
    for seed in 0..DRAWS {
        let [from, to] = [seed, seed + DRAWS].map(|seed| Draw::seeded(seed).token("<h8>"));
        let range = format!("{from}..{to}");
        for text in [
            format!("diff --git a/src/key.rs b/src/key.rs\nindex {range} 100644\n"),
            format!("   {range}  main -> token"),
            format!("token = os.environ[\"ACME_TOKEN\"]\nindex {range} 100644\n"),
        ] {
            assert!(!is_found(&text, &range), "{text:?}");
            assert!(!is_found(&text, &from), "{text:?}");
        }
    }
}

#[test]
fn identifiers_of_objects_are_no_keys() {
    for seed in 0..DRAWS {
        let id = Draw::seeded(seed).token("<a21>") + "7Q2";
        for text in [
            format!("The stripe customer is cus_{id}, and we lost the key."),
            format!("stripe payment token of pi_{id}"),
            format!("openai key used in thread_{id}"),
        ] {
            assert!(!is_found(&text, &id), "{text:?}");
        }
        let text = format!("The stripe token is zz_{id}.");
        assert!(is_found(&text, &format!("zz_{id}")), "{text:?}");
    }
}

#[test]
fn a_digest_or_uuid_is_a_key_only_where_it_is_called_one() {
    for seed in 0..DRAWS {
        let digest = Draw::seeded(seed).token("<h40>");
        let uuid = Draw::seeded(seed).token("<h8>-<h4>-4<h3>-a<h3>-<h12>");
        for value in [digest, uuid] {
            for text in [
                format!("KEY={value}"),
                format!("acme token = '{value}'"),
                format!("new AcmeAPI(\"{value}\")"),
            ] {
                assert!(is_found(&text, &value), "{text:?}");
            }
            for text in [
                format!("the token service runs {value} now"),
                format!("{value} token service: start again"),
                format!("Our tokens\n{value}\n"),
            ] {
                assert!(!is_found(&text, &value), "{text:?}");
            }
        }
    }
}

#[test]
fn words_with_numbers_are_not_drawn() {
    for text in [
        "key: i586-unknown-linux-gnu-20ab",
        "keys.init(tls.TLS_AES_128_GCM_SHA256, secret)",
        "#[cfg(feature = \"Win32_System_WinRT_Metadata\")] // key",
        "badge key: view-20on-sourcegraph-A112FE",
        "EVP_PKEY *d2i_AutoPrivateKey(key)",
        "key file usr/lib/x86_64-linux-gnu/libssl3a.so.1.1",
        "key: c29tZSBwbGFpbiB3b3JkcyBvZiBhIHRleHQ",
        "a token of type math.Float64bits is read",
        "aws:secretsmanager:eu-west-1:123456789012:secret:acme-AbCdEf",
        "Token: `urn:uuid:181d4fae-7d8c-11d0-a765-00a0c91e6bf2`",
    ] {
        let hits = found("secrets", text);
        assert!(hits.is_empty(), "{text:?}: {hits:?}");
    }
}

#[test]
fn an_identifier_and_its_secret_are_one_value() {
    for seed in 0..DRAWS {
        for template in [
            "<l20>4k2x:<l34>7q2z",
            "<h8>-<h4>-4<h3>-a<h3>-<h12>:<h32>",
            "<a20>4kQ2:<a40>",
        ] {
            let pair = Draw::seeded(seed).token(template);
            let text = format!("client := acme.NewClient(\"{pair}\")");
            assert!(is_found(&text, &pair), "{text:?}");
        }
        let pair = Draw::seeded(seed).token("<h8>-<h4>-4<h3>-a<h3>-<h12>:<h32>");
        let text = format!("please store this:\n  {pair}\nthanks");
        assert!(is_found(&text, &pair), "{text:?}");
        let hex = Draw::seeded(seed).token("<h32>:<h32>");
        for text in [
            format!("please store this:\n  {hex}\nthanks"),
            format!("uber-trace-id: {hex}:0:1"),
            format!("please store this:\n  {pair}:1\nthanks"),
        ] {
            assert!(
                !is_found(&text, &hex) && !is_found(&text, &pair),
                "{text:?}"
            );
        }
    }
}

#[test]
fn a_name_is_enough_for_letters_alone() {
    let value = "vTqRZbLKmXwHyPNsGdFC";
    for text in [
        format!("codemagic_key: \"{value}\""),
        format!("# Acme\nKEY={value}"),
    ] {
        assert!(is_found(&text, value), "{text:?}");
    }
    for text in [
        format!("wobblify: {value}"),
        format!("the key of {value} is lost"),
        "acme_key: HTTPSConnectionFactoryXMLParser".to_owned(),
        "KEY=SSL_CTX_set_EVP_PKEY_CTX_RSA_PSS".to_owned(),
    ] {
        let hits = found("secrets", &text);
        assert!(hits.is_empty(), "{text:?}: {hits:?}");
    }
}

#[test]
fn an_escape_before_a_key_is_no_part_of_it() {
    let value = Draw::seeded(4).token("<a32>");
    let text = format!("the key is\\n{value}\\n");
    let hits = found("secrets", &text);
    assert!(hits.iter().any(|(_, hit)| *hit == value), "{hits:?}");
    let text = format!("https://host.test/v1?login%3D{value}");
    let hits = found("secrets", &text);
    assert!(hits.iter().any(|(_, hit)| *hit == value), "{hits:?}");
}

#[test]
fn short_keys_and_keys_of_letters_are_found_by_their_name() {
    for value in [
        "7R4KX9PM2W6T",
        "K7Q-2ZP-9XH-4WD",
        "vTqRZbLKmXwHyPNsGdFC",
        "a30kzwoyajrbmnmmlcabpyuqib88hp8m",
    ] {
        for text in [
            format!("auth_key = \"{value}\""),
            format!("AUTH_KEY={value}"),
            format!("- name: AUTH_KEY\n  value: {value}"),
            format!("let auth_key: &str = \"{value}\";"),
        ] {
            assert!(is_found(&text, value), "{text:?}");
        }
    }
    for value in [
        "getTokenFromCacheOrFail",
        "HTTPSConnectionFactoryXMLParser",
        "release-2024",
        "session-store-v2",
        "id_rsa_4096",
    ] {
        let text = format!("auth_key = \"{value}\"");
        assert!(!is_found(&text, value), "{text:?}");
    }
}

#[test]
fn nothing_of_a_drawn_key_is_shown() {
    let value = Draw::seeded(8).token("<a43>=");
    let findings = scan(
        "secrets",
        &format!("the key that I was given, {value}, fails"),
    );
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(&*findings[0].preview, "****");
}

#[test]
fn a_client_is_made_of_its_key() {
    for seed in 0..DRAWS {
        let value = Draw::seeded(seed).token("<a32>");
        let hex = Draw::seeded(seed).token("<h40>");
        for (text, value) in [
            (format!("const client = new Wobblify(\"{value}\");"), &value),
            (format!("new Wobblify('{value}', 30)"), &value),
            (format!("new Datadog(\"{hex}\")"), &hex),
        ] {
            assert!(is_found(&text, value), "{text:?}");
        }
        for (text, value) in [
            (format!("assertWobbly(\"{value}\")"), &value),
            (format!("new Wobblify(\"{hex}\")"), &hex),
            (format!("new Wobblify(size, \"{value}\")"), &value),
        ] {
            assert!(!is_found(&text, value), "{text:?}");
        }
    }
}

#[test]
fn a_form_of_its_own_is_enough_for_what_is_long() {
    for seed in 0..DRAWS {
        for template in [
            "wbl_<a40>",
            "WBL-<a36>",
            "wbl_v2_<a40>",
            "wb2_pt_<H34>7fF",
            "wbl_<l40>",
        ] {
            let value = Draw::seeded(seed).token(template);
            for text in [
                format!("Is {value} still valid?"),
                format!("It printed\n\n    {value}\n\nand stopped."),
                format!("value: {value}"),
            ] {
                assert!(is_found(&text, &value), "{text:?}");
            }
            for text in [
                format!("https://cdn.host.test/{value}"),
                format!("the commit {value}"),
                format!("See {value}.min.js there"),
            ] {
                assert!(!is_found(&text, &value), "{text:?}");
            }
        }
        for template in [
            "wbl_<h40>",
            "wbl-<h8>-<h4>-4<h3>-a<h3>-<h12>",
            "wbl_<a24>",
            "wobblify-worker-of-the-second-region-<h9>-<l5>",
            "SPDXRef-ContainerImage-<h16>",
            "System-Generic_Hd_Mp4_Hev1_Aac_16x9_<a2>_1280x720p_30Hz_5Mbps_Qvbr_Vq9",
            "sha384-<a64>",
            "<a2>_<a40>.<a8>",
        ] {
            let value = Draw::seeded(seed).token(template);
            let text = format!("Is {value} still valid?");
            assert!(!is_found(&text, &value), "{text:?}");
        }
    }
}

#[test]
fn letters_that_form_no_words_are_drawn() {
    for (text, value) in [
        (
            "Use this for acme auth: BXwZEQZeGDUatpDy",
            "BXwZEQZeGDUatpDy",
        ),
        (
            "acme token = 'SSVmFDNCFfOHKXQAEckx'",
            "SSVmFDNCFfOHKXQAEckx",
        ),
        ("ACME_KEY=4ajywppzubg7dibs", "4ajywppzubg7dibs"),
        (
            "the key is oavxnhyhx7q396gowoe3h9dmtbgi6jwze.",
            "oavxnhyhx7q396gowoe3h9dmtbgi6jwze",
        ),
        ("acme_secret = \"vZrEclFwOqeA\"", "vZrEclFwOqeA"),
    ] {
        assert!(is_found(text, value), "{text:?}");
    }
    for text in [
        "see libxslt-keys.html#xsltInitCtxtKeys",
        "the token of donaudampfschifffahrtsgesellschaft2024",
        "acme_secret = \"StoredInTheVaultOfTheTeam\"",
        "key: HttpVerbsOfTheSecondVersion2",
        "KEY=szczebrzeszynskiego12",
    ] {
        let hits = found("secrets", text);
        assert!(hits.is_empty(), "{text:?}: {hits:?}");
    }
}
