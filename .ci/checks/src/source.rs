//! What a Rust file mentions: the paths it names and the macros it calls, read from its tokens, so
//! that comments and strings do not count and code inside macros does.

use std::path::Path;
use std::str::FromStr;
use std::{fs, iter};

use anyhow::{Context, Result, anyhow};
use proc_macro2::{Delimiter, Ident, Spacing, TokenStream, TokenTree};

/// What one file mentions.
#[derive(Debug, Default)]
pub(crate) struct Source {
    /// `a::b::c`; groups in `use` are spelt out.
    pub(crate) paths: Vec<Mention>,
    /// Macro calls.
    pub(crate) macros: Vec<MacroCall>,
}

/// A path at a place.
#[derive(Debug)]
pub(crate) struct Mention {
    pub(crate) segments: Vec<String>,
    /// It is the name of a macro that is called.
    pub(crate) is_macro: bool,
    pub(crate) line: usize,
}

/// A macro call at a place.
#[derive(Debug)]
pub(crate) struct MacroCall {
    /// The last segment of its path.
    pub(crate) name: String,
    /// The first string literal among its arguments, with those added to it by `+`.
    pub(crate) text: Option<String>,
    pub(crate) line: usize,
}

// === impl Source ===

impl Source {
    /// Reads the file at `root/file`.
    pub(crate) fn read(root: &Path, file: &str) -> Result<Self> {
        let text = fs::read_to_string(root.join(file)).with_context(|| file.to_owned())?;
        Self::parse(&text).with_context(|| file.to_owned())
    }

    fn parse(text: &str) -> Result<Self> {
        let tokens = TokenStream::from_str(text).map_err(|error| anyhow!("{error}"))?;
        let mut source = Self::default();
        source.walk(tokens, &[]);
        Ok(source)
    }

    /// Collects what `tokens` mention; `prefix` is the path in front of a group of a `use`.
    fn walk(&mut self, tokens: TokenStream, prefix: &[String]) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            match token {
                // What a `use` calls it here is no mention.
                TokenTree::Ident(ident) if ident == "as" && !prefix.is_empty() => at += 2,
                TokenTree::Ident(ident) if !follows_dot(&tokens, at) => {
                    at = self.path(ident, &tokens, at + 1, prefix);
                }
                TokenTree::Group(group) => {
                    self.walk(group.stream(), &[]);
                    at += 1;
                }
                _ => at += 1,
            }
        }
    }

    /// Reads the path that starts with `first`; `at` is the token after it. Returns the first token
    /// that is not part of it.
    fn path(
        &mut self,
        first: &Ident,
        tokens: &[TokenTree],
        mut at: usize,
        prefix: &[String],
    ) -> usize {
        let mut segments = prefix.to_vec();
        segments.push(first.to_string());
        while is_separator(tokens, at) {
            match tokens.get(at + 2) {
                Some(TokenTree::Ident(ident)) => {
                    segments.push(ident.to_string());
                    at += 3;
                }
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                    self.walk(group.stream(), &segments);
                    return at + 3;
                }
                _ => break,
            }
        }
        let line = first.span().start().line;
        let arguments = match tokens.get(at + 1) {
            Some(TokenTree::Group(group)) if is_punct(tokens.get(at), '!') => Some(group),
            _ => None,
        };
        if let Some(arguments) = arguments {
            self.macros.push(MacroCall {
                name: segments.last().cloned().unwrap_or_default(),
                text: first_string(arguments.stream()),
                line,
            });
        }
        self.paths.push(Mention {
            segments,
            is_macro: arguments.is_some(),
            line,
        });
        at
    }
}

fn follows_dot(tokens: &[TokenTree], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    let range = at.checked_sub(2).and_then(|before| tokens.get(before));
    is_punct(before, '.') && !is_punct(range, '.')
}

fn is_separator(tokens: &[TokenTree], at: usize) -> bool {
    let joint = matches!(tokens.get(at), Some(TokenTree::Punct(colon)) if colon.spacing() == Spacing::Joint);
    joint && is_punct(tokens.get(at), ':') && is_punct(tokens.get(at + 1), ':')
}

fn is_punct(token: Option<&TokenTree>, character: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == character)
}

/// `"a" + "b"` is `ab`, as sqlx reads it.
fn first_string(arguments: TokenStream) -> Option<String> {
    let tokens: Vec<TokenTree> = arguments.into_iter().collect();
    let start = tokens.iter().position(|token| string(token).is_some())?;
    let rest = tokens[start + 1..].chunks_exact(2).map_while(|pair| {
        is_punct(pair.first(), '+')
            .then(|| string(&pair[1]))
            .flatten()
    });
    Some(iter::once(string(&tokens[start])?).chain(rest).collect())
}

fn string(token: &TokenTree) -> Option<String> {
    let TokenTree::Literal(literal) = token else {
        return None;
    };
    let literal: syn::LitStr = syn::parse_str(&literal.to_string()).ok()?;
    Some(literal.value())
}

#[cfg(test)]
pub(crate) mod tests {
    use std::process::Command;

    use tempfile::TempDir;

    use super::*;

    /// A git checkout that holds `files`.
    pub(crate) fn tree(files: &[(&str, &str)]) -> TempDir {
        let root = tempfile::tempdir().unwrap();
        let git = Command::new("git")
            .args(["init", "-q"])
            .arg(root.path())
            .status();
        assert!(git.unwrap().success());
        for (file, text) in files {
            let file = root.path().join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        root
    }

    fn paths(text: &str) -> Vec<String> {
        let source = Source::parse(text).unwrap();
        source
            .paths
            .iter()
            .map(|path| path.segments.join("::"))
            .collect()
    }

    #[test]
    fn paths_are_found_wherever_they_stand() {
        assert_eq!(
            paths("use a::{b::{c, self}, d as e};"),
            ["use", "a::b::c", "a::b::self", "a::d"]
        );
        assert_eq!(paths("::a::b::<c::D>(0..e::F)"), ["a::b", "c::D", "e::F"]);
        assert_eq!(paths("vec![a::b(x)]"), ["vec", "a::b", "x"]);
        assert_eq!(paths("#[a::b] fn f() {}"), ["a::b", "fn", "f"]);
    }

    #[test]
    fn comments_strings_and_fields_are_no_mention() {
        assert_eq!(
            paths("//! a::b\n/// c::d\n/* e */ \"f::g\""),
            ["doc", "doc"]
        );
        assert_eq!(paths("x.tonic"), ["x"]);
    }

    #[test]
    fn macro_text_is_read_as_sqlx_reads_it() {
        let text = |code: &str| Source::parse(code).unwrap().macros.remove(0).text;
        assert_eq!(text(r#"sqlx::query!("select 1", x)"#).unwrap(), "select 1");
        assert_eq!(text("query_as!(Row, r#\"a \"b\"\"#)").unwrap(), "a \"b\"");
        assert_eq!(text("query!(\"a \\\n    b\")").unwrap(), "a b");
        assert_eq!(text(r#"query!("a" + " b" + " c", "d")"#).unwrap(), "a b c");
        assert_eq!(text("query!(SQL)"), None);
    }

    #[test]
    fn places_are_lines() {
        let source = Source::parse("\nuse a::{\n    b,\n    c::d,\n};").unwrap();
        let lines: Vec<usize> = source.paths.iter().map(|path| path.line).collect();
        assert_eq!(lines, [2, 3, 4]);
    }
}
