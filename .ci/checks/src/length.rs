//! Files stay short enough to be read in one sitting.

use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::files;
use crate::violation::Violation;

const LIMIT: usize = 500;

/// Every Rust file with more than [`LIMIT`] lines.
pub(crate) fn check(root: &Path) -> Result<Vec<Violation>> {
    let mut violations = Vec::new();
    for file in files::list(root, &["*.rs"])? {
        let lines = fs::read_to_string(root.join(&file))?.lines().count();
        if lines > LIMIT {
            violations.push(Violation {
                file,
                line: 0,
                rule: format!("{lines} lines, the limit is {LIMIT}"),
                remedy: "split it by subject",
            });
        }
    }
    Ok(violations)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::tests::tree;

    #[test]
    fn a_line_over_the_limit_is_one_too_many() {
        let limit = "// line\n".repeat(LIMIT);
        let over = "// line\n".repeat(LIMIT + 1);
        let root = tree(&[
            ("short.rs", &limit),
            ("deep/long.rs", &over),
            ("long.txt", &over),
        ]);
        let violations = check(root.path()).unwrap();
        assert_eq!(violations.len(), 1);
        assert_eq!(
            violations[0].to_string(),
            "deep/long.rs: 501 lines, the limit is 500; split it by subject"
        );
    }

    #[test]
    fn what_git_ignores_is_not_ours() {
        let over = "// line\n".repeat(LIMIT + 1);
        let root = tree(&[(".gitignore", "/target\n"), ("target/generated.rs", &over)]);
        assert_eq!(check(root.path()).unwrap(), []);
    }
}
