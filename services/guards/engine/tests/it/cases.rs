//! How cases are held against a guard: what it must find, what it must leave alone, and how many
//! random ones are tried.

use guardmesh_guard_engine::{Guard, redact};
use proptest::prelude::ProptestConfig;
use serde_json::Value;

use crate::engine;

/// So many random cases, unless `PROPTEST_CASES` asks for a deeper search.
pub(crate) fn config(cases: u32) -> ProptestConfig {
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    let cases = if asked {
        ProptestConfig::default().cases
    } else {
        cases
    };
    ProptestConfig::with_cases(cases)
}

/// A guard with parameters.
pub(crate) fn configured(id: &str, parameters: &Value) -> Guard {
    let guard = engine().guard(id).expect("a known guard");
    let parameters = parameters.as_object().expect("an object");
    guard.with_parameters(parameters).expect("good parameters")
}

/// The place and the rule of the parameter that is refused.
pub(crate) fn refused(id: &str, parameters: &Value) -> String {
    let guard = engine().guard(id).expect("a known guard");
    let built = guard.with_parameters(parameters.as_object().expect("an object"));
    built.expect_err("a wrong parameter").to_string()
}

/// Holds that each text has a finding of the rule beside it. What the rule covers stands between
/// `«` and `»`, which the guard does not see; a text without these is covered anywhere.
pub(crate) fn assert_found(guard: &Guard, cases: &[(&str, &str)]) {
    let mut failures = Vec::new();
    for (rule, marked) in cases {
        let text = marked.replace(['«', '»'], "");
        let wanted = marked.find('«').zip(marked.find('»')).map(|(from, to)| {
            let end = to - '«'.len_utf8();
            (from, end)
        });
        let findings = guard.scan(&text);
        let hit = findings.iter().any(|finding| {
            let span = (finding.span.start, finding.span.end);
            finding.rule_id == *rule && wanted.is_none_or(|wanted| wanted == span)
        });
        if !hit {
            let seen: Vec<_> = findings
                .iter()
                .map(|f| (f.rule_id.clone(), &text[f.span.start..f.span.end], f.score))
                .collect();
            failures.push(format!("{rule} in {text:?}: {seen:?}"));
        }
        let clean = redact(&text, &findings);
        if guard.scan(&clean).iter().any(|f| findings.contains(f)) {
            failures.push(format!("{clean:?} is not clean"));
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

/// Holds that no text has a finding that scores 0.5 or more.
pub(crate) fn assert_clean(guard: &Guard, texts: &[&str]) {
    let failures: Vec<String> = texts
        .iter()
        .flat_map(|text| {
            let findings = guard.scan(text).into_iter().filter(|f| f.score >= 0.5);
            findings.map(move |f| {
                let value = &text[f.span.start..f.span.end];
                format!("{} {value:?} ({}) in {text:?}", f.rule_id, f.score)
            })
        })
        .collect();
    assert!(failures.is_empty(), "{failures:#?}");
}
