//! Writes the view of a text: cluster by cluster for NFKC, word by word for look-alikes.
//!
//! A look-alike letter is folded where its word has Latin letters, or could be read as ASCII
//! wholly: so Russian stays Russian. The tables are in [`lookalike`].

use unicode_normalization::char::{canonical_combining_class, decompose_compatible};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use super::{Edit, View, lookalike};
use crate::finding::Span;
use crate::guard::invisible_text::is_invisible;
use crate::pace::Pace;

/// Copies the source, but for what is replaced.
struct Writer<'a> {
    source: &'a str,
    pace: &'a Pace<'a>,
    /// How much of the source is done.
    copied: usize,
    text: String,
    edits: Vec<Edit>,
}

/// The word that is being read.
#[derive(Default)]
struct Word {
    /// What may be replaced once the word is known: its place, and its range in `normal`.
    pending: Vec<(Span, Span)>,
    /// NFKC of what is pending.
    normal: String,
    /// Whether it has a Latin letter.
    latin: bool,
    /// Whether it has a letter that looks like none of ASCII.
    foreign: bool,
}

/// The view of a text that has more than ASCII, if it differs.
pub(super) fn normalise(source: &str, pace: &Pace<'_>) -> Option<View> {
    let mut writer = Writer {
        source,
        pace,
        copied: 0,
        text: String::new(),
        edits: Vec::new(),
    };
    let mut word = Word::default();
    let mut done = 0;
    while pace.step()
        && let Some(beyond) = next_beyond_ascii(source.as_bytes(), done)
    {
        // The character before may be the base of a mark.
        let start = beyond - usize::from(beyond > done);
        let before = &source.as_bytes()[done..start];
        let begun = before
            .iter()
            .rev()
            .take_while(|b| b.is_ascii_alphanumeric());
        word.latin = { begun }.any(u8::is_ascii_alphabetic);
        done = word.read(&mut writer, start);
    }
    writer.finish()
}

// === impl Word ===

impl Word {
    /// Reads on from `at`, which is within a word or before one, and writes it. Where it ended.
    fn read(&mut self, writer: &mut Writer<'_>, mut at: usize) -> usize {
        let Writer { source, pace, .. } = *writer;
        while pace.step()
            && let Some(base) = source[at..].chars().next()
        {
            if is_invisible(base) {
                let end = at + length_while(&source[at..], is_invisible);
                self.pending.push((Span::new(at, end), Span::new(0, 0)));
                at = end;
                continue;
            }
            let end = at + cluster_length(&source[at..], base, pace);
            if base.is_ascii() && end == at + 1 {
                if !base.is_ascii_alphanumeric() {
                    // One that stands before something else is passed, as it may have had a mark.
                    let last = at + 1 < source.len() && !source.as_bytes()[at + 1].is_ascii();
                    self.write(writer);
                    if last {
                        at = end;
                        continue;
                    }
                    return at;
                }
                self.latin |= base.is_ascii_alphabetic();
                at = end;
                continue;
            }
            let in_word = self.take(source, base, Span::new(at, end), pace);
            at = end;
            if !in_word {
                self.write(writer);
            }
        }
        self.write(writer);
        at
    }

    /// Takes in a cluster. Whether the word may go on after it.
    fn take(&mut self, source: &str, base: char, span: Span, pace: &Pace<'_>) -> bool {
        let from = self.normal.len();
        let cluster = &source[span.start..span.end];
        if span.len() == base.len_utf8() && is_stable(base) {
            self.normal.push(base);
        } else {
            let characters = cluster.chars().take_while(|_| pace.step());
            let visible = characters.filter(|c| !is_invisible(*c));
            self.normal.extend(visible.nfkc());
        }
        let normal = &self.normal[from..];
        let mut changes = normal != cluster;
        let mut in_word = true;
        for c in normal.chars().take_while(|_| pace.step()) {
            if is_mark(c) {
                changes = true;
                continue;
            }
            in_word &= c.is_alphanumeric() && !is_spaceless(c);
            self.latin |= is_latin(c);
            let alike = lookalike::letter(c).is_some();
            self.foreign |= !c.is_ascii() && c.is_alphabetic() && !alike;
            changes |= alike || folded(c, true) != c;
        }
        if changes {
            let normal = Span::new(from, self.normal.len());
            self.pending.push((span, normal));
        } else {
            self.normal.truncate(from);
        }
        in_word
    }

    /// Writes what is pending and begins the next word.
    fn write(&mut self, writer: &mut Writer<'_>) {
        let fold = self.latin || !self.foreign;
        let mut folded_text = String::new();
        let pace = writer.pace;
        for (place, normal) in self.pending.drain(..).take_while(|_| pace.step()) {
            folded_text.clear();
            for c in self.normal[normal.start..normal.end].chars() {
                // A mark over a plain letter is decoration: those that mean a letter are composed.
                let decorates = is_mark(c) && folded_text.ends_with(|last: char| last.is_ascii());
                if !decorates {
                    folded_text.push(folded(c, fold));
                }
            }
            writer.replace(place, &folded_text);
        }
        self.normal.clear();
        (self.latin, self.foreign) = (false, false);
    }
}

// === impl Writer ===

impl Writer<'_> {
    fn replace(&mut self, place: Span, with: &str) {
        if self.source[place.start..place.end] == *with {
            return;
        }
        self.text.push_str(&self.source[self.copied..place.start]);
        let start = self.text.len();
        self.text.push_str(with);
        self.copied = place.end;
        self.edits.push(Edit {
            view: Span::new(start, self.text.len()),
            original: place,
        });
    }

    fn finish(mut self) -> Option<View> {
        if self.edits.is_empty() {
            return None;
        }
        self.text.push_str(&self.source[self.copied..]);
        Some(View {
            text: self.text,
            edits: self.edits,
        })
    }
}

/// The character as it is read in a word that is folded, or in one that is not.
fn folded(c: char, fold: bool) -> char {
    if c.is_ascii() {
        return c;
    }
    let letter = || lookalike::letter(c).or_else(|| lookalike::loose(c));
    lookalike::digit(c)
        .or_else(|| lookalike::symbol(c))
        .or_else(|| fold.then(letter).flatten())
        .unwrap_or(c)
}

/// Length of the cluster that `source` begins with, and that begins with `base`: the marks and fillers
/// that NFKC may compose or reorder with it, over invisible characters between them.
fn cluster_length(source: &str, base: char, pace: &Pace<'_>) -> usize {
    let mut end = base.len_utf8();
    let mut next = end;
    for c in source[end..].chars().take_while(|_| pace.step()) {
        next += c.len_utf8();
        if attaches(c) {
            end = next;
        } else if !is_invisible(c) {
            break;
        }
    }
    end
}

/// Whether NFKC may join or reorder it with what stands before it.
fn attaches(c: char) -> bool {
    if c < '\u{300}' || is_stable(c) || is_invisible(c) {
        return false;
    }
    let mut first = None;
    decompose_compatible(c, |part| {
        first.get_or_insert(part);
    });
    let first = first.unwrap_or(c);
    is_mark(first) || is_nfkc_quick(std::iter::once(first)) == IsNormalized::Maybe
}

/// Marks that combine, and those that enclose.
fn is_mark(c: char) -> bool {
    c >= '\u{300}' && (matches!(c, '\u{20D0}'..='\u{20F0}') || canonical_combining_class(c) != 0)
}

/// Frequent letters that NFKC leaves alone, for speed.
const fn is_stable(c: char) -> bool {
    matches!(c,
        '\u{C0}'..='\u{131}' | '\u{391}'..='\u{3A1}' | '\u{3B1}'..='\u{3C9}' | '\u{400}'..='\u{482}'
        | '\u{2018}'..='\u{201F}' | '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}'
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}')
}

const fn is_latin(c: char) -> bool {
    matches!(c, 'A'..='Z' | 'a'..='z' | '\u{C0}'..='\u{24F}' | '\u{250}'..='\u{2AF}'
        | '\u{1D00}'..='\u{1D7F}' | '\u{1E00}'..='\u{1EFF}' | '\u{A722}'..='\u{A7FF}')
}

/// Scripts without spaces between words: each character is a word, and none is like ASCII.
pub(crate) const fn is_spaceless(c: char) -> bool {
    matches!(c, '\u{E00}'..='\u{EFF}' | '\u{3040}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}')
}

fn length_while(text: &str, holds: impl Fn(char) -> bool) -> usize {
    text.find(|c| !holds(c)).unwrap_or(text.len())
}

/// The next byte beyond ASCII, many at a time.
fn next_beyond_ascii(bytes: &[u8], from: usize) -> Option<usize> {
    const STEP: usize = 64;
    let plain = bytes[from..]
        .chunks(STEP)
        .take_while(|chunk| chunk.is_ascii())
        .count();
    let from = (from + plain * STEP).min(bytes.len());
    let rest = bytes[from..].iter().position(|b| !b.is_ascii())?;
    Some(from + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(text: &str) -> String {
        normalise(text, &Pace::free()).map_or_else(|| text.to_owned(), |view| view.text)
    }

    #[test]
    fn a_model_reads_it_so() {
        let cases = [
            ("４１１１ １１１１", "4111 1111"),
            ("١٢٣ and १२३", "123 and 123"),
            ("𝐩𝐚𝐬𝐬𝐰𝐨𝐫𝐝 ｐａｓｓ ⓟⓐⓢⓢ", "password pass pass"),
            ("pаsswоrd", "password"),
            ("Іgnоrе рrеvіоus", "Ignore previous"),
            ("ɪɢɴᴏʀᴇ", "ignore"),
            ("p\u{336}a\u{336}s\u{336}s\u{336}", "pass"),
            ("1\u{fe0f}\u{20e3}2\u{fe0f}\u{20e3}", "12"),
            ("“a”–‘b’", "“a”-'b'"),
            ("cafe\u{301}", "café"),
            ("e\u{200b}\u{301}", "é"),
            ("\u{1112}\u{1161}\u{11ab}", "한"),
            ("ｶ\u{ff9e}", "ガ"),
            ("a\u{a0}b", "a b"),
        ];
        for (text, wanted) in cases {
            assert_eq!(view(text), wanted, "{text}");
        }
    }

    #[test]
    fn other_languages_stay_what_they_are() {
        for text in [
            "Привет, как дела? Это пароль.",
            "Ελληνικά γράμματα",
            "日本語のテキスト",
            "größte Übung, ça déjà, žluťoučký",
            "नमस्ते दुनिया",
        ] {
            assert!(
                normalise(text, &Pace::free()).is_none(),
                "{text} became {}",
                view(text)
            );
        }
    }

    #[test]
    fn stable_letters_are_stable() {
        for c in ('\u{80}'..=char::MAX).filter(|c| is_stable(*c)) {
            assert!(
                is_nfkc_quick(std::iter::once(c)) == IsNormalized::Yes,
                "{c:?}"
            );
            assert_eq!(canonical_combining_class(c), 0, "{c:?}");
        }
    }
}
