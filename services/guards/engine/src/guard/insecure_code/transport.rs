//! Checks of certificates and hosts that are switched off, and versions of TLS that are broken.

use super::Kind::Transport;
use crate::pattern::Edge::{Any, Word};
use crate::pattern::Pattern;

#[rustfmt::skip]
pub(super) const PATTERNS: &[Pattern] = &[
    // Options of clients, alike in many languages
    Pattern::code(Transport, 0.8, "certificate check off",
        &["verify=", "verify =", "verify:", "verify'", "verify\"", "verify_ssl", "ssl_verify", "tls_verify", "verify_tls", "verify_certs", "validate_certs", "validate_cert", "sslverify",
          "verify_peer", "verify_peer_name", "verify_hostname", "strictssl", "check_hostname", "assert_hostname", "setsslverify"], Word,
        r#"(?:(?:verify|verify_ssl|ssl_verify|tls_verify|verify_tls|verify_certs|validate_certs?|sslverify|verify_peer|verify_peer_name|verify_hostname|strictSSL|check_hostname|assert_hostname)["']?\s*(?:=>|[:=])\s*(?:False|false|FALSE)\b|setSslVerif(?:y|ication)\(\s*false)"#),
    Pattern::code(Transport, 0.8, "certificate check off", &["verify_none", "ssl_verify_none", "ssl_verify_mode", "sslverifymode::none", "allow_self_signed", "disable_ssl_certificate_validation"], Word,
        r#"(?:(?:SSL_)?VERIFY_NONE\b|ssl_verify_mode["']?\s*(?:=>|[:=])\s*:none|SslVerifyMode::NONE|(?:allow_self_signed|disable_ssl_certificate_validation)["']?\s*(?:=>|[:=])\s*(?i:true))"#),
    // Python
    Pattern::code(Transport, 0.85, "certificate check off",
        &["_create_unverified_context", "cert_none", "disable_warnings("], Word,
        r"(?:_create_unverified_context\b|CERT_NONE\b|disable_warnings\(\s*(?:urllib3\.exceptions\.)?InsecureRequestWarning)"),
    Pattern::code(Transport, 0.7, "certificate check off", &["tcpconnector(", "ssl=false", "ssl = false"], Word,
        r"(?:TCPConnector\([^)\n]{0,80}(?:verify_ssl|ssl)\s*=\s*False|ssl\s*=\s*False)\b"),
    Pattern::code(Transport, 0.7, "host key check off",
        &["autoaddpolicy", "set_missing_host_key_policy("], Word,
        r"(?:AutoAddPolicy\b|set_missing_host_key_policy\([^\n]{0,60}(?:AutoAdd|Warning)Policy\b)"),
    // JavaScript
    Pattern::code(Transport, 0.85, "certificate check off", &["rejectunauthorized", "node_tls_reject_unauthorized", "checkserveridentity"], Word,
        r#"(?:rejectUnauthorized["']?\s*[:=]\s*(?:false|!1)|NODE_TLS_REJECT_UNAUTHORIZED["'\]]*\s*[=:]\s*["']?0|checkServerIdentity["']?\s*[:=]\s*(?:\([^)\n]*\)\s*=>\s*(?:undefined|null|true|\{\s*(?:return\s*(?:undefined|null|true)?;?\s*)?\})|function\s*\([^)\n]*\)\s*\{\s*(?:return\s*(?:undefined|null|true)?;?\s*)?\}))"#),
    // Go
    Pattern::code(Transport, 0.85, "certificate check off", &["insecureskipverify"], Word,
        r"InsecureSkipVerify\s*[:=]\s*true"),
    Pattern::code(Transport, 0.8, "host key check off", &["insecureignorehostkey(", "hostkeycallback"], Word,
        r"(?:InsecureIgnoreHostKey\(|HostKeyCallback\s*[:=]\s*func\([^)\n]*\)\s*error\s*\{\s*return nil)"),
    // PHP and C, by libcurl
    Pattern::code(Transport, 0.85, "certificate check off", &["curlopt_ssl_verify"], Word,
        r"CURLOPT_SSL_VERIFY(?:PEER|HOST)\s*(?:,|=>)\s*(?:false|FALSE|0)"),
    // Java
    Pattern::code(Transport, 0.85, "every certificate trusted", &["checkservertrusted(", "checkclienttrusted("], Word,
        r"check(?:Server|Client)Trusted\([^)]*\)\s*(?:throws\s+[\w., ]+)?\{\s*(?://[^\n]*\s*|/\*[^*]{0,120}\*/\s*|return;\s*)*\}"),
    Pattern::code(Transport, 0.8, "host check off",
        &["noophostnameverifier", "allow_all_hostname_verifier", "allowallhostnameverifier", "insecuretrustmanagerfactory", "trustallstrategy", "trustallcerts"], Word,
        r"(?:(?:Noop|AllowAll)HostnameVerifier\b|ALLOW_ALL_HOSTNAME_VERIFIER\b|InsecureTrustManagerFactory\b|TrustAllStrategy\b|trustAllCerts\b)"),
    Pattern::code(Transport, 0.85, "host check off", &["verify(string"], Word,
        r"verify\(String \w+,\s*(?:final\s+)?SSLSession \w+\)\s*\{\s*(?://[^\n]*\s*)?return true;"),
    Pattern::code(Transport, 0.85, "host check off", &["hostnameverifier("], Any,
        r"(?i:HostnameVerifier)\(\s*\(\s*\w+\s*,\s*\w+\s*\)\s*->\s*(?:true|\{\s*return true)"),
    // C#
    Pattern::code(Transport, 0.85, "certificate check off",
        &["certificatevalidationcallback", "servercertificatecustomvalidationcallback", "dangerousacceptanyservercertificatevalidator"], Any,
        r"(?:(?i:(?:Server)?Certificate(?:Custom)?ValidationCallback)\s*(?:\+?=|\()[^;\n]{0,160}(?:=>\s*true|return true)|(?i:(?:Server)?Certificate(?:Custom)?ValidationCallback)\s*\+?=[^;]{0,160}\{\s*return true|DangerousAcceptAnyServerCertificateValidator)"),
    // Rust
    Pattern::code(Transport, 0.85, "certificate check off", &["danger_accept_invalid_"], Word,
        r"danger_accept_invalid_(?:certs|hostnames)\(\s*true\s*\)"),
    // Shell
    Pattern::code(Transport, 0.6, "certificate check off", &["curl ", "wget "], Word,
        r"(?:curl\s[^\n|;]{0,120}?(?:-k|--insecure)|wget\s[^\n|;]{0,120}?--no-check-certificate)(?:\s|$)"),
    Pattern::code(Transport, 0.7, "certificate check off", &["http.sslverify", "git_ssl_no_verify", "strict-ssl", "pythonhttpsverify"], Word,
        r#"(?:http\.sslVerify[ =]["']?(?:false|0)|GIT_SSL_NO_VERIFY["']?\s*[=:]\s*["']?(?:true|1)|strict-ssl[ =]["']?false|PYTHONHTTPSVERIFY["'\]]*\s*[=:]\s*["']?0)"#),
    Pattern::code(Transport, 0.6, "host key check off", &["stricthostkeychecking"], Word,
        r"StrictHostKeyChecking[= ]\s*no\b"),

    // Versions before TLS 1.2 (RFC 8996)
    Pattern::code(Transport, 0.7, "broken version of TLS", &["protocol_sslv", "protocol_tlsv1", "tlsversion.sslv", "tlsversion.tlsv1"], Word,
        r"(?:PROTOCOL_(?:SSLv[23]|TLSv1(?:_1)?)|TLSVersion\.(?:SSLv3|TLSv1(?:_1)?))\b"),
    Pattern::code(Transport, 0.7, "broken version of TLS", &["sslv2_", "sslv3_", "tlsv1_"], Word,
        r"(?:SSLv[23]|TLSv1(?:_1)?)_(?:METHOD\b|(?:client_|server_)?method\b)"),
    Pattern::code(Transport, 0.7, "broken version of TLS", &["sslcontext.getinstance(", "setenabledprotocols("], Word,
        r#"(?:SSLContext\.getInstance\(\s*"(?:SSL(?:v[23])?|TLSv1(?:\.1)?)"|setEnabledProtocols\([^)\n]{0,60}"(?:SSLv[23](?:Hello)?|TLSv1(?:\.1)?)")"#),
    Pattern::code(Transport, 0.7, "broken version of TLS", &["securityprotocoltype.", "sslprotocols."], Word,
        r"(?:SecurityProtocolType|SslProtocols)\.(?:Ssl[23]|Tls(?:11)?)\b"),
    Pattern::code(Transport, 0.7, "broken version of TLS", &["versionssl30", "versiontls10", "versiontls11"], Word,
        r"VersionSSL30\b|Version(?:TLS10|TLS11)\b"),
    Pattern::code(Transport, 0.7, "broken version of TLS", &["secureprotocol", "minversion", "min_version", "ssl_version", "curl_sslversion_"], Word,
        r#"(?:(?:secureProtocol|min_?[vV]ersion|ssl_version)["']?\s*(?:=>|[:=])\s*(?:["'](?:SSLv[23]|TLSv1(?:[._]1)?)(?:_method)?["']|:(?:SSLv?[23]|TLSv?1(?:_1)?)\b)|CURL_SSLVERSION_(?:SSLv[23]|TLSv1_[01])\b)"#),
];
