//! `guardmesh check` on diffs: findings on added lines alone, in their right place.

use crate::tree::Tree;

#[test]
fn added_lines_are_reported_and_no_others() {
    let tree = Tree::repository(&[
        ("kept.txt", "one\nold@example.org\nthree\n"),
        ("moved.txt", "old@example.org\na\nb\nc\nd\n"),
        ("deleted.txt", "old@example.org\n"),
        ("windows.txt", "one\r\ntwo\r\n"),
        ("bare.txt", "one"),
        ("two words.txt", "one\n"),
        ("\u{e4}.txt", "one\n"),
    ]);
    tree.write(
        "kept.txt",
        "zero\none\nold@example.org\nnew@example.org\nthree\n",
    );
    tree.git(&["mv", "moved.txt", "to.txt"]);
    tree.write("to.txt", "old@example.org\na\nb\nc\nd\nnew@example.org");
    tree.git(&["rm", "--quiet", "deleted.txt"]);
    tree.write("windows.txt", "one\r\nmail new@example.org\r\ntwo\r\n");
    tree.write("bare.txt", "one new@example.org");
    tree.write("two words.txt", "one\n\nnew@example.org\n");
    tree.write("\u{e4}.txt", "new@example.org\n");
    tree.write("tab\there.txt", "new@example.org\n");
    tree.write("binary", b"\0 new@example.org");
    tree.write("latin1.txt", b"caf\xe9 new@example.org\n");
    tree.write("sub/in.txt", "new@example.org\n");
    tree.git(&["add", "--all"]);
    tree.write("unstaged.txt", "new@example.org\n");
    // What is staged counts, not what is in the folder.
    tree.write("bare.txt", "one");

    let mut wanted = vec![
        "bare.txt:1:5",
        "kept.txt:4:1",
        "latin1.txt:1:6",
        "sub/in.txt:1:1",
        "tab\\there.txt:1:1",
        "to.txt:6:1",
        "two words.txt:3:1",
        "windows.txt:2:6",
        "\u{e4}.txt:1:1",
    ];
    let staged = tree.check(&["--staged"]);
    assert_eq!(
        (staged.code, staged.places()),
        (1, wanted.clone()),
        "{}",
        staged.stderr
    );
    let summary =
        "guardmesh: 9 findings in 9 files; 9 changed files checked, 1 skipped as binary\n";
    assert_eq!(staged.stderr, summary);

    // The same from outside, whatever git is set to.
    for (settings, from) in [
        ("color.ui=auto", "-"),
        ("diff.noprefix=true", ".git/patch"),
        ("diff.mnemonicPrefix=true", "-"),
        ("core.quotePath=false", "-"),
        ("diff.renames=false", "-"),
    ] {
        let diff = tree.git(&["-c", settings, "diff", "--cached"]);
        tree.write(".git/patch", &diff);
        let mut expected = wanted.clone();
        if settings == "diff.renames=false" {
            expected.insert(5, "to.txt:1:1");
        }
        let said = tree.check_in(".", &["--diff", from], &diff);
        assert_eq!((said.code, said.places()), (1, expected), "{settings}");
    }

    // From a folder, names are those that one can open there.
    let from_below = tree.check_in("sub", &["--staged"], b"");
    assert_eq!(
        from_below.places()[..2],
        ["../bare.txt:1:5", "../kept.txt:4:1"]
    );
    assert_eq!(from_below.places()[3], "in.txt:1:1");
    let limited = tree.check(&["--staged", "sub", "kept.txt", "--exclude", "kept.txt"]);
    assert_eq!(limited.places(), ["sub/in.txt:1:1"]);

    tree.commit();
    assert_eq!(tree.check(&["--staged"]).code, 0);
    // Committed as it stands in the folder.
    wanted.remove(0);
    wanted.insert(6, "unstaged.txt:1:1");
    assert_eq!(tree.check(&["--diff=HEAD~1..HEAD"]).places(), wanted);
    assert_eq!(tree.check(&["--diff=HEAD~1"]).places(), wanted);
}

#[test]
fn what_depends_on_distant_lines_is_found_where_git_is_asked() {
    let begin = "-----BEGIN RSA PRIVATE KEY-----\n";
    let body = "MIIEowIBAAKCAQEAx7Qd0rN3vZk2mT9sLw8yBf5uHc1eJg4aPiXoVnRtKbEhDqSz\n".repeat(20);
    let tree = Tree::repository(&[("key.pem", &format!("{begin}{body}"))]);
    tree.write(
        "key.pem",
        format!("{begin}{body}-----END RSA PRIVATE KEY-----\n"),
    );
    tree.git(&["add", "--all"]);
    let guards = ["--guards", "secrets"];
    let whole = tree.check(&[&guards[..], &["--staged"]].concat());
    assert_eq!(whole.places(), ["key.pem:1:1"], "{}", whole.stderr);
    let diff = tree.git(&["diff", "--cached"]);
    let part = tree.check_in(".", &[&guards[..], &["--diff"]].concat(), &diff);
    assert_eq!((part.code, &*part.stdout), (0, ""));
}

#[test]
fn what_is_no_diff_is_refused_and_never_clean() {
    let tree = Tree::repository(&[("a.txt", "a\n")]);
    for (arguments, input, code, told) in [
        (&["--diff"][..], "", 0, "0 changed files checked"),
        (
            &["--diff"],
            "mail new@example.org\n",
            2,
            "there is no unified diff in it",
        ),
        (
            &["--diff"],
            "--- a/x\n+++ b/x\n@@ -1 +1,9 @@\n+y\n",
            2,
            "ends within the hunk",
        ),
        (
            &["--diff"],
            "diff --cc x\n@@@ -1 -1 +1 @@@\n",
            2,
            "combined diff",
        ),
        (
            &["--diff", "nothing.patch"],
            "",
            2,
            "nothing.patch: cannot be opened",
        ),
        (&["--diff", "."], "", 2, "Is a directory"),
        (&["--diff=nothing"], "", 2, "bad revision 'nothing'"),
        (&["--diff=--output=x"], "", 2, "bad revision '--output=x'"),
        (&["--diff", "--staged"], "", 2, "cannot be used with"),
    ] {
        let said = tree.check_in(".", arguments, input.as_bytes());
        assert_eq!(said.code, code, "{arguments:?} {}", said.stderr);
        assert!(said.stderr.contains(told), "{arguments:?} {}", said.stderr);
    }
    let outside = Tree::new(&[]);
    let said = outside.check(&["--staged"]);
    assert_eq!(said.code, 2);
    assert!(
        said.stderr.contains("not a git repository"),
        "{}",
        said.stderr
    );
}

#[test]
fn a_conflict_is_not_checked_and_told_of() {
    let tree = Tree::repository(&[("a.txt", "a\n")]);
    tree.git(&["switch", "--quiet", "--create", "other"]);
    tree.write("a.txt", "other new@example.org\n");
    tree.commit();
    tree.git(&["switch", "--quiet", "-"]);
    tree.write("a.txt", "mine\n");
    tree.commit();
    // Ends with a failure, since there is a conflict.
    let merge = std::process::Command::new("git")
        .args([
            "-c",
            "user.name=Ada",
            "-c",
            "user.email=ada@example.org",
            "merge",
            "other",
        ])
        .current_dir(tree.path("."))
        .output()
        .unwrap();
    assert!(!merge.status.success(), "{merge:?}");
    let said = tree.check(&["--staged"]);
    assert_eq!(said.code, 2, "{}", said.stderr);
    assert!(
        said.stderr.contains("a.txt: has a conflict"),
        "{}",
        said.stderr
    );
}
