//! Cases of the gibberish guard: keys struck at random, and words that only look strange.

use serde_json::json;

use crate::cases::{assert_clean, assert_found, configured};
use crate::engine;
use crate::language::SENTENCES;

#[test]
fn keys_struck_at_random_are_found() {
    assert_found(
        engine().guard("gibberish").expect("the guard"),
        &[
            ("gibberish", "«asdkjfh qwoeiru zxmcnvb alskdjf»"),
            (
                "gibberish",
                "Please answer this: «jkhgf dfkjhg kjhdfg kjhsdfg». Thanks!",
            ),
            ("gibberish", "«dlfkgj wpeori vmcnxb qpwoei»"),
            ("gibberish", "«eszycidpyopumzgdpamntyyawoixzhsdkaaauramqxv»"),
            ("gibberish", "«äsdkjfh qwöeiru zxmçnvb»"),
            ("gibberish", "Wir haben «fjdkslö fjdkslaf vbnmfgh» gesehen"),
            ("gibberish", "«jlljl lkjljk piyopt jljllk»"),
            ("gibberish", "«adsjkkdjh adkksjka ghal fhllsjfkh»"),
            ("gibberish", "«XZCVBQ QWRTPL FGHJKL MNBVCXZ»"),
            ("gibberish", "«kkjjffdd ssllkkgg hhjjkkll»"),
            ("gibberish", "«atuyup sewpet qsfafsjh»"),
            // The widest gap.
            (
                "gibberish",
                "«kjhdfgwxqz 0123456789 0123456789  hgfdjklkpq»",
            ),
        ],
    );
}

#[test]
fn strange_words_are_no_gibberish() {
    assert_clean(
        engine().guard("gibberish").expect("the guard"),
        &[
            "Krzysztof Brzęczyszczykiewicz from Szczebrzeszyn met Nguyen and Schwarzschild.",
            "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch",
            "Xochimilco, Popocatepetl and Nezahualcoyotl are in Mexico.",
            "Your property: a pretty poor typewriter, pottery, poetry, a puppet or two; we quit the territory.",
            "A sad lad shall ask dad; all flasks, flags, glass, salads fall. Alaska, Dallas, Salah, Gaddafi",
            "rhythm, myths, crypts and a lynx",
            "The commit qzxwvkjhgfdspmnbtrcl fixes it; the extension is cjpalhdlnbpafiamejdnhcphjbkeiagm.",
            "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "token dGhpcyBpcyBhIHRlc3Qgb2YgdGhlIHRva2Vu here",
            "Nooooooooooooo! Aaaaaaaaargh, hmmmmm, pssssst, zzzzzzzzzzzz",
            "HTTPS, JSON, YAML, XHTML, GRPC, MTLS and BGP",
            "mov rax, rbx; xor ecx, ecx; jmp lbl; push rbp; cmp edx, esi; ret",
            "kubectl, nginx, stdin, stdout, argv, mkdir, chmod, grep, awk, sshd, systemctl",
            "```\nasdkjfh qwoeiru zxmcnvb alskdjf\n```",
            "https://host.test/asdkjfh/qwoeiru/zxmcnvb/alskdjf?x=lkjhgf",
            "Быстрая коричневая лиса прыгает, йцукен фывапр ячсмит щзхъэж",
            "日本語の文章ですよね、ランダムな文字列",
            "konnichiwa, watashi wa gakusei desu; ni hao, wo shi zhongguo ren",
            "lol brb thx tmrw wknd msg",
            "aadd bbnn aakk ffkk gghh",
            // Little of it, and then a word.
            "adsjkkdjh adkksjka ghal",
            // Too far apart.
            "kjhdfgwxqz 0123456789 0123456789 0 hgfdjklkpq",
            "kjhdfgwxqz\n\nhgfdjklkpq",
            "kjhdfgwxqz [REDACTED:email] hgfdjklkpq",
            "",
        ],
    );
}

#[test]
fn no_sentence_of_any_language_is_gibberish() {
    let sentences: Vec<&str> = SENTENCES.iter().map(|(_, sentence)| *sentence).collect();
    assert_clean(engine().guard("gibberish").expect("the guard"), &sentences);
    let all = sentences.join(" ");
    assert_clean(engine().guard("gibberish").expect("the guard"), &[&all]);
}

#[test]
fn the_least_length_can_be_set() {
    let text = "kjhdfg wxqzvb hgfdjk lkjpqw";
    assert_found(&configured("gibberish", &json!({})), &[("gibberish", text)]);
    assert_clean(
        &configured("gibberish", &json!({"least_letters": 25})),
        &[text],
    );
    let as_long = configured("gibberish", &json!({"least_letters": 24}));
    assert_found(&as_long, &[("gibberish", text)]);
}

#[test]
fn letters_of_other_latin_alphabets_are_read() {
    for letter in ["ł", "ø", "đ", "ð", "ß", "æ", "þ", "ı", "é"] {
        let text = format!("«{letter}kjhdfg wxqzvb hgfdjk lkjpqw»");
        let guard = engine().guard("gibberish").expect("the guard");
        assert_found(guard, &[("gibberish", &text)]);
    }
}

#[test]
fn what_surprises_more_scores_more() {
    let score = |text: &str| crate::scan("gibberish", text)[0].score;
    assert!(score("asdkjfh qwoeiru zxmcnvb alskdjf") > score("jlljl lkjljk piyopt jllljk"));
}
