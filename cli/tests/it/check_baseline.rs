//! `guardmesh check --baseline`: what is known is not reported, what is new is.

use serde_json::{Value, json};

use crate::tree::Tree;

const KNOWN: [&str; 3] = [".", "--baseline", "known.json"];

#[test]
fn known_findings_stay_silent_wherever_they_move() {
    let tree = Tree::repository(&[
        ("a.txt", "mail ada@example.org\n"),
        ("b/c.txt", "mail bob@example.org and eve@example.org\n"),
    ]);
    let recorded = tree.check(&[&KNOWN[..], &["--write-baseline"]].concat());
    assert_eq!(
        (recorded.code, &*recorded.stdout),
        (0, ""),
        "{}",
        recorded.stderr
    );
    assert!(
        recorded
            .stderr
            .contains("3 findings recorded in known.json"),
        "{}",
        recorded.stderr
    );
    let file = std::fs::read_to_string(tree.path("known.json")).unwrap();
    assert!(!file.contains("example"), "{file}");
    // Whoever writes it again changes nothing.
    tree.check(&[&KNOWN[..], &["--write-baseline", "-j", "3"]].concat());
    assert_eq!(
        std::fs::read_to_string(tree.path("known.json")).unwrap(),
        file
    );

    let silent = |arguments: &[&str], folder: &str| {
        let said = tree.check_in(folder, arguments, b"");
        assert_eq!(
            (said.code, &*said.stdout),
            (0, ""),
            "{arguments:?} {}",
            said.stderr
        );
        assert!(!said.stderr.contains("no longer"), "{}", said.stderr);
    };
    silent(&KNOWN, ".");
    tree.write("b/c.txt", "\n\n  eve@example.org\nmail bob@example.org\n");
    silent(&KNOWN, ".");
    silent(&["c.txt", "../a.txt", "--baseline", "../known.json"], "b");
    silent(&["--diff=HEAD", "--baseline", "known.json"], ".");

    // Another value in the place of one that is known, the same once more, and in another file.
    tree.write("a.txt", "mail mallory@example.org\n");
    tree.write(
        "b/c.txt",
        "eve@example.org bob@example.org eve@example.org\n",
    );
    tree.write("d.txt", "eve@example.org\n");
    let new = tree.check(&KNOWN);
    assert_eq!(
        (new.code, new.places()),
        (1, vec!["a.txt:1:6", "b/c.txt:1:33", "d.txt:1:1"])
    );
    let told = "no longer there: 1 finding of the baseline";
    assert!(new.stderr.contains(told), "{}", new.stderr);
    // What did not run, or was not looked at, is not missed.
    let others = tree.check(&["d.txt", "--guards", "secrets", "--baseline", "known.json"]);
    assert_eq!((others.code, &*others.stderr), (0, ""));
    std::fs::remove_file(tree.path("a.txt")).unwrap();
    let deleted = tree.check(&["d.txt", "--baseline", "known.json"]);
    assert!(deleted.stderr.contains(told), "{}", deleted.stderr);
}

#[test]
fn what_is_no_baseline_is_refused() {
    let tree = Tree::new(&[("a.txt", "clean\n")]);
    tree.check(&["a.txt", "--baseline", "good.json", "--write-baseline"]);
    let good = std::fs::read_to_string(tree.path("good.json")).unwrap();
    let with = |key: &str, value: Value| {
        let mut baseline: Value = serde_json::from_str(&good).unwrap();
        baseline[key] = value;
        baseline.to_string()
    };
    for (text, told) in [
        (String::new(), "no baseline"),
        (good[..good.len() / 2].to_owned(), "no baseline"),
        ("[]".to_owned(), "no baseline"),
        (
            with("version", json!(2)),
            "has version 2; this program reads 1",
        ),
        (with("version", json!("1")), "no baseline"),
        (
            with("findings", json!([{"path": "a"}])),
            "missing field `guard`",
        ),
        (with("more", json!(1)), "unknown field `more`"),
    ] {
        tree.write("known.json", &text);
        let said = tree.check(&["a.txt", "--baseline", "known.json"]);
        assert_eq!(said.code, 2, "{text}");
        assert!(said.stderr.contains(told), "{text} {}", said.stderr);
    }
    for (arguments, told) in [
        (
            &["a.txt", "--baseline", "nothing.json"][..],
            "--write-baseline makes it",
        ),
        (&["a.txt", "--baseline", "."], "cannot read the baseline ."),
        (
            &["a.txt", "--baseline", "no/x.json", "--write-baseline"],
            "cannot write the baseline",
        ),
        (&["a.txt", "--write-baseline"], "--baseline <FILE>"),
        (
            &["--staged", "--baseline", "x.json", "--write-baseline"],
            "cannot be used with",
        ),
    ] {
        let said = tree.check(arguments);
        assert_eq!(said.code, 2, "{arguments:?}");
        assert!(said.stderr.contains(told), "{arguments:?} {}", said.stderr);
    }
}
