//! The default policy: what to do with a text, given what was found in it.
//!
//! Policies of a tenant belong to the guards service; this is what holds when there is none.

use crate::finding::Finding;
use crate::guard::{
    exfiltration, invisible_text, json_schema, keywords, pii, prompt_injection, regex, secrets,
    system_prompt_leak, urls,
};

/// A finding that scores below this only flags the text.
pub const LOW_SCORE: f32 = 0.5;

/// What to do with a text. Ordered: the greatest of all findings holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decision {
    /// Let it pass.
    Allow,
    /// Let it pass and make a note.
    Flag,
    /// Let it pass without the parts that were found.
    Redact,
    /// Hold it until a person has looked.
    Review,
    /// Refuse it.
    Block,
}

// === impl Decision ===

impl Decision {
    /// The name in upper case, as verdicts show it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "ALLOW",
            Self::Flag => "FLAG",
            Self::Redact => "REDACT",
            Self::Review => "REVIEW",
            Self::Block => "BLOCK",
        }
    }
}

/// The default policy, the greatest over all findings:
///
/// | finding | decision |
/// |---|---|
/// | none | allow |
/// | any with a score below [`LOW_SCORE`] | flag |
/// | secret known only by its name and entropy | redact |
/// | any other secret | block |
/// | prompt injection | block |
/// | personal data | redact |
/// | invisible text | redact, which removes it |
/// | image or link that carries data out | redact |
/// | banned word, host that a list forbids, pattern of a policy, leak of the system prompt | block |
/// | text against the JSON Schema of a policy | block |
/// | of a guard unknown here | flag |
pub fn decide(findings: &[Finding]) -> Decision {
    findings
        .iter()
        .map(decide_one)
        .max()
        .unwrap_or(Decision::Allow)
}

fn decide_one(finding: &Finding) -> Decision {
    match finding.guard.as_ref() {
        _ if finding.score < LOW_SCORE => Decision::Flag,
        secrets::ID if finding.category == secrets::GENERIC => Decision::Redact,
        pii::ID | invisible_text::ID | exfiltration::ID => Decision::Redact,
        keywords::ID if finding.category == keywords::BANNED => Decision::Block,
        urls::ID if finding.category == urls::POLICY => Decision::Block,
        prompt_injection::ID
        | secrets::ID
        | regex::ID
        | json_schema::ID
        | system_prompt_leak::ID => Decision::Block,
        _ => Decision::Flag,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Severity, Span};

    fn finding(guard: &'static str, category: &'static str, score: f32) -> Finding {
        Finding {
            guard: guard.into(),
            rule_id: "rule".into(),
            category: category.into(),
            span: Span::new(0, 1),
            utf16: Span::new(0, 1),
            score,
            severity: Severity::High,
            preview: "".into(),
            decoded_via: crate::Encodings::NONE,
        }
    }

    #[test]
    fn decisions_are_ordered() {
        use Decision::{Allow, Block, Flag, Redact, Review};
        assert!(Block > Review && Review > Redact && Redact > Flag && Flag > Allow);
    }

    #[test]
    fn the_table_holds() {
        let cases = [
            (secrets::ID, secrets::GENERIC, 0.9, Decision::Redact),
            (secrets::ID, "token", 0.9, Decision::Block),
            (secrets::ID, "token", 0.4, Decision::Flag),
            (pii::ID, "contact", 0.9, Decision::Redact),
            (pii::ID, "contact", 0.3, Decision::Flag),
            (invisible_text::ID, "bidi", 0.9, Decision::Redact),
            (exfiltration::ID, "loaded", 0.9, Decision::Redact),
            (keywords::ID, keywords::BANNED, 0.9, Decision::Block),
            (keywords::ID, "competitor", 0.9, Decision::Flag),
            (urls::ID, urls::POLICY, 0.9, Decision::Block),
            (urls::ID, "deceptive", 0.9, Decision::Flag),
            (regex::ID, "pattern", 0.9, Decision::Block),
            (system_prompt_leak::ID, "leak", 0.9, Decision::Block),
            (json_schema::ID, "structure", 0.9, Decision::Block),
            (prompt_injection::ID, "injection", 0.5, Decision::Block),
            (prompt_injection::ID, "injection", 0.4, Decision::Flag),
            ("later", "other", 0.9, Decision::Flag),
        ];
        for (guard, category, score, wanted) in cases {
            assert_eq!(
                decide(&[finding(guard, category, score)]),
                wanted,
                "{guard}"
            );
        }
        assert_eq!(decide(&[]), Decision::Allow);
    }

    #[test]
    fn the_greatest_wins_in_any_order() {
        let email = finding(pii::ID, "contact", 0.9);
        let token = finding(secrets::ID, "token", 0.9);
        assert_eq!(decide(&[email.clone(), token.clone()]), Decision::Block);
        assert_eq!(decide(&[token, email]), Decision::Block);
    }
}
