//! Has git write a diff.

use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail};

/// Far more lines than a file has: files come whole, so that findings are those of the file.
const ALL_LINES: &str = "--unified=1000000000";

/// What is compared.
#[derive(Debug, Clone, Copy)]
pub(in crate::check) enum Comparison<'a> {
    /// What `git diff` takes: a commit with the working tree, or `a..b`.
    Revision(&'a str),
    /// What would be committed, with the last commit.
    Staged,
}

/// The output of a `git diff`, whose end is an error if git failed.
#[derive(Debug)]
pub(in crate::check) struct Output {
    child: Child,
    stdout: ChildStdout,
}

/// Starts `git diff` for these paths, or for all.
pub(in crate::check) fn diff(
    comparison: Comparison<'_>,
    paths: &[PathBuf],
) -> Result<BufReader<Output>> {
    let mut command = Command::new("git");
    // Settings and variables of the caller that change what a diff looks like do not count.
    command.args(["-c", "core.quotePath=false", "diff"]);
    command.args([
        "--no-color",
        "--no-ext-diff",
        "--no-textconv",
        "--submodule=short",
    ]);
    command.args([
        "--no-relative",
        "--src-prefix=a/",
        "--dst-prefix=b/",
        ALL_LINES,
    ]);
    command.env_remove("GIT_DIFF_OPTS");
    match comparison {
        Comparison::Staged => command.args(["--cached", "--"]),
        Comparison::Revision(revision) => command.args(["--end-of-options", revision, "--"]),
    };
    let mut child = command
        .args(paths)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("git cannot be run")?;
    let stdout = child.stdout.take().context("git has no output")?;
    Ok(BufReader::new(Output { child, stdout }))
}

/// The current folder as seen from the top of the repository, such as `src/bin`; empty at the top.
pub(in crate::check) fn folder() -> Result<PathBuf> {
    let output = Command::new("git")
        .args(["rev-parse", "--show-prefix"])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .context("git cannot be run")?;
    if !output.status.success() {
        bail!("git cannot say where this repository begins");
    }
    let prefix = String::from_utf8(output.stdout).context("the name of this folder")?;
    Ok(prefix.trim_end_matches('\n').into())
}

/// A path from the top of the repository, as seen from `folder` in it.
pub(in crate::check) fn seen_from(folder: &Path, path: &Path) -> PathBuf {
    let common = folder
        .components()
        .zip(path.components())
        .take_while(|(a, b)| a == b)
        .count();
    let up = folder.components().skip(common).map(|_| Path::new(".."));
    let down = path.components().skip(common);
    up.chain(down.map(|part| Path::new(part.as_os_str())))
        .collect()
}

// === impl Output ===

impl Read for Output {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.stdout.read(buffer)?;
        if count == 0 && !buffer.is_empty() {
            let status = self.child.wait()?;
            if !status.success() {
                // On standard error it has said why.
                return Err(io::Error::other(format!("git diff failed ({status})")));
            }
        }
        Ok(count)
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // Nothing is left of it, also when not all was read.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_seen_from_the_current_folder() {
        for (folder, path, wanted) in [
            ("", "src/a.rs", "src/a.rs"),
            ("src/", "src/a.rs", "a.rs"),
            ("src/bin/", "src/a.rs", "../a.rs"),
            ("docs/", "src/a.rs", "../src/a.rs"),
        ] {
            let seen = seen_from(Path::new(folder), Path::new(path));
            assert_eq!(seen, Path::new(wanted));
        }
    }
}
