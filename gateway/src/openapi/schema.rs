//! JSON Schemas of the messages and enums that operations use, as `components.schemas`.

use std::collections::{BTreeMap, BTreeSet};

use prost_reflect::{EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor, MethodDescriptor};
use serde_json::{Map, Value, json};

use crate::openapi::{comment, json_type, name, problem};

/// Whether clients send a type or receive it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Direction {
    Request,
    Response,
}

/// Gives out references to types, and remembers which were used, and how.
pub(super) struct Schemas {
    /// Component by full name.
    names: BTreeMap<String, String>,
    used: BTreeMap<String, (Type, BTreeSet<Direction>)>,
}

/// A type with a component of its own.
enum Type {
    Message(MessageDescriptor),
    Enum(EnumDescriptor),
}

// === impl Schemas ===

impl Schemas {
    /// No type is used yet; those that these methods reach have names.
    pub(super) fn new<'a>(methods: impl IntoIterator<Item = &'a MethodDescriptor>) -> Self {
        let mut reached = Self {
            names: BTreeMap::new(),
            used: BTreeMap::new(),
        };
        for method in methods {
            reached.mark(&Kind::Message(method.input()), Direction::Request);
            reached.mark(&Kind::Message(method.output()), Direction::Response);
        }
        Self {
            names: name::short(reached.used.into_keys(), &problem::SCHEMAS),
            used: BTreeMap::new(),
        }
    }

    /// The schema of a message, for use outside of components.
    pub(super) fn message(&mut self, message: &MessageDescriptor, direction: Direction) -> Value {
        let kind = Kind::Message(message.clone());
        self.mark(&kind, direction);
        self.of_kind(&kind)
    }

    /// The schema of a request message without some of its fields.
    pub(super) fn message_without(
        &mut self,
        message: &MessageDescriptor,
        left_out: &[&str],
    ) -> Value {
        let kept = |field: &FieldDescriptor| !left_out.contains(&field.name());
        if json_type::is_special(message) || message.fields().all(|field| kept(&field)) {
            return self.message(message, Direction::Request);
        }
        for field in message.fields().filter(kept) {
            self.mark(&field.kind(), Direction::Request);
        }
        self.object(message, &BTreeSet::from([Direction::Request]), left_out)
    }

    /// The schema of a field with its description, for use outside of components.
    pub(super) fn field(&mut self, field: &FieldDescriptor, direction: Direction) -> Value {
        self.mark(&field.kind(), direction);
        self.of_field(field)
    }

    /// The schema of a field's value alone, for use outside of components.
    pub(super) fn field_type(&mut self, field: &FieldDescriptor, direction: Direction) -> Value {
        self.mark(&field.kind(), direction);
        self.of_value(field)
    }

    /// Every type that was used, and the problem object.
    pub(super) fn into_components(self) -> Value {
        let mut components: Map<String, Value> = problem::schemas().into_iter().collect();
        for (full_name, (found, directions)) in &self.used {
            let schema = match found {
                Type::Message(message) => self.object(message, directions, &[]),
                Type::Enum(found) => enumeration(found),
            };
            components.insert(self.names[full_name].clone(), schema);
        }
        components.into()
    }

    /// Notes that a type is used, with all that it holds.
    fn mark(&mut self, kind: &Kind, direction: Direction) {
        if json_type::well_known(kind).is_some() {
            return;
        }
        let (full_name, found) = match kind {
            Kind::Message(entry) if entry.is_map_entry() => {
                return self.mark(&entry.map_entry_value_field().kind(), direction);
            }
            Kind::Message(message) => (message.full_name(), Type::Message(message.clone())),
            Kind::Enum(found) => (found.full_name(), Type::Enum(found.clone())),
            _ => return,
        };
        let entry = self.used.entry(full_name.to_owned());
        let (_, directions) = entry.or_insert_with(|| (found, BTreeSet::new()));
        if directions.insert(direction)
            && let Kind::Message(message) = kind
        {
            for field in message.fields() {
                self.mark(&field.kind(), direction);
            }
        }
    }

    fn object(
        &self,
        message: &MessageDescriptor,
        directions: &BTreeSet<Direction>,
        left_out: &[&str],
    ) -> Value {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for field in message.fields() {
            if left_out.contains(&field.name()) {
                continue;
            }
            properties.insert(field.json_name().to_owned(), self.of_field(&field));
            if !field.supports_presence() {
                required.push(field.json_name().to_owned());
            }
        }
        required.sort();
        let mut schema = json!({"type": "object"});
        describe(&mut schema, &object_description(message));
        if !properties.is_empty() {
            schema["properties"] = properties.into();
        }
        // Answers hold every field that has no presence; requests may leave out any, and may hold
        // no other. A type that goes both ways promises neither.
        let is_only = |direction| directions.iter().all(|found| *found == direction);
        if is_only(Direction::Response) && !required.is_empty() {
            schema["required"] = required.into();
        }
        if is_only(Direction::Request) {
            schema["additionalProperties"] = false.into();
        }
        schema
    }

    fn of_field(&self, field: &FieldDescriptor) -> Value {
        let mut schema = self.of_value(field);
        let comment = comment::of_field(field);
        describe(&mut schema, comment.text());
        let examples = comment.examples();
        if !examples.is_empty() {
            schema["examples"] = examples.into();
        }
        let options = field.field_descriptor_proto().options.as_ref();
        if options.is_some_and(prost_reflect::prost_types::FieldOptions::deprecated) {
            schema["deprecated"] = true.into();
        }
        schema
    }

    fn of_value(&self, field: &FieldDescriptor) -> Value {
        match field.kind() {
            Kind::Message(entry) if field.is_map() => {
                let value = self.of_kind(&entry.map_entry_value_field().kind());
                json!({"type": "object", "additionalProperties": value})
            }
            kind if field.is_list() => json!({"type": "array", "items": self.of_kind(&kind)}),
            kind => self.of_kind(&kind),
        }
    }

    fn of_kind(&self, kind: &Kind) -> Value {
        let reference =
            |name: &str| json!({"$ref": format!("#/components/schemas/{}", self.names[name])});
        json_type::scalar(kind)
            .or_else(|| json_type::well_known(kind))
            .unwrap_or_else(|| match kind {
                Kind::Message(message) => reference(message.full_name()),
                Kind::Enum(found) => reference(found.full_name()),
                _ => json!({}),
            })
    }
}

fn object_description(message: &MessageDescriptor) -> String {
    let comment = comment::of(&message.parent_file(), message.path());
    let mut parts = vec![comment.text().to_owned()];
    for oneof in message.oneofs().filter(|oneof| !oneof.is_synthetic()) {
        let fields: Vec<String> = oneof
            .fields()
            .map(|field| format!("`{}`", field.json_name()))
            .collect();
        parts.push(format!("At most one of {} is set.", fields.join(", ")));
    }
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n")
}

fn enumeration(found: &EnumDescriptor) -> Value {
    let file = found.parent_file();
    let mut names: Vec<String> = Vec::new();
    let mut description = comment::of(&file, found.path()).text().to_owned();
    for (index, value) in found.values().enumerate() {
        names.push(value.name().to_owned());
        let gap = if index == 0 { "\n\n" } else { "\n" };
        let meaning = comment::of(&file, value.path()).text().replace('\n', " ");
        description.extend([gap, "- `", value.name(), "`: ", &meaning]);
    }
    let mut schema = json!({"type": "string", "enum": names});
    describe(&mut schema, description.trim_start());
    schema
}

fn describe(schema: &mut Value, text: &str) {
    if !text.is_empty() {
        schema["description"] = text.into();
    }
}
