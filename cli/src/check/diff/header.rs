//! What stands before the hunks of a file: its names, as git and `diff` write them, and its kind.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

/// What `a/` and `b/` may be instead (`diff.mnemonicPrefix`): commit, index, working tree, object;
/// and all of them the other way round (`git diff -R`).
const PREFIXES: [(u8, u8); 6] = [
    (b'a', b'b'),
    (b'i', b'w'),
    (b'c', b'i'),
    (b'c', b'w'),
    (b'o', b'w'),
    (b'1', b'2'),
];

/// The head of a file.
#[derive(Debug, Default)]
pub(super) struct Header {
    /// Both names, in a way that cannot always be told apart.
    git: Vec<u8>,
    old: Option<Vec<u8>>,
    new: Vec<u8>,
    pub(super) is_binary: bool,
    /// What changed is which commit of another repository belongs here.
    pub(super) is_submodule: bool,
}

/// The head of a hunk: `@@ -1,4 +1,6 @@`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    /// Lines of the old side, and of the new one.
    pub(super) old: usize,
    pub(super) new: usize,
    /// The first line of the new side.
    pub(super) start: usize,
}

// === impl Header ===

impl Header {
    /// Of a file that begins with `diff --git …`.
    pub(super) fn of_git(line: &[u8]) -> Self {
        Self {
            git: line[b"diff --git ".len()..].to_vec(),
            ..Self::default()
        }
    }

    /// The lines `--- …` and `+++ …`.
    pub(super) fn set_sides(&mut self, old: Vec<u8>, new: Vec<u8>) {
        self.old = Some(old);
        self.new = new;
    }

    pub(super) fn has_sides(&self) -> bool {
        self.old.is_some()
    }

    /// Any other line of the head.
    pub(super) fn note(&mut self, line: &[u8]) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        self.is_binary |= line == b"GIT binary patch"
            || (line.starts_with(b"Binary files ") && line.ends_with(b" differ"));
        self.is_submodule |= (line.starts_with(b"index ") || line.starts_with(b"new file mode "))
            && line.ends_with(b" 160000");
    }

    /// The name of the new side; none for a file that is deleted.
    pub(super) fn name(&self) -> Option<PathBuf> {
        let Some(old) = &self.old else {
            // Binary: of `a/x b/x`, the second half. Names with spaces that changed stay as they are.
            let half = self.git.len() / 2;
            let (old, new) = (self.git.get(..half)?, self.git.get(half + 1..)?);
            let new = without_prefix(&unquoted(old), unquoted(new));
            return Some(as_path(new));
        };
        let new = side(&self.new);
        if new == b"/dev/null" {
            return None;
        }
        let old = match side(old) {
            old if old == b"/dev/null" => unquoted(&self.git),
            old => old,
        };
        Some(as_path(without_prefix(&old, new)))
    }
}

// === impl Range ===

impl Range {
    /// Nothing for other lines.
    pub(super) fn parse(line: &[u8]) -> Option<Self> {
        let line =
            str::from_utf8(line.strip_prefix(b"@@ -")?.split(|b| *b == b'@').next()?).ok()?;
        let (old, new) = line.trim().split_once(" +")?;
        let numbers = |side: &str| match side.split_once(',') {
            Some((start, count)) => Some((start.parse().ok()?, count.parse().ok()?)),
            None => Some((side.parse().ok()?, 1)),
        };
        let (_, old): (usize, usize) = numbers(old)?;
        let (start, new) = numbers(new)?;
        // What ends beyond all numbers is no range.
        usize::checked_add(start, new)?;
        Some(Self { old, new, start })
    }
}

/// A path as git shows it in a line of its own.
pub(super) fn path(shown: &[u8]) -> PathBuf {
    as_path(unquoted(shown))
}

fn as_path(bytes: Vec<u8>) -> PathBuf {
    OsString::from_vec(bytes).into()
}

/// The name in `--- a/x` or `+++ b/x`, where a tab may begin a date.
fn side(line: &[u8]) -> Vec<u8> {
    unquoted(&line[b"+++ ".len()..])
}

/// The name without `b/`, if the old one has the like.
fn without_prefix(old: &[u8], new: Vec<u8>) -> Vec<u8> {
    let prefix = |name: &[u8]| match name {
        [letter, b'/', ..] => Some(*letter),
        _ => None,
    };
    let (Some(old), Some(new_prefix)) = (prefix(old), prefix(&new)) else {
        return new;
    };
    let is_pair = |pair: &(u8, u8)| [*pair, (pair.1, pair.0)].contains(&(old, new_prefix));
    if PREFIXES.iter().any(is_pair) {
        new[2..].to_vec()
    } else {
        new
    }
}

/// A name that git may have put in quotes, with the escapes of C; without, it ends at a tab.
fn unquoted(name: &[u8]) -> Vec<u8> {
    let Some(quoted) = name.strip_prefix(b"\"") else {
        let end = name.iter().position(|byte| matches!(byte, b'\t' | b'\r'));
        return name[..end.unwrap_or(name.len())].to_vec();
    };
    let mut plain = Vec::new();
    let mut rest = quoted.iter().copied();
    while let Some(byte) = rest.next() {
        match byte {
            b'"' => break,
            b'\\' => match rest.next() {
                Some(first @ b'0'..=b'3') => {
                    let octal = [
                        first,
                        rest.next().unwrap_or(b'0'),
                        rest.next().unwrap_or(b'0'),
                    ];
                    let value = octal.iter().fold(0u16, |v, d| (v << 3) | u16::from(d & 7));
                    plain.push(u8::try_from(value).unwrap_or(b'?'));
                }
                Some(letter) => plain.push(match letter {
                    b'a' => 0x07,
                    b'b' => 0x08,
                    b't' => b'\t',
                    b'n' => b'\n',
                    b'v' => 0x0b,
                    b'f' => 0x0c,
                    b'r' => b'\r',
                    other => other,
                }),
                None => {}
            },
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn names_are_told_from_prefixes_quotes_and_dates() {
        for (git, old, new, wanted) in [
            ("a/x b/x", "a/x", "b/x", Some("x")),
            ("", "a/old", "b/new", Some("new")),
            ("i/x w/x", "i/x", "w/x", Some("x")),
            ("b/x a/x", "b/x", "a/x", Some("x")),
            // diff.noprefix
            ("b/x b/x", "b/x", "b/x", Some("b/x")),
            ("src/x src/x", "src/x", "src/x", Some("src/x")),
            ("b/x b/x", "/dev/null", "b/x", Some("b/x")),
            ("a/x b/x", "/dev/null", "b/x", Some("x")),
            ("a/x b/x", "a/x", "/dev/null", None),
            ("", "a/two words\t", "b/two words\t", Some("two words")),
            (
                "",
                "old.c\t2026-11-21 10:00",
                "new.c\t2026-11-21",
                Some("new.c"),
            ),
            ("", "a/x\r", "b/x\r", Some("x")),
            ("", r#""a/\303\244""#, r#""b/\303\244""#, Some("\u{e4}")),
            (
                "",
                r#""a/t\tq\"b\\""#,
                r#""b/t\tq\"b\\""#,
                Some("t\tq\"b\\"),
            ),
        ] {
            let mut header = Header::of_git(format!("diff --git {git}").as_bytes());
            let line = |mark: &str, name: &str| format!("{mark} {name}").into_bytes();
            header.set_sides(line("---", old), line("+++", new));
            assert_eq!(header.name().as_deref(), wanted.map(Path::new), "{new}");
        }
        for (git, wanted) in [
            ("a/x.png b/x.png", "x.png"),
            ("a/x y b/x y", "x y"),
            (r#""a/\303\244" "b/\303\244""#, "\u{e4}"),
        ] {
            let header = Header::of_git(format!("diff --git {git}").as_bytes());
            assert_eq!(header.name().as_deref(), Some(Path::new(wanted)), "{git}");
        }
        let mut header = Header::of_git(br#"diff --git "a/\344" "b/\344""#);
        header.set_sides(b"--- /dev/null".to_vec(), br#"+++ "b/\344""#.to_vec());
        assert_eq!(header.name(), Some(as_path(b"\xe4".to_vec())));
    }

    #[test]
    fn ranges_are_numbers_within_bounds() {
        let range = |old, new, start| Some(Range { old, new, start });
        for (line, wanted) in [
            ("@@ -1,4 +2,6 @@ fn x() {", range(4, 6, 2)),
            ("@@ -1 +1 @@\r", range(1, 1, 1)),
            ("@@ -0,0 +1,3 @@", range(0, 3, 1)),
            ("@@ -3,2 +2,0 @@", range(2, 0, 2)),
            ("@@ -x +1 @@", None),
            ("@@ -1,1 +-1 @@", None),
            ("@@ -1 +18446744073709551615,2 @@", None),
            ("@@@ -1 -1 +1 @@@", None),
            ("@@", None),
        ] {
            assert_eq!(Range::parse(line.as_bytes()), wanted, "{line}");
        }
    }
}
