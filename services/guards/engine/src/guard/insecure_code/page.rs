//! Pages put together from values that nobody escapes.

use super::Kind::Html;
use crate::pattern::Edge::{Any, Call, Word};
use crate::pattern::Pattern;

/// What makes a value harmless in a page.
const CLEANED: &[&str] = &[
    "DOMPurify",
    "sanitize",
    "escape",
    "Escape",
    "Encode",
    "htmlspecialchars",
    "htmlentities",
    "intval(",
];

#[rustfmt::skip]
pub(super) const PATTERNS: &[Pattern] = &[
    // In the browser
    Pattern::code(Html, 0.6, "HTML from a value", &["innerhtml", "outerhtml"], Word,
        r#"(?:inner|outer)HTML\s*\+?=\s*(?:[A-Za-z_$][\w$.\[\]]*\s*[;+(]|`[^`\n]*\$\{|["'][^"'\n]*["']\s*\+)"#).unless(CLEANED),
    Pattern::code(Html, 0.6, "HTML from a value", &["document.write(", "document.writeln("], Word,
        r#"document\.write(?:ln)?\(\s*(?:[A-Za-z_$]|`[^`\n]*\$\{|["'][^"'\n]*["']\s*\+)"#).unless(CLEANED),
    Pattern::code(Html, 0.6, "HTML from a value", &["insertadjacenthtml("], Word,
        r#"insertAdjacentHTML\(\s*["'`]\w+["'`]\s*,\s*(?:[A-Za-z_$]|`[^`\n]*\$\{|["'][^"'\n]*["']\s*\+)"#).unless(CLEANED),
    Pattern::code(Html, 0.6, "HTML from a value", &[").html("], Any,
        r#"\)\.html\(\s*(?:[a-z_$][\w$.]*\s*[)+]|`[^`\n]*\$\{|["'][^"'\n]*["']\s*\+\s*[a-z_$])"#).unless(CLEANED),
    Pattern::code(Html, 0.6, "HTML from a value", &["dangerouslysetinnerhtml"], Word,
        r"dangerouslySetInnerHTML=\{\{\s*__html:\s*[A-Za-z_$]").unless(CLEANED),
    Pattern::code(Html, 0.6, "HTML from a value", &["bypasssecuritytrust"], Word,
        r"bypassSecurityTrust(?:Html|Script|Url|ResourceUrl)\(\s*[A-Za-z_$]"),
    // JavaScript on a server
    Pattern::code(Html, 0.7, "request value in a page", &["res.send(", "res.write(", "res.end(", "response.write("], Word,
        r#"(?:res|[rR]esponse)\.(?:send|write|Write|end)\([^\n;]{0,120}?(?:\breq\.(?:query|params|body|cookies)|\bRequest(?:\.|\[)(?:QueryString|Form|Params|")?)"#).unless(CLEANED),
    Pattern::code(Html, 0.6, "HTML from a value", &["res.send(`", "res.write(`", "res.end(`"], Word,
        r"res\.(?:send|write|end)\(\s*`[^`\n]*<[^`\n]*\$\{").unless(&["${clean", "${safe", "${escape", "${sanit", "${html", "${encode"]),
    // PHP
    Pattern::code(Html, 0.75, "request value in a page", &["echo ", "print ", "printf(", "echo(", "print("], Word,
        r"(?:echo|printf?)[ (][^;\n]{0,160}?\$_(?:GET|POST|REQUEST|COOKIE)\b").unless(CLEANED),
    // Python
    Pattern::code(Html, 0.6, "HTML marked as safe", &["mark_safe(", "safetext(", "safestring(", "safeunicode(", "safebytes(", "markup("], Word,
        r#"(?:mark_safe|Safe(?:Text|String|Unicode|Bytes)|Markup)\(\s*(?:[a-z_]\w*(?:\.\w+|\[[^\]\n]*\])*\s*[)+%]|f["'][^"'\n]*\{|["'][^"'\n]*["']\s*(?:%|\+|\.format\())"#).unless(CLEANED),
    Pattern::code(Html, 0.6, "HTML from a value", &["make_response(", "httpresponse("], Word,
        r#"(?:make_response|HttpResponse)\(\s*(?:f["'][^"'\n]*<[^"'\n]*\{|["'][^"'\n]*<[^"'\n]*["']\s*(?:\+|%|\.format\())"#).unless(CLEANED),
    Pattern::code(Html, 0.6, "values are not escaped", &["autoescape", "select_autoescape"], Word,
        r"autoescape\s*=\s*False\b"),
    Pattern::code(Html, 0.75, "template from a value", &["render_template_string("], Word,
        r#"render_template_string\(\s*(?:f["']|[a-z_]\w*\s*[),+%]|["'][^"'\n]*["']\s*(?:%|\+|\.format\()|request\.)"#),
    // Java, C#, Go
    Pattern::code(Html, 0.7, "request value in a page", &["getwriter()", "out.print", "html.raw("], Word,
        r"(?:(?:getWriter\(\)|out)\.(?:print(?:ln|f)?|write|append)\([^;\n]{0,120}?getParameter\(|Html\.Raw\(\s*(?:Request|Model|ViewBag|ViewData)\b)").unless(CLEANED),
    Pattern::code(Html, 0.6, "HTML from a value", &["template.html(", "template.js(", "template.url("], Word,
        r#"template\.(?:HTML|JS|URL)\(\s*(?:[a-z]\w*(?:\.\w+)*\s*[)+]|fmt\.Sprintf|["`][^"`\n]*["`]\s*\+|r\.)"#).unless(CLEANED),
    // Ruby
    Pattern::code(Html, 0.7, "request value in a page", &["raw(", "raw ", "html_safe"], Call,
        r"raw[( ]\s*(?:params|request|cookies)\b").unless(CLEANED),
    Pattern::code(Html, 0.7, "request value in a page", &["params["], Word,
        r"params\[[^\]\n]{1,40}\](?:\.to_s)?\.html_safe\b"),
];
