//! A request in its parts, put together: body, then query, then path, then an implied field mask.
//! Later parts of a Protobuf message win over earlier ones, so the path has the last word.

use crate::binding::{Binding, Body};
use crate::encode;
use crate::error::{RequestError, RequestErrorKind};
use crate::json::Reader;
use crate::mask;
use crate::options::Options;
use crate::program::{Kind, MessageId, Program};
use crate::query::{self, Parameters};
use crate::wire::{self, LEN};

/// What is known of a request when its binding is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request<'a> {
    pub(crate) program: &'a Program,
    pub(crate) options: &'a Options,
    pub(crate) input: MessageId,
    pub(crate) binding: &'a Binding,
}

type Result<T> = std::result::Result<T, RequestError>;

// === impl Request ===

impl Request<'_> {
    /// The one message of a call that is not a client stream.
    pub(crate) fn encode(
        &self,
        captures: &[String],
        query: Option<&str>,
        content_type: Option<&str>,
        body: &[u8],
    ) -> Result<Vec<u8>> {
        let mut out = Vec::with_capacity(body.len() + 32);
        self.put_body(content_type, body, &mut out)?;
        let masked = self.put_query(query.unwrap_or_default(), &mut out)?;
        self.put_path(captures, &mut out)?;
        if let (Some(index), false) = (self.binding.update_mask, masked || body.is_empty()) {
            self.put_implied_mask(index, body, &mut out)?;
        }
        Ok(out)
    }

    fn put_body(&self, content_type: Option<&str>, body: &[u8], out: &mut Vec<u8>) -> Result<()> {
        if !self.binding.takes_raw_body() {
            if body.is_empty() {
                return Ok(());
            }
            if self.binding.body == Body::None {
                let message = "this method takes no body";
                return Err(RequestError::new(RequestErrorKind::UnexpectedBody, message));
            }
            check_content_type(content_type)?;
        }
        self.put_message(content_type, body, out)
    }

    /// A body where the binding wants it; where it wants none, as the whole message.
    pub(crate) fn put_message(
        &self,
        content_type: Option<&str>,
        body: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<()> {
        let fields = &self.program.message(self.input).fields;
        match self.binding.body {
            Body::RawWhole => put_http_body(content_type, body, out),
            Body::RawField(index) => {
                let start = wire::begin(out, fields[index].tag);
                put_http_body(content_type, body, out);
                wire::end(out, start);
            }
            Body::None | Body::Whole => {
                encode::message(self.program, self.options, self.input, body, out)?;
            }
            Body::Field(index) => {
                encode::field(self.program, self.options, &fields[index], body, out)?;
            }
        }
        Ok(())
    }

    /// Tells whether the query sets the field mask.
    pub(crate) fn put_query(&self, query: &str, out: &mut Vec<u8>) -> Result<bool> {
        if query.is_empty() {
            return Ok(false);
        }
        let body;
        let mut bound: Vec<&[usize]> = self.binding.variables.iter().map(Vec::as_slice).collect();
        match self.binding.body {
            Body::Field(index) | Body::RawField(index) => {
                body = [index];
                bound.push(&body);
            }
            // The empty path: the body has every field.
            Body::Whole | Body::RawWhole => bound.push(&[]),
            Body::None => {}
        }
        let mut parameters = Parameters::new(self.program, self.options, self.input, &bound);
        parameters.put(query, out)?;
        Ok(self
            .binding
            .update_mask
            .is_some_and(|index| parameters.has(index)))
    }

    pub(crate) fn put_path(&self, captures: &[String], out: &mut Vec<u8>) -> Result<()> {
        let variables = self
            .binding
            .variables
            .iter()
            .zip(&self.binding.template.variables);
        for ((path, variable), text) in variables.zip(captures) {
            query::put_at(out, self.program, self.input, path, text).map_err(|problem| {
                RequestError::new(RequestErrorKind::Path, problem.message)
                    .on_field(variable.field_path.clone())
            })?;
        }
        Ok(())
    }

    /// The mask of the fields in the body, apart from those the path sets.
    fn put_implied_mask(&self, index: usize, body: &[u8], out: &mut Vec<u8>) -> Result<()> {
        let message = self.program.message(self.input);
        let Body::Field(resource) = self.binding.body else {
            return Ok(());
        };
        let Kind::Message(resource_type) = message.fields[resource].kind else {
            return Ok(());
        };
        let text = std::str::from_utf8(body).unwrap_or_default(); // it is text: it was encoded
        let mut json = Reader::new(text, self.options.max_depth);
        let null = json.null().map_err(|failure| failure.into_error(body))?;
        if null {
            return Ok(());
        }
        let paths = mask::implied(self.program, resource_type, json)
            .map_err(|failure| failure.into_error(body))?;
        let prefix = format!("{}.", message.fields[resource].name);
        let in_path =
            |path: &String| {
                self.binding.template.variables.iter().any(|variable| {
                    variable.field_path.strip_prefix(&prefix) == Some(path.as_str())
                })
            };
        let start = wire::begin(out, message.fields[index].tag);
        for path in paths.iter().filter(|path| !in_path(path)) {
            wire::put_bytes(out, wire::tag(1, LEN), path.as_bytes());
        }
        wire::end(out, start);
        Ok(())
    }
}

/// The fields of a `google.api.HttpBody`.
fn put_http_body(content_type: Option<&str>, body: &[u8], out: &mut Vec<u8>) {
    if let Some(content_type) = content_type {
        wire::put_bytes(out, wire::tag(1, LEN), content_type.as_bytes());
    }
    if !body.is_empty() {
        wire::put_bytes(out, wire::tag(2, LEN), body);
    }
}

/// JSON, or nothing said; `charset` other than UTF-8 is refused.
fn check_content_type(content_type: Option<&str>) -> Result<()> {
    let Some(content_type) = content_type else {
        return Ok(());
    };
    let mut parts = content_type.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
    let json = essence == "application/json"
        || (essence.starts_with("application/") && essence.ends_with("+json"));
    let charset = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| value.trim().trim_matches('"'))
    });
    if json && charset.is_none_or(|charset| charset.eq_ignore_ascii_case("utf-8")) {
        return Ok(());
    }
    let message = "the content type must be application/json in UTF-8";
    Err(RequestError::new(RequestErrorKind::ContentType, message))
}
