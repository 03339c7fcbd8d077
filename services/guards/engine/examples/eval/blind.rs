//! Prompt injection on texts that were written before the guard was tuned, in other words than those
//! that it learnt from. Read from `training/blind`; what it was trained on is measured there.

use std::fmt::Write;
use std::path::Path;

use guardmesh_guard_engine::{Channel, Engine, LOW_SCORE};

/// The folders of the sets, the older one first.
const SETS: [&str; 2] = ["blind", "blind/second"];

/// Texts of one kind, that come by one channel.
struct Family {
    name: String,
    texts: usize,
    found: usize,
    blocked: usize,
}

/// The figures as a table in Markdown.
pub(crate) fn report(engine: &Engine) -> String {
    SETS.map(|set| table(engine, set)).join("\n")
}

fn table(engine: &Engine, set: &str) -> String {
    let mut table = format!("| `{set}` | texts | found | blocked |\n|---|---:|---:|---:|\n");
    for kind in ["attacks", "benign"] {
        let families = judge(engine, set, kind, |_| {});
        for family in &families {
            row(&mut table, kind, family);
        }
        let sum = |of: fn(&Family) -> usize| families.iter().map(of).sum();
        let all = Family {
            name: String::from("all"),
            texts: sum(|f| f.texts),
            found: sum(|f| f.found),
            blocked: sum(|f| f.blocked),
        };
        row(&mut table, kind, &all);
    }
    table
}

/// Prints attacks that were not found and benign texts that were.
pub(crate) fn print_misses(engine: &Engine) {
    for set in SETS {
        judge(engine, set, "attacks", |(text, found)| {
            if !found {
                println!("prompt_injection missed {text:?}");
            }
        });
        judge(engine, set, "benign", |(text, found)| {
            if found {
                println!("prompt_injection wrong {text:?}");
            }
        });
    }
}

fn judge(
    engine: &Engine,
    set: &str,
    kind: &str,
    mut each: impl FnMut((&str, bool)),
) -> Vec<Family> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("training")
        .join(set);
    let file = std::fs::read_to_string(path.join(format!("{kind}.txt"))).expect("the texts");
    let guard = engine.guard("prompt_injection").expect("the guard");
    let mut guard = guard.clone();
    let mut families: Vec<Family> = Vec::new();
    for line in file.lines() {
        if let Some(head) = line.strip_prefix("@ ") {
            let (name, channel) = head.split_once(' ').expect("a name and a channel");
            let all = Channel::ALL.into_iter();
            let channel = all.into_iter().find(|other| other.as_str() == channel);
            guard = guard.on(channel.expect("a channel"));
            families.push(Family {
                name: name.to_owned(),
                texts: 0,
                found: 0,
                blocked: 0,
            });
            continue;
        }
        let text = line.replace("\\n", "\n");
        let findings = guard.scan(&text);
        let family = families.last_mut().expect("a head before the texts");
        family.texts += 1;
        family.found += usize::from(!findings.is_empty());
        let blocks = findings.iter().any(|finding| finding.score >= LOW_SCORE);
        family.blocked += usize::from(blocks);
        each((&text, !findings.is_empty()));
    }
    families
}

#[expect(clippy::cast_precision_loss, reason = "counts")]
fn row(table: &mut String, kind: &str, family: &Family) {
    let share = |count: usize| count as f64 / family.texts.max(1) as f64;
    let _ = writeln!(
        table,
        "| {kind}: {} | {} | {:.3} | {:.3} |",
        family.name,
        family.texts,
        share(family.found),
        share(family.blocked)
    );
}
