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
    "Delivery address:\nMara Quill of the Long House behind the Old Mill, second door on the left side\n\
     «postal_address|7 Thornbeck\nEast Wexley\nV94 X2Y3»",
    "address: «postal_address|Kurzweg 8»\norder: 51723",
    "address: «postal_address|Kurzweg 8»\n\n51723 of them",
    "address: «postal_address|Kurzweg 1», 234",
    "address: «postal_address|Kurzweg 88», 24, 10",
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
    "subaddress: Port 8080 of Host 51",
    "living attic Lauren 808 of Windmark 51",
    "address: port 8080 of host 51",
    "address: Leisnig 04703",
    "tax number 1234",
    "tax number ABC123",
    "tax number 123456x",
    "satin 400339910",
    "a nit 12 and a rif 4",
    "tin 400 cans",
];

/// Rule, what is announced, the sign before it, and all words that announce it.
const NAMES: &[(&str, &str, &str, &str)] = &[
    (
        "postal_address",
        "Lauren 808 of Windmark 51",
        ":",
        "address, deliver to, ship to, bill to, send to, adresse, anschrift, lieferadresse, \
         rechnungsadresse, wohnadresse, postadresse, privatadresse, hausanschrift, \
         leveringsadresse, bostedsadresse, adresse de livraison, adresse de facturation, \
         dirección, dirección de entrega, dirección de envío, dirección de facturación, \
         domicilio, indirizzo, indirizzo di consegna, indirizzo di fatturazione, residenza, \
         endereço, endereço de entrega, morada, adres, bezorgadres, woonadres, adres dostawy, \
         adres zamieszkania, adress, leveransadress, hemadress, osoite, toimitusosoite, \
         kotiosoite, adresa, adresa de livrare, adresa za dostavu, bydliště, bydlisko, cím, \
         lakcím, lakcíme, adresi, διεύθυνση, Διεύθυνση, διεύθυνση παράδοσης, Διεύθυνση παράδοσης, \
         адрес, Адрес, адрес доставки, Адрес доставки, адреса, Адреса, адреса доставки, Адреса \
         доставки, 住所, 주소, 地址",
    ),
    (
        "postal_address",
        "Lauren 808 of Windmark 51",
        "",
        "living at, lives at, live at, lived at, resides at, residing at, address is, wohnt in \
         der, wohnt in, wohne in, wohnhaft, habite au, habite, domicilié, vive en, vivo en, abita \
         in, abito in, residente in, mora em, moro na, vive na, woont op, woon op, mieszka pod \
         adresem, mieszka przy, bor på, bor i, asuu osoitteessa, bydlí na adrese, býva na adrese, \
         locuiește în, locuiește pe, živi na adresi, stanuje na, проживает по адресу, мешкає за \
         адресою",
    ),
    (
        "driving_licence",
        "D4418-77120-33",
        ":",
        "driver's license, drivers license, driver license, driver's licence, drivers licence, \
         driver licence, driving licence, driving license, driver’s license, driver’s licence, \
         licence no, license no, dl, dln, führerschein, führerscheinnummer, fuehrerschein, permis \
         de conduire, permiso de conducir, carnet de conducir, licencia de conducir, patente di \
         guida, patente, carta de condução, cnh, rijbewijs, rijbewijsnummer, körkort, \
         körkortsnummer, førerkort, kørekort, ajokortti, prawo jazdy, prawa jazdy, 驾驶证, 運転免許証",
    ),
    (
        "bank_account",
        "5512038844",
        ":",
        "bank account, banking account, account number, account no, account num, acct no, acct, \
         acc no, a/c, a/c no, checking account, savings account, bank account number, \
         kontonummer, konto-nr, konto nr, numéro de compte, compte bancaire, numero de cuenta, \
         número de cuenta, cuenta bancaria, numero di conto, conto corrente, rekeningnummer, \
         conta bancária, número da conta, numer konta, 口座番号, 账号, 계좌번호",
    ),
    (
        "medical_record",
        "00448812",
        ":",
        "mrn, medical record, medical record number, patient id, patient number, patient no, \
         member id, health insurance, health card, insurance id, beneficiary, health plan, \
         krankenversicherung, krankenversichertennummer, versichertennummer, carte vitale",
    ),
    (
        "vehicle",
        "WVWZZZ1JZ3W386752",
        ":",
        "vin, vehicle identification, vehicle identification number, chassis number, license \
         plate, licence plate, number plate, registration plate, kennzeichen, plate number, \
         plaque d'immatriculation, targa, kenteken",
    ),
    (
        "tax_number",
        "WKH1186253",
        ":",
        "tax number, tax no, tax payer number, taxpayer number, tax registration number, tax \
         identification number, tin, itin, atin, ptin, nit, rif, nuit, peid, steuernummer, numéro \
         fiscal, número de contribuyente, número fiscal, codice contribuente, voter id, epic \
         number, identity card number, national identity nr",
    ),
];

/// What makes something else of an address.
const OTHERS: &str = "ip, mac, email, e-mail, mail, web, memory, wallet, bitcoin, base, start, bus, url, \
 contract, virtual, return, load, hardware, network, server, bind, host, listen";

#[test]
fn what_is_announced_is_found_whole() {
    assert_exactly_the_marked(FOUND);
}

#[test]
fn what_is_announced_as_something_else_is_not() {
    assert_clean(CLEAN);
}

#[test]
fn every_name_announces_what_follows() {
    let cases = NAMES.iter().flat_map(|(rule, value, sign, names)| {
        let case = move |name| format!("{name}{sign} «{rule}|{value}»");
        names.split(", ").map(case)
    });
    let cases: Vec<String> = cases.collect();
    assert_exactly_the_marked(&cases.iter().map(String::as_str).collect::<Vec<_>>());
    let others = OTHERS
        .split(", ")
        .map(|other| format!("{other} address: Port 8080 of Host 51"));
    let others: Vec<String> = others.collect();
    assert_clean(&others.iter().map(String::as_str).collect::<Vec<_>>());
}
