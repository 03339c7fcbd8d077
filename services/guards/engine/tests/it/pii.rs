//! Cases of the guard for personal data: what is found, exactly where, and what only looks like it.

mod address;
mod context;
mod everyday;
mod labelled;
mod national;
mod wallet;

use guardmesh_guard_engine::{Decision, decide};

use crate::{found, scan};

/// Texts in which exactly the marked parts are found: `«rule|value»`.
const FOUND: &[&str] = &[
    // e-mail
    "Write to «email|anna.schmidt+news@mail.host-name.co.uk».",
    "<«email|a@b.io»>, «email|JOHN_DOE@EXAMPLE.COM»; x",
    "mailto:«email|x.y@host.test»?subject=1",
    "联系«email|wang@host.cn»谢谢",
    "«email|jörg@müller.de»",
    "«email|o'neil@host.ie»",
    "user=«email|first-last@sub.domain.travel»&x=1",
    "«email|a@xn--bcher-kva.xn--p1ai»",
    // phone, international
    "Call «phone|+1 415 555 2671» now",
    "«phone|+49 30 901820» or «phone|+49 (0)171 1234567»",
    "«phone|+44 20 7946 0958», «phone|+44 (0)20 7946 0958»",
    "«phone|+33 1 42 68 53 00»",
    "«phone|+14155552671»",
    "«phone|+91-98765-43210»",
    "«phone|+55 (11) 98765-4321»",
    "«phone|+358 40 1234567»",
    "tel:«phone|+420601123456»",
    "«phone|0049 30 901820»",
    "«phone|001-415-555-2671»",
    "«phone|+1-415-555-2671x123»",
    // phone, national
    "«phone|(415) 555-2671»",
    "«phone|(415)555-2671»",
    "«phone|415-555-2671»",
    "«phone|415.555.2671»",
    "«phone|1-800-555-2671»",
    "«phone|415-555-2671 ext. 42»",
    "«phone|020 7946 0958» is the office",
    "«phone|07700 900123»",
    "«phone|01 42 68 53 00»",
    "«phone|01.42.68.53.00»",
    "«phone|0171/1234567»",
    "«phone|030 901820-12»",
    "«phone|030 / 901820»",
    "«phone|(02) 9876 5432»",
    "«phone|0412 345 678»",
    "«phone|090-1234-5678»",
    "«phone|98765 43210»",
    "«phone|8 (495) 123-45-67»",
    "«phone|138 1234 5678»",
    "«phone|(11) 98765-4321»",
    "phone: «phone|4155552671»",
    "{\"home_phone\": \"«phone|4155552671»\"}",
    "My mobile is «phone|07700900123».",
    "电话«phone|+86 138 1234 5678»。",
    // cards: published test numbers
    "«payment_card|4111 1111 1111 1111»",
    "«payment_card|4111-1111-1111-1111»",
    "«payment_card|4242424242424242» exp 12/28 cvv 123",
    "«payment_card|5555555555554444», «payment_card|2223003122003222»",
    "«payment_card|378282246310005»",
    "«payment_card|3782 822463 10005»",
    "«payment_card|6011111111111117»",
    "«payment_card|3530111333300000»",
    "«payment_card|30569309025904»",
    "«payment_card|6200000000000005»",
    "card 4111,«payment_card|4111111111111111»,123",
    "«payment_card|4111 1111 1111 1111» 12/28 123",
    // IBAN: the examples of the SWIFT registry
    "«iban|DE89370400440532013000»",
    "«iban|DE89 3704 0044 0532 0130 00»",
    "IBAN: «iban|GB29 NWBK 6016 1331 9268 19».",
    "«iban|FR14 2004 1010 0505 0001 3M02 606»",
    "«iban|NO93 8601 1117 947», «iban|CH93 0076 2011 6238 5295 7»",
    "«iban|MT84MALT011000012345MTLCAST001S»",
    "«iban|nl91abna0417164300»",
    "口座は«iban|DE89370400440532013000»です",
    // SSN
    "«us_ssn|536-90-4399»",
    "order ssn «us_ssn|536-90-4399»",
    "SSN «us_ssn|536 90 4399»",
    "social security number: «us_ssn|536904399»",
    "ssn=«us_ssn|123-45-6789»,",
    // IP
    "from «ipv4|203.0.113.42» port 22",
    "«ipv4|192.168.178.20»:8080",
    "http://«ipv4|198.51.100.7»/x",
    "«ipv4|10.11.212.13»/24",
    "ip: «ipv4|8.8.8.8».",
    "«ipv6|2001:db8::8a2e:370:7334»",
    "[«ipv6|2001:db8:85a3:0:0:8a2e:370:7334»]:443",
    "«ipv6|fe80::1ff:fe23:4567:890a»%eth0",
    "«ipv6|::ffff:203.0.113.42»",
    "address «ipv6|2a00:1450:4001:81b::200e»: it answers",
    // after the escape of a break, as in a literal of JSON
    "{\"log\": \"paid by\\n«payment_card|4111 1111 1111 1111»\\tok\"}",
    "a\\r\\n«iban|DE89370400440532013000»\\nfrom\\n«ipv4|203.0.113.42»\\n",
    "{\"html\": \"\\u003cb\\u003e«payment_card|4111 1111 1111 1111»\\u003c/b\\u003e«email|bob@example.org»\"}",
    "to\\n«email|bob@example.org»\\t«email|n@b.io»\\n«us_ssn|536-90-4399»",
];

/// Texts in which nothing is found.
const CLEAN: &[&str] = &[
    // not e-mail
    "git@github.com:owner/repo.git",
    "https://user:pass@host.test/",
    "ssh://git@host.test/x",
    "icon@2x.png logo@3x.webp",
    "package@1.2.3 and @scope/name@4.5.6",
    "user@localhost",
    "a@b",
    "@decorator.method def f(): pass",
    "sshd@22.service is a unit",
    "see a@ b.com and c @d.com",
    "x@y..com",
    // not phone
    "2024-11-21 10:30:00",
    "21.11.2026 10:30",
    "11/21/2026 1234 5678",
    "version 4.15.555.2671",
    "commit 4155552671abc",
    "1700000000",
    "1700000000123",
    "order 415-555-2671",
    "ISBN 978-3-16-148410-0",
    "ISBN-10 0-306-40615-2",
    "234 567 8901 222",
    "12 98765 43210 98765",
    "100 200 300 400 500 600",
    "0.1234567890",
    "3.14159265358979",
    "1,234,567,890",
    "10-20-30-40",
    "123-456-7890",
    "415-155-2671",
    "415-911-2671",
    "411-555-2671",
    "550e8400-e29b-41d4-a716-446655440000",
    "port 8080-8090",
    "(415)-555/2671",
    "chapters 1-3, 12-15",
    "$ 1 200 300",
    "+1",
    "a+12345678",
    "x = 2024 - 1987",
    "+999 123 456",
    "hex!(\"02 03 01 00 01\")",
    "+10000-09-09 01:46:39",
    "const IOCTL_CALL: u32 = 2148052769;",
    "call it 0.1.0 (2019-11-04)",
    // not cards
    "4111 1111 1111 1112",
    "1234567812345678",
    "0.4111111111111111",
    "id_4111111111111111",
    "4111111111111111a",
    "9999999999999995",
    "41111111111111111111",
    "EAN 4222222222222",
    // not IBAN
    "DE00479104669471416058",
    "DE89370400440532013001",
    "DE8937040044053201300",
    "XX89370400440532013000",
    "GB82WEST1234569876543",
    "ABDE89370400440532013000",
    // not SSN
    "000-12-3456",
    "666-12-3456",
    "912-34-5678",
    "536-00-4399",
    "536-90-0000",
    "078-05-1120",
    "SKU 536-90-4399",
    "1536-90-4399",
    "536-90-43991",
    "536-90-4399-1",
    "536904399",
    // not IP
    "version 1.2.3.4",
    "v1.2.3.4",
    "Chrome/91.0.44.124",
    "foo==1.2.3.4",
    "1.2.3.4.5",
    "256.1.2.3",
    "1.2.3.4-beta",
    "127.0.0.1 0.0.0.0 255.255.255.0 255.255.255.255",
    "::1 and ::",
    "std::fmt::Display",
    "a::b dead::beef Foo::abc",
    "12:30:45",
    "00:25:96:ff:fe:12:34:56",
    "std::vec::Vec<u8>::new(); x::a1",
];

/// The text without marks, and the marked rules and values.
fn unmark(case: &str) -> (String, Vec<(String, String)>) {
    let (mut text, mut wanted) = (String::new(), Vec::new());
    let mut rest = case;
    while let Some((before, mark)) = rest.split_once('«') {
        let (mark, after) = mark.split_once('»').expect("a closed mark");
        let (rule, value) = mark.split_once('|').expect("rule and value");
        text.push_str(before);
        text.push_str(value);
        wanted.push((rule.to_owned(), value.to_owned()));
        rest = after;
    }
    (text + rest, wanted)
}

/// In each case exactly what is marked is found.
fn assert_exactly_the_marked(cases: &[&str]) {
    let mut failures = Vec::new();
    for case in cases {
        let (text, wanted) = unmark(case);
        let hits: Vec<_> = found("pii", &text)
            .into_iter()
            .map(|(id, v)| (id, v.to_owned()))
            .collect();
        if hits != wanted {
            failures.push(format!("{text:?}: {hits:?}"));
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

/// Nothing is found in any of the texts.
fn assert_clean(texts: &[&str]) {
    let hits: Vec<_> = texts
        .iter()
        .map(|text| (text, found("pii", text)))
        .filter(|(_, hits)| !hits.is_empty())
        .collect();
    assert!(hits.is_empty(), "{hits:#?}");
}

#[test]
fn exactly_what_is_marked_is_found() {
    assert_exactly_the_marked(FOUND);
}

#[test]
fn a_number_is_found_wherever_it_stands_in_a_long_row() {
    for before in 0..80 {
        let text = format!("{}415-555-2671", "7 - ".repeat(before));
        let hits = found("pii", &text);
        assert_eq!(
            hits,
            [("phone".to_owned(), "415-555-2671")],
            "after {before}"
        );
    }
}

#[test]
fn near_misses_are_clean() {
    assert_clean(CLEAN);
}

#[test]
fn an_address_that_could_be_a_version_only_flags() {
    assert_eq!(decide(&scan("pii", "see 1.12.3.4 there")), Decision::Flag);
    assert_eq!(decide(&scan("pii", "ip 1.12.3.4")), Decision::Redact);
}

#[test]
fn every_iban_country_is_checked() {
    // Any account with check digits computed here is valid, with any other check digits it is not.
    for (country, length) in [("DE", 22), ("PL", 28), ("NL", 18), ("SE", 24), ("ES", 24)] {
        let account = if country == "NL" {
            "ABNA0417164300".to_owned()
        } else {
            "1".repeat(length - 4)
        };
        let valid = (2..=98)
            .filter(|check| {
                found("pii", &format!("{country}{check:02}{account}"))
                    .iter()
                    .any(|(id, _)| id == "iban")
            })
            .count();
        assert_eq!(valid, 1, "{country}");
    }
}

#[test]
fn every_card_brand_is_checked_by_luhn() {
    for prefix in [
        "4", "51", "55", "2221", "2720", "34", "37", "6011", "644", "65", "3528", "62",
    ] {
        let length = if prefix.starts_with('3') && prefix.len() == 2 {
            15
        } else {
            16
        };
        let body = format!("{prefix:7<width$}", width = length - 1);
        let valid = (0..10)
            .filter(|digit| {
                found("pii", &format!("{body}{digit}"))
                    .iter()
                    .any(|(id, _)| id == "payment_card")
            })
            .count();
        assert_eq!(valid, 1, "{prefix}");
    }
}
