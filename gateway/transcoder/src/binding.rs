//! HTTP rules checked against the messages of their method and compiled to field indices.

use std::collections::HashMap;
use std::fmt;

use http::Method;

use crate::program::{Field, Kind, MessageId, Program, Rule as Cardinality, Shape};
use crate::rule::Rule;
use crate::template::Template;

/// One HTTP method and path template that reaches a gRPC method.
#[derive(Debug)]
pub struct Binding {
    method: Option<Method>,
    text: String,
    body_name: Option<String>,
    response_body_name: Option<String>,
    pub(crate) template: Template,
    /// For each variable of the template.
    pub(crate) variables: Vec<FieldPath>,
    pub(crate) body: Body,
    pub(crate) answer: Answer,
    /// `update_mask` of a PATCH whose body is a field; the index of the mask.
    pub(crate) update_mask: Option<usize>,
}

/// Field indices from a message down to a field.
pub(crate) type FieldPath = Vec<usize>;

/// Where the body goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Body {
    /// There is none.
    None,
    /// The whole request message, as JSON.
    Whole,
    /// The whole request message is a `google.api.HttpBody`.
    RawWhole,
    /// This field, as JSON.
    Field(usize),
    /// This field is a `google.api.HttpBody`.
    RawField(usize),
}

/// What of the response is the answer's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Whole,
    RawWhole,
    Field(usize),
    RawField(usize),
}

// === impl Binding ===

impl Binding {
    /// Compiles a rule, or says what in it does not fit.
    pub(crate) fn compile(
        program: &Program,
        rule: &Rule,
        input: MessageId,
        output: MessageId,
    ) -> Result<Self, String> {
        let template = Template::parse(&rule.template)?;
        let variables = template
            .variables
            .iter()
            .map(|variable| variable_path(program, input, &variable.field_path))
            .collect::<Result<Vec<_>, _>>()?;
        let body = body(program, input, &rule.body)?;
        if let Body::Field(index) | Body::RawField(index) = body
            && variables.iter().any(|path| path == &[index])
        {
            return Err(format!("`{}` is bound by both path and body", rule.body));
        }
        let mut names: Vec<&str> = template
            .variables
            .iter()
            .map(|variable| variable.field_path.as_str())
            .collect();
        let mut bound = variables.clone();
        if let Body::Field(index) | Body::RawField(index) = body {
            names.push(&rule.body);
            bound.push(vec![index]);
        }
        refuse_two_of_a_oneof(program, input, &names, &bound)?;
        let update_mask = match (&rule.method, body) {
            (Some(method), Body::Field(index)) if method == Method::PATCH => {
                update_mask(program, input, index)
            }
            _ => None,
        };
        Ok(Self {
            method: rule.method.clone(),
            text: rule.template.clone(),
            body_name: (!rule.body.is_empty()).then(|| rule.body.clone()),
            response_body_name: (!rule.response_body.is_empty())
                .then(|| rule.response_body.clone()),
            variables,
            body,
            answer: answer(program, output, &rule.response_body)?,
            update_mask,
            template,
        })
    }

    /// The HTTP method; `None` stands for every one (custom kind `*`).
    pub fn http_method(&self) -> Option<&Method> {
        self.method.as_ref()
    }

    /// The path template as declared, such as `/v1/{name=shelves/*}:archive`. Good as a metric
    /// label: there are only as many as bindings.
    pub fn template(&self) -> &str {
        &self.text
    }

    /// `*`, the name of the request field that is the body, or `None`.
    pub fn body(&self) -> Option<&str> {
        self.body_name.as_deref()
    }

    /// The name of the response field that is the answer's body, or `None` for all of it.
    pub fn response_body(&self) -> Option<&str> {
        self.response_body_name.as_deref()
    }

    /// The request takes any bytes with their content type (`google.api.HttpBody`), not JSON.
    pub fn takes_raw_body(&self) -> bool {
        matches!(self.body, Body::RawWhole | Body::RawField(_))
    }

    /// The answer is bytes with a content type of their own (`google.api.HttpBody`), not JSON.
    pub fn answers_raw_body(&self) -> bool {
        matches!(self.answer, Answer::RawWhole | Answer::RawField(_))
    }
}

impl fmt::Display for Binding {
    /// HTTP method and template: `GET /v1/{id}`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let method = self.method.as_ref().map_or("*", Method::as_str);
        write!(f, "{method} {}", self.text)
    }
}

/// A path or query value of this kind can be written as plain text.
pub(crate) fn is_textual(program: &Program, kind: Kind) -> bool {
    program.shape(kind).is_none_or(|shape| {
        matches!(
            shape,
            Shape::Timestamp | Shape::Duration | Shape::FieldMask | Shape::Wrapper | Shape::Value
        )
    })
}

fn variable_path(program: &Program, input: MessageId, path: &str) -> Result<FieldPath, String> {
    let mut indices = FieldPath::new();
    let mut message = Some(input);
    let mut last: Option<&Field> = None;
    for name in path.split('.') {
        let id = message.ok_or_else(|| format!("`{path}`: nothing can be below a scalar"))?;
        let table = program.message(id);
        if last.is_some() && table.shape != Shape::Object {
            return Err(format!("`{path}` reaches into {}", table.full_name));
        }
        let index = table
            .index_by_name(name, usize::MAX)
            .ok_or_else(|| format!("`{path}`: {} has no field `{name}`", table.full_name))?;
        let field = &table.fields[index];
        if field.rule != Cardinality::Singular {
            return Err(format!("`{path}`: a path variable cannot be repeated"));
        }
        indices.push(index);
        message = field.singular_message();
        last = Some(field);
    }
    match last {
        Some(field) if is_textual(program, field.kind) => Ok(indices),
        _ => Err(format!("`{path}`: a path variable cannot be a message")),
    }
}

/// Two members of one oneof cannot both be bound: setting the one unsets the other.
fn refuse_two_of_a_oneof(
    program: &Program,
    input: MessageId,
    names: &[&str],
    bound: &[FieldPath],
) -> Result<(), String> {
    let mut taken: HashMap<FieldPath, (usize, &str)> = HashMap::new();
    for (name, path) in names.iter().zip(bound) {
        for (oneof, member) in program.oneofs(input, path) {
            let (other, first) = *taken.entry(oneof).or_insert((member, name));
            if other != member {
                return Err(format!("`{first}` and `{name}` are members of one oneof"));
            }
        }
    }
    Ok(())
}

fn body(program: &Program, input: MessageId, name: &str) -> Result<Body, String> {
    let table = program.message(input);
    match name {
        "" => Ok(Body::None),
        "*" if is_http_body(program, input) => Ok(Body::RawWhole),
        "*" => Ok(Body::Whole),
        _ => {
            let index = table
                .index_by_name(name, usize::MAX)
                .ok_or_else(|| format!("body: {} has no field `{name}`", table.full_name))?;
            match table.fields[index].singular_message() {
                Some(id) if is_http_body(program, id) => Ok(Body::RawField(index)),
                _ => Ok(Body::Field(index)),
            }
        }
    }
}

fn answer(program: &Program, output: MessageId, name: &str) -> Result<Answer, String> {
    let table = program.message(output);
    if name.is_empty() {
        let raw = is_http_body(program, output);
        return Ok(if raw { Answer::RawWhole } else { Answer::Whole });
    }
    let index = table
        .index_by_name(name, usize::MAX)
        .ok_or_else(|| format!("response_body: {} has no field `{name}`", table.full_name))?;
    match table.fields[index].singular_message() {
        Some(id) if is_http_body(program, id) => Ok(Answer::RawField(index)),
        _ => Ok(Answer::Field(index)),
    }
}

fn update_mask(program: &Program, input: MessageId, body: usize) -> Option<usize> {
    let table = program.message(input);
    let resource = table.fields[body].singular_message()?;
    if program.message(resource).shape != Shape::Object {
        return None;
    }
    let index = table.index_by_name("update_mask", usize::MAX)?;
    let mask = table.fields[index].singular_message()?;
    (program.message(mask).shape == Shape::FieldMask).then_some(index)
}

fn is_http_body(program: &Program, id: MessageId) -> bool {
    program.message(id).full_name == "google.api.HttpBody"
}
