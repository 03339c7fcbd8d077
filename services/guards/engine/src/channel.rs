//! Where a text comes from on its way to or from a model.
//!
//! No judgement here: what a channel means for a finding is for the guards to say.

/// Where a text comes from. The same imperative is normal from a user and suspicious in a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Channel {
    /// Written by the user.
    #[default]
    User,
    /// The system prompt.
    System,
    /// Returned by a tool.
    ToolOutput,
    /// Retrieved from a document store or the web.
    Retrieved,
    /// Written by the model.
    Assistant,
    /// Source code.
    Code,
}

// === impl Channel ===

impl Channel {
    /// Every channel, in the order of their numbers.
    pub const ALL: [Self; 6] = [
        Self::User,
        Self::System,
        Self::ToolOutput,
        Self::Retrieved,
        Self::Assistant,
        Self::Code,
    ];

    /// The name in lower case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::System => "system",
            Self::ToolOutput => "tool_output",
            Self::Retrieved => "retrieved",
            Self::Assistant => "assistant",
            Self::Code => "code",
        }
    }
}
