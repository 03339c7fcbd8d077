//! What everybody scans: prose, code and text full of secrets, the same on every machine.
//!
//! Sentences and lines are the project's own, with words and values drawn into them. Nothing here
//! is taken from the tables of the engine's tests.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

/// Bytes of a long text; the slowest contestant takes a second for it.
const LONG: usize = 64 * 1024;
/// Bytes of a short one.
const SHORT: usize = 1024;
/// How many short ones there are of each kind.
const CHECKS: u64 = 40;

/// Draws a line, or a sentence with what stands after it.
type Line = fn(&mut Draw) -> String;

/// The kinds of text.
pub(super) const KINDS: [(&str, Line); 3] = [("prose", prose), ("code", code), ("dense", dense)];

const SENTENCES: [&str; 14] = [
    "The {n} {v} the {n} before the {n} of the {n} could be {v}.",
    "Nobody at the {n} had expected that a {n} would be {v} so soon, and yet it was.",
    "In {d} the {n} was {v} {i} times, mostly by people who knew the {n} well.",
    "“We {v} the {n},” she said, “because the {n} had been {v} already.”",
    "Please send the {n} to the {n} by Friday, and ask for the {n} if it was not {v}.",
    "It cost {i}.50, which is {i} percent more than the {n} of last year.",
    "Der {n} wurde gestern {v}, obwohl niemand über den {n} gesprochen hatte.",
    "Après la {n}, le {n} a été {v} pendant {i} jours; c’était prévu.",
    "See section {i}.{i} of the {n}; the {n} is described there at length.",
    "A password is never asked for by the {n}, and no token is needed for the {n}.",
    "The {n} begins at {i}:30 in room {i}, next to the {n}.",
    "If the {n} is {v}, then the {n} must be {v} as well, or the {n} is lost.",
    "Her {n} was long, quiet and {v}; the {n} around it was none of these.",
    "Questions about the {n} are answered at the {n}, every day from {i} to {i}.",
];
const NOUNS: [&str; 32] = [
    "harbour",
    "letter",
    "committee",
    "garden",
    "engine",
    "contract",
    "river",
    "student",
    "window",
    "budget",
    "doctor",
    "museum",
    "winter",
    "signal",
    "bridge",
    "kitchen",
    "report",
    "village",
    "market",
    "teacher",
    "station",
    "archive",
    "painting",
    "forest",
    "meeting",
    "invoice",
    "summary",
    "orchestra",
    "island",
    "customer",
    "key",
    "secret",
];
const VERBS: [&str; 16] = [
    "opened",
    "described",
    "forgotten",
    "delivered",
    "painted",
    "signed",
    "carried",
    "repaired",
    "measured",
    "praised",
    "translated",
    "postponed",
    "replaced",
    "inspected",
    "followed",
    "sold",
];

const LINES: [&str; 18] = [
    "    let {w} = self.{w}.get(&{w})?.clone();",
    "    if {w}.len() > {i} || {w}.is_empty() { return Err(Error::{W}({i})); }",
    "import { {w}, {w} } from \"./{w}.js\";",
    "def {w}({w}, *, {w}=None, timeout={i}):",
    "    return [{w} for {w} in {w} if {w}.{w} != {i}]",
    "  \"{w}\": \"{i}.{i}.{i}\", \"{w}\": { \"{w}\": true, \"{w}\": [{i}, {i}] },",
    "create table {w} (id bigint primary key, {w} text not null, {w} timestamptz);",
    "// {W} is read once, before the {w} starts; see {w}::{w}().",
    "func ({w} *{W}) {W}(ctx context.Context, {w} string) ({w} []byte, err error) {",
    "    password: process.env.{U}_PASSWORD, maxTokens: {i}, timeout: {i}_000,",
    "    assert_eq!({w}.{w}({i}), Some(\"{w}\"));",
    "export const {w} = async ({w}) => (await fetch(`/api/{w}/${{w}}`)).json();",
    "  uses: {w}/{w}@{h}",
    "index {h}..{h} 100644",
    "    token = os.environ[\"{U}_TOKEN\"]",
    "#define {U}_{U} 0x{h}",
    "}",
    "",
];
const NAMES: [&str; 20] = [
    "buffer", "parse", "index", "handler", "request", "cache", "node", "config", "writer", "count",
    "stream", "route", "value", "session", "entry", "offset", "loader", "result", "state", "token",
];

const SECRETS: [&str; 12] = [
    "GITHUB_TOKEN=ghp_{a36}\n",
    "aws_access_key_id = AKIA{u16}\naws_secret_access_key = {b40}\n",
    "DATABASE_URL=postgres://app:{a16}@db{i}.example.net/shop\n",
    "password: \"{a10}!{i}\"\n",
    "api_key = '{a32}'\n",
    "slack: xoxb-{i}0000000{i}-{i}0000000{i}-{a24}\n",
    "{W} <{w}.{w}@example.com>, +1 415-555-{i}\n",
    "card 4012 8888 8888 1881, exp {i}/28, from 203.0.113.{i}\n",
    "IBAN DE89 3704 0044 0532 0130 00, order {i}\n",
    "stripe: sk_live_{a24}\n",
    "Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.{a40}.{a43}\n",
    "# the {n} was {v} on {d}\n",
];

/// The texts as files.
pub(super) struct Texts {
    /// One of each kind.
    pub(super) long: Vec<Long>,
    /// Those of 1 KB, of all kinds.
    pub(super) short: Vec<PathBuf>,
}

/// A long text.
pub(super) struct Long {
    pub(super) file: PathBuf,
    pub(super) bytes: f64,
}

/// Pseudo-random numbers (splitmix64), the same each time.
pub(super) struct Draw(u64);

// === impl Texts ===

impl Texts {
    /// Draws them and writes them into a folder.
    pub(super) fn write(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let folder = std::path::absolute(folder)?;
        let write = |name: String, text: &str| {
            let file = folder.join(name);
            fs::write(&file, text).map(|()| file)
        };
        let (mut long, mut short) = (Vec::new(), Vec::new());
        for (name, line) in KINDS {
            let text = text(line, 1, LONG);
            long.push(Long {
                bytes: f64::from(u32::try_from(text.len())?),
                file: write(format!("{name}.txt"), &text)?,
            });
            for seed in 0..CHECKS {
                let text = self::text(line, 100 + seed, SHORT);
                short.push(write(format!("{name}-{seed}.txt"), &text)?);
            }
        }
        Ok(Self { long, short })
    }
}

// === impl Draw ===

impl Draw {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % limit as u64).unwrap_or_default()
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }

    fn letters(&mut self, alphabet: &str, count: usize) -> String {
        let alphabet = alphabet.as_bytes();
        (0..count)
            .map(|_| char::from(alphabet[self.below(alphabet.len())]))
            .collect()
    }

    /// What stands for a part of a template in braces; other braces are themselves.
    fn part(&mut self, part: &str) -> Option<String> {
        const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        Some(match part {
            "n" => self.of(&NOUNS).to_owned(),
            "v" => self.of(&VERBS).to_owned(),
            "w" => self.of(&NAMES).to_owned(),
            "U" => self.of(&NAMES).to_uppercase(),
            "W" => {
                let name = self.of(&NAMES);
                name[..1].to_uppercase() + &name[1..]
            }
            "i" => (10 + self.below(90)).to_string(),
            "d" => format!("{}", 1900 + self.below(130)),
            "h" => self.letters("0123456789abcdef", 7),
            _ => {
                let (class, length) = part.split_at_checked(1)?;
                let length = length.parse().ok()?;
                match class {
                    "a" => self.letters(LETTERS, length),
                    "b" => self.letters(&format!("{LETTERS}+/"), length),
                    "u" => self.letters("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", length),
                    _ => return None,
                }
            }
        })
    }

    fn fill(&mut self, template: &str) -> String {
        let mut text = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let part = after.split_once('}');
            if let Some((value, after)) =
                part.and_then(|(part, after)| Some((self.part(part)?, after)))
            {
                text.push_str(&value);
                rest = after;
            } else {
                text.push('{');
                rest = after;
            }
        }
        text + rest
    }
}

/// Lines until there are so many bytes.
fn text(line: Line, seed: u64, length: usize) -> String {
    let mut draw = Draw(seed);
    let mut text = String::with_capacity(length + SHORT);
    while text.len() < length {
        text.push_str(&line(&mut draw));
    }
    text.truncate(text.floor_char_boundary(length));
    text
}

fn prose(draw: &mut Draw) -> String {
    let sentence = draw.of(&SENTENCES);
    let end = if draw.below(6) == 0 { "\n\n" } else { " " };
    draw.fill(sentence) + end
}

fn code(draw: &mut Draw) -> String {
    let line = draw.of(&LINES);
    draw.fill(line) + "\n"
}

fn dense(draw: &mut Draw) -> String {
    let line = draw.of(&SECRETS);
    draw.fill(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_the_same_each_time_and_filled_in() {
        for (name, line) in KINDS {
            let text = text(line, 1, LONG);
            assert_eq!(text, self::text(line, 1, LONG), "{name}");
            assert!((LONG - 3..=LONG).contains(&text.len()));
            for open in ["{n}", "{v}", "{a", "{i}", "{h}", "{U}"] {
                assert!(!text.contains(open), "{open} in {name}");
            }
            assert_ne!(text, self::text(line, 2, LONG), "{name}");
        }
    }
}
