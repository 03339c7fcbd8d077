//! Fingerprints: what tells a finding from others when lines move, and gives no value away.
//!
//! A fingerprint follows from the path, the guard, the rule, sixteen bits of the value, and how many
//! of the same come before it in the file. Sixteen bits notice that another value took the place of
//! one that is known, but for one in 65,536; they do not confirm a guess, as a hash of the value
//! would for a phone number or an e-mail address.

use std::collections::HashMap;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use aws_lc_rs::digest::{Context, SHA256, digest};
use guardmesh_guard_engine::Finding;

/// Of what fingerprints are made; to be raised when that changes, with the version of baselines.
const SCHEME: &[u8] = b"guardmesh fingerprint 1";
/// Bytes of the value's hash that go in.
const VALUE_BYTES: usize = 2;
/// Bytes that are shown.
const SHOWN: usize = 16;

/// The fingerprints of one file's findings.
#[derive(Debug)]
pub(super) struct Fingerprints<'a> {
    path: &'a Path,
    seen: HashMap<String, usize>,
}

// === impl Fingerprints ===

impl<'a> Fingerprints<'a> {
    /// For the file at `path`, as it is identified wherever it is checked.
    pub(super) fn of(path: &'a Path) -> Self {
        Self {
            path,
            seen: HashMap::new(),
        }
    }

    /// The fingerprint of the next finding. Without a `value` it stays the same whatever was found.
    pub(super) fn next(&mut self, finding: &Finding, value: Option<&str>) -> String {
        let value = value.map(|value| digest(&SHA256, value.as_bytes()));
        let bits = value
            .as_ref()
            .map_or(&[][..], |hash| &hash.as_ref()[..VALUE_BYTES]);
        let mut context = Context::new(&SHA256);
        let (guard, rule) = (finding.guard.as_bytes(), finding.rule_id.as_bytes());
        for part in [SCHEME, bits, guard, rule, self.path.as_os_str().as_bytes()] {
            context.update(&part.len().to_be_bytes());
            context.update(part);
        }
        let hash = hex::encode(&context.finish().as_ref()[..SHOWN]);
        let number = self.seen.entry(hash.clone()).or_default();
        *number += 1;
        format!("{hash}:{number}")
    }
}

#[cfg(test)]
mod tests {
    use guardmesh_guard_engine::Engine;

    use super::*;

    fn fingerprints(path: &str, text: &str) -> Vec<String> {
        let engine = Engine::standard().unwrap();
        let findings = engine.guard("pii").unwrap().scan(text);
        let mut fingerprints = Fingerprints::of(Path::new(path));
        findings
            .iter()
            .map(|f| fingerprints.next(f, Some(&text[f.span.start..f.span.end])))
            .collect()
    }

    #[test]
    fn they_follow_the_value_and_not_the_line() {
        let before = fingerprints("a", "ada@example.org\nbob@example.org\nada@example.org\n");
        let after = fingerprints("a", "\n\nbob@example.org, ada@example.org, ada@example.org");
        assert_eq!(before.len(), 3);
        assert_eq!(before, [&*after[1], &*after[0], &*after[2]]);
        assert_eq!(before[2], before[0].replace(":1", ":2"));
        assert_ne!(before[0], before[1]);
        assert_ne!(
            before,
            fingerprints("b", "ada@example.org bob@example.org ada@example.org")
        );
    }
}
