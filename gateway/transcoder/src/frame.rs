//! gRPC's length-prefixed messages, written, and read from chunks that are cut anywhere
//! (<https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md>). gRPC-Web adds a frame for
//! the trailers: see [`grpc_web`](crate::grpc_web). Nothing here compresses, waits or knows what a
//! message means.
//!
//! ```
//! use guardmesh_transcoder::frame::{self, FrameKind, Reader};
//!
//! # fn main() -> Result<(), frame::FrameError> {
//! let mut reader = Reader::new(4 * 1024 * 1024);
//! let wire = [frame::encode(b"one")?, frame::encode(b"two")?].concat();
//! let mut messages = Vec::new();
//! for chunk in wire.chunks(7) {
//!     reader.push(chunk.to_vec().into());
//!     while let Some(frame) = reader.read()? {
//!         assert_eq!((frame.kind, frame.compressed), (FrameKind::Message, false));
//!         messages.push(frame.payload);
//!     }
//! }
//! reader.finish()?;
//! assert_eq!(messages, ["one", "two"]);
//! # Ok(())
//! # }
//! ```

use bytes::{BufMut, Bytes, BytesMut};

/// Bytes before each message: one of flags, four of length, big-endian.
pub const PREFIX: usize = 5;

const COMPRESSED: u8 = 0x01;
const TRAILERS: u8 = 0x80;

/// One frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// What the payload is.
    pub kind: FrameKind,
    /// The payload is compressed, as the `grpc-encoding` header says.
    pub compressed: bool,
    /// What follows the prefix.
    pub payload: Bytes,
}

/// The sort of a [`Frame`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameKind {
    /// A message.
    Message,
    /// The trailers, which only gRPC-Web puts into the body.
    Trailers,
}

/// Cuts a body into frames. It holds one frame that is not complete, up to its limit, and what it
/// was given last.
#[derive(Debug)]
pub struct Reader {
    limit: usize,
    /// What of the last chunk is not read yet.
    chunk: Bytes,
    /// The beginning of a frame whose end is in a later chunk.
    partial: BytesMut,
}

/// Why a body is no sequence of frames, or bytes cannot become a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FrameError {
    /// A message is larger than the limit.
    #[error("a message of {length} bytes is larger than {limit}")]
    TooLarge {
        /// Its announced length in bytes.
        length: usize,
        /// The most that is taken, in bytes.
        limit: usize,
    },
    /// A frame has flags that nothing defines.
    #[error("a frame has the unknown flags {0:#04x}")]
    Flags(u8),
    /// The body ends within a frame.
    #[error("the body ends within a frame")]
    Truncated,
    /// A trailers frame of gRPC-Web does not hold `name: value` lines.
    #[error("the trailers are malformed")]
    Trailers,
    /// A body of gRPC-Web's text form is not base64.
    #[error("the body is not base64")]
    Base64,
}

// === impl Frame ===

impl Frame {
    fn new(mut bytes: Bytes) -> Self {
        let payload = bytes.split_off(PREFIX);
        let flags = bytes[0];
        let kind = if flags & TRAILERS == 0 {
            FrameKind::Message
        } else {
            FrameKind::Trailers
        };
        Self {
            kind,
            compressed: flags & COMPRESSED != 0,
            payload,
        }
    }
}

// === impl Reader ===

impl Reader {
    /// A reader that refuses payloads of more than `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            chunk: Bytes::new(),
            partial: BytesMut::new(),
        }
    }

    /// Takes the next chunk. Call [`Reader::read`] until it gives `None` before the next one;
    /// memory is bounded as long as that is done.
    pub fn push(&mut self, chunk: Bytes) {
        if self.chunk.is_empty() {
            self.chunk = chunk;
        } else {
            self.chunk = [&*self.chunk, &*chunk].concat().into();
        }
    }

    /// The next frame, or `None` until more is pushed. Frames that lie within one chunk are not
    /// copied. An error is final: it is returned again.
    pub fn read(&mut self) -> Result<Option<Frame>, FrameError> {
        if self.partial.is_empty()
            && let Some(size) = self.size_of(&self.chunk)?
            && self.chunk.len() >= size
        {
            return Ok(Some(Frame::new(self.chunk.split_to(size))));
        }
        self.fill(PREFIX);
        let Some(size) = self.size_of(&self.partial)? else {
            return Ok(None);
        };
        self.fill(size);
        if self.partial.len() < size {
            return Ok(None);
        }
        Ok(Some(Frame::new(self.partial.split().freeze())))
    }

    /// Refuses a body that ended within a frame.
    pub fn finish(&self) -> Result<(), FrameError> {
        if self.partial.is_empty() && self.chunk.is_empty() {
            return Ok(());
        }
        Err(FrameError::Truncated)
    }

    /// The size of the frame that `bytes` begins with, prefix included, if the prefix is there.
    fn size_of(&self, bytes: &[u8]) -> Result<Option<usize>, FrameError> {
        let Some(&[flags, a, b, c, d]) = bytes.first_chunk::<PREFIX>() else {
            return Ok(None);
        };
        if flags & !(COMPRESSED | TRAILERS) != 0 {
            return Err(FrameError::Flags(flags));
        }
        let length = usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap_or(usize::MAX);
        if length > self.limit {
            return Err(FrameError::TooLarge {
                length,
                limit: self.limit,
            });
        }
        Ok(Some(PREFIX.saturating_add(length)))
    }

    /// Moves bytes of the chunk over until the partial frame has `size` bytes.
    fn fill(&mut self, size: usize) {
        let wanted = size.saturating_sub(self.partial.len());
        let there = self.chunk.split_to(wanted.min(self.chunk.len()));
        self.partial.extend_from_slice(&there);
    }
}

/// The prefix of an uncompressed message of this many bytes, to be sent before it.
pub fn prefix(length: usize) -> Result<[u8; PREFIX], FrameError> {
    prefix_with(0, length)
}

/// An uncompressed message with its prefix.
pub fn encode(message: &[u8]) -> Result<Bytes, FrameError> {
    encode_with(0, message)
}

/// The trailers of gRPC-Web with their prefix.
pub(crate) fn encode_trailers(lines: &[u8]) -> Result<Bytes, FrameError> {
    encode_with(TRAILERS, lines)
}

fn encode_with(flags: u8, payload: &[u8]) -> Result<Bytes, FrameError> {
    let mut frame = BytesMut::with_capacity(PREFIX + payload.len());
    frame.put_slice(&prefix_with(flags, payload.len())?);
    frame.put_slice(payload);
    Ok(frame.freeze())
}

fn prefix_with(flags: u8, length: usize) -> Result<[u8; PREFIX], FrameError> {
    let bytes = u32::try_from(length).map_err(|_| FrameError::TooLarge {
        length,
        limit: usize::try_from(u32::MAX).unwrap_or(usize::MAX),
    })?;
    let [a, b, c, d] = bytes.to_be_bytes();
    Ok([flags, a, b, c, d])
}
