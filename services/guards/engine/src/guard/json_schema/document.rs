//! Where the values of a JSON text stand: the parsed value no longer knows.
//!
//! Looks at brackets, strings and commas alone: what is no JSON is for the parser to refuse.

use jsonschema::paths::LocationSegment;

use crate::finding::Span;
use crate::pace::Pace;

/// A JSON text with the ends of its arrays and objects.
pub(super) struct Document<'a> {
    json: &'a str,
    /// Where each array or object begins and ends, in the order of the beginnings.
    ends: Vec<(usize, usize)>,
    /// How deep they are nested.
    pub(super) depth: usize,
    /// How many values it has at most.
    pub(super) values: usize,
}

// === impl Document ===

impl<'a> Document<'a> {
    /// In one pass. Of no use if the pace was to end.
    pub(super) fn of(json: &'a str, pace: &Pace<'_>) -> Self {
        let bytes = json.as_bytes();
        let mut document = Self {
            json,
            ends: Vec::new(),
            depth: 0,
            values: 1,
        };
        let mut open = Vec::new();
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'"' => at = string_end(bytes, at) - 1,
                b'{' | b'[' => {
                    open.push(document.ends.len());
                    document.ends.push((at, json.len()));
                    document.depth = document.depth.max(open.len());
                    document.values += 1;
                }
                b'}' | b']' => {
                    if let Some(index) = open.pop() {
                        document.ends[index].1 = at + 1;
                    }
                }
                b',' => document.values += 1,
                _ => {
                    at += 1;
                    continue;
                }
            }
            if !pace.step() {
                break;
            }
            at += 1;
        }
        document
    }

    /// The place of the value at a path; the last of members with the same name, as the parser has
    /// it. The text must be JSON.
    pub(super) fn place(&self, path: &[LocationSegment<'_>]) -> Option<Span> {
        let mut at = self.blank_end(0);
        for segment in path {
            at = match segment {
                LocationSegment::Index(index) => self.item(at, *index)?,
                LocationSegment::Property(name) => self.member(at, name)?,
            };
        }
        Some(Span::new(at, self.value_end(at)))
    }

    fn item(&self, array: usize, index: usize) -> Option<usize> {
        let mut at = self.blank_end(array + 1);
        for _ in 0..index {
            at = self.after_comma(at)?;
        }
        Some(at)
    }

    fn member(&self, object: usize, name: &str) -> Option<usize> {
        let mut found = None;
        let mut key = Some(self.blank_end(object + 1));
        while let Some(at) = key.filter(|at| self.byte(*at) == Some(b'"')) {
            let end = string_end(self.json.as_bytes(), at);
            let value = self.blank_end(self.blank_end(end) + 1);
            if is_string(&self.json[at..end], name) {
                found = Some(value);
            }
            key = self.after_comma(value);
        }
        found
    }

    /// Where the value or member after this value begins, if there is one.
    fn after_comma(&self, value: usize) -> Option<usize> {
        let comma = self.blank_end(self.value_end(value));
        (self.byte(comma) == Some(b',')).then(|| self.blank_end(comma + 1))
    }

    fn value_end(&self, at: usize) -> usize {
        let bytes = self.json.as_bytes();
        match self.byte(at) {
            Some(b'"') => string_end(bytes, at),
            Some(b'{' | b'[') => {
                let found = self.ends.binary_search_by_key(&at, |(start, _)| *start);
                found.map_or(bytes.len(), |index| self.ends[index].1)
            }
            _ => {
                let rest = &bytes[at.min(bytes.len())..];
                let plain = |b: &&u8| !matches!(b, b',' | b'}' | b']') && !b.is_ascii_whitespace();
                at + rest.iter().take_while(plain).count()
            }
        }
    }

    fn blank_end(&self, at: usize) -> usize {
        let rest = &self.json.as_bytes()[at.min(self.json.len())..];
        at + rest.iter().take_while(|b| b.is_ascii_whitespace()).count()
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.json.as_bytes().get(at).copied()
    }
}

/// After the closing quote of a string that begins at `at`, or the end of the text.
fn string_end(bytes: &[u8], at: usize) -> usize {
    let mut from = at + 1;
    while let Some(found) = memchr::memchr2(b'"', b'\\', &bytes[from.min(bytes.len())..]) {
        if bytes[from + found] == b'"' {
            return from + found + 1;
        }
        from += found + 2;
    }
    bytes.len()
}

/// Whether a string as it is written says `name`.
fn is_string(written: &str, name: &str) -> bool {
    if written.contains('\\') {
        serde_json::from_str::<String>(written).is_ok_and(|said| said == name)
    } else {
        written.trim_matches('"') == name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed<'a>(json: &'a str, path: &[LocationSegment<'_>]) -> &'a str {
        let span = Document::of(json, &Pace::free()).place(path).unwrap();
        &json[span.start..span.end]
    }

    #[test]
    fn values_are_found_by_their_path() {
        let json = r#" {"a": [1, {"b\u0022": "x\\\"]"}, []], "a/": -1.5e3 , "a": ["é", true]} "#;
        let name = |name: &'static str| LocationSegment::Property(name.into());
        let index = LocationSegment::Index;
        assert_eq!(placed(json, &[]), json.trim());
        assert_eq!(placed(json, &[name("a")]), r#"["é", true]"#);
        assert_eq!(placed(json, &[name("a"), index(0)]), "\"é\"");
        assert_eq!(placed(json, &[name("a"), index(1)]), "true");
        assert_eq!(placed(json, &[name("a/")]), "-1.5e3");
        let first = &json[json.find('[').unwrap()..json.find(", \"a/\"").unwrap()];
        assert_eq!(placed(first, &[index(1), name("b\"")]), r#""x\\\"]""#);
        assert_eq!(placed(first, &[index(2)]), "[]");
        assert_eq!(Document::of(first, &Pace::free()).place(&[index(3)]), None);
        assert_eq!(Document::of(json, &Pace::free()).place(&[name("c")]), None);
    }

    #[test]
    fn depth_and_number_of_values_are_counted() {
        let counted = |json| {
            let document = Document::of(json, &Pace::free());
            (document.depth, document.values)
        };
        assert_eq!(counted("1"), (0, 1));
        assert_eq!(counted(r#"["[{", [1, {}]]"#), (3, 6));
        assert_eq!(counted("]]\"\\"), (0, 1));
    }
}
