//! Puts what lies in a text into the order of its places, at a pace: a sort cannot be left on its way.

use std::cmp::Ordering;

use crate::pace::Pace;

/// Bytes of a text in which so little lies that it can be sorted in one go.
const BLOCK: usize = 2048;
/// So few items are sorted as they are.
const FEW: usize = 1024;

/// The items, which lie in a text and begin at `start`, sorted by `compare`, which looks at where they
/// begin first. Of no use if the work was to end before.
pub(crate) fn sorted<T>(
    mut items: Vec<T>,
    start: impl Fn(&T) -> usize,
    compare: impl Fn(&T, &T) -> Ordering,
    pace: &Pace<'_>,
) -> Vec<T> {
    if items.len() <= FEW {
        items.sort_by(compare);
        return items;
    }
    let in_order = |two: &[T]| compare(&two[0], &two[1]) != Ordering::Greater;
    if pace.along(items.windows(2)).all(in_order) {
        return items;
    }
    let last = pace.along(items.iter()).map(&start).max();
    let last = last.unwrap_or_default();
    let mut blocks: Vec<Vec<T>> = Vec::new();
    blocks.resize_with(last / BLOCK + 1, Vec::new);
    let mut sorted = Vec::with_capacity(items.len());
    for item in items.into_iter().take_while(|_| pace.step()) {
        blocks[start(&item) / BLOCK].push(item);
    }
    for mut block in blocks.into_iter().take_while(|_| pace.long_step()) {
        block.sort_by(&compare);
        sorted.append(&mut block);
    }
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_are_sorted_as_few_are() {
        let mut items: Vec<(usize, usize)> = (0..20 * FEW)
            .map(|number| (number * 7919 % 50_000, number % 13))
            .collect();
        let ordered = sorted(items.clone(), |item| item.0, Ord::cmp, &Pace::free());
        items.sort_unstable();
        assert_eq!(ordered, items);
        let again = sorted(ordered, |item| item.0, Ord::cmp, &Pace::free());
        assert_eq!(again, items);
    }

    #[test]
    fn it_asks_as_it_goes_over_items_and_over_places() {
        for (count, apart, least) in [(FEW + 1, BLOCK, FEW), (20 * FEW, 1, 20 * FEW / 40)] {
            let asked = std::cell::Cell::new(0);
            let go_on = || asked.replace(asked.get() + 1) < usize::MAX;
            let items: Vec<usize> = (0..count).rev().map(|number| number * apart).collect();
            let ordered = sorted(items, |item| *item, Ord::cmp, &Pace::new(&go_on));
            assert!(ordered.is_sorted() && ordered.len() == count);
            assert!(asked.get() >= least, "{count}: {}", asked.get());
        }
    }
}
