//! The edge: public REST in, gRPC out.

pub mod openapi;
