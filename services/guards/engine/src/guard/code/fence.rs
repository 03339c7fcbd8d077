//! Fenced blocks of Markdown (`CommonMark` §4.5), also indented further than it allows.

use std::ops::Range;

use super::lines::Line;
use crate::finding::Span;
use crate::pace::Pace;

/// A fenced block; one that is never closed goes to the end of the text.
pub(super) struct Block<'a> {
    /// The whole of it, with its fences.
    pub(super) span: Span,
    /// What stands after the opening fence.
    pub(super) info: &'a str,
    /// The line of the opening fence.
    pub(super) first: usize,
    /// The lines between the fences.
    pub(super) inner: Range<usize>,
    /// The line after the block.
    pub(super) after: usize,
}

/// The fence that a line begins with: its character, how many of them, and what follows.
fn fence<'a>(line: &Line<'a>) -> Option<(u8, usize, &'a str)> {
    let text = line.text.trim();
    let mark = text
        .bytes()
        .next()
        .filter(|mark| matches!(mark, b'`' | b'~'))?;
    let count = text.bytes().take_while(|byte| *byte == mark).count();
    let info = &text[count..];
    // Backticks in the info string make it code within a line.
    (count >= 3 && !(mark == b'`' && info.contains('`'))).then_some((mark, count, info))
}

/// The blocks of a text, in order.
pub(super) fn blocks<'a>(text: &'a str, lines: &[Line<'a>], pace: &Pace<'_>) -> Vec<Block<'a>> {
    let mut blocks = Vec::new();
    let mut open: Option<(usize, (u8, usize, &'a str))> = None;
    let block = |first: usize, info, last: Option<usize>| {
        let after = last.map_or(lines.len(), |last| last + 1);
        let end = last.map_or(text.len(), |last| lines[last].content().end);
        Block {
            span: Span::new(lines[first].content().start, end),
            info,
            first,
            inner: first + 1..last.unwrap_or(lines.len()),
            after,
        }
    };
    for (number, line) in lines.iter().enumerate().take_while(|_| pace.step()) {
        let Some((mark, count, info)) = fence(line) else {
            continue;
        };
        match open {
            None => open = Some((number, (mark, count, info))),
            Some((first, (opened, least, said))) => {
                if mark == opened && count >= least && info.is_empty() {
                    blocks.push(block(first, said, Some(number)));
                    open = None;
                }
            }
        }
    }
    if let Some((first, (_, _, info))) = open {
        blocks.push(block(first, info, None));
    }
    blocks
}
