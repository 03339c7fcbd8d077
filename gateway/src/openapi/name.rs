//! Short names for things of the contracts, unique within the document.

use std::collections::BTreeMap;

/// The last part of each full name; the full name itself where two would share that part, or
/// where it is reserved.
pub(super) fn short(
    full_names: impl IntoIterator<Item = String>,
    reserved: &[&str],
) -> BTreeMap<String, String> {
    let mut by_last_part: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for full_name in full_names {
        let last = full_name.rsplit('.').next().unwrap_or_default().to_owned();
        by_last_part.entry(last).or_default().push(full_name);
    }
    let mut names = BTreeMap::new();
    for (last, full_names) in by_last_part {
        let clash = full_names.len() > 1 || reserved.contains(&last.as_str());
        for full_name in full_names {
            let name = if clash { &full_name } else { &last }.clone();
            names.insert(full_name, name);
        }
    }
    names
}
