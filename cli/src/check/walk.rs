//! From paths that were named to files: folders are walked by the rules of git, in a stable order.

use std::error::Error;
use std::iter;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use ignore::overrides::{Override, OverrideBuilder};
use ignore::{DirEntry, WalkBuilder};

use super::input::{Identities, Input, Name, Source};

/// Folders in which version control keeps its own data.
const VERSION_CONTROL: [&str; 4] = [".git", ".hg", ".jj", ".svn"];

/// Which files of a folder are checked.
#[derive(Debug)]
pub(super) struct Selection {
    /// Whether what git ignores is left out.
    pub(super) respect_ignore: bool,
    excluded: Override,
    /// Files that are this program's own.
    own: Vec<PathBuf>,
    identities: Identities,
}

// === impl Selection ===

impl Selection {
    /// Leaves out what fits one of these globs, and these files.
    pub(super) fn new(
        exclude: &[String],
        respect_ignore: bool,
        own: &[&Path],
        identities: Identities,
    ) -> anyhow::Result<Self> {
        let mut globs = OverrideBuilder::new(".");
        for glob in exclude {
            let added = globs.add(&format!("!{glob}"));
            added.with_context(|| format!("--exclude {glob}"))?;
        }
        Ok(Self {
            respect_ignore,
            excluded: globs.build().context("--exclude")?,
            own: own.iter().filter_map(|p| p.canonicalize().ok()).collect(),
            identities,
        })
    }

    /// Whether a file is left out although it was named.
    pub(super) fn leaves_out(&self, path: &Path) -> bool {
        let path = path.strip_prefix("./").unwrap_or(path);
        let folders = path.ancestors().skip(1);
        self.excluded.matched(path, false).is_ignore()
            || folders
                .into_iter()
                .any(|folder| self.excluded.matched(folder, true).is_ignore())
            || self.is_own(path)
    }

    fn is_own(&self, path: &Path) -> bool {
        // Most runs have none: then no file is asked for its real path.
        !self.own.is_empty()
            && path
                .canonicalize()
                .is_ok_and(|path| self.own.contains(&path))
    }

    /// The files that a named path stands for.
    pub(super) fn files(&self, path: PathBuf) -> Box<dyn Iterator<Item = Input> + Send + '_> {
        if path == Path::new("-") {
            return Box::new(iter::once(Input::stdin()));
        }
        if path.is_dir() {
            return Box::new(self.walk(&path));
        }
        if self.leaves_out(&path) {
            return Box::new(iter::empty());
        }
        Box::new(iter::once(self.file(path, true)))
    }

    /// The regular files below a folder, hidden ones as well. Symbolic links are not followed.
    fn walk<'a>(&'a self, folder: &Path) -> impl Iterator<Item = Input> + Send + use<'a> {
        let walk = WalkBuilder::new(folder)
            .hidden(false)
            .ignore(false)
            .git_ignore(self.respect_ignore)
            .git_exclude(self.respect_ignore)
            .git_global(self.respect_ignore)
            .parents(self.respect_ignore)
            .follow_links(false)
            .overrides(self.excluded.clone())
            .filter_entry(|entry| !is_version_control(entry))
            .sort_by_file_name(Ord::cmp)
            .build();
        let folder = folder.to_path_buf();
        walk.filter_map(move |entry| match entry {
            Ok(entry) if !entry.file_type().is_some_and(|kind| kind.is_file()) => None,
            Ok(entry) if self.is_own(entry.path()) => None,
            Ok(entry) => Some(self.file(entry.into_path(), false)),
            Err(error) => Some(Input {
                name: self.name(place(&error).unwrap_or(&folder)),
                source: Source::Failed(anyhow!("{}", cause(&error)).context("cannot be read")),
            }),
        })
    }

    fn file(&self, path: PathBuf, named: bool) -> Input {
        Input {
            name: self.name(&path),
            source: Source::File { path, named },
        }
    }

    fn name(&self, path: &Path) -> Name {
        let shown = path.strip_prefix("./").unwrap_or(path);
        Name {
            shown: shown.to_string_lossy().into_owned(),
            identity: self.identities.of(path),
        }
    }
}

/// Where a walk met an error.
fn place(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } => place(err),
        _ => None,
    }
}

/// What the system says of it. What is around that tells the place again.
fn cause(error: &ignore::Error) -> &dyn Error {
    let mut cause: &dyn Error = match error.io_error() {
        Some(error) => error,
        None => error,
    };
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause
}

fn is_version_control(entry: &DirEntry) -> bool {
    entry.depth() > 0
        && VERSION_CONTROL
            .iter()
            .any(|name| entry.file_name() == *name)
}
