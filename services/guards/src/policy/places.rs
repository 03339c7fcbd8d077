//! Where in the text of a document its values stand, for who has to mend it.
//!
//! Read only when something is wrong; what is wrong is for `document` and `compile` to say.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

use super::document::{self, MAX_DOCUMENT, Violation};

/// A value of a document, without what it says.
#[derive(Debug)]
enum Node {
    Scalar,
    List(Vec<Spanned<Node>>),
    Map(Vec<(String, Spanned<Node>)>),
}

struct Nodes;

/// Tells with each violation where in the text it is; where what is missing belongs, if it is not there.
pub(super) fn told(text: &str, mut violations: Vec<Violation>) -> Vec<Violation> {
    let root = (text.len() <= MAX_DOCUMENT).then(|| document::read::<Spanned<Node>>(text));
    let Some(Ok(root)) = root else {
        return violations;
    };
    for Violation { at, rule } in &mut violations {
        let place = place(&root, at).referenced;
        let (line, column) = (place.line(), place.column());
        *rule = format!("{rule} (line {line}, column {column})");
    }
    violations
}

/// The innermost value on the way to one such as `routes[0].match`.
fn place<'a>(root: &'a Spanned<Node>, at: &str) -> &'a Spanned<Node> {
    let mut names = at.split(['.', '[', ']']).filter(|name| !name.is_empty());
    let mut within = |outer: &'a Spanned<Node>| {
        let name = names.next()?;
        match &outer.value {
            Node::Scalar => None,
            Node::List(values) => values.get(name.parse::<usize>().ok()?),
            Node::Map(values) => {
                let found = values.iter().find(|(key, _)| key == name);
                found.map(|(_, value)| value)
            }
        }
    };
    let mut innermost = root;
    while let Some(inner) = within(innermost) {
        innermost = inner;
    }
    innermost
}

// === impl Node ===

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Nodes)
    }
}

// === impl Nodes ===

impl<'de> Visitor<'de> for Nodes {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_i128<E: de::Error>(self, _: i128) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_u128<E: de::Error>(self, _: u128) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        Ok(Node::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut values = Vec::new();
        while let Some(entry) = map.next_entry()? {
            values.push(entry);
        }
        Ok(Node::Map(values))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const YAML: &str = "\
on_outage: defer
routes:
- match: {direction: input}
  guards: &same
  - {guard: pii, actions: 1, action: 7}
  -
    guard: secrets
    threshold: 2
- guards: *same
";

    #[test]
    fn a_violation_is_told_by_line_and_column() {
        let json = r#"{"routes": [
  {"guards": [{"guard": 1}]}
]}"#;
        for (text, at, wanted) in [
            (YAML, "routes[0].guards[0].action", "(line 5, column 38)"),
            (YAML, "routes[0].guards[1].threshold", "(line 8, column 16)"),
            (YAML, "routes[0].guards[1].when", "(line 7, column 5)"),
            (YAML, "routes[1].guards[0].action", "(line 9, column 11)"),
            (YAML, "routes[0].match.direction", "(line 3, column 22)"),
            (YAML, "on_outage", "(line 1, column 12)"),
            (YAML, "", "(line 1, column 1)"),
            (json, "routes[0].guards[0].guard", "(line 2, column 25)"),
        ] {
            let told = told(text, vec![Violation::new(at, "is wrong")]);
            assert_eq!(told[0].rule, format!("is wrong {wanted}"), "{at}");
            assert_eq!(told[0].at, at);
        }
    }

    #[test]
    fn what_cannot_be_read_has_no_more_places() {
        let wrong = vec![Violation::new("line 1, column 9", "is neither")];
        assert_eq!(told("routes: [", wrong.clone()), wrong);
    }
}
