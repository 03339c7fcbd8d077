//! Query parameters to fields: `page_size=10&filter.tags=a&filter.tags=b&labels[env]=prod`.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::binding::is_textual;
use crate::error::{RequestError, RequestErrorKind};
use crate::json::Problem;
use crate::options::Options;
use crate::percent;
use crate::program::{Field, Kind, MessageId, Program, Rule, Shape};
use crate::scalar;
use crate::wire::{self, LEN};

/// The parameters of one request.
pub(crate) struct Parameters<'a> {
    pub(crate) program: &'a Program,
    pub(crate) options: &'a Options,
    pub(crate) input: MessageId,
    /// Fields that path and body set, which no parameter may reach.
    pub(crate) bound: &'a [&'a [usize]],
    /// Singular fields set so far.
    seen: HashSet<Vec<usize>>,
    /// Map keys set so far.
    keys: HashSet<(Vec<usize>, String)>,
    /// Of each oneof, the member that is set.
    members: HashMap<Vec<usize>, usize>,
}

/// Where a parameter goes.
struct Target<'a> {
    indices: Vec<usize>,
    /// Tags of the messages around the field, outermost first.
    around: Vec<u32>,
    field: &'a Field,
    /// `labels[key]`.
    key: Option<&'a str>,
}

type Result<T> = std::result::Result<T, RequestError>;

// === impl Parameters ===

impl<'a> Parameters<'a> {
    pub(crate) fn new(
        program: &'a Program,
        options: &'a Options,
        input: MessageId,
        bound: &'a [&'a [usize]],
    ) -> Self {
        Self {
            program,
            options,
            input,
            bound,
            seen: HashSet::new(),
            keys: HashSet::new(),
            members: bound
                .iter()
                .flat_map(|path| program.oneofs(input, path))
                .collect(),
        }
    }

    /// Appends the fields that `query` sets.
    pub(crate) fn put(&mut self, query: &str, out: &mut Vec<u8>) -> Result<()> {
        for part in query.split('&').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let name = decoded(name)?;
            let value = decoded(value)?;
            self.parameter(&name, &value, out)?;
        }
        Ok(())
    }

    /// Whether a parameter set this singular field of the request.
    pub(crate) fn has(&self, index: usize) -> bool {
        self.seen.contains([index].as_slice())
    }

    fn parameter(&mut self, name: &str, value: &str, out: &mut Vec<u8>) -> Result<()> {
        let Some(target) = self.target(name)? else {
            if self.options.ignore_unknown_query_parameters {
                return Ok(());
            }
            return Err(refused(
                RequestErrorKind::Query,
                name,
                "there is no such parameter",
            ));
        };
        self.admit(name, &target)?;
        let program = self.program;
        let around = target.around.as_slice();
        let field = (target.field.tag, target.field.kind);
        let written = match (target.field.rule, target.key) {
            (Rule::Map { key }, Some(text)) => scalar::nested(out, around, |out| {
                scalar::nested(out, &[target.field.tag], |out| {
                    let key = (wire::tag(1, key.wire_type()), key);
                    let value_tag = wire::tag(2, field.1.wire_type());
                    scalar::put_tagged_text(out, program, key, text)?;
                    scalar::put_tagged_text(out, program, (value_tag, field.1), value)
                })
            }),
            _ => scalar::nested(out, around, |out| {
                scalar::put_tagged_text(out, program, field, value)
            }),
        };
        written.map_err(|Problem { kind, message }| refused(kind, name, &message))
    }

    /// The field that a name stands for; `None` if there is none.
    fn target<'n: 'r, 'r>(&self, name: &'n str) -> Result<Option<Target<'r>>>
    where
        'a: 'r,
    {
        let (path, key) = match name.strip_suffix(']').and_then(|rest| rest.split_once('[')) {
            Some((path, key)) => (path, Some(key)),
            None => (name, None),
        };
        let mut indices = Vec::new();
        let mut around = Vec::new();
        let mut message = self.program.message(self.input);
        let mut parts = path.split('.').peekable();
        while let Some(part) = parts.next() {
            let Some(index) = message.index_by_name(part, usize::MAX) else {
                return Ok(None);
            };
            let field = &message.fields[index];
            if parts.peek().is_none() {
                indices.push(index);
                return Ok(Some(Target {
                    indices,
                    around,
                    field,
                    key,
                }));
            }
            indices.push(index);
            let inner = field.singular_message().map(|id| self.program.message(id));
            let Some(inner) = inner.filter(|inner| inner.shape == Shape::Object) else {
                return Ok(None);
            };
            if around.len() >= wire::MAX_DEPTH as usize {
                return Err(refused(
                    RequestErrorKind::Depth,
                    name,
                    "messages nest deeper than 100",
                ));
            }
            around.push(field.tag);
            message = inner;
        }
        Ok(None)
    }

    /// Refuses what the target cannot take, or not any more.
    fn admit(&mut self, name: &str, target: &Target<'_>) -> Result<()> {
        let query = |message| Err(refused(RequestErrorKind::Query, name, message));
        if self
            .bound
            .iter()
            .any(|path| target.indices.starts_with(path))
        {
            return query("the path or the body sets this field");
        }
        if target.key.is_some() != matches!(target.field.rule, Rule::Map { .. }) {
            return query("only a map, and a map always, takes a key in brackets");
        }
        if !is_textual(self.program, target.field.kind) {
            return query("a message cannot be a parameter; name a field in it");
        }
        for (oneof, member) in self.program.oneofs(self.input, &target.indices) {
            if *self.members.entry(oneof).or_insert(member) != member {
                let message = "another member of the same oneof is set already";
                return Err(refused(RequestErrorKind::Oneof, name, message));
            }
        }
        let duplicate = || refused(RequestErrorKind::Duplicate, name, "this is given twice");
        if let Some(key) = target.key
            && !self.keys.insert((target.indices.clone(), key.to_owned()))
        {
            return Err(duplicate());
        }
        if target.field.rule != Rule::Singular {
            return Ok(());
        }
        if !self.seen.insert(target.indices.clone()) {
            return Err(duplicate());
        }
        Ok(())
    }
}

/// Appends a scalar at the end of a path of fields.
pub(crate) fn put_at(
    out: &mut Vec<u8>,
    program: &Program,
    message: MessageId,
    path: &[usize],
    text: &str,
) -> std::result::Result<(), Problem> {
    let Some((last, around)) = path.split_last() else {
        return Ok(());
    };
    let mut message = program.message(message);
    let mut tags = Vec::with_capacity(around.len());
    for index in around {
        let field = &message.fields[*index];
        tags.push(wire::tag(field.number, LEN));
        if let Kind::Message(id) = field.kind {
            message = program.message(id);
        }
    }
    let field = &message.fields[*last];
    scalar::nested(out, &tags, |out| {
        scalar::put_tagged_text(out, program, (field.tag, field.kind), text)
    })
}

fn decoded(text: &str) -> Result<Cow<'_, str>> {
    percent::decode_form(text).map_err(|reason| RequestError::new(RequestErrorKind::Query, reason))
}

fn refused(kind: RequestErrorKind, name: &str, message: &str) -> RequestError {
    RequestError::new(kind, message).on_field(name.chars().take(64).collect::<String>())
}
