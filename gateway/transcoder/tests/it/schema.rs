//! Random contracts: messages with fields of every kind, number, name and rule, in both syntaxes.

use guardmesh_transcoder::{Options, Transcoder};
use proptest::prelude::*;
use prost_reflect::DescriptorPool;
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{
    DescriptorProto, EnumDescriptorProto, EnumValueDescriptorProto, FieldDescriptorProto,
    FieldOptions, FileDescriptorProto, MessageOptions, MethodDescriptorProto, OneofDescriptorProto,
    ServiceDescriptorProto,
};

/// Full name of the message that the service takes and gives.
pub(crate) const ROOT: &str = "random.v1.M0";

const SCALARS: [Type; 15] = [
    Type::Double,
    Type::Float,
    Type::Int32,
    Type::Int64,
    Type::Uint32,
    Type::Uint64,
    Type::Sint32,
    Type::Sint64,
    Type::Fixed32,
    Type::Fixed64,
    Type::Sfixed32,
    Type::Sfixed64,
    Type::Bool,
    Type::String,
    Type::Bytes,
];

/// Scalars that can be keys of maps come after the floats and before bytes.
const KEYS: std::ops::Range<usize> = 2..14;

const WELL_KNOWN: [&str; 10] = [
    "Timestamp",
    "Duration",
    "FieldMask",
    "Struct",
    "Value",
    "ListValue",
    "Any",
    "Empty",
    "Int64Value",
    "StringValue",
];

/// What a field holds.
#[derive(Debug, Clone)]
enum Holds {
    Scalar(usize),
    Enum,
    Message(usize),
    WellKnown(usize),
}

#[derive(Debug, Clone)]
enum Rule {
    Singular,
    Optional,
    Repeated {
        packed: Option<bool>,
    },
    Map {
        key: usize,
    },
    /// One of the two oneofs of a message.
    Oneof(usize),
}

#[derive(Debug, Clone)]
struct Field {
    holds: Holds,
    rule: Rule,
    /// Distance to the number of the field before.
    gap: i32,
    name: usize,
}

/// A contract.
#[derive(Debug, Clone)]
pub(crate) struct Schema {
    proto2: bool,
    messages: Vec<Vec<Field>>,
    enum_numbers: Vec<i32>,
}

// === impl Schema ===

impl Schema {
    pub(crate) fn pool(&self) -> DescriptorPool {
        let mut pool = DescriptorPool::global();
        pool.add_file_descriptor_proto(self.file())
            .unwrap_or_else(|error| panic!("{error}: {self:?}"));
        pool
    }

    fn file(&self) -> FileDescriptorProto {
        let messages = self.messages.iter().enumerate();
        FileDescriptorProto {
            name: Some("random.proto".into()),
            package: Some("random.v1".into()),
            syntax: Some(if self.proto2 { "proto2" } else { "proto3" }.into()),
            dependency: DescriptorPool::global()
                .files()
                .map(|file| file.name().into())
                .collect(),
            message_type: messages
                .map(|(index, fields)| self.message(index, fields))
                .collect(),
            enum_type: vec![self.enumeration()],
            service: vec![ServiceDescriptorProto {
                name: Some("S".into()),
                method: vec![MethodDescriptorProto {
                    name: Some("Call".into()),
                    input_type: Some(format!(".{ROOT}")),
                    output_type: Some(format!(".{ROOT}")),
                    ..MethodDescriptorProto::default()
                }],
                ..ServiceDescriptorProto::default()
            }],
            ..FileDescriptorProto::default()
        }
    }

    fn enumeration(&self) -> EnumDescriptorProto {
        let numbers = std::iter::once(0).chain(self.enum_numbers.iter().copied());
        let value = |number: i32| EnumValueDescriptorProto {
            name: Some(format!("E_{number}").replace('-', "MINUS_")),
            number: Some(number),
            ..EnumValueDescriptorProto::default()
        };
        EnumDescriptorProto {
            name: Some("E".into()),
            value: numbers.map(value).collect(),
            ..EnumDescriptorProto::default()
        }
    }

    fn message(&self, index: usize, fields: &[Field]) -> DescriptorProto {
        let mut message = DescriptorProto {
            name: Some(format!("M{index}")),
            ..DescriptorProto::default()
        };
        let mut oneofs: Vec<usize> = Vec::new();
        let mut number = 0;
        for (place, field) in fields.iter().enumerate() {
            number = next_number(number, field.gap);
            let mut proto = self.typed(&field.holds);
            (proto.name, proto.json_name) = names(field.name, place);
            proto.number = Some(number);
            proto.set_label(Label::Optional);
            match field.rule {
                Rule::Singular | Rule::Optional => {}
                Rule::Repeated { packed } => {
                    proto.set_label(Label::Repeated);
                    let can_be =
                        !matches!(proto.r#type(), Type::String | Type::Bytes | Type::Message);
                    proto.options = packed.filter(|_| can_be).map(|packed| FieldOptions {
                        packed: Some(packed),
                        ..FieldOptions::default()
                    });
                }
                Rule::Map { key } => {
                    let entry = map_entry(proto.name(), SCALARS[key], proto.clone());
                    proto.set_label(Label::Repeated);
                    proto.set_type(Type::Message);
                    proto.type_name = Some(format!(".random.v1.M{index}.{}", entry.name()));
                    message.nested_type.push(entry);
                }
                Rule::Oneof(oneof) => {
                    let at = oneofs
                        .iter()
                        .position(|other| *other == oneof)
                        .unwrap_or_else(|| {
                            oneofs.push(oneof);
                            oneofs.len() - 1
                        });
                    proto.oneof_index = i32::try_from(at).ok();
                }
            }
            message.field.push(proto);
        }
        message.oneof_decl = oneofs
            .iter()
            .map(|oneof| oneof_named(format!("choice_{oneof}")))
            .collect();
        if !self.proto2 {
            add_proto3_optionals(&mut message, fields);
        }
        // Numbers need not be declared in order.
        message.field.reverse();
        message
    }

    fn typed(&self, holds: &Holds) -> FieldDescriptorProto {
        let mut proto = FieldDescriptorProto::default();
        let (r#type, name) = match holds {
            Holds::Scalar(index) => (SCALARS[*index], None),
            Holds::Enum => (Type::Enum, Some(".random.v1.E".into())),
            Holds::Message(index) => {
                let index = index % self.messages.len();
                (Type::Message, Some(format!(".random.v1.M{index}")))
            }
            Holds::WellKnown(index) => {
                let name = WELL_KNOWN[*index];
                (Type::Message, Some(format!(".google.protobuf.{name}")))
            }
        };
        proto.set_type(r#type);
        proto.type_name = name;
        proto
    }
}

/// Field numbers leave out those that Protobuf reserves.
fn next_number(last: i32, gap: i32) -> i32 {
    match last + gap {
        number @ 19_000..=19_999 => number + 1000,
        number => number,
    }
}

/// Snake case, odd cases, and JSON names of one's own.
fn names(style: usize, place: usize) -> (Option<String>, Option<String>) {
    let (name, json) = match style {
        0 => (format!("field_{place}"), None),
        1 => (format!("f{place}"), None),
        2 => (format!("a_long_name_with_4_parts_{place}"), None),
        3 => (format!("Upper{place}_"), None),
        _ => (format!("own_{place}"), Some(format!("\"ö\" {place}"))),
    };
    (Some(name), json)
}

fn map_entry(field: &str, key: Type, value: FieldDescriptorProto) -> DescriptorProto {
    // The name that protoc gives, and prost-reflect asks for.
    let camel: String = field
        .split('_')
        .flat_map(|part| {
            let mut letters = part.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            first.into_iter().chain(letters).collect::<Vec<_>>()
        })
        .collect();
    let part = |name: &str, number: i32, mut proto: FieldDescriptorProto| {
        proto.name = Some(name.into());
        proto.json_name = None;
        proto.number = Some(number);
        proto
    };
    let mut key_field = FieldDescriptorProto::default();
    key_field.set_type(key);
    key_field.set_label(Label::Optional);
    DescriptorProto {
        name: Some(format!("{camel}Entry")),
        field: vec![part("key", 1, key_field), part("value", 2, value)],
        options: Some(MessageOptions {
            map_entry: Some(true),
            ..MessageOptions::default()
        }),
        ..DescriptorProto::default()
    }
}

/// `optional` of proto3 is a oneof of its own, after the real ones.
fn add_proto3_optionals(message: &mut DescriptorProto, fields: &[Field]) {
    for (proto, field) in message.field.iter_mut().zip(fields) {
        if matches!(field.rule, Rule::Optional) {
            proto.proto3_optional = Some(true);
            proto.oneof_index = i32::try_from(message.oneof_decl.len()).ok();
            let name = format!("_{}", proto.name());
            message.oneof_decl.push(oneof_named(name));
        }
    }
}

fn oneof_named(name: String) -> OneofDescriptorProto {
    OneofDescriptorProto {
        name: Some(name),
        ..OneofDescriptorProto::default()
    }
}

/// A transcoder of this pool.
pub(crate) fn transcoder(pool: &DescriptorPool, always_print_primitive_fields: bool) -> Transcoder {
    let options = Options {
        always_print_primitive_fields,
        ..Options::default()
    };
    Transcoder::from_pool(pool, options).expect("the contract builds")
}

pub(crate) fn schema() -> impl Strategy<Value = Schema> {
    let holds = prop_oneof![
        6 => (0..SCALARS.len()).prop_map(Holds::Scalar),
        1 => Just(Holds::Enum),
        2 => (0..4_usize).prop_map(Holds::Message),
        2 => (0..WELL_KNOWN.len()).prop_map(Holds::WellKnown),
    ];
    let rule = prop_oneof![
        4 => Just(Rule::Singular),
        1 => Just(Rule::Optional),
        2 => any::<Option<bool>>().prop_map(|packed| Rule::Repeated { packed }),
        2 => KEYS.prop_map(|key| Rule::Map { key }),
        2 => (0..2_usize).prop_map(Rule::Oneof),
    ];
    let gap = prop_oneof![5 => Just(1), 2 => 2..40, 1 => 1..1_000_000];
    let field = (holds, rule, gap, 0..5_usize).prop_map(|(holds, rule, gap, name)| Field {
        holds,
        rule,
        gap,
        name,
    });
    let messages = prop::collection::vec(prop::collection::vec(field, 0..9), 1..4);
    let enum_numbers = prop::collection::btree_set(prop_oneof![-2..0, 1..4, Just(i32::MAX)], 0..4);
    (any::<bool>(), messages, enum_numbers).prop_map(|(proto2, messages, numbers)| Schema {
        proto2,
        messages,
        enum_numbers: numbers.into_iter().collect(),
    })
}
