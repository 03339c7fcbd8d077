//! The well-known types with a JSON form of their own
//! (<https://protobuf.dev/programming-guides/json>).

use std::ops::Range;

use super::{Decoder, Result, failure, text};
use crate::mask;
use crate::program::{Kind, Message, Shape};
use crate::time;

/// Index of the only field of `Struct`, `ListValue`, `FieldMask` and wrappers, and of the first of
/// `Timestamp`, `Duration` and `Any`.
const FIRST: usize = 0;
const SECOND: usize = 1;

// === impl Decoder ===

impl Decoder<'_> {
    /// A message of special shape; `all` is what was found of it.
    pub(super) fn special(
        &mut self,
        message: &Message,
        wire: &[u8],
        all: &Range<usize>,
    ) -> Result<()> {
        match message.shape {
            Shape::Timestamp | Shape::Duration => self.time(message.shape, all),
            Shape::FieldMask => self.field_mask(wire, all),
            Shape::Any => self.any(wire, all),
            Shape::Value => self.dynamic_value(message, wire, all),
            _ if all.is_empty() => self.default(&message.fields[FIRST]),
            _ => self.value(&message.fields[FIRST], wire, all.clone()),
        }
    }

    fn time(&mut self, shape: Shape, all: &Range<usize>) -> Result<()> {
        let seconds = text::signed(Kind::Int64, self.last_bits(all, FIRST));
        let nanos = text::signed(Kind::Int32, self.last_bits(all, SECOND));
        let nanos = i32::try_from(nanos).map_err(|_| failure("nanoseconds are out of range"))?;
        let printed = match shape {
            Shape::Timestamp => time::put_timestamp(&mut self.out, seconds, nanos),
            _ => time::put_duration(&mut self.out, seconds, nanos),
        };
        printed.map_err(failure)
    }

    fn last_bits(&self, all: &Range<usize>, field: usize) -> u64 {
        self.found[self.run_of(all, field)]
            .last()
            .map_or(0, |found| found.bits)
    }

    fn last_bytes<'w>(&self, wire: &'w [u8], all: &Range<usize>, field: usize) -> &'w [u8] {
        self.found[self.run_of(all, field)]
            .last()
            .map_or(b"", |found| found.bytes(wire))
    }

    fn field_mask(&mut self, wire: &[u8], all: &Range<usize>) -> Result<()> {
        self.out.push(b'"');
        for at in all.clone() {
            if at > all.start {
                self.out.push(b',');
            }
            let path = std::str::from_utf8(self.found[at].bytes(wire));
            if !path.is_ok_and(|path| mask::put_path(&mut self.out, path)) {
                return Err(failure("a path of a field mask has no JSON form"));
            }
        }
        self.out.push(b'"');
        Ok(())
    }

    fn any(&mut self, wire: &[u8], all: &Range<usize>) -> Result<()> {
        let url = self.last_bytes(wire, all, FIRST);
        let value = self.last_bytes(wire, all, SECOND);
        if url.is_empty() && value.is_empty() {
            self.out.extend_from_slice(b"{}");
            return Ok(());
        }
        let url = std::str::from_utf8(url).map_err(|_| failure("a type URL is not UTF-8"))?;
        let name = url.rsplit_once('/').map(|(_, name)| name);
        let id = name
            .and_then(|name| self.program.find(name))
            .ok_or_else(|| failure("an Any holds a type that is not known"))?;
        let message = self.program.message(id);
        self.out.extend_from_slice(b"{\"@type\":");
        text::quoted(&mut self.out, url);
        if message.shape == Shape::Object {
            self.members(message, value)?;
        } else {
            self.out.extend_from_slice(b",\"value\":");
            self.payload(id, value)?;
        }
        self.out.push(b'}');
        Ok(())
    }

    fn dynamic_value(&mut self, message: &Message, wire: &[u8], all: &Range<usize>) -> Result<()> {
        let Some(found) = self.found[all.clone()].last().copied() else {
            self.out.extend_from_slice(b"null");
            return Ok(());
        };
        let field = &message.fields[found.field];
        if field.kind == Kind::Double && !f64::from_bits(found.bits).is_finite() {
            return Err(failure("a Value holds a number that JSON lacks"));
        }
        self.value(field, wire, all.clone())
    }
}
