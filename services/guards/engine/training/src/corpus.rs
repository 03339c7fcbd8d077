//! The texts to learn from: the packages', the project's own, and attacks set into documents.
//!
//! Own texts are one a line in `data/*.txt`; `\n` is a line break, `[a|b|c]` a choice and `{name}` a
//! choice of the list that a line `= name a|b|c` gave. A head line `@ source label channel,channel
//! variants` says what follows, down to the next one.

use std::collections::{HashMap, HashSet};
use std::error::Error;
use std::fs;
use std::ops::Range;
use std::path::Path;

use crate::channel::Channel;
use crate::draw::Draw;

/// A text with what is known of it.
#[derive(Clone, Debug)]
pub struct Text {
    /// Where it is from; left out as a whole when it is measured.
    pub source: String,
    /// Whether it is an attack.
    pub attack: bool,
    /// By which way it would come.
    pub channel: Channel,
    /// What it says.
    pub content: String,
    /// Which bytes of an attack's text are the attack.
    pub at: Range<usize>,
}

/// A text before its channels are settled.
struct Raw {
    source: String,
    attack: bool,
    channels: Vec<String>,
    text: String,
}

/// Reads all texts, each once, and sets attacks into benign documents.
pub fn read(corpus: &Path, data: &Path) -> Result<Vec<Text>, Box<dyn Error>> {
    let mut raw = packages(&fs::read_to_string(corpus)?)?;
    let mut files: Vec<_> = fs::read_dir(data)?.collect::<Result<_, _>>()?;
    files.sort_by_key(std::fs::DirEntry::file_name);
    for file in files {
        own(&fs::read_to_string(file.path())?, &mut raw)?;
    }
    // A text that two sources hold would be seen in training and again in measuring.
    let mut known = HashSet::new();
    raw.retain(|raw| known.insert(essence(&raw.text)));
    Ok(placed(&raw))
}

/// Letters alone, from the beginning: what tells texts apart that are more than near copies.
fn essence(text: &str) -> String {
    let letters = text.chars().filter(|c| c.is_alphabetic());
    letters.flat_map(char::to_lowercase).take(160).collect()
}

fn packages(corpus: &str) -> Result<Vec<Raw>, Box<dyn Error>> {
    let mut raw = Vec::new();
    for record in corpus.split_terminator('\x1e') {
        let fields: Vec<&str> = record.split('\x1f').collect();
        let [source, label, channel, text] = fields.as_slice() else {
            return Err("a record without its four fields".into());
        };
        raw.push(Raw {
            source: (*source).to_owned(),
            attack: *label == "attack",
            channels: vec![(*channel).to_owned()],
            text: (*text).to_owned(),
        });
    }
    Ok(raw)
}

fn own(file: &str, raw: &mut Vec<Raw>) -> Result<(), Box<dyn Error>> {
    let mut draw = Draw(11);
    let mut lists: HashMap<&str, &str> = HashMap::new();
    let mut head: Vec<&str> = Vec::new();
    for line in file.lines().filter(|line| !line.trim().is_empty()) {
        if let Some(fields) = line.strip_prefix("@ ") {
            head = fields.split(' ').collect();
            continue;
        }
        if let Some((name, choices)) = line.strip_prefix("= ").and_then(|l| l.split_once(' ')) {
            lists.insert(name, choices);
            continue;
        }
        let [source, label, channels, variants] = head.as_slice() else {
            return Err(format!("no head before {line:?}").into());
        };
        for _ in 0..variants.parse()? {
            raw.push(Raw {
                source: (*source).to_owned(),
                attack: *label == "attack",
                channels: channels.split(',').map(str::to_owned).collect(),
                text: expand(line, &lists, &mut draw).replace("\\n", "\n"),
            });
        }
    }
    Ok(())
}

/// The line with one of each choice, `[a|b]` or the name of a list in braces; choices may hold
/// others. Brackets and braces that hold no choice stand for themselves.
fn expand(line: &str, lists: &HashMap<&str, &str>, draw: &mut Draw) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(['[', '{']) {
        text.push_str(&rest[..at]);
        let open = &rest[at..];
        let length = closing(open).unwrap_or(0);
        let inner = open.get(1..length).unwrap_or_default();
        let choices = if open.starts_with('[') {
            Some(inner).filter(|inner| alternatives(inner).len() > 1)
        } else {
            lists.get(inner).copied()
        };
        if let Some(choices) = choices {
            let choices = alternatives(choices);
            text += &expand(choices[draw.below(choices.len())], lists, draw);
            rest = &open[length + 1..];
        } else {
            text.push_str(&open[..1]);
            rest = &open[1..];
        }
    }
    text + rest
}

/// Where the bracket or brace that opens the text is closed.
fn closing(open: &str) -> Option<usize> {
    let pair = if open.starts_with('[') {
        ['[', ']']
    } else {
        ['{', '}']
    };
    let mut depth = 0;
    open.char_indices().find_map(|(at, c)| {
        depth += i32::from(c == pair[0]) - i32::from(c == pair[1]);
        (depth == 0).then_some(at)
    })
}

/// The parts between bars that stand in no bracket.
fn alternatives(text: &str) -> Vec<&str> {
    let mut depth = 0;
    text.split(|c| {
        depth += i32::from(c == '[') - i32::from(c == ']');
        c == '|' && depth == 0
    })
    .collect()
}

fn named(channel: &str) -> Option<Channel> {
    Channel::ALL
        .into_iter()
        .find(|other| other.as_str() == channel)
}

/// Benign texts stand for themselves. Attacks stand for themselves, and within documents.
fn placed(raw: &[Raw]) -> Vec<Text> {
    let mut draw = Draw(5);
    let benign = |channels: &[&str]| -> Vec<&Raw> {
        let comes_by = |raw: &&Raw| raw.channels.iter().any(|c| channels.contains(&c.as_str()));
        raw.iter()
            .filter(|raw| !raw.attack)
            .filter(comes_by)
            .collect()
    };
    let hosts = benign(&["tool_output", "retrieved"]);
    let files = benign(&["code"]);
    let mut texts = Vec::new();
    let mut put = |raw: &Raw, channel: Channel, text: String| {
        let start = text.find(&raw.text).unwrap_or(0);
        texts.push(Text {
            at: start..start + raw.text.len(),
            source: raw.source.clone(),
            attack: raw.attack,
            channel,
            content: text,
        });
    };
    for raw in raw {
        for channel in &raw.channels {
            if let Some(channel) = named(channel) {
                put(raw, channel, raw.text.clone());
            }
        }
        if !raw.attack {
            if raw.text.len() < 400 && draw.below(8) == 0 {
                let coded = Raw {
                    source: String::from("own.coded"),
                    attack: false,
                    channels: Vec::new(),
                    text: format!("see {} end", encoded_often(&raw.text, &mut draw)),
                };
                let channel = Channel::ALL[[0, 2, 3, 5][draw.below(4)]];
                put(&coded, channel, coded.text.clone());
            }
            continue;
        }
        let injected = raw.channels.iter().any(|channel| channel == "injected");
        let data = [Channel::ToolOutput, Channel::Retrieved][draw.below(2)];
        let host = hosts[draw.below(hosts.len())];
        if injected {
            put(raw, data, raw.text.clone());
            put(raw, data, set_into(&host.text, &raw.text, &mut draw));
            if draw.below(3) == 0 {
                let file = files[draw.below(files.len())];
                let comment = set_into(&file.text, &commented(&raw.text, &mut draw), &mut draw);
                put(raw, Channel::Code, comment);
            }
            if draw.below(3) == 0 {
                let asked =
                    ["Summarize this:\n", "Translate the text below.\n\n", ""][draw.below(3)];
                let document = set_into(&host.text, &raw.text, &mut draw);
                put(raw, Channel::User, format!("{asked}{document}"));
            }
        } else if raw.text.len() < 2_000 && draw.below(3) == 0 {
            put(raw, data, set_into(&host.text, &raw.text, &mut draw));
        }
        if raw.text.len() < 600 && draw.below(8) == 0 {
            put(raw, Channel::Code, commented(&raw.text, &mut draw));
        }
        match draw.below(24) {
            0 => put(raw, Channel::System, raw.text.clone()),
            1 => put(raw, Channel::Assistant, raw.text.clone()),
            _ => {}
        }
    }
    texts
}

/// A text in up to three encodings, one within the other; a long text in one.
fn encoded_often(text: &str, draw: &mut Draw) -> String {
    let times = if text.len() < 60 { draw.below(3) } else { 0 };
    let once = encoded(text, draw);
    (0..times).fold(once, |text, _| encoded(&text, draw))
}

/// A text in an encoding: as it stands, that is harmless, and what it says is judged decoded.
fn encoded(text: &str, draw: &mut Draw) -> String {
    let form: fn(u8) -> String = match draw.below(4) {
        0 => |byte| format!("{byte:02x}"),
        1 => |byte| format!("%{byte:02X}"),
        2 => |byte| format!("&#{byte};"),
        // Six bits of each byte: as random as base64 looks.
        _ => |byte| {
            const LETTERS: &[u8; 64] =
                b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
            let mixed = usize::from(byte.wrapping_mul(167).rotate_left(3));
            char::from(LETTERS[mixed % LETTERS.len()]).to_string()
        },
    };
    text.bytes().map(form).collect()
}

/// An attack as a comment in code.
fn commented(attack: &str, draw: &mut Draw) -> String {
    let [open, close] = [
        ["// ", ""],
        ["# ", ""],
        ["/* ", " */"],
        ["<!-- ", " -->"],
        ["\"\"\"", "\"\"\""],
        ["# NOTE: ", ""],
        ["// TODO: ", ""],
        ["print(\"", "\")"],
    ][draw.below(8)];
    format!("{open}{attack}{close}")
}

/// An attack at a place between lines or sentences of a document.
fn set_into(host: &str, attack: &str, draw: &mut Draw) -> String {
    let mut breaks: Vec<usize> = host.match_indices(". ").map(|(at, _)| at + 2).collect();
    breaks.extend(host.match_indices('\n').map(|(at, _)| at + 1));
    if host.starts_with('{') {
        // Within the value of a record, which is where others write.
        breaks = host
            .match_indices("\": \"")
            .map(|(at, m)| at + m.len())
            .collect();
    }
    breaks.extend([0, host.len()]);
    breaks.sort_unstable();
    let at = breaks[draw.below(breaks.len())];
    let gap = ["\n", " ", "\n\n"][draw.below(3)];
    format!("{}{gap}{attack}{gap}{}", &host[..at], &host[at..])
}
