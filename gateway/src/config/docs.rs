//! Whether the API's documentation is served.

use clap::{Args, ValueEnum};
use guardmesh_chassis::config::Environment;

/// The documentation of the API.
#[derive(Debug, Clone, Args)]
pub struct DocsArgs {
    /// Whether `/docs` and `/openapi.json` are served; `auto` serves them in development alone
    #[arg(long, env = "GATEWAY_DOCS", value_enum, default_value = "auto")]
    pub docs: Docs,
}

/// When documentation is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Docs {
    /// Always.
    On,
    /// Never.
    Off,
    /// In development.
    Auto,
}

// === impl DocsArgs ===

impl DocsArgs {
    pub(crate) fn served_in(&self, environment: Environment) -> bool {
        match self.docs {
            Docs::On => true,
            Docs::Off => false,
            Docs::Auto => environment == Environment::Development,
        }
    }
}

impl Default for DocsArgs {
    fn default() -> Self {
        Self { docs: Docs::Auto }
    }
}
