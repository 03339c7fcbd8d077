//! A text prepared once for all guards: the original, its normal form, what is encoded in it.
//!
//! Nothing is found here, and no guard is known here.

use std::sync::{Mutex, OnceLock, PoisonError};

use crate::decode::{self, Decoded, Decodings, Encodings};
use crate::finding::Span;
use crate::pace::Pace;
use crate::past::{Begin, Past};
use crate::view::View;

/// A text with what the guards read of it. Guards on threads of their own share one.
#[derive(Debug)]
pub struct Reading<T> {
    text: T,
    past: Past,
    view: Made<Option<View>>,
    encoded: Made<Decodings>,
    disguised: Made<Decodings>,
}

/// What is made once, when it is first asked for. Who comes meanwhile waits for it; if who makes it is to
/// end before, the next one makes it.
#[derive(Debug)]
struct Made<T> {
    made: OnceLock<T>,
    making: Mutex<()>,
}

// === impl Reading ===

impl<T: AsRef<str>> Reading<T> {
    /// A text to be read. Each form is made when a guard first asks for it, in linear time; a text
    /// in ASCII is not copied.
    pub const fn of(text: T) -> Self {
        Self::after(Past::NOTHING, text)
    }

    /// A text of which the beginning is decided.
    pub(crate) const fn after(past: Past, text: T) -> Self {
        Self {
            text,
            past,
            view: Made::new(),
            encoded: Made::new(),
            disguised: Made::new(),
        }
    }

    /// The text as it was given.
    pub fn text(&self) -> &str {
        self.text.as_ref()
    }

    /// Its normal form: compatibility forms composed, invisible characters removed, look-alikes
    /// folded. May be the text itself.
    pub fn normal(&self) -> &str {
        self.view().map_or(self.text.as_ref(), View::text)
    }

    /// What is encoded or disguised in its normal form: where in the text, the normal form of what it
    /// says, and the encodings, the outermost first.
    pub fn encoded(&self) -> impl Iterator<Item = (Span, &str, Encodings)> {
        let parts = (0..self.parts(true)).filter_map(|index| self.part(index));
        parts.map(|part| {
            let place = self.original(part.place(Span::new(0, part.text.len())));
            (place, part.text, part.via)
        })
    }

    /// A place of the normal form in the text, widened to what it was made from.
    pub fn original(&self, span: Span) -> Span {
        self.view().map_or(span, |view| view.original(span))
    }

    /// A place of the original in the normal form; the end of what was replaced, if it lies there.
    pub(crate) fn place_in_normal(&self, place: usize) -> usize {
        self.view().map_or(place, |view| view.place(place))
    }

    /// What is decided of it.
    pub(crate) fn past(&self) -> Past {
        self.past
    }

    /// Where what is not decided begins.
    pub(crate) fn begin(&self) -> Begin {
        Begin {
            place: self.past.end,
            tally: self.past.original,
        }
    }

    /// The same in its normal form.
    pub(crate) fn begin_in_normal(&self) -> Begin {
        Begin {
            place: self.place_in_normal(self.past.end),
            tally: self.past.normal,
        }
    }

    /// Its normal form, where that differs.
    pub(crate) fn view(&self) -> Option<&View> {
        self.view_at(&Pace::free()).flatten()
    }

    /// How many parts of its normal form are encoded, and disguised as well if `words` are read.
    pub(crate) fn parts(&self, words: bool) -> usize {
        self.parts_at(words, &Pace::free()).unwrap_or_default()
    }

    /// One of these; what is encoded comes before what is disguised.
    pub(crate) fn part(&self, index: usize) -> Option<Decoded<'_>> {
        let pace = Pace::free();
        let encoded = self.encoded_at(&pace)?;
        match index.checked_sub(encoded.len()) {
            None => encoded.get(index),
            Some(index) => self.disguised_at(&pace)?.get(index),
        }
    }

    /// [`Self::view`], made at a pace; nothing if that was to end before.
    #[expect(clippy::option_option, reason = "no view, and none that differs")]
    pub(crate) fn view_at(&self, pace: &Pace<'_>) -> Option<Option<&View>> {
        let made = self.view.at(pace, || View::of(self.text(), pace));
        made.map(Option::as_ref)
    }

    /// [`Self::parts`], made at a pace; nothing if that was to end before.
    pub(crate) fn parts_at(&self, words: bool, pace: &Pace<'_>) -> Option<usize> {
        let encoded = self.encoded_at(pace)?.len();
        if !words {
            return Some(encoded);
        }
        Some(encoded + self.disguised_at(pace)?.len())
    }

    fn encoded_at(&self, pace: &Pace<'_>) -> Option<&Decodings> {
        let view = self.view_at(pace)?;
        let normal = view.map_or(self.text(), View::text);
        self.encoded.at(pace, || decode::encoded(normal, pace))
    }

    fn disguised_at(&self, pace: &Pace<'_>) -> Option<&Decodings> {
        let view = self.view_at(pace)?;
        let normal = view.map_or(self.text(), View::text);
        let encoded = self.encoded_at(pace)?;
        self.disguised
            .at(pace, || decode::disguised(normal, encoded, pace))
    }
}

// === impl Made ===

impl<T> Made<T> {
    const fn new() -> Self {
        Self {
            made: OnceLock::new(),
            making: Mutex::new(()),
        }
    }

    /// What there is, or else what is made at this pace; nothing if that was to end before.
    fn at(&self, pace: &Pace<'_>, make: impl FnOnce() -> T) -> Option<&T> {
        if self.made.get().is_none() {
            let _alone = self.making.lock().unwrap_or_else(PoisonError::into_inner);
            if self.made.get().is_none() {
                let made = pace.unless_stopped(make())?;
                return Some(self.made.get_or_init(|| made));
            }
        }
        self.made.get()
    }
}
