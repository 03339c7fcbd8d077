//! JSON to the wire, in one pass over the text: each value is appended as it is read. Objects with
//! fields are here, special forms in the modules below.

mod any;
mod dynamic;
mod map;

use crate::error::{RequestError, RequestErrorKind as ErrorKind};
use crate::json::{Failure, Problem, Reader, Result, Step};
use crate::options::Options;
use crate::program::{Field, Kind, MessageId, Program, Rule, Shape};
use crate::scalar;
use crate::time;
use crate::wire;

/// One encoding under way.
pub(crate) struct Encoder<'a> {
    program: &'a Program,
    options: &'a Options,
    json: Reader<'a>,
    out: Vec<u8>,
    /// How many messages are open on the wire.
    depth: u32,
}

/// A set of small numbers: fields or oneofs seen in one object.
#[derive(Default)]
struct Seen {
    low: u64,
    high: Vec<usize>,
}

/// Appends a whole message.
pub(crate) fn message(
    program: &Program,
    options: &Options,
    id: MessageId,
    json: &[u8],
    out: &mut Vec<u8>,
) -> std::result::Result<(), RequestError> {
    append(program, options, json, out, |encoder| encoder.payload(id))
}

/// Appends one field, with `json` as its value.
pub(crate) fn field(
    program: &Program,
    options: &Options,
    field: &Field,
    json: &[u8],
    out: &mut Vec<u8>,
) -> std::result::Result<(), RequestError> {
    append(program, options, json, out, |encoder| encoder.member(field))
}

fn append(
    program: &Program,
    options: &Options,
    json: &[u8],
    out: &mut Vec<u8>,
    read: impl FnOnce(&mut Encoder<'_>) -> Result<()>,
) -> std::result::Result<(), RequestError> {
    // Bad UTF-8 is found by reading up to it, which tells the field it stands in.
    let text = std::str::from_utf8(json)
        .or_else(|error| std::str::from_utf8(&json[..error.valid_up_to()]))
        .unwrap_or_default();
    let mut encoder = Encoder {
        program,
        options,
        json: Reader::new(text, options.max_depth),
        out: std::mem::take(out),
        depth: 0,
    };
    let mut result = read(&mut encoder).and_then(|()| encoder.json.finish());
    if text.len() < json.len() {
        result = Err(not_utf8(result, text.len()));
    }
    *out = encoder.out;
    result.map_err(|failure| failure.into_error(json))
}

/// What is wrong with a body of which only the text up to `end` is UTF-8, and reading that text
/// gave `result`.
fn not_utf8(result: Result<()>, end: usize) -> Failure {
    let problem = Problem::new(ErrorKind::Utf8, "the body is not UTF-8");
    match result {
        Err(earlier) if earlier.offset() < end => earlier,
        Err(cut_off) => cut_off.become_problem(problem),
        Ok(()) => problem.at(end),
    }
}

// === impl Encoder ===

impl Encoder<'_> {
    /// The fields of a message, without tag and length.
    fn payload(&mut self, id: MessageId) -> Result<()> {
        match self.program.message(id).shape {
            Shape::Object | Shape::Empty => self.object(id, None),
            Shape::Any => self.any(),
            Shape::Struct => self.structure(),
            Shape::Value => self.dynamic_value(),
            Shape::ListValue => self.list(),
            Shape::Wrapper => {
                let field = &self.program.message(id).fields[0];
                self.value(field.tag, field.kind)
            }
            Shape::Timestamp => self.text_form(|out, text| {
                scalar::put_time(out, time::timestamp(text)?);
                Ok(())
            }),
            Shape::Duration => self.text_form(|out, text| {
                scalar::put_time(out, time::duration(text)?);
                Ok(())
            }),
            Shape::FieldMask => self.text_form(scalar::put_mask),
        }
    }

    /// A message whose JSON is a string.
    fn text_form(
        &mut self,
        put: impl FnOnce(&mut Vec<u8>, &str) -> std::result::Result<(), Problem>,
    ) -> Result<()> {
        self.json.peek()?;
        let offset = self.json.offset();
        let text = self.json.string()?;
        put(&mut self.out, &text).map_err(|problem| problem.at(offset))
    }

    /// An object of the message's fields. In an `Any`, its type URL at this place stands among
    /// them.
    fn object(&mut self, id: MessageId, any_url: Option<usize>) -> Result<()> {
        let message = self.program.message(id);
        let (mut seen, mut oneofs) = (Seen::default(), Seen::default());
        let mut guess = 0;
        let mut first = true;
        self.json.begin_object()?;
        while let Some(key) = self.json.next_key(&mut first)? {
            let Some(index) = message.index_by_name(&key.text, guess) else {
                self.unknown(&key.text, key.offset, any_url)?;
                continue;
            };
            guess = index + 1;
            let field = &message.fields[index];
            let step = || Step::Field(field.json_name.clone());
            if !seen.insert(index) {
                return Err(duplicate(key.offset).within(step()));
            }
            if let Some(oneof) = field.oneof.map(usize::from)
                && !self.is_absent(field)?
                && !oneofs.insert(oneof)
            {
                return Err(second_member(&message.oneofs[oneof], key.offset).within(step()));
            }
            self.member(field)
                .map_err(|failure| failure.within(step()))?;
        }
        Ok(())
    }

    /// A key that is no field of the message.
    fn unknown(&mut self, key: &str, offset: usize, any_url: Option<usize>) -> Result<()> {
        let step = || Step::Field(key.chars().take(64).collect());
        if key == "@type"
            && let Some(url) = any_url
        {
            self.json.peek()?;
            if self.json.offset() != url {
                return Err(duplicate(offset).within(step()));
            }
            return self.json.skip();
        }
        if self.options.ignore_unknown_fields {
            return self.json.skip();
        }
        Err(
            Problem::new(ErrorKind::UnknownField, "there is no such field")
                .at(offset)
                .within(step()),
        )
    }

    /// The value is a `null` that means absence.
    fn is_absent(&mut self, field: &Field) -> Result<bool> {
        Ok(self.json.peek()? == b'n'
            && (field.rule != Rule::Singular || !self.program.takes_null(field.kind)))
    }

    /// The value of a field, with its tag.
    fn member(&mut self, field: &Field) -> Result<()> {
        if self.is_absent(field)? {
            return self.json.null().map(drop);
        }
        match field.rule {
            Rule::Singular => self.value(field.tag, field.kind),
            Rule::Repeated { packed: true } => self.packed(field),
            Rule::Repeated { packed: false } => {
                self.elements(|encoder| encoder.value(field.tag, field.kind))
            }
            Rule::Map { key } => self.map(field, key),
        }
    }

    fn packed(&mut self, field: &Field) -> Result<()> {
        let start = wire::begin(&mut self.out, wire::tag(field.number, wire::LEN));
        self.elements(|encoder| encoder.bare(field.kind))?;
        wire::end(&mut self.out, start);
        Ok(())
    }

    fn elements(&mut self, mut element: impl FnMut(&mut Self) -> Result<()>) -> Result<()> {
        self.json.begin_array()?;
        let mut first = true;
        let mut index = 0;
        while self.json.next_element(&mut first)? {
            element(self).map_err(|failure| failure.within(Step::Index(index)))?;
            index += 1;
        }
        Ok(())
    }

    /// One value with its tag.
    #[inline]
    fn value(&mut self, tag: u32, kind: Kind) -> Result<()> {
        if let Kind::Message(id) = kind {
            return self.nested(tag, |encoder| encoder.payload(id));
        }
        wire::put_tag(&mut self.out, tag);
        self.bare(kind)
    }

    /// A length-delimited value that `inner` writes.
    fn nested(&mut self, tag: u32, inner: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        if self.depth == wire::MAX_DEPTH {
            return Err(self
                .json
                .fail(ErrorKind::Depth, "messages nest deeper than 100"));
        }
        self.depth += 1;
        let start = wire::begin(&mut self.out, tag);
        inner(self)?;
        wire::end(&mut self.out, start);
        self.depth -= 1;
        Ok(())
    }

    /// One scalar without its tag.
    #[inline]
    fn bare(&mut self, kind: Kind) -> Result<()> {
        let byte = self.json.peek()?;
        let offset = self.json.offset();
        let at = |problem: Problem| -> Failure { problem.at(offset) };
        match (kind, byte) {
            (Kind::String, _) => self.string(),
            (Kind::Bool, _) => {
                let value = self.json.boolean()?;
                self.out.push(u8::from(value));
                Ok(())
            }
            (Kind::Bytes, _) => {
                let bytes = scalar::base64(&self.json.string()?).map_err(at)?;
                wire::put_varint(&mut self.out, bytes.len() as u64);
                self.out.extend_from_slice(&bytes);
                Ok(())
            }
            (Kind::Enum(_), b'"') => {
                let name = self.json.string()?;
                scalar::put_enum_name(&mut self.out, self.program, kind, &name).map_err(at)
            }
            (Kind::Enum(_), b'n') if self.program.takes_null(kind) => {
                self.json.null()?;
                self.out.push(0);
                Ok(())
            }
            (Kind::Enum(_), b'-' | b'0'..=b'9') => {
                scalar::put_enum_number(&mut self.out, self.json.number()?).map_err(at)
            }
            (Kind::Enum(_), _) => Err(self.json.unexpected("an enum's name or number")),
            (_, b'"') => {
                let text = self.json.string()?;
                scalar::put_text(&mut self.out, self.program, kind, &text).map_err(at)
            }
            _ => scalar::put_number(&mut self.out, kind, self.json.number()?).map_err(at),
        }
    }

    /// A string, with its length.
    #[inline]
    fn string(&mut self) -> Result<()> {
        let raw = self.json.raw_string()?;
        if !raw.escaped {
            wire::put_varint(&mut self.out, raw.text.len() as u64);
            self.out.extend_from_slice(raw.text.as_bytes());
            return Ok(());
        }
        self.out.push(0);
        let start = self.out.len();
        let Self { json, out, .. } = self;
        json.unescape(raw, |part| out.extend_from_slice(part.as_bytes()))?;
        wire::end(out, start);
        Ok(())
    }
}

// === impl Seen ===

impl Seen {
    /// `false` if the number was there.
    #[inline]
    fn insert(&mut self, number: usize) -> bool {
        if number < 64 {
            let bit = 1 << number;
            let new = self.low & bit == 0;
            self.low |= bit;
            return new;
        }
        let new = !self.high.contains(&number);
        if new {
            self.high.push(number);
        }
        new
    }
}

fn duplicate(offset: usize) -> Failure {
    Problem::new(ErrorKind::Duplicate, "this is given twice").at(offset)
}

fn second_member(oneof: &str, offset: usize) -> Failure {
    let message = format!("another member of the oneof `{oneof}` is set already");
    Problem::new(ErrorKind::Oneof, message).at(offset)
}
