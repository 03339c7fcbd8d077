//! How a part of a text was encoded.

use std::fmt;
use std::ops::Deref;

use super::DEPTH;

/// How a part of a text was encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Encoding {
    /// RFC 4648 §4 and §5, padded or not.
    Base64,
    /// Two hexadecimal digits a byte.
    Hex,
    /// Percent escapes of URLs.
    Url,
    /// Entities of HTML, by name or number.
    Html,
    /// Letters moved by thirteen places.
    Rot13,
    /// Letters set apart by signs.
    Spelled,
}

/// Encodings in one another, the outermost first; no more than are decoded.
#[derive(Clone, Copy)]
pub struct Encodings {
    /// What stands behind the last means nothing.
    of: [Encoding; DEPTH],
    count: u8,
}

// === impl Encoding ===

impl Encoding {
    /// The name in lower case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Base64 => "base64",
            Self::Hex => "hex",
            Self::Url => "url",
            Self::Html => "html",
            Self::Rot13 => "rot13",
            Self::Spelled => "spelled",
        }
    }
}

// === impl Encodings ===

impl Encodings {
    /// Of what is not encoded.
    pub const NONE: Self = Self {
        of: [Encoding::Base64; DEPTH],
        count: 0,
    };

    /// These with one more within them; none if there are as many as can be.
    #[must_use]
    pub fn with(mut self, inner: Encoding) -> Option<Self> {
        *self.of.get_mut(usize::from(self.count))? = inner;
        self.count += 1;
        Some(self)
    }
}

impl Deref for Encodings {
    type Target = [Encoding];

    fn deref(&self) -> &[Encoding] {
        &self.of[..usize::from(self.count)]
    }
}

impl PartialEq for Encodings {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl fmt::Debug for Encodings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&**self).finish()
    }
}
