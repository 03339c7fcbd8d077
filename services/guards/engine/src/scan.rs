//! From raw hits to findings: drops what lies within a better hit, counts UTF-16 in one pass.

use std::borrow::Cow;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use crate::decode::Encodings;
use crate::finding::{Finding, Span};
use crate::guard::RuleInfo;
use crate::order;
use crate::pace::Pace;
use crate::preview::Preview;

/// What a detector saw, before it is a [`Finding`].
#[derive(Clone, Debug)]
pub(crate) struct Hit {
    /// Index of the rule in its guard.
    pub(crate) rule: usize,
    /// Bytes of the text, on character boundaries.
    pub(crate) span: Span,
    /// From 0 to 1.
    pub(crate) score: f32,
    /// Masked.
    pub(crate) preview: Preview,
}

/// A hit with the encodings that it was found behind.
#[derive(Clone, Debug)]
pub(crate) struct Placed {
    /// The hit; its span is in the original.
    pub(crate) hit: Hit,
    /// The outermost first.
    pub(crate) via: Encodings,
}

// === impl Placed ===

impl Placed {
    /// By place, the longest and best first.
    fn compare(&self, other: &Self) -> Ordering {
        let (a, b) = (&self.hit, &other.hit);
        (a.span.start.cmp(&b.span.start))
            .then(b.span.end.cmp(&a.span.end))
            .then(b.score.total_cmp(&a.score))
            .then(self.via.len().cmp(&other.via.len()))
            .then(a.rule.cmp(&b.rule))
            .then(self.via.cmp(&other.via))
    }
}

/// Counts UTF-16 code units up to positions that never go back.
struct Utf16Cursor<'a> {
    text: &'a str,
    byte: usize,
    units: usize,
}

// === impl Utf16Cursor ===

impl Utf16Cursor<'_> {
    fn units_at(&mut self, byte: usize) -> usize {
        self.units += utf16_len(&self.text[self.byte..byte]);
        self.byte = byte;
        self.units
    }
}

/// Sorts the hits, drops those within a better one, and names rule and UTF-16 place of the rest.
pub(crate) fn into_findings(
    text: &str,
    guard: &'static str,
    rules: &[RuleInfo],
    hits: Vec<Placed>,
    pace: &Pace<'_>,
) -> Vec<Finding> {
    let kept = without_nested(hits, pace);
    let utf16 = utf16_spans(text, &kept, pace);
    // As many as there will be: to move very many is work of milliseconds.
    let mut findings = Vec::with_capacity(kept.len());
    let kept = kept.into_iter().zip(utf16).take_while(|_| pace.step());
    findings.extend(kept.map(|(Placed { hit, via }, utf16)| {
        let rule = &rules[hit.rule];
        Finding {
            guard: Cow::Borrowed(guard),
            rule_id: Cow::Borrowed(rule.id),
            category: Cow::Borrowed(rule.category),
            span: hit.span,
            utf16,
            score: hit.score,
            severity: rule.severity,
            preview: hit.preview,
            decoded_via: via,
        }
    }));
    findings
}

/// The hits in order of place, without those that lie within one that scores at least as much.
/// A weaker hit that reaches further stays: what it adds must be redacted, too.
fn without_nested(hits: Vec<Placed>, pace: &Pace<'_>) -> Vec<Placed> {
    let mut hits = order::sorted(hits, |placed| placed.hit.span.start, Placed::compare, pace);
    // Hits that may still contain later ones, by falling end and rising score.
    let mut open: Vec<(Span, f32)> = Vec::new();
    hits.retain(|placed| {
        let hit = &placed.hit;
        while open.last().is_some_and(|(span, _)| span.end < hit.span.end) {
            open.pop();
        }
        let best = open.last().map_or(0.0, |(_, score)| *score);
        let nested = open.last().is_some_and(|(span, _)| span.contains(hit.span));
        if nested && best >= hit.score {
            return false;
        }
        open.push((hit.span, hit.score.max(best)));
        pace.step()
    });
    hits
}

/// UTF-16 places of hits that are sorted by start, reading the text once.
fn utf16_spans(text: &str, hits: &[Placed], pace: &Pace<'_>) -> Vec<Span> {
    let mut cursor = Utf16Cursor {
        text,
        byte: 0,
        units: 0,
    };
    let mut spans = vec![Span::new(0, 0); hits.len()];
    // Those that have begun and not ended yet, the next to end on top.
    let mut open: BinaryHeap<Reverse<(usize, usize)>> = BinaryHeap::new();
    for (index, Placed { hit, .. }) in hits.iter().enumerate().take_while(|_| pace.step()) {
        while let Some(&Reverse((end, ended))) = open.peek()
            && end < hit.span.start
        {
            open.pop();
            spans[ended].end = cursor.units_at(end);
        }
        spans[index].start = cursor.units_at(hit.span.start);
        open.push(Reverse((hit.span.end, index)));
    }
    while pace.step()
        && let Some(Reverse((end, ended))) = open.pop()
    {
        spans[ended].end = cursor.units_at(end);
    }
    spans
}

/// Length in UTF-16 code units: one a character, two above the basic plane (four bytes in UTF-8).
fn utf16_len(text: &str) -> usize {
    text.bytes()
        .map(|byte| usize::from(byte & 0xC0 != 0x80) + usize::from(byte >= 0xF0))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(start: usize, end: usize, score: f32) -> Placed {
        let hit = Hit {
            rule: 0,
            span: Span::new(start, end),
            score,
            preview: "".into(),
        };
        Placed {
            hit,
            via: Encodings::NONE,
        }
    }

    fn kept(hits: Vec<Placed>) -> Vec<(usize, usize)> {
        without_nested(hits, &Pace::free())
            .iter()
            .map(|hit| (hit.hit.span.start, hit.hit.span.end))
            .collect()
    }

    #[test]
    fn a_weaker_hit_within_a_better_one_is_dropped() {
        assert_eq!(kept(vec![hit(2, 4, 0.5), hit(0, 9, 0.9)]), [(0, 9)]);
        assert_eq!(kept(vec![hit(0, 9, 0.5), hit(0, 9, 0.9)]), [(0, 9)]);
        assert_eq!(kept(vec![hit(2, 4, 0.9), hit(0, 9, 0.5)]), [(0, 9), (2, 4)]);
        assert_eq!(kept(vec![hit(0, 5, 0.9), hit(3, 8, 0.5)]), [(0, 5), (3, 8)]);
    }

    #[test]
    fn utf16_counts_surrogate_pairs() {
        let text = "é😀x😀";
        let hits = [hit(0, 11, 1.0), hit(2, 6, 1.0), hit(6, 7, 1.0)];
        let spans = utf16_spans(text, &hits, &Pace::free());
        assert_eq!(spans, [Span::new(0, 6), Span::new(1, 3), Span::new(3, 4)]);
    }
}
