//! Lines with what they weigh as code of each language, and the regions that they form.

use super::language::{ALL, Language};
use crate::finding::Span;
use crate::pace::Pace;
use crate::redact::PLACEHOLDER;

/// Least weight of a region.
const ENOUGH: f32 = 4.0;
/// Most lines that tell nothing between two that do.
const GAP: usize = 3;

/// A line of a text.
pub(super) struct Line<'a> {
    /// With its end.
    pub(super) span: Span,
    pub(super) text: &'a str,
    /// What it weighs for each language that it tells of.
    weights: Vec<(usize, f32)>,
}

/// Lines that are code.
pub(super) struct Region {
    pub(super) span: Span,
    pub(super) language: Language,
    pub(super) score: f32,
}

// === impl Line ===

impl Line<'_> {
    pub(super) fn weigh(&mut self, language: usize, weight: f32) {
        match self
            .weights
            .iter_mut()
            .find(|(other, _)| *other == language)
        {
            Some((_, sum)) => *sum += weight,
            None => self.weights.push((language, weight)),
        }
    }

    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Without blanks around it.
    pub(super) fn content(&self) -> Span {
        let start = self.span.start + (self.text.len() - self.text.trim_start().len());
        Span::new(start, start + self.text.trim().len())
    }

    /// Whether it tells of a language. What was redacted is not judged again.
    fn tells(&self) -> bool {
        !self.weights.is_empty() && !self.is_redacted()
    }

    fn is_redacted(&self) -> bool {
        self.text.contains(PLACEHOLDER)
    }

    /// Whether it may stand within code.
    fn fits(&self) -> bool {
        const STARTS: [char; 7] = ['}', ')', ']', '#', '@', '<', '{'];
        let text = self.text.trim();
        !self.is_redacted()
            && (self.text.starts_with(['\t', ' '])
                || text.starts_with(STARTS)
                || text.starts_with("//")
                || text.ends_with([';', '{', '}', '\\'])
                || [" = ", "==", "->", "=>", "()", "::"]
                    .iter()
                    .any(|mark| text.contains(mark)))
    }
}

/// The lines of a text.
pub(super) fn split<'a>(text: &'a str, pace: &Pace<'_>) -> Vec<Line<'a>> {
    // As many as there will be: to move very many is work of milliseconds.
    let breaks = memchr::memchr_iter(b'\n', text.as_bytes());
    let mut lines = Vec::with_capacity(breaks.count() + 1);
    let mut start = 0;
    let given = text.split_inclusive('\n').take_while(|_| pace.step());
    lines.extend(given.map(|line| {
        let span = Span::new(start, start + line.len());
        start = span.end;
        Line {
            span,
            text: line.trim_end_matches(['\n', '\r']),
            weights: Vec::new(),
        }
    }));
    lines
}

/// The regions of code in these lines.
pub(super) fn regions(lines: &[Line<'_>], pace: &Pace<'_>) -> Vec<Region> {
    let mut found = Vec::new();
    let mut from = 0;
    let tells = |line: &Line<'_>| pace.step() && line.tells();
    while let Some(first) = lines[from..].iter().position(tells) {
        let first = from + first;
        let after = cluster_end(lines, first, pace);
        from = after;
        let Some((language, score)) = judge(&lines[first..after], pace) else {
            continue;
        };
        let near = |line: &&Line<'_>| pace.step() && !line.is_blank() && line.fits();
        let end = after + lines[after..].iter().take_while(near).count();
        let before = found.last().map_or(0, |(_, end, _, _)| *end);
        let start = first - lines[before..first].iter().rev().take_while(near).count();
        found.push((start, end, language, score));
        from = end;
    }
    (found.into_iter())
        .map(|(start, end, language, score)| Region {
            span: Span::new(lines[start].content().start, lines[end - 1].content().end),
            language,
            score,
        })
        .collect()
}

/// After the last line that tells, of those with few lines between that could be code.
fn cluster_end(lines: &[Line<'_>], first: usize, pace: &Pace<'_>) -> usize {
    let mut after = first + 1;
    let rest = lines.iter().enumerate().skip(first + 1);
    for (number, line) in rest.take_while(|_| pace.step()) {
        if line.tells() {
            after = number + 1;
        } else if number - after >= GAP || !(line.is_blank() || line.fits()) {
            break;
        }
    }
    after
}

/// The language that the lines weigh most for, if that is enough.
pub(super) fn judge(lines: &[Line<'_>], pace: &Pace<'_>) -> Option<(Language, f32)> {
    let mut own = [0.0_f32; ALL.len()];
    for (language, weight) in pace.along(lines.iter()).flat_map(|line| &line.weights) {
        own[*language] += weight;
    }
    let shared = own[Language::Other as usize];
    let total = |language: Language| {
        let mine = own[language as usize];
        let included = language.includes().iter().map(|other| own[*other as usize]);
        match language {
            Language::Other => shared,
            _ if mine > 0.0 => mine + included.sum::<f32>() + shared,
            _ => 0.0,
        }
    };
    // Of languages that weigh the same, the one with more of its own.
    let rank = |language: Language| (total(language), own[language as usize]);
    let best = (ALL.into_iter()).reduce(|best, other| {
        if rank(other) > rank(best) {
            other
        } else {
            best
        }
    })?;
    let weight = total(best);
    let score = match weight {
        _ if weight < ENOUGH => return None,
        _ if weight < 6.0 => 0.6,
        _ if weight < 10.0 => 0.75,
        _ => 0.9,
    };
    Some((best, score))
}
