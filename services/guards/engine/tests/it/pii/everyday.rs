//! Hardware addresses, passports, dates of birth and postal addresses.

use super::{assert_clean, assert_exactly_the_marked};
use crate::cases::{configured, refused};
use crate::found;
use serde_json::json;

const FOUND: &[&str] = &[
    "mac «mac_address|00:1A:2B:3C:4D:5E» up",
    "«mac_address|00-1a-2b-3c-4d-5e»",
    "mac address «mac_address|00:11:22:33:44:55»",
    // ICAO Doc 9303: the specimens of Utopia.
    "«passport_mrz|P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10»",
    "scan: \"«passport_mrz|P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\\nL898902C36UTO7408122F1204159ZE184226B<<<<<10»\"",
    "«passport_mrz|L898902C36UTO7408122F1204159ZE184226B<<<<<10»",
    "«passport_mrz|I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<»",
    "«passport_mrz|I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6»",
    "Date of birth: «birth_date|12/03/1985»",
    "She was born on «birth_date|12 March 1985» in Leeds.",
    "DOB «birth_date|1985-03-12», male",
    "born «birth_date|March 12th, 1985»",
    "geboren am «birth_date|12. März 1985»",
    "née le «birth_date|12 mars 1985»",
    "fecha de nacimiento: «birth_date|12 de marzo de 1985»",
    "{\"date_of_birth\": \"«birth_date|1985-03-12»\"}",
    "birthday «birth_date|03/12/85»",
    "Ship it to «postal_address|742 Evergreen Terrace, Springfield, IL 62704».",
    "«postal_address|1600 Pennsylvania Ave NW, Washington, DC 20500-0003»",
    "«postal_address|221B Baker Street, London NW1 6XE»",
    "«postal_address|10 Downing Street\nLondon\nSW1A 2AA»",
    "My address is «postal_address|12 Oak Lane»",
    "«postal_address|Musterstraße 12, 12345 Berlin»",
    "Sie wohnt: «postal_address|Berliner Straße 7a\n80331 München».",
    "Anschrift: «postal_address|Lindenallee 5»",
];

const CLEAN: &[&str] = &[
    "10:20:30:40:50:60",
    "2026-11-21-10-30-22",
    "20-26-11-21-10-30",
    "ff:ff:ff:ff:ff:ff 00:00:00:00:00:00",
    "SHA1 fingerprint 00:1A:2B:3C:4D:5E:6F:70:81:92:A3:B4:C5:D6:E7:F8:09:1A:2B:3C",
    "aa:bb:cc:dd:ee:fg",
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C37UTO7408122F1204159ZE184226B<<<<<10",
    "A<<B template<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<",
    "the release of 12/03/1985",
    "published 12 March 1985, updated 2024-03-12",
    "born in 1985",
    "a newborn 12/13/1411",
    "In 2008 Wall Street crashed, and 3 Easy Way outs",
    "Chapter 12 Main Street view of 10115 things",
    "see 5 Best Ways to Drive, IL or not",
    "Windows 11 Pro, Build 22631",
    "Auf dem Weg 12, danach 4 Platz",
    "Room 12 Court cases 62704",
];

#[test]
fn exactly_what_is_marked_is_found() {
    assert_exactly_the_marked(FOUND);
}

#[test]
fn near_misses_are_clean() {
    assert_clean(CLEAN);
}

#[test]
fn national_telephone_numbers_are_those_of_the_regions() {
    // Written as the country writes them; found with the country and not without.
    let cases = [
        ("PL", "512 345 678"),
        ("NO", "40 61 23 45"),
        ("KR", "02-312-3456"),
        ("MX", "55 1234 5678"),
        ("ZA", "071 123 4567"),
        ("TR", "(0212) 345 67 89"),
    ];
    for (region, number) in cases {
        let text = format!("Ask {number} today.");
        let with = configured("pii", &json!({"regions": [region]})).scan(&text);
        assert!(
            with.iter().any(|finding| finding.rule_id == "phone"),
            "{region}: {with:?}"
        );
        let without = configured("pii", &json!({"regions": ["IS"]})).scan(&text);
        assert!(
            without.iter().all(|finding| finding.rule_id != "phone"),
            "{region}: {without:?}"
        );
    }
    assert!(
        refused("pii", &json!({"regions": ["XX"]})).starts_with("regions[0] must be one of AC, AD")
    );
}

#[test]
fn international_numbers_are_those_of_any_country() {
    for number in [
        "+48 512 345 678",
        "+47 406 12 345",
        "+82 2-312-3456",
        "+52 55 1234 5678",
        "+27 71 123 4567",
        "+90 212 345 67 89",
        "+971 50 123 4567",
        "+254 712 123456",
        "+1 246 234 5678",
        "+64 21 123 4567",
    ] {
        let text = format!("Ask {number} today.");
        assert_eq!(found("pii", &text), [("phone".to_owned(), number)]);
    }
    for number in [
        "+48 012",
        "+1 123 456 7890",
        "+44 123",
        "+210 123 4567",
        "+49 0",
        "+86 1",
    ] {
        assert_eq!(found("pii", number), [], "{number}");
    }
}
