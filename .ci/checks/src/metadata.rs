//! The committed query metadata in `.sqlx`: whether it is what the queries and migrations give.
//!
//! The comparison needs no database and no compiler, and is still exact. The files must be those of
//! the queries in the code, one for one, as sqlx names a file by the hash of its query. What is in
//! them follows from the query, the migrations and sqlx's version, so `prepared.sha256` beside them,
//! a digest of all of that and of the files, must be the one that preparing wrote. Two branches
//! that both changed something conflict there, as they should: neither metadata knows the other.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use aws_lc_rs::digest::{self, SHA256};

use crate::files;
use crate::source::{MacroCall, Source};
use crate::violation::Violation;

pub(crate) use prepare::prepare;

mod prepare;

const DIRECTORY: &str = ".sqlx";
const SEAL: &str = ".sqlx/prepared.sha256";
const RENEW: &str = "run `make sqlx` and commit .sqlx";

/// Everything in which `.sqlx` differs from code and migrations.
pub(crate) fn check(root: &Path) -> Result<Vec<Violation>> {
    let mut violations = Vec::new();
    let mut stale = metadata_files(root)?;
    for file in files::list(root, &["*.rs"])? {
        for call in Source::read(root, &file)?
            .macros
            .iter()
            .filter(|call| is_query(call))
        {
            let Some(query) = &call.text else {
                violations.push(Violation {
                    file: file.clone(),
                    line: call.line,
                    rule: format!("{}! without its text", call.name),
                    remedy: "write the statement as a string literal in the macro",
                });
                continue;
            };
            let name = format!("query-{}.json", sha256(query.as_bytes()));
            let metadata = format!("{DIRECTORY}/{name}");
            stale.retain(|file| *file != metadata);
            if !root.join(&metadata).exists() {
                violations.push(Violation {
                    file: file.clone(),
                    line: call.line,
                    rule: "a query without metadata".to_owned(),
                    remedy: RENEW,
                });
            }
        }
    }
    violations.extend(stale.into_iter().map(|file| Violation {
        file,
        line: 0,
        rule: "metadata of a query that is no longer in the code".to_owned(),
        remedy: RENEW,
    }));
    if violations.is_empty() && !metadata_files(root)?.is_empty() {
        let committed = fs::read_to_string(root.join(SEAL)).unwrap_or_default();
        if committed.trim_end() != seal(root)? {
            violations.push(Violation {
                file: SEAL.to_owned(),
                line: 0,
                rule: "migrations, sqlx or metadata changed since it was prepared".to_owned(),
                remedy: RENEW,
            });
        }
    }
    Ok(violations)
}

fn is_query(call: &MacroCall) -> bool {
    let name = call.name.trim_end_matches("_unchecked");
    matches!(name, "query" | "query_as" | "query_scalar") || name.starts_with("query_file")
}

fn metadata_files(root: &Path) -> Result<Vec<String>> {
    files::list(root, &[".sqlx/query-*.json"])
}

/// A digest of all that metadata follows from, and of the metadata itself.
fn seal(root: &Path) -> Result<String> {
    let inputs = ["migrations/*.sql", "*/sqlx.toml", ".sqlx/query-*.json"];
    let mut parts = BTreeMap::from([("sqlx".to_owned(), sqlx_version(root)?)]);
    for file in files::list(root, &inputs)? {
        let text = fs::read(root.join(&file))?;
        parts.insert(file, sha256(&text));
    }
    let lines: Vec<String> = parts
        .iter()
        .map(|(name, value)| format!("{name} {value}\n"))
        .collect();
    Ok(sha256(lines.concat().as_bytes()))
}

fn sqlx_version(root: &Path) -> Result<String> {
    let lock = fs::read_to_string(root.join("Cargo.lock")).context("Cargo.lock")?;
    let mut lines = lock.lines().skip_while(|line| *line != "name = \"sqlx\"");
    let version = lines.nth(1).context("sqlx is not in Cargo.lock")?;
    Ok(version.to_owned())
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(digest::digest(&SHA256, bytes))
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::source::tests::tree;

    const CODE: &str = "fn f() { sqlx::query!(\"select 1\"); sqlx::query!(\"select 0\"); }";
    const LOCK: &str = "[[package]]\nname = \"sqlx\"\nversion = \"0.9.0\"\n";
    const MIGRATION: &str = "migrations/auth/0001_user.sql";

    /// A workspace whose metadata was just prepared.
    fn prepared() -> TempDir {
        let root = tree(&[
            ("services/auth/src/db.rs", CODE),
            ("Cargo.lock", LOCK),
            (MIGRATION, "create table auth.users ();"),
            (&metadata_of("select 1"), "{}"),
            (&metadata_of("select 0"), "{}"),
        ]);
        fs::write(root.path().join(SEAL), seal(root.path()).unwrap()).unwrap();
        assert_eq!(check(root.path()).unwrap(), []);
        root
    }

    fn metadata_of(query: &str) -> String {
        format!("{DIRECTORY}/query-{}.json", sha256(query.as_bytes()))
    }

    /// What the check says once `file` holds `text`.
    fn after(file: &str, text: &str) -> String {
        let root = prepared();
        let file = root.path().join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
        let violations = check(root.path()).unwrap();
        assert_eq!(violations.len(), 1, "{violations:?}");
        violations[0].to_string()
    }

    #[test]
    fn a_query_is_known_by_the_name_that_sqlx_gives_it() {
        // echo -n 'select 1' | sha256sum
        let hash = "822ae07d4783158bc1912bb623e5107cc9002d519e1143a9c200ed6ee18b6d0f";
        assert_eq!(metadata_of("select 1"), format!(".sqlx/query-{hash}.json"));
    }

    #[test]
    fn a_new_query_is_noticed() {
        let code = format!("{CODE}\nfn g() {{ sqlx::query_scalar!(\"select 2\"); }}");
        let found = after("services/auth/src/db.rs", &code);
        assert!(
            found.starts_with("services/auth/src/db.rs:2: a query without metadata;"),
            "{found}"
        );
    }

    #[test]
    fn a_query_that_went_is_noticed() {
        let code = CODE.replace("sqlx::query!(\"select 0\");", "");
        let found = after("services/auth/src/db.rs", &code);
        let stale = metadata_of("select 0");
        assert!(
            found.starts_with(&format!(
                "{stale}: metadata of a query that is no longer in the code"
            )),
            "{found}"
        );
    }

    #[test]
    fn a_query_by_name_is_refused() {
        let code = format!("{CODE}\nfn g() {{ sqlx::query!(SQL); }}");
        let found = after("services/auth/src/db.rs", &code);
        assert!(
            found.starts_with("services/auth/src/db.rs:2: query! without its text;"),
            "{found}"
        );
    }

    #[test]
    fn whatever_metadata_follows_from_is_sealed() {
        for (file, text) in [
            (MIGRATION, "create table auth.users (id uuid);"),
            (
                "migrations/auth/0002_more.sql",
                "create table auth.more ();",
            ),
            ("services/auth/sqlx.toml", "[macros]"),
            (
                "Cargo.lock",
                "[[package]]\nname = \"sqlx\"\nversion = \"0.9.1\"\n",
            ),
            (&metadata_of("select 1"), "{\"nullable\": []}"),
            (SEAL, ""),
        ] {
            let found = after(file, text);
            assert!(
                found.starts_with(".sqlx/prepared.sha256: migrations, sqlx or metadata changed"),
                "{file}: {found}"
            );
        }
    }
}
