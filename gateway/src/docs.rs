//! The API's documentation as a page: one document that asks nobody but this gateway, for
//! `openapi.json`. Style and script are written in `assets/` and bundled.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::HeaderValue;

const HTML: &str = include_str!("../assets/docs.html");
const STYLE: &str = include_str!("../assets/docs.css");
const SCRIPT: &str = include_str!("../assets/docs.js");

/// The page.
pub(crate) struct Page {
    pub(crate) body: Bytes,
    /// Lets this very style and this very script in, and nothing else.
    pub(crate) content_security_policy: HeaderValue,
}

/// Puts the page together.
pub(crate) fn page() -> Page {
    let html = HTML
        .replacen("/* docs.css */", STYLE, 1)
        .replacen("/* docs.js */", SCRIPT, 1);
    let policy = format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; connect-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        source(STYLE),
        source(SCRIPT)
    );
    Page {
        body: html.into(),
        // Without it nothing would be let in.
        content_security_policy: HeaderValue::try_from(policy)
            .unwrap_or(HeaderValue::from_static("default-src 'none'")),
    }
}

/// A hash source of Content Security Policy Level 3.
fn source(text: &str) -> String {
    let hash = STANDARD.encode(digest(&SHA256, text.as_bytes()));
    format!("sha256-{hash}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_and_script_are_inside_and_let_in() {
        let page = page();
        let html = std::str::from_utf8(&page.body).unwrap();
        let between = |open: &str, close: &str| {
            let (_, rest) = html.split_once(open).unwrap();
            rest.split_once(close).unwrap().0.to_owned()
        };
        let policy = page.content_security_policy.to_str().unwrap();
        let style = source(&between("<style>", "</style>"));
        let script = source(&between("<script>", "</script>"));
        assert!(policy.contains(&format!("style-src '{style}'")), "{policy}");
        assert!(
            policy.contains(&format!("script-src '{script}'")),
            "{policy}"
        );
    }

    #[test]
    fn nothing_is_asked_of_others() {
        let page = page();
        let html = std::str::from_utf8(&page.body).unwrap();
        for outside in [
            "http://",
            "https://",
            "src=",
            "@import",
            " url(",
            " style=",
            "onclick=\"",
        ] {
            assert!(!html.contains(outside), "{outside}");
        }
    }
}
