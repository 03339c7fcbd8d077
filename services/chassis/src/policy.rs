//! The `guardmesh.common.v1.policy` option of every method, read from the descriptors.
//!
//! The gateway and the services read the same table, so that both walls enforce the same rule.

use std::collections::HashMap;

use guardmesh_proto::guardmesh::common::v1::{Access as AccessOption, MethodPolicy};
use prost_reflect::DescriptorPool;
use thiserror::Error;

/// Who may call a method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// Anyone.
    Public,
    /// Any authenticated user.
    User,
    /// A user acting within an organisation.
    Member,
    /// Who holds this permission.
    Permission(String),
    /// Services of the mesh.
    Internal,
}

/// What is enforced around one method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Who may call it.
    pub access: Access,
    /// HTTP headers that reach the service, lower case.
    pub forward_headers: Vec<String>,
    /// Most bytes of an HTTP request body, where the method has a limit of its own.
    pub max_request_bytes: Option<usize>,
    /// The class of its rate limits; none for the default.
    pub rate_class: Option<String>,
    /// To call it twice has the effect of calling it once.
    pub idempotent: bool,
    /// Refused while revocations cannot be known.
    pub sensitive: bool,
    /// Seconds for which a good answer may be kept, where it may be kept at all.
    pub cache_seconds: Option<u32>,
}

/// The policies of all methods, by gRPC path (`/package.Service/Method`).
#[derive(Debug, Clone, Default)]
pub struct Policies(HashMap<String, Policy>);

/// The descriptors cannot be used.
#[derive(Debug, Error)]
pub enum PolicyError {
    /// They are not a valid set.
    #[error("the contract descriptors are invalid: {0}")]
    Descriptors(#[from] prost_reflect::DescriptorError),
    /// A method without a stated access: the build should have refused it.
    #[error("{0} has no access rule")]
    Missing(String),
}

// === impl Policies ===

impl Policies {
    /// Reads the options of every method in an encoded `FileDescriptorSet`.
    pub fn from_descriptors(bytes: &[u8]) -> Result<Self, PolicyError> {
        let pool = DescriptorPool::decode(bytes)?;
        let mut policies = HashMap::new();
        let option = pool.get_extension_by_name("guardmesh.common.v1.policy");
        for service in pool.services() {
            for method in service.methods() {
                let path = format!("/{}/{}", service.full_name(), method.name());
                let policy = option
                    .as_ref()
                    .and_then(|option| {
                        let options = method.options();
                        let value = options.get_extension(option);
                        value.as_message()?.transcode_to::<MethodPolicy>().ok()
                    })
                    .and_then(parse)
                    .ok_or_else(|| PolicyError::Missing(path.clone()))?;
                policies.insert(path, policy);
            }
        }
        Ok(Self(policies))
    }

    /// The rate classes that methods name, each with the gRPC path of a method that does.
    pub fn rate_classes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|(path, policy)| {
            let class = policy.rate_class.as_deref()?;
            Some((class, path.as_str()))
        })
    }

    /// The policy of the method at this gRPC path.
    pub fn get(&self, path: &str) -> Option<&Policy> {
        self.0.get(path)
    }
}

fn parse(option: MethodPolicy) -> Option<Policy> {
    let access = match option.access() {
        AccessOption::Unspecified => return None,
        AccessOption::Public => Access::Public,
        AccessOption::User => Access::User,
        AccessOption::Member => Access::Member,
        AccessOption::Permission => Access::Permission(option.permission.clone()),
        AccessOption::Internal => Access::Internal,
    };
    let max_request_bytes = usize::try_from(option.max_request_bytes).ok();
    Some(Policy {
        access,
        rate_class: Some(option.rate_class).filter(|class| !class.is_empty()),
        idempotent: option.idempotent,
        sensitive: option.sensitive,
        cache_seconds: Some(option.cache_seconds).filter(|seconds| *seconds > 0),
        forward_headers: option.forward_headers,
        max_request_bytes: max_request_bytes.filter(|max| *max > 0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contracts_state_every_access() {
        let policies = Policies::from_descriptors(guardmesh_proto::DESCRIPTORS).unwrap();
        let access = |path: &str| policies.get(path).map(|policy| policy.access.clone());
        assert_eq!(
            access("/guardmesh.auth.v1.AuthService/Login"),
            Some(Access::Public)
        );
        assert_eq!(
            access("/guardmesh.auth.v1.OrganizationService/GetOrganization"),
            Some(Access::Internal)
        );
        assert_eq!(
            access("/guardmesh.webhooks.v1.WebhooksService/ListInvoices"),
            Some(Access::Permission("invoices:read".to_owned()))
        );
        assert_eq!(access("/guardmesh.auth.v1.AuthService/Nothing"), None);
    }
}
