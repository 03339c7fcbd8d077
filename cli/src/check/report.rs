//! The report of a check: findings on standard output, in one of three forms, what could not be
//! checked on standard error. Never a value, only its mask.

mod json;
mod sarif;
mod text;

use clap::ValueEnum;

use self::sarif::Sarif;
use super::examine::Located;
use super::input::Name;
use super::rules::Rules;

/// What the report looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// A line a finding, for people
    Text,
    /// A JSON object a finding and line
    Json,
    /// One SARIF 2.1.0 document, for code hosts and editors
    Sarif,
}

/// Findings in one of the forms, a file at a time.
#[derive(Debug)]
pub(super) enum Report {
    Text,
    Json,
    Sarif(Sarif),
}

// === impl Report ===

impl Report {
    pub(super) fn new(format: Format) -> Self {
        match format {
            Format::Text => Self::Text,
            Format::Json => Self::Json,
            Format::Sarif => Self::Sarif(Sarif::default()),
        }
    }

    /// What stands before all findings.
    pub(super) fn head(&self) -> Vec<u8> {
        match self {
            Self::Text | Self::Json => Vec::new(),
            Self::Sarif(_) => sarif::head(),
        }
    }

    /// The findings of one file, which are sorted by place.
    pub(super) fn findings(
        &mut self,
        rules: &Rules,
        of: &Name,
        findings: &[Located],
    ) -> serde_json::Result<Vec<u8>> {
        match self {
            Self::Text => Ok(text::findings(rules, of, findings)),
            Self::Json => json::findings(of, findings),
            Self::Sarif(sarif) => sarif.findings(rules, of, findings),
        }
    }

    /// Something that was not checked, or not as a whole.
    pub(super) fn note(&mut self, of: &Name, what: &str, failed: bool) {
        if let Self::Sarif(sarif) = self {
            sarif.note(of, what, failed);
        }
    }

    /// What stands after all findings.
    pub(super) fn tail(&self, exit_code: i32, complete: bool) -> serde_json::Result<Vec<u8>> {
        match self {
            Self::Text | Self::Json => Ok(Vec::new()),
            Self::Sarif(sarif) => sarif.tail(exit_code, complete),
        }
    }
}
