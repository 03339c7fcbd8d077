//! What is known of a text that is looked at piece by piece: up to where it is decided, and what a
//! guard that counts remembers of it. How it comes to be known is for [`crate::stream`].

/// A text before the piece that is to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Past {
    /// Where it ends, in the text as it was given.
    pub(crate) end: usize,
    /// Of the text as it was given.
    pub(crate) original: Tally,
    /// Of its normal form, in which there may be other words.
    pub(crate) normal: Tally,
}

/// What counts of the tokens before a place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// How many there are since the last placeholder.
    pub(crate) tokens: usize,
    /// The classes of those of its sentence, as bits.
    pub(crate) classes: u32,
}

/// Where in a form of a text looking begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Begin {
    pub(crate) place: usize,
    /// Of what stands before.
    pub(crate) tally: Tally,
}

// === impl Past ===

impl Past {
    /// At the start of a text.
    pub(crate) const NOTHING: Self = Self {
        end: 0,
        original: Tally::NONE,
        normal: Tally::NONE,
    };
}

// === impl Tally ===

impl Tally {
    const NONE: Self = Self {
        tokens: 0,
        classes: 0,
    };
}
