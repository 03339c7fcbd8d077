//! Dates of birth: a date beside a word that says so. Other dates point to nobody.

use super::Kind;
use super::boundary::{self, Nearby};
use super::check::is_day;
use super::lexicon::Lexicon;
use super::numbers::Row;
use crate::finding::Span;
use crate::scan::Hit;

const SCORE: f32 = 0.9;
const YEARS: std::ops::RangeInclusive<u32> = 1900..=2100;

static WORDS: Lexicon = Lexicon::of(&[
    "born",
    "birth",
    "birthday",
    "birthdate",
    "dateofbirth",
    "dob",
    "d.o.b",
    "b-day",
    "bday",
    // German, Dutch, Scandinavian, Finnish, Icelandic
    "geboren",
    "geb.",
    "geb",
    "geburt",
    "geboorte",
    "gebd",
    "född",
    "födelse",
    "født",
    "fødsel",
    "syntymä",
    "syntynyt",
    "fæðing",
    "fæddur",
    // Romance languages
    "naissance",
    "né le",
    "née le",
    "né(e)",
    "né en",
    "nacimiento",
    "nacido",
    "nacida",
    "nací",
    "nació",
    "fec. nac",
    "nascita",
    "nato il",
    "nata il",
    "nato a",
    "nascimento",
    "nascido",
    "nascida",
    "nasceu",
    "nasci",
    "naixement",
    "naștere",
    "nastere",
    "născut",
    // Slavic, Baltic, Hungarian, Turkish, Greek, Vietnamese
    "urodzen",
    "urodził",
    "urodzony",
    "urodzona",
    "ur.",
    "narození",
    "narozen",
    "narodenia",
    "narodený",
    "narodená",
    "narozena",
    "rođenja",
    "rođen",
    "rojen",
    "rojstva",
    "рождения",
    "Рождения",
    "родил",
    "родился",
    "родилась",
    "народив",
    "народил",
    "народження",
    "роден",
    "раждане",
    "gimimo",
    "dzimšanas",
    "sünni",
    "szület",
    "doğum",
    "γέννησης",
    "γεννήθηκε",
    "γεννηθε",
    "ngày sinh",
    // East Asian, Arabic, Hebrew, Hindi, Thai
    "出生",
    "生年月日",
    "生日",
    "생년월일",
]);
/// More of them, in scripts whose words have no boundaries.
static FOREIGN: Lexicon = Lexicon::of(&["誕生日", "생일", "الميلاد", "לידה", "जन्म", "เกิด"]);

/// Beginnings of the names of months: English, German, Dutch, Scandinavian, Romance, Slavic.
static MONTHS: [Lexicon; 12] = [
    Lexicon::of(&["jan", "gen", "ene", "ian", "sty", "led", "янв", "січ"]),
    Lexicon::of(&["feb", "fév", "fev", "fév", "lut", "úno", "фев", "лют"]),
    Lexicon::of(&["mar", "mär", "maa", "mrt", "mrz", "bře", "мар", "бер"]),
    Lexicon::of(&["apr", "avr", "abr", "kwi", "dub", "апр", "кві"]),
    Lexicon::of(&[
        "may", "mai", "mag", "maj", "mei", "май", "мая", "тра", "kvě",
    ]),
    Lexicon::of(&["jun", "juin", "giu", "iun", "cze", "čer", "июн", "чер"]),
    Lexicon::of(&["jul", "juil", "lug", "iul", "lip", "июл", "лип"]),
    Lexicon::of(&["aug", "aoû", "aou", "ago", "sie", "srp", "авг", "сер"]),
    Lexicon::of(&["sep", "set", "wrz", "zář", "сен", "вер"]),
    Lexicon::of(&["oct", "okt", "ott", "out", "paź", "říj", "окт", "жов"]),
    Lexicon::of(&["nov", "lis", "ноя", "noi"]),
    Lexicon::of(&[
        "dec", "dez", "déc", "dic", "des", "gru", "pro", "дек", "гру",
    ]),
];
/// Most letters of a beginning.
const LONGEST_NAME: usize = 4;
/// Longest name of a month, in bytes.
const LONGEST_MONTH: usize = 12;

/// A date that begins with the first group, or with the month before it, and how many groups of the
/// row it takes.
pub(super) fn birth(row: Row<'_>) -> Option<(Option<Hit>, usize)> {
    if !row.has_words {
        return None;
    }
    let (span, groups) = numeric(row)
        .or_else(|| east_asian(row))
        .or_else(|| spelled(row))?;
    let found = boundary::stands_alone(row.text, span) && is_named(row.text, span.start);
    found.then(|| {
        (
            Some(Kind::Birth.hit(span, SCORE, "****-**-**".into())),
            groups,
        )
    })
}

fn is_named(text: &str, start: usize) -> bool {
    let nearby = Nearby::of(text, start);
    nearby.named_by(&WORDS) || nearby.named_by(&FOREIGN)
}

/// `21.11.1985`, `11/21/85`, `1985-11-21`.
fn numeric(row: Row<'_>) -> Option<(Span, usize)> {
    let separator = row.gap(1);
    let usual = matches!(
        separator,
        "-" | "." | "/" | " " | ". " | " - " | " / " | " . "
    );
    if !usual || row.gap(2) != separator {
        return None;
    }
    let number = |index: usize| {
        let digits = row.digits(index);
        digits.parse::<u32>().ok().filter(|_| digits.len() <= 4)
    };
    let (first, second, third) = (number(0)?, number(1)?, number(2)?);
    let lengths = [0, 1, 2].map(|index| row.digits(index).len());
    let fits = match lengths {
        [4, 1 | 2, 1 | 2] => YEARS.contains(&first) && is_day(first, second, third),
        [1 | 2, 1 | 2, 4] => YEARS.contains(&third) && in_either_order(third, first, second),
        [1 | 2, 1 | 2, 2] => separator != " " && in_either_order(third, first, second),
        _ => false,
    };
    fits.then_some((row.span(3), 3))
}

/// `1985年11月21日`, `1985년 11월 21일`.
fn east_asian(row: Row<'_>) -> Option<(Span, usize)> {
    let year = row.groups[0].span;
    let rest = &row.text[year.end..];
    let mut at = year.end;
    let mut parts = [0; 2];
    let signs = [['年', '년'], ['月', '월'], ['日', '일']];
    if year.len() != 4 || !rest.starts_with(signs[0]) {
        return None;
    }
    for (index, part) in parts.iter_mut().enumerate() {
        let sign = row.text[at..]
            .strip_prefix(signs[index])?
            .trim_start_matches(' ');
        let digits = sign.bytes().take(2).take_while(u8::is_ascii_digit).count();
        *part = sign[..digits].parse().ok()?;
        at = row.text.len() - sign.len() + digits;
    }
    let last = row.text[at..]
        .chars()
        .next()
        .filter(|c| signs[2].contains(c))?;
    let [month, day] = parts;
    let year = row
        .digits(0)
        .parse()
        .ok()
        .filter(|year| YEARS.contains(year))?;
    let span = Span::new(row.groups[0].span.start, at + last.len_utf8());
    is_day(year, month, day).then_some((span, 1))
}

fn in_either_order(year: u32, first: u32, second: u32) -> bool {
    is_day(year, second, first) || is_day(year, first, second)
}

/// `21 November 1985`, `21. Nov. 1985`, `November 21st, 1985`, `21 de noviembre de 1985`.
fn spelled(row: Row<'_>) -> Option<(Span, usize)> {
    let group = row.groups[0].span;
    if group.len() > 2 {
        return None;
    }
    let day: u32 = row.digits(0).parse().ok()?;
    let rest = &row.text[group.end..];
    if let Some((month, after)) = month_after(rest) {
        let after = after.trim_start_matches(['.', ',', '-', '/']);
        let after = after.trim_start_matches(' ');
        let after = after
            .strip_prefix("de ")
            .or_else(|| after.strip_prefix("del "))
            .unwrap_or(after);
        return dated(row, group.start, day, month, after);
    }
    let (start, month) = month_before(&row.text[..group.start])?;
    let ordinal = ["st", "nd", "rd", "th"]
        .iter()
        .find_map(|end| rest.strip_prefix(end));
    let after = ordinal
        .unwrap_or(rest)
        .trim_start_matches(',')
        .strip_prefix(' ')?;
    dated(row, start, day, month, after)
}

/// From `start` to the year that `after` begins with.
fn dated(row: Row<'_>, start: usize, day: u32, month: u32, after: &str) -> Option<(Span, usize)> {
    let length = after.bytes().take_while(u8::is_ascii_digit).count();
    let year: u32 = after.get(..4).filter(|_| length == 4)?.parse().ok()?;
    let span = Span::new(start, row.text.len() - after.len() + length);
    let within = row
        .groups
        .iter()
        .take_while(|group| group.span.start < span.end);
    (YEARS.contains(&year) && is_day(year, month, day)).then_some((span, within.count()))
}

/// The month that stands after a day, and what follows it.
fn month_after(rest: &str) -> Option<(u32, &str)> {
    let ordinal = ["st ", "nd ", "rd ", "th ", ". "]
        .iter()
        .find_map(|end| rest.strip_prefix(end));
    let rest = ordinal.or_else(|| rest.strip_prefix([' ', '-', '/', '.']))?;
    let rest = ["of ", "de "]
        .iter()
        .find_map(|word| rest.strip_prefix(word))
        .unwrap_or(rest);
    let length = letters(rest.chars());
    month(&rest[..length]).map(|month| (month, &rest[length..]))
}

/// Where the month begins that stands right before a day, and which it is.
fn month_before(before: &str) -> Option<(usize, u32)> {
    let before = before.strip_suffix(' ')?;
    let before = before.strip_suffix('.').unwrap_or(before);
    let length = letters(before.chars().rev());
    let start = before.len() - length;
    month(&before[start..]).map(|month| (start, month))
}

/// Length in bytes of the letters that come first, as far as a month may go.
fn letters(characters: impl Iterator<Item = char>) -> usize {
    characters
        .take(LONGEST_MONTH)
        .take_while(|c| c.is_alphabetic())
        .map(char::len_utf8)
        .sum()
}

fn month(word: &str) -> Option<u32> {
    const SHORTEST: usize = 3;
    if word.len() < SHORTEST {
        return None;
    }
    // Read once for all names, none of which has more letters.
    let mut small = ['\0'; LONGEST_NAME];
    for (slot, letter) in small.iter_mut().zip(word.chars()) {
        let mut letters = letter.to_lowercase();
        *slot = letters
            .next()
            .filter(|_| letters.len() == 0)
            .unwrap_or('\0');
    }
    let begins = |name: &str| name.chars().zip(small).all(|(a, b)| a == b);
    let known = MONTHS
        .iter()
        .position(|names| names.may_begin(word) && names.words().iter().any(|name| begins(name)))?;
    u32::try_from(known + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_known_by_their_beginnings_in_any_case() {
        for (number, names) in (1..).zip(&MONTHS) {
            for name in names.words() {
                assert!(name.chars().count() <= LONGEST_NAME, "{name}");
                assert_eq!(*name, name.to_lowercase());
                assert_eq!(month(&format!("{}x", name.to_uppercase())), Some(number));
            }
        }
        assert_eq!(month("jabc"), None);
        assert_eq!(month("ﬁne"), None);
    }
}
