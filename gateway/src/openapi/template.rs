//! Path templates of `google.api.http` as `OpenAPI` paths.
//!
//! A variable of `OpenAPI` is one segment of the path, so each wildcard of a template becomes one:
//! `/v1/{name=shelves/*/books/*}:archive` is `/v1/shelves/{name_1}/books/{name_2}:archive`.

/// A path with its variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    /// As a key of `paths`.
    pub(super) key: String,
    /// In the order of the key.
    pub(super) variables: Vec<Variable>,
}

/// One variable segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Variable {
    pub(super) name: String,
    /// Dotted names of the request field it is the value of, or a part of it; `None` when nothing
    /// takes the value.
    pub(super) field: Option<String>,
    /// The template of the whole field, where this segment is only a part of it.
    pub(super) part_of: Option<String>,
    /// It may hold slashes (`**`), which `OpenAPI` cannot express.
    pub(super) many: bool,
}

// === impl Path ===

impl Path {
    /// Reads a template such as `/v1/{name=shelves/*}:archive`, or says what is wrong with it.
    pub(super) fn parse(template: &str) -> Result<Self, String> {
        if !template.starts_with('/') {
            return Err(format!("the path `{template}` does not begin with `/`"));
        }
        let mut path = Self {
            key: String::new(),
            variables: Vec::new(),
        };
        let mut rest = template;
        let mut unnamed = 0;
        while let Some(open) = rest.find('{') {
            path.push_literal(&rest[..open], &mut unnamed);
            let close = rest[open..]
                .find('}')
                .ok_or_else(|| format!("a variable of `{template}` does not end"))?;
            path.push_variable(&rest[open + 1..open + close]);
            rest = &rest[open + close + 1..];
        }
        path.push_literal(rest, &mut unnamed);
        Ok(path)
    }

    /// The fields that the path sets, as the template names them.
    pub(super) fn fields(&self) -> impl Iterator<Item = &str> {
        self.variables
            .iter()
            .filter_map(|variable| variable.field.as_deref())
    }

    /// The key without the names of variables.
    pub(super) fn shape(&self) -> String {
        let mut shape = self.key.clone();
        for variable in &self.variables {
            shape = shape.replacen(&format!("{{{}}}", variable.name), "{}", 1);
        }
        shape
    }

    /// Takes key and names from another path of the same shape.
    pub(super) fn name_like(&mut self, other: &Self) {
        self.key.clone_from(&other.key);
        for (variable, other) in self.variables.iter_mut().zip(&other.variables) {
            variable.name.clone_from(&other.name);
        }
    }

    /// Text outside of braces; a wildcard in it binds no field.
    fn push_literal(&mut self, text: &str, unnamed: &mut usize) {
        for (index, segment) in text.split('/').enumerate() {
            if index > 0 {
                self.key.push('/');
            }
            let (wildcard, verb) = segment.split_at(segment.find(':').unwrap_or(segment.len()));
            if matches!(wildcard, "*" | "**") {
                *unnamed += 1;
                self.push(format!("wildcard_{unnamed}"), None, None, wildcard == "**");
                self.key.push_str(verb);
            } else {
                self.key.push_str(segment);
            }
        }
    }

    fn push_variable(&mut self, text: &str) {
        let (field, pattern) = text.split_once('=').unwrap_or((text, "*"));
        let is_wildcard = |segment: &str| matches!(segment, "*" | "**");
        let wildcards = pattern.split('/').filter(|part| is_wildcard(part)).count();
        let part_of = (!is_wildcard(pattern)).then(|| pattern.to_owned());
        let mut number = 0;
        for (index, segment) in pattern.split('/').enumerate() {
            if index > 0 {
                self.key.push('/');
            }
            if !is_wildcard(segment) {
                self.key.push_str(segment);
                continue;
            }
            number += 1;
            let name = match wildcards {
                1 => field.to_owned(),
                _ => format!("{field}_{number}"),
            };
            let field = Some(field.to_owned());
            self.push(name, field, part_of.clone(), segment == "**");
        }
    }

    fn push(&mut self, name: String, field: Option<String>, part_of: Option<String>, many: bool) {
        self.key.extend(["{", &name, "}"]);
        self.variables.push(Variable {
            name,
            field,
            part_of,
            many,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::Path;

    #[test]
    fn each_wildcard_is_a_variable() {
        for (template, key, names) in [
            ("/v1/things", "/v1/things", vec![]),
            ("/v1/things:check", "/v1/things:check", vec![]),
            ("/v1/{id}", "/v1/{id}", vec!["id"]),
            (
                "/v1/{a.id}/b/{c}:do",
                "/v1/{a.id}/b/{c}:do",
                vec!["a.id", "c"],
            ),
            ("/v1/{name=shelves/*}", "/v1/shelves/{name}", vec!["name"]),
            (
                "/v1/{name=shelves/*/books/*}:archive",
                "/v1/shelves/{name_1}/books/{name_2}:archive",
                vec!["name_1", "name_2"],
            ),
            ("/v1/{kind=fixed}", "/v1/fixed", vec![]),
            (
                "/v1/*/x/**:do",
                "/v1/{wildcard_1}/x/{wildcard_2}:do",
                vec!["wildcard_1", "wildcard_2"],
            ),
        ] {
            let path = Path::parse(template).unwrap();
            assert_eq!(path.key, key, "{template}");
            let found: Vec<&str> = path.variables.iter().map(|v| v.name.as_str()).collect();
            assert_eq!(found, names, "{template}");
        }
        let file = Path::parse("/files/{path=docs/**}").unwrap();
        assert!(file.variables[0].many);
        assert_eq!(file.variables[0].part_of.as_deref(), Some("docs/**"));
    }

    #[test]
    fn malformed_templates_are_refused() {
        assert!(Path::parse("v1/x").is_err());
        assert!(Path::parse("/v1/{x").is_err());
    }

    #[test]
    fn the_shape_forgets_names() {
        let shape = |template| Path::parse(template).unwrap().shape();
        assert_eq!(shape("/v1/{a}/b/{c}"), shape("/v1/{x}/b/{y}"));
        assert_ne!(shape("/v1/{a}/b/{c}"), shape("/v1/{a}/d/{c}"));
    }
}
