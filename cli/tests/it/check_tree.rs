//! `guardmesh check` on folders: which files it reads, in which order, and how it ends.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::symlink;
use std::process::Command;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use crate::tree::{Tree, command};

const FOUND: &str = "mail ada@example.org\n";

#[test]
fn a_folder_is_walked_as_git_sees_it_and_in_order() {
    let tree = Tree::repository(&[
        (".gitignore", "built/\n*.log\n"),
        (".env", FOUND),
        ("b/a.txt", FOUND),
        ("b.txt", FOUND),
        ("a/.gitignore", "!kept.log\n"),
        ("a/kept.log", FOUND),
        ("a/left.log", FOUND),
        ("built/x.txt", FOUND),
        ("tests/data/x.txt", FOUND),
    ]);
    tree.write(".git/found", FOUND);
    tree.write("image.png", b"\x89PNG\0 ada@example.org");
    tree.write("large.txt", FOUND.repeat(60_000));
    tree.write("strange\u{1b}[2J.txt", FOUND);
    symlink(tree.path("b"), tree.path("link")).unwrap();
    symlink(tree.path("b.txt"), tree.path("link.txt")).unwrap();
    nix::unistd::mkfifo(&tree.path("pipe"), nix::sys::stat::Mode::S_IRWXU).unwrap();

    let wanted = [
        ".env:1:6",
        "a/kept.log:1:6",
        "b/a.txt:1:6",
        "b.txt:1:6",
        "strange\\u{1b}[2J.txt:1:6",
        "tests/data/x.txt:1:6",
    ];
    for threads in ["1", "4"] {
        let said = tree.check(&[".", "--max-size", "1", "-j", threads]);
        assert_eq!(
            (said.code, &said.places()[..]),
            (1, &wanted[..]),
            "{}",
            said.stderr
        );
        assert_eq!(
            said.stderr,
            "guardmesh: large.txt: too large, skipped (--max-size)\n\
             guardmesh: 6 findings in 6 files; 8 files checked, 1 skipped as binary, 1 skipped as too \
             large\n"
        );
    }

    for (arguments, wanted) in [
        (&["b", "./b.txt"][..], &["b/a.txt:1:6", "b.txt:1:6"][..]),
        (
            &["built", "link", "a/left.log"],
            &["built/x.txt:1:6", "link/a.txt:1:6", "a/left.log:1:6"],
        ),
        (
            &["a", "built", "--no-ignore"],
            &["a/kept.log:1:6", "a/left.log:1:6", "built/x.txt:1:6"],
        ),
        (
            &[
                ".",
                "--max-size",
                "1",
                "--exclude",
                "b*",
                "--exclude",
                "tests/**",
                "--exclude",
                "*.log",
            ],
            &[".env:1:6", "strange\\u{1b}[2J.txt:1:6"],
        ),
        (
            &["tests/data/x.txt", "b.txt", "--exclude", "tests"],
            &["b.txt:1:6"],
        ),
    ] {
        let said = tree.check(arguments);
        assert_eq!(
            (said.code, &said.places()[..]),
            (1, wanted),
            "{arguments:?} {}",
            said.stderr
        );
    }
}

#[test]
fn what_cannot_be_read_is_told_of_and_the_rest_is_checked() {
    let tree = Tree::new(&[
        ("found.txt", FOUND),
        ("empty.txt", ""),
        ("large.txt", &"x".repeat(1 << 21)),
    ]);
    tree.write("binary", b"\0");
    for (arguments, code, told) in [
        (&["empty.txt"][..], 0, ""),
        (&["binary"], 0, "binary: not text, skipped"),
        (
            &["nothing.txt", "found.txt"],
            2,
            "nothing.txt: cannot be opened: No such file",
        ),
        // Readable by its mode, and not in fact.
        (
            &["/proc/self/mem", "found.txt"],
            2,
            "/proc/self/mem: cannot be read",
        ),
        (
            &["large.txt", "--max-size", "1", "found.txt"],
            2,
            "large.txt: has more than 1 MiB (--max-size)",
        ),
        (&[".", "--exclude", "{"], 2, "--exclude {"),
        (
            &["/dev/zero", "--max-size", "1", "found.txt"],
            2,
            "/dev/zero: has more than 1 MiB",
        ),
    ] {
        let said = tree.check(arguments);
        assert_eq!(said.code, code, "{arguments:?} {}", said.stderr);
        assert!(said.stderr.contains(told), "{arguments:?} {}", said.stderr);
        let reads_on = arguments.contains(&"found.txt");
        assert_eq!(
            said.places() == ["found.txt:1:6"],
            reads_on,
            "{arguments:?}"
        );
    }
}

#[test]
fn a_folder_that_cannot_be_read_is_named_with_the_cause_and_the_rest_is_checked() {
    let tree = Tree::new(&[("found.txt", FOUND)]);
    // Its path is longer than any may be: nobody, not even root, can list it.
    let name = "d".repeat(250);
    let deeper = format!("for i in {{1..17}}; do mkdir {name} && cd {name}; done");
    let mut shell = Command::new("bash");
    shell.args(["-ec", &deeper]).current_dir(tree.path("."));
    assert!(shell.status().unwrap().success());
    let said = tree.check(&["."]);
    assert_eq!((said.code, said.places()), (2, vec!["found.txt:1:6"]));
    let told: Vec<&str> = said.stderr.lines().collect();
    let [folder, summary] = told[..] else {
        panic!("{told:?}")
    };
    let (folder, cause) = folder.split_once(": cannot be read: ").unwrap();
    assert!(folder.ends_with(&format!("/{name}")), "{folder}");
    assert!(
        folder.starts_with(&format!("guardmesh: {name}/")),
        "{folder}"
    );
    assert_eq!(cause, "File name too long (os error 36)");
    assert!(
        summary.ends_with("1 file checked, 1 not checked for an error"),
        "{summary}"
    );
}

#[test]
fn one_line_with_more_findings_than_are_kept_is_checked_in_time() {
    let line = "ada@example.org \u{1f600} ".repeat(10_020);
    let tree = Tree::new(&[("line.txt", &line)]);
    let said = tree.check(&["line.txt", "--guards", "pii", "--format", "json"]);
    assert_eq!(said.code, 1);
    let records: Vec<Value> = said
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(records.len(), 10_000);
    let last = &records[9_999];
    assert_eq!(
        (&last["line"], &last["column"]),
        (&1.into(), &(9_999 * 18 + 1).into())
    );
    assert!(
        said.stderr
            .contains("20 findings more than the first 10000"),
        "{}",
        said.stderr
    );
}

#[test]
fn a_pipe_that_is_named_is_read() {
    let tree = Tree::new(&[]);
    let pipe = tree.path("pipe");
    nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
    let writer = std::thread::spawn(move || fs::write(pipe, FOUND).unwrap());
    assert_eq!(tree.check(&["pipe"]).places(), ["pipe:1:6"]);
    writer.join().unwrap();
}

#[test]
fn an_interrupted_check_ends_its_report() {
    let tree = Tree::new(&[("found.txt", FOUND)]);
    // Nobody ever writes to it: a check that reads it does not end by itself.
    nix::unistd::mkfifo(&tree.path("pipe"), nix::sys::stat::Mode::S_IRWXU).unwrap();
    let arguments = ["found.txt", "pipe", "--format", "sarif"];
    let mut child = command(&tree.path("."), &arguments).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut report = String::new();
    // The first line ends when the first result is there.
    stdout.read_line(&mut report).unwrap();
    kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGINT).unwrap();
    stdout.read_to_string(&mut report).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let report: Value = serde_json::from_str(&report).unwrap();
    let run = &report["runs"][0];
    assert_eq!(run["results"].as_array().unwrap().len(), 1);
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    let mut told = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut told)
        .unwrap();
    assert!(told.contains("interrupted"), "{told}");
}
