//! `Struct`, `Value` and `ListValue`: any JSON
//! (<https://protobuf.dev/reference/protobuf/google.protobuf/#value>).

use super::Encoder;
use super::map::{Keys, step};
use crate::error::RequestErrorKind as ErrorKind;
use crate::json::{Problem, Result};
use crate::program::Kind;
use crate::scalar;
use crate::wire::{self, I64, LEN, VARINT};

/// Fields of `Value`.
const NULL: u32 = wire_tag(1, VARINT);
const NUMBER: u32 = wire_tag(2, I64);
const STRING: u32 = wire_tag(3, LEN);
const BOOL: u32 = wire_tag(4, VARINT);
const STRUCT: u32 = wire_tag(5, LEN);
const LIST: u32 = wire_tag(6, LEN);
/// `Struct.fields` and `ListValue.values`.
const ITEMS: u32 = wire_tag(1, LEN);
/// Fields of an entry of `Struct.fields`.
const KEY: u32 = wire_tag(1, LEN);
const VALUE: u32 = wire_tag(2, LEN);

const fn wire_tag(number: u32, wire_type: u8) -> u32 {
    number << 3 | wire_type as u32
}

// === impl Encoder ===

impl Encoder<'_> {
    /// The fields of a `Struct`.
    pub(super) fn structure(&mut self) -> Result<()> {
        let mut keys = Keys::default();
        let mut first = true;
        self.json.begin_object()?;
        while let Some(key) = self.json.next_key(&mut first)? {
            keys.push(key.text.as_bytes(), key.offset);
            let entry = |encoder: &mut Self| {
                wire::put_bytes(&mut encoder.out, KEY, key.text.as_bytes());
                encoder.nested(VALUE, Self::dynamic_value)
            };
            self.nested(ITEMS, entry)
                .map_err(|failure| failure.within(step(&key.text)))?;
        }
        self.refuse_duplicate(keys)
    }

    /// The fields of a `ListValue`.
    pub(super) fn list(&mut self) -> Result<()> {
        self.elements(|encoder| encoder.nested(ITEMS, Self::dynamic_value))
    }

    /// The one field of a `Value`.
    pub(super) fn dynamic_value(&mut self) -> Result<()> {
        match self.json.peek()? {
            b'{' => self.nested(STRUCT, Self::structure),
            b'[' => self.nested(LIST, Self::list),
            b'"' => {
                wire::put_tag(&mut self.out, STRING);
                self.string()
            }
            b't' | b'f' => {
                let value = self.json.boolean()?;
                wire::put_tag(&mut self.out, BOOL);
                self.out.push(u8::from(value));
                Ok(())
            }
            b'n' => {
                self.json.null()?;
                wire::put_tag(&mut self.out, NULL);
                self.out.push(0);
                Ok(())
            }
            b'-' | b'0'..=b'9' => {
                let offset = self.json.offset();
                let number = self.json.number()?;
                wire::put_tag(&mut self.out, NUMBER);
                scalar::put_number(&mut self.out, Kind::Double, number)
                    .map_err(|problem: Problem| problem.at(offset))
            }
            _ => Err(self
                .json
                .fail(ErrorKind::Syntax, "this is not a JSON value")),
        }
    }
}
