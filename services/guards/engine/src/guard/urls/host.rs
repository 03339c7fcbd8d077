//! What a host of a URL is: a name, an address, or one of these in disguise.
//!
//! Sources: WHATWG URL §3.5 (numbers as IPv4), RFC 3492 (punycode), UTS 39 (mixed scripts), RFC 1918, 5737
//! and 3849 (private addresses and those for documentation).

use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// What a host is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Host {
    /// A name of ASCII letters, or nothing that matters.
    Name,
    /// A name with other letters, in punycode or not.
    International,
    /// Letters that belong together in no language, or that are not shown.
    MixedScripts,
    /// An address as it is usually written.
    Ip,
    /// The same, of this machine or its network, or one of those that stand in examples.
    LocalIp,
    /// Where a cloud hands out the credentials of a machine.
    Metadata,
    /// An address that people do not recognise: one number, octal or hexadecimal parts.
    ObfuscatedIp,
}

/// Names and addresses of the metadata services of AWS, Google, Azure and Alibaba.
const METADATA: [&str; 4] = [
    "169.254.169.254",
    "169.254.170.2",
    "metadata.google.internal",
    "100.100.100.200",
];

/// Scripts that are confused with one another.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Greek,
    Cyrillic,
    Armenian,
    Cherokee,
    Hidden,
    Other,
}

pub(super) fn classify(host: &str) -> Host {
    if let Some(bracketed) = host.strip_prefix('[') {
        // Anything else in brackets is no host at all, so that nothing is reached by it.
        let address = bracketed.strip_suffix(']').map(Ipv6Addr::from_str);
        return match address {
            Some(Ok(address)) => of_ipv6(address),
            _ => Host::Name,
        };
    }
    if METADATA.iter().any(|name| host.eq_ignore_ascii_case(name)) {
        return Host::Metadata;
    }
    if let Some(address) = number_host(host) {
        return address;
    }
    let labels = || host.split(['.', '。', '．']);
    if labels().any(mixes_scripts) {
        return Host::MixedScripts;
    }
    if host.is_ascii() && !labels().any(|label| punycode(label).is_some()) {
        return Host::Name;
    }
    Host::International
}

/// The letters of a label in punycode.
pub(super) fn decoded(label: &str) -> Option<String> {
    decode(punycode(label)?)
}

fn punycode(label: &str) -> Option<&str> {
    let (start, rest) = label.split_at_checked(4)?;
    start.eq_ignore_ascii_case("xn--").then_some(rest)
}

/// A host of one to four numbers is an IPv4 address, however they are written.
fn number_host(host: &str) -> Option<Host> {
    let mut count = 0;
    let mut plain = true;
    for part in host.split('.') {
        let hexadecimal = part.strip_prefix("0x").or(part.strip_prefix("0X"));
        let number = match hexadecimal {
            Some(digits) => digits.bytes().all(|b| b.is_ascii_hexdigit()),
            None => !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()),
        };
        if !number || part.len() > 16 {
            return None;
        }
        plain &= hexadecimal.is_none() && (part.len() == 1 || !part.starts_with('0'));
        count += 1;
    }
    match count {
        4 if plain => Some(Ipv4Addr::from_str(host).map_or(Host::Ip, of_ipv4)),
        1..=4 => Some(Host::ObfuscatedIp),
        _ => None,
    }
}

fn of_ipv4(address: Ipv4Addr) -> Host {
    let local = address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_unspecified()
        || address.is_documentation();
    if local { Host::LocalIp } else { Host::Ip }
}

/// An IPv4 address within one of IPv6 is a disguise.
fn of_ipv6(address: Ipv6Addr) -> Host {
    let [first, second, ..] = address.segments();
    let documentation = first == 0x2001 && second == 0xdb8;
    let local = address.is_loopback()
        || address.is_unspecified()
        || address.is_unique_local()
        || address.is_unicast_link_local();
    if address.to_ipv4_mapped().is_some() {
        Host::ObfuscatedIp
    } else if local || documentation {
        Host::LocalIp
    } else {
        Host::Ip
    }
}

fn mixes_scripts(label: &str) -> bool {
    let letters = decoded(label);
    let letters = letters.as_deref().unwrap_or(label);
    let mut first = None;
    for script in letters.chars().filter_map(script) {
        if script == Script::Hidden || *first.get_or_insert(script) != script {
            return true;
        }
    }
    false
}

fn script(c: char) -> Option<Script> {
    Some(match c {
        'a'..='z' | 'A'..='Z' | '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => Script::Latin,
        '\u{370}'..='\u{3FF}' | '\u{1F00}'..='\u{1FFF}' => Script::Greek,
        '\u{400}'..='\u{52F}' => Script::Cyrillic,
        '\u{531}'..='\u{58A}' => Script::Armenian,
        '\u{13A0}'..='\u{13FF}' | '\u{AB70}'..='\u{ABBF}' => Script::Cherokee,
        // Letters that only exist to look like others, and slashes and dots that are none.
        '\u{AD}'
        | '\u{200B}'..='\u{200F}'
        | '\u{2024}'
        | '\u{2044}'
        | '\u{2060}'
        | '\u{2215}'
        | '\u{FF01}'..='\u{FF0D}'
        | '\u{FF0F}'..='\u{FF5E}'
        | '\u{1D400}'..='\u{1D7FF}' => Script::Hidden,
        // Japanese, Korean and Chinese names mix Latin letters with their own.
        '\u{2E80}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}' => return None,
        c if c.is_alphabetic() => Script::Other,
        _ => return None,
    })
}

/// RFC 3492 §6.2. A label has at most 63 bytes, so the work is bounded.
fn decode(label: &str) -> Option<String> {
    const BASE: u32 = 36;
    if label.len() > 63 || !label.is_ascii() {
        return None;
    }
    let (basic, digits) = label.rsplit_once('-').unwrap_or(("", label));
    let mut letters: Vec<char> = basic.chars().collect();
    let (mut code, mut place, mut bias) = (128_u32, 0_u32, 72_u32);
    let mut digits = digits.bytes().peekable();
    while digits.peek().is_some() {
        let (before, mut weight, mut k) = (place, 1_u32, BASE);
        loop {
            let digit = match digits.next()? {
                b @ b'a'..=b'z' => b - b'a',
                b @ b'A'..=b'Z' => b - b'A',
                b @ b'0'..=b'9' => b - b'0' + 26,
                _ => return None,
            };
            let digit = u32::from(digit);
            place = place.checked_add(digit.checked_mul(weight)?)?;
            let threshold = k.saturating_sub(bias).clamp(1, 26);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(BASE - threshold)?;
            k += BASE;
        }
        let count = u32::try_from(letters.len() + 1).ok()?;
        bias = adapt(place - before, count, before == 0);
        code = code.checked_add(place / count)?;
        place %= count;
        letters.insert(usize::try_from(place).ok()?, char::from_u32(code)?);
        place += 1;
    }
    Some(letters.into_iter().collect())
}

fn adapt(delta: u32, count: u32, first: bool) -> u32 {
    let mut delta = if first { delta / 700 } else { delta / 2 };
    delta += delta / count;
    let mut k = 0;
    while delta > 455 {
        delta /= 35;
        k += 36;
    }
    k + 36 * delta / (delta + 38)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 3492 §7.1, samples (B), (J) and (L), and two everyday names.
    #[test]
    fn punycode_is_read_as_published() {
        for (label, letters) in [
            ("ihqwcrb4cv8a8dqg056pqjye", "他们为什么不说中文"),
            (
                "PorqunopuedensimplementehablarenEspaol-fmd56a",
                "PorquénopuedensimplementehablarenEspañol",
            ),
            ("3B-ww4c5e180e575a65lsy2b", "3年B組金八先生"),
            ("mnchen-3ya", "münchen"),
            ("80ak6aa92e", "аррӏе"),
        ] {
            assert_eq!(decode(label).as_deref(), Some(letters));
        }
        for broken in ["é", "99999999", "a-!", "zzzzzzzzzzzzzzzzzzzz"] {
            assert_eq!(decode(broken), None, "{broken}");
        }
    }

    #[test]
    fn hosts_are_told_apart() {
        for (host, kind) in [
            ("example.org", Host::Name),
            ("münchen.de", Host::International),
            ("xn--mnchen-3ya.de", Host::International),
            ("пример.рф", Host::International),
            ("日本abc.jp", Host::International),
            ("pаypal.com", Host::MixedScripts),
            ("xn--pypal-4ve.com", Host::MixedScripts),
            ("goo\u{200b}gle.com", Host::MixedScripts),
            ("192.0.2.7", Host::LocalIp),
            ("10.1.2.3", Host::LocalIp),
            ("8.8.4.4", Host::Ip),
            ("[2001:db8::1]", Host::LocalIp),
            ("[2600::1]", Host::Ip),
            ("[::ffff:7f00:1]", Host::ObfuscatedIp),
            ("169.254.169.254", Host::Metadata),
            ("[REDACTED:email]", Host::Name),
            ("3221225985", Host::ObfuscatedIp),
            ("0xC0.0.2.7", Host::ObfuscatedIp),
            ("0300.0.2.7", Host::ObfuscatedIp),
            ("127.1", Host::ObfuscatedIp),
            ("1.2.3.4.5", Host::Name),
            ("4chan.test", Host::Name),
        ] {
            assert_eq!(classify(host), kind, "{host}");
        }
    }
}
