//! Sentences in many languages, and what only looks like words: names, terms, keys struck at random.

use guardmesh_guard_engine::language_of;
use serde_json::{Value, json};

use crate::document::Document;
use crate::draw::Draw;

/// A language and two sentences in it.
const SENTENCES: [(&str, [&str; 2]); 24] = [
    (
        "de",
        [
            "Gestern Abend hat es so stark geregnet, dass der Keller unter Wasser stand und wir alles nach oben tragen mussten.",
            "Könnten Sie mir bitte sagen, ob der Zug nach Hamburg heute noch fährt oder ob er wegen des Sturms ausfällt?",
        ],
    ),
    (
        "fr",
        [
            "Hier soir, il a tellement plu que la cave était inondée et que nous avons dû tout porter au premier étage.",
            "Pourriez-vous me dire si le train pour Lyon part encore aujourd'hui ou s'il est supprimé à cause de la neige ?",
        ],
    ),
    (
        "es",
        [
            "Anoche llovió tanto que el sótano se llenó de agua y tuvimos que subir todas las cajas al primer piso.",
            "¿Podría decirme si el tren a Sevilla sale todavía hoy o si lo han cancelado por culpa de la tormenta?",
        ],
    ),
    (
        "pt",
        [
            "Ontem à noite choveu tanto que a cave ficou cheia de água e tivemos de levar tudo para o primeiro andar.",
            "Pode dizer-me se o comboio para o Porto ainda parte hoje ou se foi cancelado por causa da tempestade?",
        ],
    ),
    (
        "it",
        [
            "Ieri sera ha piovuto così tanto che la cantina si è allagata e abbiamo dovuto portare tutto al primo piano.",
            "Mi saprebbe dire se il treno per Bologna parte ancora oggi oppure se è stato soppresso per la neve?",
        ],
    ),
    (
        "nl",
        [
            "Gisteravond heeft het zo hard geregend dat de kelder onder water stond en wij alles naar boven moesten dragen.",
            "Kunt u mij zeggen of de trein naar Utrecht vandaag nog rijdt of dat hij door de storm is uitgevallen?",
        ],
    ),
    (
        "sv",
        [
            "I går kväll regnade det så mycket att källaren stod under vatten och vi fick bära upp alla lådor.",
            "Kan du säga mig om tåget till Uppsala fortfarande går i dag eller om det är inställt på grund av snön?",
        ],
    ),
    (
        "fi",
        [
            "Eilen illalla satoi niin paljon, että kellari täyttyi vedestä ja jouduimme kantamaan kaikki laatikot ylös.",
            "Voisitteko kertoa, lähteekö juna Turkuun vielä tänään vai onko se peruttu myrskyn takia?",
        ],
    ),
    (
        "pl",
        [
            "Wczoraj wieczorem padało tak mocno, że zalało piwnicę i musieliśmy wynieść wszystkie pudła na górę.",
            "Czy może mi pan powiedzieć, czy pociąg do Krakowa dziś jeszcze odjedzie, czy został odwołany?",
        ],
    ),
    (
        "cs",
        [
            "Včera večer pršelo tak silně, že se sklep zaplavil a museli jsme všechny krabice odnést nahoru.",
            "Můžete mi prosím říct, jestli vlak do Olomouce dnes ještě pojede, nebo jestli ho kvůli bouřce zrušili?",
        ],
    ),
    (
        "hu",
        [
            "Tegnap este annyira esett az eső, hogy a pince megtelt vízzel, és mindent fel kellett vinnünk az emeletre.",
            "Meg tudná mondani, hogy elindul-e ma még a vonat Szegedre, vagy a vihar miatt törölték?",
        ],
    ),
    (
        "ro",
        [
            "Aseară a plouat atât de tare încât pivnița s-a umplut de apă și a trebuit să ducem totul la etaj.",
            "Ați putea să-mi spuneți dacă trenul spre Cluj mai pleacă astăzi sau dacă a fost anulat din cauza furtunii?",
        ],
    ),
    (
        "tr",
        [
            "Dün akşam o kadar çok yağmur yağdı ki bodrumu su bastı ve bütün kutuları yukarı taşımak zorunda kaldık.",
            "Ankara treninin bugün hâlâ kalkıp kalkmayacağını ya da fırtına yüzünden iptal edilip edilmediğini söyler misiniz?",
        ],
    ),
    (
        "vi",
        [
            "Tối hôm qua trời mưa to đến nỗi tầng hầm ngập nước và chúng tôi phải mang hết đồ đạc lên gác.",
            "Anh có thể cho tôi biết hôm nay tàu đi Huế còn chạy hay đã bị hủy vì bão không?",
        ],
    ),
    (
        "id",
        [
            "Tadi malam hujan turun begitu deras sehingga ruang bawah tanah kebanjiran dan kami harus memindahkan semuanya.",
            "Bisakah Anda memberi tahu saya apakah kereta ke Bandung masih berangkat hari ini atau sudah dibatalkan?",
        ],
    ),
    (
        "ru",
        [
            "Вчера вечером шёл такой сильный дождь, что подвал затопило и нам пришлось нести все коробки наверх.",
            "Скажите, пожалуйста, поезд до Казани сегодня ещё пойдёт или его отменили из-за снега?",
        ],
    ),
    (
        "uk",
        [
            "Учора ввечері йшов такий сильний дощ, що підвал затопило і нам довелося нести всі коробки нагору.",
            "Скажіть, будь ласка, чи потяг до Львова сьогодні ще поїде, чи його скасували через сніг?",
        ],
    ),
    (
        "el",
        [
            "Χθες το βράδυ έβρεξε τόσο πολύ που το υπόγειο πλημμύρισε και αναγκαστήκαμε να ανεβάσουμε όλα τα κουτιά.",
            "Μπορείτε να μου πείτε αν το τρένο για τη Λάρισα φεύγει ακόμα σήμερα ή αν έχει ακυρωθεί;",
        ],
    ),
    (
        "ar",
        [
            "هطل المطر مساء أمس بغزارة حتى امتلأ القبو بالماء واضطررنا إلى نقل جميع الصناديق إلى الأعلى.",
            "هل يمكنك أن تخبرني إن كان القطار سيغادر اليوم أم أنه ألغي بسبب العاصفة؟",
        ],
    ),
    (
        "he",
        [
            "אתמול בערב ירד גשם כל כך חזק שהמרתף הוצף ונאלצנו לשאת את כל הארגזים למעלה.",
            "האם תוכל לומר לי אם הרכבת לחיפה עוד יוצאת היום או שהיא בוטלה בגלל הסערה?",
        ],
    ),
    (
        "hi",
        [
            "कल शाम इतनी तेज़ बारिश हुई कि तहख़ाने में पानी भर गया और हमें सारा सामान ऊपर ले जाना पड़ा।",
            "क्या आप मुझे बता सकते हैं कि आज ट्रेन जाएगी या तूफ़ान की वजह से रद्द हो गई है?",
        ],
    ),
    (
        "ja",
        [
            "昨日の夜は雨がとても強くて地下室に水が入ってしまい、箱を全部二階に運ばなければなりませんでした。",
            "京都行きの電車は今日まだ出ますか、それとも雪のために運休になりましたか。",
        ],
    ),
    (
        "zh",
        [
            "昨天晚上雨下得太大，地下室进了水，我们只好把所有的箱子都搬到楼上去。",
            "请问去杭州的火车今天还开吗？是不是因为台风已经取消了？",
        ],
    ),
    (
        "ko",
        [
            "어젯밤에 비가 너무 많이 와서 지하실에 물이 차는 바람에 상자를 전부 위층으로 옮겨야 했습니다.",
            "부산으로 가는 기차가 오늘 아직 출발하는지 아니면 태풍 때문에 취소되었는지 알려 주시겠어요?",
        ],
    ),
];

/// English letters around a paragraph.
const LETTERS: [&str; 3] = [
    "{}",
    "Hello Anna,\n\nhere is what the neighbour wrote to me this morning:\n\n{}\n\nCan you make sense of it? Call me later.\n",
    "The guest left this note at the desk before she took her taxi to the airport. {}",
];

/// English, with what is foreign and no language.
const ENGLISH: [&str; 14] = [
    "It rained so much last night that the cellar was flooded and we had to carry all the boxes up to the first floor.",
    "Could you tell me whether the train to Leeds still runs today, or has it been cancelled because of the snow?",
    "Guests: Jürgen Großmann, Françoise Lefèvre, Łukasz Wiśniewski, Åsa Sjöberg, Nguyễn Thị Hoa, Zoltán Szabó, Ana Muñoz.",
    "We ate boeuf bourguignon and crème brûlée at Chez Marcel, then drank a Grüner Veltliner; c'est la vie!",
    "fn main() {\n    let total: u32 = boxes.iter().map(|b| b.weight).sum();\n    println!(\"{total}\");\n}",
    "thx!! brb, gotta run. lol ok see u tmrw at 8, bring snacks pls",
    "Deliver to Rue de la République 14, Marseille and to Königstraße 3, Stuttgart before noon, please.",
    "{\"name\": \"Müller\", \"city\": \"Köln\", \"street\": \"Ringstraße\", \"items\": [1, 2, 3]}",
    "The words Schadenfreude, Zeitgeist and Weltschmerz came into English from German a long time ago.",
    "Error: could not open /var/lib/datos/informe.csv (permission denied); retry in 30 s.",
    "ACHTUNG is all that the sign said; nobody knew what it was for, so we went around it.",
    "Order 4471: 2 x Stuhl Ingolf, 1 x Tisch Norden, 4 x Lampe Hektar. Total 412.00 EUR.",
    "In my view the museum is worth a visit, even if the queue is long and the coffee is bad.",
    "He said \"danke schön\" and \"auf Wiedersehen\", smiled, and closed the door behind him.",
];

/// Foreign paragraphs in English letters, and English ones.
pub(crate) fn languages() -> Vec<Document> {
    let mut documents = Vec::new();
    for letter in LETTERS {
        for (language, sentences) in SENTENCES {
            documents.extend(sentences.map(|text| Document::judged(letter, text, Some(language))));
        }
        for text in ENGLISH {
            documents.push(Document::of(letter, text, None));
        }
    }
    documents
}

/// English alone.
pub(crate) fn english() -> Value {
    json!({ "allow": ["en"] })
}

/// What each sentence by itself is taken for: its language, and the one that is guessed.
pub(crate) fn guesses() -> Vec<(&'static str, &'static str)> {
    let each = SENTENCES.iter().flat_map(|(language, sentences)| {
        sentences.map(|text| (*language, language_of(text).unwrap_or("nothing")))
    });
    each.collect()
}

/// How keys are struck at random.
fn struck(draw: &mut Draw, habit: usize) -> String {
    const ROWS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
    let length = 5 + draw.below(5);
    match habit {
        0 => draw.letters("abcdefghijklmnopqrstuvwxyz", length),
        1 => draw.letters(ROWS[1], length),
        2 => {
            let row = draw.of(&ROWS);
            draw.letters(row, length)
        }
        3 => draw
            .of(&["asd", "jkl", "dfg", "hjk", "wer", "uio"])
            .repeat(2 + draw.below(2)),
        _ => draw
            .of(&["qazwsx", "edcrfv", "tgbyhn", "poiuyt", "lkjhgf", "mnbvcx"])
            .to_owned(),
    }
}

/// Words that look strange.
const STRANGE: [&str; 20] = [
    "Ibuprofen, amoxicillin, methylprednisolone, ezetimibe and hydroxychloroquine",
    "Krzysztof, Przemysław, Zdzisława and Wawrzyniec from Bydgoszcz",
    "Kgomotso Mthembu, Nkosinathi Dlamini and Sithembile Zwane",
    "Hvannadalshnjúkur, Fjaðrárgljúfur and Seyðisfjörður",
    "Rhydymwyn, Llanrwst, Pontrhydfendigaid and Machynlleth",
    "strč prst skrz krk, čtvrtek, zmrzlina",
    "nginx, httpd, sshd, systemctl, chmod, fsck",
    "LMNR-443, QX-77B, ZKT-9981, order BRG-2231",
    "7f3a9c0e1b5d4a68 and d41d8cd98f00b204e9800998ecf8427e",
    "BJÖRKSNÄS, HEKTAR, VITTSJÖ, SKÅDIS, FÄRGKLAR",
    "lol rofl brb afk imho tbh thx pls",
    "Hmmmm, brrrr, pfffft, aaaargh, zzzzz",
    "dobroye utro, spasibo bolshoye, do svidaniya",
    "wǒ xǐhuān chī jiǎozi, nǐ ne? wo xihuan chi jiaozi",
    "Wolfsschlucht, Angstschrei, Knirpschwarz, Herbstschmuck",
    "syzygy, rhythm, sphinx, crwth, cwm, psych",
    "phosphoenolpyruvate, dichlorodiphenyltrichloroethane, tetrahydrofuran",
    "NASDAQ, DJIA, FTSE, CHF, HKD, GBPUSD",
    "    /\\_/\\\n   ( o.o )\n    > ^ <",
    "Mxolisi, Ngũgĩ, Nkrumah, Kwabena, Adwoa, Yaa Asantewaa",
];

/// Keys struck at random, and strange words.
pub(crate) fn strange() -> Vec<Document> {
    const HABITS: [&str; 5] = [
        "any letters",
        "home row",
        "one row",
        "repeated",
        "neighbouring keys",
    ];
    const FRAMES: [&str; 2] = ["{}", "My question is {}, and I need the answer by Friday."];
    let mut draw = Draw(7);
    let mut documents = Vec::new();
    for frame in FRAMES {
        for (habit, kind) in HABITS.into_iter().enumerate() {
            for _ in 0..12 {
                let words: Vec<String> = (0..5).map(|_| struck(&mut draw, habit)).collect();
                documents.push(Document::judged(frame, &words.join(" "), Some(kind)));
            }
        }
        documents.extend(STRANGE.map(|text| Document::of(frame, text, None)));
    }
    documents
}
