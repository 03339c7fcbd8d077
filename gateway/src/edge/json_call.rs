//! Calls in JSON: one body for one body, and each of them as a stream of messages.

use bytes::Bytes;
use guardmesh_transcoder::Route;
use http::header::{CONTENT_TYPE, HeaderName};
use http::{HeaderMap, StatusCode};

use super::{Admitted, Edge, Exchange, Reply};
use crate::downstream::Downstream;
use crate::filter::answer::{Answer, Kept};
use crate::filter::body;
use crate::filter::conditional::EntityTag;
use crate::local::LocalAnswer;
use crate::problem::Problem;
use crate::stream::format::Format;
use crate::stream::server_stream::ServerStream;
use crate::stream::upload::{Cut, Upload};
use crate::stream::{accept, format};

/// The id of the event that the client saw last (HTML, "Server-sent events").
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

// === impl Edge ===

impl Edge {
    pub(super) async fn json<'a>(
        &'a self,
        downstream: &mut Downstream,
        call: &Admitted<'a>,
        route: Route<'a>,
        exchange: &Exchange,
    ) -> Result<Reply<'a>, Problem> {
        let message = self.json_message(downstream, call, &route).await?;
        let timeout = self.limits.call_timeout;
        let answer = self.call(downstream, call, message, timeout, exchange);
        match answer.await? {
            LocalAnswer::Message(status, message) => {
                whole(call, &route, status, &message).map(Reply::Whole)
            }
            LocalAnswer::Document(document) => {
                let mut answer = document.answer();
                answer.kept = kept(call, || document.tag.clone());
                Ok(Reply::Whole(answer))
            }
            LocalAnswer::Nothing => Err(Problem::not_found()),
        }
    }

    pub(super) async fn json_stream<'a>(
        &'a self,
        downstream: &mut Downstream,
        call: &Admitted<'a>,
        route: Route<'a>,
        exchange: &Exchange,
    ) -> Result<Reply<'a>, Problem> {
        let last = last_event(&downstream.head().headers);
        let format = if route.binding().answers_raw_body() {
            None
        } else {
            Some(accept::form(&downstream.head().headers)?)
        };
        let message = self.json_message(downstream, call, &route).await?;
        let mut metadata = self.metadata(call, &downstream.head().headers, exchange)?;
        if let Some(last) = last {
            metadata.insert(LAST_EVENT_ID, last.into());
        }
        let format = match format {
            Some(form) => Format::json(route, form, last.unwrap_or(0)),
            None => Format::Raw(route, None),
        };
        let bounds = self.bounds(exchange);
        let begin = async {
            let opened = self.open(call, metadata, self.limits.streams.max_duration);
            ServerStream::begin(opened.await?, &message, format, &bounds).await
        };
        tokio::select! {
            stream = begin => Ok(Reply::Stream(stream?)),
            () = downstream.gone() => Err(Problem::client_gone()),
        }
    }

    pub(super) async fn json_upload<'a>(
        &'a self,
        downstream: &mut Downstream,
        call: &Admitted<'a>,
        route: Route<'a>,
        exchange: &Exchange,
    ) -> Result<Reply<'a>, Problem> {
        let request = downstream.head();
        let cut = if route.binding().takes_raw_body() {
            Cut::Parts
        } else {
            Cut::of_json(&request.headers)?
        };
        let messages = route.request_stream(request.uri.query(), content_type(&request.headers));
        let messages = messages.map_err(|error| Problem::unfit(&error))?;
        let metadata = self.metadata(call, &request.headers, exchange)?;
        if body::ask(downstream).await?.is_some() {
            return Err(Problem::unsupported_encoding());
        }
        let opened = self.open(call, metadata, self.limits.streams.max_duration);
        let (request, response) = opened.await?;
        let upload = Upload {
            messages,
            cut,
            request,
            response,
            max_message: call.max_message,
        };
        let message = upload.run(downstream, &self.bounds(exchange)).await?;
        whole(call, &route, StatusCode::OK, &message).map(Reply::Whole)
    }

    /// The request in its message.
    async fn json_message(
        &self,
        downstream: &mut Downstream,
        call: &Admitted<'_>,
        route: &Route<'_>,
    ) -> Result<Bytes, Problem> {
        let patience = self.limits.body_timeout;
        let body = body::read(downstream, call.max_message, patience, &self.codec).await?;
        let request = downstream.head();
        let content_type = content_type(&request.headers);
        let message = route.encode_request(request.uri.query(), content_type, &body);
        message.map_err(|error| Problem::unfit(&error))
    }
}

/// A message of the service as the answer.
fn whole(
    call: &Admitted<'_>,
    route: &Route<'_>,
    status: StatusCode,
    message: &[u8],
) -> Result<Answer, Problem> {
    let response = format::decode(route, message)?;
    let mut answer = Answer::new(status, &response.content_type, response.body);
    answer.kept = kept(call, || EntityTag::of(answer.response.body()));
    Ok(answer)
}

/// Whether the method's answers may be kept, and under which tag.
fn kept(call: &Admitted<'_>, tag: impl FnOnce() -> EntityTag) -> Option<Kept> {
    let seconds = call.target.policy.cache_seconds?;
    Some(Kept {
        seconds,
        tag: tag(),
    })
}

fn content_type(headers: &HeaderMap) -> Option<&str> {
    headers.get(CONTENT_TYPE)?.to_str().ok()
}

/// Ids of events are numbers; anything else was not given here.
fn last_event(headers: &HeaderMap) -> Option<u64> {
    headers.get(LAST_EVENT_ID)?.to_str().ok()?.parse().ok()
}
