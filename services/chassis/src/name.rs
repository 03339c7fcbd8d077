//! Names that people give to what is theirs: accounts, organisations, API keys, policies. They stand in
//! lists, in logs and on terminals, each in one line.

/// Characters of a name.
const MAX: usize = 100;

/// A name, without white space around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(String);

// === impl Name ===

impl Name {
    /// A name, or else the rule that the text breaks. It may be empty.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        if text.chars().count() > MAX {
            Err("must have at most 100 characters")
        } else if text.chars().any(breaks_a_line) {
            Err("must not contain line breaks or control characters")
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// The same of a name that must be there.
    pub fn required(text: &str) -> Result<Self, &'static str> {
        Self::parse(text).and_then(|name| match name.as_str() {
            "" => Err("is required"),
            _ => Ok(name),
        })
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Unicode has two separators that are no control characters.
fn breaks_a_line(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line() {
        for text in ["", " Ada Lovelace\n", "東京", "👩‍💻 Ops", &"é".repeat(100)] {
            let name = Name::parse(text);
            assert_eq!(name.unwrap().as_str(), text.trim(), "{text:?}");
        }
        for text in [
            "a\nb",
            "a\u{85}b",
            "a\u{2028}b",
            "a\u{1b}[2Jb",
            "\0",
            "a\tb",
        ] {
            assert!(Name::parse(text).unwrap_err().contains("line"), "{text:?}");
        }
        assert!(Name::parse(&"é".repeat(101)).unwrap_err().contains("100"));
        assert_eq!(Name::required(" \n"), Err("is required"));
    }
}
