//! Streets: their names before and after the number of the house, and units that stand for them.

use super::words;
use crate::guard::pii::lexicon::Lexicon;

/// Most words of the name of a street.
const MOST_WORDS: usize = 6;
/// Most words before its kind.
const MOST_BEFORE: usize = 3;
/// Longest name of a street, in bytes.
const LONGEST: usize = 64;
/// What ends the words before a number that may be a street.
const ENDS: [char; 8] = ['\n', '\t', ':', ';', '"', '(', ',', '>'];

/// A street after the number of the house.
pub(super) struct After {
    /// How far it goes, in bytes.
    pub(super) length: usize,
    /// Whether its name says that it is one.
    pub(super) is_known: bool,
}

/// A street before the number of the house.
pub(super) struct Before {
    /// Where it begins.
    pub(super) start: usize,
    /// Whether its name says that it is one.
    pub(super) is_known: bool,
}

/// A unit or a box before its number.
pub(super) struct Unit {
    /// Where it begins.
    pub(super) start: usize,
    /// Whether it is a box of a post office.
    pub(super) is_box: bool,
}

/// How much of what follows a number belongs to the number of the house: `12a`, `12-14`, `12/3`, `12 bis`.
pub(super) fn house_end(after: &str) -> usize {
    let bytes = after.as_bytes();
    let mut end = 0;
    if matches!(bytes, [b'-' | b'/', b'0'..=b'9', ..]) {
        end = 1 + bytes[1..]
            .iter()
            .take(4)
            .take_while(|b| b.is_ascii_digit())
            .count();
    }
    let letter = bytes.get(end).is_some_and(u8::is_ascii_alphabetic);
    if letter && !bytes.get(end + 1).is_some_and(u8::is_ascii_alphanumeric) {
        end += 1;
    }
    let again = [" bis", " ter"]
        .iter()
        .find(|word| after[end..].starts_with(*word));
    end + again.map_or(0, |word| word.len())
}

/// The street that follows the number of a house.
pub(super) fn after_house(rest: &str) -> Option<After> {
    let names = rest.strip_prefix(", ").or_else(|| rest.strip_prefix(' '))?;
    let gap = rest.len() - names.len();
    let first = names.split([' ', '\n', ',', ';', '"']).next()?;
    // Most numbers stand before a common word.
    if !(is_name(first) || is_ordinal(first.trim_end_matches('.')) || words::RUES.has(first)) {
        return None;
    }
    let line = &names[..names.find(['\n', ',', ';', '"']).unwrap_or(names.len())];
    if words::RUES.has(first) && first.starts_with(char::is_lowercase) || gap == 2 {
        return french(line).map(|length| After {
            length: gap + length,
            is_known: true,
        });
    }
    let mut end = 0;
    let mut first_end = None;
    for (count, word) in line.split(' ').take(MOST_WORDS).enumerate() {
        let bare = word.trim_end_matches('.');
        let capital = bare.starts_with(char::is_uppercase);
        let particle = count > 0 && words::PARTICLES.contains(bare);
        if !(capital || is_ordinal(bare) || particle) {
            break;
        }
        let known = capital && words::STREETS.has(bare);
        if known && (count > 0 || bare == "Broadway") {
            let length = gap + end + bare.len();
            return Some(After {
                length,
                is_known: true,
            });
        }
        first_end = first_end.or(Some(end + bare.len()).filter(|_| capital));
        end += word.len() + 1;
    }
    // `12 Avenue Foch`: the kind of street first, as in French.
    if words::RUES.has(first) {
        let length = gap + french(line)?;
        return Some(After {
            length,
            is_known: true,
        });
    }
    first_end.map(|length| After {
        length: gap + length,
        is_known: false,
    })
}

/// Length of a street that begins with its kind: words up to a digit.
fn french(line: &str) -> Option<usize> {
    let kind = line.split(' ').next()?;
    if !words::RUES.has(kind) {
        return None;
    }
    let until_digit = line
        .find(|c: char| c.is_ascii_digit())
        .unwrap_or(line.len());
    let names = line[..until_digit].trim_end();
    let mut count = 0;
    let mut end = 0;
    for word in names.split(' ').take(MOST_WORDS) {
        // `rue du moulin` is often written small.
        if count > 2 && !is_name_or_small(word) {
            break;
        }
        end += word.len() + usize::from(count > 0);
        count += 1;
    }
    let street = line[..end].trim_end_matches(['.', '?', '!']);
    (count > 1).then_some(street.len())
}

/// The street that stands before the number of its house.
pub(super) fn before_house(text: &str, number: usize) -> Option<Before> {
    let from = text.floor_char_boundary(number.saturating_sub(LONGEST));
    let before = without_sign(&text[from..number])?;
    let is_last = |word: &str| is_name(word) || words::STRASSEN.has(word);
    // Most numbers follow a common word.
    let ends = |byte: &u8| *byte == b' ' || ENDS.contains(&char::from(*byte));
    let last = before
        .bytes()
        .rposition(|byte| ends(&byte))
        .map_or(0, |at| at + 1);
    if !is_last(before[last..].trim_start()) {
        return None;
    }
    let begin = before.rfind(ENDS).map_or(0, |at| at + 1);
    let line = &before[begin..];
    let line = line.trim_start();
    let begin = begin + before[begin..].len() - line.len();
    let starts = || {
        let mut at = 0;
        line.split(' ').map(move |word| {
            let start = at;
            at += word.len() + 1;
            (start, word)
        })
    };
    let last_start = line.rfind(' ').map_or(0, |at| at + 1);
    let last = &line[last_start..];
    if !is_last(last) {
        return None;
    }
    let is_street = last.starts_with(char::is_uppercase) && words::STRASSEN.ending(last).is_some();
    let bare_kind = words::STRASSEN.has(last);
    if is_street || (bare_kind && last_start > 0) {
        // The names before it belong to it: `Berliner Straße`, `Nordre Banegate`.
        let front = line[..last_start].trim_end();
        let names = front
            .rsplit(' ')
            .take(MOST_BEFORE)
            .take_while(|word| is_name(word));
        let length: usize = names.map(|word| word.len() + 1).sum();
        let start = (front.len() + 1).saturating_sub(length).min(last_start);
        let capital = line[start..].starts_with(char::is_uppercase);
        return capital.then_some(Before {
            start: from + begin + start,
            is_known: true,
        });
    }
    let kind = starts()
        .filter(|(_, word)| words::CALLES.has(word))
        .reduce(|_, last| last);
    if let Some((start, _)) = kind {
        let mut names = line[start..].split(' ').skip(1);
        let fits = names.clone().next().is_some() && names.all(is_name_or_small);
        return fits.then_some(Before {
            start: from + begin + start,
            is_known: true,
        });
    }
    // The last words that may be a name; what makes them a street must stand before them.
    let names = starts()
        .filter(|(_, word)| !is_name_or_small(word))
        .reduce(|_, last| last);
    let run = names.map_or(0, |(start, word)| start + word.len() + 1);
    let street = line.get(run..)?;
    let fits = is_name(street) && street.split(' ').count() <= 4;
    fits.then_some(Before {
        start: from + begin + run,
        is_known: false,
    })
}

/// What stands before a number, without the space and the sign for `number`.
fn without_sign(before: &str) -> Option<&str> {
    static SIGNS: Lexicon = Lexicon::of(&[
        " nr.", " Nr.", " nr", " no.", " No:", " No.", " n.", " n°", " nº", " č.",
    ]);
    let street = before.strip_suffix(' ')?;
    let mut signs = SIGNS.like_the_end_of(street);
    let sign = signs.find_map(|sign| street.strip_suffix(sign));
    let street = sign.unwrap_or(street);
    Some(street.strip_suffix(',').unwrap_or(street))
}

/// The unit or box whose number begins at `number`.
pub(super) fn unit_before(text: &str, number: usize) -> Option<Unit> {
    let from = text.floor_char_boundary(number.saturating_sub(24));
    let before = text[from..number].strip_suffix(' ')?;
    let last = &before[memchr::memrchr(b' ', before.as_bytes()).map_or(0, |at| at + 1)..];
    if !is_name(last) && !last.eq_ignore_ascii_case("box") {
        return None;
    }
    let known = words::BOXES.ending(before);
    if let Some(name) = known {
        let start = before.len() - name.len();
        let alone = !before[..start].ends_with(char::is_alphanumeric);
        return alone.then_some(Unit {
            start: from + start,
            is_box: true,
        });
    }
    let start = before
        .rfind(|c: char| !c.is_alphabetic() && c != '.')
        .map_or(0, |at| at + 1);
    let start = start.min(before.len());
    let word = before.get(start..)?;
    let fits = word.starts_with(char::is_uppercase) && words::UNITS.has(word);
    fits.then_some(Unit {
        start: from + start,
        is_box: false,
    })
}

/// `5th`, `42nd`.
fn is_ordinal(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
        && ["th", "nd", "rd", "st"]
            .iter()
            .any(|end| word.ends_with(end))
}

fn is_name(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
}

fn is_name_or_small(word: &str) -> bool {
    is_name(word)
        || words::PARTICLES.contains(word)
        || word.starts_with("d'")
        || word.starts_with("l'")
}
