//! Diffs as tools write them, and what is none.

use super::*;

/// Most bytes of a file in these tests.
const MAX: usize = 100;

fn read(diff: &str) -> Result<Vec<(String, Changed)>> {
    let named = |(path, changed): (PathBuf, _)| (path.display().to_string(), changed);
    Diff::new(diff.as_bytes(), MAX)
        .map(|file| file.map(named))
        .collect()
}

/// Each hunk as its first line, its text, and which lines are new.
fn text(hunks: &[(usize, &str, &[usize])]) -> Changed {
    let hunk = |(first_line, text, added): &(usize, &str, &[usize])| Hunk {
        first_line: *first_line,
        text: text.as_bytes().to_vec(),
        added: added.to_vec(),
    };
    Changed::Text(hunks.iter().map(hunk).collect())
}

#[test]
fn added_lines_have_their_numbers_in_the_new_file() {
    for (what, diff, wanted) in [
        ("nothing", "", vec![]),
        (
            "two hunks, and lines that look like heads",
            "diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n one\n\
             --- a/not a head\n+++ b/not a head\n three\n@@ -9,2 +9,1 @@\n nine\n-ten\n\
             @@ -20,0 +20,2 @@ fn\n+a\n+b\n",
            vec![(
                "x",
                text(&[
                    (1, "one\n++ b/not a head\nthree\n", &[2]),
                    (20, "a\nb\n", &[20, 21]),
                ]),
            )],
        ),
        (
            "several files; deleted, renamed and moved ones have no new lines",
            "diff --git a/d b/d\ndeleted file mode 100644\n--- a/d\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n\
             diff --git a/r b/s\nsimilarity index 100%\nrename from r\nrename to s\n\
             diff --git a/m b/m\nold mode 100644\nnew mode 100755\n\
             diff --git a/n b/n\nnew file mode 100644\n--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+y\n\
             \\ No newline at end of file\n\
             diff --git a/r b/t\nrename from r\nrename to t\n--- a/r\n+++ b/t\n@@ -1 +1 @@\n-x\n\
             \\ No newline at end of file\n+z\n",
            vec![
                ("n", text(&[(1, "y\n", &[1])])),
                ("t", text(&[(1, "z\n", &[1])])),
            ],
        ),
        (
            "diff -u, without a line of git, with dates",
            "--- old/x\t2026-11-21\n+++ new/x\t2026-11-21\n@@ -1 +1,2 @@\n x\n+y\n\
             --- p\n+++ p\n@@ -1 +1 @@\n-x\n+z\n",
            vec![
                ("new/x", text(&[(1, "x\ny\n", &[2])])),
                ("p", text(&[(1, "z\n", &[1])])),
            ],
        ),
        (
            "line ends of Windows, in the file and in the diff; context without its space",
            "--- a/x\r\n+++ b/x\r\n@@ -1,3 +1,3 @@\r\n one\r\n\n-two\r\n+zwei\r\n",
            vec![("x", text(&[(1, "one\r\n\nzwei\r\n", &[3])]))],
        ),
        (
            "binary files, and commits of submodules",
            "diff --git a/b.png b/b.png\nBinary files a/b.png and b/b.png differ\n\
             diff --git a/c.bin b/c.bin\nGIT binary patch\nliteral 1\nIcmZPo000310RR91\n\n\
             diff --git a/s b/s\nindex 1..2 160000\n--- a/s\n+++ b/s\n@@ -1 +1 @@\n\
             -Subproject commit 1\n+Subproject commit 2\n",
            vec![("b.png", Changed::Binary), ("c.bin", Changed::Binary)],
        ),
        (
            "a patch with a letter around it",
            "From 1 Mon Sep 17\nSubject: x\n\n--- \n---\n x | 1 +\n\n--- a/x\n+++ b/x\n\
             @@ -0,0 +1 @@\n+y\n-- \n2.39.5\n",
            vec![("x", text(&[(1, "y\n", &[1])]))],
        ),
        (
            "a conflict",
            "* Unmerged path \"d/\\303\\244\"\n--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+y\n",
            vec![
                ("d/\u{e4}", Changed::Unmerged),
                ("x", text(&[(1, "y\n", &[1])])),
            ],
        ),
    ] {
        let files = read(diff).unwrap_or_else(|error| panic!("{what}: {error:#}"));
        let wanted: Vec<(String, Changed)> = wanted
            .into_iter()
            .map(|(name, changed)| (name.to_owned(), changed))
            .collect();
        assert_eq!(files, wanted, "{what}");
    }
}

#[test]
fn what_is_not_a_whole_unified_diff_is_refused() {
    for (diff, wanted) in [
        ("no diff\n", "no unified diff"),
        ("\u{1b}[1mdiff --git a/x b/x\u{1b}[m\n", "colours"),
        (
            "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n one\n",
            "ends within the hunk that begins on line 3",
        ),
        (
            "--- a/x\n+++ b/x\n@@ -1 +1 @@\n?\n",
            "line 4 of the diff does not fit",
        ),
        (
            "--- a/x\n+++ b/x\n@@ -1 +0,0 @@\n+more\n",
            "line 4 of the diff does not fit",
        ),
        ("diff --cc x\n", "combined"),
        ("--- a/x\n+++ b/x\n@@@ -1 -1 +1 @@@\n", "combined"),
    ] {
        let error = format!("{:#}", read(diff).unwrap_err());
        assert!(error.contains(wanted), "{diff:?}: {error}");
    }
}

#[test]
fn a_file_over_the_bound_is_told_of_and_those_after_it_are_read() {
    let long = "x".repeat(MAX);
    let longer = "x".repeat(1000);
    for (large, wanted) in [
        (format!("@@ -0,0 +1 @@\n+{}\n", &long[1..]), false),
        (format!("@@ -0,0 +1 @@\n+{long}\n"), true),
        (format!("@@ -0,0 +1 @@\n+{longer}\n"), true),
        (format!("@@ -1 +1,2 @@\n {}\n+y\n", &long[1..]), true),
    ] {
        let diff = format!("--- a/x\n+++ b/x\n{large}--- a/y\n+++ b/y\n@@ -0,0 +1 @@\n+y\n");
        let files = read(&diff).unwrap();
        assert_eq!(files[0].1 == Changed::TooLarge, wanted, "{diff}");
        assert_eq!(files[1], ("y".to_owned(), text(&[(1, "y\n", &[1])])));
    }
}
