//! Message descriptors compiled for transcoding: an arena of tables that refer to each other by
//! number, with everything a step needs (tags, rendered keys, name look-ups) prepared. Immutable
//! after the build. Knows nothing of HTTP.

mod compile;

use std::collections::HashMap;

/// Index of a [`Message`] in its [`Program`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MessageId(u32);

/// Index of an [`Enum`] in its [`Program`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EnumId(u32);

/// All message and enum types that the methods reach.
#[derive(Debug, Default)]
pub(crate) struct Program {
    messages: Vec<Message>,
    enums: Vec<Enum>,
    ids: HashMap<String, MessageId>,
}

/// One message type.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) full_name: String,
    pub(crate) shape: Shape,
    /// By field number.
    pub(crate) fields: Vec<Field>,
    /// Has a real oneof, so that the wire needs a look at which member came last.
    pub(crate) has_oneofs: bool,
    /// Names of the real oneofs, by `Field::oneof`.
    pub(crate) oneofs: Vec<String>,
    /// Both spellings of each field, sorted by length and text.
    names: Vec<(Box<str>, u16)>,
    /// Field index by number where numbers are dense; 0 is none, else index + 1.
    dense: Vec<u16>,
}

/// The JSON form of a message: an object of its fields, or a special one of the Protobuf JSON
/// specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Object,
    Any,
    Timestamp,
    Duration,
    FieldMask,
    Struct,
    Value,
    ListValue,
    /// `google.protobuf.*Value` around one scalar: its value alone.
    Wrapper,
    /// `google.protobuf.Empty`: an object, but a special one inside `Any`.
    Empty,
}

/// One field.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) json_name: String,
    /// `,"jsonName":`
    pub(crate) key: Box<[u8]>,
    pub(crate) number: u32,
    /// Tag of one value.
    pub(crate) tag: u32,
    pub(crate) kind: Kind,
    pub(crate) rule: Rule,
    /// Being set to the default differs from being unset.
    pub(crate) presence: bool,
    /// Real oneof it belongs to.
    pub(crate) oneof: Option<u16>,
}

/// How many values a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    Singular,
    Repeated {
        packed: bool,
    },
    /// `Field::kind` is that of the values.
    Map {
        key: Kind,
    },
}

/// The type of one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Double,
    Float,
    Int32,
    Int64,
    Uint32,
    Uint64,
    Sint32,
    Sint64,
    Fixed32,
    Fixed64,
    Sfixed32,
    Sfixed64,
    Bool,
    String,
    Bytes,
    Enum(EnumId),
    Message(MessageId),
}

/// One enum type.
#[derive(Debug)]
pub(crate) struct Enum {
    /// `google.protobuf.NullValue`, whose JSON is `null`.
    pub(crate) is_null_value: bool,
    /// Sorted by name; aliases included.
    by_name: Vec<(Box<str>, i32)>,
    /// Sorted by number; the first name declared for each.
    by_number: Vec<(i32, Box<str>)>,
}

// === impl Program ===

impl Program {
    pub(crate) fn message(&self, id: MessageId) -> &Message {
        &self.messages[id.0 as usize]
    }

    pub(crate) fn enumeration(&self, id: EnumId) -> &Enum {
        &self.enums[id.0 as usize]
    }

    /// The message with this full name.
    pub(crate) fn find(&self, full_name: &str) -> Option<MessageId> {
        self.ids.get(full_name).copied()
    }

    /// The oneofs that a field path goes through, and the member it takes of each: a oneof as the
    /// path to its message with a number at the end that is no field's.
    pub(crate) fn oneofs(&self, root: MessageId, path: &[usize]) -> Vec<(Vec<usize>, usize)> {
        let mut found = Vec::new();
        let mut message = Some(root);
        for (depth, &index) in path.iter().enumerate() {
            let Some(id) = message else { break };
            let field = &self.message(id).fields[index];
            if let Some(oneof) = field.oneof {
                let mut place = path[..depth].to_vec();
                place.push(usize::MAX - usize::from(oneof));
                found.push((place, index));
            }
            message = field.singular_message();
        }
        found
    }

    /// The shape of a message kind.
    pub(crate) fn shape(&self, kind: Kind) -> Option<Shape> {
        match kind {
            Kind::Message(id) => Some(self.message(id).shape),
            _ => None,
        }
    }

    /// JSON `null` is a value of this kind, rather than the absence of one.
    pub(crate) fn takes_null(&self, kind: Kind) -> bool {
        match kind {
            Kind::Message(id) => self.message(id).shape == Shape::Value,
            Kind::Enum(id) => self.enumeration(id).is_null_value,
            _ => false,
        }
    }
}

// === impl Message ===

impl Message {
    /// The index of the field with this name, in either spelling. `guess` is tried first.
    pub(crate) fn index_by_name(&self, name: &str, guess: usize) -> Option<usize> {
        if self
            .fields
            .get(guess)
            .is_some_and(|field| field.json_name == name)
        {
            return Some(guess);
        }
        let key = (name.len(), name);
        let found = self
            .names
            .binary_search_by(|(other, _)| (other.len(), &**other).cmp(&key));
        found.ok().map(|at| usize::from(self.names[at].1))
    }

    /// The index of the field with this number.
    pub(crate) fn index_by_number(&self, number: u32) -> Option<usize> {
        if let Some(&entry) = self.dense.get(number as usize) {
            return (entry != 0).then(|| usize::from(entry) - 1);
        }
        self.fields
            .binary_search_by_key(&number, |field| field.number)
            .ok()
    }
}

// === impl Field ===

impl Field {
    /// One message, neither repeated nor a map.
    pub(crate) fn singular_message(&self) -> Option<MessageId> {
        match (self.rule, self.kind) {
            (Rule::Singular, Kind::Message(id)) => Some(id),
            _ => None,
        }
    }
}

// === impl Kind ===

impl Kind {
    /// The wire type of one value (<https://protobuf.dev/programming-guides/encoding>).
    pub(crate) fn wire_type(self) -> u8 {
        match self {
            Self::Double | Self::Fixed64 | Self::Sfixed64 => crate::wire::I64,
            Self::Float | Self::Fixed32 | Self::Sfixed32 => crate::wire::I32,
            Self::String | Self::Bytes | Self::Message(_) => crate::wire::LEN,
            _ => crate::wire::VARINT,
        }
    }
}

// === impl Enum ===

impl Enum {
    pub(crate) fn number(&self, name: &str) -> Option<i32> {
        let found = self
            .by_name
            .binary_search_by(|(other, _)| (**other).cmp(name));
        found.ok().map(|at| self.by_name[at].1)
    }

    pub(crate) fn name(&self, number: i32) -> Option<&str> {
        let found = self
            .by_number
            .binary_search_by_key(&number, |(other, _)| *other);
        found.ok().map(|at| &*self.by_number[at].1)
    }

    /// The first of its names, for people, in the order of their numbers.
    pub(crate) fn names(&self) -> String {
        const MOST: usize = 20;
        let names = self.by_number.iter().map(|(_, name)| &**name);
        let names: Vec<&str> = names.take(MOST).collect();
        names.join(", ")
    }
}
