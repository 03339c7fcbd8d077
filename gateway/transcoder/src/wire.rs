//! The Protobuf wire format: varints, tags, and a checked walk over fields.
//! See <https://protobuf.dev/programming-guides/encoding>.

pub(crate) const VARINT: u8 = 0;
pub(crate) const I64: u8 = 1;
pub(crate) const LEN: u8 = 2;
pub(crate) const SGROUP: u8 = 3;
pub(crate) const EGROUP: u8 = 4;
pub(crate) const I32: u8 = 5;

/// How deep messages may nest on the wire; the usual implementations refuse more.
pub(crate) const MAX_DEPTH: u32 = 100;

/// Field number 1 to 2^29 - 1 and wire type, as one tag.
pub(crate) fn tag(number: u32, wire_type: u8) -> u32 {
    number << 3 | u32::from(wire_type)
}

/// Appends a varint.
#[inline]
pub(crate) fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(low_byte(value) | 0x80);
        value >>= 7;
    }
    out.push(low_byte(value));
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the low byte is what is wanted"
)]
fn low_byte(value: u64) -> u8 {
    value as u8
}

/// Appends a tag.
#[inline]
pub(crate) fn put_tag(out: &mut Vec<u8>, tag: u32) {
    put_varint(out, u64::from(tag));
}

/// Appends a tag, a length and the bytes.
#[inline]
pub(crate) fn put_bytes(out: &mut Vec<u8>, tag: u32, bytes: &[u8]) {
    put_tag(out, tag);
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Opens a length-delimited value whose length is not known yet; [`end`] takes what it returns.
#[inline]
pub(crate) fn begin(out: &mut Vec<u8>, tag: u32) -> usize {
    put_tag(out, tag);
    out.push(0);
    out.len()
}

/// Writes the length in front of what was appended since [`begin`]. One byte was kept for it;
/// longer contents move up by the bytes that lack.
#[inline]
pub(crate) fn end(out: &mut Vec<u8>, start: usize) {
    let len = out.len() - start;
    if len < 0x80 {
        out[start - 1] = low_byte(len as u64);
        return;
    }
    let mut prefix = Vec::with_capacity(10);
    put_varint(&mut prefix, len as u64);
    let more = prefix.len() - 1;
    out.resize(out.len() + more, 0);
    out.copy_within(start..start + len, start + more);
    out[start - 1..start + more].copy_from_slice(&prefix);
}

/// The wire is not well-formed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Corrupt;

/// One field as it stands on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value<'w> {
    Varint(u64),
    I64(u64),
    I32(u32),
    Len(&'w [u8]),
    Group,
}

/// Walks over the fields of one message.
#[derive(Debug, Clone)]
pub(crate) struct Fields<'w> {
    wire: &'w [u8],
}

// === impl Value ===

impl Value<'_> {
    pub(crate) fn wire_type(self) -> u8 {
        match self {
            Self::Varint(_) => VARINT,
            Self::I64(_) => I64,
            Self::I32(_) => I32,
            Self::Len(_) => LEN,
            Self::Group => SGROUP,
        }
    }
}

// === impl Fields ===

impl<'w> Fields<'w> {
    pub(crate) fn new(wire: &'w [u8]) -> Self {
        Self { wire }
    }

    /// What has not been walked over.
    pub(crate) fn rest(&self) -> &'w [u8] {
        self.wire
    }

    /// The next field's number and value, or `None` at the end.
    #[inline]
    pub(crate) fn next(&mut self) -> Result<Option<(u32, Value<'w>)>, Corrupt> {
        if self.wire.is_empty() {
            return Ok(None);
        }
        let (number, wire_type) = self.tag()?;
        let value = match wire_type {
            VARINT => Value::Varint(self.varint()?),
            I64 => Value::I64(u64::from_le_bytes(self.array()?)),
            I32 => Value::I32(u32::from_le_bytes(self.array()?)),
            LEN => Value::Len(self.bytes()?),
            SGROUP => {
                self.skip_group(number)?;
                Value::Group
            }
            _ => return Err(Corrupt),
        };
        Ok(Some((number, value)))
    }

    #[inline]
    fn tag(&mut self) -> Result<(u32, u8), Corrupt> {
        let tag = u32::try_from(self.varint()?).map_err(|_| Corrupt)?;
        let number = tag >> 3;
        if number == 0 {
            return Err(Corrupt);
        }
        Ok((number, low_byte(u64::from(tag)) & 7))
    }

    #[inline]
    pub(crate) fn varint(&mut self) -> Result<u64, Corrupt> {
        let mut value = 0;
        for (place, &byte) in self.wire.iter().take(10).enumerate() {
            let bits = u64::from(byte & 0x7f);
            if place == 9 && bits > 1 {
                return Err(Corrupt);
            }
            value |= bits << (7 * place);
            if byte < 0x80 {
                self.wire = &self.wire[place + 1..];
                return Ok(value);
            }
        }
        Err(Corrupt)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Corrupt> {
        let (head, rest) = self.wire.split_first_chunk::<N>().ok_or(Corrupt)?;
        self.wire = rest;
        Ok(*head)
    }

    #[inline]
    fn bytes(&mut self) -> Result<&'w [u8], Corrupt> {
        let len = usize::try_from(self.varint()?).map_err(|_| Corrupt)?;
        let (head, rest) = self.wire.split_at_checked(len).ok_or(Corrupt)?;
        self.wire = rest;
        Ok(head)
    }

    /// Skips to the end of the group that was opened with `number`. Without recursion.
    fn skip_group(&mut self, number: u32) -> Result<(), Corrupt> {
        let mut open = vec![number];
        while let Some(&innermost) = open.last() {
            let (number, wire_type) = self.tag()?;
            match wire_type {
                VARINT => drop(self.varint()?),
                I64 => drop(self.array::<8>()?),
                I32 => drop(self.array::<4>()?),
                LEN => drop(self.bytes()?),
                SGROUP if open.len() < MAX_DEPTH as usize => open.push(number),
                EGROUP if number == innermost => drop(open.pop()),
                _ => return Err(Corrupt),
            }
        }
        Ok(())
    }
}
