//! Between crates: `gateway, services/* → proto, chassis`; `cli → all`; services reach each other by
//! contract alone. Read from `cargo metadata`; dependencies for tests and builds count as well.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::violation::Violation;

const PROTO: &str = "guardmesh-proto";
const CHASSIS: &str = "guardmesh-chassis";
/// Never depended upon.
const TOOLS: [&str; 2] = ["guardmesh-bench", "guardmesh-checks"];

#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_root: PathBuf,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    manifest_path: PathBuf,
    dependencies: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    name: String,
    /// Set for crates of this workspace.
    path: Option<PathBuf>,
}

/// What a crate may depend on.
#[derive(Debug)]
struct Limits {
    /// Crates of ours; `None` is any but the tools.
    ours: Option<&'static [&'static str]>,
    /// Crates of others that it must not name.
    refused: &'static [&'static str],
}

/// Every dependency that points the wrong way.
pub(crate) fn check(root: &Path) -> Result<Vec<Violation>> {
    let metadata = metadata(root)?;
    let mut violations = Vec::new();
    for package in &metadata.packages {
        let manifest = fs::read_to_string(&package.manifest_path)?;
        let file = package
            .manifest_path
            .strip_prefix(&metadata.workspace_root)?;
        let file = file.to_string_lossy().into_owned();
        let Some(limits) = limits(&package.name, &file) else {
            violations.push(Violation {
                file,
                line: 0,
                rule: format!("{} has no place in the directions", package.name),
                remedy: "say in .ci/checks/src/directions/crates.rs what it may depend on",
            });
            continue;
        };
        for dependency in &package.dependencies {
            if let Some(remedy) = limits.refuses(dependency) {
                violations.push(Violation {
                    line: line_of(&manifest, &dependency.name),
                    file: file.clone(),
                    rule: format!("{} must not depend on {}", package.name, dependency.name),
                    remedy,
                });
            }
        }
    }
    Ok(violations)
}

// === impl Limits ===

impl Limits {
    const fn new(ours: &'static [&'static str], refused: &'static [&'static str]) -> Self {
        Self {
            ours: Some(ours),
            refused,
        }
    }

    /// What to do instead, if `dependency` is refused.
    fn refuses(&self, dependency: &Dependency) -> Option<&'static str> {
        let name = dependency.name.as_str();
        if dependency.path.is_none() {
            return self
                .refused
                .contains(&name)
                .then_some("this belongs to a service: move the code there");
        }
        if TOOLS.contains(&name) {
            return Some(
                "nothing depends on benches and checks: move what is shared into the product",
            );
        }
        let allowed = self.ours.is_none_or(|ours| ours.contains(&name));
        (!allowed)
            .then_some("call it by its contract, or move what is shared into guardmesh-chassis")
    }
}

fn limits(name: &str, manifest: &str) -> Option<Limits> {
    Some(match name {
        CHASSIS => Limits::new(&[PROTO], &[]),
        PROTO | "guardmesh-transcoder" => Limits::new(&[], &["sqlx"]),
        "guardmesh-guard-engine" => Limits::new(&[], &["prost", "sqlx", "tokio", "tonic"]),
        "guardmesh-gateway" => Limits::new(&[PROTO, CHASSIS, "guardmesh-transcoder"], &["sqlx"]),
        "guardmesh-guards" => Limits::new(&[PROTO, CHASSIS, "guardmesh-guard-engine"], &[]),
        "guardmesh" | "guardmesh-bench" => Limits {
            ours: None,
            refused: &[],
        },
        "guardmesh-checks" => Limits::new(&[CHASSIS], &[]),
        _ if manifest.starts_with("services/") => Limits::new(&[PROTO, CHASSIS], &[]),
        _ => return None,
    })
}

fn metadata(root: &Path) -> Result<Metadata> {
    let output = Command::new("cargo")
        .current_dir(root)
        .args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ])
        .output()
        .context("cargo metadata cannot be run")?;
    if !output.status.success() {
        bail!(
            "cargo metadata failed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Where a manifest names `dependency`.
fn line_of(manifest: &str, dependency: &str) -> usize {
    let names = |line: &str| {
        let rest = line.trim_start_matches('"').strip_prefix(dependency);
        rest.is_some_and(|rest| rest.starts_with(['.', ' ', '=', '"']))
    };
    manifest.lines().position(names).map_or(0, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::tests::tree;

    /// What the check says of a workspace of these crates: path, name, dependencies.
    fn violations(crates: &[(&str, &str, &[&str])]) -> Vec<String> {
        let members: Vec<&str> = crates.iter().map(|(path, ..)| *path).collect();
        let workspace = format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n");
        let mut files = vec![("Cargo.toml".to_owned(), workspace)];
        for (path, name, dependencies) in crates {
            let mut manifest = vec![format!(
                "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]"
            )];
            for dependency in *dependencies {
                let found = crates.iter().find(|(_, name, _)| name == dependency);
                let source = found.map_or("version = \"1\"".to_owned(), |(to, ..)| {
                    format!("path = \"{}{to}\"", "../".repeat(path.split('/').count()))
                });
                manifest.push(format!("{dependency} = {{ {source} }}"));
            }
            files.push((format!("{path}/Cargo.toml"), manifest.join("\n")));
            files.push((format!("{path}/src/lib.rs"), String::new()));
        }
        let files: Vec<(&str, &str)> = files
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
            .collect();
        let root = tree(&files);
        let violations = check(root.path()).unwrap();
        violations.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_design_passes() {
        let found = violations(&[
            ("proto", PROTO, &["prost", "tonic"]),
            ("services/chassis", CHASSIS, &[PROTO, "sqlx"]),
            ("services/auth", "guardmesh-auth", &[PROTO, CHASSIS, "sqlx"]),
            (
                "services/guards",
                "guardmesh-guards",
                &[PROTO, CHASSIS, "guardmesh-guard-engine"],
            ),
            (
                "services/guards/engine",
                "guardmesh-guard-engine",
                &["regex"],
            ),
            (
                "gateway",
                "guardmesh-gateway",
                &[PROTO, CHASSIS, "guardmesh-transcoder"],
            ),
            ("gateway/transcoder", "guardmesh-transcoder", &["prost"]),
            (
                "cli",
                "guardmesh",
                &["guardmesh-auth", "guardmesh-gateway", "guardmesh-guards"],
            ),
            ("bench", "guardmesh-bench", &["guardmesh-gateway"]),
        ]);
        assert_eq!(found, [""; 0]);
    }

    #[test]
    fn services_call_each_other_by_contract_alone() {
        let found = violations(&[
            ("services/auth", "guardmesh-auth", &[]),
            (
                "services/webhooks",
                "guardmesh-webhooks",
                &["guardmesh-auth"],
            ),
        ]);
        assert_eq!(
            found,
            [
                "services/webhooks/Cargo.toml:6: guardmesh-webhooks must not depend on guardmesh-auth; \
              call it by its contract, or move what is shared into guardmesh-chassis"
            ]
        );
    }

    #[test]
    fn the_bottom_depends_on_nothing_of_ours() {
        for (path, name) in [
            ("gateway/transcoder", "guardmesh-transcoder"),
            ("services/guards/engine", "guardmesh-guard-engine"),
            ("proto", PROTO),
        ] {
            let found = violations(&[(path, name, &[CHASSIS]), ("services/chassis", CHASSIS, &[])]);
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(
                found[0].contains(&format!("{name} must not depend on {CHASSIS}")),
                "{found:?}"
            );
        }
        let found = violations(&[
            ("services/chassis", CHASSIS, &["guardmesh-auth"]),
            ("services/auth", "guardmesh-auth", &[]),
        ]);
        assert!(
            found[0].contains("guardmesh-chassis must not depend on guardmesh-auth"),
            "{found:?}"
        );
    }

    #[test]
    fn edge_and_engine_stay_away_from_what_is_not_theirs() {
        let found = violations(&[("gateway", "guardmesh-gateway", &["sqlx"])]);
        assert!(
            found[0]
                .starts_with("gateway/Cargo.toml:6: guardmesh-gateway must not depend on sqlx;"),
            "{found:?}"
        );
        for refused in ["prost", "sqlx", "tokio", "tonic"] {
            let found = violations(&[(
                "services/guards/engine",
                "guardmesh-guard-engine",
                &[refused],
            )]);
            assert_eq!(found.len(), 1, "{refused}: {found:?}");
        }
    }

    #[test]
    fn benches_and_checks_are_depended_upon_by_nobody() {
        for tool in TOOLS {
            let found = violations(&[("cli", "guardmesh", &[tool]), ("tool", tool, &[])]);
            assert!(
                found[0].contains(&format!("guardmesh must not depend on {tool}")),
                "{found:?}"
            );
        }
    }

    #[test]
    fn a_new_crate_must_be_placed() {
        let found = violations(&[("tools/extra", "guardmesh-extra", &[])]);
        assert!(
            found[0].starts_with("tools/extra/Cargo.toml: guardmesh-extra has no place"),
            "{found:?}"
        );
        assert_eq!(
            violations(&[("services/new", "guardmesh-new", &[])]),
            [""; 0]
        );
    }
}
