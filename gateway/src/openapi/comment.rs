//! The comments of the contracts.

use prost_reflect::{FieldDescriptor, FileDescriptor};

/// The comment above a declaration; empty when there is none.
pub(super) struct Comment(String);

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

// === impl Comment ===

impl Comment {
    /// Takes the space off that follows `//` on every line.
    fn parse(raw: &str) -> Self {
        let lines: Vec<&str> = raw
            .lines()
            .map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end())
            .collect();
        Self(lines.join("\n").trim().to_owned())
    }

    /// All of it.
    pub(super) fn text(&self) -> &str {
        &self.0
    }

    /// The first sentence without its full stop, on one line; and what follows it.
    pub(super) fn summary_and_rest(&self) -> (String, &str) {
        let paragraph = self.0.find("\n\n").unwrap_or(self.0.len());
        let sentence = [". ", ".\n"]
            .iter()
            .filter_map(|end| self.0[..paragraph].find(end))
            .min()
            .map_or(paragraph, |stop| stop + 1);
        let summary = self.0[..sentence].replace('\n', " ");
        let summary = summary.strip_suffix('.').unwrap_or(&summary).to_owned();
        (summary, self.0[sentence..].trim())
    }
}

#[cfg(test)]
mod tests {
    use super::Comment;

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
