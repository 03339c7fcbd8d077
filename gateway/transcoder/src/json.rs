//! A pull reader of JSON (RFC 8259) over bytes that are UTF-8: strict, without a tree, and without
//! allocation but for strings with escapes. Positions are byte offsets; they become line
//! and column when an error needs them.

mod failure;
mod string;

use std::borrow::Cow;

pub(crate) use failure::{Failure, Problem, Step, field_path};

use crate::error::RequestErrorKind as Kind;

pub(crate) type Result<T> = std::result::Result<T, Failure>;

/// Reads one JSON text from left to right.
#[derive(Debug, Clone)]
pub(crate) struct Reader<'j> {
    text: &'j str,
    at: usize,
    depth: u32,
    max_depth: u32,
}

/// A key of an object.
#[derive(Debug)]
pub(crate) struct Key<'j> {
    pub(crate) text: Cow<'j, str>,
    /// Where its quotation mark is.
    pub(crate) offset: usize,
}

// === impl Reader ===

impl<'j> Reader<'j> {
    pub(crate) fn new(text: &'j str, max_depth: u32) -> Self {
        Self {
            text,
            at: 0,
            depth: 0,
            max_depth,
        }
    }

    pub(crate) fn offset(&self) -> usize {
        self.at
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Skips white space and looks at the next byte.
    #[inline]
    pub(crate) fn peek(&mut self) -> Result<u8> {
        while let Some(byte) = self.byte() {
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return Ok(byte);
            }
            self.at += 1;
        }
        Err(self.syntax("the body ends too early"))
    }

    /// Nothing but white space may follow.
    pub(crate) fn finish(&mut self) -> Result<()> {
        let rest = self.text[self.at..].trim_start_matches([' ', '\t', '\n', '\r']);
        if rest.is_empty() {
            return Ok(());
        }
        self.at = self.text.len() - rest.len();
        Err(self.syntax("there is more after the end of the JSON value"))
    }

    /// Enters an object or array, whose opening byte is next.
    fn enter(&mut self) -> Result<()> {
        if self.depth == self.max_depth {
            let message = format!("JSON nests deeper than {}", self.max_depth);
            return Err(self.fail(Kind::Depth, message));
        }
        self.depth += 1;
        self.at += 1;
        Ok(())
    }

    fn leave(&mut self) {
        self.depth -= 1;
        self.at += 1;
    }

    pub(crate) fn begin_object(&mut self) -> Result<()> {
        if self.peek()? != b'{' {
            return Err(self.unexpected("an object"));
        }
        self.enter()
    }

    pub(crate) fn begin_array(&mut self) -> Result<()> {
        if self.peek()? != b'[' {
            return Err(self.unexpected("an array"));
        }
        self.enter()
    }

    /// The next key of the object, with its colon read; `None` after the closing brace. `first`
    /// starts as true.
    #[inline]
    pub(crate) fn next_key(&mut self, first: &mut bool) -> Result<Option<Key<'j>>> {
        if !self.next_item(first, b'}')? {
            return Ok(None);
        }
        if self.peek()? != b'"' {
            return Err(self.syntax("a key in quotation marks is expected"));
        }
        let offset = self.at;
        let text = self.string()?;
        if self.peek()? != b':' {
            return Err(self.syntax("`:` is expected"));
        }
        self.at += 1;
        Ok(Some(Key { text, offset }))
    }

    /// Whether the array has a further element; `false` after the closing bracket.
    #[inline]
    pub(crate) fn next_element(&mut self, first: &mut bool) -> Result<bool> {
        self.next_item(first, b']')
    }

    #[inline]
    fn next_item(&mut self, first: &mut bool, close: u8) -> Result<bool> {
        let byte = self.peek()?;
        if std::mem::take(first) {
            if byte == close {
                self.leave();
                return Ok(false);
            }
            return Ok(true);
        }
        if byte == close {
            self.leave();
            return Ok(false);
        }
        if byte != b',' {
            let message = if close == b'}' {
                "`,` or `}` is expected"
            } else {
                "`,` or `]` is expected"
            };
            return Err(self.syntax(message));
        }
        self.at += 1;
        if self.peek()? == close {
            return Err(self.syntax("a comma has nothing after it"));
        }
        Ok(true)
    }

    /// Reads `null` if it is next.
    #[inline]
    pub(crate) fn null(&mut self) -> Result<bool> {
        if self.peek()? != b'n' {
            return Ok(false);
        }
        self.word("null")?;
        Ok(true)
    }

    /// Reads `true` or `false`.
    pub(crate) fn boolean(&mut self) -> Result<bool> {
        match self.peek()? {
            b't' => self.word("true").map(|()| true),
            b'f' => self.word("false").map(|()| false),
            _ => Err(self.unexpected("true or false")),
        }
    }

    fn word(&mut self, word: &'static str) -> Result<()> {
        let rest = &self.text.as_bytes()[self.at..];
        let ends = rest
            .get(word.len())
            .is_none_or(|byte| !byte.is_ascii_alphanumeric());
        if !rest.starts_with(word.as_bytes()) || !ends {
            return Err(self.syntax("this is not a JSON value"));
        }
        self.at += word.len();
        Ok(())
    }

    /// Reads a number and gives its text.
    #[inline]
    pub(crate) fn number(&mut self) -> Result<&'j str> {
        if !matches!(self.peek()?, b'-' | b'0'..=b'9') {
            return Err(self.unexpected("a number"));
        }
        let start = self.at;
        let Some(len) = number_len(&self.text.as_bytes()[start..]) else {
            return Err(self.syntax("this is not a number"));
        };
        self.at += len;
        if self
            .byte()
            .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'+' | b'-'))
        {
            self.at = start;
            return Err(self.syntax("this is not a number"));
        }
        Ok(&self.text[start..self.at])
    }

    /// Reads any value and drops it.
    pub(crate) fn skip(&mut self) -> Result<()> {
        match self.peek()? {
            b'{' => {
                self.enter()?;
                let mut first = true;
                while self.next_key(&mut first)?.is_some() {
                    self.skip()?;
                }
                Ok(())
            }
            b'[' => {
                self.enter()?;
                let mut first = true;
                while self.next_element(&mut first)? {
                    self.skip()?;
                }
                Ok(())
            }
            b'"' => self.string().map(drop),
            b'n' => self.word("null"),
            b't' | b'f' => self.boolean().map(drop),
            _ => self.number().map(drop),
        }
    }

    /// A failure at the present place.
    pub(crate) fn fail(&self, kind: Kind, message: impl Into<Cow<'static, str>>) -> Failure {
        Problem::new(kind, message).at(self.at)
    }

    fn syntax(&self, message: &'static str) -> Failure {
        self.fail(Kind::Syntax, message)
    }

    /// The next value is of the wrong type, or no value at all.
    pub(crate) fn unexpected(&mut self, expected: &str) -> Failure {
        let found = match self.byte() {
            Some(b'{') => "an object",
            Some(b'[') => "an array",
            Some(b'"') => "a string",
            Some(b'n') => "null",
            Some(b't' | b'f') => "a boolean",
            Some(b'-' | b'0'..=b'9') => "a number",
            _ => return self.syntax("this is not a JSON value"),
        };
        self.fail(Kind::Type, format!("{expected} is expected, not {found}"))
    }
}

/// The length of the number that `bytes` begins with, by the grammar of JSON.
pub(crate) fn number_len(bytes: &[u8]) -> Option<usize> {
    let mut at = usize::from(bytes.first() == Some(&b'-'));
    at += match bytes.get(at)? {
        b'0' => 1,
        b'1'..=b'9' => digits(bytes, at),
        _ => return None,
    };
    if bytes.get(at) == Some(&b'.') {
        let fraction = digits(bytes, at + 1);
        if fraction == 0 {
            return None;
        }
        at += 1 + fraction;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1;
        at += usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));
        let exponent = digits(bytes, at);
        if exponent == 0 {
            return None;
        }
        at += exponent;
    }
    Some(at)
}

/// How many digits there are from `at`.
#[inline]
fn digits(bytes: &[u8], at: usize) -> usize {
    let mut end = at;
    while bytes.get(end).is_some_and(u8::is_ascii_digit) {
        end += 1;
    }
    end - at
}
