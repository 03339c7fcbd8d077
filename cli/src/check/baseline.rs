//! A baseline: findings that are known, by their fingerprints, so that new ones stand out.
//!
//! It is kept with the code, so it holds no values and no line numbers, and its order is stable.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs::{File, Permissions};
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use super::examine::Located;

/// What this program reads and writes.
const VERSION: u32 = 1;
/// Some hundred thousand findings.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// As it stands in the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: u32,
    findings: BTreeSet<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    path: String,
    guard: String,
    rule: String,
    fingerprint: String,
}

/// Enough of any version to tell which it is.
#[derive(Debug, Deserialize)]
struct Versioned {
    version: u32,
}

/// The known findings, and which of them were met.
#[derive(Debug)]
pub(super) struct Baseline {
    by_path: HashMap<String, Vec<Entry>>,
    known: HashSet<String>,
    met: HashSet<String>,
    /// Paths of known findings that were checked in this run.
    checked: HashSet<String>,
}

/// Findings on their way to be a baseline.
#[derive(Debug, Default)]
pub(super) struct Recording {
    findings: BTreeSet<Entry>,
}

// === impl Baseline ===

impl Baseline {
    /// Reads one; says what is wrong with a file that is none.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let name = path.display();
        let file = File::open(path).with_context(|| {
            format!("cannot open the baseline {name} (--write-baseline makes it)")
        })?;
        let mut bytes = Vec::new();
        file.take(MAX_BYTES + 1)
            .read_to_end(&mut bytes)
            .with_context(|| format!("cannot read the baseline {name}"))?;
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_BYTES {
            bail!("the baseline {name} has more than {MAX_BYTES} bytes");
        }
        let no_baseline = || format!("{name} is no baseline (--write-baseline makes one)");
        let Versioned { version } = serde_json::from_slice(&bytes).with_context(no_baseline)?;
        if version != VERSION {
            bail!("the baseline {name} has version {version}; this program reads {VERSION}");
        }
        let document: Document = serde_json::from_slice(&bytes).with_context(no_baseline)?;
        let known = document
            .findings
            .iter()
            .map(|entry| entry.fingerprint.clone())
            .collect();
        let mut by_path: HashMap<String, Vec<Entry>> = HashMap::new();
        for entry in document.findings {
            by_path.entry(entry.path.clone()).or_default().push(entry);
        }
        Ok(Self {
            by_path,
            known,
            met: HashSet::new(),
            checked: HashSet::new(),
        })
    }

    /// Whether a finding is known.
    pub(super) fn knows(&mut self, found: &Located) -> bool {
        let knows = self.known.contains(&found.fingerprint);
        if knows {
            self.met.insert(found.fingerprint.clone());
        }
        knows
    }

    /// A file was checked as a whole.
    pub(super) fn note(&mut self, path: &Path) {
        let path = path.to_string_lossy();
        if self.by_path.contains_key(&*path) {
            self.checked.insert(path.into_owned());
        }
    }

    /// How many known findings of guards that ran are no longer there: in files that were checked, or
    /// that do not exist any more below `top`.
    pub(super) fn stale(&self, top: &Path, ran: impl Fn(&str) -> bool) -> usize {
        let looked_at = self.by_path.iter().filter(|(path, _)| {
            self.checked.contains(*path) || top.join(path).symlink_metadata().is_err()
        });
        looked_at
            .flat_map(|(_, entries)| entries)
            .filter(|entry| ran(&entry.guard) && !self.met.contains(&entry.fingerprint))
            .count()
    }
}

// === impl Recording ===

impl Recording {
    pub(super) fn add(&mut self, path: &Path, found: &Located) {
        self.findings.insert(Entry {
            path: path.to_string_lossy().into_owned(),
            guard: found.finding.guard.to_string(),
            rule: found.finding.rule_id.to_string(),
            fingerprint: found.fingerprint.clone(),
        });
    }

    /// Writes the file as a whole or not at all; gives the number of findings in it.
    pub(super) fn write(self, path: &Path) -> Result<usize> {
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        let count = self.findings.len();
        let document = Document {
            version: VERSION,
            findings: self.findings,
        };
        let write = || -> Result<()> {
            let mut file = tempfile::Builder::new()
                // As for any other file: the umask takes away what it says.
                .permissions(Permissions::from_mode(0o666))
                .tempfile_in(folder)?;
            serde_json::to_writer_pretty(&mut file, &document)?;
            file.write_all(b"\n")?;
            file.persist(path)?;
            Ok(())
        };
        write().with_context(|| format!("cannot write the baseline {}", path.display()))?;
        Ok(count)
    }
}
