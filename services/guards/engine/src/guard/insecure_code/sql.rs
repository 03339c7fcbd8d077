//! SQL that is put together from values: a literal that begins with a statement, or with a part of
//! one, and into which something is concatenated, interpolated or formatted.
//!
//! Names in capitals are taken for constants. What goes into a literal is judged in `filling`.

mod filling;

use super::Kind;
use crate::finding::Span;
use crate::pattern::{Edge, Matcher, Pattern};
use crate::stream::REACH;
use filling::{concatenates, formats, interpolates, next_literal};

/// Longest statement that is followed to its end, with what is done with it.
const LONGEST: usize = REACH - 32;
/// How far before a statement its quote may stand, and the call that formats it.
const GAP: usize = 64;
/// Most literals that are joined to one statement.
const PIECES: usize = 8;

/// What turns a value into one that cannot break out.
const ESCAPED: &[&str] = &[
    "QuoteIdentifier",
    "quoteIdentifier",
    "quote_ident",
    "quote_name",
    "QuoteLiteral",
    "escapeId",
    "escape(",
    "escape_string",
    "sanitize_sql",
    "intval(",
    "(int)",
    "parseInt(",
    "Integer.",
    "connection.quote",
    // The name of a model's own table.
    "table_name}",
];

pub(super) const PATTERNS: &[Pattern] = &[
    Pattern {
        rule: Kind::Sql as usize,
        preview: "SQL from values",
        score: 0.8,
        keywords: &[
            "select", "insert", "update", "delete", "replace", "merge", "drop", "create", "alter",
            "truncate", "grant", "with", "from", "where", "order by", "exec ", "call ",
        ],
        edge: Edge::Word,
        matcher: Matcher::Code(put_together),
        unless: ESCAPED,
    },
    Pattern {
        rule: Kind::Sql as usize,
        preview: "condition of SQL from values",
        score: 0.75,
        keywords: &[
            ".where(\"",
            ".where('",
            ".where(`",
            ".where(f",
            ".order(\"",
            ".having(\"",
            ".group(\"",
            ".joins(\"",
            ".pluck(\"",
            ".find_by_sql(\"",
            ".find_by(\"",
            ".exists?(\"",
            ".update_all(\"",
            ".delete_all(\"",
            ".destroy_all(\"",
            ".first(\"",
            ".last(\"",
            ".calculate(\"",
            "conditions => \"",
            ":order => \"",
            "whereraw(",
            "havingraw(",
            "orderbyraw(",
            "sequelize.literal(",
            "knex.raw(",
            ".extra(where=[",
            "rawsql(",
        ],
        edge: Edge::Any,
        matcher: Matcher::Code(condition),
        unless: ESCAPED,
    },
];

/// The literal that the keyword begins, if it is SQL and a value goes into it.
fn put_together(text: &str, keyword: Span) -> Option<Span> {
    let from = text.ceil_char_boundary(keyword.start.saturating_sub(GAP));
    let before = text[from..keyword.start].trim_end();
    let last = before.chars().next_back()?;
    let to = text.floor_char_boundary(keyword.end + LONGEST);
    let body = &text[keyword.start..to];
    if let Some(end) = in_heredoc(before, body) {
        return Some(Span::new(keyword.start, keyword.start + end));
    }
    if !matches!(last, '"' | '\'' | '`') {
        return None;
    }
    let opened = before.trim_end_matches(last);
    let triple = before.len() - opened.len() >= 3;
    let literal = Literal {
        before: opened,
        quote: last,
        triple,
    };
    let end = literal.filled(body)?;
    Some(Span::new(from + opened.len(), keyword.start + end))
}

/// The argument of a call that takes a condition: `where("name = '#{name}'")`.
fn condition(text: &str, keyword: Span) -> Option<Span> {
    let to = text.floor_char_boundary(keyword.end + LONGEST);
    let call = &text[keyword.start..to];
    let open = call.find(['"', '\'', '`'])?;
    let quote = char::from(call.as_bytes()[open]);
    let literal = Literal {
        before: call[..open].trim_end(),
        quote,
        triple: false,
    };
    let body = &call[open + 1..];
    let (inside, after) = body.split_at(body.find([quote, '\n'])?);
    let after = after.strip_prefix(quote)?;
    let filled = interpolates(literal.before, quote, inside) || concatenates(after);
    (filled && open < GAP)
        .then(|| Span::new(keyword.start, keyword.start + open + inside.len() + 2))
}

/// A literal: how it is quoted, and what stands before it.
struct Literal<'a> {
    before: &'a str,
    quote: char,
    triple: bool,
}

// === impl Literal ===

impl Literal<'_> {
    /// The end of the literals at the beginning of `body` that make up a statement with a value in it.
    fn filled(&self, body: &str) -> Option<usize> {
        let mut statement = String::new();
        let (mut at, mut quote, mut before) = (0, self.quote, self.before);
        for piece in 0..PIECES {
            let triple = self.triple && piece == 0;
            let length = literal_end(&body[at..], quote, triple)?;
            let inside = &body[at..at + length];
            let close = at + length + if triple { 3 } else { 1 };
            let after = body.get(close..)?;
            let value = concatenates(after)
                || interpolates(before, quote, inside)
                || formats(self.before, inside, after);
            statement.push_str(inside);
            if value {
                return is_statement(&statement).then_some(close);
            }
            let (skipped, next) = next_literal(after)?;
            before = &after[..skipped - 1];
            at = close + skipped;
            quote = next;
        }
        None
    }
}

/// How long a literal is, from after its quote to before the next.
fn literal_end(body: &str, quote: char, triple: bool) -> Option<usize> {
    if triple {
        body.find(if quote == '"' { "\"\"\"" } else { "'''" })
    } else if quote == '\'' {
        // SQL doubles or escapes the quotes within it.
        body.find(['\'', '\n'])
            .filter(|end| body[*end..].starts_with('\''))
    } else {
        body.find(quote)
    }
}

/// `<<~SQL` or `<<<SQL` on the line before, and a value in the text: where the value ends.
fn in_heredoc(before: &str, body: &str) -> Option<usize> {
    let line = before.rsplit('\n').next()?;
    let opened = line
        .find("<<")
        .map(|at| line[at + 2..].replace(['"', '\''], ""))?;
    let (mark, name) = opened.split_at_checked(1)?;
    if !matches!(mark, "~" | "-" | "<") || !name.get(..3)?.eq_ignore_ascii_case("sql") {
        return None;
    }
    let body = &body[..body.find("SQL").unwrap_or(body.len())];
    let value = body.find(if mark == "<" { "$" } else { "#{" })?;
    let rest = &body[value..];
    let end = rest.find([' ', '\n', '\'', ';']).unwrap_or(rest.len());
    is_statement(body).then_some(value + end)
}

/// What is made, changed and dropped.
const OBJECTS: [&str; 12] = [
    "table",
    "database",
    "index",
    "view",
    "user",
    "schema",
    "role",
    "temporary",
    "unique",
    "login",
    "procedure",
    "if",
];

/// Whether the words are those of SQL: "Select a file" is none.
fn is_statement(body: &str) -> bool {
    let body = body.to_ascii_lowercase();
    let words: Vec<&str> = body
        .split(|c: char| c.is_whitespace() || c == '(')
        .filter(|word| !word.is_empty())
        .collect();
    let has = |word: &str| words.contains(&word);
    let follows = |of: &[&str]| words.get(1).is_some_and(|word| of.contains(word));
    let compares = || body.contains(['=', '<', '>']) || has("like") || has("in") || has("between");
    match words.first().copied().unwrap_or_default() {
        "select" => has("from"),
        "update" => has("set"),
        "insert" | "replace" | "merge" => follows(&["into", "ignore", "or"]),
        "delete" => follows(&["from"]),
        "drop" | "create" | "alter" => follows(&OBJECTS),
        "truncate" => follows(&["table"]),
        "grant" => has("on") || has("to"),
        "with" => has("select") && has("as"),
        "from" => has("where") && compares(),
        "where" => compares() && is_open(&body),
        "order" => words.len() == 2 || words.len() == 3,
        "exec" | "call" => words.len() >= 2 && body.contains(['\'', ',', '@']),
        _ => false,
    }
}

/// Whether a value stands, or is to follow, where a condition compares.
fn is_open(body: &str) -> bool {
    const VALUES: [&str; 9] = ["= {", "={", "= '", "='", "= #", "=#", "= $", "=$", "like '"];
    let end = body.trim_end();
    end.ends_with(['=', '\'', '(', '<', '>', '%', ','])
        || VALUES.iter().any(|value| body.contains(value))
}
