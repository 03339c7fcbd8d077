//! JSON and Protobuf transcoding, and routing by google.api.http.
