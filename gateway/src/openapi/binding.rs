//! The `google.api.http` rules of a method. What a rule means for the document is not said here.

use guardmesh_proto::google::api::HttpRule;
use guardmesh_proto::google::api::http_rule::Pattern;
use prost_reflect::{DescriptorPool, FieldDescriptor, Kind, MessageDescriptor, MethodDescriptor};

use crate::openapi::OpenApiError;
use crate::openapi::template::Path;

/// Number of the extension `google.api.http` of `google.protobuf.MethodOptions`.
const HTTP: u32 = 72_295_728;

/// One HTTP method and path that reach a gRPC method.
pub(super) struct Binding {
    /// Upper case; `*` for every HTTP method.
    pub(super) verb: String,
    pub(super) path: Path,
    pub(super) body: Body,
    /// The response field that is the answer; the whole response when there is none.
    pub(super) response_body: Option<FieldDescriptor>,
}

/// What the HTTP request body becomes.
pub(super) enum Body {
    /// There is none: every field that is not in the path is a query parameter.
    None,
    /// Every field that is not in the path.
    Message,
    /// This field; the others are query parameters.
    Field(FieldDescriptor),
}

/// The bindings of a method, the main one first; empty for a method without HTTP mapping.
pub(super) fn of(
    pool: &DescriptorPool,
    method: &MethodDescriptor,
) -> Result<Vec<Binding>, OpenApiError> {
    let invalid = |reason: String| OpenApiError::Rule {
        method: method.full_name().to_owned(),
        reason,
    };
    let Some(extension) = pool
        .get_message_by_name("google.protobuf.MethodOptions")
        .and_then(|options| options.get_extension(HTTP))
    else {
        return Ok(Vec::new());
    };
    let options = method.options();
    if !options.has_extension(&extension) {
        return Ok(Vec::new());
    }
    let option = options.get_extension(&extension);
    let mut main = option
        .as_message()
        .ok_or_else(|| "the option is not a message".to_owned())
        .and_then(|rule| {
            rule.transcode_to::<HttpRule>()
                .map_err(|error| error.to_string())
        })
        .map_err(invalid)?;
    let additional = std::mem::take(&mut main.additional_bindings);
    std::iter::once(main)
        .chain(additional)
        .map(|rule| Binding::parse(rule, method).map_err(invalid))
        .collect()
}

/// The field at a dotted path of names as declared.
pub(super) fn field_at(message: &MessageDescriptor, path: &str) -> Option<FieldDescriptor> {
    let (first, rest) = match path.split_once('.') {
        Some((first, rest)) => (first, Some(rest)),
        None => (path, None),
    };
    let field = message.get_field_by_name(first)?;
    match (rest, field.kind()) {
        (None, _) => Some(field),
        (Some(rest), Kind::Message(inner)) => field_at(&inner, rest),
        (Some(_), _) => None,
    }
}

// === impl Binding ===

impl Binding {
    fn parse(rule: HttpRule, method: &MethodDescriptor) -> Result<Self, String> {
        let (verb, template) = match rule.pattern.ok_or("it has no HTTP method")? {
            Pattern::Get(path) => ("GET".to_owned(), path),
            Pattern::Put(path) => ("PUT".to_owned(), path),
            Pattern::Post(path) => ("POST".to_owned(), path),
            Pattern::Delete(path) => ("DELETE".to_owned(), path),
            Pattern::Patch(path) => ("PATCH".to_owned(), path),
            Pattern::Custom(custom) => (custom.kind.to_ascii_uppercase(), custom.path),
        };
        let path = Path::parse(&template)?;
        let input = method.input();
        for variable in &path.variables {
            if let Some(field) = &variable.field
                && field_at(&input, field).is_none()
            {
                return Err(format!("{} has no field `{field}`", input.full_name()));
            }
        }
        let body = match rule.body.as_str() {
            "" => Body::None,
            "*" => Body::Message,
            name => Body::Field(named(&input, name)?),
        };
        let response_body = match rule.response_body.as_str() {
            "" => None,
            name => Some(named(&method.output(), name)?),
        };
        Ok(Self {
            verb,
            path,
            body,
            response_body,
        })
    }
}

fn named(message: &MessageDescriptor, name: &str) -> Result<FieldDescriptor, String> {
    field_at(message, name)
        .filter(|_| !name.contains('.'))
        .ok_or_else(|| format!("{} has no field `{name}`", message.full_name()))
}
