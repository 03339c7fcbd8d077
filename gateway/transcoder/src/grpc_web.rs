//! What gRPC-Web adds to gRPC's frames: trailers as the last frame of the body, and a text form of
//! the body in base64 (<https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md>). Which
//! form a request has, and CORS, are the server's business.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};

use crate::frame::{self, FrameError};

/// Base64 stands in groups of this many characters.
const GROUP: usize = 4;

/// Decodes a body of the text form from chunks that are cut anywhere. Segments with their own
/// padding may follow one another, as they do when each frame is encoded by itself. It holds less
/// than one group of characters.
#[derive(Debug, Default)]
pub struct TextReader {
    /// The beginning of a group whose end is in a later chunk.
    carried: Vec<u8>,
}

// === impl TextReader ===

impl TextReader {
    /// The bytes that the next chunk completes.
    pub fn push(&mut self, chunk: &[u8]) -> Result<Bytes, FrameError> {
        self.carried.extend_from_slice(chunk);
        let whole = self.carried.len() / GROUP * GROUP;
        let mut bytes = Vec::with_capacity(whole / GROUP * 3);
        let mut rest = &self.carried[..whole];
        while !rest.is_empty() {
            let padding = rest.iter().position(|byte| *byte == b'=');
            let end = padding.map_or(rest.len(), |at| (at / GROUP + 1) * GROUP);
            STANDARD
                .decode_vec(&rest[..end], &mut bytes)
                .map_err(|_| FrameError::Base64)?;
            rest = &rest[end..];
        }
        self.carried.drain(..whole);
        Ok(bytes.into())
    }

    /// Refuses a body that ended within a group.
    pub fn finish(&self) -> Result<(), FrameError> {
        if self.carried.is_empty() {
            return Ok(());
        }
        Err(FrameError::Truncated)
    }
}

/// One segment of the text form: any bytes, such as a frame, with their own padding.
pub fn encode_text(bytes: &[u8]) -> Bytes {
    STANDARD.encode(bytes).into()
}

/// The last frame of a body: `grpc-status` and the other trailers.
pub fn encode_trailers(trailers: &HeaderMap) -> Result<Bytes, FrameError> {
    let mut lines = Vec::new();
    for (name, value) in trailers {
        lines.extend_from_slice(name.as_str().as_bytes());
        lines.extend_from_slice(b": ");
        lines.extend_from_slice(value.as_bytes());
        lines.extend_from_slice(b"\r\n");
    }
    frame::encode_trailers(&lines)
}

/// The trailers in the payload of a [`FrameKind::Trailers`](frame::FrameKind::Trailers) frame.
pub fn decode_trailers(payload: &[u8]) -> Result<HeaderMap, FrameError> {
    let text = |bytes: &[u8]| bytes.trim_ascii().to_vec();
    let mut trailers = HeaderMap::new();
    for line in payload.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii) {
        if line.is_empty() {
            continue;
        }
        let colon = line.iter().position(|byte| *byte == b':');
        let (name, value) = line.split_at(colon.ok_or(FrameError::Trailers)?);
        let name = HeaderName::from_bytes(&text(name)).map_err(|_| FrameError::Trailers)?;
        let value = HeaderValue::from_bytes(&text(&value[1..]));
        trailers
            .try_append(name, value.map_err(|_| FrameError::Trailers)?)
            .map_err(|_| FrameError::Trailers)?;
    }
    Ok(trailers)
}
