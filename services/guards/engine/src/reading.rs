//! A text prepared once for all guards: the original and its normal form.
//!
//! Nothing is found here, and no guard is known here.

use crate::view::View;

/// A text with what the guards read of it. Guards on threads of their own share one.
#[derive(Debug)]
pub struct Reading<T> {
    text: T,
    view: Option<View>,
}

// === impl Reading ===

impl<T: AsRef<str>> Reading<T> {
    /// Prepares a text. Linear in its length; a text in ASCII is not copied.
    pub fn of(text: T) -> Self {
        let view = View::of(text.as_ref());
        Self { text, view }
    }

    /// The text as it was given.
    pub fn text(&self) -> &str {
        self.text.as_ref()
    }

    /// Its normal form, where that differs.
    pub(crate) fn view(&self) -> Option<&View> {
        self.view.as_ref()
    }
}
