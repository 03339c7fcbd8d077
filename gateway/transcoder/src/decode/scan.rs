//! Where the fields of one message are on the wire: sorted by field, in wire order within one, and
//! with only the last member of each oneof.

use std::borrow::Cow;
use std::ops::Range;

use super::{Decoder, Result, failure};
use crate::program::{Kind, Message, Rule};
use crate::wire::{self, Corrupt, Fields, Value};

/// One occurrence of a known field.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    /// Index of the field in its message.
    pub(super) field: usize,
    wire_type: u8,
    /// The value; of length-delimited ones the offset in the message above the length.
    pub(super) bits: u64,
}

// === impl Decoder ===

impl Decoder<'_> {
    /// Scans `wire` and pushes what it finds; the range of it in `found`.
    pub(super) fn scan(&mut self, message: &Message, wire: &[u8]) -> Result<Range<usize>> {
        if u32::try_from(wire.len()).is_err() {
            return Err(failure("the message is larger than 4 GiB"));
        }
        let start = self.found.len();
        let mut sorted = true;
        let mut last = 0;
        let mut fields = Fields::new(wire);
        while let Some((number, value)) = fields.next()? {
            let Some(index) = message.index_by_number(number) else {
                continue;
            };
            let found = Found::new(index, value, wire.len() - fields.rest().len());
            let field = &message.fields[index];
            if !found.fits(field.rule, field.kind) {
                return Err(failure("a value has the wrong wire type").within(field));
            }
            sorted &= index >= last;
            last = index;
            self.found.push(found);
        }
        if message.has_oneofs {
            self.drop_replaced(message, start);
        }
        if !sorted {
            self.found[start..].sort_by_key(|found| found.field);
        }
        Ok(start..self.found.len())
    }

    /// Of each oneof, keeps the member that came last and what of it came after all others.
    fn drop_replaced(&mut self, message: &Message, start: usize) {
        let mut last: Vec<Option<usize>> = vec![None; message.oneofs.len()];
        let mut replaced = vec![false; message.oneofs.len()];
        let mut kept = Vec::new();
        for found in self.found[start..].iter().rev() {
            if let Some(oneof) = message.fields[found.field].oneof.map(usize::from) {
                replaced[oneof] |= *last[oneof].get_or_insert(found.field) != found.field;
                if replaced[oneof] {
                    continue;
                }
            }
            kept.push(*found);
        }
        self.found.truncate(start);
        self.found.extend(kept.into_iter().rev());
    }

    /// What was found of one field.
    pub(super) fn run_of(&self, all: &Range<usize>, field: usize) -> Range<usize> {
        let found = &self.found[all.clone()];
        let start = found.partition_point(|found| found.field < field);
        let end = found.partition_point(|found| found.field <= field);
        all.start + start..all.start + end
    }

    /// The bytes of a message that may be there in several parts: parsing them one after the other
    /// merges them.
    pub(super) fn merged<'w>(&self, wire: &'w [u8], run: Range<usize>) -> Cow<'w, [u8]> {
        match &self.found[run] {
            [] => Cow::Borrowed(b""),
            [one] => Cow::Borrowed(one.bytes(wire)),
            parts => {
                let parts: Vec<&[u8]> = parts.iter().map(|part| part.bytes(wire)).collect();
                Cow::Owned(parts.concat())
            }
        }
    }
}

// === impl Found ===

impl Found {
    #[inline]
    fn new(field: usize, value: Value<'_>, end: usize) -> Self {
        let (wire_type, bits) = match value {
            Value::Varint(bits) => (wire::VARINT, bits),
            Value::I64(bits) => (wire::I64, bits),
            Value::I32(bits) => (wire::I32, u64::from(bits)),
            Value::Len(bytes) => {
                let start = end - bytes.len();
                (wire::LEN, (start as u64) << 32 | bytes.len() as u64)
            }
            Value::Group => (wire::SGROUP, 0),
        };
        Self {
            field,
            wire_type,
            bits,
        }
    }

    /// The wire type is one that the field may have.
    fn fits(&self, rule: Rule, kind: Kind) -> bool {
        match rule {
            Rule::Map { .. } => self.wire_type == wire::LEN,
            Rule::Repeated { .. } => {
                self.wire_type == kind.wire_type() || self.wire_type == wire::LEN
            }
            Rule::Singular => self.wire_type == kind.wire_type(),
        }
    }

    /// The bytes of a length-delimited value.
    #[inline]
    pub(super) fn bytes<'w>(&self, wire: &'w [u8]) -> &'w [u8] {
        let start = (self.bits >> 32) as usize;
        &wire[start..start + self.len()]
    }

    fn len(&self) -> usize {
        (self.bits & 0xffff_ffff) as usize
    }

    /// Several numbers in one length-delimited value.
    pub(super) fn is_packed(&self, kind: Kind) -> bool {
        self.wire_type == wire::LEN && kind.wire_type() != wire::LEN
    }

    /// The default of this kind: zero, or no bytes.
    pub(super) fn is_default(&self, kind: Kind) -> bool {
        match kind {
            _ if self.wire_type == wire::LEN => self.len() == 0,
            // Of a longer varint the low half counts.
            Kind::Int32 | Kind::Uint32 | Kind::Sint32 | Kind::Enum(_) => {
                self.bits.trailing_zeros() >= 32
            }
            _ => self.bits == 0,
        }
    }
}

/// The bits of the next packed number.
#[inline]
pub(super) fn bits(packed: &mut Fields<'_>, kind: Kind) -> std::result::Result<u64, Corrupt> {
    match kind.wire_type() {
        wire::I64 => packed.array().map(u64::from_le_bytes),
        wire::I32 => packed
            .array()
            .map(|bytes| u64::from(u32::from_le_bytes(bytes))),
        _ => packed.varint(),
    }
}
