//! Calls in gRPC's frames: natively, and from browsers.

use bytes::Bytes;
use guardmesh_transcoder::frame::PREFIX;

use super::{Admitted, Edge, Exchange, Reply};
use crate::dialect::WebForm;
use crate::downstream::Downstream;
use crate::filter::body;
use crate::local::LocalAnswer;
use crate::problem::Problem;
use crate::stream::format::Format;
use crate::stream::grpc::{self, Duplex};
use crate::stream::grpc_web;
use crate::stream::server_stream::ServerStream;

// === impl Edge ===

impl Edge {
    pub(super) async fn grpc<'a>(
        &'a self,
        downstream: &mut Downstream,
        call: &Admitted<'a>,
        exchange: &Exchange,
    ) -> Result<Reply<'a>, Problem> {
        let method = call.target.method;
        let max_message = call.max_message;
        if !method.client_streaming() && !method.server_streaming() {
            let max_body = max_message.saturating_add(PREFIX);
            let body =
                body::read(downstream, max_body, self.limits.body_timeout, &self.codec).await?;
            let message = grpc::only_message(body, max_message)?;
            return self.unary(downstream, call, message, exchange).await;
        }
        let headers = &downstream.head().headers;
        let timeout = grpc::timeout(headers, self.limits.streams.max_duration)?;
        let metadata = self.metadata(call, headers, exchange)?;
        let (request, response) = self.open(call, metadata, timeout).await?;
        Ok(Reply::Duplex(Duplex {
            request,
            response,
            max_message,
        }))
    }

    pub(super) async fn grpc_web<'a>(
        &'a self,
        downstream: &mut Downstream,
        call: &Admitted<'a>,
        form: WebForm,
        exchange: &Exchange,
    ) -> Result<Reply<'a>, Problem> {
        let max_body = grpc_web::max_body(form, call.max_message);
        let body = body::read(downstream, max_body, self.limits.body_timeout, &self.codec).await?;
        let message = grpc_web::message(form, body, call.max_message)?;
        if !call.target.method.server_streaming() {
            return self.unary(downstream, call, message, exchange).await;
        }
        let headers = &downstream.head().headers;
        let timeout = grpc::timeout(headers, self.limits.streams.max_duration)?;
        let metadata = self.metadata(call, headers, exchange)?;
        let bounds = self.bounds(exchange);
        let begin = async {
            let opened = self.open(call, metadata, timeout).await?;
            ServerStream::begin(opened, &message, Format::Frames(form), &bounds).await
        };
        tokio::select! {
            stream = begin => Ok(Reply::Stream(stream?)),
            () = downstream.gone() => Err(Problem::client_gone()),
        }
    }

    async fn unary<'a>(
        &'a self,
        downstream: &mut Downstream,
        call: &Admitted<'a>,
        message: Bytes,
        exchange: &Exchange,
    ) -> Result<Reply<'a>, Problem> {
        let timeout = grpc::timeout(&downstream.head().headers, self.limits.call_timeout)?;
        let answer = self.call(downstream, call, message, timeout, exchange);
        match answer.await? {
            LocalAnswer::Message(_, message) => Ok(Reply::Message(message)),
            // Pages are for HTTP.
            LocalAnswer::Document(_) | LocalAnswer::Nothing => Err(Problem::unknown_method()),
        }
    }
}
