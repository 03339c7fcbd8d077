//! Path, query and header parameters of a binding.

use prost_reflect::{Cardinality, FieldDescriptor, Kind, MessageDescriptor};
use serde_json::{Value, json};

use crate::openapi::binding::{Binding, Body, field_at};
use crate::openapi::comment::Comment;
use crate::openapi::schema::{Direction, Schemas};
use crate::openapi::template::{Path, Variable};
use crate::openapi::{comment, json_type};

/// The walk over the fields that may come as query parameters.
struct Query<'a> {
    /// Dotted names of the fields that path or body set.
    bound: &'a [&'a str],
    schemas: &'a mut Schemas,
    parameters: &'a mut Vec<Value>,
    /// Full names of the messages around the present one: a message within itself is not followed.
    around: Vec<String>,
}

/// All parameters: those of the path in its order, then query, then headers.
pub(super) fn all(
    input: &MessageDescriptor,
    binding: &Binding,
    path: &Path,
    headers: &[String],
    schemas: &mut Schemas,
) -> Vec<Value> {
    let mut parameters: Vec<Value> = path
        .variables
        .iter()
        .map(|variable| in_path(input, variable, schemas))
        .collect();
    let mut bound: Vec<&str> = path.fields().collect();
    if let Body::Field(field) = &binding.body {
        bound.push(field.name());
    }
    if !matches!(binding.body, Body::Message) {
        let mut query = Query {
            bound: &bound,
            schemas,
            parameters: &mut parameters,
            around: Vec::new(),
        };
        query.walk(input, "", "");
    }
    parameters.extend(headers.iter().map(|header| {
        json!({"name": header, "in": "header", "required": false, "schema": {"type": "string"}})
    }));
    parameters
}

// === impl Query ===

impl Query<'_> {
    /// Adds the fields of a message that stands at `path` (field names) of the request, under
    /// `name` (JSON names) in the query; both are empty or end in a dot.
    fn walk(&mut self, message: &MessageDescriptor, path: &str, name: &str) {
        self.around.push(message.full_name().to_owned());
        for field in message.fields() {
            let path = format!("{path}{}", field.name());
            if self.bound.contains(&path.as_str()) {
                continue;
            }
            let name = format!("{name}{}", field.json_name());
            if is_parameter(&field) {
                self.push(&field, &name);
            } else if let Kind::Message(inner) = field.kind()
                && field.cardinality() != Cardinality::Repeated
                && !json_type::is_special(&inner)
                && !self.around.iter().any(|around| around == inner.full_name())
            {
                self.walk(&inner, &format!("{path}."), &format!("{name}."));
            }
        }
        self.around.pop();
    }

    fn push(&mut self, field: &FieldDescriptor, name: &str) {
        let schema = self.schemas.field_type(field, Direction::Request);
        let mut parameter =
            json!({"name": name, "in": "query", "required": false, "schema": schema});
        if field.is_map() {
            parameter["style"] = "deepObject".into();
            parameter["explode"] = true.into();
        }
        let comment = comment::of_field(field);
        describe(&mut parameter, comment.text());
        exemplify(&mut parameter, &comment);
        self.parameters.push(parameter);
    }
}

/// The field can be written as text: `name=…`, for lists repeated, for maps `name[key]=…`.
fn is_parameter(field: &FieldDescriptor) -> bool {
    match field.kind() {
        Kind::Message(entry) if field.is_map() => {
            json_type::is_textual(&entry.map_entry_value_field().kind())
        }
        kind => json_type::is_textual(&kind),
    }
}

fn in_path(input: &MessageDescriptor, variable: &Variable, schemas: &mut Schemas) -> Value {
    let mut notes = Vec::new();
    let mut schema = json!({"type": "string"});
    let mut comment = None;
    if let Some(field) = variable
        .field
        .as_ref()
        .and_then(|path| field_at(input, path))
    {
        let own = comment.insert(comment::of_field(&field));
        notes.push(own.text().to_owned());
        if variable.part_of.is_none() {
            schema = schemas.field_type(&field, Direction::Request);
        }
    }
    if let (Some(field), Some(pattern)) = (&variable.field, &variable.part_of) {
        notes.push(format!(
            "A part of `{field}`, which has the form `{pattern}`."
        ));
    }
    if variable.many {
        notes.push("May hold several segments, separated by slashes.".to_owned());
    }
    notes.retain(|note| !note.is_empty());
    let mut parameter =
        json!({"name": variable.name, "in": "path", "required": true, "schema": schema});
    describe(&mut parameter, &notes.join("\n\n"));
    // An example of the whole field is none of a part of it.
    if let Some(comment) = comment.filter(|_| variable.part_of.is_none()) {
        exemplify(&mut parameter, &comment);
    }
    parameter
}

/// A parameter has one example, in its own place.
fn exemplify(parameter: &mut Value, comment: &Comment) {
    if let Some(example) = comment.examples().into_iter().next() {
        parameter["example"] = example;
    }
}

fn describe(parameter: &mut Value, text: &str) {
    if !text.is_empty() {
        parameter["description"] = text.into();
    }
}
