//! Places that a stream is not cut in: constructs that guards read as one, however long they are.

use crate::finding::Span;
use crate::guard::Guard;
use crate::reading::Reading;

/// Constructs of a text, in order and apart from one another.
#[derive(Debug)]
pub(super) struct Constructs(Vec<Span>);

// === impl Constructs ===

impl Constructs {
    /// Those of every guard. One that may go on after the text ends beyond it.
    pub(super) fn of<T: AsRef<str>>(guards: &[Guard], reading: &Reading<T>) -> Self {
        let mut all = Vec::new();
        for guard in guards {
            guard.constructs(reading, &mut all);
        }
        all.sort_unstable();
        all.dedup_by(|later, first| {
            let joins = later.start < first.end;
            if joins {
                first.end = first.end.max(later.end);
            }
            joins
        });
        Self(all)
    }

    /// Whether a cut tears none of them.
    pub(super) fn allow(&self, place: usize) -> bool {
        let before = self.0.partition_point(|span| span.start < place);
        before == 0 || self.0[before - 1].end <= place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constructs_may_be_cut_between() {
        let constructs = Constructs(vec![Span::new(2, 5), Span::new(5, 9)]);
        let allowed: Vec<usize> = (0..11).filter(|at| constructs.allow(*at)).collect();
        assert_eq!(allowed, [0, 1, 2, 5, 9, 10]);
    }
}
