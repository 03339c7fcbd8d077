//! Addresses of crypto currencies: published ones, and the same with a slip.

use crate::found;

/// Rule and address, from the specifications and documentation of each chain.
const ADDRESSES: &[(&str, &str)] = &[
    // The first block; BIP 13; BIP 173; BIP 350.
    ("bitcoin_address", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
    ("bitcoin_address", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"),
    ("bitcoin_address", "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn"),
    (
        "bitcoin_address",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    ),
    (
        "bitcoin_address",
        "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
    ),
    (
        "bitcoin_address",
        "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7",
    ),
    (
        "bitcoin_address",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
    ),
    // EIP-55.
    (
        "ethereum_address",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    ),
    (
        "ethereum_address",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    ),
    (
        "ethereum_address",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    ),
    ("litecoin_address", "LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1"),
    ("dogecoin_address", "DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L"),
    ("tron_address", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"),
    ("xrp_address", "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"),
    (
        "monero_address",
        "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A",
    ),
    (
        "cardano_address",
        "addr1qx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzer3n0d3vllmyqwsx5wktcd8cc3sq835lu7drv2xwl2wywfgse35a3x",
    ),
];

const CLEAN: &[&str] = &[
    "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
    "0x0000000000000000000000000000000000000000",
    "0xdeadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeef",
    "1111111111111111111111111111111111",
    "TheQuickBrownFoxJumpsOverTheLazyDog1",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "bc1 is how a segwit address begins, bc1q...",
];

#[test]
fn addresses_are_found_whole() {
    for (rule, address) in ADDRESSES {
        for text in [
            (*address).to_owned(),
            format!("send it to {address}, please."),
            format!("bitcoin:{address}?amount=1"),
        ] {
            assert_eq!(
                found("pii", &text),
                [((*rule).to_owned(), *address)],
                "{text:?}"
            );
        }
    }
}

#[test]
fn an_address_with_a_slip_is_none() {
    for (rule, address) in ADDRESSES {
        for at in 4..address.len() {
            let old = address.as_bytes()[at];
            let slip = match old {
                // The other case of a letter, where the case is the checksum.
                b'a'..=b'f' if *rule == "ethereum_address" => old.to_ascii_uppercase(),
                b'A'..=b'F' if *rule == "ethereum_address" => old.to_ascii_lowercase(),
                b'q' | b'Q' => old - 1,
                b'2' => b'3',
                _ if old.is_ascii_uppercase() && address.starts_with("BC1") => b'Q',
                _ => b'2',
            };
            if *rule == "ethereum_address" && old.is_ascii_digit() {
                continue;
            }
            let text = format!(
                "{}{}{}",
                &address[..at],
                char::from(slip),
                &address[at + 1..]
            );
            let hits = found("pii", &text);
            assert!(hits.iter().all(|(id, _)| id != rule), "{text:?}: {hits:?}");
        }
    }
}

#[test]
fn what_only_looks_like_an_address_is_clean() {
    for text in CLEAN {
        let hits = found("pii", text);
        assert!(hits.is_empty(), "{text:?}: {hits:?}");
    }
}

#[test]
fn ethereum_in_one_case_needs_its_name() {
    let text = "wallet 0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed";
    assert_eq!(
        found("pii", text),
        [("ethereum_address".to_owned(), &text[7..])]
    );
}
