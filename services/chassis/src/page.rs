//! Paging of lists: `page_size` and `page_token` (AIP-158).
//!
//! Lists are ordered by id, newest first; the token names the last id of the page before. It is
//! opaque to clients, and holds nothing that they could not already see.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::fault::Fault;

const DEFAULT_SIZE: i64 = 20;
const MAX_SIZE: i32 = 100;

/// What part of a list is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    size: i64,
    after: Option<Uuid>,
}

// === impl Page ===

impl Page {
    /// Reads the two request fields. A size of 0 stands for the default, one over the maximum
    /// for the maximum (AIP-158); a negative size or a foreign token is refused.
    pub fn parse(page_size: i32, page_token: &str) -> Result<Self, Fault> {
        let size = match page_size {
            ..0 => return Err(Fault::invalid("pageSize", "must not be negative")),
            0 => DEFAULT_SIZE,
            size => i64::from(size.min(MAX_SIZE)),
        };
        if page_token.is_empty() {
            return Ok(Self { size, after: None });
        }
        let after = URL_SAFE_NO_PAD
            .decode(page_token)
            .ok()
            .and_then(|bytes| Uuid::from_slice(&bytes).ok())
            .ok_or_else(|| {
                Fault::invalid(
                    "pageToken",
                    "is not a token that a list of this kind has given",
                )
            })?;
        Ok(Self {
            size,
            after: Some(after),
        })
    }

    /// How many rows to read: one more than the page holds, so that it shows whether there is a
    /// next one.
    pub fn limit(&self) -> i64 {
        self.size + 1
    }

    /// Rows with smaller ids only.
    pub fn after(&self) -> Option<Uuid> {
        self.after
    }

    /// Cuts the extra row off; gives the token of the next page, empty when there is none.
    pub fn finish<T>(&self, rows: &mut Vec<T>, id: impl Fn(&T) -> Uuid) -> String {
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        if rows.len() <= size {
            return String::new();
        }
        rows.truncate(size);
        rows.last()
            .map(|row| URL_SAFE_NO_PAD.encode(id(row)))
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_next_token_is_given_only_when_rows_remain() {
        let ids: Vec<Uuid> = (0..3).map(Uuid::from_u128).collect();
        let page = Page::parse(2, "").unwrap();
        assert_eq!(page.limit(), 3);

        let mut rows = ids.clone();
        let token = page.finish(&mut rows, |id| *id);
        assert_eq!(rows, ids[..2]);
        assert_eq!(Page::parse(2, &token).unwrap().after(), Some(ids[1]));

        let mut rows = ids[..2].to_vec();
        assert_eq!(page.finish(&mut rows, |id| *id), "");
    }

    #[test]
    fn sizes_are_bounded_and_foreign_tokens_refused() {
        assert_eq!(Page::parse(0, "").unwrap().limit(), 21);
        assert_eq!(Page::parse(5_000, "").unwrap().limit(), 101);
        assert!(Page::parse(-1, "").is_err());
        for token in ["x", "!!", "AAAA", "usr_0"] {
            assert!(Page::parse(1, token).is_err(), "{token}");
        }
    }
}
