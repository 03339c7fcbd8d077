//! What is to be checked, before it is read.

use std::path::{Component, Path, PathBuf};

use super::diff::Changed;

/// One thing to check.
#[derive(Debug)]
pub(super) struct Input {
    /// As the report names it.
    pub(super) name: String,
    /// By which it is the same thing in another run: relative to where that runs.
    pub(super) identity: String,
    pub(super) source: Source,
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
#[derive(Debug)]
pub(super) struct Identities {
    /// Where paths begin, if that can be known.
    root: Option<PathBuf>,
}

// === impl Input ===

impl Input {
    pub(super) fn stdin() -> Self {
        Self {
            name: "-".to_owned(),
            identity: "-".to_owned(),
            source: Source::Stdin,
        }
    }

    pub(super) fn failed(name: &str, error: impl Into<anyhow::Error>) -> Self {
        Self {
            name: name.to_owned(),
            identity: name.to_owned(),
            source: Source::Failed(error.into()),
        }
    }
}

// === impl Identities ===

impl Identities {
    /// Relative to the current folder.
    pub(super) fn here() -> Self {
        Self {
            root: std::env::current_dir().ok(),
        }
    }

    /// The path from the current folder, with `/`; an absolute one for what lies elsewhere. Reads no
    /// file system: a symbolic link is itself.
    pub(super) fn of(&self, path: &Path) -> String {
        let absolute = self
            .root
            .as_ref()
            .map_or(path.into(), |root| root.join(path));
        let mut plain = PathBuf::new();
        for component in absolute.components() {
            match component {
                Component::CurDir => {}
                Component::ParentDir => {
                    plain.pop();
                }
                other => plain.push(other),
            }
        }
        let root = self.root.as_deref().unwrap_or(Path::new(""));
        let relative = plain.strip_prefix(root).unwrap_or(&plain);
        relative.to_string_lossy().into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_one_identity_however_it_is_named() {
        let identities = Identities {
            root: Some("/home/ada/repo".into()),
        };
        for (path, wanted) in [
            ("a.rs", "a.rs"),
            ("./src/../a.rs", "a.rs"),
            ("/home/ada/repo/a.rs", "a.rs"),
            ("../other/a.rs", "/home/ada/other/a.rs"),
            ("/etc/passwd", "/etc/passwd"),
        ] {
            assert_eq!(identities.of(Path::new(path)), wanted);
        }
    }
}
