//! The files of a model's directory, read whole and within bounds.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::LoadError;

/// Names and most bytes of the files.
pub(super) const CONFIG: &str = "config.json";
pub(super) const TOKENIZER: &str = "tokenizer.json";
pub(super) const WEIGHTS: &str = "model.safetensors";

/// What a file of this name may hold at most, in bytes: several times what known models need.
fn most(file: &Path) -> u64 {
    match file.file_name().and_then(|name| name.to_str()) {
        Some(WEIGHTS) => 4 << 30,
        Some(TOKENIZER) => 128 << 20,
        _ => 1 << 20,
    }
}

/// The content of a file.
pub(super) fn bytes(file: &Path) -> Result<Vec<u8>, LoadError> {
    let most = most(file);
    let read = || {
        let open = File::open(file)?;
        let length = open.metadata()?.len();
        if length > most {
            return Ok(None);
        }
        let mut content = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
        open.take(most + 1).read_to_end(&mut content)?;
        Ok(Some(content))
    };
    let content = read().map_err(|reason: io::Error| LoadError::Unreadable {
        file: file.to_owned(),
        reason,
    })?;
    // It may grow, or tell no length.
    let content = content.filter(|content| content.len() as u64 <= most);
    content.ok_or_else(|| LoadError::TooLarge {
        file: file.to_owned(),
        most,
    })
}

/// The content of a file that is text.
pub(super) fn text(file: &Path) -> Result<String, LoadError> {
    String::from_utf8(bytes(file)?).map_err(|_| super::malformed(file, &"is not UTF-8"))
}
