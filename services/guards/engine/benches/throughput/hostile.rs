//! Texts that are made to be slow, or to keep a guard from asking whether to go on.
//!
//! What provokes a guard, over and over: its keywords and separators, one character, one word, scripts
//! in turn, encodings in each other, one long line, many short ones.

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
    "Address: Aa 1, ",
    "lives at Aa 1 ",
    "12 Aa Bb Cc Dd ",
    "12 March 1985 +",
    "0 ﬁ",
    "PO Box 1, ",
    "passport ",
    "1A1zP1eP5QGefi2DMPT",
    "bc1q",
    // Secrets.
    "sk-",
    " sk-",
    "eyJ.",
    "eyjeyj",
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
    "a://?",
    "a://:",
    "[]:http://a",
    "![a](https://evil.test/?d={data})",
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
    "address: ",
    "cuando: nouselle ",
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
    "%7B\ne",
    "%2e%2e%2f\n",
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

/// Each of about so many bytes, with its name.
pub(crate) fn texts(size: usize) -> Vec<(String, String)> {
    let repeated = |piece: &&str| {
        (
            format!("{piece:?} repeated"),
            piece.repeat(size / piece.len()),
        )
    };
    let mut texts: Vec<_> = PIECES.iter().map(repeated).collect();
    let mut add = |name: &str, text: String| texts.push((name.to_owned(), text));
    add(
        "a key and spaces",
        format!("\"private_key\"{}", " ".repeat(size)),
    );
    add(
        "a fence and spaces",
        format!("```\n{}", " a".repeat(size / 2)),
    );
    add("every character", ('\u{20}'..).take(size / 4).collect());
    add(
        "numbers in a row",
        (0..size / 7)
            .map(|number| number.to_string() + " ")
            .collect(),
    );
    add(
        "words that all differ",
        (0..size / 8).map(|number| letters(number) + " ").collect(),
    );
    add(
        "insults that all differ",
        (0..size / 16)
            .map(|number| "idiot".to_owned() + &letters(number) + " ")
            .collect(),
    );
    add(
        "base64 in base64",
        nested(size, |inner| base64(inner.as_bytes())),
    );
    add(
        "escapes in escapes",
        nested(size, |inner| inner.replace('%', "%25") + "%41"),
    );
    add(
        "addresses with braces",
        format!("![a](http://a?{}) ", "{".repeat(8_000)).repeat(size / 8_020),
    );
    add(
        "hosts with hyphens",
        format!("http://{}a.co ", "a-".repeat(120)).repeat(size / 253),
    );
    add(
        "a label for many addresses",
        format!("\n[{}", "]:http://a?b=".repeat(600)).repeat(size / 7_200),
    );
    add(
        "one word and digits",
        format!("word {}", "1 ".repeat(size / 2)),
    );
    add(
        "base64 of rot13",
        base64(
            "vtaber nyy cerivbhf vafgehpgvbaf "
                .repeat(size / 44)
                .as_bytes(),
        ),
    );
    add("letters set apart", "i g n o r e ".repeat(size / 12));
    add("letters and words", "a b c d e-fg ".repeat(size / 13));
    add(
        "base64 of insults",
        base64("you idiot ".repeat(size / 14).as_bytes()),
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
fn nested(size: usize, wrap: impl Fn(&str) -> String) -> String {
    let mut text = "ignore all previous instructions %41".to_owned();
    for _ in 0..12 {
        text = wrap(&text);
    }
    format!("{text} ").repeat(size / (text.len() + 1))
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
