//! Postal addresses: forms of several countries, and what only looks like one.

use super::{assert_clean, assert_exactly_the_marked};

const FOUND: &[&str] = &[
    // North America: any name of a street before a state and its postcode
    "Ship to «postal_address|4127 Quiet Hollow Apt. 12\nNorth Danbury, VT 05819» please",
    "«postal_address|88 Marble Bend, Lake Orin, WI 53122»",
    "«postal_address|350 5th Ééa, Tulsa, OK 74104»",
    "We met at «postal_address|7 Harrow Mill Suite 4B, Ossington, ON M6J 2Z4».",
    "«postal_address|19 Pinto Trail, Cedar Falls, California 90299-1234»",
    "«postal_address|PSC 4417, Box 902\nAPO AE 09128»",
    "«postal_address|Unit 7310 Box 448\nDPO AP 96521»",
    "mail goes to «postal_address|PO Box 4410, Tulsa, OK 74104»",
    "«postal_address|P.O. Box 812»",
    // United Kingdom, Australia
    "«postal_address|Flat 7b\nOrchard Light\nNorth Wexley\nBN3 4QT»",
    "«postal_address|Studio 12, Marsh End, Leeds LS6 2BD»",
    "«postal_address|44 Wattle Flat, Newtown, NSW 2042»",
    // A number before the first word with a capital
    "«postal_address|12 2nd Überfield, London NW1 6XE»",
    // France, Belgium, Spain, Italy, Portugal, Brazil
    "J'habite «postal_address|14, rue du Moulin, 69003 Lyon».",
    "«postal_address|3 bis avenue Jean Moulin\n34000 Montpellier»",
    "Vive en «postal_address|Calle de la Luna 15, 28004 Madrid».",
    "«postal_address|Avda. Diagonal 210\n08018 Barcelona»",
    "«postal_address|Via Garibaldi, 8\n10122 Torino (TO)»",
    "«postal_address|Rua das Oliveiras, 44\n4050-449 Porto»",
    "«postal_address|Rua Augusta, 1200 - Consolação, São Paulo - SP, 01304-001»",
    // Netherlands, Nordic countries, Poland, Czechia
    "«postal_address|Tulpenlaan 12\n1402 AB Bussum»",
    "Bor på «postal_address|Storgatan 5, 111 43 Stockholm»",
    "«postal_address|Nørregade 7, 1165 København K»",
    "Osoite: «postal_address|Koivukatu 3, 00170 Helsinki»",
    "«postal_address|ul. Długa 53, 00-238 Warszawa»",
    "Adresa: «postal_address|Vodní 1450\n272 01 Kladno»",
    "sent to «postal_address|Olav Kyrres gate 11, 5014 Bergen»",
    "Lives at «postal_address|8820 Sutter Creek Apt. 31 West Nathan Greece».",
    "«postal_address|617 Howe Coves\n Suite 48\n Freeburgh\n Hungary 95373»",
    "«postal_address|1035 Budapest, Síp utca 36.»",
    "«postal_address|18 Nelson Street, Hamilton East 3216»",
    // East Asia
    "地址：«postal_address|北京市朝阳区建国路88号»",
    "住所: «postal_address|東京都千代田区丸の内1丁目9番1号»",
    "«postal_address|서울특별시 강남구 테헤란로 152»",
];

const CLEAN: &[&str] = &[
    "Chapter 3 Main Ideas, IL or not",
    "Level 4\n2020 Report",
    "Room 12, then 1234 items",
    "Table 5 Results\n12345 rows",
    "Version 3 Released, see 62704 tickets",
    "the rue 12 is short",
    "String 12, 12345 bytes",
    "in Spring 2020 the park opened",
    "via 12 proxies, 10115 requests",
    "PL 4 and UL 12-345",
    "block 5 of 90210",
    "Flat 7 design, NW1 code",
    "Box 12 holds 40 parts",
    "北京 88 号",
    "第12章 路",
    "at 12 1st Über",
];

#[test]
fn exactly_what_is_marked_is_found() {
    assert_exactly_the_marked(FOUND);
}

#[test]
fn near_misses_are_clean() {
    assert_clean(CLEAN);
}
