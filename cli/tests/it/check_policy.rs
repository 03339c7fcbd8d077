//! `guardmesh check --policy`: a policy decides what is looked for, and what counts.

use crate::tree::Tree;

const POLICY: &str = "
description: for the repository
routes:
- match: {labels: {stage: prod}}
  guards:
  - {guard: pii, name: people, action: block}
- match: {direction: output, channels: [assistant], languages: [de], applications: [bot]}
  guards:
  - {guard: keywords, parameters: {ban: [acme]}, action: review}
- guards:
  - {guard: pii, action: flag, threshold: 0.9}
  - {guard: keywords, parameters: {ban: [acme]}, action: block, mode: shadow}
  - {guard: urls, parameters: {allow: [example.org]}, action: redact, stage: 2}
";

/// A good one in JSON, where the guards that are found decide on nothing.
const JSON: &str = r#"{"routes": [{"match": {"labels": {"a": "b"}}, "guards": []}]}"#;

#[test]
fn a_policy_decides_what_is_found_and_what_counts() {
    let tree = Tree::new(&[
        ("policy.yaml", POLICY),
        ("policy.json", JSON),
        ("mail.txt", "mail ada@example.org\n"),
        ("word.txt", "Acme\n"),
        ("both.txt", "mail ada@example.org\nhttps://203.0.113.9/x\n"),
        ("url.txt", "https://203.0.113.9/x\n"),
    ]);
    let output = [
        "--direction",
        "output",
        "--channel",
        "assistant",
        "--language",
        "de",
        "--application",
        "bot",
    ];
    for (policy, more, file, code, wanted) in [
        (
            "policy.yaml",
            &[][..],
            "mail.txt",
            0,
            &["mail.txt:1:6: medium pii/email (0.95) FLAG"][..],
        ),
        (
            "policy.yaml",
            &["--label", "stage=prod"],
            "mail.txt",
            1,
            &["mail.txt:1:6: medium people/email (0.95) BLOCK"],
        ),
        (
            "policy.yaml",
            &["--label", "stage=test"],
            "mail.txt",
            0,
            &["mail.txt:1:6: medium pii/email (0.95) FLAG"],
        ),
        // In shadow it is reported, and does not count.
        (
            "policy.yaml",
            &[],
            "word.txt",
            0,
            &["word.txt:1:1: high keywords/banned_word (0.95) ALLOW"],
        ),
        (
            "policy.yaml",
            &output,
            "word.txt",
            1,
            &["word.txt:1:1: high keywords/banned_word (0.95) REVIEW"],
        ),
        (
            "policy.yaml",
            &output[..6],
            "word.txt",
            0,
            &["word.txt:1:1: high keywords/banned_word (0.95) ALLOW"],
        ),
        // The second stage runs where the first has found something.
        ("policy.yaml", &[], "url.txt", 0, &[]),
        (
            "policy.yaml",
            &[],
            "both.txt",
            1,
            &[
                "both.txt:1:6: medium pii/email (0.95) FLAG",
                "both.txt:2:1: medium urls/not_allowed (0.90) REDACT",
            ],
        ),
        ("policy.json", &["--label", "a=b"], "mail.txt", 0, &[]),
        // No route fits: what runs by default.
        (
            "policy.json",
            &[],
            "mail.txt",
            1,
            &["mail.txt:1:6: medium pii/email (0.95) REDACT"],
        ),
    ] {
        let said = tree.check(&[&["--policy", policy, file], more].concat());
        let found: Vec<&str> = said
            .stdout
            .lines()
            .map(|line| line.rsplit_once(": ").unwrap().0)
            .collect();
        assert_eq!(
            (said.code, &found[..]),
            (code, wanted),
            "{file} {more:?} {}",
            said.stderr
        );
    }
}

#[test]
fn what_is_wrong_with_a_policy_is_named_by_its_place() {
    let tree = Tree::new(&[("clean.txt", "clean"), ("good.yaml", POLICY)]);
    for (document, wanted) in [
        (
            "routes:\n- guards:\n  - {guard: pii, thresold: 0.4}\n",
            "routes[0].guards[0]",
        ),
        (
            "routes:\n- guards:\n  - {guard: pii, thresold: 0.4}\n",
            "thresold",
        ),
        (
            "routes:\n- guards:\n  - {guard: nothing}\n",
            "routes[0].guards[0].guard",
        ),
        (
            "routes: [{guards: [{guard: pii, threshold: 2}]}]",
            "routes[0].guards[0].threshold",
        ),
        (
            "routes:\n- guards:\n  - {guard: regex, parameters: {patterns: [{name: x, pattern: '('}]}}",
            "routes[0].guards[0].parameters.patterns[0]",
        ),
        (
            "routes: [{guards: [{guard: pii}, {guard: pii}]}]",
            "routes[0].guards[1].name",
        ),
        ("routes:\n\t- x", "line 2, column"),
        ("{\"routes\": [}", "line 1, column"),
        ("", "document"),
        ("routes: 1\nroutes: 2\n", "line 2"),
        (&"# long\n".repeat(10_000), "65536 bytes"),
    ] {
        tree.write("policy.yaml", document);
        let said = tree.check(&["--policy", "policy.yaml", "clean.txt"]);
        assert_eq!(said.code, 2, "{document} {}", said.stderr);
        let named = said.stderr.contains("the policy policy.yaml does not hold");
        assert!(
            named && said.stderr.contains(wanted),
            "{document} {}",
            said.stderr
        );
    }
    for arguments in [
        &["--policy", "nothing.yaml"][..],
        &["--policy", "."],
        &["--policy", "good.yaml", "--guards", "pii"],
        &["--policy", "good.yaml", "--label", "stage"],
        &["--policy", "good.yaml", "--channel", "letter"],
        &["--label", "stage=prod"],
    ] {
        let said = tree.check(&[arguments, &["clean.txt"]].concat());
        assert_eq!((said.code, &*said.stdout), (2, ""), "{arguments:?}");
    }
}
