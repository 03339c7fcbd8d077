//! What a request draws from: one bucket for each limit that applies to it, and what became of it.

use std::fmt;
use std::net::IpAddr;

use guardmesh_chassis::id::{ApiKeyId, OrganizationId, UserId};
use smallvec::SmallVec;

use super::gcra::Moment;
use super::limit::Limit;

/// Whom a bucket belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Subject {
    /// An IPv4 address.
    Ipv4(u32),
    /// The first 64 bits of an IPv6 address: what a client is given to choose from.
    Ipv6(u64),
    /// A user.
    User(UserId),
    /// An API key, by its id.
    Key(ApiKeyId),
    /// An organisation.
    Org(OrganizationId),
}

/// One bucket.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bucket<'a> {
    pub(crate) limit: &'a Limit,
    pub(crate) subject: Subject,
}

/// Tells buckets apart within this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    limit: u16,
    subject: Subject,
}

/// The buckets of one request: its address or that and an attempt, or address, user, key and
/// organisation.
pub(crate) type Buckets<'a> = SmallVec<[Bucket<'a>; 4]>;

/// Whether one could be taken from all buckets; if not, it was taken from none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) taken: bool,
    /// The time until each bucket is full, in their order.
    pub(crate) rests: SmallVec<[Moment; 4]>,
}

// === impl Subject ===

impl Subject {
    /// The subject of a client's address.
    pub(crate) fn address(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(v4) => Self::Ipv4(v4.to_bits()),
            IpAddr::V6(v6) => {
                let [a, b, c, d, ..] = v6.segments().map(u64::from);
                Self::Ipv6(a << 48 | b << 32 | c << 16 | d)
            }
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ipv4(bits) => write!(f, "{bits:08x}"),
            Self::Ipv6(bits) => write!(f, "{bits:016x}"),
            Self::User(id) => id.fmt(f),
            Self::Key(id) => id.fmt(f),
            Self::Org(id) => id.fmt(f),
        }
    }
}

// === impl Bucket ===

impl Bucket<'_> {
    pub(crate) fn key(&self) -> Key {
        Key {
            limit: self.limit.number,
            subject: self.subject,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_client_is_its_64() {
        let subject = |text: &str| Subject::address(text.parse().unwrap());
        assert_eq!(subject("2001:db8:1:2::1"), subject("2001:db8:1:2:ffff::9"));
        assert_ne!(subject("2001:db8:1:2::1"), subject("2001:db8:1:3::1"));
        assert_eq!(subject("2001:db8:1:2::1").to_string(), "20010db800010002");
        assert_eq!(subject("192.0.2.1"), subject("::ffff:192.0.2.1"));
        assert_ne!(subject("192.0.2.1"), subject("192.0.2.2"));
        assert_eq!(subject("192.0.2.1").to_string(), "c0000201");
    }
}
