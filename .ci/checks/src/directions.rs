//! Who may depend on whom: between crates, and between the rooms inside a service.

use std::path::Path;

use anyhow::Result;

use crate::violation::Violation;

mod crates;
mod rooms;

/// Everything that points the wrong way.
pub(crate) fn check(root: &Path) -> Result<Vec<Violation>> {
    let mut violations = crates::check(root)?;
    violations.extend(rooms::check(root)?);
    Ok(violations)
}
