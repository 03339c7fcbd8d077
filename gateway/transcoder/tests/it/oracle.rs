//! prost-reflect as the oracle: random messages of the kitchen sink go both ways, and both agree.
//! What is known to differ is written down in the crate's documentation and kept out of the
//! generated values.

use std::sync::LazyLock;

use guardmesh_transcoder::{Options, Transcoder};
use proptest::prelude::*;
use prost::Message as _;
use prost_reflect::{
    DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, ReflectMessage as _,
    SerializeOptions,
};
use serde_json::{Value as Json, json};

use crate::fixture::{TRANSCODER, canonical, config, to_json, with};
use crate::generate::{Sample, is_of_the_contract, sink};

static TERSE: LazyLock<Transcoder> = LazyLock::new(|| {
    with(Options {
        always_print_primitive_fields: false,
        ..Options::default()
    })
});

/// Adds what is printed for fields without presence that are unset. prost-reflect would print
/// unset messages as well, and those of recursive types for ever.
pub(crate) fn with_defaults(descriptor: &MessageDescriptor, mut json: Json) -> Json {
    let Some(object) = json.as_object_mut() else {
        return json;
    };
    if !is_of_the_contract(descriptor) {
        return any_with_defaults(descriptor.parent_pool(), json);
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

/// `Any` is the one type outside the contract that can hold one of the contract's.
fn any_with_defaults(pool: &DescriptorPool, mut json: Json) -> Json {
    let name = json["@type"]
        .as_str()
        .and_then(|url| url.rsplit_once('/'))
        .map(|(_, name)| name);
    let Some(inner) = name.and_then(|name| pool.get_message_by_name(name)) else {
        return json;
    };
    if !is_of_the_contract(&inner) {
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
    let transcoder = if always_print_primitive_fields {
        &TRANSCODER
    } else {
        &TERSE
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

proptest! {
    #![proptest_config(config(400))]

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
        let ours = TERSE.wire_to_json("kitchen.v1.Sink", &wire).expect("a type");
        // Merging can make durations of mixed signs, which prost-reflect prints as something else.
        prop_assume!(!matches!(&ours, Err(e) if e.message() == "the duration is out of range"));
        let ours = ours.ok();
        let json = |text: &[u8]| serde_json::from_slice::<Json>(text).expect("JSON");
        prop_assert_eq!(ours.map(|ours| json(&ours)), theirs.map(|theirs| json(&theirs)));
    }

    /// Texts near to valid ones: we may refuse more, but what we take is taken alike. Exponents and
    /// `-0` in strings and underscores in field masks are left out: we take them, prost-reflect
    /// does not.
    #[test]
    fn what_we_accept_means_the_same(
        Sample(message) in sink(),
        place: prop::sample::Index,
        cut in 0..4_usize,
        token in prop::sample::select(vec![
            "", "0", "1", "-", ".5",  "\"", "{}", "[]", "null", "true", ",", ":", "}", "]",
            "\"a\"", "\\n", "é", "NaN", "Z",
        ]),
    ) {
        let mut text: Vec<char> = to_json(&message, &SerializeOptions::new()).to_string().chars().collect();
        let place = place.index(text.len());
        let end = text.len().min(place + cut);
        text.splice(place..end, token.chars());
        let text: String = text.into_iter().collect();
        prop_assume!(!text.contains("\"-0\""));
        let ours = TRANSCODER.json_to_wire("kitchen.v1.Sink", text.as_bytes()).expect("a type");
        if let Ok(ours) = ours {
            let mut deserializer = serde_json::Deserializer::from_str(&text);
            let theirs = DynamicMessage::deserialize(message.descriptor(), &mut deserializer);
            let theirs = theirs.map_err(|error| TestCaseError::fail(format!("{error}: {text}")))?;
            let theirs = to_json(&theirs, &SerializeOptions::new());
            prop_assert_eq!(canonical(message.descriptor(), &ours), theirs);
        }
    }
}
