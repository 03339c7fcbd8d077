//! What goes wrong with streams and with gRPC.

use http::{Method, StatusCode, header};
use tonic::Code;

use super::{Problem, list};

// === impl Problem ===

impl Problem {
    /// No such gRPC method, or none for clients.
    pub(crate) fn unknown_method() -> Self {
        let detail = "There is no such method.";
        Self::new(
            StatusCode::NOT_FOUND,
            Code::Unimplemented,
            "UNKNOWN_METHOD",
            detail,
        )
    }

    /// A `grpc-timeout` that is none.
    pub(crate) fn invalid_timeout() -> Self {
        let detail = "The grpc-timeout is not of the form that gRPC defines.";
        let status = StatusCode::BAD_REQUEST;
        Self::new(status, Code::InvalidArgument, "INVALID_TIMEOUT", detail)
    }

    /// Not the frames of the messages that the method takes.
    pub(crate) fn invalid_frames(detail: &str) -> Self {
        let status = StatusCode::BAD_REQUEST;
        Self::new(status, Code::InvalidArgument, "INVALID_FRAMES", detail).closing()
    }

    /// A compressed message; what it would take is not known before it is read.
    pub(crate) fn compressed_message() -> Self {
        let detail = "Compressed messages are not accepted.";
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        Self::new(status, Code::Unimplemented, "COMPRESSED_MESSAGE", detail).closing()
    }

    /// A message of a stream with more bytes than the method takes.
    pub(crate) fn message_too_large(limit: usize) -> Self {
        let detail = format!("A message may have at most {limit} bytes.");
        let status = StatusCode::PAYLOAD_TOO_LARGE;
        Self::new(status, Code::ResourceExhausted, "MESSAGE_TOO_LARGE", detail).closing()
    }

    /// A call that this protocol has no way for.
    pub(crate) fn not_over_grpc_web() -> Self {
        let detail = "gRPC-Web has no streams from the client: use WebSocket or native gRPC.";
        let status = StatusCode::NOT_IMPLEMENTED;
        Self::new(status, Code::Unimplemented, "NOT_OVER_GRPC_WEB", detail)
    }

    /// A stream from the client in one JSON text.
    pub(crate) fn lines_or_websocket() -> Self {
        let detail = "The client streams here: send application/x-ndjson, open a WebSocket on this \
                      path, or use native gRPC.";
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        Self::new(
            status,
            Code::InvalidArgument,
            "UNSUPPORTED_MEDIA_TYPE",
            detail,
        )
        .closing()
    }

    /// Streams both ways, asked for without a WebSocket (RFC 9110, section 15.5.22).
    pub(crate) fn upgrade_required() -> Self {
        Self::websocket_required(StatusCode::UPGRADE_REQUIRED)
            .with(header::UPGRADE, "websocket")
            .with(header::CONNECTION, "upgrade")
    }

    /// The same, with a method that no WebSocket begins with.
    pub(crate) fn websocket_alone(allow: &[Method]) -> Self {
        Self::websocket_required(StatusCode::METHOD_NOT_ALLOWED).with(header::ALLOW, &list(allow))
    }

    fn websocket_required(status: StatusCode) -> Self {
        let detail = "Both sides stream here: open a WebSocket on this path with GET and HTTP/1.1, \
                      or use native gRPC.";
        Self::new(status, Code::Unimplemented, "WEBSOCKET_REQUIRED", detail)
    }

    /// No form of a stream that the client takes.
    pub(crate) fn not_acceptable() -> Self {
        let detail = "This answer comes as application/x-ndjson or text/event-stream.";
        let status = StatusCode::NOT_ACCEPTABLE;
        Self::new(status, Code::InvalidArgument, "NOT_ACCEPTABLE", detail)
    }

    /// The gateway ends.
    pub(crate) fn shutting_down() -> Self {
        let detail = "This server is about to end: connect again.";
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Self::new(status, Code::Unavailable, "SHUTTING_DOWN", detail).with(header::RETRY_AFTER, "1")
    }

    /// Nothing came or went for too long.
    pub(crate) fn stream_idle() -> Self {
        let detail = "The stream was silent for too long.";
        let status = StatusCode::GATEWAY_TIMEOUT;
        Self::new(status, Code::DeadlineExceeded, "STREAM_IDLE", detail)
    }

    /// A handshake for another version of WebSocket (RFC 6455, section 4.2.2).
    pub(crate) fn websocket_version() -> Self {
        let detail = "This is WebSocket version 13.";
        let status = StatusCode::UPGRADE_REQUIRED;
        Self::new(status, Code::InvalidArgument, "WEBSOCKET_VERSION", detail)
            .with(header::SEC_WEBSOCKET_VERSION, "13")
    }

    /// A handshake that is none.
    pub(crate) fn invalid_handshake() -> Self {
        let detail = "This is not a valid WebSocket handshake.";
        Self::bad_request("INVALID_HANDSHAKE", detail)
    }

    /// A page of another site opens a WebSocket.
    pub(crate) fn foreign_origin() -> Self {
        let detail = "Pages of this origin may not open a WebSocket here.";
        let status = StatusCode::FORBIDDEN;
        Self::new(status, Code::PermissionDenied, "FOREIGN_ORIGIN", detail)
    }

    /// A message where the client's stream has ended, or never was one.
    pub(crate) fn nothing_to_say() -> Self {
        let detail = "No message is taken here, or none any more.";
        let status = StatusCode::BAD_REQUEST;
        Self::new(status, Code::InvalidArgument, "UNEXPECTED_MESSAGE", detail)
    }

    /// The code of a close frame, from those for private use (RFC 6455, section 7.4.2): 4000 plus
    /// the gRPC code.
    pub(crate) fn close_code(&self) -> u16 {
        4000 + u16::try_from(i32::from(self.code)).unwrap_or_default()
    }
}
