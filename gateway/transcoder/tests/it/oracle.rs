//! prost-reflect as the oracle: random messages of the kitchen sink go both ways, and both agree.
//! What is known to differ is written down in the crate's documentation and kept out of the
//! generated values.

use std::collections::HashMap;
use std::sync::LazyLock;

use guardmesh_transcoder::{Options, Transcoder};
use proptest::prelude::*;
use proptest::strategy::BoxedStrategy;
use prost::Message as _;
use prost_reflect::{
    DynamicMessage, FieldDescriptor, Kind, MapKey, MessageDescriptor, ReflectMessage as _,
    SerializeOptions, Value,
};
use serde_json::{Value as Json, json};

use crate::fixture::{POOL, TRANSCODER, canonical, descriptor, with};

static TERSE: LazyLock<Transcoder> = LazyLock::new(|| {
    with(Options {
        always_print_primitive_fields: false,
        ..Options::default()
    })
});

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
            nanos().prop_map(|nanos| nanos.abs()),
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
                .prop_filter("finite", |value| is_finite(value))
                .prop_map(move |value| {
                    let mut message = DynamicMessage::new(of.clone());
                    message.set_field(&field, value);
                    message
                })
                .boxed()
        }
        "google.protobuf.Any" => any_message(depth).prop_map(two).boxed(),
        "google.protobuf.Value" => json_value(depth),
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

fn any_message(depth: u32) -> impl Strategy<Value = (Value, Value)> {
    let names = [
        "kitchen.v1.Scalars",
        "google.protobuf.Duration",
        "google.protobuf.StringValue",
    ];
    prop::sample::select(names.to_vec()).prop_flat_map(move |name| {
        message(descriptor(name), depth.saturating_sub(1)).prop_map(move |inner| {
            let url = format!("type.googleapis.com/{name}");
            (
                Value::String(url),
                Value::Bytes(inner.encode_to_vec().into()),
            )
        })
    })
}

/// A `Value` with exactly one kind, as JSON has no other.
fn json_value(depth: u32) -> BoxedStrategy<DynamicMessage> {
    let of = descriptor("google.protobuf.Value");
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
struct Sample(DynamicMessage);

impl std::fmt::Debug for Sample {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", to_json(&self.0, &SerializeOptions::new()))
    }
}

fn sink() -> impl Strategy<Value = Sample> {
    message(descriptor("kitchen.v1.Sink"), DEPTH).prop_map(Sample)
}

/// As JSON text and back: a `Json` made directly would widen floats.
fn to_json(message: &DynamicMessage, options: &SerializeOptions) -> Json {
    let mut text = Vec::new();
    let mut serializer = serde_json::Serializer::new(&mut text);
    message
        .serialize_with_options(&mut serializer, options)
        .expect("a JSON form");
    serde_json::from_slice(&text).expect("JSON")
}

/// Adds what is printed for fields without presence that are unset. prost-reflect would print
/// unset messages as well, and those of recursive types for ever.
fn with_defaults(descriptor: &MessageDescriptor, mut json: Json) -> Json {
    let Some(object) = json.as_object_mut() else {
        return json;
    };
    if descriptor.package_name() != "kitchen.v1" {
        return any_with_defaults(json);
    }
    for field in descriptor.fields() {
        let kind = match field.kind() {
            Kind::Message(entry) if field.is_map() => entry.map_entry_value_field().kind(),
            kind => kind,
        };
        match (object.get_mut(field.json_name()), kind) {
            (Some(value), Kind::Message(inner)) => {
                let each = |value: &mut Json| *value = with_defaults(&inner, value.take());
                match value {
                    Json::Array(list) if field.is_list() => list.iter_mut().for_each(each),
                    Json::Object(map) if field.is_map() => map.values_mut().for_each(each),
                    value => each(value),
                }
            }
            (None, _) if !field.supports_presence() => {
                object.insert(field.json_name().into(), default_of(&field));
            }
            _ => {}
        }
    }
    json
}

/// `Any` is the one type outside the kitchen that can hold one of the kitchen's.
fn any_with_defaults(mut json: Json) -> Json {
    let name = json["@type"]
        .as_str()
        .and_then(|url| url.rsplit_once('/'))
        .map(|(_, name)| name);
    let Some(inner) = name.and_then(|name| POOL.get_message_by_name(name)) else {
        return json;
    };
    if inner.package_name() != "kitchen.v1" {
        return json;
    }
    let url = json
        .as_object_mut()
        .and_then(|object| object.remove("@type"));
    let mut json = with_defaults(&inner, json);
    json["@type"] = url.into();
    json
}

fn default_of(field: &FieldDescriptor) -> Json {
    match field.kind() {
        _ if field.is_map() => json!({}),
        _ if field.is_list() => json!([]),
        Kind::Double | Kind::Float => json!(0.0),
        Kind::Int64 | Kind::Uint64 | Kind::Sint64 | Kind::Fixed64 | Kind::Sfixed64 => json!("0"),
        Kind::Bool => json!(false),
        Kind::String | Kind::Bytes => json!(""),
        Kind::Enum(kind) if kind.full_name() == "google.protobuf.NullValue" => Json::Null,
        Kind::Enum(kind) => json!(kind.default_value().name()),
        _ => json!(0),
    }
}

fn answer(message: &DynamicMessage, always_print_primitive_fields: bool) -> Vec<u8> {
    let transcoder = match always_print_primitive_fields {
        true => &TRANSCODER,
        false => &TERSE,
    };
    let answer = transcoder.wire_to_json("kitchen.v1.Sink", &message.encode_to_vec());
    answer.expect("a type").expect("an answer").to_vec()
}

fn request(json: &[u8]) -> Vec<u8> {
    let request = TRANSCODER.json_to_wire("kitchen.v1.Sink", json);
    request
        .expect("a type")
        .unwrap_or_else(|error| panic!("{error}"))
        .to_vec()
}

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn wire_to_json(Sample(message) in sink()) {
        let theirs = to_json(&message, &SerializeOptions::new());
        let terse: Json = serde_json::from_slice(&answer(&message, false))?;
        prop_assert_eq!(&terse, &theirs);
        let full: Json = serde_json::from_slice(&answer(&message, true))?;
        prop_assert_eq!(full, with_defaults(&message.descriptor(), theirs));
    }

    #[test]
    fn json_to_wire(Sample(message) in sink(), proto_names: bool, pretty: bool) {
        let options = SerializeOptions::new().use_proto_field_name(proto_names);
        let json = to_json(&message, &options);
        let text = if pretty { serde_json::to_string_pretty(&json)? } else { json.to_string() };
        let ours = canonical(message.descriptor(), &request(text.as_bytes()));
        prop_assert_eq!(ours, to_json(&message, &SerializeOptions::new()));
    }

    #[test]
    fn there_and_back(Sample(message) in sink(), full: bool) {
        let wire = request(&answer(&message, full));
        let back = canonical(message.descriptor(), &wire);
        prop_assert_eq!(back, to_json(&message, &SerializeOptions::new()));
    }

    #[test]
    fn merging(Sample(first) in sink(), Sample(second) in sink()) {
        let wire = [first.encode_to_vec(), second.encode_to_vec()].concat();
        let theirs = DynamicMessage::decode(first.descriptor(), wire.as_slice())
            .ok()
            .and_then(|message| serde_json::to_vec(&message).ok());
        let ours = TERSE.wire_to_json("kitchen.v1.Sink", &wire).expect("a type").ok();
        let json = |text: &[u8]| serde_json::from_slice::<Json>(text).expect("JSON");
        prop_assert_eq!(ours.map(|ours| json(&ours)), theirs.map(|theirs| json(&theirs)));
    }
}
