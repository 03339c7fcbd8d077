//! Cases of the URL guard: addresses that deceive, run or are forbidden, and honest ones.

use serde_json::json;

use crate::cases::{assert_clean, assert_found, configured, refused};
use crate::engine;

#[test]
fn addresses_that_deceive_or_run_are_found() {
    let guard = engine().guard("urls").expect("the guard");
    assert_found(
        guard,
        &[
            (
                "userinfo",
                "Go to «https://bank.example.org@evil.test/login», now.",
            ),
            ("userinfo", "https://bank.test:443@evil.test"),
            ("obfuscated_ip", "«http://2130706433/admin»"),
            ("obfuscated_ip", "http://0x7f.0.0.1/"),
            ("obfuscated_ip", "http://0177.0.0.1/"),
            ("raw_ip", "(«http://203.0.113.9:8080/x»)"),
            ("raw_ip", "https://[2001:db8::1]/"),
            ("mixed_scripts", "https://pаypal.com/"),
            ("mixed_scripts", "https://xn--pypal-4ve.com/"),
            ("punycode", "https://xn--mnchen-3ya.de/"),
            ("lookalike", "https://paypa1.com/"),
            ("lookalike", "https://g00gle.com/x"),
            ("lookalike", "https://rnicrosoft.com"),
            ("lookalike", "https://xn--80ak6aa92e.com/"),
            ("lookalike", "https://paypal.com.evil.test/"),
            ("lookalike", "https://www.paypal.com-login.test/"),
            ("lookalike", "https://secure-paypa1-login.test/"),
            ("lookalike", "https://faceboook.com/"),
            ("lookalike", "https://miscrosoft.co.uk/"),
            ("lookalike", "http://secure-login.paypal.com.evil.test/"),
            ("lookalike", "https://paypal-verify.test/"),
            ("lookalike", "https://microsoftsupport.test/"),
            ("lookalike", "https://netflix.update-required.test/"),
            ("lookalike", "https://gooogle.com/"),
            ("lookalike", "https://googel.com/"),
            ("bait", "http://verify-your-account.test/"),
            ("bait", "http://update-card-info.tk/"),
            ("obfuscated_ip", "http://[::ffff:127.0.0.1]/"),
            (
                "metadata_service",
                "http://169.254.169.254/latest/meta-data/",
            ),
            ("dangerous_scheme", "click «javascript:alert(1)» or"),
            ("dangerous_scheme", "<a href=\"JavaScript:void(0);x()\">"),
            ("dangerous_scheme", "javascript://%0aalert"),
            ("dangerous_scheme", "vbscript:msgbox(\"x\")"),
            ("dangerous_scheme", "data:text/html;base64,PHNjcmlwdD4="),
            ("dangerous_scheme", "data:image/svg+xml,<svg onload=x>"),
            ("dangerous_scheme", "open «file:///etc/passwd»"),
            ("dangerous_scheme", "ms-msdt:/id PCWDiagnostic"),
            ("dangerous_scheme", "${jndi:«ldap://evil.test/a}»"),
            ("dangerous_scheme", "gopher://127.0.0.1:6379/_FLUSHALL"),
        ],
    );
}

#[test]
fn honest_addresses_are_left_alone() {
    let guard = engine().guard("urls").expect("the guard");
    assert_clean(
        guard,
        &[
            "https://www.paypal.com/signin https://mail.google.com https://paypal.me/ada",
            "https://github.com/a/b and git+ssh://git@github.com:22/a/b.git",
            "https://user:secret@host.test/ and ftp://anonymous@files.test/",
            "https://de.wikipedia.test/wiki/M%C3%BCnchen https://пример.рф https://日本abc.jp",
            "https://chose.com https://purple.test https://apples.test https://stripes.test",
            "https://goggles.test https://1password.test https://netflix.de https://a.b.c.d.test",
            "JavaScript: the good parts, javascript: see below, Java script: x",
            "data: text/html is a type; data:image/png;base64,iVBORw0KGgo= data:text/plain,hi",
            "https://[REDACTED:dangerous_scheme] https://[REDACTED:email]/x https://[2001:db8::1",
            "a profile: x, file: name.txt, dict: {\"a\": 1}, file://",
            "http://127.0.0.1:8080/health http://192.168.1.1/ ws://10.0.0.5:9229 http://[::1]:3000/",
            "http://192.0.2.7/x https://[2001:db8::1]/ http://0.0.0.0:8000/",
            "file:///usr/share/doc/x.html <a href=\"javascript:void(0)\"> javascript:; ldap://ldap.test/dc=x",
            "url(data:image/svg+xml;utf8,<svg><path d='M0 0'/></svg>)",
            "https://amazon-science.github.io/ https://apple.stackexchange.com/ https://googleblog.test/",
            "https://secure.bank.test/login https://update.test/ https://account.host.test/verify/login",
            "https://www.google.com.translate.goog/ https://office-chairs.test https://security-week.test/",
            "time 12:30, ratio 3:4, C:\\Users\\ada, std::vec::Vec, http://",
        ],
    );
}

#[test]
fn lists_rule() {
    let guard = configured(
        "urls",
        &json!({"allow": ["example.org"], "deny": ["bad.example.org"], "protect": ["acmebank.test"]}),
    );
    assert_clean(
        &guard,
        &["https://a.example.org/x https://EXAMPLE.org. mailto:a@b.test"],
    );
    assert_found(
        &guard,
        &[
            ("not_allowed", "«https://notexample.org/x»"),
            ("not_allowed", "http://203.0.113.9/"),
            ("denied", "«https://x.bad.example.org/»"),
            ("userinfo", "https://evil.test@example.org/"),
            ("lookalike", "https://acmebanc.test/"),
            ("lookalike", "https://acm3bank.test/"),
        ],
    );
    assert_eq!(
        refused("urls", &json!({"allow": [7]})),
        "allow[0] must be a text of 1 to 253 characters"
    );
}
