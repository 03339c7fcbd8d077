//! What is wrong with a body or a value, and where.

use std::borrow::Cow;

use crate::error::{RequestError, RequestErrorKind as Kind};

/// A failure on its way up to the caller, who adds the fields it lies in.
#[derive(Debug)]
pub(crate) struct Failure(Box<Detail>);

/// Boxed, since failures are rare and large.
#[derive(Debug)]
struct Detail {
    problem: Problem,
    /// Byte offset in the body.
    offset: usize,
    /// The way to the field, innermost first.
    path: Vec<Step>,
}

/// What is wrong, wherever it is.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) kind: Kind,
    pub(crate) message: Cow<'static, str>,
}

/// One step of a field path.
#[derive(Debug)]
pub(crate) enum Step {
    Field(String),
    Index(usize),
    Key(String),
}

// === impl Failure ===

impl Failure {
    /// Notes the field or element it happened in.
    pub(crate) fn within(mut self, step: Step) -> Self {
        self.0.path.push(step);
        self
    }

    /// The byte offset in the body.
    pub(crate) fn offset(&self) -> usize {
        self.0.offset
    }

    /// Something else is wrong at this place.
    pub(crate) fn become_problem(mut self, problem: Problem) -> Self {
        self.0.problem = problem;
        self
    }

    /// The public error, with line and column in `body`.
    pub(crate) fn into_error(self, body: &[u8]) -> RequestError {
        let Detail {
            problem,
            offset,
            path,
        } = *self.0;
        RequestError {
            kind: problem.kind,
            message: problem.message.into_owned(),
            field: field_path(&path),
            position: Some(place(body, offset)),
        }
    }
}

// === impl Problem ===

impl Problem {
    pub(crate) fn new(kind: Kind, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }

    pub(crate) fn at(self, offset: usize) -> Failure {
        Failure(Box::new(Detail {
            problem: self,
            offset,
            path: Vec::new(),
        }))
    }
}

/// A path in JSON spelling from its steps, innermost first: `user.emails[2]`, `labels["env"]`.
pub(crate) fn field_path(steps: &[Step]) -> Option<String> {
    let mut path = String::new();
    for step in steps.iter().rev() {
        match step {
            Step::Field(name) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(name);
            }
            Step::Index(index) => {
                path.push('[');
                path.push_str(itoa::Buffer::new().format(*index));
                path.push(']');
            }
            Step::Key(key) => {
                path.push_str("[\"");
                path.push_str(key);
                path.push_str("\"]");
            }
        }
    }
    (!path.is_empty()).then_some(path)
}

/// Line and column of a byte offset, both from 1; columns count Unicode characters.
fn place(body: &[u8], offset: usize) -> (u32, u32) {
    let before = &body[..offset.min(body.len())];
    let mut lines = before.split(|byte| *byte == b'\n');
    let line = lines.next_back().unwrap_or_default();
    let is_first_of_character = |byte: &&u8| !(0x80..0xc0).contains(*byte);
    let characters = line.iter().filter(is_first_of_character).count();
    let from_one = |count: usize| u32::try_from(count).unwrap_or(u32::MAX).saturating_add(1);
    (from_one(lines.count()), from_one(characters))
}
