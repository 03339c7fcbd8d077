//! Personal data, drawn with the check digits that it has, and numbers that are none.

use crate::checksum::{iban, luhn, weighted};
use crate::document::Document;
use crate::draw::Draw;
use crate::frame::{FRAMES, named};

/// A kind, the names that it goes by, and how a value is drawn.
type Kind = (
    &'static str,
    &'static [&'static str],
    fn(&mut Draw) -> String,
);

const KINDS: [Kind; 16] = [
    ("e-mail", &["e-mail", "mail", "contact", "E-Mail"], email),
    (
        "card",
        &["card number", "credit card", "Kartennummer", "carte"],
        card,
    ),
    ("IBAN", &["IBAN", "account", "bank details"], account),
    (
        "phone, international",
        &["phone", "mobile", "Telefon", "tel"],
        phone_abroad,
    ),
    (
        "phone, national",
        &["phone number", "mobile number", "call me at", "tel."],
        phone_home,
    ),
    ("IPv4", &["IP address", "client", "host"], |draw| {
        format!(
            "{}.{}.{}.{}",
            11 + draw.below(200),
            draw.below(256),
            draw.below(256),
            1 + draw.below(254)
        )
    }),
    ("IPv6", &["IPv6 address", "client"], |draw| {
        draw.token("2a01:4f8:<h3>:<h4>::<h2>").replace(":0", ":1")
    }),
    ("US SSN", &["SSN", "social security number"], |draw| {
        format!(
            "{:03}-{:02}-{:04}",
            101 + draw.below(560),
            10 + draw.below(89),
            1001 + draw.below(8900)
        )
    }),
    ("UK NHS number", &["NHS number"], nhs),
    ("Spain DNI", &["DNI"], |draw| {
        let number = 10_000_000 + draw.below(80_000_000);
        let letter = "TRWAGMYFPDXBNJZSQVHLCKE".as_bytes()[number % 23];
        format!("{number}{}", char::from(letter))
    }),
    ("Brazil CPF", &["CPF"], cpf),
    ("Poland PESEL", &["PESEL"], pesel),
    ("Netherlands BSN", &["BSN", "burgerservicenummer"], bsn),
    ("Sweden personnummer", &["personnummer"], |draw| {
        let base = format!(
            "{:02}{:02}{:02}{:03}",
            40 + draw.below(59),
            1 + draw.below(12),
            1 + draw.below(28),
            draw.below(1000)
        );
        format!("{}-{}{}", &base[..6], &base[6..], luhn(&base))
    }),
    ("Ethereum address", &["wallet", "ETH address"], |draw| {
        draw.token("0x<h40>")
    }),
    ("MAC address", &["MAC address", "device"], |draw| {
        draw.token("<h2>:<h2>:<h2>:<h2>:<h2>:<h2>")
    }),
];

/// What only looks like personal data, with the names that it goes by.
const NEAR: [Kind; 30] = [
    ("", &["order number", "tracking number"], |draw| {
        let base = draw.token("4<d14>");
        format!(
            "{base}{}",
            (luhn(&base) + 1 + u32::try_from(draw.below(8)).expect("small")) % 10
        )
    }),
    ("", &["version", "release"], |draw| {
        format!("{}.{}.{}", draw.below(20), draw.below(40), draw.below(99))
    }),
    ("", &["ISBN"], |draw| draw.token("978-3-16-<d6>-<d1>")),
    ("", &["date", "Datum"], |draw| {
        format!("2026-{:02}-{:02}", 1 + draw.below(12), 1 + draw.below(28))
    }),
    ("", &["time"], |draw| {
        format!(
            "{:02}:{:02}:{:02}",
            draw.below(24),
            draw.below(60),
            draw.below(60)
        )
    }),
    ("", &["commit", "checksum"], |draw| draw.token("<h40>")),
    ("", &["request id"], |draw| {
        draw.token("<h8>-<h4>-4<h3>-a<h3>-<h12>")
    }),
    ("", &["amount", "Betrag"], |draw| {
        format!(
            "{},{:03}.{:02}",
            1 + draw.below(900),
            draw.below(1000),
            draw.below(100)
        )
    }),
    ("", &["handle"], |draw| draw.token("@<l8>")),
    ("", &["package"], |draw| {
        draw.token("@<l6>/<l8>@<d1>.<d2>.<d1>")
    }),
    ("", &["part number", "SKU"], |draw| {
        draw.token("<c3>-<d4>-<c2><d3>")
    }),
    ("", &["score", "Ergebnis"], |draw| {
        format!("{}:{}", draw.below(9), draw.below(9))
    }),
    ("", &["epoch", "timestamp"], |draw| draw.token("17<d11>")),
    ("", &["invoice"], |draw| draw.token("INV-2026-<d6>")),
    ("", &["coordinates"], |draw| draw.token("48.<d4>, 11.<d4>")),
    ("", &["range of pages"], |draw| {
        format!("{}-{}", 100 + draw.below(99), 210 + draw.below(99))
    }),
    ("", &["reference"], |draw| draw.token("DE00<d18>")),
    ("", &["array"], |draw| {
        format!(
            "[{}, {}, {}]",
            draw.below(999),
            draw.below(9999),
            draw.below(99_999)
        )
    }),
    ("", &["asset", "icon"], |draw| draw.token("<l6>@2x.png")),
    ("", &["OID"], |draw| draw.token("1.3.6.1.4.1.<d5>.<d1>")),
    ("", &["post id", "id"], |draw| draw.token("15<d17>")),
    ("", &["transaction", "Transaktion"], |draw| {
        draw.token("0x<h64>")
    }),
    ("", &["ratio"], |draw| draw.token("0.<d16>")),
    ("", &["build"], |draw| draw.token("10.0.19<d3>.3<d3>")),
    ("", &["hours", "Zeiten"], |_| "09:00-17:30".to_owned()),
    ("", &["digits of pi"], |_| {
        "3.14159265358979323846".to_owned()
    }),
    ("", &["EAN", "barcode"], |draw| draw.token("40<d11>")),
    ("", &["serial number", "Seriennummer"], |draw| {
        draw.token("SN<d10>")
    }),
    ("", &["repository"], |draw| {
        draw.token("ssh://git@<l6>/<l5>.git")
    }),
    ("", &["formula"], |draw| {
        format!(
            "({})-{}/{}",
            100 + draw.below(900),
            100 + draw.below(900),
            draw.below(9999)
        )
    }),
];

/// Every kind in every frame, and near misses in every frame.
pub(crate) fn documents() -> Vec<Document> {
    let mut draw = Draw(20_261_121);
    let mut documents = Vec::new();
    for frame in FRAMES {
        for (number, (kind, names, value)) in KINDS.iter().chain(&NEAR).enumerate() {
            let planted = (number < KINDS.len()).then_some(*kind);
            for _ in 0..3 {
                let frame = named(frame, draw.of(names));
                let value = value(&mut draw);
                documents.push(Document::of(&frame, &value, planted));
            }
        }
    }
    documents
}

fn email(draw: &mut Draw) -> String {
    const FIRST: [&str; 8] = [
        "anna",
        "li.wei",
        "j.o.connor",
        "k_tanaka",
        "mueller-b",
        "r",
        "sofia99",
        "first.last+tag",
    ];
    const HOSTS: [&str; 8] = [
        "example.com",
        "mail.example.co.uk",
        "uni-example.de",
        "sub.dept.example.org",
        "example.museum",
        "example.io",
        "xn--bcher-kva.example",
        "example.travel",
    ];
    format!("{}@{}", draw.of(&FIRST), draw.of(&HOSTS))
}

fn card(draw: &mut Draw) -> String {
    let (template, groups): (&str, &[usize]) = match draw.below(5) {
        0 => ("4<d14>", &[4, 4, 4, 4]),
        1 => ("51<d13>", &[4, 4, 4, 4]),
        2 => ("2221<d11>", &[4, 4, 4, 4]),
        3 => ("37<d12>", &[4, 6, 5]),
        _ => ("6011<d11>", &[4, 4, 4, 4]),
    };
    let base = draw.token(template);
    let number = format!("{base}{}", luhn(&base));
    group(&number, groups, draw.of(&["", " ", "-"]))
}

fn account(draw: &mut Draw) -> String {
    let (country, account) = match draw.below(6) {
        0 => ("DE", "<d18>"),
        1 => ("GB", "NWBK<d14>"),
        2 => ("FR", "<d10><A11><d2>"),
        3 => ("NL", "ABNA<d10>"),
        4 => ("ES", "<d20>"),
        _ => ("PL", "<d24>"),
    };
    let iban = iban(country, &draw.token(account));
    if draw.below(2) == 0 {
        return iban;
    }
    group(&iban, &[4; 9], " ")
}

fn phone_abroad(draw: &mut Draw) -> String {
    let template = draw.of(&[
        "+49 30 2<d7>",
        "+44 20 7946 0<d3>",
        "+33 6 12 <d2> <d2> <d2>",
        "+34 612 <d3> <d3>",
        "+1-212-555-01<d2>",
        "+81 3-5<d3>-<d4>",
        "+55 11 9<d4>-<d4>",
        "+91 98765 <d5>",
        "0049 171 2<d6>",
        "+39 06 698<d5>",
        "+48 512 <d3> <d3>",
        "+31 6 2<d7>",
    ]);
    draw.token(template)
}

fn phone_home(draw: &mut Draw) -> String {
    let template = draw.of(&[
        "(212) 555-01<d2>",
        "212-555-01<d2>",
        "212.555.01<d2>",
        "020 7946 0<d3>",
        "030 / 2<d7>",
        "06 12 <d2> <d2> <d2>",
        "07700 900<d3>",
        "612 34 <d2> <d2>",
    ]);
    draw.token(template)
}

fn nhs(draw: &mut Draw) -> String {
    loop {
        let base = draw.token("<d9>");
        let check = 11 - weighted(&base, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
        if check != 10 {
            return group(&format!("{base}{}", check % 11), &[3, 3, 4], " ");
        }
    }
}

fn cpf(draw: &mut Draw) -> String {
    let digit = |sum: u32| match sum % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    };
    let mut number = draw.token("<d9>");
    let first = digit(weighted(&number, &[10, 9, 8, 7, 6, 5, 4, 3, 2]));
    number += &first.to_string();
    let second = digit(weighted(&number, &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2]));
    format!(
        "{}.{}.{}-{}{second}",
        &number[..3],
        &number[3..6],
        &number[6..9],
        &number[9..]
    )
}

fn pesel(draw: &mut Draw) -> String {
    let base = format!(
        "{:02}{:02}{:02}{:04}",
        50 + draw.below(49),
        1 + draw.below(12),
        1 + draw.below(28),
        draw.below(10_000)
    );
    let check = (10 - weighted(&base, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10) % 10;
    format!("{base}{check}")
}

fn bsn(draw: &mut Draw) -> String {
    loop {
        let base = draw.token("1<d7>");
        let check = weighted(&base, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
        if check < 10 {
            return format!("{base}{check}");
        }
    }
}

/// The text in groups with a mark between.
fn group(text: &str, groups: &[usize], mark: &str) -> String {
    let mut rest = text;
    let mut parts = Vec::new();
    for length in groups {
        let (part, after) = rest.split_at((*length).min(rest.len()));
        if !part.is_empty() {
            parts.push(part);
        }
        rest = after;
    }
    parts.join(mark)
}
