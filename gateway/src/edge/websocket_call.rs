//! Calls over WebSocket.

use guardmesh_transcoder::Route;

use super::{Admitted, Edge, Exchange, Reply};
use crate::downstream::Downstream;
use crate::problem::Problem;
use crate::stream::websocket::Conversation;
use crate::stream::websocket::handshake::Handshake;

// === impl Edge ===

impl Edge {
    pub(super) async fn websocket<'a>(
        &'a self,
        downstream: &Downstream,
        call: &Admitted<'a>,
        route: Route<'a>,
        exchange: &Exchange,
    ) -> Result<Reply<'a>, Problem> {
        let request = downstream.head();
        let handshake = Handshake::check(request, self.answers.know_origin(&request.headers))?;
        let query = request.uri.query();
        let unfit = |error| Problem::unfit(&error);
        let (messages, only) = if call.target.method.client_streaming() {
            (
                Some(route.request_stream(query, None).map_err(unfit)?),
                None,
            )
        } else {
            (
                None,
                Some(route.encode_request(query, None, b"").map_err(unfit)?),
            )
        };
        let metadata = self.metadata(call, &request.headers, exchange)?;
        let timeout = self.limits.streams.max_duration;
        let (mut request, response) = self.open(call, metadata, timeout).await?;
        let request = match only {
            // It is small: it came in the head. Where the service takes no more, its answer says
            // why.
            Some(message) => {
                let _ = request.send(&message).await.and_then(|()| request.finish());
                None
            }
            None => Some(request),
        };
        Ok(Reply::WebSocket(Conversation {
            handshake,
            route,
            messages,
            request,
            response,
            max_message: call.max_message,
        }))
    }
}
