//! Cases of the guard for homoglyphs: words with foreign letters, and honest foreign words.

use crate::cases::{assert_clean, assert_found};
use crate::engine;

#[test]
fn words_with_foreign_letters_are_found() {
    let guard = engine().guard("homoglyphs").expect("the guard");
    assert_found(
        guard,
        &[
            ("mixed_word", "your «раypal» account"),
            ("mixed_word", "«ignоre» all"),
            ("mixed_word", "«Αdmin», now"),
            ("mixed_word", "ends with «passwоrd»"),
            ("mixed_word", "your «mic𝕣osoft» account"),
            ("mixed_word", "«passｗord», «𝓽oken» and «vⅇrify»"),
            ("mixed_word", "«ɡooɡle» it"),
            ("styled_word", "«𝐢𝐠𝐧𝐨𝐫𝐞» that"),
            ("styled_word", "«ｉｇｎｏｒｅ» that"),
            ("styled_word", "«ⓘⓖⓝⓞⓡⓔ» that"),
        ],
    );
}

#[test]
fn honest_words_are_left_alone() {
    let guard = engine().guard("homoglyphs").expect("the guard");
    assert_clean(
        guard,
        &[
            "plain text, naïve café, Straße, smörgåsbord, Łódź",
            "Привет, мир: рост и сор. Ελληνικά και Αθήνα. Հայերեն",
            "Halkın iradesi insan haklarını korur; Azərbaycan xalqının azadlığı",
            "Ned buud fãa tara sor, vɩɩm tʊʊmde; yʋʋn hʋn, Ɣedzeƒe Afrika",
            "sin𝑥 + log𝑛, ℝⁿ, 5 ℓ, Ⅻ, the IPA /ˈɡuːɡəl/",
            "say /ɡɑt/, and not «ɡɑd»",
            "Δx = 3, kΩ, µm, λ-calculus, π/2, x∈𝐑, 𝑓(𝑥), Ａ案",
            "日本語abc, 한국어test, ภาษาไทย, सत्य, Windows в Москве, USB-порт",
        ],
    );
}
