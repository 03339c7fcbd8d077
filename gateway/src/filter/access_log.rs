//! One log line a request: what was called, how it ended, how long it took. No path (it may hold
//! data), no headers, no bodies.

use pingora::proxy::Session;

use crate::edge::Exchange;

/// What the gateway answers itself: health and its own documentation.
const LOCAL_PREFIX: &str = "/guardmesh.gateway.v1.";

/// What the log line says beyond the answer itself.
#[derive(Debug, Default)]
pub(crate) struct AccessLog {
    /// The gRPC path of the method, once it is known.
    pub(crate) method: Option<String>,
}

/// Writes the line.
pub(crate) fn write(session: &Session, error: Option<&pingora::Error>, exchange: &Exchange) {
    let status = session
        .response_written()
        .map_or(0, |header| header.status.as_u16());
    let micros = u64::try_from(exchange.started.elapsed().as_micros()).unwrap_or(u64::MAX);
    // Probes come every second: a line for each hides all others.
    let local = exchange
        .log
        .method
        .as_deref()
        .is_some_and(|path| path.starts_with(LOCAL_PREFIX));
    if local && error.is_none() {
        tracing::debug!(method = exchange.log.method, status, micros, "probe");
        return;
    }
    tracing::info!(
        request_id = exchange.id.as_str(),
        verb = session.req_header().method.as_str(),
        method = exchange.log.method.as_deref().unwrap_or("-"),
        status,
        micros,
        error = error.map(tracing::field::display),
        "request"
    );
}
