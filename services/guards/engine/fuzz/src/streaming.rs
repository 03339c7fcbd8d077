//! Streams, cut anywhere: what comes out is what the whole text gives.

use guardmesh_guard_engine::{Finding, Guard, Hold, Release, StreamScanner, redact};

use crate::engine::every_guard;

/// Two bytes that say where to cut, and a body: the same text and the same findings as at once.
pub fn stream(data: &[u8]) {
    let Some((&[first, second], body)) = data.split_first_chunk() else {
        return;
    };
    let wanted = whole(body);
    let lengths = [usize::from(first) + 1, 1 + usize::from(second) * 8];
    assert_eq!(wanted, streamed(body, &lengths, Hold::Undecided));
    assert_eq!(wanted, streamed(body, &lengths, Hold::All));
}

fn local() -> impl Iterator<Item = &'static Guard> {
    every_guard().filter(|guard| guard.judges_parts())
}

fn whole(body: &[u8]) -> Release {
    let text = String::from_utf8_lossy(body);
    let mut findings: Vec<Finding> = local().flat_map(|guard| guard.scan(&text)).collect();
    findings.sort_by(|a, b| (a.span, &a.guard, &a.rule_id).cmp(&(b.span, &b.guard, &b.rule_id)));
    Release {
        text: redact(&text, &findings),
        findings,
    }
}

/// What comes out of pieces of these lengths in turn.
fn streamed(body: &[u8], lengths: &[usize], hold: Hold) -> Release {
    let mut scanner = StreamScanner::new(local().cloned().collect(), hold).expect("local guards");
    let mut all = Release::default();
    let mut rest = body;
    for length in lengths.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (chunk, after) = rest.split_at((*length).min(rest.len()));
        rest = after;
        add(
            &mut all,
            scanner.push(chunk).expect("far less than is held"),
        );
    }
    add(&mut all, scanner.finish().expect("nothing failed"));
    all
}

fn add(all: &mut Release, later: Release) {
    all.text.push_str(&later.text);
    all.findings.extend(later.findings);
}
