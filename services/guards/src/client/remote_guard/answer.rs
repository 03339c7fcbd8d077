//! From what a remote guard claims to findings: nothing that it says is taken on trust, and one claim
//! that cannot be makes the whole answer none.

use std::collections::BTreeMap;

use guardmesh_guard_engine::{Encodings, Finding, Severity, Span};
use guardmesh_proto::guardmesh::guards::v1::{RemoteFinding, Severity as SeverityMessage};

use crate::remote::Failure;

/// Findings of an answer.
const MAX_FINDINGS: usize = 1000;
/// Characters of a rule or a category.
const MAX_NAME: usize = 64;

/// The findings in `text` that an answer stands for, by place.
pub(super) fn findings(text: &str, claims: Vec<RemoteFinding>) -> Result<Vec<Finding>, Failure> {
    if claims.len() > MAX_FINDINGS {
        return Err(Failure::InvalidAnswer("has more than 1000 findings"));
    }
    let findings = claims.into_iter().map(|claim| finding(text, claim));
    let mut findings: Vec<Finding> = findings.collect::<Result<_, _>>()?;
    findings.sort_by(|a, b| (a.span, &a.rule_id).cmp(&(b.span, &b.rule_id)));
    place_in_utf16(text, &mut findings);
    Ok(findings)
}

fn finding(text: &str, claim: RemoteFinding) -> Result<Finding, Failure> {
    let span = span(text, &claim)?;
    if !(0.0..=1.0).contains(&claim.score) {
        return Err(Failure::InvalidAnswer(
            "has a score that is not from 0 to 1",
        ));
    }
    let severity = match SeverityMessage::try_from(claim.severity) {
        Ok(SeverityMessage::Low) => Severity::Low,
        Ok(SeverityMessage::Medium) => Severity::Medium,
        Ok(SeverityMessage::High) => Severity::High,
        Ok(SeverityMessage::Critical) => Severity::Critical,
        Ok(SeverityMessage::Unspecified) | Err(_) => {
            return Err(Failure::InvalidAnswer("has an unknown severity"));
        }
    };
    if !is_name(&claim.rule_id) || !is_name(&claim.category) {
        return Err(Failure::InvalidAnswer(
            "has a rule or category of other characters than allowed",
        ));
    }
    Ok(Finding {
        // The verdict names it by the step.
        guard: "remote".into(),
        rule_id: claim.rule_id.into(),
        category: claim.category.into(),
        span,
        utf16: Span::new(0, 0),
        score: claim.score,
        severity,
        preview: format!("{} characters", text[span.start..span.end].chars().count()).into(),
        decoded_via: Encodings::NONE,
    })
}

fn span(text: &str, claim: &RemoteFinding) -> Result<Span, Failure> {
    let range = claim.byte_range.unwrap_or_default();
    let (start, end) = (usize::try_from(range.start), usize::try_from(range.end));
    match (start, end) {
        // Beyond the text there is none, and no boundary.
        (Ok(start), Ok(end)) if start < end && text.get(start..end).is_some() => {
            Ok(Span::new(start, end))
        }
        _ => Err(Failure::InvalidAnswer(
            "has a range that is none of the text",
        )),
    }
}

/// Counts the UTF-16 code units up to each place, reading the text once.
fn place_in_utf16(text: &str, findings: &mut [Finding]) {
    let spans = findings.iter().map(|finding| finding.span);
    let places = spans.flat_map(|span| [(span.start, 0), (span.end, 0)]);
    let mut places: BTreeMap<usize, usize> = places.collect();
    let (mut byte, mut units) = (0, 0);
    for (place, counted) in &mut places {
        units += text[byte..*place].encode_utf16().count();
        (byte, *counted) = (*place, units);
    }
    for finding in findings {
        let Span { start, end } = finding.span;
        finding.utf16 = Span::new(places[&start], places[&end]);
    }
}

fn is_name(text: &str) -> bool {
    let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'.');
    text.len() <= MAX_NAME
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use guardmesh_proto::guardmesh::guards::v1::TextRange;

    use super::*;

    fn claim(start: i32, end: i32) -> RemoteFinding {
        RemoteFinding {
            byte_range: Some(TextRange { start, end }),
            rule_id: "insult".to_owned(),
            category: "toxicity".to_owned(),
            severity: SeverityMessage::High.into(),
            score: 0.5,
        }
    }

    #[test]
    fn places_are_counted_in_both_ways() {
        let text = "é😀 fool";
        let found = findings(text, vec![claim(7, 11), claim(2, 6), claim(0, 11)]).unwrap();
        let spans: Vec<_> = found.iter().map(|one| (one.span, one.utf16)).collect();
        assert_eq!(
            spans,
            [
                (Span::new(0, 11), Span::new(0, 8)),
                (Span::new(2, 6), Span::new(1, 3)),
                (Span::new(7, 11), Span::new(4, 8)),
            ]
        );
        assert_eq!(&*found[2].preview, "4 characters");
    }

    #[test]
    fn an_answer_that_lies_is_none() {
        let text = "é😀 fool";
        let lies = [
            claim(0, 0),
            claim(5, 4),
            claim(-1, 4),
            claim(0, 12),
            claim(i32::MAX - 1, i32::MAX),
            claim(1, 2),
            claim(2, 5),
            RemoteFinding {
                byte_range: None,
                ..claim(0, 2)
            },
            RemoteFinding {
                score: f32::NAN,
                ..claim(0, 2)
            },
            RemoteFinding {
                score: f32::INFINITY,
                ..claim(0, 2)
            },
            RemoteFinding {
                score: -0.1,
                ..claim(0, 2)
            },
            RemoteFinding {
                score: 1.1,
                ..claim(0, 2)
            },
            RemoteFinding {
                severity: 0,
                ..claim(0, 2)
            },
            RemoteFinding {
                severity: 99,
                ..claim(0, 2)
            },
            RemoteFinding {
                rule_id: String::new(),
                ..claim(0, 2)
            },
            RemoteFinding {
                rule_id: "a]b".to_owned(),
                ..claim(0, 2)
            },
            RemoteFinding {
                rule_id: "a".repeat(65),
                ..claim(0, 2)
            },
            RemoteFinding {
                category: "\0".to_owned(),
                ..claim(0, 2)
            },
        ];
        for lie in lies {
            let claims = vec![claim(0, 2), lie.clone()];
            let answer = findings(text, claims);
            assert!(matches!(answer, Err(Failure::InvalidAnswer(_))), "{lie:?}");
        }
        let many = |count| findings(text, vec![claim(0, 2); count]);
        assert_eq!(many(1000).unwrap().len(), 1000);
        assert!(many(1001).is_err());
    }
}
