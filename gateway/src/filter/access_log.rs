//! One log line a request: what was called, how it ended, how long it took. No path (it may hold
//! data), no headers, no bodies.

use http::Method;

use crate::downstream::Broken;
use crate::edge::Exchange;

/// What the gateway answers itself: health and its own documentation.
const LOCAL_PREFIX: &str = "/guardmesh.gateway.v1.";

const MAX_VERB: usize = 16;

/// What the log line says beyond the answer itself.
#[derive(Debug, Default)]
pub(crate) struct AccessLog {
    /// The gRPC path of the method, once it is known.
    pub(crate) method: Option<String>,
    /// The HTTP status, once it is sent; 0 before.
    pub(crate) status: u16,
    /// The gRPC code of a call that failed where the HTTP status does not say so.
    pub(crate) failure: Option<&'static str>,
}

/// Writes the line. Without a verb it was no request.
pub(crate) fn write(verb: Option<&Method>, error: Option<&Broken>, exchange: &Exchange) {
    let status = exchange.log.status;
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
    // Anything can be sent as a verb.
    let verb = verb.map_or("-", Method::as_str);
    tracing::info!(
        request_id = exchange.id.as_str(),
        trace_id = exchange.trace.trace_id(),
        verb = verb.get(..MAX_VERB).unwrap_or(verb),
        method = exchange.log.method.as_deref().unwrap_or("-"),
        status,
        failure = exchange.log.failure,
        micros,
        error = error.map(tracing::field::display),
        "request"
    );
}
