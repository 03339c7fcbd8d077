//! The Protobuf contracts of Guardmesh and the code generated from them.
