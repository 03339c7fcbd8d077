//! Cases of the secrets guard: each provider's format, and what only looks like one.

mod assigned;
mod drawn;
pub(crate) mod formats;
pub(crate) mod named;
mod slips;

use guardmesh_guard_engine::{Decision, decide};

use crate::tokens::Draw;
use crate::{engine, found, scan};
use formats::FORMATS;
use named::NAMED;

/// How many tokens are drawn of each format.
const DRAWS: u64 = 20;

#[test]
fn every_format_is_found_wherever_it_stands() {
    for (rule, template) in FORMATS {
        for seed in 0..DRAWS {
            let token = Draw::seeded(seed).token(template);
            for text in [
                token.clone(),
                format!("export KEY={token}\n"),
                format!("{{\"value\": \"{token}\", \"n\": 1}}"),
                format!("Use {token}, please."),
                format!("a\\n{token}\\nb"),
                format!("https://host/?k=%3D{token}&x=1"),
            ] {
                let hits = found("secrets", &text);
                let hit = hits.iter().any(|(id, value)| id == rule && *value == token);
                assert!(hit, "{rule} in {text:?}: {hits:?}");
            }
        }
    }
}

#[test]
fn a_token_is_blocked() {
    for (rule, template) in FORMATS {
        let token = Draw::seeded(7).token(template);
        assert_eq!(decide(&scan("secrets", &token)), Decision::Block, "{rule}");
    }
}

#[test]
fn part_of_a_longer_word_is_no_token() {
    for (rule, template) in FORMATS {
        let token = Draw::seeded(3).token(template);
        for text in [format!("Q7{token}"), format!("x_{token}")] {
            let hits = found("secrets", &text);
            let before = [
                "telegram_bot_token",
                "mailchimp_key",
                "terraform_cloud_token",
                "azure_client_secret",
                "slack_webhook",
                "discord_webhook",
                "unleash_token",
            ];
            let hit = hits.iter().any(|(id, _)| id == rule);
            assert!(
                !hit || before.contains(rule),
                "{rule} in {text:?}: {hits:?}"
            );
        }
    }
}

#[test]
fn placeholders_of_every_format_are_no_token() {
    for (rule, template) in FORMATS {
        if ["private_key", "jwt"].contains(rule) {
            continue;
        }
        let token = Draw::seeded(3).token(template);
        let drawn = template.find('<').expect("a random part");
        let filler: String = token[drawn..]
            .chars()
            .map(|c| match c {
                'a'..='f' | '0'..='9' => 'a',
                'g'..='z' => 'x',
                'A'..='Z' => 'X',
                other => other,
            })
            .collect();
        for text in [
            format!("{}{filler}", &token[..drawn]),
            format!("{}<token>", &token[..drawn]),
            format!("{}${{TOKEN}}", &token[..drawn]),
            format!("{}...", &token[..drawn]),
        ] {
            let hits = found("secrets", &text);
            let hit = hits
                .iter()
                .any(|(id, _)| id == rule && !filler.contains(['.', '/', '~']));
            assert!(!hit, "{rule} in {text:?}: {hits:?}");
        }
    }
}

#[test]
fn a_value_is_found_beside_its_name() {
    for (rule, template) in NAMED {
        for seed in 0..DRAWS {
            let text = Draw::seeded(seed).token(template);
            let hits = found("secrets", &text);
            assert!(
                hits.iter().any(|(id, _)| id == rule),
                "{rule} in {text:?}: {hits:?}"
            );
        }
    }
}

#[test]
fn a_value_without_its_name_is_not_found() {
    for (rule, template) in NAMED {
        let drawn = template.find('<').expect("a drawn part");
        for seed in 0..DRAWS {
            let value = Draw::seeded(seed).token(&template[drawn..]);
            let text = format!("See {value} there.");
            let hits = found("secrets", &text);
            assert!(hits.iter().all(|(id, _)| id != rule), "{text:?}: {hits:?}");
        }
    }
}

#[test]
fn the_beginning_of_a_token_is_no_token() {
    for (rule, template) in FORMATS {
        let drawn = template.find('<').expect("a drawn part");
        for seed in 0..DRAWS {
            let token = Draw::seeded(seed).token(template);
            let text = format!("It begins with {} as all do.", &token[..drawn + 8]);
            let hits = found("secrets", &text);
            assert!(hits.iter().all(|(id, _)| id != rule), "{text:?}: {hits:?}");
        }
    }
}

#[test]
fn every_rule_has_a_case() {
    let guard = engine().guard("secrets").expect("the guard");
    for rule in guard.rules() {
        let listed = FORMATS.iter().chain(NAMED).any(|(id, _)| *id == rule.id);
        assert!(listed, "{} has no case", rule.id);
    }
    assert!(guard.rules().len() >= 400);
}

#[test]
fn what_is_assigned_to_a_secret_name_is_found() {
    let cases = [
        ("password = \"Tr0ub4dor&3\"", "Tr0ub4dor&3"),
        ("DB_PASSWORD=s3cr3t!Pass", "s3cr3t!Pass"),
        ("password: hunter2hunter2", "hunter2hunter2"),
        ("\"passwd\": \"qW3$rT6&yU\",", "qW3$rT6&yU"),
        ("config['password'] = 'aB3$xYz9'", "aB3$xYz9"),
        ("my password is Winter2026!", "Winter2026"),
        ("{\\\"password\\\": \\\"zX9#kLm2\\\"}", "zX9#kLm2"),
        ("api_key = \"k3Jf9wQz7PxLm2NsR8vT\"", "k3Jf9wQz7PxLm2NsR8vT"),
        (
            "secret: 9f86d081884c7d659a2feaa0c55ad015",
            "9f86d081884c7d659a2feaa0c55ad015",
        ),
        (
            "clientSecret := `Zm9v7YmFy9QmF6MTIzNDU2`",
            "Zm9v7YmFy9QmF6MTIzNDU2",
        ),
        ("X-Auth-Token: 7d9fK2mQ4vB8xN1cL6pR", "7d9fK2mQ4vB8xN1cL6pR"),
        (
            "Authorization: Bearer 7d9fK2mQ4vB8xN1cL6pR",
            "7d9fK2mQ4vB8xN1cL6pR",
        ),
        ("deploy --password q7!Winter --dry-run", "q7!Winter"),
        ("<password>q7!Winter</password>", "q7!Winter"),
        ("db.setPassword(\"q7!Winter\");", "q7!Winter"),
        (
            "The password for the printer is Blue!Sky42, ok?",
            "Blue!Sky42",
        ),
        (
            "Das Passwort für den Drucker lautet Blau!Himmel42.",
            "Blau!Himmel42",
        ),
        ("La contraseña es Azul?Cielo42", "Azul?Cielo42"),
        ("passwörter? password=Grün3sHaus!x", "Grün3sHaus!x"),
    ];
    for (text, wanted) in cases {
        let hits = found("secrets", text);
        let hit = hits
            .iter()
            .any(|(id, value)| id.starts_with("generic") && *value == wanted);
        assert!(hit, "{text:?}: {hits:?}");
        let decision = decide(&scan("secrets", text));
        assert_eq!(decision, Decision::Redact, "{text:?}: {hits:?}");
    }
}

#[test]
fn what_only_looks_like_a_secret_is_not_found() {
    let cases = [
        "password = \"changeme\"",
        "password = os.environ[\"DB_PASSWORD\"]",
        "password = getpass.getpass()",
        "password: ${DB_PASSWORD}",
        "password: {{ vault_password }}",
        "password=$DB_PASSWORD",
        "password: <your password>",
        "password = config.database.password",
        "password: str",
        "password: String,",
        "let token = lexer.next_token();",
        "token: 3f2504e0-4f89-41d3-9a0c-0305e82c3301",
        "max_tokens: 4096",
        "secret_name: production-database-credentials",
        "token_url = \"https://auth.host.test/oauth2/v2/token\"",
        "passwordHash: $2b$12$abcdefghijk",
        "secretId = \"my-app-secret-id-2\"",
        "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
        "checksum = \"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\"",
        "\"integrity\": \"sha512-Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4==\"",
        "index 83db48f..bf2c1a9 100644",
        "id: 550e8400-e29b-41d4-a716-446655440000",
        "The password policy for us is ISO27001-based.",
        "The password field: use 8+ characters, e.g. letters.",
        "a bearer of good news, a bearer bond 2026-11-21-series",
        "The password must have at least 12 characters and 1 digit.",
        "Forgot your password? Reset it: https://host.test/reset",
        "secret = my-cluster-token-v2",
        "    pub HistoryToken: D3DKMT_PRESENTHISTORYTOKEN,",
        "    let private_key: Curve25519SeedBin = key;",
        "const MsV1_0ChangePassword: MSV1_0_PROTOCOL_MESSAGE_TYPE = 5i32;",
        "libc::passwd::pw_gecos1",
        "Plugin::Sha256Password => \"sha256_password\",",
        "http://a:b@c:29/d",
        "starts with `-----BEGIN PRIVATE KEY-----`.\n\n# Example 1\nNote: text\n-----BEGIN PRIVATE KEY-----",
        "postgres://user:${PGPASSWORD}@localhost/db",
        "postgres://user:password@localhost/db",
        "https://user:<password>@host.test/",
        "https://host.test:8080/path@2x.png",
        "https://example.com/a:b@c",
        "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA\n-----END PUBLIC KEY-----",
        "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUF\n-----END CERTIFICATE-----",
        "-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----",
        "eyJ is how every JWT begins",
        "task-sk-1234 and mask-sk- are class names",
        "Asia, the mask, the key-note, and an API-first tale of re_use",
        "import { secretKey } from './config'",
        "A3-sized paper, exo-planets, a hawk.eye view, pat.select(x) and ext_modules",
        "polar_at_night_the_sun_is_low, lip_sync_animation_curve_editor, ion_channels",
        "total 1000.00 of 1000.5 units in the st. james.park.2024 branch",
        "xprv is the prefix of an extended private key, xpub that of a public one",
        "machine learning for login and password prediction is a field of research",
        "machine example.com login your_name password your_password",
        "twitter token bucket: see https://host.test/a/very/long/path/to/some/page/of/interest",
        "The travis secret sauce is caching; the drone token ring is not a network.",
        "sentry auth: 401 since 2026-11-21, facebook token: expired",
        "PrivateKey = ed25519.GenerateKey(rand.Reader), PresharedKey = None",
        "AccountKey=${AZURE_STORAGE_KEY};SharedAccessKey=<key>;Secret=<secret>",
        "essu_, pcsk_, vcp_ and rpa_ are prefixes of tokens",
        "jenkins build 11 of api_token_rotation finished in 11m 32s",
        "pk_live_51 is public, pk_12345678_short is no token",
        "kubectl get pods -n sumologic -o yaml # key: collection-sumologic-fluentd-0",
        "binance key: https://www.host.test/en/support/faq/how-to-create-api-keys-on-binance-360002",
        "plaid secret garden, woo token economy, lob_api_version=2024-01-01",
        "if (token == null || token === undefined) return;",
        "Authorization: Bearer <token>",
        "Authorization: Bearer ${accessToken}",
        "pl_PL, cu_CU and cal_2026 are no keys; 1//0 divides; secret-santa, secret-live-shows",
        "ck-editor, m0-series, 0.5f3c and AAAA records",
        "the key is under the mat, my key is my-cluster-key-v2, the key is 12345",
        "keyVaultToStoreSecrets: cmp2-qat-1208358310",
        "secret: see kind: Secret, data: none",
        "let $node_passthrough = $node.node_passthrough_2; test_passed = run_12345",
        "db_password = $settings.database_password",
        "api_token: acme-572370529330-k3Jf9wQz7PxL-##########",
    ];
    for text in cases {
        let hits = found("secrets", text);
        assert!(hits.is_empty(), "{text:?}: {hits:?}");
    }
}

#[test]
fn documented_examples_are_not_found() {
    let cases = [
        ["AKIA", "IOSFODNN7EXAMPLE"].concat(),
        [
            "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/",
            "bPxRfiCYEXAMPLEKEY",
        ]
        .concat(),
        ["sk_test", "_4eC39HqLyjWDarjtT1zdp7dc"].concat(),
        [
            "https://hooks.slack.com/services/T00000000/",
            "B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
        ]
        .concat(),
    ];
    for text in cases {
        let hits = found("secrets", &text);
        assert!(hits.is_empty(), "{text:?}: {hits:?}");
    }
}

#[test]
fn a_token_that_was_typed_only_flags() {
    let token = ["gh", "p_", "abcdefghijklmnopqrstuvwxyz0123456789"].concat();
    assert_eq!(decide(&scan("secrets", &token)), Decision::Flag);
}

#[test]
fn a_fitting_checksum_raises_the_score() {
    let fits = ["ghp", "_", "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ", "0mLq17"].concat();
    let score = |text: &str| scan("secrets", text)[0].score;
    assert!(score(&fits) > score(&fits.replace("0mLq17", "0mLq18")));
}

#[test]
fn passwords_in_addresses_are_found_alone() {
    let mut draw = Draw::seeded(11);
    let cases = [
        (
            "postgres://app:<a16>@db.host.test:5432/app",
            "connection_string",
        ),
        (
            "postgresql+asyncpg://app:<a16>@[::1]:5432/app",
            "connection_string",
        ),
        (
            "mongodb+srv://app:<a16>@cluster0.host.test/",
            "connection_string",
        ),
        ("redis://:<a16>@cache:6379/0", "connection_string"),
        (
            "https://deploy:<a16>@git.host.test/repo.git",
            "basic_auth_url",
        ),
    ];
    for (template, rule) in cases {
        let text = draw.token(template);
        let hits = found("secrets", &text);
        assert_eq!(hits.len(), 1, "{text:?}: {hits:?}");
        assert_eq!(hits[0].0, rule);
        assert_eq!(hits[0].1.len(), 16, "{hits:?}");
    }
}

#[test]
fn a_private_key_is_found_whole() {
    let body: String = Draw::seeded(5).token("<b64>\n<b64>\n<b64>\n");
    for label in [
        "RSA PRIVATE KEY",
        "PRIVATE KEY",
        "OPENSSH PRIVATE KEY",
        "EC PRIVATE KEY",
    ] {
        let key = format!("-----BEGIN {label}-----\n{body}-----END {label}-----");
        let text = format!("a\n{key}\nb");
        assert_eq!(
            found("secrets", &text),
            [("private_key".to_owned(), key.as_str())]
        );
        // Cut off, and escaped in a string.
        let cut = &key[..key.len() - 40];
        assert_eq!(found("secrets", cut)[0].0, "private_key");
        let escaped = format!("\"{}\"", key.replace('\n', "\\n"));
        let hits = found("secrets", &escaped);
        assert_eq!(hits[0].1.len(), escaped.len() - 2, "{hits:?}");
    }
    let json = format!(
        "{{\"type\": \"service_account\", \"private_key\": \"-----BEGIN PRIVATE KEY-----\\n{}-----END PRIVATE KEY-----\\n\"}}",
        body.replace('\n', "\\n")
    );
    assert_eq!(found("secrets", &json)[0].0, "gcp_service_account_key");
}

#[test]
fn a_key_file_of_putty_is_found_whole() {
    let line = Draw::seeded(11).token("<b64>");
    let mac = Draw::seeded(12).token("<h64>");
    for (lines, end) in [
        (
            format!("{line}\n{line}\nAbc="),
            format!("\nPrivate-MAC: {mac}"),
        ),
        (line.clone(), String::new()),
    ] {
        let head = "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: deploy\nPublic-Lines: 1\n";
        let file = format!("{head}{line}\nPrivate-Lines: 3\n{lines}{end}");
        let text = format!("Look:\n{file}\n");
        let found = found("secrets", &text);
        assert!(
            found.contains(&("putty_key".to_owned(), &*file)),
            "{found:?}"
        );
    }
    for text in [
        "PuTTY-User-Key-File-3: ssh-ed25519\nPublic-Lines: 1\nAAAA\n".to_owned(),
        "PuTTY-User-Key-File-2 is the first line; Private-Lines: 8 counts.".to_owned(),
        format!(
            "PuTTY-User-Key-File-3: ssh-rsa\nPrivate-Lines: 1\n{}\n",
            "A".repeat(64)
        ),
    ] {
        let found = found("secrets", &text);
        assert!(
            found.iter().all(|(id, _)| id != "putty_key"),
            "{text:?}: {found:?}"
        );
    }
}
