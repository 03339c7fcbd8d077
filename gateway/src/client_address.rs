//! The address of the client, behind proxies that we trust, and only those.
//!
//! `X-Forwarded-For` is a list to which each proxy appends whom it saw, so its left part is
//! whatever the client wrote. It is walked from the right, for as long as who reported an entry
//! is trusted. Nothing else of a request may say where it comes from.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use http::HeaderMap;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// A range of addresses, `10.0.0.0/8`, or a single one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    /// With no bit set below the prefix.
    base: IpAddr,
    prefix: u8,
}

/// The address of the client whose request arrived from `peer` with these headers.
pub(crate) fn of(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let is_trusted = |address| trusted.iter().any(|network| network.contains(address));
    let mut client = peer.to_canonical();
    let values = headers.get_all(FORWARDED_FOR).iter();
    let mut entries = values
        .rev()
        .flat_map(|value| value.as_bytes().rsplit(|byte| *byte == b','));
    while is_trusted(client) {
        // An entry that is no address says that its proxy does not know: we know no more.
        let Some(address) = entries.next().and_then(parse) else {
            break;
        };
        client = address;
    }
    client
}

/// An address, as proxies write it: some add a port, and IPv6 may stand in brackets.
fn parse(entry: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(entry).ok()?.trim_matches([' ', '\t']);
    let bracketed = || {
        let inner = text.strip_prefix('[')?.strip_suffix(']')?;
        inner.parse::<Ipv6Addr>().ok().map(IpAddr::V6)
    };
    let with_port = || text.parse::<SocketAddr>().ok().map(|socket| socket.ip());
    let address = text.parse::<IpAddr>().ok();
    let address = address.or_else(bracketed).or_else(with_port)?;
    Some(address.to_canonical())
}

// === impl Network ===

impl Network {
    fn contains(&self, address: IpAddr) -> bool {
        masked(address, self.prefix) == Some(self.base)
    }
}

/// The address with all bits below the prefix cleared; `None` if it has fewer bits.
fn masked(address: IpAddr, prefix: u8) -> Option<IpAddr> {
    let prefix = u32::from(prefix);
    Some(match address {
        IpAddr::V4(v4) => {
            let host = 32_u32.checked_sub(prefix)?;
            let mask = u32::MAX.checked_shl(host).unwrap_or(0);
            Ipv4Addr::from_bits(v4.to_bits() & mask).into()
        }
        IpAddr::V6(v6) => {
            let host = 128_u32.checked_sub(prefix)?;
            let mask = u128::MAX.checked_shl(host).unwrap_or(0);
            Ipv6Addr::from_bits(v6.to_bits() & mask).into()
        }
    })
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, prefix.parse().ok()),
            None => (text, Some(if text.contains(':') { 128 } else { 32 })),
        };
        let parsed = address.parse().ok().zip(prefix);
        let (base, prefix): (IpAddr, u8) =
            parsed.ok_or_else(|| format!("`{text}` is no address range such as 10.0.0.0/8"))?;
        match masked(base, prefix) {
            Some(first) if first == base => Ok(Self { base, prefix }),
            Some(first) => Err(format!(
                "`{text}` has bits below its prefix: {first}/{prefix}?"
            )),
            None => Err(format!("`{text}` has a prefix longer than its address")),
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn headers(values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(FORWARDED_FOR, HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    fn networks(text: &str) -> Vec<Network> {
        text.split(',').map(|one| one.parse().unwrap()).collect()
    }

    #[test]
    fn the_list_is_walked_from_the_right_over_trusted_proxies_only() {
        let trusted = networks("10.0.0.0/8,fd00::/8,192.0.2.7");
        for (peer, values, expected) in [
            // Nobody whom we trust says anything.
            ("198.51.100.1", &[][..], "198.51.100.1"),
            ("198.51.100.1", &["203.0.113.9"], "198.51.100.1"),
            ("10.1.1.1", &[], "10.1.1.1"),
            ("10.1.1.1", &["203.0.113.9"], "203.0.113.9"),
            // The client's own words stay unread.
            ("10.1.1.1", &["127.0.0.1, 203.0.113.9"], "203.0.113.9"),
            (
                "10.1.1.1",
                &["10.9.9.9, 203.0.113.9, 10.2.2.2"],
                "203.0.113.9",
            ),
            // Several fields are one list.
            (
                "10.1.1.1",
                &["203.0.113.1", "203.0.113.9", "10.2.2.2"],
                "203.0.113.9",
            ),
            ("10.1.1.1", &["203.0.113.9,192.0.2.7"], "203.0.113.9"),
            // All are trusted: the first is where it began.
            ("10.1.1.1", &["10.3.3.3, 10.2.2.2"], "10.3.3.3"),
            // What is no address ends the walk.
            ("10.1.1.1", &["203.0.113.9, unknown"], "10.1.1.1"),
            ("10.1.1.1", &["203.0.113.9, , 10.2.2.2"], "10.2.2.2"),
            ("10.1.1.1", &["203.0.113.9, 10.2.2.256"], "10.1.1.1"),
            ("10.1.1.1", &["203.0.113.9 10.2.2.2"], "10.1.1.1"),
            ("10.1.1.1", &[""], "10.1.1.1"),
            // Ports, brackets, and IPv4 within IPv6.
            ("10.1.1.1", &["203.0.113.9:4711"], "203.0.113.9"),
            ("fd00::1", &["[2001:db8::9]:443"], "2001:db8::9"),
            ("fd00::1", &["[2001:db8::9]"], "2001:db8::9"),
            ("::ffff:10.1.1.1", &["::ffff:203.0.113.9"], "203.0.113.9"),
            ("fe00::1", &["203.0.113.9"], "fe00::1"),
        ] {
            let client = of(peer.parse().unwrap(), &headers(values), &trusted);
            assert_eq!(client.to_string(), expected, "{peer} {values:?}");
        }
        let everyone = networks("0.0.0.0/0,::/0");
        let client = of("192.0.2.1".parse().unwrap(), &headers(&["::9"]), &everyone);
        assert_eq!(client.to_string(), "::9");
    }

    #[test]
    fn ranges_are_read_strictly() {
        for text in [
            "",
            "10.0.0.0/33",
            "10.0.0.1/8",
            "::1/129",
            "10.0.0.0/",
            "a",
            "10/8",
            "::1/64",
        ] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
        let one: Network = " 192.0.2.7 ".parse().unwrap();
        assert!(one.contains("192.0.2.7".parse().unwrap()));
        assert!(!one.contains("192.0.2.6".parse().unwrap()));
    }

    fn entries() -> impl Strategy<Value = Vec<String>> {
        let entry = prop_oneof![
            any::<u8>().prop_map(|last| format!("10.0.0.{last}")),
            any::<u32>().prop_map(|bits| Ipv4Addr::from_bits(bits).to_string()),
            any::<u128>().prop_map(|bits| Ipv6Addr::from_bits(bits).to_string()),
            "[ -~]{0,20}",
        ];
        prop::collection::vec(entry, 0..8)
    }

    proptest! {
        /// Whatever a client writes, and however much: what our proxy appends decides.
        #[test]
        fn a_client_cannot_choose_its_address(forged in entries(), real in any::<u32>()) {
            let trusted = networks("10.0.0.0/8");
            let real = IpAddr::from(Ipv4Addr::from_bits(real));
            prop_assume!(!trusted[0].contains(real));
            let list = [forged, vec![real.to_string()]].concat().join(", ");
            let peer = "10.0.0.1".parse().unwrap();
            prop_assert_eq!(of(peer, &headers(&[&list]), &trusted), real);
            prop_assert_eq!(of(real, &headers(&[&list]), &trusted), real);
        }

        /// Bits below a prefix do not matter, and those above it do.
        #[test]
        fn a_range_has_what_shares_its_prefix(base in any::<u32>(), other in any::<u32>(), prefix in 0..=32_u8) {
            let base = masked(Ipv4Addr::from_bits(base).into(), prefix).unwrap();
            let network = Network { base, prefix };
            let IpAddr::V4(first) = base else { unreachable!() };
            let shared = (first.to_bits() ^ other).leading_zeros() >= u32::from(prefix);
            prop_assert_eq!(network.contains(Ipv4Addr::from_bits(other).into()), shared);
        }
    }
}
