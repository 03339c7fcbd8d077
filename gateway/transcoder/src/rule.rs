//! Reads the `google.api.http` option of a method. Knows the option's field numbers, and nothing
//! of what a rule means.

use std::borrow::Cow;

use http::Method;
use prost_reflect::{DescriptorPool, DynamicMessage, ExtensionDescriptor, MethodDescriptor, Value};

/// Number of the extension `google.api.http` of `google.protobuf.MethodOptions`.
const HTTP_EXTENSION: u32 = 72_295_728;

const CUSTOM: u32 = 8;
const CUSTOM_KIND: u32 = 1;
const CUSTOM_PATH: u32 = 2;
const BODY: u32 = 7;
const ADDITIONAL_BINDINGS: u32 = 11;
const RESPONSE_BODY: u32 = 12;

/// One rule, as declared.
#[derive(Debug)]
pub(crate) struct Rule {
    /// `None` for the custom kind `*`, which stands for every method.
    pub(crate) method: Option<Method>,
    pub(crate) template: String,
    pub(crate) body: String,
    pub(crate) response_body: String,
}

/// The extension, if the descriptor set declares it.
pub(crate) fn extension(pool: &DescriptorPool) -> Option<ExtensionDescriptor> {
    pool.get_message_by_name("google.protobuf.MethodOptions")?
        .get_extension(HTTP_EXTENSION)
}

/// The rules of a method, the main one first; or what is malformed.
pub(crate) fn rules(
    method: &MethodDescriptor,
    extension: &ExtensionDescriptor,
) -> Result<Vec<Rule>, String> {
    let options = method.options();
    if !options.has_extension(extension) {
        return Ok(Vec::new());
    }
    let value = options.get_extension(extension);
    let main = value
        .as_message()
        .ok_or("the option `google.api.http` is not a message")?;
    let mut rules = vec![rule(main)?];
    for value in field(main, ADDITIONAL_BINDINGS)
        .as_deref()
        .and_then(Value::as_list)
        .unwrap_or(&[])
    {
        let more = value
            .as_message()
            .ok_or("an additional binding is not a message")?;
        if field(more, ADDITIONAL_BINDINGS).is_some() {
            return Err("additional bindings do not nest".into());
        }
        rules.push(rule(more)?);
    }
    Ok(rules)
}

fn rule(message: &DynamicMessage) -> Result<Rule, String> {
    let (method, template) = pattern(message)?;
    Ok(Rule {
        method,
        template,
        body: text(message, BODY),
        response_body: text(message, RESPONSE_BODY),
    })
}

fn pattern(message: &DynamicMessage) -> Result<(Option<Method>, String), String> {
    let standard = [
        (2, Method::GET),
        (3, Method::PUT),
        (4, Method::POST),
        (5, Method::DELETE),
        (6, Method::PATCH),
    ];
    for (number, method) in standard {
        if field(message, number).is_some() {
            return Ok((Some(method), text(message, number)));
        }
    }
    let value = field(message, CUSTOM).ok_or("a rule has no pattern")?;
    let custom = value.as_message().ok_or("`custom` is not a message")?;
    let kind = text(custom, CUSTOM_KIND);
    let method = match kind.as_str() {
        "*" => None,
        _ => Some(Method::from_bytes(kind.as_bytes()).map_err(|_| "`custom.kind` is no method")?),
    };
    Ok((method, text(custom, CUSTOM_PATH)))
}

fn field(message: &DynamicMessage, number: u32) -> Option<Cow<'_, Value>> {
    if message.has_field_by_number(number) {
        message.get_field_by_number(number)
    } else {
        None
    }
}

fn text(message: &DynamicMessage, number: u32) -> String {
    let value = field(message, number);
    value
        .as_deref()
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}
