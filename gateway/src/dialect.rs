//! What a client speaks: HTTP with JSON, gRPC, or gRPC-Web. Told by the content type before
//! anything else is known of the request, so that every error is said in words it understands.

use http::header::CONTENT_TYPE;
use http::{Version, request};

/// The language of a request and its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// HTTP as `google.api.http` maps it.
    Rest,
    /// gRPC over HTTP/2.
    Grpc,
    /// gRPC for browsers.
    GrpcWeb(WebForm),
}

/// How gRPC-Web writes its frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WebForm {
    /// As they are.
    Binary,
    /// In base64.
    Text,
}

// === impl Dialect ===

impl Dialect {
    /// The dialect of a request with this head. gRPC needs the trailers of HTTP/2.
    pub(crate) fn of(head: &request::Parts) -> Self {
        let content_type = head.headers.get(CONTENT_TYPE);
        let content_type = content_type.and_then(|value| value.to_str().ok());
        let essence = content_type.unwrap_or_default().split(';').next();
        let essence = essence.unwrap_or_default().trim();
        let is = |names: [&str; 2]| names.iter().any(|name| essence.eq_ignore_ascii_case(name));
        if is(["application/grpc", "application/grpc+proto"]) && head.version == Version::HTTP_2 {
            Self::Grpc
        } else if is(["application/grpc-web", "application/grpc-web+proto"]) {
            Self::GrpcWeb(WebForm::Binary)
        } else if is([
            "application/grpc-web-text",
            "application/grpc-web-text+proto",
        ]) {
            Self::GrpcWeb(WebForm::Text)
        } else {
            Self::Rest
        }
    }
}

// === impl WebForm ===

impl WebForm {
    /// The content type of an answer in this form.
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Binary => "application/grpc-web+proto",
            Self::Text => "application/grpc-web-text+proto",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_type_tells_the_dialect() {
        let of = |version, content_type: &str| {
            let request = http::Request::builder().version(version);
            let request = request.header(CONTENT_TYPE, content_type).body(()).unwrap();
            Dialect::of(&request.into_parts().0)
        };
        for (content_type, dialect) in [
            ("application/grpc", Dialect::Grpc),
            ("Application/gRPC+proto; x=y", Dialect::Grpc),
            ("application/grpc+json", Dialect::Rest),
            ("application/grpc-web", Dialect::GrpcWeb(WebForm::Binary)),
            (
                "application/grpc-web-text+proto",
                Dialect::GrpcWeb(WebForm::Text),
            ),
            ("application/json", Dialect::Rest),
            ("", Dialect::Rest),
        ] {
            assert_eq!(of(Version::HTTP_2, content_type), dialect, "{content_type}");
        }
        assert_eq!(of(Version::HTTP_11, "application/grpc"), Dialect::Rest);
        let web = Dialect::GrpcWeb(WebForm::Binary);
        assert_eq!(of(Version::HTTP_11, "application/grpc-web"), web);
    }
}
