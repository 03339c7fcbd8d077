//! gRPC frames and gRPC-Web's text, cut anywhere.

use bytes::Bytes;
use guardmesh_transcoder::frame::{Frame, FrameError, Reader};
use guardmesh_transcoder::grpc_web::{TextReader, decode_trailers};

const LIMIT: usize = 1024;

/// A body and where to cut it: the same frames and the same error as without the cut; nothing
/// larger than the limit.
pub fn frames(data: &[u8]) {
    let Some((&at, body)) = data.split_first() else {
        return;
    };
    let (first, second) = body.split_at(usize::from(at).min(body.len()));
    let whole = read([body]);
    assert_eq!(whole, read([first, second]));
    assert_eq!(text([body]), text([first, second]));
    for frame in whole.0 {
        assert!(frame.payload.len() <= LIMIT);
    }
    let _ = decode_trailers(body);
}

fn read<'c>(chunks: impl IntoIterator<Item = &'c [u8]>) -> (Vec<Frame>, Result<(), FrameError>) {
    let mut reader = Reader::new(LIMIT);
    let mut frames = Vec::new();
    for chunk in chunks {
        reader.push(Bytes::copy_from_slice(chunk));
        loop {
            match reader.read() {
                Ok(Some(frame)) => frames.push(frame),
                Ok(None) => break,
                Err(error) => return (frames, Err(error)),
            }
        }
    }
    (frames, reader.finish())
}

fn text<'c>(chunks: impl IntoIterator<Item = &'c [u8]>) -> Result<Vec<u8>, FrameError> {
    let mut reader = TextReader::default();
    let mut bytes = Vec::new();
    for chunk in chunks {
        bytes.extend(reader.push(chunk)?);
    }
    reader.finish().map(|()| bytes)
}
