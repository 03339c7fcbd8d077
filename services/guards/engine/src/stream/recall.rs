//! What guards need of a text that was let go: how far back they look, and what one that counts
//! remembers.

use crate::guard::{Extent, Guard};
use crate::past::Past;
use crate::reading::Reading;

impl Guard {
    /// From where on it has to have the text to look at what begins at `decided`, as a place in the
    /// normal form.
    pub(super) fn back<T: AsRef<str>>(&self, reading: &Reading<T>, decided: usize) -> usize {
        let normal = reading.place_in_normal(decided);
        let normal = self.detector().back(reading.normal(), normal);
        // Some guards read the original, which may be the shorter one.
        let original = self.detector().back(reading.text(), decided);
        normal.min(reading.place_in_normal(original))
    }
}

/// The past of a text that is decided up to `end`.
pub(super) fn past<T: AsRef<str>>(guards: &[Guard], reading: &Reading<T>, end: usize) -> Past {
    let past = Past {
        end,
        ..reading.past()
    };
    // Guards that count agree: they read tokens alike.
    let mut counting = guards
        .iter()
        .filter(|guard| guard.sight().1 == Extent::Counted);
    let Some(guard) = counting.next() else {
        return past;
    };
    let original = guard.detector().tally(reading.text(), reading.begin(), end);
    let same = reading.view().is_none() && past.original == past.normal;
    Past {
        original,
        normal: if same {
            original
        } else {
            let end = reading.place_in_normal(end);
            guard
                .detector()
                .tally(reading.normal(), reading.begin_in_normal(), end)
        },
        ..past
    }
}
