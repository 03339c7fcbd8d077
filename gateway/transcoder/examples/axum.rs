//! The crate in an axum service: one handler answers every route of a contract. `GET
//! /v1/items/{id}` is one call, `GET /v1/items/{id}:watch` a stream, sent as lines of JSON.
//!
//! ```text
//! cargo run -p guardmesh-transcoder --example axum -- 127.0.0.1:3000
//! curl 127.0.0.1:3000/v1/items/7
//! curl -N 127.0.0.1:3000/v1/items/7:watch
//! ```
//!
//! What is behind the contract is here a function over Protobuf messages; it could as well be a
//! gRPC client, as all it takes and gives is a method's path and bytes.

use std::convert::Infallible;
use std::error::Error;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{ALLOW, CONTENT_TYPE};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use guardmesh_transcoder::{Options, RouteError, Transcoder};
use prost::Message;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

const MAX_BODY: usize = 64 * 1024;
/// Lines of a stream that may wait for a slow client.
const WAITING: usize = 16;

// What a build script would generate from the contract.

#[derive(Clone, PartialEq, Message)]
struct GetItemRequest {
    #[prost(string, tag = "1")]
    id: String,
}

#[derive(Clone, PartialEq, Message)]
struct Item {
    #[prost(string, tag = "1")]
    id: String,
    #[prost(string, tag = "3")]
    display_name: String,
}

#[derive(Clone, PartialEq, Message)]
struct SearchItemsResponse {
    #[prost(message, repeated, tag = "1")]
    items: Vec<Item>,
    #[prost(int64, tag = "4")]
    total: i64,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1);
    let address = address.unwrap_or_else(|| "127.0.0.1:3000".into());
    let listener = TcpListener::bind(address).await?;
    axum::serve(listener, router()?).await?;
    Ok(())
}

/// The service: everything is left to the routes of the contract.
pub(crate) fn router() -> Result<Router, Box<dyn Error>> {
    let protos = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/proto");
    let mut compiler = protox::Compiler::new([protos])?;
    compiler
        .include_imports(true)
        .open_file("kitchen/v1/service.proto")?;
    let descriptors = compiler.encode_file_descriptor_set();
    let transcoder = Transcoder::from_descriptor_set(&descriptors, Options::default())?;
    Ok(Router::new()
        .fallback(serve)
        .with_state(Arc::new(transcoder)))
}

async fn serve(State(transcoder): State<Arc<Transcoder>>, request: Request) -> Response {
    let answered = answer(transcoder, request).await;
    answered.unwrap_or_else(|problem| problem)
}

async fn answer(transcoder: Arc<Transcoder>, request: Request) -> Result<Response, Response> {
    let (head, body) = request.into_parts();
    let path = head.uri.path();
    let route = transcoder.route(&head.method, path).map_err(not_routed)?;
    let body = to_bytes(body, MAX_BODY)
        .await
        .map_err(|_| StatusCode::PAYLOAD_TOO_LARGE.into_response())?;
    let content_type = head.headers.get(CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    let message = route
        .encode_request(head.uri.query(), content_type, &body)
        .map_err(|error| {
            let problem = json!({
                "detail": error.message(),
                "field": error.field(),
                "line": error.line(),
                "column": error.column(),
            });
            (StatusCode::BAD_REQUEST, axum::Json(problem)).into_response()
        })?;
    let answers =
        call(route.method().grpc_path(), &message).map_err(IntoResponse::into_response)?;
    if route.method().server_streaming() {
        let body = lines(
            Arc::clone(&transcoder),
            head.method,
            path.to_owned(),
            answers,
        );
        return Ok(([(CONTENT_TYPE, "application/x-ndjson")], body).into_response());
    }
    let broken = || StatusCode::BAD_GATEWAY.into_response();
    let wire = answers.first().ok_or_else(broken)?;
    let response = route.decode_response(wire).map_err(|_| broken())?;
    Ok(([(CONTENT_TYPE, &*response.content_type)], response.body).into_response())
}

fn not_routed(error: RouteError) -> Response {
    match error {
        RouteError::NotFound => StatusCode::NOT_FOUND.into_response(),
        RouteError::BadPath { .. } => StatusCode::BAD_REQUEST.into_response(),
        RouteError::MethodNotAllowed { allow } => {
            let allow: Vec<&str> = allow.iter().map(Method::as_str).collect();
            (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, allow.join(", "))]).into_response()
        }
    }
}

/// A body of one line for each message. Its task outlives the handler and so borrows a route of
/// its own; it waits for the client, and ends when the client is gone.
fn lines(transcoder: Arc<Transcoder>, verb: Method, path: String, answers: Vec<Vec<u8>>) -> Body {
    let (sender, receiver) = mpsc::channel::<Result<Bytes, Infallible>>(WAITING);
    tokio::spawn(async move {
        let Ok(route) = transcoder.route(&verb, &path) else {
            return;
        };
        for wire in answers {
            let Ok(response) = route.decode_response(&wire) else {
                return;
            };
            let line = [&*response.body, b"\n"].concat();
            if sender.send(Ok(line.into())).await.is_err() {
                return;
            }
        }
    });
    Body::from_stream(ReceiverStream::new(receiver))
}

/// What implements the contract: one message in, one or more out.
fn call(grpc_path: &str, message: &[u8]) -> Result<Vec<Vec<u8>>, StatusCode> {
    let request = GetItemRequest::decode(message).map_err(|_| StatusCode::BAD_REQUEST)?;
    let item = Item {
        display_name: format!("Item {}", request.id),
        id: request.id,
    };
    match grpc_path {
        "/kitchen.v1.Kitchen/GetItem" => Ok(vec![item.encode_to_vec()]),
        "/kitchen.v1.Kitchen/WatchItem" => Ok((1..=3)
            .map(|total| {
                let seen = SearchItemsResponse {
                    items: vec![item.clone()],
                    total,
                };
                seen.encode_to_vec()
            })
            .collect()),
        _ => Err(StatusCode::NOT_IMPLEMENTED),
    }
}
