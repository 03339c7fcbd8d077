//! A text, and where what must be found stands in it.

use std::ops::Range;

/// A value that must be found.
pub(crate) struct Planted {
    /// What it is, for the report.
    pub(crate) kind: &'static str,
    pub(crate) place: Range<usize>,
    /// Whether a finding that touches it is enough: of what is judged as a whole, nothing is cut out.
    pub(crate) judged: bool,
}

/// A text with what is planted in it.
#[derive(Default)]
pub(crate) struct Document {
    pub(crate) text: String,
    pub(crate) planted: Vec<Planted>,
}

// === impl Document ===

impl Document {
    /// The template with the value at `{}`; nothing is planted where there is no kind. Where only a
    /// part of the value must be found, it stands between `«` and `»`.
    pub(crate) fn push(&mut self, template: &str, value: &str, kind: Option<&'static str>) {
        let (before, after) = template.split_once("{}").expect("a place for the value");
        let (lead, rest) = value.split_once('«').unwrap_or(("", value));
        let (part, trail) = rest.split_once('»').unwrap_or((rest, ""));
        self.text.push_str(before);
        self.text.push_str(lead);
        let start = self.text.len();
        self.text.push_str(part);
        if let Some(kind) = kind {
            let place = start..self.text.len();
            self.planted.push(Planted {
                kind,
                place,
                judged: false,
            });
        }
        self.text.push_str(trail);
        self.text.push_str(after);
    }

    /// A document of one line.
    pub(crate) fn of(template: &str, value: &str, kind: Option<&'static str>) -> Self {
        let mut document = Self::default();
        document.push(template, value, kind);
        document
    }

    /// A document in which a text is judged as a whole.
    pub(crate) fn judged(template: &str, text: &str, kind: Option<&'static str>) -> Self {
        let mut document = Self::of(template, text, kind);
        for planted in &mut document.planted {
            planted.judged = true;
        }
        document
    }
}
