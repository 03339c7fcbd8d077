//! What a caller may choose about the JSON dialect. Defaults are strict.

/// Settings of a [`Transcoder`](crate::Transcoder).
#[derive(Debug, Clone)]
pub struct Options {
    /// How deep JSON objects and arrays of a request may nest. Default 64.
    ///
    /// Apart from this, messages nest at most 100 deep on the wire in both directions, which is
    /// the limit of the usual Protobuf implementations.
    pub max_depth: u32,
    /// Skip members of a JSON body that the message does not have. Default `false`: refuse them.
    pub ignore_unknown_fields: bool,
    /// Skip query parameters that the request does not have. Default `false`: refuse them.
    pub ignore_unknown_query_parameters: bool,
    /// Print scalar, repeated and map fields that have their default value, so that an empty list
    /// is `[]` and never missing. Fields with presence are printed only when set. Default `true`.
    pub always_print_primitive_fields: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_depth: 64,
            ignore_unknown_fields: false,
            ignore_unknown_query_parameters: false,
            always_print_primitive_fields: true,
        }
    }
}
