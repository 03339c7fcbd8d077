//! A folder of a test's own, and `guardmesh check` in it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// Files in a temporary folder.
pub(crate) struct Tree {
    directory: tempfile::TempDir,
}

/// What a check said.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// `guardmesh check`, to be run in this folder, apart from the machine's settings of git.
pub(crate) fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guardmesh"));
    command.arg("check").args(arguments).current_dir(folder);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null");
    command.stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs it with this input, wherever the tests run.
pub(crate) fn check(arguments: &[&str], input: &str) -> Output {
    run(&mut command(Path::new("."), arguments), input.as_bytes())
}

fn run(command: &mut Command, input: &[u8]) -> Output {
    let mut child = command.spawn().unwrap();
    // Whoever does not read its input closes it.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

// === impl Tree ===

impl Tree {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let tree = Self { directory };
        for (name, text) in files {
            tree.write(name, text);
        }
        tree
    }

    /// The same as a git repository, in which all of it is committed.
    pub(crate) fn repository(files: &[(&str, &str)]) -> Self {
        let tree = Self::new(files);
        tree.git(&["init", "--quiet", "."]);
        tree.commit();
        tree
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Runs git; gives what it writes.
    pub(crate) fn git(&self, arguments: &[&str]) -> Vec<u8> {
        let output = Command::new("git")
            .args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org"])
            .args(arguments)
            .current_dir(self.directory.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?} {output:?}");
        output.stdout
    }

    pub(crate) fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", "x"]);
    }

    /// Runs `guardmesh check` at the top of it.
    pub(crate) fn check(&self, arguments: &[&str]) -> Said {
        self.check_in(".", arguments, b"")
    }

    /// Runs it in one of its folders, with an input.
    pub(crate) fn check_in(&self, folder: &str, arguments: &[&str], input: &[u8]) -> Said {
        let output = run(&mut command(&self.path(folder), arguments), input);
        Said {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

// === impl Said ===

impl Said {
    /// Where its findings are: `path:line:column`.
    pub(crate) fn places(&self) -> Vec<&str> {
        let lines = self.stdout.lines();
        lines.map(|line| line.split(": ").next().unwrap()).collect()
    }

    /// The report as one JSON document.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap()
    }
}
