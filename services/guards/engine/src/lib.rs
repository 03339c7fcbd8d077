//! Guards as a pure library: text in, findings out.
