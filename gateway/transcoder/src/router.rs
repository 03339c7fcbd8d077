//! From HTTP method and path to a binding: a trie over path segments.
//!
//! Precedence, decided segment by segment from the left: a literal before `*` before `**`. A path
//! whose last segment ends in `:verb` belongs to the templates of that verb that match it, whatever
//! HTTP methods they have; without any, the colon is part of the segment. A more specific template
//! that lacks the HTTP method gives way to a less specific one that has it. Escapes are not decoded for literals: `%63heck` is not `check`.

use std::collections::BTreeMap;

use http::Method;

use crate::error::RouteError;
use crate::percent::{self, Keep};
use crate::template::{Segment, Template, Variable};

/// Where a binding is: index of its method, and index in its method's bindings.
pub(crate) type BindingId = (usize, usize);

/// The trie. Node 0 is the root.
#[derive(Debug)]
pub(crate) struct Router {
    nodes: Vec<Node>,
}

#[derive(Debug, Default)]
struct Node {
    /// Few at each node: compared sooner than hashed.
    literals: BTreeMap<String, usize>,
    one: Option<usize>,
    many: Option<usize>,
    leaves: Vec<Leaf>,
}

/// The bindings that end at a node with one `:verb`, or with none.
#[derive(Debug)]
struct Leaf {
    verb: Option<String>,
    /// `None` stands for every HTTP method.
    bindings: Vec<(Option<Method>, BindingId)>,
}

/// One look-up on its way through the trie.
struct Search<'a> {
    nodes: &'a [Node],
    method: &'a Method,
    verb: Option<&'a str>,
    allow: Vec<Method>,
}

// === impl Router ===

impl Router {
    pub(crate) fn new() -> Self {
        Self {
            nodes: vec![Node::default()],
        }
    }

    /// Adds a binding; `Err` is the binding that already has this place.
    pub(crate) fn insert(
        &mut self,
        method: Option<Method>,
        template: &Template,
        id: BindingId,
    ) -> Result<(), BindingId> {
        let mut at = 0;
        for segment in &template.segments {
            at = self.child(at, segment);
        }
        let leaves = &mut self.nodes[at].leaves;
        let place = leaves
            .iter()
            .position(|leaf| leaf.verb == template.verb)
            .unwrap_or_else(|| {
                leaves.push(Leaf {
                    verb: template.verb.clone(),
                    bindings: Vec::new(),
                });
                leaves.len() - 1
            });
        let bindings = &mut leaves[place].bindings;
        if let Some((_, taken)) = bindings.iter().find(|(other, _)| *other == method) {
            return Err(*taken);
        }
        bindings.push((method, id));
        Ok(())
    }

    fn child(&mut self, at: usize, segment: &Segment) -> usize {
        let next = self.nodes.len();
        let node = &mut self.nodes[at];
        let child = match segment {
            Segment::Literal(text) => *node.literals.entry(text.clone()).or_insert(next),
            Segment::One => *node.one.get_or_insert(next),
            Segment::Many => *node.many.get_or_insert(next),
        };
        if child == next {
            self.nodes.push(Node::default());
        }
        child
    }

    /// Finds the binding for a request and the segments of its path, without the verb.
    pub(crate) fn find<'p>(
        &self,
        method: &Method,
        path: &'p str,
    ) -> Result<(BindingId, Vec<&'p str>), RouteError> {
        let mut segments = split(path)?;
        let mut search = Search {
            nodes: &self.nodes,
            method,
            verb: None,
            allow: Vec::new(),
        };
        let whole = segments.last().copied().unwrap_or_default();
        if let Some((stem, verb)) = whole.rsplit_once(':') {
            let last = segments.len() - 1;
            segments[last] = stem;
            search.verb = Some(verb);
            if let Some(id) = search.walk(0, &segments) {
                return Ok((id, segments));
            }
            segments[last] = whole;
            search.verb = None;
        }
        if search.allow.is_empty()
            && let Some(id) = search.walk(0, &segments)
        {
            return Ok((id, segments));
        }
        if search.allow.is_empty() {
            return Err(RouteError::NotFound);
        }
        let mut allow = search.allow;
        allow.sort_by(|a, b| a.as_str().cmp(b.as_str()));
        allow.dedup();
        Err(RouteError::MethodNotAllowed { allow })
    }
}

// === impl Search ===

impl Search<'_> {
    fn walk(&mut self, at: usize, segments: &[&str]) -> Option<BindingId> {
        let node = &self.nodes[at];
        let Some((first, rest)) = segments.split_first() else {
            // `**` matches no segment at all, too.
            return self
                .leaf(at)
                .or_else(|| node.many.and_then(|many| self.leaf(many)));
        };
        if let Some(id) = node
            .literals
            .get(*first)
            .and_then(|&next| self.walk(next, rest))
        {
            return Some(id);
        }
        if let (Some(one), false) = (node.one, first.is_empty())
            && let Some(id) = self.walk(one, rest)
        {
            return Some(id);
        }
        let many = node.many?;
        (0..=segments.len()).find_map(|taken| self.walk(many, &segments[taken..]))
    }

    fn leaf(&mut self, at: usize) -> Option<BindingId> {
        let leaf = self.nodes[at]
            .leaves
            .iter()
            .find(|leaf| leaf.verb.as_deref() == self.verb)?;
        let bound = |wanted: Option<&Method>| {
            leaf.bindings
                .iter()
                .find(|(method, _)| method.as_ref() == wanted)
                .map(|(_, id)| *id)
        };
        let found = bound(Some(self.method)).or_else(|| bound(None));
        if found.is_none() {
            self.allow.extend(
                leaf.bindings
                    .iter()
                    .filter_map(|(method, _)| method.clone()),
            );
        }
        found
    }
}

// === captures ===

/// What the path says for each variable, decoded.
pub(crate) fn captures(template: &Template, segments: &[&str]) -> Result<Vec<String>, RouteError> {
    template
        .variables
        .iter()
        .map(|variable| capture(template, variable, segments))
        .collect()
}

fn capture(
    template: &Template,
    variable: &Variable,
    segments: &[&str],
) -> Result<String, RouteError> {
    let many = template
        .segments
        .iter()
        .position(|segment| *segment == Segment::Many);
    // An index of the template, as one of the path: what follows `**` is counted from the end.
    let place = |index: usize| match many {
        Some(many) if index > many => (segments.len() + index) - template.segments.len(),
        _ => index,
    };
    let part = segments[place(variable.start)..place(variable.end)].join("/");
    let keep = if variable.single {
        Keep::Nothing
    } else {
        Keep::Reserved
    };
    let text = percent::decode(&part, keep).map_err(|reason| RouteError::BadPath { reason })?;
    if text.contains('\0') {
        return Err(RouteError::BadPath {
            reason: "a variable holds NUL",
        });
    }
    Ok(text.into_owned())
}

fn split(path: &str) -> Result<Vec<&str>, RouteError> {
    let rest = path.strip_prefix('/').ok_or(RouteError::BadPath {
        reason: "a path must begin with `/`",
    })?;
    if rest.is_empty() {
        return Ok(Vec::new());
    }
    let segments: Vec<&str> = rest.split('/').collect();
    if segments.iter().any(|segment| is_dot_segment(segment)) {
        return Err(RouteError::BadPath {
            reason: "dot segments are refused",
        });
    }
    Ok(segments)
}

/// `.` and `..`, with dots escaped or not.
fn is_dot_segment(segment: &str) -> bool {
    if !segment.starts_with(['.', '%']) || segment.len() > 6 {
        return false;
    }
    matches!(
        segment.to_ascii_lowercase().replace("%2e", ".").as_str(),
        "." | ".."
    )
}
