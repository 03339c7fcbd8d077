//! Path templates of `google.api.http`: the grammar, and nothing about requests.
//!
//! ```text
//! template  = "/" [ segments ] [ ":" verb ]
//! segments  = segment { "/" segment }
//! segment   = "*" | "**" | literal | variable
//! variable  = "{" field-path [ "=" segments ] "}"
//! ```
//! `**` may stand anywhere, once in a template. See
//! <https://github.com/googleapis/googleapis/blob/master/google/api/http.proto>.

/// A parsed template.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Template {
    pub(crate) segments: Vec<Segment>,
    pub(crate) verb: Option<String>,
    pub(crate) variables: Vec<Variable>,
}

/// What one place in the path must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Segment {
    /// This very text.
    Literal(String),
    /// `*`: any one segment that is not empty.
    One,
    /// `**`: any number of segments, none included.
    Many,
}

/// The part of the path that goes into a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Variable {
    pub(crate) field_path: String,
    /// Index of its first segment in the template.
    pub(crate) start: usize,
    /// Index after its last segment in the template.
    pub(crate) end: usize,
    /// Its pattern is one segment, so that `%2F` in it is data.
    pub(crate) single: bool,
}

// === impl Template ===

impl Template {
    /// Parses a template, or says what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let rest = text
            .strip_prefix('/')
            .ok_or("the template must begin with `/`")?;
        let (path, verb) = split_verb(rest)?;
        let mut template = Self {
            segments: Vec::new(),
            verb,
            variables: Vec::new(),
        };
        if !path.is_empty() {
            for part in split_outside_braces(path)? {
                template.push(part)?;
            }
        }
        if template
            .segments
            .iter()
            .filter(|s| **s == Segment::Many)
            .count()
            > 1
        {
            return Err("`**` may occur once in a template".into());
        }
        Ok(template)
    }

    fn push(&mut self, part: &str) -> Result<(), String> {
        let Some(inner) = part.strip_prefix('{') else {
            self.segments.push(segment(part)?);
            return Ok(());
        };
        let inner = inner
            .strip_suffix('}')
            .ok_or_else(|| format!("`{part}` lacks its `}}`"))?;
        let (field_path, pattern) = inner.split_once('=').unwrap_or((inner, "*"));
        if field_path.split('.').any(|name| !is_identifier(name)) {
            return Err(format!("`{field_path}` is not a field path"));
        }
        if self.variables.iter().any(|v| v.field_path == field_path) {
            return Err(format!("`{field_path}` is bound twice"));
        }
        let start = self.segments.len();
        for part in pattern.split('/') {
            self.segments.push(segment(part)?);
        }
        let end = self.segments.len();
        let single = end - start == 1 && self.segments[start] != Segment::Many;
        self.variables.push(Variable {
            field_path: field_path.into(),
            start,
            end,
            single,
        });
        Ok(())
    }
}

fn segment(text: &str) -> Result<Segment, String> {
    match text {
        "" => Err("a segment is empty".into()),
        "*" => Ok(Segment::One),
        "**" => Ok(Segment::Many),
        "." | ".." => Err("dot segments can match no path".into()),
        _ if text.contains(['*', '{', '}', '=', '?', '#']) => {
            Err(format!("`{text}` is not a segment"))
        }
        _ => Ok(Segment::Literal(text.into())),
    }
}

/// Splits `:verb` off the end; a colon inside braces belongs to the variable.
fn split_verb(text: &str) -> Result<(&str, Option<String>), String> {
    let tail = text.rfind(['/', '}']).map_or(0, |at| at + 1);
    let Some(colon) = text[tail..].rfind(':').map(|at| at + tail) else {
        return Ok((text, None));
    };
    let verb = &text[colon + 1..];
    if verb.is_empty() || verb.contains(['*', '{', '}', '?', '#']) {
        return Err("the verb after `:` is malformed".into());
    }
    Ok((&text[..colon], Some(verb.into())))
}

fn split_outside_braces(text: &str) -> Result<Vec<&str>, String> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut inside = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' if inside => return Err("variables do not nest".into()),
            b'{' => inside = true,
            b'}' => inside = false,
            b'/' if !inside => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    Ok(parts)
}

fn is_identifier(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}
