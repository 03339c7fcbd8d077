//! Policies of organisations: which guards look at which texts, and what comes of it.

guardmesh_chassis::define_id! {
    /// A policy.
    PolicyId = "pol";
}

/// One version of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PolicyVersion {
    pub(crate) id: PolicyId,
    /// From 1, without gaps.
    pub(crate) version: i32,
}
