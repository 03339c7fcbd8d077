//! Random messages of the kitchen sink, within what JSON can say.

use std::collections::HashMap;

use proptest::prelude::*;
use proptest::strategy::BoxedStrategy;
use prost::Message as _;
use prost_reflect::{
    DynamicMessage, FieldDescriptor, Kind, MapKey, MessageDescriptor, SerializeOptions, Value,
};

use crate::fixture::descriptor as kitchen;
use crate::fixture::to_json;

/// How deep generated messages nest.
const DEPTH: u32 = 3;

fn message(descriptor: MessageDescriptor, depth: u32) -> BoxedStrategy<DynamicMessage> {
    if let Some(special) = special(&descriptor, depth) {
        return special;
    }
    let fields: Vec<FieldDescriptor> = descriptor.fields().collect();
    let choice: Vec<BoxedStrategy<Option<Value>>> = fields
        .iter()
        .map(|field| match depth {
            0 if field.kind().as_message().is_some() => Just(None).boxed(),
            _ => prop::option::weighted(0.3, value(field, depth)).boxed(),
        })
        .collect();
    choice
        .prop_map(move |values| {
            let mut message = DynamicMessage::new(descriptor.clone());
            for (field, value) in fields.iter().zip(values) {
                if let Some(value) = value {
                    message.set_field(field, value);
                }
            }
            message
        })
        .boxed()
}

fn value(field: &FieldDescriptor, depth: u32) -> BoxedStrategy<Value> {
    if field.is_map() {
        let Kind::Message(entry) = field.kind() else {
            unreachable!("a map's entry")
        };
        let key = scalar(&entry.map_entry_key_field().kind());
        let one = one(&entry.map_entry_value_field().kind(), depth);
        return prop::collection::vec((key, one), 0..4)
            .prop_map(|entries| {
                let map: HashMap<MapKey, Value> = entries
                    .into_iter()
                    .map(|(key, value)| (map_key(key), value))
                    .collect();
                Value::Map(map)
            })
            .boxed();
    }
    let one = one(&field.kind(), depth);
    if field.is_list() {
        return prop::collection::vec(one, 0..4)
            .prop_map(Value::List)
            .boxed();
    }
    one
}

fn one(kind: &Kind, depth: u32) -> BoxedStrategy<Value> {
    match kind {
        Kind::Message(inner) => message(inner.clone(), depth.saturating_sub(1))
            .prop_map(Value::Message)
            .boxed(),
        _ => scalar(kind),
    }
}

fn map_key(value: Value) -> MapKey {
    match value {
        Value::Bool(key) => MapKey::Bool(key),
        Value::I32(key) => MapKey::I32(key),
        Value::I64(key) => MapKey::I64(key),
        Value::U32(key) => MapKey::U32(key),
        Value::U64(key) => MapKey::U64(key),
        Value::String(key) => MapKey::String(key),
        _ => unreachable!("no key of a map"),
    }
}

fn scalar(kind: &Kind) -> BoxedStrategy<Value> {
    match kind {
        Kind::Double => finite_or_special().prop_map(Value::F64).boxed(),
        #[expect(clippy::cast_possible_truncation, reason = "any float will do")]
        Kind::Float => prop_oneof![
            (-1e30..1e30_f64).prop_map(|value| Value::F32(value as f32)),
            Just(Value::F32(f32::INFINITY)),
            Just(Value::F32(0.0)),
        ]
        .boxed(),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => {
            prop_oneof![any::<i32>(), Just(i32::MIN), -9..9]
                .prop_map(Value::I32)
                .boxed()
        }
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => {
            prop_oneof![any::<i64>(), Just(i64::MIN), -9..9_i64]
                .prop_map(Value::I64)
                .boxed()
        }
        Kind::Uint32 | Kind::Fixed32 => prop_oneof![any::<u32>(), 0..9u32]
            .prop_map(Value::U32)
            .boxed(),
        Kind::Uint64 | Kind::Fixed64 => prop_oneof![any::<u64>(), 0..9_u64]
            .prop_map(Value::U64)
            .boxed(),
        Kind::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Kind::String => text().prop_map(Value::String).boxed(),
        Kind::Bytes => prop::collection::vec(any::<u8>(), 0..200)
            .prop_map(|bytes| Value::Bytes(bytes.into()))
            .boxed(),
        Kind::Enum(descriptor) if descriptor.full_name() == "google.protobuf.NullValue" => {
            Just(Value::EnumNumber(0)).boxed()
        }
        Kind::Enum(_) => (-2..4).prop_map(Value::EnumNumber).boxed(),
        Kind::Message(_) => unreachable!("no scalar"),
    }
}

fn finite_or_special() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>().prop_filter("finite", |value| value.is_finite()),
        Just(f64::NAN),
        Just(f64::NEG_INFINITY),
        Just(1e21),
        Just(5e-324),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => ".{0,20}",
        1 => "[a-z\"\\\\\u{0}-\u{1f}]{0,40}",
        1 => "[a-zé😀]{100,200}",
    ]
}

/// Well-known types, within what JSON can say.
fn special(descriptor: &MessageDescriptor, depth: u32) -> Option<BoxedStrategy<DynamicMessage>> {
    let of = descriptor.clone();
    let two = move |(first, second)| {
        let mut message = DynamicMessage::new(of.clone());
        message.set_field_by_number(1, first);
        message.set_field_by_number(2, second);
        message
    };
    let strategy = match descriptor.full_name() {
        "google.protobuf.Timestamp" => (
            -62_135_596_800..253_402_300_800_i64,
            nanos().prop_map(i32::abs),
        )
            .prop_map(|(seconds, nanos)| (Value::I64(seconds), Value::I32(nanos)))
            .prop_map(two)
            .boxed(),
        "google.protobuf.Duration" => (-315_576_000_000..315_576_000_000_i64, nanos())
            .prop_map(|(seconds, nanos)| {
                let nanos = if seconds == 0 {
                    nanos
                } else {
                    nanos.abs() * signum(seconds)
                };
                (Value::I64(seconds), Value::I32(nanos))
            })
            .prop_map(two)
            .boxed(),
        "google.protobuf.FieldMask" => {
            let of = descriptor.clone();
            prop::collection::vec("[a-z]{1,3}(_[a-z]{1,3}){0,2}(\\.[a-z]{1,3}){0,2}", 0..4)
                .prop_map(move |paths| {
                    let paths = paths.into_iter().map(Value::String).collect();
                    let mut message = DynamicMessage::new(of.clone());
                    message.set_field_by_number(1, Value::List(paths));
                    message
                })
                .boxed()
        }
        // prost-reflect prints the special numbers in wrappers as null.
        "google.protobuf.DoubleValue" | "google.protobuf.FloatValue" => {
            let (of, field) = (descriptor.clone(), descriptor.get_field(1)?);
            scalar(&field.kind())
                .prop_filter("finite", is_finite)
                .prop_map(move |value| {
                    let mut message = DynamicMessage::new(of.clone());
                    message.set_field(&field, value);
                    message
                })
                .boxed()
        }
        "google.protobuf.Any" => any_message(descriptor, depth).prop_map(two).boxed(),
        "google.protobuf.Value" => json_value(descriptor, depth),
        _ => return None,
    };
    Some(strategy)
}

fn is_finite(value: &Value) -> bool {
    value.as_f64().is_none_or(f64::is_finite) && value.as_f32().is_none_or(f32::is_finite)
}

fn signum(seconds: i64) -> i32 {
    if seconds < 0 { -1 } else { 1 }
}

fn nanos() -> impl Strategy<Value = i32> {
    prop_oneof![
        Just(0),
        (-999..1000).prop_map(|n| n * 1_000_000),
        (-999..1000).prop_map(|n| n * 1000),
        -999_999_999..1_000_000_000,
    ]
}

/// Any message that is of the contract, and two that are not.
fn any_message(
    any: &MessageDescriptor,
    depth: u32,
) -> impl Strategy<Value = (Value, Value)> + use<> {
    let pool = any.parent_pool();
    let special = ["google.protobuf.Duration", "google.protobuf.StringValue"];
    let candidates: Vec<MessageDescriptor> = pool
        .all_messages()
        .filter(|message| !message.is_map_entry())
        .filter(|message| {
            is_of_the_contract(message) && message.name().len() < 8
                || special.contains(&message.full_name())
        })
        .collect();
    prop::sample::select(candidates).prop_flat_map(move |inner| {
        let url = format!("type.googleapis.com/{}", inner.full_name());
        message(inner, depth.saturating_sub(1)).prop_map(move |inner| {
            (
                Value::String(url.clone()),
                Value::Bytes(inner.encode_to_vec().into()),
            )
        })
    })
}

/// Not one of Google's, which have JSON forms of their own.
pub(crate) fn is_of_the_contract(message: &MessageDescriptor) -> bool {
    !message.package_name().starts_with("google.")
}

/// A `Value` with exactly one kind, as JSON has no other.
fn json_value(value: &MessageDescriptor, depth: u32) -> BoxedStrategy<DynamicMessage> {
    let of = value.clone();
    let descriptor = |name| {
        let found = value.parent_pool().get_message_by_name(name);
        found.expect("part of the same file")
    };
    let leaf = prop_oneof![
        Just((1, Value::EnumNumber(0))),
        (-1e9..1e9).prop_map(|number| (2, Value::F64(number))),
        text().prop_map(|text| (3, Value::String(text))),
        any::<bool>().prop_map(|value| (4, Value::Bool(value))),
    ];
    let kind = if depth == 0 {
        leaf.boxed()
    } else {
        let structure = message(descriptor("google.protobuf.Struct"), depth - 1);
        let list = message(descriptor("google.protobuf.ListValue"), depth - 1);
        prop_oneof![
            leaf,
            structure.prop_map(|inner| (5, Value::Message(inner))),
            list.prop_map(|inner| (6, Value::Message(inner))),
        ]
        .boxed()
    };
    kind.prop_map(move |(number, value)| {
        let mut message = DynamicMessage::new(of.clone());
        message.set_field_by_number(number, value);
        message
    })
    .boxed()
}

/// A message that prints as JSON: the Debug form of one of a recursive type has no end.
pub(crate) struct Sample(pub(crate) DynamicMessage);

impl std::fmt::Debug for Sample {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", to_json(&self.0, &SerializeOptions::new()))
    }
}

pub(crate) fn sample(descriptor: MessageDescriptor) -> impl Strategy<Value = Sample> {
    message(descriptor, DEPTH).prop_map(Sample)
}

pub(crate) fn sink() -> impl Strategy<Value = Sample> {
    sample(kitchen("kitchen.v1.Sink"))
}
