//! Inside a service: `rpc, job → domain → db`. The domain knows neither the wire nor SQL, so that a
//! rule can be read, tested and moved without either.

use std::path::Path;

use anyhow::Result;

use crate::files;
use crate::source::{Mention, Source};
use crate::violation::Violation;

/// A rule over what a file mentions.
struct Rule {
    /// Rooms in which it does not hold: `x` is `src/x.rs` and `src/x/**`.
    free: &'static [&'static str],
    /// What is wrong with a path, if anything.
    breaks: fn(&Mention) -> bool,
    what: &'static str,
    remedy: &'static str,
}

const RULES: [Rule; 4] = [
    Rule {
        free: &["rpc", "client", "lib", "error", "main"],
        breaks: |mention| mention.segments.first().is_some_and(|name| is_wire(name)),
        what: "names the wire",
        remedy: "translate in src/rpc/ or a client adapter and hand over a domain type",
    },
    Rule {
        free: &["db"],
        breaks: is_query,
        what: "runs SQL",
        remedy: "move the statement to the table's file in src/db/",
    },
    Rule {
        free: &["rpc", "lib", "main"],
        breaks: |mention| is_room(mention, "rpc"),
        what: "reaches up into rpc",
        remedy: "move what is needed into the domain",
    },
    Rule {
        free: &["job", "lib", "main"],
        breaks: |mention| is_room(mention, "job"),
        what: "reaches up into job",
        remedy: "move what is needed into the domain",
    },
];

/// Every mention in a service that points the wrong way.
pub(crate) fn check(root: &Path) -> Result<Vec<Violation>> {
    let mut violations = Vec::new();
    for file in files::list(root, &["services/*.rs"])? {
        let Some(room) = room(&file) else {
            continue;
        };
        let source = Source::read(root, &file)?;
        for rule in RULES.iter().filter(|rule| !rule.free.contains(&room)) {
            for mention in source.paths.iter().filter(|mention| (rule.breaks)(mention)) {
                violations.push(Violation {
                    file: file.clone(),
                    line: mention.line,
                    rule: format!("{room} {}: {}", rule.what, mention.segments.join("::")),
                    remedy: rule.remedy,
                });
            }
        }
    }
    Ok(violations)
}

/// The room that `services/<service>/src/<room>…` is; `None` for what is no service's source.
fn room(file: &str) -> Option<&str> {
    let (service, rest) = file.strip_prefix("services/")?.split_once('/')?;
    let rest = rest.strip_prefix("src/")?;
    let room = rest.split('/').next()?;
    (service != "chassis").then_some(room.strip_suffix(".rs").unwrap_or(room))
}

/// Crates whose types are those of the wire.
fn is_wire(name: &str) -> bool {
    ["guardmesh_proto", "prost", "tonic"].iter().any(|wire| {
        name.strip_prefix(wire)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
    })
}

/// `sqlx::query…`, `sqlx::raw_sql` or `query…!` by itself: macros are paths as well.
fn is_query(mention: &Mention) -> bool {
    let [first, rest @ ..] = mention.segments.as_slice() else {
        return false;
    };
    let last = rest.last().unwrap_or(first).as_str();
    let statement = matches!(last, "raw_sql" | "QueryBuilder") || last.starts_with("query");
    statement && (mention.is_macro || first == "sqlx")
}

/// `crate::<room>` or `super::<room>`.
fn is_room(mention: &Mention, room: &str) -> bool {
    let inner = mention
        .segments
        .iter()
        .skip_while(|name| matches!(name.as_str(), "crate" | "self" | "super"));
    let inner: Vec<&String> = inner.collect();
    inner.len() < mention.segments.len() && inner.first().is_some_and(|name| *name == room)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::tests::tree;

    fn violations(file: &str, text: &str) -> Vec<String> {
        let root = tree(&[(file, text)]);
        let violations = check(root.path()).unwrap();
        violations.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_wire_stays_at_the_door() {
        for code in [
            "use tonic::Status;",
            "use guardmesh_proto::guardmesh::auth::v1::User;",
            "fn f() -> prost_types::Timestamp {}",
            "#[tonic::async_trait]\nimpl A for B {}",
        ] {
            for room in [
                "session.rs",
                "db/user.rs",
                "job.rs",
                "config.rs",
                "state/inner.rs",
            ] {
                let found = violations(&format!("services/auth/src/{room}"), code);
                assert_eq!(found.len(), 1, "{room}: {code}: {found:?}");
            }
            for room in [
                "rpc.rs",
                "rpc/auth.rs",
                "lib.rs",
                "error.rs",
                "main.rs",
                "client.rs",
                "client/auth.rs",
            ] {
                let found = violations(&format!("services/auth/src/{room}"), code);
                assert_eq!(found, [""; 0], "{room}: {code}");
            }
        }
        assert_eq!(
            violations(
                "services/auth/src/session.rs",
                "//! tonic::Status\n\nuse tonic::Status;"
            ),
            [
                "services/auth/src/session.rs:3: session names the wire: tonic::Status; \
              translate in src/rpc/ or a client adapter and hand over a domain type"
            ]
        );
    }

    #[test]
    fn sql_stays_in_db() {
        for code in [
            "fn f() { sqlx::query!(\"select 1\"); }",
            "fn f() { query_as!(User, \"select 1\"); }",
            "fn f() { sqlx::query(\"select 1\"); }",
            "use sqlx::{PgConnection, query_scalar};",
            "use sqlx::QueryBuilder;",
        ] {
            for room in ["session.rs", "rpc/auth.rs", "job.rs", "lib.rs"] {
                let found = violations(&format!("services/auth/src/{room}"), code);
                assert_eq!(found.len(), 1, "{room}: {code}: {found:?}");
            }
            for room in ["db.rs", "db/user.rs"] {
                let found = violations(&format!("services/auth/src/{room}"), code);
                assert_eq!(found, [""; 0], "{room}: {code}");
            }
        }
        let pool = "use sqlx::{PgConnection, PgPool}; fn f(query: &str) { db::query_one(query) }";
        assert_eq!(violations("services/auth/src/session.rs", pool), [""; 0]);
    }

    #[test]
    fn nobody_reaches_up() {
        for entrance in ["rpc", "job"] {
            for code in [
                format!("use crate::{entrance}::X;"),
                format!("use crate::{{db, {entrance}::X}};"),
                format!("fn f() {{ super::{entrance}::go() }}"),
            ] {
                for room in ["session.rs", "db/user.rs", "error.rs"] {
                    let found = violations(&format!("services/auth/src/{room}"), &code);
                    assert_eq!(found.len(), 1, "{room}: {code}: {found:?}");
                }
                for room in [
                    "lib.rs".to_owned(),
                    "main.rs".to_owned(),
                    format!("{entrance}/x.rs"),
                ] {
                    let found = violations(&format!("services/auth/src/{room}"), &code);
                    assert_eq!(found, [""; 0], "{room}: {code}");
                }
            }
        }
        let down = "use crate::{db, session}; fn f(rpc: u8, job: u8) {}";
        assert_eq!(violations("services/auth/src/user.rs", down), [""; 0]);
    }

    #[test]
    fn only_the_source_of_services_has_rooms() {
        for file in [
            "services/chassis/src/server.rs",
            "services/auth/tests/it/main.rs",
            "services/auth/build.rs",
            "services/guards/engine/src/scan.rs",
            "gateway/src/filter.rs",
        ] {
            assert_eq!(violations(file, "use tonic::Status;"), [""; 0], "{file}");
        }
    }
}
