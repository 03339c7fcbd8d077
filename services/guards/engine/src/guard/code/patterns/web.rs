//! JavaScript and TypeScript.

use super::construct as c;
use crate::guard::code::language::Language::{JavaScript, Other, TypeScript};
use crate::pattern::Edge::{Any, Line, Word};
use crate::pattern::Pattern;

pub(super) const WEB: &[Pattern] = &[
    c(
        JavaScript,
        3.0,
        Word,
        &["const ", "let "],
        r"(?:const|let)\s+(?:\w+|\{[^}\n]*\}|\[[^\]\n]*\])\s*=\s*[^\n]*;",
    ),
    c(
        Other,
        2.0,
        Word,
        &["const ", "let ", "var "],
        r"(?:const|let|var)\s+\w+\s*=\s",
    ),
    c(
        JavaScript,
        3.0,
        Word,
        &["function"],
        r"function\s*\w*\s*\([\w\s,{}=.\[\]]*\)\s*\{",
    ),
    c(
        JavaScript,
        4.0,
        Word,
        &["console."],
        r"console\.(?:log|error|warn|info)\(",
    ),
    c(
        JavaScript,
        4.0,
        Word,
        &["require("],
        r#"require\(['"][^'"\n]+['"]\)"#,
    ),
    c(
        JavaScript,
        4.0,
        Line,
        &["import "],
        r#"import\s+(?:[\w*{}\s,$]+\s+from\s+)?['"][^'"\n]+['"]"#,
    ),
    c(
        JavaScript,
        3.0,
        Line,
        &["export "],
        r"export\s+(?:default|const|function|class|async)\s+[\w{(]",
    ),
    c(
        JavaScript,
        4.0,
        Word,
        &["document.", "window."],
        r"(?:document|window)\.(?:getElementById|querySelector|createElement|body|addEventListener|cookie|location)\b",
    ),
    c(
        JavaScript,
        4.0,
        Word,
        &[
            "module.exports",
            "json.stringify(",
            "json.parse(",
            "new promise(",
        ],
        r"(?:module\.exports\b|JSON\.(?:stringify|parse)\(|new Promise\()",
    ),
    c(JavaScript, 2.0, Word, &["await "], r"await\s+\w[\w.]*\("),
    c(JavaScript, 3.0, Any, &["=> {"], r"=> \{"),
    c(JavaScript, 1.0, Any, &["===", "!=="], r#"[=!]==\s*[\w'"(]"#),
    c(
        TypeScript,
        3.0,
        Line,
        &["interface ", "export interface "],
        r"(?:export\s+)?interface\s+\w+(?:<[^>\n]*>)?(?:\s+extends\s+[\w, <>]+)?\s*\{",
    ),
    c(
        TypeScript,
        2.0,
        Any,
        &[
            ": string",
            ": number",
            ": boolean",
            ": any",
            ": void",
            ": unknown",
        ],
        r":\s(?:string|number|boolean|any|void|unknown)(?:\[\])?\s*[;,)=|{}\n]",
    ),
    c(
        TypeScript,
        3.0,
        Line,
        &["type ", "export type "],
        r"(?:export\s+)?type\s+\w+(?:<[^>\n]*>)?\s*=",
    ),
    c(
        TypeScript,
        3.0,
        Word,
        &["readonly ", "as const"],
        r"(?:readonly\s+\w+\??\s*:|as const\b)",
    ),
];
