//! Where something is in a text: lines, and columns as people and as editors count them.

/// A place in a text. Lines and columns count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: usize,
    /// In characters.
    pub(super) column: usize,
    /// In UTF-16 code units.
    pub(super) utf16_column: usize,
}

/// The places of byte offsets, which lie on character boundaries; the text is read once, whatever
/// their number and order.
pub(super) fn of(text: &str, offsets: &[usize]) -> Vec<Place> {
    let mut order: Vec<usize> = (0..offsets.len()).collect();
    order.sort_unstable_by_key(|index| offsets[*index]);
    let mut place = Place {
        line: 1,
        column: 1,
        utf16_column: 1,
    };
    let mut places = vec![place; offsets.len()];
    // A byte order mark is none of the characters.
    let mut counted = text.len() - text.strip_prefix('\u{feff}').unwrap_or(text).len();
    for index in order {
        let between = text.get(counted..offsets[index]).unwrap_or_default();
        let last_line = match between.rsplit_once('\n') {
            Some((lines, rest)) => {
                place.line += lines.matches('\n').count() + 1;
                (place.column, place.utf16_column) = (1, 1);
                rest
            }
            None => between,
        };
        place.column += last_line.chars().count();
        place.utf16_column += last_line.chars().map(char::len_utf16).sum::<usize>();
        places[index] = place;
        counted = counted.max(offsets[index]);
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_characters_and_code_units_are_counted_in_any_order() {
        let text = "eins\nzw\u{f6}lf \u{1f600}x\r\n\ny";
        let at = |needle: &str| text.find(needle).unwrap();
        let places = of(text, &[at("y"), at("x"), 0, at("x"), text.len()]);
        let triples: Vec<_> = places
            .iter()
            .map(|place| (place.line, place.column, place.utf16_column))
            .collect();
        let wanted = [(4, 1, 1), (2, 8, 9), (1, 1, 1), (2, 8, 9), (4, 2, 2)];
        assert_eq!(triples, wanted);
    }

    #[test]
    fn a_byte_order_mark_is_no_character() {
        let text = "\u{feff}key = 1\nx";
        let places = of(text, &[0, 3, 7, text.len()]);
        let columns: Vec<_> = places.iter().map(|p| (p.line, p.column)).collect();
        assert_eq!(columns, [(1, 1), (1, 1), (1, 5), (2, 2)]);
    }
}
