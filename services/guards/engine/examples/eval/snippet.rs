//! Short pieces of code in the languages that are told apart, in chats and by themselves; and texts
//! that are none.

use std::collections::BTreeMap;

use guardmesh_guard_engine::{Guard, LOW_SCORE};

use crate::document::Document;

/// A language and a piece of code in it.
const SNIPPETS: [(&str, &str); 29] = [
    (
        "python",
        "def mean(values):\n    if not values:\n        return None\n    return sum(values) / len(values)",
    ),
    (
        "python",
        "with open(path, newline=\"\") as source:\n    rows = [row for row in csv.reader(source) if row]\nprint(len(rows))",
    ),
    (
        "javascript",
        "const names = users.filter((u) => u.active).map((u) => u.name);\nconsole.log(names.join(', '));",
    ),
    (
        "javascript",
        "document.querySelector('#go').addEventListener('click', async () => {\n  const reply = await fetch('/api/cart');\n  render(await reply.json());\n});",
    ),
    (
        "typescript",
        "interface Cart {\n  id: string;\n  items: Item[];\n}\n\nexport function total(cart: Cart): number {\n  return cart.items.reduce((sum, item) => sum + item.price, 0);\n}",
    ),
    (
        "java",
        "public class Cart {\n    private final List<Item> items = new ArrayList<>();\n\n    public void add(Item item) {\n        items.add(item);\n    }\n}",
    ),
    (
        "kotlin",
        "data class Item(val name: String, val price: Double)\n\nfun total(items: List<Item>): Double = items.sumOf { it.price }",
    ),
    (
        "scala",
        "case class Item(name: String, price: Double)\n\nobject Cart {\n  def total(items: Seq[Item]): Double = items.map(_.price).sum\n}",
    ),
    (
        "csharp",
        "using System.Linq;\n\npublic record Item(string Name, decimal Price);\n\nvar total = items.Where(i => i.Price > 0).Sum(i => i.Price);\nConsole.WriteLine(total);",
    ),
    (
        "c",
        "#include <stdio.h>\n\nint main(void)\n{\n    for (int i = 0; i < 3; i++)\n        printf(\"%d\\n\", i);\n    return 0;\n}",
    ),
    (
        "cpp",
        "#include <iostream>\n#include <vector>\n\nint main() {\n    std::vector<int> v{3, 1, 2};\n    for (auto x : v) std::cout << x << '\\n';\n}",
    ),
    (
        "go",
        "func Total(items []Item) (float64, error) {\n\tif len(items) == 0 {\n\t\treturn 0, errors.New(\"empty cart\")\n\t}\n\treturn sum(items), nil\n}",
    ),
    (
        "rust",
        "fn total(items: &[Item]) -> Option<f64> {\n    let sum: f64 = items.iter().map(|item| item.price).sum();\n    (sum > 0.0).then_some(sum)\n}",
    ),
    (
        "swift",
        "struct Item: Codable {\n    let name: String\n    var price: Double\n}\n\nfunc total(_ items: [Item]) -> Double {\n    guard !items.isEmpty else { return 0 }\n    return items.map { $0.price }.reduce(0, +)\n}",
    ),
    (
        "php",
        "<?php\n$total = 0;\nforeach ($cart->items as $item) {\n    $total += $item['price'];\n}\necho number_format($total, 2);",
    ),
    (
        "ruby",
        "class Cart\n  attr_reader :items\n\n  def total\n    items.map(&:price).sum\n  end\nend",
    ),
    (
        "perl",
        "use strict;\nuse warnings;\n\nmy %count;\nwhile (my $line = <STDIN>) {\n    chomp $line;\n    $count{$line}++;\n}\nprint \"$_: $count{$_}\\n\" for sort keys %count;",
    ),
    (
        "lua",
        "local cart = {}\n\nfunction cart.total(items)\n  local sum = 0\n  for _, item in ipairs(items) do\n    sum = sum + item.price\n  end\n  return sum\nend",
    ),
    (
        "r",
        "prices <- c(3.5, 2, 8)\ndf <- data.frame(item = names, price = prices)\nsummary(lm(price ~ item, data = df))",
    ),
    (
        "shell",
        "#!/bin/sh\nset -e\nfor f in *.log; do\n  gzip -9 \"$f\"\ndone\nif [ -d old ]; then rm -r old; fi",
    ),
    (
        "shell",
        "$ sudo apt-get install -y curl\n$ curl -sSL https://host.test/setup.sh | sh",
    ),
    (
        "powershell",
        "Get-ChildItem -Path C:\\Logs -Filter *.log |\n    Where-Object { $_.Length -gt 1MB } |\n    ForEach-Object { Remove-Item $_.FullName }",
    ),
    (
        "sql",
        "SELECT c.name, SUM(o.total) AS spent\nFROM customers c\nJOIN orders o ON o.customer_id = c.id\nWHERE o.placed_at > '2026-01-01'\nGROUP BY c.name;",
    ),
    (
        "sql",
        "insert into items (name, price) values ('chair', 49.90);\nupdate items set price = 45 where name = 'chair';",
    ),
    (
        "html",
        "<section class=\"cart\">\n  <h2>Cart</h2>\n  <ul><li>Chair</li></ul>\n  <a href=\"/pay\">Pay</a>\n</section>",
    ),
    (
        "css",
        ".cart {\n  display: flex;\n  margin: 0 auto;\n}\n\n.cart > li:hover {\n  color: #333;\n}",
    ),
    (
        "json",
        "{\n  \"id\": 17,\n  \"items\": [\n    {\"name\": \"chair\", \"price\": 49.9}\n  ],\n  \"paid\": false\n}",
    ),
    (
        "yaml",
        "services:\n  shop:\n    image: shop:1.4\n    ports:\n      - \"8080:80\"\n    environment:\n      MODE: test",
    ),
    (
        "other",
        "(defun total (items)\n  (reduce #'+ (mapcar #'price items)))\n\n(setf *cart* (list chair table))",
    ),
];

/// Texts that look a little like it.
const PROSE: [&str; 20] = [
    "Please select one of the offers from the list and insert the code where it says so; the values are updated daily.",
    "If the box is empty, then return it; while you are there, ask for a new one (it is free).",
    "Name: Lind\nDate: 21 November\nSubject: Your order\n\nDear Ms Lind,\nthank you for your letter.",
    "- eggs (12)\n- milk; the fresh one\n- bread: rye\n- 2 x butter",
    "1. Go to Settings > Account.\n2. Press \"Change\".\n3. Enter the new name & save.",
    "| item | price |\n|---|---:|\n| chair | 49.90 |\n| table | 189.00 |",
    "2026-11-21 10:12:01 INFO shop started in 312 ms\n2026-11-21 10:12:04 WARN cache is cold",
    "The class of 1999 will import wine for the public function; private guests are static.",
    "Use the `print` function for this, or call `main()` by hand; it returns `None`.",
    "a = b + c, and if x > 3 then y < 2; so f(x) = 2x + 1.",
    "id;name;city\n1;Berg;Oslo\n2;Lind;Turku",
    "Anna: did it work?\nTom: no :(\nAnna: try again; it is slow today",
    "(a) the Supplier shall deliver; (b) the Customer shall pay; (c) each may end this agreement.",
    "Dear {first_name}, your table for {{count}} is booked at <time>.",
    "@tom thanks! #shop is back up => see the status page; cc @anna",
    "> On Monday you wrote:\n>> is it done?\nYes, it is.",
    "Chapter 1 ..... 3\nChapter 2 ..... 17\nIndex ..... 212",
    "the loop ends when the variable is null, otherwise an exception is thrown and the method returns true",
    "Bake it for 25 min @ 180 C; add 1/2 cup of sugar + 3 eggs && enjoy!",
    "From here, run to the station; copy the key, add your name, and let the user of the flat know.",
];

const FRAMES: [&str; 3] = [
    "{}",
    "Hi, can you tell me what is wrong here?\n\n{}\n\nThanks a lot!",
    "Sure! Try this:\n\n```\n{}\n```\n\nTell me if it helps.",
];

/// Code in each frame, and texts that are none.
pub(crate) fn documents() -> Vec<Document> {
    let mut documents = Vec::new();
    for frame in FRAMES {
        documents.extend(SNIPPETS.map(|(kind, code)| Document::judged(frame, code, Some(kind))));
        documents.extend(PROSE.map(|text| Document::of(frame, text, None)));
    }
    documents
}

/// What each piece is taken for, in each frame: its language, and the one found, or nothing.
pub(crate) fn taken_for(guard: &Guard) -> Vec<(&'static str, String)> {
    let mut pairs = Vec::new();
    for frame in FRAMES {
        for (language, code) in SNIPPETS {
            let findings = guard.scan(&frame.replace("{}", code));
            let mut covered: BTreeMap<&str, usize> = BTreeMap::new();
            for finding in findings.iter().filter(|finding| finding.score >= LOW_SCORE) {
                *covered.entry(&finding.rule_id).or_default() +=
                    finding.span.end - finding.span.start;
            }
            let most = covered.into_iter().max_by_key(|(_, bytes)| *bytes);
            pairs.push((
                language,
                most.map_or("nothing", |(rule, _)| rule).to_owned(),
            ));
        }
    }
    pairs
}
