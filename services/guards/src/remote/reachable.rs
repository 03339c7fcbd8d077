//! What may be called: organisations choose where their guards are, the operator chooses where they
//! can be. Without this, whoever defines a guard could have the service knock on every door of its
//! network (SSRF).
//!
//! A host is refused when a guard is defined; an address, each time a connection is made, and the
//! address that was judged is the one connected to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use thiserror::Error;

use super::destination::{Destination, Host};

/// Addresses of everybody, where nobody's own services are (IANA's registries of special-purpose
/// addresses), apart from these.
const NOT_PUBLIC_V4: [(Ipv4Addr, u32); 16] = [
    (Ipv4Addr::UNSPECIFIED, 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    // Metadata of Azure's machines; a public number.
    (Ipv4Addr::new(168, 63, 129, 16), 32),
    // With the metadata of most clouds.
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];
/// Of the addresses that are given out (`2000::/3`), those that stand for others or are for examples.
const NOT_PUBLIC_V6: [(Ipv6Addr, u32); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// Where remote guards can be, as the operator has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reachable {
    hosts: Vec<Listed>,
    networks: Vec<IpNet>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Listed {
    Host(Host),
    /// Every name that ends in this, which begins with a dot.
    Under(String),
}

/// An entry that is none.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ListError {
    /// Neither a name, nor an address, nor a pattern of names.
    #[error("GUARDS_REMOTE_HOSTS: {0} is neither a host, nor an address, nor like *.example.org")]
    Host(String),
    /// No network.
    #[error("GUARDS_REMOTE_NETWORKS: {0} is not a network such as 10.0.0.0/8")]
    Network(String),
}

// === impl Reachable ===

impl Reachable {
    /// Reads hosts (names, `*.` and a name, addresses) and networks, separated by commas.
    pub(crate) fn parse(hosts: &str, networks: &str) -> Result<Self, ListError> {
        let hosts = entries(hosts)
            .map(|entry| listed(entry).ok_or_else(|| ListError::Host(entry.to_owned())));
        let networks = entries(networks).map(|entry| {
            let network: Result<IpNet, _> = entry.parse();
            network.map_err(|_| ListError::Network(entry.to_owned()))
        });
        Ok(Self {
            hosts: hosts.collect::<Result<_, _>>()?,
            networks: networks.collect::<Result<_, _>>()?,
        })
    }

    /// Whether a guard may be at this host.
    pub(crate) fn lists(&self, host: &Host) -> bool {
        self.hosts.iter().any(|listed| match (listed, host) {
            (Listed::Host(listed), host) => listed == host,
            (Listed::Under(end), Host::Name(name)) => name.ends_with(end),
            (Listed::Under(_), Host::Address(_)) => false,
        })
    }

    /// Whether a connection may be made to this address, at which `host` is. What is not public must
    /// be in a listed network, or be listed as a host itself.
    pub(crate) fn allows(&self, host: &Host, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let own = *host == Host::Address(address);
        let in_network = || {
            self.networks
                .iter()
                .any(|network| network.contains(&address))
        };
        self.lists(host) && (own || is_public(address) || in_network())
    }
}

fn entries(list: &str) -> impl Iterator<Item = &str> {
    let entries = list.split(',').map(str::trim);
    entries.filter(|entry| !entry.is_empty())
}

/// The same spellings as in URIs.
fn listed(entry: &str) -> Option<Listed> {
    let (wildcard, name) = match entry.strip_prefix("*.") {
        Some(name) => (true, name),
        None => (false, entry),
    };
    let bare = match name.parse::<IpAddr>() {
        Ok(IpAddr::V6(address)) => format!("[{address}]"),
        _ => name.to_owned(),
    };
    // A port, a path or a star in the midst is none of a host.
    if name.contains('*') || (name == bare && name.contains(':') && !name.starts_with('[')) {
        return None;
    }
    match (
        wildcard,
        Destination::parse(&format!("https://{bare}"))?.host(),
    ) {
        (false, host) => Some(Listed::Host(host.clone())),
        (true, Host::Name(name)) => Some(Listed::Under(format!(".{name}"))),
        (true, Host::Address(_)) => None,
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let bits = address.to_bits();
            let within = |(network, length): &(Ipv4Addr, u32)| {
                (bits ^ network.to_bits()).leading_zeros() >= *length
            };
            !NOT_PUBLIC_V4.iter().any(within)
        }
        IpAddr::V6(address) => {
            let bits = address.to_bits();
            let within = |(network, length): &(Ipv6Addr, u32)| {
                (bits ^ network.to_bits()).leading_zeros() >= *length
            };
            bits >> 125 == 1 && !NOT_PUBLIC_V6.iter().any(within)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(text: &str) -> Host {
        let destination = Destination::parse(&format!("https://{text}")).unwrap();
        destination.host().clone()
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn nothing_is_reachable_unless_it_is_listed() {
        let none = Reachable::parse("", " , ").unwrap();
        assert!(!none.lists(&host("example.org")));
        assert!(!none.allows(&host("example.org"), address("93.184.215.14")));
        let some = Reachable::parse("a.example.org, *.Guards.example, 10.1.2.3, ::1", "").unwrap();
        for listed in [
            "a.example.org",
            "x.guards.example",
            "x.y.guards.example",
            "10.1.2.3",
            "[::1]",
        ] {
            assert!(some.lists(&host(listed)), "{listed}");
        }
        for other in [
            "example.org",
            "b.a.example.org",
            "guards.example",
            "xguards.example",
            "10.1.2.4",
        ] {
            assert!(!some.lists(&host(other)), "{other}");
        }
    }

    #[test]
    fn a_listed_name_leads_to_public_addresses_and_listed_networks() {
        let reachable =
            Reachable::parse("guards.example, 10.9.9.9", "10.1.0.0/16, fd00::/8").unwrap();
        let name = host("guards.example");
        for fine in [
            "93.184.215.14",
            "10.1.255.255",
            "::ffff:10.1.0.1",
            "fd12::1",
            "2606:2800::1",
        ] {
            assert!(reachable.allows(&name, address(fine)), "{fine}");
        }
        for refused in [
            "10.2.0.1",
            "127.0.0.1",
            "::1",
            "169.254.169.254",
            "::ffff:169.254.169.254",
            "100.100.100.200",
            "168.63.129.16",
            "0.0.0.0",
            "192.168.1.1",
            "172.31.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "fe80::1",
            "fc00::1",
            "::",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "2001::1",
            "ff02::1",
        ] {
            assert!(!reachable.allows(&name, address(refused)), "{refused}");
        }
        // An address that is listed itself needs no network; another's name does not lead to it.
        assert!(reachable.allows(&host("10.9.9.9"), address("10.9.9.9")));
        assert!(!reachable.allows(&name, address("10.9.9.9")));
    }

    #[test]
    fn entries_that_are_none_are_named() {
        for entry in [
            "a b",
            "https://a.org",
            "a.org:443",
            "*",
            "*.",
            "a.*.org",
            "*.10.0.0.1",
            "a.org/x",
            "10.0.0.0/8",
        ] {
            let error = Reachable::parse(entry, "").unwrap_err();
            assert_eq!(error, ListError::Host(entry.to_owned()), "{entry}");
        }
        for entry in ["10.0.0.1/33", "a.org", "10.0.0.0"] {
            let error = Reachable::parse("", entry).unwrap_err();
            assert_eq!(error, ListError::Network(entry.to_owned()), "{entry}");
        }
    }
}
