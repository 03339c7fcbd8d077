//! The lines that `guardmesh dev` prints work when they are pasted into a shell, in order.

use std::process::Command;

use serde_json::Value;

use crate::guardmesh::{Guardmesh, command};

#[tokio::test]
async fn the_printed_lines_work_when_pasted() {
    let awkward = r#"it's "quoted" $HOME \ pass"#;
    let guardmesh = Guardmesh::start(
        command(&["dev", "--ephemeral", "--listen", "127.0.0.1:0"])
            .env("GUARDMESH_ADMIN_PASSWORD", awkward),
    );
    let (_, lines) = guardmesh.welcome.split_once("Try it:").unwrap();
    let (lines, _) = lines.split_once("The whole API:").unwrap();
    // Twice: whoever pastes again meets an account that exists, and goes on.
    for round in ["first", "second"] {
        let shell = Command::new("bash")
            .args(["-euo", "pipefail", "-c", lines])
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&shell.stderr);
        assert!(shell.status.success(), "{errors}");
        let answers: Vec<Value> = String::from_utf8(shell.stdout)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}")))
            .collect();
        let has = |index: usize, field: &str| {
            assert!(
                answers[index].get(field).is_some(),
                "{round}, {index}: {}",
                answers[index]
            );
        };
        assert_eq!(answers.len(), 8, "{answers:?}");
        has(0, "services");
        has(1, if round == "first" { "tokens" } else { "reason" });
        has(2, "user");
        assert_eq!(answers[3]["decision"], "DECISION_REDACT");
        has(4, "guardRuns");
        has(5, "eventId");
        assert_eq!(answers[6]["webhookEvents"][0]["externalId"], "evt_try_it");
        has(7, "invoices");
    }
}
