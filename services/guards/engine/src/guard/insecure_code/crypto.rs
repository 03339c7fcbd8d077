//! Hashes, ciphers, modes and key lengths that are broken, signatures that are not checked, and
//! secrets from a source that can be guessed. By language, after the names in its own libraries.

use super::Kind::Crypto;
use crate::finding::Span;
use crate::pattern::Edge::{Any, Call, Part, Word};
use crate::pattern::{Matcher, Pattern};

/// How far around a hash the name of a password is looked for, in bytes of the same line.
const NEAR: usize = 100;

#[rustfmt::skip]
pub(super) const PATTERNS: &[Pattern] = &[
    // Python
    Pattern::code(Crypto, 0.6, "broken hash", &["hashlib.md5(", "hashlib.sha1(", "hashlib.new("], Word,
        r#"hashlib\.(?:(?:md5|sha1)\(|new\(\s*(?:name\s*=\s*)?["'](?i:md[245]|sha1?)["'])"#)
        .unless(&["usedforsecurity=False", "usedforsecurity = False"]),
    Pattern::code(Crypto, 0.6, "broken hash", &["hashes.md5(", "hashes.sha1(", "method_md5", "method_crypt", "method_blowfish"], Word,
        r"(?:hashes\.(?:MD5|SHA1)\(|METHOD_(?:MD5|CRYPT|BLOWFISH)\b)"),
    Pattern::code(Crypto, 0.75, "broken cipher", &["algorithms."], Word,
        r"algorithms\.(?:ARC4|Blowfish|IDEA|TripleDES|CAST5|SEED|RC2)\("),
    Pattern::code(Crypto, 0.7, "broken cipher", &["import des", "import arc", "import blowfish", "import xor", "import cast"], Word,
        r"import (?:DES3?|ARC[24]|Blowfish|XOR|CAST)\b"),
    // Python (pycryptodome) and Go name their calls alike; a module may be imported under another name.
    Pattern::code(Crypto, 0.6, "broken hash", &["md2.new(", "md4.new(", "md5.new(", "md5.sum(", "sha.new(", "sha1.new(", "sha1.sum("], Part,
        r"(?i:md[245]|sha1?)\.(?:new|New|Sum)\("),
    Pattern::code(Crypto, 0.75, "broken cipher", &["des.new(", "des3.new(", "arc2.new(", "arc4.new(", "blowfish.new(", "xor.new("], Part,
        r"(?i:des3?|arc[24]|blowfish|xor)\.new\("),
    Pattern::code(Crypto, 0.75, "broken cipher", &["des.newcipher(", "rc4.newcipher(", "des.newtripledescipher(", "blowfish.newcipher("], Word,
        r"(?:des|rc4|blowfish)\.New(?:TripleDES)?Cipher\("),
    Pattern::code(Crypto, 0.6, "broken hash", &["hmac.new(md5.new", "hmac.new(sha1.new"], Word,
        r"hmac\.New\((?:md5|sha1)\.New\b"),
    // JavaScript
    Pattern::code(Crypto, 0.6, "broken hash", &["createhash(", "createhmac("], Word,
        r#"create(?:Hash|Hmac)\(\s*["'`](?i:md[245]|sha-?1)["'`]"#),
    Pattern::code(Crypto, 0.6, "broken hash", &["cryptojs.md5(", "cryptojs.sha1(", "cryptojs.hmacmd5(", "md.md5.create(", "md.sha1.create("], Word,
        r"(?:CryptoJS\.(?:Hmac)?(?:MD5|SHA1)\(|md\.(?:md5|sha1)\.create\()"),
    Pattern::code(Crypto, 0.75, "broken cipher", &["cryptojs.des.", "cryptojs.tripledes.", "cryptojs.rc4.", "cryptojs.rabbit."], Word,
        r"CryptoJS\.(?:DES|TripleDES|RC4|Rabbit)\.encrypt\("),
    Pattern::code(Crypto, 0.7, "cipher without a nonce", &["createcipher(", "createdecipher("], Word,
        r"create(?:Dec|C)ipher\(\s*[^)\s]"),
    // Any language that names ciphers as OpenSSL does
    Pattern::code(Crypto, 0.75, "broken cipher",
        &["createcipheriv(", "createdecipheriv(", "openssl_encrypt(", "openssl_decrypt(", "cipher.new(", "evp_get_cipherbyname("], Any,
        r#"(?:create(?:Dec|C)ipheriv|openssl_(?:en|de)crypt|Cipher\.new|EVP_get_cipherbyname)\([^\n"'`]{0,60}["'`](?i:des|rc[24]|bf|blowfish|cast5?|seed|idea)(?:-?(?i:ede3?|cbc|ecb|cfb|ofb|40))*["'`]"#),
    Pattern::code(Crypto, 0.75, "mode that repeats blocks",
        &["mode_ecb", "modes.ecb(", "mode.ecb", "ciphermode.ecb", "-ecb", "evp_aes_128_ecb", "evp_aes_192_ecb", "evp_aes_256_ecb", "ecb_encrypt("], Any,
        r#"(?:(?:MCRYPT_)?MODE_ECB\b|modes\.ECB\(|[mM]ode\.ECB\b|-(?i:ecb)["'`]|EVP_aes_(?:128|192|256)_ecb\(|ecb_encrypt\()"#),
    // Java
    Pattern::code(Crypto, 0.6, "broken hash", &["messagedigest.getinstance(", "digestutils.", "hashing.md5(", "hashing.sha1("], Word,
        r#"(?:MessageDigest\.getInstance\(\s*"(?i:MD[245]|SHA-?1|SHA)"|DigestUtils\.(?:get)?(?:md5|sha1|sha|Md5|Sha1)(?:Hex|AsHex|Digest|DigestAsHex)?\(|Hashing\.(?:md5|sha1)\()"#),
    Pattern::code(Crypto, 0.75, "broken cipher or mode", &["cipher.getinstance("], Word,
        r#"Cipher\.getInstance\(\s*"(?i:(?:DES(?:ede)?|RC2|RC4|ARCFOUR|Blowfish|PBEWithMD5\w+)(?:/\w+)*"|AES"|AES/ECB|RSA/\w+/NoPadding)"#),
    Pattern::code(Crypto, 0.7, "broken cipher", &["keygenerator.getinstance(", "secretkeyfactory.getinstance(", "new deskeyspec(", "new nullcipher("], Word,
        r#"(?:(?:KeyGenerator|SecretKeyFactory)\.getInstance\(\s*"(?i:DES(?:ede)?|RC2|RC4|ARCFOUR|Blowfish|PBEWithMD5\w+)"|new (?:DESKeySpec|NullCipher)\()"#),
    Pattern::code(Crypto, 0.6, "broken hash in a signature", &["signature.getinstance(", "mac.getinstance("], Word,
        r#"(?:Signature\.getInstance\(\s*"(?i:MD[25]|SHA1)with|Mac\.getInstance\(\s*"(?i:HmacMD5)")"#),
    // C#
    Pattern::code(Crypto, 0.6, "broken hash",
        &["md5.create(", "sha1.create(", "new md5cryptoserviceprovider(", "new sha1managed(", "new sha1cryptoserviceprovider(", "md5.hashdata(", "sha1.hashdata(",
          "new hmacmd5(", "hashalgorithm.create(", "cryptoconfig.createfromname("], Word,
        r#"(?:(?:MD5|SHA1)\.(?:Create|HashData)\(|new (?:(?:MD5|SHA1)CryptoServiceProvider|SHA1Managed|HMACMD5)\(|(?:HashAlgorithm\.Create|CryptoConfig\.CreateFromName)\(\s*"(?:MD5|SHA1)")"#),
    Pattern::code(Crypto, 0.75, "broken cipher",
        &["new descryptoserviceprovider(", "new tripledescryptoserviceprovider(", "new rc2cryptoserviceprovider(", "des.create(", "tripledes.create(", "rc2.create("], Word,
        r"(?:new (?:(?:Triple)?DES|RC2)CryptoServiceProvider\(|(?:(?:Triple)?DES|RC2)\.Create\()"),
    // PHP
    Pattern::code(Crypto, 0.6, "broken hash", &["hash(", "hash_hmac(", "hash_init("], Call,
        r#"hash(?:_hmac|_init)?\(\s*["'](?:md[245]|sha1)["']"#),
    Pattern::code(Crypto, 0.75, "broken cipher", &["mcrypt_", "mcrypt_rijndael"], Word,
        r"(?:mcrypt_(?:encrypt|decrypt|cbc|ecb|generic)\(|MCRYPT_(?:DES|3DES|TRIPLEDES|RC[24]|ARCFOUR|BLOWFISH)\b)"),
    // Ruby
    Pattern::code(Crypto, 0.6, "broken hash", &["digest::md5", "digest::sha1", "digest.new(", "hmac.hexdigest(", "hmac.digest("], Word,
        r#"(?:Digest::(?:MD5|SHA1)\b|Digest\.new\(\s*["'](?i:md[245]|sha1)["']|HMAC\.(?:hex)?digest\(\s*["'](?i:md[245]|sha1)["'])"#),
    Pattern::code(Crypto, 0.75, "broken cipher", &["cipher::des", "cipher::rc4", "cipher::bf"], Word,
        r"Cipher::(?:DES|RC4|BF)\b"),
    // C and C++
    Pattern::code(Crypto, 0.6, "broken hash",
        &["md5_init(", "sha1_init(", "md4_init(", "evp_md5(", "evp_sha1(", "evp_md4(", "cc_md5(", "cc_sha1(", "calg_md5", "calg_sha1", "evp_get_digestbyname("], Word,
        r#"(?:(?:MD[45]|SHA1)_Init\(|EVP_(?:md[45]|sha1)\(|CC_(?:MD5|SHA1)\(|CALG_(?:MD5|SHA1)\b|EVP_get_digestbyname\(\s*"(?i:md[45]|sha1)")"#),
    Pattern::code(Crypto, 0.6, "broken hash", &["md5(", "sha1("], Call,
        r"(?:MD5|SHA1)\([^;,\n]{1,80},[^;,\n]{1,60},[^;,\n]{1,40}\)\s*;"),
    Pattern::code(Crypto, 0.75, "broken cipher",
        &["evp_des_", "evp_rc4(", "evp_rc2_", "evp_bf_", "des_set_key", "des_ecb", "des_cbc", "des_ncbc", "rc4_set_key(", "kccalgorithmdes", "calg_des", "calg_rc4", "calg_rc2"], Word,
        r"(?:EVP_(?:des_|rc2_|bf_|rc4\()|DES_(?:set_key|ecb|cbc|ncbc)\w*\(|RC4_set_key\(|kCCAlgorithmDES\b|CALG_(?:DES|RC4|RC2)\b)"),
    // Keys that are too short, in any language
    Pattern::code(Crypto, 0.7, "short key",
        &["rsa.generate(", "dsa.generate(", "rsa.generatekey(", "generate_private_key(", "rsa.new(", "new rsacryptoserviceprovider(", "rsa.create(",
          "moduluslength", "key_size", "private_key_bits", "rsa_generate_key_ex("], Word,
        r#"(?:(?:RSA|DSA)\.(?:generate|new|Create)\(|rsa\.GenerateKey\(\s*[\w.]+\s*,|generate_private_key\([^)\n]{0,60}?|new RSACryptoServiceProvider\(|modulusLength["']?\s*:|key_size\s*=|private_key_bits["']\s*=>|RSA_generate_key_ex\(\s*\w+\s*,)\s*(?:512|768|1024)\b"#),
    // Signatures of tokens
    Pattern::code(Crypto, 0.8, "signature is not checked", &["verify_signature", "algorithms", "algorithm", "alg", "validateissuersigningkey", "requiresignedtokens"], Word,
        r#"(?:verify_signature["']?\s*(?::|=>|=)\s*[Ff]alse|(?:algorithms?|alg)["']?\s*(?:=>|[:=])\s*\[?\s*["'](?i:none)["']|(?:ValidateIssuerSigningKey|RequireSignedTokens)\s*=\s*false)"#),
    Pattern::code(Crypto, 0.7, "secret from a guessable source",
        &["math.random(", "random.choice(", "random.choices(", "random.randint(", "random.randrange(", "random.random(", "random.sample(", "mt_rand(", "uniqid(", "rand("], Any,
        r"(?:Math\.random\(\)|random\.(?:choices?|randint|randrange|random|sample)\(|mt_rand\(|uniqid\(|rand\()[^\n]{0,120}(?i:password|passwd|token|secret|nonce|otp)\w*\s*(?:;|$|\)|=)"),
    Pattern::code(Crypto, 0.7, "secret from a guessable source",
        &["generatetoken", "generate_token", "generatesession", "generate_session", "generatepassword", "generate_password", "generateotp", "generate_otp", "generatesecret", "createtoken", "create_token"], Any,
        r"\w{8,40}\([^)\n]*\)[^\n]{0,40}\n(?:[^\n]{0,100}\n)?[^\n]{0,80}(?:Math\.random\(|random\.(?:random|choices?|randint)\(|rand\.Intn?\(|mt_rand\()"),
    Pattern {
        rule: Crypto as usize,
        preview: "secret from a guessable source",
        score: 0.7,
        keywords: &["math.random(", "random.choice(", "random.choices(", "random.randint(", "random.randrange(", "random.sample(", "mt_rand(", "uniqid(", "new random(", "rand.intn(", "rand.int63("],
        edge: Part,
        matcher: Matcher::Code(guessable),
        unless: &[],
    },
    Pattern {
        rule: Crypto as usize,
        preview: "password under a fast hash",
        score: 0.75,
        keywords: &["md5(", "sha1(", "crypt("],
        edge: Call,
        matcher: Matcher::Code(fast_hash),
        unless: &[],
    },
];

/// A hash call whose line speaks of a password: `$password = md5($x)`, `md5(user.password)`.
fn fast_hash(text: &str, call: Span) -> Option<Span> {
    let (before, after) = line_around(text, call);
    let of_password = ["password", "passwd", "pwd", "passphrase", "pass"];
    let name = |part: &str| {
        let lower = part.to_ascii_lowercase();
        of_password.iter().any(|word| lower.contains(word))
    };
    let assigned = before.trim_end().ends_with('=') && name(before);
    let argument = after.split(')').next().unwrap_or_default();
    // `md5()` in prose and declarations has no argument.
    let called = argument.starts_with(|c: char| matches!(c, '$' | '"' | '\'') || c.is_alphabetic());
    (called && (assigned || name(argument)))
        .then(|| Span::new(call.start, call.end + argument.len()))
}

/// A random number that is given to a name of a secret: `token = random.choice(…)`.
fn guessable(text: &str, call: Span) -> Option<Span> {
    let (before, _) = line_around(text, call);
    let (name, value) = before.split_once('=')?;
    let lower = name.trim_end_matches(':').trim_end().to_ascii_lowercase();
    let name = lower
        .rsplit(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .next()?;
    let secret = [
        "password",
        "passwd",
        "token",
        "secret",
        "nonce",
        "otp",
        "session_id",
        "sessionid",
        "api_key",
        "apikey",
        "salt",
        "csrf",
    ];
    let is_secret = secret.iter().any(|word| name.contains(word));
    (is_secret && !value.starts_with('=')).then_some(call)
}

/// The line before a place and after it, as far as [`NEAR`].
fn line_around(text: &str, at: Span) -> (&str, &str) {
    let from = text.ceil_char_boundary(at.start.saturating_sub(NEAR));
    let to = text.floor_char_boundary(text.len().min(at.end + NEAR));
    let before = text[from..at.start].rsplit('\n').next().unwrap_or_default();
    let after = text[at.end..to].split('\n').next().unwrap_or_default();
    (before, after)
}
