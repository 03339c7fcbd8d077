//! The comments of the contracts.

use prost_reflect::{DescriptorPool, FieldDescriptor, FileDescriptor};
use serde_json::Value;

const EXAMPLE: &str = "Example: ";

/// The comment above a declaration; empty when there is none.
///
/// A line `Example: …` at its end is not part of its text: what follows is a value in JSON that
/// the field may have. There may be several.
pub(super) struct Comment {
    text: String,
    examples: Vec<String>,
}

/// The comment of what is declared at `path` of a file (the paths of
/// `google.protobuf.SourceCodeInfo`).
pub(super) fn of(file: &FileDescriptor, path: &[i32]) -> Comment {
    let comment = file
        .file_descriptor_proto()
        .source_code_info
        .iter()
        .flat_map(|info| &info.location)
        .find(|location| location.path == path)
        .map(|location| location.leading_comments().to_owned());
    Comment::parse(&comment.unwrap_or_default())
}

/// The comment of a field.
pub(super) fn of_field(field: &FieldDescriptor) -> Comment {
    of(&field.parent_message().parent_file(), field.path())
}

/// The first field with an example that is not JSON, by its full name.
pub(super) fn check(pool: &DescriptorPool) -> Option<String> {
    let mut fields = pool.all_messages().flat_map(|message| {
        let fields: Vec<FieldDescriptor> = message.fields().collect();
        fields
    });
    let broken = |field: &FieldDescriptor| {
        let comment = of_field(field);
        comment.examples().len() < comment.examples.len()
    };
    fields
        .find(broken)
        .map(|field| field.full_name().to_owned())
}

// === impl Comment ===

impl Comment {
    /// Takes the space off that follows `//` on every line.
    fn parse(raw: &str) -> Self {
        let lines: Vec<&str> = raw
            .lines()
            .map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end())
            .collect();
        let (examples, text): (Vec<&str>, Vec<&str>) = lines
            .into_iter()
            .partition(|line| line.starts_with(EXAMPLE));
        Self {
            text: text.join("\n").trim().to_owned(),
            examples: examples
                .into_iter()
                .map(|line| line[EXAMPLE.len()..].to_owned())
                .collect(),
        }
    }

    /// All of it but the examples.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The examples that are JSON; [`check`] finds those that are not.
    pub(super) fn examples(&self) -> Vec<Value> {
        let examples = self.examples.iter();
        examples
            .filter_map(|example| example.parse().ok())
            .collect()
    }

    /// The first sentence without its full stop, on one line; and what follows it.
    pub(super) fn summary_and_rest(&self) -> (String, &str) {
        let paragraph = self.text.find("\n\n").unwrap_or(self.text.len());
        let sentence = [". ", ".\n"]
            .iter()
            .filter_map(|end| self.text[..paragraph].find(end))
            .min()
            .map_or(paragraph, |stop| stop + 1);
        let summary = self.text[..sentence].replace('\n', " ");
        let summary = summary.strip_suffix('.').unwrap_or(&summary).to_owned();
        (summary, self.text[sentence..].trim())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Comment;

    #[test]
    fn examples_are_not_text() {
        let comment = Comment::parse(" A name.\n Example: \"Ada\"\n Example: {\"a\": [1]}\n");
        assert_eq!(comment.text(), "A name.");
        assert_eq!(comment.examples(), [json!("Ada"), json!({"a": [1]})]);
        let comment = Comment::parse(" For Example: this.\n Example: Ada\n");
        assert_eq!(comment.text(), "For Example: this.");
        assert!(comment.examples().is_empty());
    }

    #[test]
    fn the_first_sentence_is_the_summary() {
        for (raw, summary, rest) in [
            ("", "", ""),
            (" One line.\n", "One line", ""),
            (" Wrapped\n over two.\n", "Wrapped over two", ""),
            (" First. Second.\n Third.\n", "First", "Second.\nThird."),
            (" No stop\n\n Rest: v1.2.\n", "No stop", "Rest: v1.2."),
            (" Ends here.\n Next.\n", "Ends here", "Next."),
        ] {
            let comment = Comment::parse(raw);
            let expected = (summary.to_owned(), rest);
            assert_eq!(comment.summary_and_rest(), expected, "{raw:?}");
        }
    }
}
