//! What counts only beside a word: numbers of documents, telephone numbers, cards and dates of birth,
//! in several languages, and the same without the word.

use super::{assert_clean, assert_exactly_the_marked};

const FOUND: &[&str] = &[
    // documents and accounts
    "My driver's license number is «driving_licence|D4418-77120-33».",
    "DL# «driving_licence|K7712034»",
    "{\"driver_license\": \"«driving_licence|88120934»\"}",
    "Führerschein Nr. «driving_licence|B072RRE2I55»",
    "permis de conduire n° «driving_licence|16BD12345»",
    "Account number: «bank_account|0048 2210 77»",
    "my bank account number is «bank_account|5512038844»",
    "Kontonummer «bank_account|1234567890»",
    "MRN: «medical_record|00448812»",
    "Medical record number is «medical_record|448-120-9»",
    "VIN «vehicle|WVWZZZ1JZ3W386752»",
    "Passport: «passport_number|48812093»",
    // US numbers beside their names
    "my ssn is «us_ssn|078-05-1120»",
    "SSN: «us_ssn|987-65-4321»",
    "social security number «us_ssn|536-904399»",
    "my itin is «us_itin|911-701234»",
    "EIN «us_ein|91-9773348»",
    // cards of any issuer beside their name
    "my credit card «payment_card|3504120771183903»",
    // telephone numbers
    "电话«phone|18612345678»",
    "전화번호는 «phone|01023456789»",
    "Matkapuhelin «phone|0401234567»",
    "Cep: «phone|05321234567»",
    "«phone|948-7854640»-Office",
    "«phone|9131107461» fax",
    "stop sending messages to «phone|07700529895»",
    "«phone|+61 9 7834 6617»",
    "Case manager, phone: «phone|107.828.0202»",
    // dates of birth
    "Födelsedatum: «birth_date|1985-03-12»",
    "Data urodzenia: «birth_date|12.03.1985»",
    "Дата рождения: «birth_date|12.03.1985»",
    "生年月日: «birth_date|1985年3月12日»",
    "생년월일: «birth_date|1985. 03. 12»",
    "Doğum tarihi: «birth_date|12/03/1985»",
    "nascido em «birth_date|12 de março de 1985»",
    "DOB: «birth_date|12-Mar-1985»",
    "{\"dateOfBirth\": \"«birth_date|1985-03-12»\"}",
    // e-mail in other alphabets
    "«email|почта@пример.рф»",
];

const CLEAN: &[&str] = &[
    "the license is MIT, 2024",
    "license number",
    "license no. 5",
    "account 12",
    "accounts: 448812093",
    "the vin 12345 of the year",
    "SSN: 000-00-0000",
    "91-9773348",
    "911-701234",
    "3504120771183903",
    "card 3504120771183904",
    "18612345678",
    "9131107461 faxes",
    "948-7854640",
    "contacted about CVE-2020-5260",
    "+61 9 7834",
    "a + 61 9 7834 6617 b",
    "published 1985年3月12日",
    "Date: 1985. 03. 12",
    "released 12-Mar-1985",
];

#[test]
fn exactly_what_is_marked_is_found() {
    assert_exactly_the_marked(FOUND);
}

#[test]
fn without_the_word_nothing_is_found() {
    assert_clean(CLEAN);
}
