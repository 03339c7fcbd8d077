//! The edge: public REST in, gRPC out.
