//! What people see of a finding, held where the finding is: of a hundred thousand none has memory of its
//! own that would have to be given back.

use std::fmt;
use std::ops::Deref;

/// Bytes that are held in place: as many as leave the length and the sort of text in four words.
const SHORT: usize = 30;

/// A masked description of a finding.
#[derive(Clone)]
pub struct Preview(Text);

#[derive(Clone)]
enum Text {
    Fixed(&'static str),
    Short([u8; SHORT], u8),
    Long(Box<str>),
}

/// Writes in place as long as there is room.
struct Writer {
    short: [u8; SHORT],
    length: usize,
    /// All of it, once it is longer.
    long: String,
}

// === impl Preview ===

impl Preview {
    /// What is written by these arguments.
    pub(crate) fn of(written: fmt::Arguments<'_>) -> Self {
        if let Some(fixed) = written.as_str() {
            return Self(Text::Fixed(fixed));
        }
        let mut writer = Writer {
            short: [0; SHORT],
            length: 0,
            long: String::new(),
        };
        // Neither the writer nor what is shown of a finding can fail.
        let _ = fmt::write(&mut writer, written);
        writer.finish()
    }
}

impl From<&'static str> for Preview {
    fn from(fixed: &'static str) -> Self {
        Self(Text::Fixed(fixed))
    }
}

impl From<String> for Preview {
    fn from(text: String) -> Self {
        Self(Text::Long(text.into()))
    }
}

impl Deref for Preview {
    type Target = str;

    fn deref(&self) -> &str {
        match &self.0 {
            Text::Fixed(text) => text,
            // Whole strings were written there.
            Text::Short(bytes, length) => bytes
                .get(..usize::from(*length))
                .and_then(|text| std::str::from_utf8(text).ok())
                .unwrap_or_default(),
            Text::Long(text) => text,
        }
    }
}

impl PartialEq for Preview {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl fmt::Debug for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl fmt::Display for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}

// === impl Writer ===

impl Writer {
    fn finish(self) -> Preview {
        Preview(match u8::try_from(self.length) {
            Ok(length) if self.long.is_empty() => Text::Short(self.short, length),
            _ => Text::Long(self.long.into()),
        })
    }
}

impl fmt::Write for Writer {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        let end = self.length + more.len();
        if let Some(place) = self.short.get_mut(self.length..end)
            && self.long.is_empty()
        {
            place.copy_from_slice(more.as_bytes());
            self.length = end;
            return Ok(());
        }
        if self.long.is_empty() {
            let written = std::str::from_utf8(&self.short[..self.length]);
            self.long.push_str(written.unwrap_or_default());
        }
        self.long.push_str(more);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_is_what_was_written() {
        for length in 0..3 * SHORT {
            let (words, sign) = ("é".repeat(length), '…');
            let preview = Preview::of(format_args!("{words}{sign}{length}"));
            assert_eq!(*preview, format!("{words}{sign}{length}"));
            let held = matches!(preview.0, Text::Short(..));
            assert_eq!(held, preview.len() <= SHORT, "{length}");
            assert_eq!(preview, Preview::from(preview.to_string()));
        }
        assert_eq!(&*Preview::of(format_args!("***")), "***");
        assert!(size_of::<Preview>() <= 4 * size_of::<usize>());
    }
}
