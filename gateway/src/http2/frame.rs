//! Frames of HTTP/2 as they are on the wire (RFC 9113, sections 4 and 6): their heads, and what
//! is sent of them. What they mean to a connection is not known here.

use h2::Reason;

/// Octets in the head of a frame.
pub(super) const HEAD: usize = 9;
/// Most octets of a payload, in both directions: what everybody takes who was told nothing else.
pub(super) const MAX_PAYLOAD: usize = 16_384;
/// The connection itself.
pub(super) const CONNECTION: u32 = 0;

pub(super) const DATA: u8 = 0x0;
pub(super) const HEADERS: u8 = 0x1;
pub(super) const PRIORITY: u8 = 0x2;
pub(super) const RST_STREAM: u8 = 0x3;
pub(super) const SETTINGS: u8 = 0x4;
pub(super) const PUSH_PROMISE: u8 = 0x5;
pub(super) const PING: u8 = 0x6;
pub(super) const GOAWAY: u8 = 0x7;
pub(super) const WINDOW_UPDATE: u8 = 0x8;
pub(super) const CONTINUATION: u8 = 0x9;

pub(super) const END_STREAM: u8 = 0x1;
pub(super) const ACK: u8 = 0x1;
pub(super) const END_HEADERS: u8 = 0x4;
pub(super) const PADDED: u8 = 0x8;
pub(super) const WITH_PRIORITY: u8 = 0x20;

pub(super) const HEADER_TABLE_SIZE: u16 = 0x1;
pub(super) const ENABLE_PUSH: u16 = 0x2;
pub(super) const MAX_CONCURRENT_STREAMS: u16 = 0x3;
pub(super) const INITIAL_WINDOW_SIZE: u16 = 0x4;
pub(super) const MAX_FRAME_SIZE: u16 = 0x5;
pub(super) const MAX_HEADER_LIST_SIZE: u16 = 0x6;

/// The reserved bit of stream identifiers and increments is ignored.
const LOW_31: u32 = 0x7fff_ffff;

/// The head of a frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    pub(super) length: usize,
    pub(super) kind: u8,
    pub(super) flags: u8,
    pub(super) stream: u32,
}

// === impl Head ===

impl Head {
    pub(super) fn parse(&[a, b, c, kind, flags, s0, s1, s2, s3]: &[u8; HEAD]) -> Self {
        Self {
            length: usize::from(a) << 16 | usize::from(b) << 8 | usize::from(c),
            kind,
            flags,
            stream: u32::from_be_bytes([s0, s1, s2, s3]) & LOW_31,
        }
    }

    pub(super) fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// The payload without its padding (section 6.1).
    pub(super) fn unpadded<'a>(&self, payload: &'a [u8]) -> Result<&'a [u8], Reason> {
        if !self.has(PADDED) {
            return Ok(payload);
        }
        let unpadded = payload.split_first().and_then(|(&padding, rest)| {
            let length = rest.len().checked_sub(padding.into())?;
            rest.get(..length)
        });
        unpadded.ok_or(Reason::PROTOCOL_ERROR)
    }

    /// A block of headers without what stands before it (section 6.2).
    pub(super) fn block<'a>(&self, payload: &'a [u8]) -> Result<&'a [u8], Reason> {
        let payload = self.unpadded(payload)?;
        if !self.has(WITH_PRIORITY) {
            return Ok(payload);
        }
        payload.get(5..).ok_or(Reason::FRAME_SIZE_ERROR)
    }
}

/// A number of 31 bits, which is all there is of a payload.
pub(super) fn number(payload: &[u8]) -> Result<u32, Reason> {
    let octets = payload.try_into().map_err(|_| Reason::FRAME_SIZE_ERROR)?;
    Ok(u32::from_be_bytes(octets) & LOW_31)
}

/// An error code, which is all there is of a payload.
pub(super) fn reason(payload: &[u8]) -> Result<Reason, Reason> {
    let octets = payload.try_into().map_err(|_| Reason::FRAME_SIZE_ERROR)?;
    Ok(Reason::from(u32::from_be_bytes(octets)))
}

/// The settings of a payload.
pub(super) fn settings(payload: &[u8]) -> Result<impl Iterator<Item = (u16, u32)>, Reason> {
    let (settings, rest) = payload.as_chunks::<6>();
    if !rest.is_empty() {
        return Err(Reason::FRAME_SIZE_ERROR);
    }
    let read = |&[a, b, c, d, e, f]: &[u8; 6]| {
        (u16::from_be_bytes([a, b]), u32::from_be_bytes([c, d, e, f]))
    };
    Ok(settings.iter().map(read))
}

/// Writes a frame's head. Payloads are at most [`MAX_PAYLOAD`] long.
pub(super) fn put_head(out: &mut Vec<u8>, length: usize, kind: u8, flags: u8, stream: u32) {
    debug_assert!(length <= MAX_PAYLOAD);
    let [.., a, b, c] = length.to_be_bytes();
    out.extend_from_slice(&[a, b, c, kind, flags]);
    out.extend_from_slice(&stream.to_be_bytes());
}

fn put(out: &mut Vec<u8>, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
    put_head(out, payload.len(), kind, flags, stream);
    out.extend_from_slice(payload);
}

/// Writes a block of headers, in as many frames as it needs. It does not end the stream.
pub(super) fn put_headers(out: &mut Vec<u8>, stream: u32, block: &[u8]) {
    let mut kind = HEADERS;
    let mut rest = block;
    while let Some((part, more)) = rest.split_at_checked(MAX_PAYLOAD) {
        put(out, kind, 0, stream, part);
        kind = CONTINUATION;
        rest = more;
    }
    put(out, kind, END_HEADERS, stream, rest);
}

pub(super) fn put_settings(out: &mut Vec<u8>, settings: &[(u16, u32)]) {
    put_head(out, settings.len() * 6, SETTINGS, 0, CONNECTION);
    for (name, value) in settings {
        out.extend_from_slice(&name.to_be_bytes());
        out.extend_from_slice(&value.to_be_bytes());
    }
}

pub(super) fn put_settings_ack(out: &mut Vec<u8>) {
    put(out, SETTINGS, ACK, CONNECTION, &[]);
}

pub(super) fn put_window_update(out: &mut Vec<u8>, stream: u32, increment: u32) {
    put(out, WINDOW_UPDATE, 0, stream, &increment.to_be_bytes());
}

pub(super) fn put_reset(out: &mut Vec<u8>, stream: u32, reason: Reason) {
    put(out, RST_STREAM, 0, stream, &u32::from(reason).to_be_bytes());
}

pub(super) fn put_ping(out: &mut Vec<u8>, flags: u8, payload: &[u8]) {
    put(out, PING, flags, CONNECTION, payload);
}

/// Nothing of the peer's was acted on: it begins no streams.
pub(super) fn put_go_away(out: &mut Vec<u8>, reason: Reason) {
    put_head(out, 8, GOAWAY, 0, CONNECTION);
    out.extend_from_slice(&0_u32.to_be_bytes());
    out.extend_from_slice(&u32::from(reason).to_be_bytes());
}
