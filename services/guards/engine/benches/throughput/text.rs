//! Texts that benches generate: prose, code, and one full of secrets.

/// Size of each text.
const SIZE: usize = 4 << 20;

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
pub(crate) struct Draw(u64);

// === impl Draw ===

impl Draw {
    pub(crate) fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
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

pub(crate) fn prose(draw: &mut Draw) -> String {
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

pub(crate) fn code(draw: &mut Draw) -> String {
    let mut text = String::with_capacity(SIZE + 128);
    while text.len() < SIZE {
        text.push_str(LINES[draw.below(LINES.len())]);
        text.push('\n');
    }
    text
}

pub(crate) fn dense(draw: &mut Draw) -> String {
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
