//! Cases of the language guard: sentences in many languages, and what is too short or no sentence.

use serde_json::json;

use crate::cases::{assert_clean, assert_found, configured, refused};

/// One sentence of some length in each language.
pub(crate) const SENTENCES: &[(&str, &str)] = &[
    (
        "en",
        "The meeting has been moved to Thursday because two of our colleagues are still travelling.",
    ),
    (
        "de",
        "Die Besprechung wurde auf Donnerstag verschoben, weil zwei Kollegen noch unterwegs sind.",
    ),
    (
        "fr",
        "La réunion a été reportée à jeudi parce que deux de nos collègues sont encore en voyage.",
    ),
    (
        "es",
        "La reunión se ha aplazado al jueves porque dos de nuestros compañeros siguen de viaje.",
    ),
    (
        "pt",
        "A reunião foi adiada para quinta-feira porque dois dos nossos colegas ainda estão viajando.",
    ),
    (
        "it",
        "La riunione è stata spostata a giovedì perché due dei nostri colleghi sono ancora in viaggio.",
    ),
    (
        "nl",
        "De vergadering is verplaatst naar donderdag omdat twee van onze collega's nog op reis zijn.",
    ),
    (
        "sv",
        "Mötet har flyttats till torsdag eftersom två av våra kollegor fortfarande är på resa.",
    ),
    (
        "da",
        "Mødet er flyttet til torsdag, fordi to af vores kolleger stadig er ude at rejse.",
    ),
    (
        "nb",
        "Møtet er flyttet til torsdag fordi to av kollegene våre fremdeles er på reise.",
    ),
    (
        "fi",
        "Kokous on siirretty torstaille, koska kaksi kollegaamme on vielä matkoilla.",
    ),
    (
        "pl",
        "Spotkanie przełożono na czwartek, ponieważ dwoje naszych kolegów jest jeszcze w podróży.",
    ),
    (
        "cs",
        "Schůzka byla přesunuta na čtvrtek, protože dva naši kolegové jsou ještě na cestách.",
    ),
    (
        "sk",
        "Stretnutie sa presunulo na štvrtok, pretože dvaja naši kolegovia sú ešte na cestách.",
    ),
    (
        "hu",
        "A megbeszélést csütörtökre halasztottuk, mert két kollégánk még úton van.",
    ),
    (
        "ro",
        "Ședința a fost mutată pe joi, deoarece doi dintre colegii noștri sunt încă plecați.",
    ),
    (
        "tr",
        "Toplantı perşembe gününe ertelendi, çünkü iki arkadaşımız hâlâ yolculukta.",
    ),
    (
        "hr",
        "Sastanak je pomaknut na četvrtak jer su dvoje naših kolega još na poslovnom putu.",
    ),
    (
        "id",
        "Rapat dipindahkan ke hari Kamis karena dua rekan kami masih dalam perjalanan.",
    ),
    (
        "vi",
        "Cuộc họp đã được dời sang thứ năm vì hai đồng nghiệp của chúng tôi vẫn đang đi công tác.",
    ),
    (
        "tl",
        "Inilipat ang pulong sa Huwebes dahil nasa biyahe pa ang dalawa sa ating mga kasama.",
    ),
    (
        "ru",
        "Встреча перенесена на четверг, потому что двое наших коллег ещё в поездке.",
    ),
    (
        "uk",
        "Зустріч перенесли на четвер, бо двоє наших колег ще в дорозі до Києва та Львова.",
    ),
    (
        "bg",
        "Срещата е преместена за четвъртък, защото двама наши колеги още пътуват.",
    ),
    (
        "el",
        "Η συνάντηση μεταφέρθηκε για την Πέμπτη, επειδή δύο συνάδελφοί μας ταξιδεύουν ακόμη.",
    ),
    (
        "ar",
        "تم نقل الاجتماع إلى يوم الخميس لأن اثنين من زملائنا ما زالا مسافرين.",
    ),
    (
        "fa",
        "جلسه به روز پنجشنبه منتقل شد چون دو نفر از همکاران ما هنوز در سفر هستند.",
    ),
    (
        "he",
        "הפגישה נדחתה ליום חמישי כי שניים מעמיתינו עדיין בנסיעות.",
    ),
    (
        "hi",
        "बैठक गुरुवार तक टाल दी गई है क्योंकि हमारे दो साथी अभी यात्रा पर हैं।",
    ),
    (
        "th",
        "การประชุมถูกเลื่อนไปเป็นวันพฤหัสบดี เพราะเพื่อนร่วมงานสองคนยังเดินทางอยู่",
    ),
    (
        "ko",
        "동료 두 명이 아직 출장 중이어서 회의를 목요일로 옮겼습니다.",
    ),
    (
        "ja",
        "同僚が二人まだ出張中なので、会議は木曜日に変更になりました。",
    ),
    ("zh", "因为两位同事还在出差，会议改到了星期四。"),
    (
        "ca",
        "La reunió s'ha ajornat fins dijous perquè dos dels nostres companys encara són de viatge.",
    ),
];

#[test]
fn sentences_in_other_languages_are_found_and_those_allowed_are_not() {
    let mut named = 0;
    for (code, sentence) in SENTENCES {
        let other = if *code == "en" { "fr" } else { "en" };
        let found = configured("language", &json!({ "allow": [other] })).scan(sentence);
        let whole = sentence.trim_end_matches(['.', '。', '।']);
        let spans: Vec<_> = found
            .iter()
            .map(|f| &sentence[f.span.start..f.span.end])
            .collect();
        assert_eq!(spans, [whole], "{code}");
        let sure = *found[0].preview == format!("text in {code}");
        assert_eq!(found[0].score > 0.8, sure, "{code}: {found:?}");
        named += usize::from(sure);
        assert_clean(
            &configured("language", &json!({ "allow": [code] })),
            &[sentence],
        );
    }
    // The rest could be a relative.
    assert!(named * 4 >= SENTENCES.len() * 3, "{named}");
}

#[test]
fn what_is_short_or_no_sentence_is_not_judged() {
    assert_clean(
        &configured("language", &json!({"allow": ["en"]})),
        &[
            "Bonjour, comment allez-vous ?",
            "Guten Tag! Wie geht es Ihnen?",
            "Привет, как дела? Всё хорошо?",
            "你好，世界",
            "The word Schadenfreude comes from German and has no good English translation, they say.",
            "Angela Merkel, Emmanuel Macron and Giorgia Meloni met in Brussels last Tuesday evening.",
            "kubectl apply the deployment, restart the ingress controller and check the logs of each pod",
            "```\nfür jede Zeile im Text wird die Summe der Werte berechnet und am Ende ausgegeben\n```",
            "https://host.test/das/ist/ein/sehr/langer/pfad/mit/vielen/deutschen/woertern/darin/und/mehr",
            "let meinName = getDeutscherName(); setzeWert(derWert); zeigeFenster(dasFenster, dieFarbe);",
            "user_name=ada password=geheim datenbank=kunden benutzer=verwaltung sprache=deutsch land=oe",
            "1234 5678 9012 3456 7890 1234 5678 9012 3456 7890 1234 5678 9012 3456 7890 1234 5678 9012",
            "Lorem",
            "Attendees: Olivier Renard, Océane de la Traore, Marie Deschamps, Claudine Lefèvre, Paul Daniel.",
            "The vorsprung durch technik of the autobahn is not the gemütlichkeit that was in the biergarten",
            "computer internet smartphone software update download website online shop server browser link",
            "He said danke schön and auf Wiedersehen to everybody, smiled, and closed the door behind him.",
            "fn moved(start: usize, end: usize) -> Span { let by = start - end; Span::new(start + by, \
             end + by) } fn joined(a: Span, b: Span) -> Span { Span::new(a.start, b.end) }",
        ],
    );
}

#[test]
fn only_the_foreign_part_is_found() {
    let guard = configured("language", &json!({"allow": ["en"]}));
    assert_found(
        &guard,
        &[
            (
                "language_not_allowed",
                "Please read this letter from our customer in Munich and answer it today:\n«Wir \
                 haben die Ware gestern erhalten, leider waren zwei der Gläser zerbrochen und eines \
                 fehlte ganz».\nThank you very much.",
            ),
            (
                "language_not_allowed",
                "He said that «встреча перенесена на четверг, потому что двое наших коллег ещё в \
                 поездке» and left the room.",
            ),
            (
                "language_not_allowed",
                "The guest left this note at the desk before she took her taxi to the airport. «Könnten Sie mir \
                 bitte sagen, ob der Zug nach Hamburg heute noch fährt oder ob er ausfällt»?",
            ),
            (
                "language_not_allowed",
                "«会议改到了星期四,因为两位同事还在出差,请大家提前准备好自己的报告»",
            ),
            (
                "language_not_allowed",
                "«DIE BESPRECHUNG WURDE AUF DONNERSTAG VERSCHOBEN, WEIL ZWEI KOLLEGEN NOCH UNTERWEGS SIND».",
            ),
            (
                "language_not_allowed",
                "The sign reads «因为两位同事还在出差，会议改到了星期四» in large letters.",
            ),
        ],
    );
}

#[test]
fn relatives_of_an_allowed_language_only_flag() {
    let danish = "Mødet er flyttet til torsdag, fordi to af vores kolleger stadig er ude at rejse. \
                  Vi ses derfor først på torsdag klokken ni, og så spiser vi frokost sammen bagefter.";
    let swedish = configured("language", &json!({"allow": ["sv"]}));
    assert!(
        swedish
            .scan(danish)
            .iter()
            .all(|finding| finding.score < 0.5)
    );
    assert_found(
        &configured("language", &json!({"allow": ["en"]})),
        &[("language_not_allowed", danish)],
    );
    for (code, relative) in [
        ("es", "pt"),
        ("cs", "sk"),
        ("hr", "sl"),
        ("uk", "ru"),
        ("id", "jv"),
        ("tr", "az"),
        ("hi", "mr"),
        ("nl", "af"),
        ("fa", "ur"),
    ] {
        let allowed = configured("language", &json!({ "allow": [relative] }));
        let sentence = SENTENCES.iter().find(|(known, _)| *known == code);
        let found = allowed.scan(sentence.expect("a sentence").1);
        assert!(found.iter().all(|finding| finding.score < 0.5), "{code}");
        assert!(!found.is_empty(), "{code}");
    }
    let japanese = configured("language", &json!({"allow": ["ja"]}));
    assert_clean(&japanese, &["第三回定例会議議事録要約報告書"]);
}

#[test]
fn a_language_in_doubt_is_not_named() {
    let text = "The rijsttafel and the stroopwafel of the Scheveningen is not what the gezelligheid of Utrecht was";
    let found = configured("language", &json!({"allow": ["es"]})).scan(text);
    assert_eq!(&*found[0].preview, "text in another language");
    assert!(found[0].score < 0.8);
}

#[test]
fn the_bounds_can_be_set() {
    let short = "Bitte schicken Sie mir den Vertrag bis Ende der Woche.";
    let allow_en = |least: u32| {
        configured(
            "language",
            &json!({"allow": ["en"], "least_letters": least}),
        )
    };
    assert_clean(&allow_en(60), &[short]);
    assert_found(&allow_en(30), &[("language_not_allowed", short)]);
    assert_clean(&configured("language", &json!({})), &[short]);
    assert!(refused("language", &json!({"allow": ["xx"]})).starts_with("allow[0] must be one of"));
}

#[test]
fn the_language_of_a_text_is_told_where_it_prevails() {
    let german = "Guten Morgen, könnten Sie mir bitte sagen, wann die nächste Lieferung eintrifft?";
    let english = "Good morning, could you please tell me when the next delivery will arrive?";
    let italian = "Buongiorno, potrebbe dirmi per cortesia quando arriverà la prossima consegna?";
    let japanese = "おはようございます。次の配達はいつ届くのか教えていただけますか。";
    let (mixed, mostly) = (
        format!("{german}\n\n{english}\n\n{italian}"),
        format!("{german}\n{german}\n{german}\n\n{english}"),
    );
    let long = "ä".repeat(200 * 1024);
    let times = 64 * 1024 / german.len();
    let late = format!(
        "{}{}",
        format!("{german}\n").repeat(times),
        format!("{english}\n").repeat(2 * times)
    );
    for (text, language) in [
        (german, Some("de")),
        (english, Some("en")),
        (japanese, Some("ja")),
        (&*mostly, Some("de")),
        (&*mixed, None),
        (&*late, Some("de")),
        ("", None),
        ("Danke schön", None),
        ("0123 4567 89 () {} ;;", None),
        (&*long, None),
    ] {
        assert_eq!(
            guardmesh_guard_engine::language_of(text),
            language,
            "{text}"
        );
    }
}

#[test]
fn paragraphs_in_one_language_are_one_finding() {
    let german = "Die Stadt hat im letzten Jahr drei neue Schulen gebaut, und im Herbst soll noch eine \
                  vierte am Rand des alten Hafens eröffnet werden.";
    let french = "La ville a construit trois nouvelles écoles l'année dernière, et une quatrième devrait \
                  ouvrir à l'automne au bord de l'ancien port.";
    let guard = configured("language", &json!({"allow": ["en"]}));
    let english =
        "The city built three new schools last year, and it will open a fourth one in autumn.";
    for (text, count) in [
        (format!("{german}\n\n{german}"), 1),
        (format!("{german}\n\n{french}"), 2),
        (format!("{german}\n\n{english}\n\n{german}"), 2),
    ] {
        let found = guard.scan(&text);
        assert_eq!(found.len(), count, "{text}");
        assert_eq!(found[count - 1].span.end, text.len() - 1, "{text}");
    }
}
