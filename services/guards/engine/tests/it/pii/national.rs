//! National numbers: published or computed vectors, and the same with a wrong check character.

use crate::engine;
use crate::found;
use crate::tokens::Draw;

/// Rule, what is written before the number, the number. Where nothing is written it is found alone.
const NUMBERS: &[(&str, &str, &str)] = &[
    ("uk_nhs_number", "NHS number: ", "943 476 5870"),
    ("uk_nhs_number", "nhs_number=", "9434765870"),
    ("de_tax_id", "Steuer-ID ", "36574261809"),
    ("de_tax_id", "Ihre IdNr. lautet ", "36 574 261 809"),
    ("fr_nir", "", "2 95 10 99 126 111 93"),
    ("fr_nir", "", "295109912611193"),
    ("fr_nir", "", "253072B07300470"),
    ("fr_nir", "", "253072A07300443"),
    ("it_fiscal_code", "", "RSSMRA85T10A562S"),
    ("it_fiscal_code", "C.F. ", "rssmra85t10a562s"),
    ("es_dni", "", "54362315K"),
    ("es_dni", "DNI ", "54362315-K"),
    ("es_dni", "", "54.362.315-K"),
    ("es_nie", "", "X2482300W"),
    ("es_nie", "", "x-2482300-w"),
    ("pl_pesel", "PESEL: ", "44051401359"),
    ("nl_bsn", "BSN ", "111222333"),
    ("nl_bsn", "burgerservicenummer: ", "1112.22.333"),
    ("be_national_number", "", "85.07.30-033.28"),
    ("be_national_number", "", "17073003384"),
    ("se_personnummer", "", "880320-0016"),
    ("se_personnummer", "", "19880320-0016"),
    ("se_personnummer", "personnummer ", "8803200016"),
    ("fi_hetu", "", "131052-308T"),
    ("no_fodselsnummer", "", "15108695088"),
    ("no_fodselsnummer", "fødselsnummer ", "151086 95088"),
    ("ch_ahv", "", "756.9217.0769.85"),
    ("ch_ahv", "", "7569217076985"),
    ("at_social_insurance", "SVNR ", "1237 010180"),
    ("cz_sk_birth_number", "", "710319/2745"),
    ("cz_sk_birth_number", "rodné číslo ", "7103192745"),
    ("ro_cnp", "CNP: ", "1630615123457"),
    ("bg_egn", "ЕГН ", "8032056031"),
    ("ee_lt_personal_code", "isikukood ", "36805280109"),
    ("ee_lt_personal_code", "asmens kodas: ", "33309240064"),
    ("hr_oib", "OIB ", "33392005961"),
    ("gr_amka", "AMKA ", "01013099997"),
    ("pt_nif", "NIF: ", "501964843"),
    ("ie_pps", "PPS number ", "6433435F"),
    ("tr_identity_number", "TC Kimlik No: ", "17291716060"),
    ("il_identity_number", "Israeli ID ", "039337423"),
    ("us_routing_number", "routing number ", "111000025"),
    ("us_npi", "NPI: ", "1234567893"),
    ("ca_sin", "SIN ", "123-456-782"),
    ("ca_sin", "social insurance number: ", "123 456 782"),
    ("br_cpf", "", "390.533.447-05"),
    ("br_cpf", "CPF ", "39053344705"),
    ("br_cnpj", "", "16.727.230/0001-97"),
    ("br_cnpj", "cnpj: ", "16727230000197"),
    ("mx_curp", "", "BOXW310820HNERXN09"),
    ("ar_cuit", "", "20-05536168-2"),
    ("cl_rut", "", "12.531.909-2"),
    ("cl_rut", "RUT: ", "76086428-5"),
    ("in_aadhaar", "Aadhaar ", "2341 2341 2346"),
    ("in_aadhaar", "my aadhaar number is ", "234123412346"),
    ("cn_resident_id", "", "360426199101010071"),
    ("cn_resident_id", "身份证", "11010519491231002X"),
    ("kr_resident_number", "", "971013-9019902"),
    ("jp_my_number", "マイナンバー：", "621498320257"),
    ("sg_nric", "", "S1234567D"),
    ("tw_identity_number", "Taiwan ID ", "A123456789"),
    ("hk_identity_number", "", "G123456(A)"),
    ("th_identity_number", "", "1-2345-45678-78-1"),
    ("th_identity_number", "Thai ID ", "3100600445635"),
    ("au_tfn", "TFN: ", "123 456 782"),
    ("au_medicare", "Medicare number ", "2123 45670 1"),
    ("au_abn", "ABN ", "83 914 571 673"),
    ("za_identity_number", "", "7503305044089"),
    ("co_nit", "NIT ", "238976271-1"),
    ("co_nit", "", "238.976.271-1"),
    ("do_cedula", "cédula ", "001-3486046-9"),
    ("ec_ci", "cédula ", "1734443664"),
    ("uy_ci", "", "4.594.070-6"),
    ("pe_cui", "CUI ", "462207994"),
    ("id_npwp", "NPWP: ", "014316723176560"),
    ("nz_ird", "IRD number ", "105-428-944"),
    ("nz_ird", "IRD ", "45948978"),
    ("is_kennitala", "kennitala ", "0701764679"),
    ("lv_personal_code", "personas kods ", "281086-18220"),
    ("si_emso", "EMŠO ", "2107988505001"),
    ("ua_tax_number", "РНОКПП ", "4981345654"),
    ("ru_inn", "ИНН ", "779494644690"),
    ("ru_snils", "", "112-734-322 18"),
    ("hu_taj", "TAJ ", "581 972 057"),
    ("de_pension_number", "", "65170839J003"),
    // Grouped in a way of their own, and with the code of the country.
    ("nl_bsn", "BSN ", "11 122 2333"),
    ("pl_pesel", "PESEL ", "440514 01359"),
    ("pt_nif", "", "PT501964843"),
    ("hr_oib", "", "HR 33392005961"),
    ("uk_nhs_number", "", "GB 943 476 5870"),
];

/// Numbers without a check character, in context alone.
const UNCHECKED: &[(&str, &str, &str)] = &[
    ("uk_nino", "", "AB 12 34 56 C"),
    ("uk_nino", "NI number ", "AB123456C"),
    ("dk_cpr", "CPR: ", "211062-5629"),
    ("us_itin", "ITIN ", "912-90-3456"),
    ("in_pan", "PAN: ", "ACUPA7085R"),
    ("passport_number", "passport no. ", "C01X00T47"),
    ("passport_number", "Passport Number: ", "K1234567"),
    ("passport_number", "passport ", "963001997"),
    ("us_ein", "EIN ", "91-9773348"),
    ("mx_rfc", "", "GODE561231GR8"),
    ("cr_cpf", "cédula ", "1-0613-0584"),
    ("id_nik", "NIK ", "3171011812625043"),
    ("my_nric", "", "581018-14-5785"),
    ("pk_cnic", "", "35202-1495769-6"),
    ("is_kennitala", "kt. ", "070176-4679"),
    ("pe_cui", "DNI ", "46220799"),
];

/// Ordinary numbers of all the lengths in question, and near misses of the forms.
const CLEAN: &[&str] = &[
    "order 36574261809 shipped",
    "invoice no. 54362315K",
    "1700000000123",
    "created_at: 1630615123457",
    "123456789 123456782",
    "Call since 123456782 or run 12531909-2",
    "AB123456C",
    "54362315Z",
    "X2482300A",
    "AB 12 34 56 E",
    "GB 12 34 56 C",
    "880320-0018",
    "811399-1232",
    "85.07.30-033.29",
    "390.533.447-06",
    "16.727.230/0001-98",
    "12.531.909-3",
    "971013-9019903",
    "S1234567A",
    "RSSMRA85T10A562T",
    "BOXW310820HNERXN08",
    "360426199101010072",
    "20261121103012",
    "ACUPA7085R",
    "a3f5c9d2e1b4ff00",
    "version 12.345.678-9",
    "2.95.10",
    "the pandemic of 2020, the sinus 123456782, a ruthless 76086428-5, fingers 1234567",
    "part 9434765870, batch 15108695088",
    "0000000000000 00000000000 000000000",
    "pt 501964843",
    "cost $390.533.447-05",
    "1.54362315K",
    "54362315K-x",
    "2£95£10£99£126£111£93",
];

fn rules_in(text: &str) -> Vec<(String, String)> {
    let hits = found("pii", text).into_iter();
    hits.map(|(id, value)| (id, value.to_owned())).collect()
}

#[test]
fn every_vector_is_found_whole() {
    let mut failures = Vec::new();
    for (rule, before, number) in NUMBERS.iter().chain(UNCHECKED) {
        for text in [
            format!("{before}{number}"),
            format!("x: 1; {before}{number}, ok."),
        ] {
            let hits = rules_in(&text);
            if hits != [((*rule).to_owned(), (*number).to_owned())] {
                failures.push(format!("{rule} in {text:?}: {hits:?}"));
            }
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn no_other_check_character_fits() {
    // Each of the others in the last place, or, where the check is elsewhere, in that of the check.
    const CHECK_AT: &[(&str, usize)] = &[
        ("at_social_insurance", 3),
        ("ie_pps", 7),
        ("au_medicare", 10),
        ("id_npwp", 8),
        ("is_kennitala", 8),
    ];
    for (rule, before, number) in NUMBERS {
        let last = number
            .rfind(|c: char| c.is_alphanumeric())
            .expect("a character");
        let known = CHECK_AT.iter().find(|(known, _)| known == rule);
        let at = known.map_or(last, |(_, at)| *at);
        let old = &number[at..=at];
        let digit = old.chars().all(|c| c.is_ascii_digit());
        let others = if digit { '0'..='9' } else { 'A'..='Z' };
        let found: Vec<char> = others
            .filter(|c| !old.eq_ignore_ascii_case(&c.to_string()))
            .filter(|c| {
                let slip = format!("{before}{}{c}{}", &number[..at], &number[at + 1..]);
                rules_in(&slip).iter().any(|(id, _)| id == rule)
            })
            .collect();
        // Two states share one form and a check to 97 may fit either century.
        assert!(found.is_empty(), "{rule} {number} with {found:?}");
    }
}

#[test]
fn a_number_of_weak_form_needs_its_name() {
    for (rule, before, number) in NUMBERS
        .iter()
        .chain(UNCHECKED)
        .filter(|(_, before, _)| !before.is_empty())
    {
        let alone = NUMBERS.iter().chain(UNCHECKED).any(|(r, b, n)| {
            let shape = |n: &str| n.replace(|c: char| c.is_ascii_digit(), "9").to_lowercase();
            r == rule && b.is_empty() && shape(n) == shape(number)
        });
        let mixed = ["es_dni", "no_fodselsnummer", "cn_resident_id"].contains(rule);
        let hits = rules_in(&format!("there were {number} of them"));
        assert!(
            alone || mixed || hits.iter().all(|(id, _)| id != rule),
            "{before}{number}: {hits:?}"
        );
    }
}

#[test]
fn ordinary_numbers_are_clean() {
    let schemes: Vec<&str> = NUMBERS
        .iter()
        .chain(UNCHECKED)
        .map(|(rule, _, _)| *rule)
        .collect();
    for text in CLEAN {
        let hits = rules_in(text);
        assert!(
            hits.iter().all(|(id, _)| !schemes.contains(&id.as_str())),
            "{text:?}: {hits:?}"
        );
    }
}

#[test]
fn random_numbers_are_hardly_ever_found() {
    const TIMES: u64 = 4_000;
    let templates = [
        "<d8>",
        "<d9>",
        "<d10>",
        "<d11>",
        "<d12>",
        "<d13>",
        "<d14>",
        "<d15>",
        "<d16>",
        "<d18>",
        "<u9>",
        "<u10>",
        "<h32>",
        "<d6>-<d4>",
        "<d3>-<d3>-<d3>",
        "<h8>-<h4>-<h4>-<h4>-<h12>",
        "v<d2>.<d3>.<d3>",
        "17<d8>",
        "17<d11>",
    ];
    let schemes: Vec<&str> = NUMBERS.iter().map(|(rule, _, _)| *rule).collect();
    for template in templates {
        let hits = (0..TIMES).filter(|seed| {
            let number = Draw::seeded(*seed).token(template);
            let hits = rules_in(&format!("It was {number} then."));
            hits.iter().any(|(id, _)| schemes.contains(&id.as_str()))
        });
        // Most are never found. The weakest form is the Swedish: a date and one check digit.
        let (count, allowed) = (hits.count(), TIMES / 100);
        assert!(count as u64 <= allowed, "{template}: {count} of {TIMES}");
    }
}

#[test]
fn every_rule_has_a_vector() {
    let own = [
        "email",
        "phone",
        "payment_card",
        "iban",
        "us_ssn",
        "ipv4",
        "ipv6",
        "mac_address",
        "passport_mrz",
        "birth_date",
        "postal_address",
        "driving_licence",
        "bank_account",
        "medical_record",
        "vehicle",
        "tax_number",
    ];
    let rules = engine().guard("pii").expect("the guard").rules();
    let national = rules
        .iter()
        .filter(|rule| !own.contains(&rule.id) && !rule.id.ends_with("_address"));
    for rule in national {
        let listed = NUMBERS
            .iter()
            .chain(UNCHECKED)
            .any(|(id, _, _)| *id == rule.id);
        assert!(listed, "{} has no vector", rule.id);
    }
}
