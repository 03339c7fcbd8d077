//! Content codings: gzip, Brotli and Zstandard, within bounds of time and memory.
//!
//! The libraries are those that Pingora brings along. Which coding an exchange uses is decided in
//! `filter/`, not here.

use std::io::{self, Read, Write};
use std::sync::Arc;

use brotli::enc::StandardAlloc;
use brotli::{BrotliDecompressStream, BrotliResult, BrotliState};
use bytes::Bytes;
use thiserror::Error;
use tokio::sync::Semaphore;

/// A body up to this size is compressed where it is, in less time than another thread is woken.
const INLINE: usize = 8 * 1024;
/// The largest window that HTTP clients may use (RFC 9659), as a power of two.
const ZSTD_WINDOW: u32 = 23;
const BUFFER: usize = 8 * 1024;

/// A content coding (RFC 9110, section 8.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coding {
    Zstd,
    Brotli,
    Gzip,
}

/// A body cannot be decoded.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum DecodeError {
    /// It is larger than allowed once decoded.
    #[error("too large once decoded")]
    TooLarge,
    /// It does not follow its coding, or ends early.
    #[error("does not follow its coding")]
    Corrupt,
}

/// Codes bodies on threads of their own, as many at a time as there are processors.
#[derive(Clone)]
pub(crate) struct Codec(Arc<Semaphore>);

// === impl Coding ===

impl Coding {
    /// In the order of preference for answers: time first, then size.
    pub(crate) const ALL: [Self; 3] = [Self::Zstd, Self::Brotli, Self::Gzip];
    /// As the value of `Accept-Encoding`.
    pub(crate) const NAMES: &str = "gzip, br, zstd";

    /// The registered name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Zstd => "zstd",
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// By name, in any case.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        // RFC 9110, section 8.4.1.3: `x-gzip` is the same.
        if is("x-gzip") {
            return Some(Self::Gzip);
        }
        Self::ALL.into_iter().find(|coding| is(coding.name()))
    }

    /// Levels that cost a few milliseconds a megabyte: answers are made once and read once.
    fn compress(self, body: &[u8]) -> io::Result<Vec<u8>> {
        let out = Vec::with_capacity(body.len() / 4);
        match self {
            Self::Zstd => zstd::bulk::compress(body, 3),
            Self::Gzip => {
                let mut encoder = flate2::write::GzEncoder::new(out, flate2::Compression::new(4));
                encoder.write_all(body)?;
                encoder.finish()
            }
            Self::Brotli => {
                let mut encoder = brotli::CompressorWriter::new(out, BUFFER, 4, 18);
                encoder.write_all(body)?;
                encoder.flush()?;
                Ok(encoder.into_inner())
            }
        }
    }

    /// Stops soon after `limit`: what a bomb would grow to is never held.
    fn decompress(self, body: &[u8], limit: usize) -> Result<Vec<u8>, DecodeError> {
        let mut out = Vec::new();
        let bound = limit as u64 + 1;
        let read = match self {
            Self::Gzip => flate2::read::MultiGzDecoder::new(body)
                .take(bound)
                .read_to_end(&mut out),
            Self::Zstd => zstd::stream::read::Decoder::with_buffer(body).and_then(|mut decoder| {
                decoder.window_log_max(ZSTD_WINDOW)?;
                decoder.take(bound).read_to_end(&mut out)
            }),
            Self::Brotli => return unbrotli(body, limit),
        };
        match read {
            Ok(length) if length > limit => Err(DecodeError::TooLarge),
            Ok(_) => Ok(out),
            Err(_) => Err(DecodeError::Corrupt),
        }
    }
}

/// The library's own reader takes windows of a gigabyte, which are not in RFC 7932, and passes over
/// what follows the end.
fn unbrotli(body: &[u8], limit: usize) -> Result<Vec<u8>, DecodeError> {
    let alloc = StandardAlloc::default;
    let mut state = BrotliState::new_strict(alloc(), alloc(), alloc());
    let (mut out, mut part) = (Vec::new(), vec![0; BUFFER]);
    let (mut left, mut read, mut total) = (body.len(), 0, 0);
    loop {
        let (mut room, mut written) = (part.len(), 0);
        let result = BrotliDecompressStream(
            &mut left,
            &mut read,
            body,
            &mut room,
            &mut written,
            &mut part,
            &mut total,
            &mut state,
        );
        out.extend_from_slice(&part[..written]);
        if out.len() > limit {
            return Err(DecodeError::TooLarge);
        }
        match result {
            BrotliResult::NeedsMoreOutput => {}
            BrotliResult::ResultSuccess if left == 0 => return Ok(out),
            _ => return Err(DecodeError::Corrupt),
        }
    }
}

// === impl Codec ===

impl Codec {
    pub(crate) fn new() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self(Arc::new(Semaphore::new(processors)))
    }

    /// The body in this coding. `None` where that gains nothing, and for a large body while all
    /// processors compress already: a larger answer is better than one that waits.
    pub(crate) async fn compress(&self, coding: Coding, body: &Bytes) -> Option<Bytes> {
        let length = body.len();
        let compressed = if length <= INLINE {
            coding.compress(body)
        } else {
            let permit = self.0.clone().try_acquire_owned().ok()?;
            let body = body.clone();
            let compress = move || {
                let _permit = permit;
                coding.compress(&body)
            };
            tokio::task::spawn_blocking(compress).await.ok()?
        };
        compressed
            .inspect_err(|error| tracing::error!(%error, "an answer could not be compressed"))
            .ok()
            .filter(|compressed| compressed.len() < length)
            .map(Bytes::from)
    }

    /// The body as it was before its client encoded it, if that is at most `limit` bytes.
    pub(crate) async fn decompress(
        &self,
        coding: Coding,
        body: Bytes,
        limit: usize,
    ) -> Result<Bytes, DecodeError> {
        let permit = self.0.clone().acquire_owned().await;
        let decompress = move || {
            let _permit = permit;
            coding.decompress(&body, limit)
        };
        match tokio::task::spawn_blocking(decompress).await {
            Ok(decoded) => decoded.map(Bytes::from),
            Err(_) => Err(DecodeError::Corrupt),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: usize = 64 * 1024;

    fn text(length: usize) -> Vec<u8> {
        let words = b"some words that repeat, and 0123456789 ";
        words.iter().copied().cycle().take(length).collect()
    }

    #[test]
    fn what_goes_in_comes_out() {
        for coding in Coding::ALL {
            for length in [0, 1, 1000, LIMIT] {
                let compressed = coding.compress(&text(length)).unwrap();
                let decoded = coding.decompress(&compressed, LIMIT);
                assert!(decoded == Ok(text(length)), "{coding:?} {length}");
            }
        }
    }

    #[test]
    fn a_bomb_is_not_held() {
        for coding in Coding::ALL {
            let bomb = coding.compress(&vec![0; 8 * 1024 * 1024]).unwrap();
            assert!(bomb.len() < LIMIT * 2, "{coding:?}: {}", bomb.len());
            let decoded = coding.decompress(&bomb, LIMIT);
            assert!(decoded == Err(DecodeError::TooLarge), "{coding:?}");
            // Who read on would find that it ends early.
            let decoded = coding.decompress(&bomb[..bomb.len() / 2], LIMIT);
            assert!(decoded == Err(DecodeError::TooLarge), "{coding:?}");
            let exact = coding.compress(&text(LIMIT + 1)).unwrap();
            let decoded = coding.decompress(&exact, LIMIT);
            assert!(decoded == Err(DecodeError::TooLarge), "{coding:?}");
        }
    }

    #[test]
    fn damage_is_noticed() {
        for coding in Coding::ALL {
            let whole = coding.compress(&text(5000)).unwrap();
            for end in 0..whole.len() {
                let decoded = coding.decompress(&whole[..end], LIMIT);
                assert!(decoded == Err(DecodeError::Corrupt), "{coding:?} {end}");
            }
            let mut more = whole.clone();
            more.extend_from_slice(b"trailing");
            let decoded = coding.decompress(&more, LIMIT);
            assert!(decoded == Err(DecodeError::Corrupt), "{coding:?}");
            let decoded = coding.decompress(b"{\"plain\": \"text\"}", LIMIT);
            assert!(decoded == Err(DecodeError::Corrupt), "{coding:?}");
        }
        // gzip has a checksum over all of it.
        let mut flipped = Coding::Gzip.compress(&text(5000)).unwrap();
        let at = flipped.len() - 6;
        flipped[at] ^= 1;
        let decoded = Coding::Gzip.decompress(&flipped, LIMIT);
        assert_eq!(decoded, Err(DecodeError::Corrupt));
    }

    #[test]
    fn a_window_larger_than_the_standards_is_refused() {
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
        encoder.window_log(24).unwrap();
        encoder.include_contentsize(false).unwrap();
        encoder.write_all(b"small").unwrap();
        let wide = encoder.finish().unwrap();
        let decoded = Coding::Zstd.decompress(&wide, LIMIT);
        assert_eq!(decoded, Err(DecodeError::Corrupt));

        let params = brotli::enc::BrotliEncoderParams {
            large_window: true,
            lgwin: 30,
            ..Default::default()
        };
        let mut encoder = brotli::CompressorWriter::with_params(Vec::new(), BUFFER, &params);
        encoder.write_all(b"small").unwrap();
        let decoded = Coding::Brotli.decompress(&encoder.into_inner(), LIMIT);
        assert_eq!(decoded, Err(DecodeError::Corrupt));
    }

    #[test]
    fn names_are_read_in_any_case() {
        for (name, coding) in [
            ("gzip", Some(Coding::Gzip)),
            ("GZIP", Some(Coding::Gzip)),
            ("x-gzip", Some(Coding::Gzip)),
            ("Br", Some(Coding::Brotli)),
            ("zstd", Some(Coding::Zstd)),
            ("deflate", None),
            ("identity", None),
            ("gzip, br", None),
            ("", None),
        ] {
            assert_eq!(Coding::parse(name), coding, "{name}");
        }
    }

    #[tokio::test]
    async fn compression_gives_way() {
        let codec = Codec(Arc::new(Semaphore::new(1)));
        let large = Bytes::from(text(INLINE + 1));
        assert!(codec.compress(Coding::Zstd, &large).await.is_some());
        let busy = codec.0.clone().try_acquire_owned().unwrap();
        assert_eq!(codec.compress(Coding::Zstd, &large).await, None);
        let small = Bytes::from(text(INLINE));
        assert!(codec.compress(Coding::Zstd, &small).await.is_some());
        drop(busy);
        let short = Bytes::from_static(b"abc");
        assert_eq!(codec.compress(Coding::Gzip, &short).await, None);
    }
}
