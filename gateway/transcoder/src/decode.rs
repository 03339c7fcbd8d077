//! The wire to JSON. Each message is scanned once for where its fields are, then printed field by
//! field in the order of their numbers. Objects with fields are here, special forms below.

mod map;
mod scan;
mod special;
pub(crate) mod text;

use std::borrow::Cow;
use std::ops::Range;

use bytes::Bytes;

use crate::error::ResponseError;
use crate::json::{Step, field_path};
use crate::options::Options;
use crate::program::{Field, Kind, Message, MessageId, Program, Rule, Shape};
use crate::transcoder::Response;
use crate::wire::{self, Corrupt, Fields};
use scan::Found;

/// One decoding under way.
struct Decoder<'a> {
    program: &'a Program,
    options: &'a Options,
    out: Vec<u8>,
    /// Where fields were found, of all messages that are being printed; a stack.
    found: Vec<Found>,
    depth: u32,
}

/// A failure on its way up to the caller, who adds the fields it lies in. Boxed, since failures
/// are rare and large.
#[derive(Debug)]
struct Failure(Box<Detail>);

#[derive(Debug)]
struct Detail {
    message: Cow<'static, str>,
    /// Innermost first.
    path: Vec<Step>,
}

type Result<T> = std::result::Result<T, Failure>;

/// A whole message.
pub(crate) fn message(
    program: &Program,
    options: &Options,
    id: MessageId,
    wire: &[u8],
) -> std::result::Result<Vec<u8>, ResponseError> {
    let mut decoder = Decoder::new(program, options, wire.len());
    decoder.payload(id, wire)?;
    Ok(decoder.out)
}

/// The value of one field of a message; its default, or `null`, if it is unset.
pub(crate) fn field(
    program: &Program,
    options: &Options,
    id: MessageId,
    index: usize,
    wire: &[u8],
) -> std::result::Result<Vec<u8>, ResponseError> {
    let mut decoder = Decoder::new(program, options, wire.len());
    let message = program.message(id);
    let all = decoder.scan(message, wire)?;
    let field = &message.fields[index];
    let run = decoder.run_of(&all, index);
    if run.is_empty() && field.presence {
        decoder.out.extend_from_slice(b"null");
    } else if run.is_empty() {
        decoder.default(field)?;
    } else {
        decoder
            .value(field, wire, run)
            .map_err(|failure| failure.within(field))?;
    }
    Ok(decoder.out)
}

/// The bytes of one singular message field, merged.
pub(crate) fn merged(
    program: &Program,
    id: MessageId,
    index: usize,
    wire: &[u8],
) -> std::result::Result<Vec<u8>, ResponseError> {
    let options = Options::default();
    let mut decoder = Decoder::new(program, &options, 0);
    let all = decoder.scan(program.message(id), wire)?;
    let run = decoder.run_of(&all, index);
    Ok(decoder.merged(wire, run).into_owned())
}

/// A `google.api.HttpBody` as it stands.
pub(crate) fn http_body(wire: &[u8]) -> std::result::Result<Response, ResponseError> {
    let mut content_type: &[u8] = b"";
    let mut body: &[u8] = b"";
    let mut fields = Fields::new(wire);
    while let Some((number, value)) = fields.next().map_err(Failure::from)? {
        match (number, value) {
            (1, wire::Value::Len(bytes)) => content_type = bytes,
            (2, wire::Value::Len(bytes)) => body = bytes,
            _ => {}
        }
    }
    let content_type =
        std::str::from_utf8(content_type).map_err(|_| failure("the content type is not UTF-8"))?;
    let content_type = match content_type {
        "" => Cow::Borrowed("application/octet-stream"),
        _ => Cow::Owned(content_type.to_owned()),
    };
    Ok(Response {
        content_type,
        body: Bytes::copy_from_slice(body),
    })
}

// === impl Decoder ===

impl<'a> Decoder<'a> {
    fn new(program: &'a Program, options: &'a Options, size: usize) -> Self {
        let out = Vec::with_capacity(size * 2 + 64);
        Self {
            program,
            options,
            out,
            found: Vec::with_capacity(32),
            depth: 0,
        }
    }

    /// A message in its JSON form.
    fn payload(&mut self, id: MessageId, wire: &[u8]) -> Result<()> {
        let message = self.program.message(id);
        if matches!(message.shape, Shape::Object | Shape::Empty) {
            self.out.push(b'{');
            self.members(message, wire)?;
            self.out.push(b'}');
            return Ok(());
        }
        self.scanned(message, wire, |decoder, all| {
            decoder.special(message, wire, &all)
        })
    }

    /// Scans a message, lets `print` do its work, and forgets what was found.
    fn scanned(
        &mut self,
        message: &Message,
        wire: &[u8],
        print: impl FnOnce(&mut Self, Range<usize>) -> Result<()>,
    ) -> Result<()> {
        if self.depth == wire::MAX_DEPTH {
            return Err(failure("messages nest deeper than 100"));
        }
        self.depth += 1;
        let all = self.scan(message, wire)?;
        let start = all.start;
        print(self, all)?;
        self.found.truncate(start);
        self.depth -= 1;
        Ok(())
    }

    /// The members of an object, each with the comma before it.
    fn members(&mut self, message: &Message, wire: &[u8]) -> Result<()> {
        let always = self.options.always_print_primitive_fields;
        self.scanned(message, wire, |decoder, all| {
            let mut at = all.start;
            for (index, field) in message.fields.iter().enumerate() {
                let start = at;
                while at < all.end && decoder.found[at].field == index {
                    at += 1;
                }
                if start == at {
                    if always && !field.presence {
                        decoder.key(field);
                        decoder.default(field)?;
                    }
                } else if always || field.presence || !decoder.is_default(field, start..at) {
                    decoder.key(field);
                    decoder
                        .value(field, wire, start..at)
                        .map_err(|failure| failure.within(field))?;
                }
            }
            Ok(())
        })
    }

    #[inline]
    fn key(&mut self, field: &Field) {
        let first = self.out.last() == Some(&b'{');
        self.out.extend_from_slice(&field.key[usize::from(first)..]);
    }

    /// A field of which something was found.
    fn value(&mut self, field: &Field, wire: &[u8], run: Range<usize>) -> Result<()> {
        match (field.rule, field.kind) {
            (Rule::Singular, Kind::Message(id)) => {
                let bytes = self.merged(wire, run);
                self.payload(id, &bytes)
            }
            (Rule::Singular, kind) => {
                let last = self.found[run.end - 1];
                self.scalar(kind, last, wire)
            }
            (Rule::Repeated { .. }, kind) => self.list(kind, wire, run),
            (Rule::Map { key }, kind) => self.map(key, kind, wire, run),
        }
    }

    fn list(&mut self, kind: Kind, wire: &[u8], run: Range<usize>) -> Result<()> {
        self.out.push(b'[');
        for at in run {
            let found = self.found[at];
            if found.is_packed(kind) {
                let mut packed = Fields::new(found.bytes(wire));
                while !packed.rest().is_empty() {
                    self.separator();
                    let bits = scan::bits(&mut packed, kind)?;
                    self.number(kind, bits);
                }
                continue;
            }
            self.separator();
            match kind {
                Kind::Message(id) => self.payload(id, found.bytes(wire))?,
                _ => self.scalar(kind, found, wire)?,
            }
        }
        self.out.push(b']');
        Ok(())
    }

    #[inline]
    fn separator(&mut self) {
        if self.out.last() != Some(&b'[') {
            self.out.push(b',');
        }
    }

    #[inline]
    fn scalar(&mut self, kind: Kind, found: Found, wire: &[u8]) -> Result<()> {
        match kind {
            Kind::String => self.string(found.bytes(wire)),
            Kind::Bytes => {
                text::base64(&mut self.out, found.bytes(wire));
                Ok(())
            }
            _ => {
                self.number(kind, found.bits);
                Ok(())
            }
        }
    }

    #[inline]
    fn string(&mut self, bytes: &[u8]) -> Result<()> {
        let string = std::str::from_utf8(bytes).map_err(|_| failure("a string is not UTF-8"))?;
        text::quoted(&mut self.out, string);
        Ok(())
    }

    /// A number, boolean or enum from its bits on the wire.
    #[inline]
    fn number(&mut self, kind: Kind, bits: u64) {
        match kind {
            Kind::Enum(id) => text::enumeration(&mut self.out, self.program.enumeration(id), bits),
            _ => text::number(&mut self.out, kind, bits),
        }
    }

    /// What is printed for a field without presence that is not on the wire.
    fn default(&mut self, field: &Field) -> Result<()> {
        match (field.rule, field.kind) {
            (Rule::Repeated { .. }, _) => self.out.extend_from_slice(b"[]"),
            (Rule::Map { .. }, _) => self.out.extend_from_slice(b"{}"),
            (_, kind) => return self.default_value(kind),
        }
        Ok(())
    }

    fn default_value(&mut self, kind: Kind) -> Result<()> {
        match kind {
            Kind::Message(id) => return self.payload(id, b""),
            Kind::String | Kind::Bytes => self.out.extend_from_slice(b"\"\""),
            _ => self.number(kind, 0),
        }
        Ok(())
    }

    /// The wire holds the default of a field without presence.
    fn is_default(&self, field: &Field, run: Range<usize>) -> bool {
        let mut found = self.found[run].iter();
        match field.rule {
            Rule::Singular => found
                .next_back()
                .is_some_and(|found| found.is_default(field.kind)),
            Rule::Repeated { .. } => {
                found.all(|found| found.is_packed(field.kind) && found.is_default(field.kind))
            }
            Rule::Map { .. } => false,
        }
    }
}

// === impl Failure ===

impl Failure {
    fn within(mut self, field: &Field) -> Self {
        self.0.path.push(Step::Field(field.json_name.clone()));
        self
    }
}

impl From<Corrupt> for Failure {
    fn from(_: Corrupt) -> Self {
        failure("the message is corrupt")
    }
}

impl From<Failure> for ResponseError {
    fn from(failure: Failure) -> Self {
        let Detail { message, path } = *failure.0;
        Self {
            message: message.into_owned(),
            field: field_path(&path),
        }
    }
}

fn failure(message: impl Into<Cow<'static, str>>) -> Failure {
    Failure(Box::new(Detail {
        message: message.into(),
        path: Vec::new(),
    }))
}
