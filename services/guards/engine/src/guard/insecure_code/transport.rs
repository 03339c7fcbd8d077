//! Checks of certificates and hosts that are switched off.

use super::Kind::Transport;
use crate::pattern::Edge::Word;
use crate::pattern::Pattern;

#[rustfmt::skip]
pub(super) const PATTERNS: &[Pattern] = &[
    Pattern::code(Transport, 0.8, "certificate check off", &["verify=", "verify ="], Word,
        r"verify\s*=\s*False\b"),
    Pattern::code(Transport, 0.85, "certificate check off",
        &["_create_unverified_context", "cert_none", "check_hostname", "disable_warnings("], Word,
        r"(?:_create_unverified_context\b|CERT_NONE\b|check_hostname\s*=\s*False|disable_warnings\(\s*(?:urllib3\.exceptions\.)?InsecureRequestWarning)"),
    Pattern::code(Transport, 0.85, "certificate check off", &["rejectunauthorized", "node_tls_reject_unauthorized"], Word,
        r#"(?:rejectUnauthorized["']?\s*[:=]\s*false|NODE_TLS_REJECT_UNAUTHORIZED["'\]]*\s*[=:]\s*["']?0)"#),
    Pattern::code(Transport, 0.85, "certificate check off", &["insecureskipverify"], Word,
        r"InsecureSkipVerify\s*[:=]\s*true"),
    Pattern::code(Transport, 0.85, "certificate check off", &["curlopt_ssl_verify"], Word,
        r"CURLOPT_SSL_VERIFY(?:PEER|HOST)\s*(?:,|=>)\s*(?:false|FALSE|0)"),
    Pattern::code(Transport, 0.8, "certificate check off", &["verify_none", "ssl_verify_none", "verify_ssl", "verify_peer"], Word,
        r#"(?:(?:SSL_)?VERIFY_NONE\b|verify_(?:ssl|peer)["']?\s*(?:=>|[:=])\s*false)"#),
    Pattern::code(Transport, 0.85, "every certificate trusted", &["checkservertrusted("], Word,
        r"checkServerTrusted\([^)]*\)\s*(?:throws\s+[\w., ]+)?\{\s*\}"),
    Pattern::code(Transport, 0.8, "host check off", &["noophostnameverifier", "allow_all_hostname_verifier", "allowallhostnameverifier"], Word,
        r"(?:(?:Noop|AllowAll)HostnameVerifier\b|ALLOW_ALL_HOSTNAME_VERIFIER\b)"),
    Pattern::code(Transport, 0.85, "certificate check off",
        &["servercertificatevalidationcallback", "servercertificatecustomvalidationcallback", "dangerousacceptanyservercertificatevalidator"], Word,
        r"(?:(?i:ServerCertificate(?:Custom)?ValidationCallback)\s*\+?=[^;\n]{0,120}(?:=>\s*true|return true)|DangerousAcceptAnyServerCertificateValidator)"),
    Pattern::code(Transport, 0.85, "certificate check off", &["danger_accept_invalid_"], Word,
        r"danger_accept_invalid_(?:certs|hostnames)\(\s*true\s*\)"),
    Pattern::code(Transport, 0.6, "certificate check off", &["curl ", "wget "], Word,
        r"(?:curl\s[^\n|;]{0,120}?(?:-k|--insecure)|wget\s[^\n|;]{0,120}?--no-check-certificate)(?:\s|$)"),
    Pattern::code(Transport, 0.6, "host key check off", &["stricthostkeychecking", "autoaddpolicy("], Word,
        r"(?:StrictHostKeyChecking[= ]\s*no\b|AutoAddPolicy\(\s*\))"),
];
