//! Hashes, ciphers and modes that are broken.

use super::Kind::Crypto;
use crate::pattern::Edge::{Any, Call, Word};
use crate::pattern::Pattern;

#[rustfmt::skip]
pub(super) const PATTERNS: &[Pattern] = &[
    Pattern::code(Crypto, 0.6, "broken hash", &["hashlib.md5(", "hashlib.sha1(", "hashlib.new("], Word,
        r#"hashlib\.(?:(?:md5|sha1)\(|new\(\s*["'](?:md4|md5|sha1)["'])"#)
        .unless(&["usedforsecurity=False", "usedforsecurity = False"]),
    Pattern::code(Crypto, 0.6, "broken hash", &["createhash(", "createhmac("], Word,
        r#"create(?:Hash|Hmac)\(\s*["'`](?:md4|md5|sha1)["'`]"#),
    Pattern::code(Crypto, 0.6, "broken hash", &["messagedigest.getinstance("], Word,
        r#"MessageDigest\.getInstance\(\s*"(?:MD2|MD4|MD5|SHA-?1)""#),
    Pattern::code(Crypto, 0.6, "broken hash",
        &["md5.create(", "sha1.create(", "new md5cryptoserviceprovider(", "new sha1managed(", "md5.hashdata(", "sha1.hashdata("], Word,
        r"(?:(?:MD5|SHA1)\.(?:Create|HashData)\(|new (?:MD5CryptoServiceProvider|SHA1Managed)\()"),
    Pattern::code(Crypto, 0.6, "broken hash", &["md5.new(", "md5.sum(", "sha1.new(", "sha1.sum("], Word,
        r"(?:md5|sha1)\.(?:New|Sum)\("),
    Pattern::code(Crypto, 0.75, "password under a fast hash", &["md5(", "sha1("], Call,
        r"(?:md5|sha1)\(\s*\$?(?:_POST\[['\x22])?\w*(?i:pass|pwd)\w*"),
    Pattern::code(Crypto, 0.6, "broken hash", &["digest::md5", "digest::sha1", "md5_init(", "sha1_init(", "evp_md5(", "evp_sha1("], Word,
        r"(?:Digest::(?:MD5|SHA1)\b|(?:MD5|SHA1)_Init\(|EVP_(?:md5|sha1)\()"),
    Pattern::code(Crypto, 0.75, "broken cipher or mode", &["cipher.getinstance("], Word,
        r#"Cipher\.getInstance\(\s*"(?:(?:DES(?:ede)?|RC2|RC4|ARCFOUR|Blowfish)(?:/\w+)*|AES"|AES/ECB)"#),
    Pattern::code(Crypto, 0.75, "mode that repeats blocks", &["mode_ecb", "modes.ecb(", "ciphermode.ecb", "-ecb", "evp_aes_128_ecb", "evp_aes_256_ecb"], Any,
        r#"(?:MODE_ECB\b|modes\.ECB\(|CipherMode\.ECB\b|-(?:ecb|ECB)["'`]|EVP_aes_(?:128|256)_ecb\()"#),
    Pattern::code(Crypto, 0.75, "broken cipher", &["des.new(", "des3.new(", "arc4.new(", "des.newcipher(", "rc4.newcipher(", "des.newtripledescipher(", "new descryptoserviceprovider(", "des.create(", "evp_des_", "evp_rc4("], Word,
        r"(?:(?:DES3?|ARC4)\.new\(|(?:des|rc4)\.New(?:TripleDES)?Cipher\(|new DESCryptoServiceProvider\(|DES\.Create\(|EVP_(?:des_|rc4\())"),
    Pattern::code(Crypto, 0.7, "cipher without a nonce", &["createcipher("], Word,
        r#"createCipher\(\s*["'`]"#),
    Pattern::code(Crypto, 0.7, "secret from a guessable source", &["math.random(", "random.choice(", "random.randint(", "mt_rand(", "rand("], Any,
        r"(?:Math\.random\(\)|random\.(?:choice|randint)\(|mt_rand\(|rand\()[^\n]{0,120}(?i:password|token|secret|nonce|otp)\w*\s*(?:;|$|\)|=)"),
];
