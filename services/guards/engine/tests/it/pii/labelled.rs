//! Values that a word right before them announces, in many languages, and words that announce something else.

use super::{assert_clean, assert_exactly_the_marked};

const FOUND: &[&str] = &[
    // Addresses whose streets are on no list
    "Delivery address:\nMara Quill\n«postal_address|7 Thornbeck\nEast Wexley\nV94 X2Y3»\nThanks",
    "Lieferadresse:\nJens Ohm\n«postal_address|Am Kalten Born 9\n04703 Leisnig»\nDanke",
    "Herr Ohm wohnt in der «postal_address|Kurzen Furche 88, 24106 Kiel».",
    "Dirección de entrega: «postal_address|Solar del Pino s/n. 4, 55321 Valdemar»",
    "Indirizzo: «postal_address|Contrada Pozzo 84, 82783 Castel lido»",
    "Adresa: «postal_address|Intrarea Morii, Bloc 54, Ap. 4\n102253 Sighet»",
    "Адрес доставки:\nИван Тестов\n«postal_address|757788, Озёрск, ул. Лесная 103»\nСпасибо",
    "Тестов, адреса: «postal_address|53752, Озерне, пров. Лісовий, 4».",
    "Διεύθυνση: «postal_address|Λευκάδος 405, 711 08 Πύργος»",
    "Szállítási cím: «postal_address|6190 Kisfalu, Tölgy dűlő 37»",
    "Osoite: «postal_address|Mäntykumpu 12, 00990 Helsinki»",
    // Telephones that somebody is asked to call
    "Volejte na «phone|737 869 512», prosím.",
    "Ring til mig på «phone|3543 0928»",
    "Καλέστε με στο «phone|2262 391237»",
    "Звоните «phone|+7-(909)-212-72-36» вечером",
    "Bel me op «phone|0834441451»",
    // Dates of birth
    "Pacjent urodzony «birth_date|27-11-1962»",
    "Pacient narodený «birth_date|1970-09-06»",
    "родился «birth_date|12.03.1981»",
    // Numbers of taxpayers and voters, which have no check here
    "My NUIT is «tax_number|400339910».",
    "Voter ID: «tax_number|WKH1186253»",
    "TIN «tax_number|0994000617721»",
    "IBAN «iban|IR41 3300 4982 8100 5060 0954 79»",
];

const CLEAN: &[&str] = &[
    "IP address: Port 8080 of Host 51",
    "IP-Adresse: Port 8080, Netz 51",
    "memory address: Offset 4096, Page 12",
    "Address: see below\nno number here",
    "Address:\nno, that is 3 of them",
    "The speech was an address on 12 May to 4500 people.",
    "Wohnt in der Nähe, seit 2012 mit 4 Leuten.",
    "The ring met in 1970 and again on 12 June.",
    "born free 1970-09",
    "a nit 12 and a rif 4",
    "tin 400 cans",
];

#[test]
fn what_is_announced_is_found_whole() {
    assert_exactly_the_marked(FOUND);
}

#[test]
fn what_is_announced_as_something_else_is_not() {
    assert_clean(CLEAN);
}
