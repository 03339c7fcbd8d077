//! Takes findings out of a text: each merged place is replaced once, invisible text is removed.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::finding::{Finding, Span};
use crate::guard::invisible_text;

/// How every placeholder begins; guards never report a placeholder.
pub(crate) const PLACEHOLDER: &str = "[REDACTED:";

/// A part of a text where findings overlap or touch, of which some can be seen.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a, T> {
    /// Who found what names it.
    pub by: T,
    /// The finding that names it.
    pub strongest: &'a Finding,
    /// The text there.
    pub value: &'a str,
    group: &'a [Found<'a, T>],
}

/// A finding, whose it is, and where, which is looked at most.
#[derive(Clone, Copy, Debug)]
struct Found<'a, T> {
    span: Span,
    by: T,
    finding: &'a Finding,
}

// === impl Place ===

impl<T: Copy> Place<'_, T> {
    /// Who found something there that can be seen, by place.
    pub fn finders(&self) -> impl Iterator<Item = T> {
        let seen = self.group.iter().filter(|found| is_visible(found.finding));
        seen.map(|found| found.by)
    }
}

/// The text without what the findings cover.
///
/// Spans that overlap or touch are merged and replaced once, by a placeholder such as
/// `[REDACTED:email]` that names the rule of the most severe finding (then the highest score, the
/// longest span, the first). A place with nothing but invisible characters is removed. The order
/// of `findings` does not matter. A span outside of the text is cut to it, and widened to whole
/// characters.
pub fn redact(text: &str, findings: &[Finding]) -> String {
    let findings = findings.iter().map(|finding| ((), finding));
    redact_with(text, findings, |place, clean| {
        clean.extend(placeholder(place.strongest));
    })
}

/// What [`redact`] puts in the place of a finding, in parts that follow each other.
pub fn placeholder(finding: &Finding) -> [&str; 3] {
    [PLACEHOLDER, &finding.rule_id, "]"]
}

/// As [`redact`], with what `replace` appends for a merged place to the text before it, and of whose
/// findings.
pub fn redact_with<'a, T: Copy>(
    text: &str,
    findings: impl IntoIterator<Item = (T, &'a Finding)>,
    mut replace: impl FnMut(Place<'_, T>, &mut String),
) -> String {
    let found = findings.into_iter().map(|(by, finding)| Found {
        span: finding.span,
        by,
        finding,
    });
    let mut sorted: Vec<Found<'_, T>> = found.collect();
    sorted.sort_by_key(|found| found.span);

    let mut clean = String::with_capacity(text.len());
    let mut copied = 0;
    let mut rest = sorted.as_slice();
    while let Some(first) = rest.first() {
        let mut end = first.span.end;
        let merged = rest
            .iter()
            .take_while(|found| {
                let joins = found.span.start <= end;
                if joins {
                    end = end.max(found.span.end);
                }
                joins
            })
            .count();
        let (group, later) = rest.split_at(merged);
        let place = whole_characters(text, Span::new(first.span.start, end));
        if place.start > copied {
            clean.push_str(&text[copied..place.start]);
        }
        if let Some(strongest) = strongest_visible(group) {
            let value = &text[place.start..place.end];
            let place = Place {
                by: strongest.by,
                strongest: strongest.finding,
                value,
                group,
            };
            replace(place, &mut clean);
        }
        copied = copied.max(place.end);
        rest = later;
    }
    clean.push_str(&text[copied..]);
    clean
}

/// The finding that names the place, or nothing if the whole place is invisible text.
fn strongest_visible<'a, 'b, T>(group: &'b [Found<'a, T>]) -> Option<&'b Found<'a, T>> {
    group
        .iter()
        .filter(|found| is_visible(found.finding))
        .min_by(|a, b| {
            let (a, b) = (a.finding, b.finding);
            (b.severity.cmp(&a.severity))
                .then(b.score.total_cmp(&a.score))
                .then(b.span.len().cmp(&a.span.len()))
                .then(a.span.start.cmp(&b.span.start))
                .then(a.rule_id.cmp(&b.rule_id))
        })
}

fn is_visible(finding: &Finding) -> bool {
    !invisible_text::CATEGORIES.contains(&&*finding.category)
}

fn whole_characters(text: &str, span: Span) -> Span {
    let start = text.floor_char_boundary(span.start);
    Span::new(start, text.ceil_char_boundary(span.end).max(start))
}

/// Where placeholders stand: what was taken out there is not to be found again.
pub(crate) fn placeholders(text: &str) -> impl Iterator<Item = (usize, usize)> {
    static FINDER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(PLACEHOLDER));
    let id = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    FINDER.find_iter(text.as_bytes()).filter_map(move |start| {
        let inner = &text.as_bytes()[start + PLACEHOLDER.len()..];
        let length = inner.iter().take_while(|b| id(**b)).count();
        (inner.get(length) == Some(&b']'))
            .then_some((start, start + PLACEHOLDER.len() + length + 1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;

    fn finding(guard: &'static str, rule: &'static str, start: usize, end: usize) -> Finding {
        Finding {
            guard: guard.into(),
            rule_id: rule.into(),
            category: if guard == invisible_text::ID {
                "zero_width"
            } else {
                "c"
            }
            .into(),
            span: Span::new(start, end),
            utf16: Span::new(start, end),
            score: 0.9,
            severity: Severity::High,
            preview: "".into(),
            decoded_via: crate::Encodings::NONE,
        }
    }

    #[test]
    fn spans_that_overlap_or_touch_are_replaced_once() {
        let text = "0123456789";
        let inner = finding("pii", "short", 3, 4);
        let outer = finding("pii", "long", 2, 5);
        let touching = finding("pii", "next", 5, 6);
        let apart = finding("pii", "apart", 8, 9);
        let wanted = "01[REDACTED:long]67[REDACTED:apart]9";
        let mut findings = vec![inner, outer, touching, apart];
        for _ in 0..findings.len() {
            findings.rotate_left(1);
            assert_eq!(redact(text, &findings), wanted);
            let reversed: Vec<_> = findings.iter().rev().cloned().collect();
            assert_eq!(redact(text, &reversed), wanted);
        }
    }

    #[test]
    fn the_most_severe_names_the_place() {
        let with = |severity, score, rule, start, end| Finding {
            score,
            severity,
            ..finding("pii", rule, start, end)
        };
        let (high, low) = (Severity::High, Severity::Low);
        // Then the highest score, the longest, the first, the name.
        for (first, other) in [
            (with(high, 0.5, "b", 2, 4), with(low, 0.9, "a", 0, 9)),
            (with(high, 0.9, "b", 2, 4), with(high, 0.5, "a", 0, 9)),
            (with(high, 0.9, "b", 3, 9), with(high, 0.9, "a", 0, 3)),
            (with(high, 0.9, "b", 0, 4), with(high, 0.9, "a", 4, 8)),
            (with(high, 0.9, "a", 0, 9), with(high, 0.9, "b", 0, 9)),
        ] {
            let text = &"012345678"[..first.span.end.max(other.span.end)];
            let wanted = format!("[REDACTED:{}]", first.rule_id);
            assert_eq!(redact(text, &[first.clone(), other.clone()]), wanted);
            assert_eq!(redact(text, &[other, first]), wanted);
        }
    }

    #[test]
    fn invisible_text_is_removed() {
        let text = "a\u{200b}b";
        assert_eq!(redact(text, &[finding("invisible_text", "zw", 1, 4)]), "ab");
        let both = [
            finding("invisible_text", "zw", 1, 4),
            finding("pii", "email", 4, 5),
        ];
        assert_eq!(redact(text, &both), "a[REDACTED:email]");
    }

    #[test]
    fn each_merged_place_is_given_once_with_all_that_was_found_in_it() {
        let findings = [
            finding("pii", "c", 6, 7),
            finding("pii", "bb", 2, 5),
            finding("invisible_text", "zw", 8, 9),
            finding("invisible_text", "zw", 3, 4),
            finding("secrets", "a", 1, 3),
        ];
        let mut places = Vec::new();
        let named = findings.iter().map(|finding| (&*finding.rule_id, finding));
        let clean = redact_with("0123456789", named, |place, clean| {
            assert_eq!(place.by, place.strongest.rule_id);
            let rules = place.finders().collect::<Vec<_>>().join("+");
            places.push((clean.len(), place.value.to_owned(), rules));
            clean.push('_');
        });
        let wanted = [(1, "1234", "a+bb"), (3, "6", "c")];
        assert_eq!(
            places,
            wanted.map(|(at, value, rules)| (at, value.to_owned(), rules.to_owned()))
        );
        assert_eq!(clean, "0_5_79");
    }

    #[test]
    fn spans_from_elsewhere_cannot_panic() {
        assert_eq!(redact("é", &[finding("pii", "x", 1, 99)]), "[REDACTED:x]");
        assert_eq!(redact("é", &[finding("pii", "x", 7, 9)]), "é[REDACTED:x]");
        assert_eq!(redact("", &[]), "");
    }
}
