//! Prints megabytes a second of each guard on one core, over text that it generates.
//!
//! `cargo bench -p guardmesh-guard-engine`. Beside each figure stands the ratio to a plain scan of
//! the same text for one rare byte (memchr), measured in the same round.

#![expect(clippy::print_stdout, reason = "a bench prints")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use guardmesh_guard_engine::{Engine, Guard};
use serde_json::json;

/// Size of each text.
const SIZE: usize = 4 << 20;
/// Rounds of each measurement; the median counts.
const ROUNDS: usize = 9;
/// Checks of 1 KB for the latency.
const CHECKS: usize = 20_000;

const WORDS: &[&str] = &[
    "the",
    "of",
    "and",
    "river",
    "morning",
    "she",
    "walked",
    "along",
    "quiet",
    "house",
    "because",
    "nothing",
    "remained",
    "between",
    "system",
    "model",
    "answer",
    "question",
    "language",
    "data",
    "people",
    "through",
    "again",
    "small",
    "garden",
    "letter",
    "it",
    "was",
    "in",
    "a",
    "that",
    "would",
    "their",
    "before",
    "report",
    "market",
    "year",
    "government",
    "asked",
    "secret",
    "key",
];

const LINES: &[&str] = &[
    "    let response = client.get(&url).header(\"accept\", \"application/json\").send()?;",
    "    if token.is_empty() || retries >= MAX_RETRIES { return Err(Error::Unauthorized); }",
    "import { readFile, writeFile } from \"node:fs/promises\";",
    "for index in range(0, len(items), 16): total += items[index] * weights[index]",
    "  \"version\": \"4.17.21\", \"resolved\": \"https://registry.host.test/pkg/-/pkg-4.17.21.tgz\",",
    "CREATE TABLE invoice (id uuid PRIMARY KEY, total_cents bigint NOT NULL, paid_at timestamptz);",
    "// The secret is read from the environment, see config::load().",
    "fn parse(input: &str) -> Result<Vec<Token<'_>>, ParseError> {",
    "    password: process.env.DB_PASSWORD, max_tokens: 4096, timeout: 30_000,",
    "commit 9fceb02d0ae598e95dc970b74767f19372d61af8 2026-11-21 10:30:12 +0100",
];

/// Pseudo-random numbers (splitmix64), the same each time.
struct Draw(u64);

// === impl Draw ===

impl Draw {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % limit as u64).unwrap_or(0)
    }

    fn letters(&mut self, count: usize) -> String {
        const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        (0..count)
            .map(|_| char::from(ALPHABET[self.below(ALPHABET.len())]))
            .collect()
    }
}

fn prose(draw: &mut Draw) -> String {
    let mut text = String::with_capacity(SIZE + 64);
    while text.len() < SIZE {
        for _ in 0..8 + draw.below(10) {
            text.push_str(WORDS[draw.below(WORDS.len())]);
            text.push(' ');
        }
        match draw.below(40) {
            0 => text.push_str("in 1987, 42 of them. "),
            1 => text.push_str("Café Müller – “quoted”.\n"),
            _ => text.push_str("end. "),
        }
    }
    text
}

fn code(draw: &mut Draw) -> String {
    let mut text = String::with_capacity(SIZE + 128);
    while text.len() < SIZE {
        text.push_str(LINES[draw.below(LINES.len())]);
        text.push('\n');
    }
    text
}

fn dense(draw: &mut Draw) -> String {
    let mut text = String::with_capacity(SIZE + 256);
    while text.len() < SIZE {
        let line = match draw.below(6) {
            0 => format!("GITHUB_TOKEN=ghp_{}\n", draw.letters(36)),
            1 => format!("password = \"{}!9\"\n", draw.letters(12)),
            2 => format!("postgres://app:{}@db.host.test/app\n", draw.letters(16)),
            3 => format!(
                "{}@host.test, 415-555-{}\n",
                draw.letters(8),
                1000 + draw.below(9000)
            ),
            4 => format!("api_key: {}\n", draw.letters(32)),
            _ => format!("203.0.113.{} 4111 1111 1111 1111\n", draw.below(256)),
        };
        text.push_str(&line);
    }
    text
}

/// Guards that find nothing without parameters, with some.
fn configured(engine: &Engine) -> Vec<Guard> {
    [
        (
            "keywords",
            json!({"ban": ["zebra", "new york"], "competitors": ["Acme Corp"]}),
        ),
        (
            "regex",
            json!({"patterns": ["ACME-\\d{4}", "(?i)project \\w+"]}),
        ),
        (
            "token_limit",
            json!({"most": 1_000_000, "encoding": "o200k_base"}),
        ),
        ("language", json!({"allow": ["en"]})),
        ("topics", json!({"deny": ["weapons", "drugs", "politics"]})),
        (
            "json_schema",
            json!({"schema": {"items": {"type": "string"}}, "most_bytes": 10 << 20}),
        ),
        (
            "system_prompt_leak",
            json!({"prompts": ["You are Clara. Never reveal the internal rate table to anybody."],
                   "canaries": ["zx-Kestrel-41"]}),
        ),
    ]
    .into_iter()
    .filter_map(|(id, parameters)| {
        engine
            .guard(id)?
            .with_parameters(parameters.as_object()?)
            .ok()
    })
    .collect()
}

/// Every guard, with parameters where it needs them.
fn every_guard(engine: &Engine) -> Vec<Guard> {
    let configured = configured(engine);
    let replaced = |guard: &Guard| {
        configured
            .iter()
            .find(|other| other.id() == guard.id())
            .cloned()
    };
    let guards = engine.guards().iter();
    guards
        .map(|guard| replaced(guard).unwrap_or_else(|| guard.clone()))
        .collect()
}

/// Texts made to provoke work: keywords and separators over and over.
fn hostile() -> Vec<(&'static str, String)> {
    const PIECES: &[&str] = &[
        "a",
        "1",
        "1 ",
        "1-",
        "1.",
        "0 1 ",
        "+1 ",
        "@",
        "a@",
        "a.b@c.d",
        ":",
        "::1",
        "f:",
        "sk-",
        " sk-",
        "eyJ.",
        "token",
        "discord ",
        "password=a",
        "postgres://a:",
        "://",
        "-----BEGIN PRIVATE KEY-----",
        "](",
        "]: ",
        "![a](http://a?{",
        "<img '",
        "url(",
        "a://",
        "%7B",
        "javascript:",
        "' or ",
        "../",
        "union select ",
        "$(",
        "eval(",
        "\"select ",
        "password=\"",
        "раypal",
        "a b ",
        "[",
        "\"",
        "[]",
        "{\"a\":",
        "def a(",
        "select ",
        "```\n",
        "a\n",
        " ",
        "\n",
        "é",
        "<a ",
        "idiot ",
        "you 1d!ot",
        "gun ",
        "wort ",
        "qwxzkj ",
        "$ ",
    ];
    let mut texts: Vec<(&str, String)> = PIECES
        .iter()
        .map(|piece| (*piece, piece.repeat(SIZE / 4 / piece.len())))
        .collect();
    texts.push((
        "spaces after",
        format!("\"private_key\"{}", " ".repeat(SIZE / 4)).repeat(2),
    ));
    texts.push(("tags", "\u{E0041}".repeat(SIZE / 16)));
    texts.push(("emoji joins", "👩\u{200D}".repeat(SIZE / 32)));
    texts.push(("marks", "x\u{200E}".repeat(SIZE / 16)));
    texts
}

/// The slowest of the hostile texts for each guard.
#[expect(clippy::cast_precision_loss, reason = "sizes are small")]
fn worst(guards: &[Guard]) {
    let texts = hostile();
    for guard in guards {
        let mut speeds: Vec<(f64, &str)> = texts
            .iter()
            .map(|(name, text)| {
                let begun = Instant::now();
                black_box(guard.scan(black_box(text)).len());
                (
                    text.len() as f64 / 1e6 / begun.elapsed().as_secs_f64(),
                    *name,
                )
            })
            .collect();
        speeds.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (speed, name) in speeds.iter().take(3) {
            println!(
                "{:<20} hostile {speed:>7.1} MB/s  {name:?} repeated",
                guard.id()
            );
        }
    }
}

/// The median time of a round.
fn median(mut round: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            round();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[ROUNDS / 2]
}

#[expect(clippy::cast_precision_loss, reason = "sizes are small")]
fn throughput(guards: &[Guard], name: &str, text: &str) {
    let megabytes = text.len() as f64 / 1e6;
    let plain = median(|| {
        black_box(memchr::memchr_iter(b'\0', black_box(text.as_bytes())).count());
    });
    for guard in guards {
        let mut found = 0;
        let time = median(|| found = black_box(guard.scan(black_box(text))).len());
        println!(
            "{:<20} {name:<7} {:>7.1} MB/s  {:>6.1} x memchr  {found:>7} findings",
            guard.id(),
            megabytes / time.as_secs_f64(),
            time.as_secs_f64() / plain.as_secs_f64(),
        );
    }
}

/// Latency of all guards, one after the other, on 1 KB cut from different places.
fn latency(guards: &[Guard], name: &str, text: &str) {
    let mut times: Vec<Duration> = (0..CHECKS)
        .map(|round| {
            let start = text.floor_char_boundary(round * 1_024 % (text.len() - 2_048));
            let part = &text[start..text.floor_char_boundary(start + 1_024)];
            let begun = Instant::now();
            black_box(
                guards
                    .iter()
                    .map(|guard: &Guard| guard.scan(part).len())
                    .sum::<usize>(),
            );
            begun.elapsed()
        })
        .collect();
    times.sort_unstable();
    let at = |share: usize| times[CHECKS * share / 100].as_secs_f64() * 1e6;
    println!(
        "1 KB, all guards, {name:<7} p50 {:>6.1} us  p99 {:>6.1} us",
        at(50),
        at(99)
    );
}

fn main() {
    let begun = Instant::now();
    let Ok(engine) = Engine::standard() else {
        println!("the rules do not compile");
        return;
    };
    println!("built in {:.1} ms", begun.elapsed().as_secs_f64() * 1e3);
    let guards = every_guard(&engine);
    let mut draw = Draw(7);
    for (name, text) in [
        ("prose", prose(&mut draw)),
        ("code", code(&mut draw)),
        ("dense", dense(&mut draw)),
    ] {
        throughput(&guards, name, &text);
        latency(&guards, name, &text);
    }
    worst(&guards);
}
