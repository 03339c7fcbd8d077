//! Queries, markup and data.

use super::construct as c;
use crate::guard::code::language::Language::{Css, Html, Json, Sql, Yaml};
use crate::pattern::Edge::{Any, Line, Word};
use crate::pattern::Pattern;

/// SQL. In small letters a statement could be a sentence: it must have more to it.
pub(super) const QUERIES: &[Pattern] = &[
    c(
        Sql,
        4.0,
        Word,
        &["select "],
        r"SELECT\s+(?:DISTINCT\s+)?(?:\*|[\w.,\s()*]+?)\s+FROM\s+\w",
    ),
    c(
        Sql,
        4.0,
        Word,
        &["select "],
        r"(?i:select\s+(?:\*|count\(\S+\))\s+from\s+\w)",
    ),
    c(
        Sql,
        4.0,
        Word,
        &["select "],
        r#"(?i:select\s+[\w.]+(?:\s*,\s*[\w.]+)*\s+from\s+[\w."]+(?:\s+\w+)?\s*(?:;|where\s+[\w.]+\s*(?:=|<|>|!=|in\s*\(|like\s+'|is\s+(?:not\s+)?null)))"#,
    ),
    c(
        Sql,
        5.0,
        Word,
        &["insert into "],
        r#"(?i:insert into\s+[\w."`]+\s*(?:\([^)]*\)\s*)?(?:values\s*\(|select\s))"#,
    ),
    c(
        Sql,
        4.0,
        Word,
        &["update "],
        r#"(?i:update\s+[\w."`]+\s+set\s+[\w."`]+\s*=)"#,
    ),
    c(
        Sql,
        4.0,
        Word,
        &["delete from "],
        r#"(?i:delete from\s+[\w."`]+\s*(?:;|where\s+[\w."`]+\s*[=<>]))"#,
    ),
    c(
        Sql,
        5.0,
        Word,
        &[
            "create table ",
            "create index ",
            "create unique index ",
            "alter table ",
        ],
        r#"(?i:(?:create|alter)\s+(?:table|(?:unique\s+)?index)\s+(?:if not exists\s+)?[\w."`]+\s*(?:\(|on\s+\w+\s*\(|add\s+(?:column|constraint)|drop\s+column|rename\s+to))"#,
    ),
    c(
        Sql,
        4.0,
        Word,
        &["drop table "],
        r#"(?i:drop table\s+(?:if exists\s+)?[\w."`]+\s*(?:cascade)?;)"#,
    ),
    c(
        Sql,
        3.0,
        Word,
        &["join "],
        r"(?i:join\s+[\w.]+(?:\s+(?:as\s+)?\w+)?\s+on\s+[\w.]+\s*=)",
    ),
    c(
        Sql,
        1.0,
        Word,
        &["order by ", "group by "],
        r"(?:ORDER|GROUP) BY\s+\w",
    ),
];

/// HTML and XML, CSS, JSON, YAML.
pub(super) const MARKUP: &[Pattern] = &[
    c(
        Html,
        6.0,
        Any,
        &["<!doctype html", "<?xml ", "<html"],
        r"(?i:<!doctype html|<\?xml |<html[\s>])",
    ),
    c(Html, 2.5, Any, &["</"], r"</[A-Za-z][\w:.-]{0,40}>"),
    c(
        Html,
        2.0,
        Any,
        &["<"],
        r#"<[A-Za-z][\w:.-]{0,40}(?:\s+[\w:@.-]+\s*=\s*(?:"[^"\n]*"|'[^'\n]*'|\{[^}\n]*\}))+\s*/?>"#,
    ),
    c(
        Html,
        1.0,
        Any,
        &["<"],
        r"<(?:div|span|p|ul|ol|li|table|tr|td|th|head|body|h[1-6]|br|hr|script|style|section|form|button)\s*/?>",
    ),
    c(
        Css,
        4.0,
        Any,
        &["{"],
        r"\{\s*(?:color|margin|padding|display|width|height|font-\w+|background(?:-\w+)?|border(?:-\w+)?|position)\s*:\s*[^;{}\n]{1,80};",
    ),
    c(
        Css,
        2.0,
        Word,
        &[
            "color:",
            "margin:",
            "padding:",
            "display:",
            "font-size:",
            "font-family:",
            "background:",
            "background-color:",
            "border:",
            "border-radius:",
            "position:",
        ],
        r#"[a-z-]+:\s*[\w#%.,\s()'"-]{1,80};"#,
    ),
    c(
        Css,
        4.0,
        Line,
        &["@media ", "@keyframes ", "@font-face"],
        r"@(?:media\s[^{\n]*|keyframes\s+[\w-]+\s*|font-face\s*)\{",
    ),
    c(
        Json,
        1.5,
        Any,
        &["\""],
        r#""[\w$.@/ -]{1,60}"\s*:\s*(?:["\[{]|-?\d|true\b|false\b|null\b)"#,
    ),
    c(
        Json,
        3.0,
        Any,
        &["{"],
        r#"\{\s*"[\w$.@/ -]{1,60}"\s*:\s*(?:["\[{]|-?\d|true\b|false\b|null\b)"#,
    ),
    c(
        Yaml,
        5.0,
        Line,
        &["apiversion: "],
        r"apiVersion: [\w./]+[ \t\r]*\n",
    ),
    c(
        Yaml,
        3.0,
        Line,
        &["---"],
        r"---[ \t\r]*\n[ \t]*[A-Za-z_][\w-]*:(?:[ \t]|\r?\n)",
    ),
    c(Yaml, 1.0, Line, &["- "], r"- [a-z_][\w-]*: ?\S"),
    c(
        Yaml,
        1.5,
        Line,
        &[
            "name:",
            "image:",
            "services:",
            "version:",
            "metadata:",
            "spec:",
            "steps:",
            "jobs:",
            "env:",
            "ports:",
            "volumes:",
            "kind:",
            "on:",
        ],
        r"[a-z]+:(?:[ \t]+\S[^\n]*)?[ \t\r]*(?:\n|$)",
    ),
];
