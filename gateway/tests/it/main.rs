//! The gateway over real sockets: in front of it an HTTP client that may send any bytes, behind
//! it real gRPC servers that prove the caller of every call.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod admission;
mod answers;
mod api_keys;
mod auth_side;
mod body;
mod body_stream;
mod chat;
mod clerk;
mod clerk_keys;
mod clerk_side;
mod clerk_streams;
mod coded_body;
mod connection;
mod contracts;
mod cors;
mod crowd;
mod docs;
mod document;
mod failing;
mod faulty;
mod grpc_web;
mod health;
mod hosts;
mod house;
mod http2;
mod issuer;
mod key_rotation;
mod metadata;
mod metrics;
mod native_grpc;
mod noise;
mod other_origins;
mod problem;
mod rate_limits;
mod redis_script;
mod redis_server;
mod refusals;
mod representation;
mod revocations;
mod rolling;
mod server_streams;
mod services;
mod shared_limits;
mod shutdown;
mod slow_readers;
mod stream_ends;
mod stream_lapse;
mod tls;
mod tokens;
mod uploads;
mod upstream_balance;
mod upstream_dns;
mod upstream_faults;
mod upstream_hangs;
mod upstream_load;
mod websocket;
mod wire;
mod wrong_answers;
