//! Maps: JSON objects to repeated entries.

use std::ops::Range;

use super::{Encoder, duplicate};
use crate::json::{Problem, Result, Step};
use crate::program::{Field, Kind};
use crate::scalar;
use crate::wire;

/// Numbers of the two fields of an entry.
const KEY: u32 = 1;
const VALUE: u32 = 2;

/// The keys of one map in their wire form, to find one that is there twice.
#[derive(Default)]
pub(super) struct Keys {
    bytes: Vec<u8>,
    /// Where each is in `bytes`, and in the body.
    keys: Vec<(Range<usize>, usize)>,
}

// === impl Encoder ===

impl Encoder<'_> {
    /// The entries of a map field.
    pub(super) fn map(&mut self, field: &Field, key_kind: Kind) -> Result<()> {
        let key_tag = wire::tag(KEY, key_kind.wire_type());
        let value_tag = wire::tag(VALUE, field.kind.wire_type());
        let mut keys = Keys::default();
        let mut first = true;
        self.json.begin_object()?;
        while let Some(key) = self.json.next_key(&mut first)? {
            let entry = |encoder: &mut Self| {
                let start = encoder.out.len();
                let key_field = (key_tag, key_kind);
                scalar::put_tagged_text(&mut encoder.out, encoder.program, key_field, &key.text)
                    .map_err(|problem: Problem| problem.at(key.offset))?;
                keys.push(&encoder.out[start..], key.offset);
                encoder.value(value_tag, field.kind)
            };
            self.nested(field.tag, entry)
                .map_err(|failure| failure.within(step(&key.text)))?;
        }
        self.refuse_duplicate(keys)
    }

    /// Refuses a key that is there twice; the later one is to blame.
    pub(super) fn refuse_duplicate(&self, keys: Keys) -> Result<()> {
        let Some(offset) = keys.duplicate() else {
            return Ok(());
        };
        let key = self.json.string_at(offset)?;
        Err(duplicate(offset).within(step(&key)))
    }
}

// === impl Keys ===

impl Keys {
    pub(super) fn push(&mut self, key: &[u8], offset: usize) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(key);
        self.keys.push((start..self.bytes.len(), offset));
    }

    /// Where a key is that was there before.
    fn duplicate(mut self) -> Option<usize> {
        let bytes = &self.bytes;
        self.keys.sort_by(|(a, at), (b, bt)| {
            bytes[a.clone()]
                .cmp(&bytes[b.clone()])
                .then_with(|| at.cmp(bt))
        });
        let same =
            |pair: &&[(Range<usize>, usize)]| bytes[pair[0].0.clone()] == bytes[pair[1].0.clone()];
        self.keys.windows(2).find(same).map(|pair| pair[1].1)
    }
}

/// The step of a field path into this key, cut if it is long.
pub(super) fn step(key: &str) -> Step {
    Step::Key(key.chars().take(64).collect())
}
