//! What is wrong with a document, in words for who has to mend it: what libraries say names their own
//! options, and repeats the value.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::paths::{Location, LocationSegment};
use serde_json::Value;
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::{Error, UserMessageFormatter};

use super::Violation;
use crate::policy::schema::Schema;

/// Names of fields that are told of, where there is none of them.
const MAX_NAMES: usize = 3;
/// Characters of such a name.
const MAX_NAME: usize = 40;

const NESTED: &str = "is nested too deeply";

/// Why a document can be read neither as YAML nor as JSON.
pub(super) fn unreadable(error: &Error) -> Violation {
    let place = error.location().map(|location| {
        let (line, column) = (location.line(), location.column());
        format!("line {line}, column {column}")
    });
    let place = place.unwrap_or_default();
    let error = error.without_snippet();
    if let Some(rule) = beyond_bounds(error) {
        return Violation::new(place, rule);
    }
    let said = error.render_with_formatter(&UserMessageFormatter);
    let said = said.strip_suffix(&format!(" at {place}")).unwrap_or(&said);
    // Of brackets within one another, which its parser counts: it has no word of its own for that.
    if said == "recursion limit exceeded" {
        return Violation::new(place, NESTED);
    }
    Violation::new(
        place,
        format!("is neither YAML nor JSON that can be read: {said}"),
    )
}

/// Which bound of ours it goes beyond, if it does.
fn beyond_bounds(error: &Error) -> Option<&'static str> {
    match error {
        Error::AliasError { error, .. } => beyond_bounds(error),
        Error::Budget {
            breach: BudgetBreach::Documents { .. },
            ..
        } => Some("must be one document: `---` begins another"),
        Error::Budget {
            breach: BudgetBreach::Depth { .. },
            ..
        }
        | Error::AliasReplayStackDepthExceeded { .. } => Some(NESTED),
        Error::Budget { .. }
        | Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. } => {
            Some("is too large with all that its aliases stand for")
        }
        _ => None,
    }
}

/// What a value breaks of the schema, and where.
pub(super) fn violation(error: &ValidationError<'_>, schema: &Schema) -> Violation {
    let at = place(error.instance_path());
    let Some((field, rule)) = dependence(error) else {
        return Violation::new(at, rule(error, schema));
    };
    // The error is about the field that is needed, or about the step that lacks it.
    let step = match error.kind() {
        ValidationErrorKind::Constant { .. } => at.rsplit_once('.').map_or("", |(step, _)| step),
        _ => &at,
    };
    Violation::new(format!("{step}.{field}"), rule)
}

/// The field of a step that needs another one, and what it needs, where that is what is broken.
fn dependence(error: &ValidationError<'_>) -> Option<(&'static str, &'static str)> {
    let (_, dependent) = error
        .schema_path()
        .as_str()
        .split_once("/dependentSchemas/")?;
    match dependent.split('/').next()? {
        "redaction" => Some(("redaction", "goes with `action: redact` alone")),
        "replacement" => Some((
            "replacement",
            "goes with `action: redact` alone, and `redaction: replace`",
        )),
        _ => None,
    }
}

/// What a value should be, as the rest of a sentence that does not repeat the value.
fn rule(error: &ValidationError<'_>, schema: &Schema) -> String {
    match error.kind() {
        ValidationErrorKind::Enum { options } => format!("must be one of {}", named(options)),
        ValidationErrorKind::AnyOf { context } => {
            let rules: Vec<_> = context
                .iter()
                .flatten()
                .map(|one| rule(one, schema))
                .collect();
            rules.join(", or ")
        }
        ValidationErrorKind::Pattern { pattern } => format!("must be of the form {pattern}"),
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let fields = schema.fields(error.schema_path().as_str()).join(", ");
            format!("has no field {}; its fields are {fields}", some(unexpected))
        }
        ValidationErrorKind::Required { property } => format!("must have the field {property}"),
        ValidationErrorKind::Type { kind } => match kind {
            TypeKind::Single(kind) => format!("must be of the type {kind}"),
            TypeKind::Multiple(_) => error.masked().to_string(),
        },
        ValidationErrorKind::Minimum { limit } => format!("must be at least {limit}"),
        ValidationErrorKind::Maximum { limit } => format!("must be at most {limit}"),
        ValidationErrorKind::MinItems { limit } => format!("must list at least {limit}"),
        ValidationErrorKind::MaxItems { limit } => format!("must list at most {limit}"),
        ValidationErrorKind::UniqueItems => "must not list anything twice".to_owned(),
        ValidationErrorKind::MinLength { .. } => "must not be empty".to_owned(),
        ValidationErrorKind::MaxLength { limit } => {
            format!("must have at most {limit} characters")
        }
        ValidationErrorKind::MinProperties { limit } => format!("must have at least {limit}"),
        ValidationErrorKind::MaxProperties { limit } => format!("must have at most {limit}"),
        _ => error.masked().to_string(),
    }
}

/// Such as `block, flag`.
fn named(options: &Value) -> String {
    let names = options.as_array().into_iter().flatten();
    let names = names.map(|name| {
        name.as_str()
            .map_or_else(|| name.to_string(), str::to_owned)
    });
    names.collect::<Vec<_>>().join(", ")
}

/// The first of these names, in quotes, and how many more there are.
fn some(names: &[String]) -> String {
    let first = names.iter().take(MAX_NAMES);
    let first = first.map(|name| format!("`{}`", name.chars().take(MAX_NAME).collect::<String>()));
    let first = first.collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(MAX_NAMES) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// A place as the API writes it: `routes[0].match`.
fn place(location: &Location) -> String {
    location
        .into_iter()
        .fold(String::new(), |at, segment| match segment {
            LocationSegment::Index(index) => format!("{at}[{index}]"),
            LocationSegment::Property(name) if at.is_empty() => name.to_string(),
            LocationSegment::Property(name) => format!("{at}.{name}"),
        })
}
