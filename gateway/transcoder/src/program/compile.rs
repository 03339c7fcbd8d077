//! Builds a [`Program`] from descriptors. The only place that walks `prost-reflect` descriptors of
//! messages.

use std::collections::HashMap;

use prost_reflect::{DescriptorPool, EnumDescriptor, FieldDescriptor, MessageDescriptor};

use super::{Enum, EnumId, Field, Kind, Message, MessageId, Program, Rule, Shape};
use crate::error::BuildError;
use crate::wire;

/// Tables for numbers up to this are dense, however few fields there are.
const DENSE_LIMIT: usize = 64;

/// Numbers given so far, and what is still to be compiled.
#[derive(Default)]
struct Compiler {
    messages: HashMap<String, MessageId>,
    enums: HashMap<String, EnumId>,
    queue: Vec<MessageDescriptor>,
    program: Program,
}

impl Program {
    /// Compiles the given messages and all they refer to. If `Any` is among them, all of the
    /// pool: an `Any` can hold each.
    pub(crate) fn compile(
        pool: &DescriptorPool,
        roots: impl Iterator<Item = MessageDescriptor>,
    ) -> Result<Self, BuildError> {
        let mut compiler = Compiler::default();
        for root in roots {
            compiler.message_id(&root);
        }
        compiler.drain()?;
        if compiler.messages.contains_key("google.protobuf.Any") {
            for message in pool
                .all_messages()
                .filter(|m| !m.is_map_entry() && !reaches_group(m))
            {
                compiler.message_id(&message);
            }
            compiler.drain()?;
        }
        compiler.program.ids = compiler.messages;
        Ok(compiler.program)
    }
}

impl Compiler {
    fn drain(&mut self) -> Result<(), BuildError> {
        let mut done = self.program.messages.len();
        while done < self.queue.len() {
            let descriptor = self.queue[done].clone();
            let message = self.message(&descriptor)?;
            self.program.messages.push(message);
            done += 1;
        }
        Ok(())
    }

    fn message_id(&mut self, descriptor: &MessageDescriptor) -> MessageId {
        if let Some(id) = self.messages.get(descriptor.full_name()) {
            return *id;
        }
        let id = MessageId(u32::try_from(self.queue.len()).unwrap_or(u32::MAX));
        self.messages.insert(descriptor.full_name().into(), id);
        self.queue.push(descriptor.clone());
        id
    }

    fn enum_id(&mut self, descriptor: &EnumDescriptor) -> EnumId {
        if let Some(id) = self.enums.get(descriptor.full_name()) {
            return *id;
        }
        let id = EnumId(u32::try_from(self.program.enums.len()).unwrap_or(u32::MAX));
        self.enums.insert(descriptor.full_name().into(), id);
        self.program.enums.push(enumeration(descriptor));
        id
    }

    fn message(&mut self, descriptor: &MessageDescriptor) -> Result<Message, BuildError> {
        let real_oneofs: Vec<_> = descriptor.oneofs().filter(|o| !o.is_synthetic()).collect();
        let oneofs: Vec<String> = real_oneofs.iter().map(|o| o.name().to_owned()).collect();
        let mut fields = Vec::with_capacity(descriptor.fields().len());
        for field in descriptor.fields() {
            fields.push(self.field(&field, &oneofs)?);
        }
        fields.sort_by_key(|field| field.number);
        Ok(Message {
            full_name: descriptor.full_name().into(),
            shape: shape(descriptor.full_name(), &fields),
            has_oneofs: !oneofs.is_empty(),
            oneofs,
            names: names(&fields),
            dense: dense(&fields),
            fields,
        })
    }

    fn field(
        &mut self,
        descriptor: &FieldDescriptor,
        oneofs: &[String],
    ) -> Result<Field, BuildError> {
        if descriptor.is_group() {
            return Err(BuildError::Group {
                field: descriptor.full_name().into(),
            });
        }
        let (kind, rule) = match descriptor.kind() {
            prost_reflect::Kind::Message(entry) if descriptor.is_map() => {
                let key = self.kind(&entry.map_entry_key_field().kind());
                (
                    self.kind(&entry.map_entry_value_field().kind()),
                    Rule::Map { key },
                )
            }
            kind if descriptor.is_list() => (
                self.kind(&kind),
                Rule::Repeated {
                    packed: descriptor.is_packed(),
                },
            ),
            kind => (self.kind(&kind), Rule::Singular),
        };
        let oneof = descriptor
            .containing_oneof()
            .and_then(|oneof| oneofs.iter().position(|name| name == oneof.name()))
            .and_then(|at| u16::try_from(at).ok());
        let wire_type = match rule {
            Rule::Map { .. } => wire::LEN,
            _ => kind.wire_type(),
        };
        Ok(Field {
            name: descriptor.name().into(),
            json_name: descriptor.json_name().into(),
            key: rendered_key(descriptor.json_name()),
            number: descriptor.number(),
            tag: wire::tag(descriptor.number(), wire_type),
            kind,
            rule,
            presence: descriptor.supports_presence(),
            oneof,
        })
    }

    fn kind(&mut self, kind: &prost_reflect::Kind) -> Kind {
        use prost_reflect::Kind as Described;
        match kind {
            Described::Double => Kind::Double,
            Described::Float => Kind::Float,
            Described::Int32 => Kind::Int32,
            Described::Int64 => Kind::Int64,
            Described::Uint32 => Kind::Uint32,
            Described::Uint64 => Kind::Uint64,
            Described::Sint32 => Kind::Sint32,
            Described::Sint64 => Kind::Sint64,
            Described::Fixed32 => Kind::Fixed32,
            Described::Fixed64 => Kind::Fixed64,
            Described::Sfixed32 => Kind::Sfixed32,
            Described::Sfixed64 => Kind::Sfixed64,
            Described::Bool => Kind::Bool,
            Described::String => Kind::String,
            Described::Bytes => Kind::Bytes,
            Described::Message(message) => Kind::Message(self.message_id(message)),
            Described::Enum(descriptor) => Kind::Enum(self.enum_id(descriptor)),
        }
    }
}

fn enumeration(descriptor: &EnumDescriptor) -> Enum {
    // The descriptor's own iterator has another order than the declaration.
    let declared = descriptor.enum_descriptor_proto().value.iter();
    let mut by_name: Vec<(Box<str>, i32)> = declared
        .map(|value| (value.name().into(), value.number()))
        .collect();
    // A stable sort, so that the first name declared for a number stays the one that is printed.
    let mut by_number: Vec<(i32, Box<str>)> = by_name
        .iter()
        .map(|(name, number)| (*number, name.clone()))
        .collect();
    by_number.sort_by_key(|(number, _)| *number);
    by_number.dedup_by_key(|(number, _)| *number);
    by_name.sort();
    let is_null_value = descriptor.full_name() == "google.protobuf.NullValue";
    Enum {
        is_null_value,
        by_name,
        by_number,
    }
}

/// The special form of a well-known type, if its fields are what they should be.
fn shape(full_name: &str, fields: &[Field]) -> Shape {
    let shape = match full_name.strip_prefix("google.protobuf.") {
        Some("Any") => Shape::Any,
        Some("Timestamp") => Shape::Timestamp,
        Some("Duration") => Shape::Duration,
        Some("FieldMask") => Shape::FieldMask,
        Some("Struct") => Shape::Struct,
        Some("Value") => Shape::Value,
        Some("ListValue") => Shape::ListValue,
        Some("Empty") => Shape::Empty,
        Some(
            "DoubleValue" | "FloatValue" | "Int64Value" | "UInt64Value" | "Int32Value"
            | "UInt32Value" | "BoolValue" | "StringValue" | "BytesValue",
        ) => Shape::Wrapper,
        _ => return Shape::Object,
    };
    if is_genuine(shape, fields) {
        shape
    } else {
        Shape::Object
    }
}

fn is_genuine(shape: Shape, fields: &[Field]) -> bool {
    let kinds: Vec<(u32, Kind)> = fields
        .iter()
        .map(|field| (field.number, field.kind))
        .collect();
    match shape {
        Shape::Any => kinds == [(1, Kind::String), (2, Kind::Bytes)],
        Shape::Timestamp | Shape::Duration => kinds == [(1, Kind::Int64), (2, Kind::Int32)],
        Shape::FieldMask => kinds == [(1, Kind::String)] && fields[0].rule != Rule::Singular,
        Shape::Struct => matches!(fields, [only] if matches!(only.rule, Rule::Map { .. })),
        Shape::ListValue => matches!(fields, [only] if matches!(only.rule, Rule::Repeated { .. })),
        Shape::Wrapper => {
            matches!(fields, [only] if only.singular_message().is_none() && only.number == 1)
        }
        Shape::Value => fields.len() == 6,
        Shape::Object | Shape::Empty => true,
    }
}

fn names(fields: &[Field]) -> Vec<(Box<str>, u16)> {
    let mut names: Vec<(Box<str>, u16)> = Vec::with_capacity(fields.len() * 2);
    for (index, field) in (0u16..).zip(fields) {
        names.push((field.json_name.as_str().into(), index));
        names.push((field.name.as_str().into(), index));
    }
    names.sort_by(|(a, _), (b, _)| (a.len(), a).cmp(&(b.len(), b)));
    names.dedup_by(|(a, _), (b, _)| a == b);
    names
}

fn dense(fields: &[Field]) -> Vec<u16> {
    let Some(last) = fields.last() else {
        return Vec::new();
    };
    let size = last.number as usize + 1;
    if size > DENSE_LIMIT.max(fields.len() * 4) {
        return Vec::new();
    }
    let mut dense = vec![0; size];
    for (entry, field) in (1u16..).zip(fields) {
        dense[field.number as usize] = entry;
    }
    dense
}

fn rendered_key(json_name: &str) -> Box<[u8]> {
    let mut key = vec![b','];
    crate::decode::text::quoted(&mut key, json_name);
    key.push(b':');
    key.into()
}

fn reaches_group(message: &MessageDescriptor) -> bool {
    let mut seen = vec![message.full_name().to_owned()];
    let mut queue = vec![message.clone()];
    while let Some(message) = queue.pop() {
        for field in message.fields() {
            if field.is_group() {
                return true;
            }
            if let prost_reflect::Kind::Message(next) = field.kind()
                && !seen.iter().any(|name| name == next.full_name())
            {
                seen.push(next.full_name().to_owned());
                queue.push(next);
            }
        }
    }
    false
}
