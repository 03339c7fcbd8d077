//! Frames of the peer, and what they do to a connection (RFC 9113, section 6). An error is the
//! peer's fault, and ends the connection.

use bytes::BytesMut;
use guardmesh_transcoder::frame::PREFIX;
use h2::Reason;

use super::frame::{self, Head, MAX_PAYLOAD};
use super::header::Told;
use super::streams::{
    Answer, Broken, CONNECTION_WINDOW, Call, MAX_ANSWER, MAX_BLOCK, STREAM_WINDOW, Streams,
};

const MAX_WINDOW: i64 = 0x7fff_ffff;

/// A block of headers of which frames are missing.
pub(super) struct Partial {
    stream: u32,
    last: bool,
    block: Vec<u8>,
}

// === impl Streams ===

impl Streams {
    /// Takes the whole frames of what was received; gives how many octets they are.
    pub(super) fn receive(&mut self, input: &[u8]) -> Result<usize, Reason> {
        let mut rest = input;
        while let Some((head, behind)) = rest.split_first_chunk() {
            let head = Head::parse(head);
            if head.length > MAX_PAYLOAD {
                return Err(Reason::FRAME_SIZE_ERROR);
            }
            let Some((payload, behind)) = behind.split_at_checked(head.length) else {
                break;
            };
            self.frame(head, payload)?;
            rest = behind;
        }
        Ok(input.len() - rest.len())
    }

    fn frame(&mut self, head: Head, payload: &[u8]) -> Result<(), Reason> {
        // Nothing comes between the frames of a block, and settings come first.
        let expected = match &self.partial {
            Some(partial) => head.kind == frame::CONTINUATION && head.stream == partial.stream,
            None => {
                head.kind != frame::CONTINUATION && (self.settled || head.kind == frame::SETTINGS)
            }
        };
        let of_connection = match head.kind {
            frame::SETTINGS | frame::PING | frame::GOAWAY => Some(true),
            frame::DATA | frame::HEADERS | frame::RST_STREAM | frame::CONTINUATION => Some(false),
            _ => None,
        };
        if !expected || of_connection.is_some_and(|of| of != (head.stream == frame::CONNECTION)) {
            return Err(Reason::PROTOCOL_ERROR);
        }
        match head.kind {
            frame::DATA => self.data(head, payload),
            frame::HEADERS => self.headers(head, payload),
            frame::CONTINUATION => self.continuation(head, payload),
            frame::RST_STREAM => self.reset(head.stream, frame::reason(payload)?),
            frame::SETTINGS => self.settings(head, payload),
            frame::PING => self.pinged(head, payload),
            frame::GOAWAY => self.go_away(payload),
            frame::WINDOW_UPDATE => self.window_update(head.stream, frame::number(payload)?),
            // We said that we want none.
            frame::PUSH_PROMISE => Err(Reason::PROTOCOL_ERROR),
            frame::PRIORITY if payload.len() != 5 => Err(Reason::FRAME_SIZE_ERROR),
            // What is not known is ignored (section 5.5).
            _ => Ok(()),
        }
    }

    fn data(&mut self, head: Head, payload: &[u8]) -> Result<(), Reason> {
        let data = head.unpadded(payload)?;
        let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
        self.received += length;
        if self.received > CONNECTION_WINDOW {
            return Err(Reason::FLOW_CONTROL_ERROR);
        }
        if self.received >= CONNECTION_WINDOW / 2 {
            frame::put_window_update(&mut self.out, frame::CONNECTION, self.received);
            self.received = 0;
        }
        let id = head.stream;
        let Some(call) = self.call(id)? else {
            return Ok(());
        };
        if call.told.is_none() {
            self.refuse(id, Reason::PROTOCOL_ERROR, Broken::Malformed);
            return Ok(());
        }
        call.received += length;
        if call.received > STREAM_WINDOW {
            self.refuse(id, Reason::FLOW_CONTROL_ERROR, Broken::Malformed);
            return Ok(());
        }
        if call.body.len() + data.len() > MAX_ANSWER {
            self.refuse(id, Reason::CANCEL, Broken::TooLarge);
            return Ok(());
        }
        make_room(&mut call.body, data);
        call.body.extend_from_slice(data);
        if head.has(frame::END_STREAM) {
            self.answered(id, Told::default());
        } else if call.received >= STREAM_WINDOW / 2 {
            let received = std::mem::take(&mut call.received);
            frame::put_window_update(&mut self.out, id, received);
        }
        Ok(())
    }

    fn headers(&mut self, head: Head, payload: &[u8]) -> Result<(), Reason> {
        let block = head.block(payload)?;
        let last = head.has(frame::END_STREAM);
        if head.has(frame::END_HEADERS) {
            return self.told(head.stream, last, block);
        }
        self.partial = Some(Partial {
            stream: head.stream,
            last,
            block: block.to_vec(),
        });
        Ok(())
    }

    fn continuation(&mut self, head: Head, payload: &[u8]) -> Result<(), Reason> {
        let Some(mut partial) = self.partial.take() else {
            return Err(Reason::PROTOCOL_ERROR);
        };
        // Empty ones would never end otherwise.
        if payload.is_empty() || partial.block.len() + payload.len() > MAX_BLOCK {
            return Err(Reason::ENHANCE_YOUR_CALM);
        }
        partial.block.extend_from_slice(payload);
        if head.has(frame::END_HEADERS) {
            return self.told(partial.stream, partial.last, &partial.block);
        }
        self.partial = Some(partial);
        Ok(())
    }

    /// Headers or trailers of an answer.
    fn told(&mut self, id: u32, last: bool, block: &[u8]) -> Result<(), Reason> {
        let Some(call) = self.call(id)? else {
            return Ok(());
        };
        let told = Told::read(block).map_err(|_| Reason::COMPRESSION_ERROR)?;
        let is_trailers = call.told.is_some();
        match told.http {
            // Interim ones (RFC 9110, section 15.2).
            Some(100..200) if !is_trailers && !last => {}
            Some(200..) if !is_trailers => {
                call.told = Some(told);
                if last {
                    self.answered(id, Told::default());
                }
            }
            None if is_trailers && last => self.answered(id, told),
            _ => self.refuse(id, Reason::PROTOCOL_ERROR, Broken::Malformed),
        }
        Ok(())
    }

    /// An answer is complete.
    fn answered(&mut self, id: u32, trailers: Told) {
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        let headers = call.told.take().unwrap_or_default();
        let answer = Answer {
            http: headers.http.unwrap_or_default(),
            status: trailers.status.or(headers.status),
            body: std::mem::take(&mut call.body).freeze(),
        };
        self.end(id, Ok(answer));
    }

    fn reset(&mut self, id: u32, reason: Reason) -> Result<(), Reason> {
        if let Some(call) = self.call(id)? {
            call.stop_sending();
            self.end(id, Err(Broken::Reset(reason)));
        }
        Ok(())
    }

    fn settings(&mut self, head: Head, payload: &[u8]) -> Result<(), Reason> {
        if head.has(frame::ACK) {
            return if payload.is_empty() {
                Ok(())
            } else {
                Err(Reason::FRAME_SIZE_ERROR)
            };
        }
        for (name, value) in frame::settings(payload)? {
            match name {
                frame::MAX_CONCURRENT_STREAMS => {
                    self.max_open = usize::try_from(value).unwrap_or(usize::MAX);
                }
                frame::INITIAL_WINDOW_SIZE => self.first_window(value.into())?,
                frame::ENABLE_PUSH if value != 0 => return Err(Reason::PROTOCOL_ERROR),
                frame::MAX_FRAME_SIZE if !(16_384..1 << 24).contains(&value) => {
                    return Err(Reason::PROTOCOL_ERROR);
                }
                _ => {}
            }
        }
        self.settled = true;
        frame::put_settings_ack(&mut self.out);
        self.pump();
        Ok(())
    }

    /// Streams that are open have more, or less, room by the difference (section 6.9.2).
    fn first_window(&mut self, window: i64) -> Result<(), Reason> {
        if window > MAX_WINDOW {
            return Err(Reason::FLOW_CONTROL_ERROR);
        }
        let more = window - self.first_window;
        self.first_window = window;
        let ids: Vec<u32> = self.calls.keys().copied().collect();
        for id in ids {
            if let Some(call) = self.calls.get_mut(&id) {
                call.window += more;
                if call.window > MAX_WINDOW {
                    return Err(Reason::FLOW_CONTROL_ERROR);
                }
            }
            self.stall(id);
        }
        Ok(())
    }

    fn pinged(&mut self, head: Head, payload: &[u8]) -> Result<(), Reason> {
        if payload.len() != 8 {
            return Err(Reason::FRAME_SIZE_ERROR);
        }
        if !head.has(frame::ACK) {
            frame::put_ping(&mut self.out, frame::ACK, payload);
        }
        Ok(())
    }

    fn go_away(&mut self, payload: &[u8]) -> Result<(), Reason> {
        let last = payload.get(..4).ok_or(Reason::FRAME_SIZE_ERROR)?;
        self.close(frame::number(last)?, None);
        Ok(())
    }

    fn window_update(&mut self, id: u32, more: u32) -> Result<(), Reason> {
        if id == frame::CONNECTION {
            self.window += i64::from(more);
            if more == 0 {
                return Err(Reason::PROTOCOL_ERROR);
            }
            if self.window > MAX_WINDOW {
                return Err(Reason::FLOW_CONTROL_ERROR);
            }
        } else if let Some(call) = self.call(id)? {
            call.window += i64::from(more);
            if more == 0 {
                self.refuse(id, Reason::PROTOCOL_ERROR, Broken::Malformed);
            } else if call.window > MAX_WINDOW {
                self.refuse(id, Reason::FLOW_CONTROL_ERROR, Broken::Malformed);
            }
            self.stall(id);
        }
        self.pump();
        Ok(())
    }

    /// An open call, or none if it is over; streams that never were are an error (section 5.1).
    fn call(&mut self, id: u32) -> Result<Option<&mut Call>, Reason> {
        if id.is_multiple_of(2) || id >= self.next {
            return Err(Reason::PROTOCOL_ERROR);
        }
        match self.calls.get_mut(&id) {
            Some(call) if call.waits() => Err(Reason::PROTOCOL_ERROR),
            call => Ok(call.filter(|call| call.is_open())),
        }
    }
}

/// The prefix of a message says how long it is. Room is made for what is there, and for what may
/// come before we give the service more.
fn make_room(body: &mut BytesMut, data: &[u8]) {
    if body.is_empty()
        && let Some((&[_, a, b, c, d], _)) = data.split_first_chunk::<PREFIX>()
    {
        let length = u32::from_be_bytes([a, b, c, d]).min(STREAM_WINDOW);
        body.reserve(
            data.len()
                .max(PREFIX + usize::try_from(length).unwrap_or(0)),
        );
    }
}
