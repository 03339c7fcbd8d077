//! What is said around a drawn value: the name it is given, the words of its line and of the line above.
//!
//! Reads a bounded window. Which values are drawn is not asked here.

use super::super::assignment::{is_descriptive, is_open_word};
use super::vendor;
use crate::finding::Span;

/// How far before the value, on its line and on the line above, and after it words are read, in bytes.
const BEFORE: usize = 96;
const ABOVE: usize = 96;
const AFTER: usize = 40;
/// Most bytes between a name and its value: quotes, brackets, an operator.
const WIDEST_JOINT: usize = 12;

/// Words that say key.
const KEY: [&str; 19] = [
    "key",
    "keys",
    "token",
    "tokens",
    "secret",
    "secrets",
    "auth",
    "oauth",
    "authorization",
    "authenticate",
    "credential",
    "credentials",
    "creds",
    "bearer",
    "password",
    "passphrase",
    "pat",
    "jwt",
    "login",
];

/// Words that end in `key` and say something else.
const NO_KEY: [&str; 8] = [
    "monkey", "turkey", "hockey", "donkey", "whiskey", "jockey", "hotkey", "lackey",
];

/// Words that say what a drawn value is that is no key.
const IDENTITY: [&str; 48] = [
    "arn",
    "urn",
    "gpg",
    "pgp",
    "recv",
    "sha",
    "sha1",
    "sha256",
    "sha384",
    "sha512",
    "md5",
    "crc",
    "crc32",
    "digest",
    "checksum",
    "checksums",
    "hash",
    "hashes",
    "hashed",
    "commit",
    "commits",
    "revision",
    "rev",
    "integrity",
    "fingerprint",
    "thumbprint",
    "etag",
    "uuid",
    "guid",
    "trace",
    "span",
    "signature",
    "sig",
    "nonce",
    "salt",
    "public",
    "pubkey",
    "certificate",
    "cert",
    "csrf",
    "xsrf",
    "cid",
    "blob",
    "resolved",
    "address",
    "kid",
    "traceparent",
    "tracestate",
];

/// Names that are given to values of any kind: what such a name names may be anything.
const ANY: [&str; 40] = [
    "data", "value", "body", "content", "text", "src", "href", "url", "uri", "link", "path",
    "file", "input", "output", "expected", "actual", "result", "want", "got", "encoded", "payload",
    "message", "image", "icon", "state", "cursor", "code", "query", "request", "response", "ref",
    "version", "build", "test", "example", "sample", "note", "from", "to", "the",
];

/// What stands between a name, or a word that says key, and its value in a sentence, besides `is`.
const VERBS: [&str; 2] = ["was", "using"];

/// Names of what passes by where keys are spoken of, and is none.
const PASSING: [&str; 8] = [
    "state",
    "challenge",
    "cursor",
    "version",
    "build",
    "deployment",
    "release",
    "event",
];

/// How a word that says key stands to the value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// It names the value.
    Name,
    /// It is all of the name, and may be said of anything: `token`.
    Bare,
    /// It stands near the value.
    Near,
    /// There is none; somebody's name, or one that is no word, names the value.
    Unsaid,
    /// There is none, and no name.
    Nothing,
    /// The name, or a word, says that the value is something else.
    Other,
}

/// The word that says that the value is a key, if one does and none says otherwise.
/// `marked` says that a word within the value does.
pub(super) fn around(text: &str, value: Span, marked: bool) -> Word {
    let line = line_before(text, value.start, BEFORE);
    let rest = &text[value.end..text.floor_char_boundary(value.end + AFTER)];
    let rest = rest.lines().next().unwrap_or_default();
    let name = Name::before(line);
    // "gpg: using RSA key …": keys of OpenPGP are named by their fingerprints.
    let sentence = !name.as_ref().is_some_and(Name::introduces);
    if sentence && words(line).any(|word| is_one_of(word, &["gpg", "pgp"])) {
        return Word::Other;
    }
    if let Some(word) = name.as_ref().and_then(Name::says) {
        return word;
    }
    if says_identity(line) {
        return Word::Other;
    }
    let introduced = name.as_ref().is_some_and(Name::introduces);
    if is_said(line) {
        return if introduced { Word::Name } else { Word::Near };
    }
    if marked {
        return Word::Near;
    }
    if is_said(rest) && !says_identity(rest) {
        let called = rest.starts_with(" as ");
        return if called { Word::Name } else { Word::Near };
    }
    if words(line).count() <= 1 && is_said_above(text, value.start - line.len()) {
        return Word::Near;
    }
    match name {
        Some(name) if name.is_somebodys() => Word::Unsaid,
        _ => Word::Nothing,
    }
}

/// Whether a word within a value says that it is a key.
pub(super) fn marks_key(word: &str) -> bool {
    says_key(word) || is_one_of(word, &["live", "prod", "production", "sandbox"])
}

/// Whether a word says that a value is an identity and no key.
pub(in super::super) fn says_identity(text: &str) -> bool {
    words(text).any(|word| is_one_of(word, &IDENTITY))
}

/// What stands before the operator, quote or bracket before a value.
struct Name<'a> {
    text: &'a str,
    /// The word before it, in a sentence or as in `acme token`.
    owner: &'a str,
    /// What stands between it and the value.
    joint: &'a str,
    /// Whether it is a parameter of an address: `?name=…`.
    parameter: bool,
}

// === impl Name ===

impl<'a> Name<'a> {
    fn before(line: &'a str) -> Option<Self> {
        let named = line.trim_end_matches(|c| " \t=:\"'`([{>-|,".contains(c));
        let joint = &line[named.len()..];
        let start = named
            .rfind(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')))
            .map_or(0, |at| {
                at + named[at..].chars().next().map_or(1, char::len_utf8)
            });
        let (before, text) = named.split_at(start);
        let owner = before.trim_end_matches(' ');
        let owner = owner.rsplit(|c: char| !c.is_alphanumeric()).next();
        let fits = (1..=WIDEST_JOINT).contains(&joint.len()) && !text.is_empty();
        fits.then_some(Self {
            text,
            owner: owner.unwrap_or_default(),
            joint,
            parameter: before.ends_with(['?', '&']),
        })
    }

    /// Whether an operator or a verb stands between it and the value.
    fn introduces(&self) -> bool {
        self.joint.contains([':', '=', '|', '>']) || self.is_made() || self.is_verb()
    }

    /// Whether it is a verb of a sentence, as in "the key is …", and names nothing.
    fn is_verb(&self) -> bool {
        self.text == "is" || is_one_of(self.text, &VERBS)
    }

    /// Whether something new is made of the value alone, as a client of its key.
    fn is_made(&self) -> bool {
        self.owner == "new" && matches!(self.joint, "(\"" | "('")
    }

    /// What the name says by itself, if it says anything.
    fn says(&self) -> Option<Word> {
        let last = words(self.text).last()?;
        let path = self.joint.starts_with("::");
        let passing = is_one_of(last, &PASSING);
        // "The project id is …".
        let named = if self.is_verb() {
            self.owner
        } else {
            self.text
        };
        if is_descriptive(named) || says_identity(self.text) || path || passing {
            return Some(Word::Other);
        }
        if says_key(last) {
            // The token of a key is its digest.
            let of_key = self.owner.eq_ignore_ascii_case("key");
            let open = of_key || is_open_word(self.owner) || words(self.text).any(is_open_word);
            return Some(match () {
                () if open => Word::Other,
                () if self.owner.is_empty() && self.text.eq_ignore_ascii_case("token") => {
                    Word::Bare
                }
                () => Word::Name,
            });
        }
        let client = self.joint.starts_with('(') && is_one_of(last, &["client", "api", "sdk"]);
        client.then_some(Word::Name)
    }

    /// Whether the name is one word that says nothing of what it names, and no parameter of an address.
    fn is_somebodys(&self) -> bool {
        self.introduces()
            && !self.parameter
            && self.text.len() > 2
            && words(self.text).count() == 1
            && self.text.bytes().all(|b| b.is_ascii_alphabetic())
            && !is_one_of(self.text, &ANY)
            && !self.is_verb()
    }
}

/// Whether a word of the line says key, or whose the value is.
fn is_said(line: &str) -> bool {
    let mut before = "";
    words(line).any(|word| {
        let open = is_open_word(std::mem::replace(&mut before, word));
        vendor::is_known(word) || (says_key(word) && !open)
    })
}

/// Whether a word of the line that ends at `start` says key.
fn is_said_above(text: &str, start: usize) -> bool {
    let above = text[..start].trim_end();
    let near = start - above.len() <= 4;
    let line = line_before(above, above.len(), ABOVE);
    near && is_said(line) && !says_identity(line)
}

/// What stands on the line before `at`, up to `most` bytes of it.
fn line_before(text: &str, at: usize, most: usize) -> &str {
    let from = text.floor_char_boundary(at.saturating_sub(most));
    let line = &text[from..at];
    line.rfind('\n').map_or(line, |end| &line[end + 1..])
}

/// Whether the word says key, also at its end, as `apikey`.
fn says_key(word: &str) -> bool {
    let ends = |end: &str| {
        let start = word.len().checked_sub(end.len());
        let tail = start.and_then(|start| word.get(start..));
        tail.is_some_and(|tail| tail.eq_ignore_ascii_case(end))
    };
    let letters = word.bytes().all(|b| b.is_ascii_alphabetic());
    (letters && is_one_of(word, &KEY))
        || (["key", "token", "secret"].into_iter().any(ends) && !is_one_of(word, &NO_KEY))
}

/// The words of a text, those of `apiKey` and `API_KEY` apart.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).flat_map(humps)
}

/// The parts of a word that begin with a capital, or all of it.
fn humps(word: &str) -> impl Iterator<Item = &str> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let bytes = rest.as_bytes();
        let begins = |at: &usize| {
            let small = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_lowercase);
            bytes[*at].is_ascii_uppercase() && (small(at - 1) || small(at + 1))
        };
        let end = (1..bytes.len()).find(begins).unwrap_or(bytes.len());
        let (hump, after) = rest.split_at(end);
        rest = after;
        (!hump.is_empty()).then_some(hump)
    })
}

/// Whether the word is one of these, of which none is shorter than three bytes: pieces of drawn text are.
fn is_one_of(word: &str, known: &[&str]) -> bool {
    word.len() > 2 && known.iter().any(|known| word.eq_ignore_ascii_case(known))
}
