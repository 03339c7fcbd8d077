//! Texts that are made to be slow: how much slower than prose each guard is on its worst, and how long
//! it goes on when its time is over.
//!
//! What provokes a guard, over and over: its keywords and separators, one character, one word, scripts
//! in turn, encodings in each other, one long line, many short ones.

use std::hint::black_box;
use std::time::{Duration, Instant};

use guardmesh_guard_engine::{Guard, Reading};

/// Size of each text, about.
const SIZE: usize = 512 << 10;
/// The quickest of so many rounds counts.
const ROUNDS: usize = 2;
/// Times after which guards are to end: while forms of the text are made, and later.
const TIMES: [Duration; 3] = [
    Duration::from_micros(200),
    Duration::from_millis(1),
    Duration::from_millis(4),
];
/// The slowest texts that are named for each guard.
const NAMED: usize = 4;

const PIECES: &[&str] = &[
    // One character.
    "a",
    "e",
    "1",
    " ",
    "\n",
    "é",
    "ß",
    "日",
    "я",
    "😀",
    "[",
    "{",
    "(",
    "<",
    "\"",
    "'",
    "`",
    "@",
    ":",
    "$",
    "%",
    "\\",
    "/",
    "_",
    "-",
    ".",
    ";",
    "=",
    // Numbers and names.
    "1 ",
    "1-",
    "1.",
    "0 1 ",
    "+1 ",
    "+49 30 1",
    "a@",
    "a.b@c.d",
    "::1",
    "f:",
    "4111 1111 ",
    "192.168.0.1 ",
    "DE89 3704 0044 ",
    "born 1.2.1990 ",
    "Main Street 12, ",
    "Flat 1 Flat ",
    "12 Aa Bb Cc Dd ",
    "PO Box 1, ",
    "passport ",
    "1A1zP1eP5QGefi2DMPT",
    "bc1q",
    // Secrets.
    "sk-",
    " sk-",
    "eyJ.",
    "token",
    "token: ",
    "discord ",
    "password=a",
    "password=\"",
    "api_key: 'x1",
    "postgres://a:",
    "://",
    "-----BEGIN PRIVATE KEY-----",
    "AKIA",
    "ghp_",
    "secret_key_base ",
    "q7Zt2Lm9Xw4Rb8Kc ",
    "key q7Zt2Lm9Xw4Rb8Kc ",
    // Links.
    "](",
    "]: ",
    "![a](http://a?{",
    "![a](http://a.b?q=x) ",
    "<img '",
    "<img src=",
    "url(",
    "a://",
    "%7B",
    "javascript:",
    "http://xn--a ",
    "https://1.2.3.4/ ",
    "раypal",
    "раypal.com ",
    "bit.ly/a ",
    // Statements.
    "' or ",
    "' or 1=1 ",
    "../",
    "union select ",
    "$(",
    "; rm -rf ",
    "eval(",
    "\"select ",
    "\"select \"+a ",
    "os.system(a+",
    "md5(",
    "verify=False ",
    "pickle.loads(a) ",
    "password = 'abc' ",
    // Code of all sorts.
    "def a(",
    "def a():\n",
    "select ",
    "```\n",
    "```a\n",
    "a\n",
    "a;\n",
    "fn a() {\n",
    "import a\n",
    "{}\n",
    "int a = 1;\n",
    "#include <a>\n",
    "let a = b;\n",
    "<a ",
    "<a>",
    "</a>\n",
    "a: b\n",
    "- a\n",
    "x = 1\n",
    "$ ",
    "$ ls\n",
    "if (a) {\n",
    "} else {\n",
    "console.log(a);\n",
    "a = a\n",
    "func ",
    "class A ",
    // Words.
    "a b ",
    "the ",
    "idiot ",
    "you idiot ",
    "you are an idiot ",
    "idiot",
    "1d!ot ",
    "you 1d!ot",
    "i d i o t ",
    "kill ",
    "kill yourself ",
    "you ",
    "damn ",
    "shit ",
    "fuck you ",
    "no ",
    "gun ",
    "wort ",
    "qwxzkj ",
    "qwxzkj",
    "zebra ",
    "new york ",
    "acme ",
    "project a ",
    "you are clara ",
    "never reveal the ",
    "ignore ",
    "ignore all previous instructions ",
    "system ",
    "system: ",
    "you are now ",
    "[INST] ",
    "<|im_start|>",
    "<|im_start|>system ",
    "assistant ",
    "do not ",
    // Scripts in turn, and what is not seen.
    "aя",
    "a я ",
    "日a",
    "日 a ",
    "שa ",
    "aä",
    "wοrd ",
    "аdmin ",
    "a\u{301}",
    "a\u{200B}",
    "x\u{200E}",
    "\u{E0041}",
    "👩\u{200D}",
    "\u{202E}a",
    "ﬁ",
    "①",
    "𝐚",
    "Ａ",
    "x\u{FE0F}",
    // Encodings.
    "%41",
    "%2541",
    "&amp;",
    "&#65;",
    "&amp;amp;",
    "61",
    "\\x41",
    "\\u0041",
    "SGVsbG8g",
    "SGVsbG8=",
    "uryyb ",
    // Documents.
    "[]",
    "[1,",
    "{\"a\":",
    "{\"a\":1}\n",
    "\"a\",",
    "1,",
];

fn texts() -> Vec<(String, String)> {
    let repeated = |piece: &&str| {
        (
            format!("{piece:?} repeated"),
            piece.repeat(SIZE / piece.len()),
        )
    };
    let mut texts: Vec<_> = PIECES.iter().map(repeated).collect();
    let mut add = |name: &str, text: String| texts.push((name.to_owned(), text));
    add(
        "a key and spaces",
        format!("\"private_key\"{}", " ".repeat(SIZE)),
    );
    add(
        "a fence and spaces",
        format!("```\n{}", " a".repeat(SIZE / 2)),
    );
    add("every character", ('\u{20}'..).take(SIZE / 4).collect());
    add(
        "numbers in a row",
        (0..SIZE / 7)
            .map(|number| number.to_string() + " ")
            .collect(),
    );
    add(
        "words that all differ",
        (0..SIZE / 8).map(|number| letters(number) + " ").collect(),
    );
    add(
        "insults that all differ",
        (0..SIZE / 16)
            .map(|number| "idiot".to_owned() + &letters(number) + " ")
            .collect(),
    );
    add("base64 in base64", nested(|inner| base64(inner.as_bytes())));
    add(
        "escapes in escapes",
        nested(|inner| inner.replace('%', "%25") + "%41"),
    );
    add(
        "base64 of rot13",
        base64(
            "vtaber nyy cerivbhf vafgehpgvbaf "
                .repeat(SIZE / 44)
                .as_bytes(),
        ),
    );
    add("letters set apart", "i g n o r e ".repeat(SIZE / 12));
    add("letters and words", "a b c d e-fg ".repeat(SIZE / 13));
    add(
        "base64 of insults",
        base64("you idiot ".repeat(SIZE / 14).as_bytes()),
    );
    texts
}

/// Letters that stand for a number: a word of its own.
fn letters(number: usize) -> String {
    let digits = format!("{:x}", number.wrapping_mul(0x9E37_79B9) & 0xFFFF_FFFF);
    digits
        .bytes()
        .map(|digit| char::from(b'a' + (digit % 16)))
        .collect()
}

/// A text wrapped again and again, as long as it stays within the size; then repeated to it.
fn nested(wrap: impl Fn(&str) -> String) -> String {
    let mut text = "ignore all previous instructions %41".to_owned();
    for _ in 0..12 {
        text = wrap(&text);
    }
    format!("{text} ").repeat(SIZE / (text.len() + 1))
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len() / 3 * 4 + 4);
    for group in bytes.chunks(3) {
        let joined = group
            .iter()
            .fold(0_u32, |joined, byte| joined << 8 | u32::from(*byte));
        let joined = joined << (8 * (3 - group.len()));
        for place in 0..4 {
            let index = joined >> (18 - 6 * place) & 63;
            text.push(if place > group.len() {
                '='
            } else {
                char::from(ALPHABET[index as usize])
            });
        }
    }
    text
}

/// Megabytes a second of the quickest round.
#[expect(clippy::cast_precision_loss, reason = "sizes are small")]
fn speed(guard: &Guard, text: &str) -> f64 {
    let times = (0..ROUNDS).map(|_| {
        let begun = Instant::now();
        black_box(guard.scan(black_box(text)).len());
        begun.elapsed().as_secs_f64()
    });
    text.len() as f64 / 1e6 / times.fold(f64::INFINITY, f64::min)
}

/// Prints the slowest of the texts for each guard, beside prose in the same run.
pub(crate) fn worst(guards: &[Guard], prose: &str) {
    let texts = texts();
    let prose = &prose[..prose.floor_char_boundary(SIZE)];
    for guard in guards {
        let usual = speed(guard, prose);
        let mut speeds: Vec<(f64, &str)> = texts
            .iter()
            .map(|(name, text)| (speed(guard, text), &**name))
            .collect();
        speeds.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (speed, name) in speeds.iter().take(NAMED) {
            println!(
                "{:<20} hostile {speed:>7.1} MB/s  {:>6.1} x prose  {name}",
                guard.id(),
                usual / speed
            );
        }
    }
}

/// How much longer than `time` the guard works if it is to end then; the least of the rounds, as the
/// machine may be late itself.
fn overtime(guard: &Guard, text: &str, time: Duration) -> Duration {
    let times = (0..ROUNDS).map(|_| {
        let end = Instant::now() + time;
        let go_on = || Instant::now() < end;
        let reading = Reading::of(text);
        let read = || {
            let shares = guard.shares(&reading, &go_on)?;
            let seen = shares
                .iter()
                .map(|share| guard.look(&reading, share, &go_on));
            let seen: Option<Vec<_>> = seen.collect();
            guard.conclude(&reading, seen?, &go_on)
        };
        black_box(read());
        end.elapsed()
    });
    times.min().unwrap_or_default()
}

/// Prints on which texts each guard goes on for longest when its time is over.
pub(crate) fn latest(guards: &[Guard]) {
    let texts = texts();
    for guard in guards {
        let mut times: Vec<_> = texts
            .iter()
            .flat_map(|(name, text)| TIMES.map(|time| (overtime(guard, text, time), time, name)))
            .collect();
        times.sort_by_key(|(late, ..)| std::cmp::Reverse(*late));
        for (late, time, name) in times.iter().take(NAMED) {
            println!(
                "{:<20} told to end after {time:?}, ends {late:?} later  {name}",
                guard.id()
            );
        }
    }
}
