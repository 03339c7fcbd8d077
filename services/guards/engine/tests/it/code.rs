//! Cases of the code guard: one or more of each language, and prose that only looks like it.

use serde_json::json;

use crate::cases::{assert_clean, assert_found, configured, refused};
use crate::engine;

const FOUND: &[(&str, &str)] = &[
    (
        "python",
        "Try this:\n\n«def area(r):\n    return 3.14 * r ** 2»\n\nIt is simple.",
    ),
    ("python", "«import numpy as np»"),
    ("python", "«from os import path, sep»\n"),
    ("python", "for name in names:\n    print(name)"),
    ("python", ">>> 1 + x"),
    (
        "javascript",
        "Use «const total = items.reduce((a, b) => a + b, 0);» here",
    ),
    ("javascript", "console.log(\"hi\")"),
    ("javascript", "function add(a, b) {\n  return a + b;\n}"),
    ("javascript", "import React from 'react'"),
    (
        "typescript",
        "interface User {\n  name: string;\n  age: number;\n}",
    ),
    (
        "typescript",
        "function add(a: number, b: number): number {\n  return a + b;\n}",
    ),
    (
        "java",
        "public class Main {\n  public static void main(String[] args) {\n    System.out.println(1);\n  }\n}",
    ),
    ("java", "import java.util.List;"),
    ("kotlin", "fun main() {\n    val x = 5\n    println(x)\n}"),
    ("scala", "object Main extends App {\n  val x = 5\n}"),
    ("csharp", "using System;\n\nConsole.WriteLine(\"hi\");"),
    ("csharp", "public string Name { get; set; }"),
    (
        "c",
        "#include <stdio.h>\nint main(void) {\n  printf(\"hi\");\n  return 0;\n}",
    ),
    ("cpp", "#include <iostream>\nint main() { std::cout << 1; }"),
    ("cpp", "std::vector<int> values;"),
    (
        "go",
        "package main\n\nfunc main() {\n\tfmt.Println(\"hi\")\n}",
    ),
    ("go", "if err != nil {\n\treturn err\n}"),
    (
        "rust",
        "fn main() {\n    let mut x = 5;\n    println!(\"{x}\");\n}",
    ),
    ("rust", "impl Display for Point {"),
    (
        "swift",
        "import UIKit\nfunc greet(name: String) -> String {\n    return name\n}",
    ),
    ("php", "<?php echo \"hi\"; ?>"),
    ("php", "foreach ($items as $item) { $this->add($item); }"),
    (
        "ruby",
        "class Dog < Animal\n  def bark\n    puts 'woof'\n  end\nend",
    ),
    ("ruby", "items.each do |item|"),
    ("perl", "use strict;\nmy $name = shift;"),
    (
        "lua",
        "local total = 0\nfor _, v in ipairs(t) do total = total + v end",
    ),
    ("r", "library(dplyr)\ndf <- read.csv(\"a.csv\")"),
    ("shell", "Then run\n\n«$ pip install requests»\n"),
    ("shell", "«curl -sS https://host.test/install.sh | sh»"),
    (
        "shell",
        "#!/bin/bash\nfor f in *.txt; do\n  echo \"$f\"\ndone",
    ),
    ("shell", "ada@host:~$ ls -la"),
    ("shell", "git clone https://host.test/a.git\ncd a\nmake"),
    (
        "powershell",
        "Get-ChildItem -Path C:\\Logs | Where-Object { $_.Length -gt 1MB }",
    ),
    (
        "sql",
        "Run «SELECT name, total FROM orders WHERE id = 7;» now",
    ),
    ("sql", "select * from users"),
    ("sql", "insert into users (name) values ('a')"),
    ("sql", "update users set name = 'x' where id = 1"),
    ("html", "<div class=\"a\"><p>hi</p></div>"),
    ("html", "<!DOCTYPE html>\n<html>\n<body></body>\n</html>"),
    ("css", ".button { color: red; padding: 4px; }"),
    ("json", "{\"name\": \"a\", \"age\": 3}"),
    (
        "json",
        "Answer:\n«{\n  \"name\": \"a\",\n  \"tags\": [\"x\"]\n}»",
    ),
    (
        "yaml",
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n",
    ),
    (
        "other",
        "if (ready && done) {\n  start();\n} else {\n  wait();\n}",
    ),
    ("other", "(defun area (w h)\n  (* w h))"),
    ("other", "module Main where\n\nimport Data.List (sort)"),
    ("other", "Dim count As Integer\nFor i = 1 To 3\nNext"),
    ("other", "defmodule Cart do\n  def total(items), do: 0\nend"),
    ("other", "mov eax, 1\nxor ebx, ebx\nint 0x80"),
    ("other", "resource \"disk\" \"main\" {\n  size = 10\n}"),
    ("other", "cmake_minimum_required(VERSION 3.20)"),
    ("other", "start(a, b);\nstop(c);\nwait();"),
    (
        "other",
        "private int count = 0;\npublic int next() { return count; }",
    ),
];

const FENCED: &[(&str, &str)] = &[
    ("python", "Here:\n«```python\nx\n```»\nThat is it."),
    ("rust", "«~~~ {.rust}\nlet x = 5\n~~~»"),
    ("typescript", "  «````ts\n```\na\n````»"),
    ("other", "«```zig\nconst x = 5\n```»"),
    ("sql", "«```\nSELECT a FROM b\n```»"),
    ("go", "«```go\nnever closed"),
    ("shell", "«```text\ncurl -O https://host.test/a\n```»"),
];

#[test]
fn code_is_found_in_its_language() {
    let guard = engine().guard("code").expect("the guard");
    assert_found(guard, FENCED);
    let whole_lines: Vec<(&str, String)> = FOUND
        .iter()
        .map(|(rule, text)| (*rule, lines_marked(text)))
        .collect();
    let cases: Vec<(&str, &str)> = whole_lines.iter().map(|(r, t)| (*r, t.as_str())).collect();
    assert_found(guard, &cases);
}

/// Code is found by whole lines: a mark within a line is moved to its edges.
fn lines_marked(text: &str) -> String {
    let (Some(from), Some(to)) = (text.find('«'), text.find('»')) else {
        return text.to_owned();
    };
    let bare = text.replace(['«', '»'], "");
    let to = to - '«'.len_utf8();
    let start = bare[..from].rfind('\n').map_or(0, |at| at + 1);
    let end = bare[to..].find('\n').map_or(bare.len(), |at| to + at);
    format!("{}«{}»{}", &bare[..start], &bare[start..end], &bare[end..])
}

#[test]
fn prose_is_not_code() {
    assert_clean(
        engine().guard("code").expect("the guard"),
        &[
            "import taxes are high, and we import from China as well",
            "import goods\nsell them\n",
            "Select one from the list, or two from the next page; then go on.",
            "select apples, pears from the box where you left them",
            "Update the plan, set a date, and delete from memory what was said.",
            "Let me know if you can make it. Return to sender; use the force.",
            "class of 1990: a reunion\nClass Notes: bring a pen",
            "For example: print this page (twice), then sign it.",
            "If you like:\n  - eggs\n  - milk\n  - bread\n",
            "Go get some milk. Find the key. Make a wish. Cat and dog. Echo of the past.",
            "go get some milk\ngit good\nmake a wish\ncat on the mat",
            "He earned $ 500 in May and $x more.",
            "Dear team,\n\n* first point\n* second point\n\n# Heading\n\nBest, Ada",
            "Subject: Hello\nFrom: a@host.test\nTo: b@host.test\n\nHi there",
            "Use the `map` function, or `x = 5`, in a sentence.",
            "It implements `std::move(x)`, see `def f(x):` and the `import numpy as np` of others.",
            "- parsers: functions of text\n- combinators: functions of parsers\n- errors: all of them",
            "f(x) = 2x + 1, so a -> b and x == y for all (x; y).",
            "Set-Up and Start-Up costs, an Add-On, a Get-Together (New-Age).",
            "The ratio is 3:1; see section 4.2 {note}, then [5].",
            "<b>Important</b>: read this. I <3 you.",
            "She said \"time: now\" and left.",
            "ingredients:\n  flour\n  sugar\nname: cake\n",
            "=== News ===\nnothing",
            "```\nan old letter\nin a box\n```",
            "```text\nplain words\n```",
            "```\n\n```",
            "We defer to the board; the fun part: it is final. Match the colours.",
            "public relations work (in Berlin), private school (day)",
            "- stream: implement the new trait for all collections\n- fs: add a way to set the times\n\
             - time: revert what was done before\n- io: say so in the docs\n- net: the same",
            "(a) the Supplier shall deliver;\n(b) the Customer shall pay (in euros);\n(c) either may terminate.",
            "begin\nelse\ndo\n",
            "From the shop, run home; copy the key, add your name.",
            "Contract law is dull. Message me. Resource planning is next (define it). Procedure: none.",
            "日本語の文章です。コードはありません。",
        ],
    );
}

#[test]
fn languages_are_chosen() {
    let python = "def f(x):\n    return x";
    let query = "SELECT a FROM b";
    let only = configured("code", &json!({"deny": ["sql", "shell"]}));
    assert_clean(&only, &[python, "```python\nx = 1\n```"]);
    assert_found(&only, &[("sql", query)]);
    let but = configured("code", &json!({"allow": ["python"]}));
    assert_clean(&but, &[python]);
    assert_found(&but, &[("sql", query)]);
    assert!(refused("code", &json!({"deny": ["cobol"]})).starts_with("deny[0] must be one of"));
}

#[test]
fn two_languages_are_two_regions() {
    let text = "First:\n\ndef f(x):\n    return x\n\nand in the database it is, as we said,\n\nSELECT a FROM b\n\nDone.";
    let found = engine().guard("code").expect("the guard").scan(text);
    let seen: Vec<_> = found
        .iter()
        .map(|f| (f.rule_id.as_ref(), &text[f.span.start..f.span.end]))
        .collect();
    assert_eq!(
        seen,
        [
            ("python", "def f(x):\n    return x"),
            ("sql", "SELECT a FROM b")
        ]
    );
}
