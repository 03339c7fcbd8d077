//! Unified diffs, as git and `diff -u` write them: which lines of which files are new.
//!
//! A diff is read file by file, so that its length does not matter. What is not a diff is refused:
//! it would pass for clean.

use std::io::BufRead;
use std::mem;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

pub(super) mod git;
mod header;
mod lines;

use self::header::{Header, Range};
use self::lines::Lines;

/// The new side of a file in a diff.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Changed {
    /// Without hunks that add nothing.
    Text(Vec<Hunk>),
    Binary,
    /// More than is read.
    TooLarge,
    /// In a conflict: git shows no side of it.
    Unmerged,
}

/// Lines of the new side that belong together.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Hunk {
    /// The number of its first line in the file.
    pub(super) first_line: usize,
    /// Its lines, also those that were there before.
    pub(super) text: Vec<u8>,
    /// Numbers in the file of those that are new, rising.
    pub(super) added: Vec<usize>,
}

/// Reads a diff; gives the files that it adds something to, with their names.
#[derive(Debug)]
pub(super) struct Diff<R> {
    lines: Lines<R>,
    /// Most bytes of the new side of a file.
    max_bytes: usize,
    file: Header,
    /// A line that names the old side of a file, if the next one names the new side.
    old_side: Option<Vec<u8>>,
    hunks: Vec<Hunk>,
    bytes: usize,
    /// Whether a file was met at all.
    began: bool,
    ended: bool,
}

// === impl Diff ===

impl<R: BufRead> Diff<R> {
    pub(super) fn new(reader: R, max_bytes: usize) -> Self {
        Self {
            // Of a longer line no more is kept: it is too large anyway.
            lines: Lines::new(reader, max_bytes.saturating_add(2)),
            max_bytes,
            file: Header::default(),
            old_side: None,
            hunks: Vec::new(),
            bytes: 0,
            began: false,
            ended: false,
        }
    }

    /// The next file that something is added to.
    fn next_file(&mut self) -> Result<Option<(PathBuf, Changed)>> {
        while self.lines.advance().context("the diff cannot be read")? {
            let line = self.lines.line();
            if line.starts_with(b"diff --cc ")
                || line.starts_with(b"diff --combined ")
                || line.starts_with(b"@@@ ")
            {
                let number = self.lines.number();
                bail!(
                    "line {number} begins a combined diff, of a merge: compare with one parent, \
                    as `git show --first-parent` does"
                );
            }
            if let Some(path) = line.strip_prefix(b"* Unmerged path ") {
                return Ok(Some((header::path(path), Changed::Unmerged)));
            }
            let old = self.old_side.take();
            let mut done = None;
            if line.starts_with(b"diff --git ") {
                let file = Header::of_git(line);
                done = self.begin(file);
            } else if line.starts_with(b"--- ") {
                self.old_side = Some(line.to_vec());
            } else if let Some(old) = old.filter(|_| line.starts_with(b"+++ ")) {
                let new = line.to_vec();
                // Without a line of git, these two begin a file.
                if self.file.has_sides() {
                    done = self.begin(Header::default());
                }
                self.began = true;
                self.file.set_sides(old, new);
            } else if let Some(range) = Range::parse(line).filter(|_| self.file.has_sides()) {
                self.hunk(range)?;
            } else {
                self.file.note(line);
            }
            if done.is_some() {
                return Ok(done);
            }
        }
        if self.lines.number() > 0 && !self.began {
            bail!("there is no unified diff in it; one with colours is none (git diff --no-color)");
        }
        Ok(self.finish())
    }

    /// Goes over to another file; gives the one before.
    fn begin(&mut self, file: Header) -> Option<(PathBuf, Changed)> {
        let done = self.finish();
        self.began = true;
        self.file = file;
        done
    }

    /// Reads as many lines as the head of the hunk says: a removed line may look like a head.
    fn hunk(&mut self, range: Range) -> Result<()> {
        let begun_at = self.lines.number();
        let Range {
            mut old, mut new, ..
        } = range;
        let mut hunk = Hunk {
            first_line: range.start,
            ..Hunk::default()
        };
        let mut number = range.start;
        while old > 0 || new > 0 {
            if !self.lines.advance().context("the diff cannot be read")? {
                bail!("the diff ends within the hunk that begins on line {begun_at}");
            }
            let line = self.lines.line();
            let (mark, rest) = line.split_first().map_or((b' ', line), |(m, r)| (*m, r));
            let (in_old, in_new) = match mark {
                // An empty line of context may have lost its space.
                b' ' | b'\r' => (1, 1),
                b'+' => (0, 1),
                b'-' => (1, 0),
                b'\\' => (0, 0),
                _ => (usize::MAX, usize::MAX),
            };
            let (Some(old_left), Some(new_left)) =
                (old.checked_sub(in_old), new.checked_sub(in_new))
            else {
                let at = self.lines.number();
                bail!("line {at} of the diff does not fit the hunk that begins on line {begun_at}");
            };
            (old, new) = (old_left, new_left);
            if in_new == 1 {
                self.bytes = self.bytes.saturating_add(rest.len() + 1);
                if self.bytes <= self.max_bytes {
                    hunk.text.extend_from_slice(rest);
                    hunk.text.push(b'\n');
                }
                if mark == b'+' {
                    hunk.added.push(number);
                }
                number += 1;
            }
        }
        if !hunk.added.is_empty() {
            self.hunks.push(hunk);
        }
        Ok(())
    }

    /// The file up to here, if it matters; what follows belongs to another.
    fn finish(&mut self) -> Option<(PathBuf, Changed)> {
        let file = mem::take(&mut self.file);
        let hunks = mem::take(&mut self.hunks);
        let bytes = mem::take(&mut self.bytes);
        if file.is_submodule {
            return None;
        }
        let changed = if file.is_binary {
            Changed::Binary
        } else if hunks.is_empty() {
            return None;
        } else if bytes > self.max_bytes {
            Changed::TooLarge
        } else {
            Changed::Text(hunks)
        };
        Some((file.name()?, changed))
    }
}

impl<R: BufRead> Iterator for Diff<R> {
    type Item = Result<(PathBuf, Changed)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let next = self.next_file().transpose();
        self.ended = !matches!(next, Some(Ok(_)));
        next
    }
}

#[cfg(test)]
mod tests;
