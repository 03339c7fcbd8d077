//! Header blocks (HPACK, RFC 7541) as unary gRPC needs them: a request's written without a table,
//! and of an answer's what says how the call went.
//!
//! The dynamic table has no room, which the peer is told before it writes anything: a block means
//! the same whenever it comes, callers' secrets are remembered by nobody, and blocks of streams
//! that were given up need not be read.

use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};
use tonic::Status;

use super::huffman;
use crate::upstream::grpc;

/// A request's head.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request<'a> {
    /// The `:authority`.
    pub(crate) authority: &'a str,
    /// `/package.Service/Method`
    pub(crate) path: &'a str,
    /// Goes as `grpc-timeout`; at most eight digits.
    pub(crate) timeout_millis: u32,
    /// Metadata, without the headers that gRPC itself needs.
    pub(crate) metadata: &'a HeaderMap,
}

/// What the headers, or the trailers, of an answer say of the call.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// `:status`, which headers have and trailers have not.
    pub(super) http: Option<u16>,
    /// The status of the call, once it has ended.
    pub(super) status: Option<Status>,
}

/// A block is not HPACK, or refers to a table that has no room.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// `:method: POST` and `:scheme: http` of the static table.
const POST_HTTP: [u8; 2] = [0x83, 0x86];
/// Places of the static table, as names.
const AUTHORITY: usize = 1;
const PATH: usize = 4;
const CONTENT_TYPE: usize = 31;
const STATIC: usize = 61;
/// Places 8 to 14 are `:status`.
const STATUS: std::ops::RangeInclusive<usize> = 8..=14;
const STATUSES: [u16; 7] = [200, 204, 206, 304, 400, 404, 500];

/// The first bits of a field (RFC 7541, section 6), and how many bits of its octet are a number.
const INDEXED: (u8, u32) = (0x80, 7);
const REMEMBERED: (u8, u32) = (0x40, 6);
const TABLE_SIZE: (u8, u32) = (0x20, 5);
const LITERAL: (u8, u32) = (0x00, 4);
const NEVER_REMEMBERED: (u8, u32) = (0x10, 4);
const CODED: u8 = 0x80;
const STRING: u32 = 7;

// === impl Request ===

impl Request<'_> {
    /// Writes it as a block.
    pub(super) fn write(&self, block: &mut Vec<u8>) {
        block.extend_from_slice(&POST_HTTP);
        put_number(block, LITERAL, PATH);
        put_string(block, self.path.as_bytes());
        put_number(block, LITERAL, AUTHORITY);
        put_string(block, self.authority.as_bytes());
        put_number(block, LITERAL, CONTENT_TYPE);
        put_string(block, b"application/grpc+proto");
        put_field(block, LITERAL, b"te", b"trailers");
        self.write_timeout(block);
        for (name, value) in self.metadata {
            let secret = value.is_sensitive();
            let kind = if secret { NEVER_REMEMBERED } else { LITERAL };
            put_field(block, kind, name.as_str().as_bytes(), value.as_bytes());
        }
    }

    fn write_timeout(&self, block: &mut Vec<u8>) {
        let mut digits = itoa::Buffer::new();
        let digits = digits.format(self.timeout_millis);
        put_number(block, LITERAL, 0);
        put_string(block, b"grpc-timeout");
        put_number(block, (0, STRING), digits.len() + 1);
        block.extend_from_slice(digits.as_bytes());
        block.push(b'm');
    }
}

fn put_field(block: &mut Vec<u8>, kind: (u8, u32), name: &[u8], value: &[u8]) {
    put_number(block, kind, 0);
    put_string(block, name);
    put_string(block, value);
}

fn put_string(block: &mut Vec<u8>, string: &[u8]) {
    put_number(block, (0, STRING), string.len());
    block.extend_from_slice(string);
}

/// Section 5.1, behind the bits that say what it is a number of.
fn put_number(block: &mut Vec<u8>, (first, bits): (u8, u32), mut number: usize) {
    let full = usize::from(u8::MAX >> (8 - bits));
    if let Ok(small) = u8::try_from(number)
        && number < full
    {
        return block.push(first | small);
    }
    number -= full;
    block.push(first | (u8::MAX >> (8 - bits)));
    while number >= 0x80 {
        block.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    block.push(number.to_le_bytes()[0]);
}

// === impl Told ===

impl Told {
    /// Reads a block.
    pub(super) fn read(block: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader { rest: block };
        let mut told = Self::default();
        // Of an error; an answer that is well needs no more than a zero.
        let mut failure = HeaderMap::new();
        let mut well = false;
        let mut name_room = Vec::new();
        while let Some(&first) = reader.rest.first() {
            let name = match first {
                _ if first & INDEXED.0 != 0 => {
                    told.indexed(reader.number(INDEXED.1)?)?;
                    continue;
                }
                _ if first & REMEMBERED.0 != 0 => reader.name(REMEMBERED.1)?,
                _ if first & TABLE_SIZE.0 != 0 => {
                    if reader.number(TABLE_SIZE.1)? != 0 {
                        return Err(Malformed);
                    }
                    continue;
                }
                _ => reader.name(LITERAL.1)?,
            };
            let value = reader.string()?;
            match name {
                Name::Static(place) if STATUS.contains(&place) => {
                    told.set_http(&value.octets()?)?;
                }
                Name::Static(_) => {}
                Name::Given(name) => match name.octets_in(&mut name_room)? {
                    b":status" => told.set_http(&value.octets()?)?,
                    b"grpc-status" if &*value.octets()? == b"0" => well = true,
                    name @ (b"grpc-status" | b"grpc-message" | b"grpc-status-details-bin") => {
                        let name = HeaderName::from_bytes(name).map_err(|_| Malformed)?;
                        let value = HeaderValue::from_bytes(&value.octets()?);
                        let value = value.map_err(|_| Malformed)?;
                        failure.entry(name).or_insert(value);
                    }
                    _ => {}
                },
            }
        }
        told.status = if well {
            Some(grpc::well())
        } else {
            grpc::status(&failure)
        };
        Ok(told)
    }

    fn indexed(&mut self, place: usize) -> Result<(), Malformed> {
        if STATUS.contains(&place) {
            self.http = Some(STATUSES[place - STATUS.start()]);
        }
        if (1..=STATIC).contains(&place) {
            Ok(())
        } else {
            Err(Malformed)
        }
    }

    fn set_http(&mut self, value: &[u8]) -> Result<(), Malformed> {
        let digits = str::from_utf8(value).map_err(|_| Malformed)?;
        self.http = Some(digits.parse().map_err(|_| Malformed)?);
        Ok(())
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

enum Name<'a> {
    Static(usize),
    Given(Text<'a>),
}

#[derive(Clone, Copy)]
struct Text<'a> {
    coded: bool,
    octets: &'a [u8],
}

// === impl Reader ===

impl<'a> Reader<'a> {
    fn octet(&mut self) -> Result<u8, Malformed> {
        let (&first, rest) = self.rest.split_first().ok_or(Malformed)?;
        self.rest = rest;
        Ok(first)
    }

    /// Section 5.1. Nothing here is as long as four octets of it can say.
    fn number(&mut self, bits: u32) -> Result<usize, Malformed> {
        let full = u8::MAX >> (8 - bits);
        let first = self.octet()? & full;
        let mut number = usize::from(first);
        if first < full {
            return Ok(number);
        }
        for shift in [0, 7, 14, 21] {
            let octet = self.octet()?;
            number += usize::from(octet & 0x7f) << shift;
            if octet & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Malformed)
    }

    fn name(&mut self, bits: u32) -> Result<Name<'a>, Malformed> {
        match self.number(bits)? {
            0 => Ok(Name::Given(self.string()?)),
            place if place <= STATIC => Ok(Name::Static(place)),
            _ => Err(Malformed),
        }
    }

    fn string(&mut self) -> Result<Text<'a>, Malformed> {
        let coded = self.rest.first().is_some_and(|first| first & CODED != 0);
        let length = self.number(STRING)?;
        let (octets, rest) = self.rest.split_at_checked(length).ok_or(Malformed)?;
        self.rest = rest;
        Ok(Text { coded, octets })
    }
}

// === impl Text ===

impl<'a> Text<'a> {
    fn octets(self) -> Result<std::borrow::Cow<'a, [u8]>, Malformed> {
        if !self.coded {
            return Ok(self.octets.into());
        }
        let mut text = Vec::new();
        huffman::decode(self.octets, &mut text).ok_or(Malformed)?;
        Ok(text.into())
    }

    /// The same, in room that is there already.
    fn octets_in<'b>(self, room: &'b mut Vec<u8>) -> Result<&'b [u8], Malformed>
    where
        'a: 'b,
    {
        if !self.coded {
            return Ok(self.octets);
        }
        room.clear();
        huffman::decode(self.octets, room).ok_or(Malformed)?;
        Ok(room)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7541, sections 5.1, 5.2, 6.1, 6.2.2 and 6.2.3.
    #[test]
    fn a_request_is_written_without_a_table() {
        let mut secret = HeaderValue::from_static("s");
        secret.set_sensitive(true);
        let long = "x".repeat(300);
        let mut metadata = HeaderMap::new();
        metadata.insert("x-long", long.parse().unwrap());
        metadata.insert("x-secret", secret);
        let request = Request {
            authority: "a:1",
            path: "/b/c",
            timeout_millis: 90,
            metadata: &metadata,
        };
        let mut block = Vec::new();
        request.write(&mut block);
        let expected = [
            // 300 is 127, and 173 in groups of seven bits.
            b"\x83\x86\x04\x04/b/c\x01\x03a:1\x0f\x10\x16application/grpc+proto",
            &b"\x00\x02te\x08trailers\x00\x0cgrpc-timeout\x0390m\x00\x06x-long\x7f\xad\x01"[..],
            long.as_bytes(),
            b"\x10\x08x-secret\x01s",
        ];
        assert_eq!(block, expected.concat());
    }

    #[test]
    fn of_an_answer_what_is_of_the_call_is_read() {
        let read = |block: &[u8]| Told::read(block).unwrap();
        assert_eq!(read(b"\x88").http, Some(200));
        assert_eq!(read(b"\x8e").http, Some(500));
        assert_eq!(read(b"\x0b\x03418").http, Some(418));
        assert_eq!(read(b"\x48\x82\x64\x02").http, Some(302));
        assert_eq!(read(b"\x00\x07:status\x03503").http, Some(503));
        assert!(read(b"\x88\x5f\x10application/grpc").status.is_none());
        // `grpc-status` by Huffman's code, as most write it.
        let coded = b"\x40\x88\x9a\xca\xc8\xb2\x12\x34\xda\x8f\x01";
        assert!(
            read(&[&coded[..], b"0"].concat())
                .status
                .is_some_and(|status| status.code() == tonic::Code::Ok)
        );
        let status = read(&[&coded[..], b"7\x00\x0cgrpc-message\x03no!"].concat())
            .status
            .unwrap();
        assert_eq!(
            (status.code(), status.message()),
            (tonic::Code::PermissionDenied, "no!")
        );
        for malformed in [
            &b"\x0b\x03abc"[..],
            b"\x0b\x0599999",
            b"\x80",
            b"\xbe",
            b"\x3e",
            b"\x7f",
            b"\x00",
        ] {
            assert_eq!(
                Told::read(malformed).unwrap_err(),
                Malformed,
                "{malformed:x?}"
            );
        }
    }
}
