//! Addresses after a word that announces one, whatever their street is called and in whatever order they
//! are written: two numbers, of which one may be a postcode, in the lines after it.

use crate::finding::Span;
use crate::guard::pii::boundary::named_by;
use crate::guard::pii::lexicon::Lexicon;

const SCORE: f32 = 0.75;
/// How far before its first number an address is announced, in bytes.
const REACH: usize = 140;
/// Longest address, in bytes.
const LONGEST: usize = 200;
/// Most lines of an address, with the name of who lives there.
const MOST_LINES: usize = 4;
/// Most words of an address in small letters after a label, and the shortest that counts.
const LABELLED: (usize, usize) = (4, 4);
/// The same within a sentence.
const WITHIN: (usize, usize) = (1, 3);

/// What ends right before a colon, in lower case.
static NAMES: Lexicon = Lexicon::of(&[
    "address",
    "deliver to",
    "ship to",
    "bill to",
    "send to",
    "adresse",
    "anschrift",
    "lieferadresse",
    "rechnungsadresse",
    "wohnadresse",
    "postadresse",
    "privatadresse",
    "hausanschrift",
    "leveringsadresse",
    "bostedsadresse",
    "adresse de livraison",
    "adresse de facturation",
    "dirección",
    "dirección de entrega",
    "dirección de envío",
    "dirección de facturación",
    "domicilio",
    "indirizzo",
    "indirizzo di consegna",
    "indirizzo di fatturazione",
    "residenza",
    "endereço",
    "endereço de entrega",
    "morada",
    "adres",
    "bezorgadres",
    "woonadres",
    "adres dostawy",
    "adres zamieszkania",
    "adress",
    "leveransadress",
    "hemadress",
    "osoite",
    "toimitusosoite",
    "kotiosoite",
    "adresa",
    "adresa de livrare",
    "adresa za dostavu",
    "bydliště",
    "bydlisko",
    "cím",
    "lakcím",
    "lakcíme",
    "adresi",
    "διεύθυνση",
    "Διεύθυνση",
    "διεύθυνση παράδοσης",
    "Διεύθυνση παράδοσης",
    "адрес",
    "Адрес",
    "адрес доставки",
    "Адрес доставки",
    "адреса",
    "Адреса",
    "адреса доставки",
    "Адреса доставки",
    "住所",
    "주소",
    "地址",
]);

/// What makes another address of it, as a whole word before it.
static OTHERS: Lexicon = Lexicon::of(&[
    "ip", "mac", "email", "e-mail", "mail", "web", "memory", "wallet", "bitcoin", "base", "start",
    "bus", "url", "contract", "virtual", "return", "load", "hardware", "network", "server", "bind",
    "host", "listen",
]);

/// What announces it in a sentence, in lower case.
static SAID: Lexicon = Lexicon::of(&[
    "living at",
    "lives at",
    "live at",
    "lived at",
    "resides at",
    "residing at",
    "address is",
    "wohnt in der",
    "wohnt in",
    "wohne in",
    "wohnhaft",
    "habite au",
    "habite",
    "domicilié",
    "vive en",
    "vivo en",
    "abita in",
    "abito in",
    "residente in",
    "mora em",
    "moro na",
    "vive na",
    "woont op",
    "woon op",
    "mieszka pod adresem",
    "mieszka przy",
    "bor på",
    "bor i",
    "asuu osoitteessa",
    "bydlí na adrese",
    "býva na adrese",
    "lakcíme",
    "locuiește în",
    "locuiește pe",
    "živi na adresi",
    "stanuje na",
    "διεύθυνση",
    "проживает по адресу",
    "мешкає за адресою",
]);

/// The address around a number that is announced before it.
pub(super) fn address(text: &str, number: Span) -> Option<(Span, f32)> {
    let (start, small) = announced(text, number.start)?;
    let span = block(text, start, small)?;
    (span.start <= number.start && number.end <= span.end).then_some((span, SCORE))
}

/// Where the text begins that an announcement is followed by, and how many small words it may have.
fn announced(text: &str, at: usize) -> Option<(usize, (usize, usize))> {
    let from = text.floor_char_boundary(at.saturating_sub(REACH));
    let before = &text[from..at];
    // Of wide characters, most texts have not even the first byte.
    let wide = memchr::memrchr(0xEF, before.as_bytes()).and_then(|_| before.rfind('：'));
    if let Some(colon) = memchr::memrchr(b':', before.as_bytes()).max(wide) {
        let name = &before[..colon];
        if ends_with_name(name.trim_end()) {
            let sign = before[colon..].chars().next().map_or(1, char::len_utf8);
            return Some((from + colon + sign, LABELLED));
        }
    }
    if !named_by(text, at, &SAID) {
        return None;
    }
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let words = before[line..]
        .match_indices(' ')
        .map(|(at, _)| line + at + 1);
    let end = words.rev().chain([line]).find_map(|word| {
        let said = SAID.beginning(&before.as_bytes()[word..]);
        let end = word + said.map(str::len).max()?;
        let whole = before[end..].is_empty() || before[end..].starts_with(' ');
        whole.then_some(from + end)
    });
    end.map(|end| (end, WITHIN))
}

/// Whether a text ends with one of the names as whole words, and not with the name of another address.
fn ends_with_name(text: &str) -> bool {
    let ends = |name: &str| {
        let start = text.len().checked_sub(name.len());
        let start = start.filter(|start| text.is_char_boundary(*start));
        start.is_some_and(|start| {
            let (before, end) = text.split_at(start);
            let word = || before.trim_end().rsplit([' ', '\n']).next();
            end.eq_ignore_ascii_case(name)
                && !before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '-')
                && !OTHERS.has(word().unwrap_or_default())
        })
    };
    NAMES.like_the_end_of(text).any(ends)
}

/// The lines of an address from `start` on, without the name of who lives there.
fn block(text: &str, start: usize, small: (usize, usize)) -> Option<Span> {
    let limit = text.floor_char_boundary(start + LONGEST);
    let rest = &text[start..limit];
    let rest = rest.trim_start_matches([' ', '\t']);
    let own_line = rest.starts_with(['\n', '\r']);
    let rest = rest.trim_start();
    let start = limit - rest.len();
    let (mut first, mut last, mut at) = (None, 0, 0);
    for (index, line) in rest.split_inclusive('\n').take(MOST_LINES).enumerate() {
        let said = sentence(line);
        let other = said.contains([':', '：', '@', '"', '<', '=', '{', '|']);
        if other || said.trim().is_empty() {
            break;
        }
        let digits = said.bytes().any(|b| b.is_ascii_digit());
        // The first line may be a name.
        if first.is_none() && (digits || index > 0 || !own_line) {
            first = Some(at);
        }
        if digits {
            last = at
                + said
                    .trim_end_matches([' ', '\n', '\r', ',', '.', '。'])
                    .len();
        }
        at += line.len();
        if said.len() < line.trim_end().len() {
            break;
        }
    }
    let first = first.filter(|first| *first < last)?;
    let found = &rest[first..last];
    is_address(found, small).then(|| Span::new(start + first, start + last))
}

/// A line as far as its first sentence goes.
fn sentence(line: &str) -> &str {
    let ends = |at: usize| {
        let before = line[..at].rsplit(' ').next().unwrap_or_default();
        let after = line[at + 1..].strip_prefix(' ');
        before.chars().count() > 4
            && after.is_some_and(|after| after.starts_with(char::is_uppercase))
    };
    let dot = line
        .match_indices('.')
        .map(|(at, _)| at)
        .find(|at| ends(*at));
    let end = dot.or_else(|| line.find(['。', ';', '?', '!']));
    &line[..end.unwrap_or(line.len())]
}

/// Whether two numbers stand in it, one as long as a postcode, and hardly a word in small letters.
fn is_address(text: &str, (most, shortest): (usize, usize)) -> bool {
    let mut runs = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|run| !run.is_empty());
    let lengths = runs.by_ref().take(8).map(str::len);
    let (mut count, mut digits, mut longest) = (0, 0, 0);
    for length in lengths {
        count += 1;
        digits += length;
        longest = longest.max(length);
    }
    let words = || text.split([' ', '\n', ',']);
    let small = words()
        .filter(|word| word.chars().count() >= shortest && word.starts_with(char::is_lowercase));
    let named = words().any(|word| {
        let mut letters = word.chars();
        let first = letters
            .next()
            .is_some_and(|c| c.is_uppercase() || c > '\u{2E7F}');
        first
            && letters
                .next()
                .is_some_and(|c| c.is_lowercase() || c > '\u{2E7F}')
    });
    named
        && (2..=5).contains(&count)
        && (5..=16).contains(&digits)
        && ((3..=7).contains(&longest) || words().any(is_mixed))
        && small.count() <= most
}

/// Whether a word is of capitals and digits, as postcodes of Britain, Ireland and Canada are.
fn is_mixed(word: &str) -> bool {
    let capitals = word.bytes().filter(u8::is_ascii_uppercase).count();
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    (3..=4).contains(&word.len()) && capitals + digits == word.len() && capitals > 0 && digits > 0
}
