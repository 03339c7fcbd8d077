//! What is to be checked, before it is read.

use std::io;
use std::path::{Component, Path, PathBuf};

use super::diff::Changed;

/// One thing to check.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) name: Name,
    pub(super) source: Source,
}

/// What it is called.
#[derive(Debug, Clone)]
pub(super) struct Name {
    /// For who reads the report.
    pub(super) shown: String,
    /// By which it is the same thing in another run, wherever that runs. Not all file names are text.
    pub(super) identity: PathBuf,
}

/// Where its text is.
#[derive(Debug)]
pub(super) enum Source {
    Stdin,
    /// Named by the caller, or met in a folder.
    File {
        path: PathBuf,
        named: bool,
    },
    Changed(Changed),
    /// It could not be had.
    Failed(anyhow::Error),
}

/// Says which files are the same in different runs.
#[derive(Debug, Clone)]
pub(super) struct Identities {
    here: PathBuf,
    /// Where identities begin: the top of the repository, or the current folder outside of one.
    pub(super) top: PathBuf,
}

// === impl Input ===

impl Input {
    pub(super) fn stdin() -> Self {
        Self {
            name: Name::of("-"),
            source: Source::Stdin,
        }
    }

    pub(super) fn failed(name: &str, error: impl Into<anyhow::Error>) -> Self {
        Self {
            name: Name::of(name),
            source: Source::Failed(error.into()),
        }
    }
}

// === impl Name ===

impl Name {
    fn of(shown: &str) -> Self {
        Self {
            shown: shown.to_owned(),
            identity: shown.into(),
        }
    }
}

// === impl Identities ===

impl Identities {
    /// As seen from the current folder.
    pub(super) fn here() -> io::Result<Self> {
        let here = std::env::current_dir()?;
        let top = here.ancestors().find(|folder| folder.join(".git").exists());
        Ok(Self {
            top: top.unwrap_or(&here).to_path_buf(),
            here,
        })
    }

    /// The path from the top; an absolute one for what lies elsewhere. Reads no file system: a
    /// symbolic link is itself.
    pub(super) fn of(&self, path: &Path) -> PathBuf {
        let mut plain = PathBuf::new();
        for component in self.here.join(path).components() {
            match component {
                Component::CurDir => {}
                Component::ParentDir => {
                    plain.pop();
                }
                other => plain.push(other),
            }
        }
        plain
            .strip_prefix(&self.top)
            .map(Path::to_path_buf)
            .unwrap_or(plain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_one_identity_however_it_is_named() {
        let identities = Identities {
            here: "/home/ada/repo/src".into(),
            top: "/home/ada/repo".into(),
        };
        for (path, wanted) in [
            ("a.rs", "src/a.rs"),
            ("./bin/../a.rs", "src/a.rs"),
            ("../README.md", "README.md"),
            ("/home/ada/repo/a.rs", "a.rs"),
            ("../../other/a.rs", "/home/ada/other/a.rs"),
            ("/etc/passwd", "/etc/passwd"),
        ] {
            assert_eq!(identities.of(Path::new(path)), Path::new(wanted));
        }
    }
}
