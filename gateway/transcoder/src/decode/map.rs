//! Maps: repeated entries to JSON objects, sorted by key so that equal maps print equally.

use std::borrow::Cow;
use std::ops::Range;

use super::{Decoder, Result, failure, text};
use crate::program::Kind;
use crate::wire::{Fields, Value};

/// A key, which sorts as its kind does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Key<'w> {
    Text(&'w str),
    Signed(i64),
    Unsigned(u64),
    Boolean(bool),
}

/// An entry's value.
#[derive(Debug)]
enum Entry<'w> {
    Unset,
    Bits(u64),
    Bytes(Cow<'w, [u8]>),
}

// === impl Decoder ===

impl Decoder<'_> {
    /// A map field; of entries with one key, the last counts.
    pub(super) fn map(
        &mut self,
        key_kind: Kind,
        kind: Kind,
        wire: &[u8],
        run: Range<usize>,
    ) -> Result<()> {
        let mut entries = Vec::with_capacity(run.len());
        for at in run {
            entries.push(entry(key_kind, kind, self.found[at].bytes(wire))?);
        }
        entries.sort_by_key(|(key, _)| *key);
        self.out.push(b'{');
        let mut entries = entries.into_iter().peekable();
        while let Some((key, value)) = entries.next() {
            if entries.peek().is_some_and(|(next, _)| *next == key) {
                continue;
            }
            if self.out.last() != Some(&b'{') {
                self.out.push(b',');
            }
            key.put(&mut self.out);
            self.out.push(b':');
            self.entry_value(kind, &value)?;
        }
        self.out.push(b'}');
        Ok(())
    }

    fn entry_value(&mut self, kind: Kind, value: &Entry<'_>) -> Result<()> {
        match (kind, value) {
            (_, Entry::Unset) => self.default_value(kind),
            (Kind::Message(id), Entry::Bytes(bytes)) => self.payload(id, bytes),
            (Kind::String, Entry::Bytes(bytes)) => self.string(bytes),
            (_, Entry::Bytes(bytes)) => {
                text::base64(&mut self.out, bytes);
                Ok(())
            }
            (_, Entry::Bits(bits)) => {
                self.number(kind, *bits);
                Ok(())
            }
        }
    }
}

// === impl Key ===

impl<'w> Key<'w> {
    fn new(kind: Kind, value: Value<'w>) -> Result<Self> {
        let bits = match value {
            Value::Varint(bits) | Value::I64(bits) => bits,
            Value::I32(bits) => u64::from(bits),
            Value::Len(bytes) => {
                let text = std::str::from_utf8(bytes);
                return text
                    .map(Self::Text)
                    .map_err(|_| failure("a map key is not UTF-8"));
            }
            Value::Group => 0,
        };
        Ok(match kind {
            Kind::String => Self::Text(""),
            Kind::Bool => Self::Boolean(bits != 0),
            Kind::Uint32 | Kind::Uint64 | Kind::Fixed32 | Kind::Fixed64 => {
                Self::Unsigned(text::unsigned(kind, bits))
            }
            _ => Self::Signed(text::signed(kind, bits)),
        })
    }

    fn put(self, out: &mut Vec<u8>) {
        let mut buffer = itoa::Buffer::new();
        let plain = match self {
            Self::Text(text) => return text::quoted(out, text),
            Self::Signed(value) => buffer.format(value),
            Self::Unsigned(value) => buffer.format(value),
            Self::Boolean(true) => "true",
            Self::Boolean(false) => "false",
        };
        out.push(b'"');
        out.extend_from_slice(plain.as_bytes());
        out.push(b'"');
    }
}

/// Reads one entry: the last key, the last scalar value, or all parts of a message value.
fn entry(key_kind: Kind, kind: Kind, wire: &[u8]) -> Result<(Key<'_>, Entry<'_>)> {
    let mut key = Key::new(key_kind, Value::Varint(0))?;
    let mut value = Entry::Unset;
    let mut fields = Fields::new(wire);
    while let Some((number, found)) = fields.next()? {
        match number {
            1 if fits(key_kind, found) => key = Key::new(key_kind, found)?,
            2 if fits(kind, found) => value.push(kind, found),
            1 | 2 => return Err(failure("a map entry has the wrong wire type")),
            _ => {}
        }
    }
    Ok((key, value))
}

fn fits(kind: Kind, value: Value<'_>) -> bool {
    kind.wire_type() == value.wire_type()
}

// === impl Entry ===

impl<'w> Entry<'w> {
    fn push(&mut self, kind: Kind, found: Value<'w>) {
        *self = match (found, std::mem::replace(self, Self::Unset)) {
            (Value::Len(more), Self::Bytes(bytes)) if matches!(kind, Kind::Message(_)) => {
                Self::Bytes(Cow::Owned([&*bytes, more].concat()))
            }
            (Value::Len(bytes), _) => Self::Bytes(Cow::Borrowed(bytes)),
            (Value::Varint(bits) | Value::I64(bits), _) => Self::Bits(bits),
            (Value::I32(bits), _) => Self::Bits(u64::from(bits)),
            (Value::Group, unchanged) => unchanged,
        };
    }
}
