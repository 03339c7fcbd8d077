//! The redirect: who comes to the plain port is sent to HTTPS, before anything of the request is
//! used.

use http::header::HOST;
use http::request;

use crate::downstream::{Client, Entrance};
use crate::problem::Problem;

/// HTTPS where everybody looks for it.
const DEFAULT_PORT: u16 = 443;

/// Sends the client of the redirect port away. The host has been admitted before.
pub(crate) fn to_https(
    client: Client,
    request: &request::Parts,
    public_port: u16,
) -> Result<(), Problem> {
    if client.entrance != Entrance::Redirect {
        return Ok(());
    }
    let host = request
        .headers
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .or_else(|| request.uri.authority().map(http::uri::Authority::as_str));
    let Some(host) = host.map(without_port).filter(|host| !host.is_empty()) else {
        return Err(Problem::bad_request(
            "INVALID_HOST",
            "The request needs one valid Host header.",
        ));
    };
    let port = match public_port {
        DEFAULT_PORT => String::new(),
        port => format!(":{port}"),
    };
    let target = request
        .uri
        .path_and_query()
        .map_or("/", http::uri::PathAndQuery::as_str);
    Err(Problem::moved(&format!("https://{host}{port}{target}")))
}

/// The port follows the last colon, unless that is part of an IPv6 address in brackets.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn location(host: &str, target: &str, public_port: u16) -> Option<String> {
        let request = http::Request::get(target)
            .header(HOST, host)
            .body(())
            .unwrap();
        let client = Client {
            address: ([127, 0, 0, 1], 1).into(),
            entrance: Entrance::Redirect,
        };
        let problem = to_https(client, &request.into_parts().0, public_port).unwrap_err();
        let location = problem
            .headers
            .iter()
            .find(|(name, _)| name == http::header::LOCATION);
        location.map(|(_, value)| value.to_str().unwrap().to_owned())
    }

    #[test]
    fn host_path_and_query_are_kept() {
        for (host, target, port, expected) in [
            ("a.example", "/", 443, "https://a.example/"),
            (
                "a.example:8080",
                "/x?y=%2F",
                443,
                "https://a.example/x?y=%2F",
            ),
            ("a.example:80", "/x", 8443, "https://a.example:8443/x"),
            ("[::1]", "/", 443, "https://[::1]/"),
            ("[::1]:80", "/", 443, "https://[::1]/"),
        ] {
            assert_eq!(location(host, target, port).as_deref(), Some(expected));
        }
        assert_eq!(location(":80", "/", 443), None);
    }
}
