//! Marks by which chat templates tell turns apart. In a text they spoof a turn of somebody else.

use std::ops::Range;

/// Marks of the templates of widely used models.
pub(super) const MARKS: [&str; 18] = [
    "<|im_start|>",
    "<|im_end|>",
    "<|system|>",
    "<|user|>",
    "<|assistant|>",
    "<|endoftext|>",
    "<|eot_id|>",
    "<|start_header_id|>",
    "<|end_header_id|>",
    "<|begin_of_text|>",
    "<|startoftext|>",
    "<start_of_turn>",
    "<end_of_turn>",
    "<<SYS>>",
    "<</SYS>>",
    "[INST]",
    "[/INST]",
    "<|channel|>",
];
/// Roles that follow a mark.
const ROLES: [&str; 5] = ["system", "assistant", "developer", "model", "user"];
/// How far apart the marks of one spoofed turn may stand, in bytes.
pub(super) const NEAR: usize = 2_000;

/// Calls `found` with each spoofed turn: a mark with a role right after it, or two marks. A lone mark
/// is what people ask about. Ends once it is not to `go_on`.
pub(crate) fn find(text: &str, go_on: impl Fn() -> bool, mut found: impl FnMut(Range<usize>)) {
    let mut open = 0..0;
    let mut marks = 0;
    let signs = text.bytes().enumerate();
    let signs = signs.filter(|(_, sign)| matches!(sign, b'<' | b'['));
    for (start, _) in signs.take_while(|_| go_on()) {
        let Some(mark) = MARKS.iter().find(|mark| begins(&text[start..], mark)) else {
            continue;
        };
        let end = start + mark.len();
        let role = ROLES
            .iter()
            .any(|role| begins(text[end..].trim_start(), role));
        if marks > 0 && start - open.end <= NEAR {
            open.end = end;
        } else {
            if marks > 1 {
                found(open);
            }
            open = start..end;
            marks = 0;
        }
        marks += 1 + usize::from(role);
    }
    if marks > 1 {
        found(open);
    }
}

/// Whether the text begins so, in any case of its letters.
pub(super) fn begins(text: &str, beginning: &str) -> bool {
    let start = text.as_bytes().get(..beginning.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(beginning.as_bytes()))
}
