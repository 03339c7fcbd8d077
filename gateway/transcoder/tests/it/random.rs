//! prost-reflect as the oracle once more: random messages of random contracts.

use guardmesh_transcoder::Transcoder;
use proptest::prelude::*;
use prost::Message as _;
use prost_reflect::{DynamicMessage, ReflectMessage as _, SerializeOptions};
use serde_json::Value as Json;

use crate::fixture::{canonical, config, to_json};
use crate::generate::{Sample, sample};
use crate::oracle::with_defaults;
use crate::schema::{ROOT, Schema, schema, transcoder};

fn any_contract() -> impl Strategy<Value = (Schema, Sample)> {
    schema().prop_flat_map(|schema| {
        let root = schema.pool().get_message_by_name(ROOT).expect("the root");
        (Just(schema), sample(root))
    })
}

fn answer(transcoder: &Transcoder, message: &DynamicMessage) -> Vec<u8> {
    let answer = transcoder.wire_to_json(ROOT, &message.encode_to_vec());
    answer.expect("a type").expect("an answer").to_vec()
}

fn request(transcoder: &Transcoder, json: &[u8]) -> Vec<u8> {
    let request = transcoder.json_to_wire(ROOT, json).expect("a type");
    request.unwrap_or_else(|error| panic!("{error}")).to_vec()
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn both_ways((_, Sample(message)) in any_contract(), proto_names: bool) {
        let descriptor = message.descriptor();
        let pool = descriptor.parent_pool();
        let (terse, full) = (transcoder(pool, false), transcoder(pool, true));
        let theirs = to_json(&message, &SerializeOptions::new());

        let ours: Json = serde_json::from_slice(&answer(&terse, &message))?;
        prop_assert_eq!(&ours, &theirs);
        let ours: Json = serde_json::from_slice(&answer(&full, &message))?;
        prop_assert_eq!(ours, with_defaults(&message.descriptor(), theirs.clone()));

        let options = SerializeOptions::new().use_proto_field_name(proto_names);
        let text = to_json(&message, &options).to_string();
        let ours = canonical(message.descriptor(), &request(&terse, text.as_bytes()));
        prop_assert_eq!(&ours, &theirs);
        let wire = request(&terse, &answer(&full, &message));
        prop_assert_eq!(&canonical(message.descriptor(), &wire), &theirs);
    }
}
