//! Requests: the router against a matcher that is slow and simple, and what comes of the request
//! against prost-reflect.

use std::ptr;

use guardmesh_transcoder::{Binding, RouteError};
use http::Method;

use crate::contract::{TRANSCODER, decode};

/// A request as text: method, target, and what follows the first line feed as the body.
pub fn request(data: &[u8]) {
    let line_end = data
        .iter()
        .position(|byte| *byte == b'\n')
        .unwrap_or(data.len());
    let (line, body) = data.split_at(line_end);
    let body = body.get(1..).unwrap_or_default();
    let Some((verb, target)) = std::str::from_utf8(line)
        .ok()
        .and_then(|l| l.split_once(' '))
    else {
        return;
    };
    let Ok(verb) = Method::from_bytes(verb.as_bytes()) else {
        return;
    };
    let (path, query) = target
        .split_once('?')
        .map_or((target, None), |(p, q)| (p, Some(q)));
    let candidates = candidates(path);
    let for_verb = |binding: &Binding| binding.http_method().is_none_or(|method| *method == verb);
    let route = match TRANSCODER.route(&verb, path) {
        Ok(route) => route,
        Err(RouteError::BadPath { .. }) => return,
        Err(RouteError::NotFound) => {
            let templates = candidates.iter().map(|binding| binding.template());
            assert_eq!(templates.collect::<Vec<_>>(), [""; 0]);
            return;
        }
        Err(RouteError::MethodNotAllowed { allow }) => {
            assert!(!allow.contains(&verb) && !allow.is_empty());
            assert!(!candidates.is_empty() && !candidates.into_iter().any(for_verb));
            return;
        }
    };
    let is_candidate = candidates.iter().any(|c| ptr::eq(*c, route.binding()));
    assert!(is_candidate && for_verb(route.binding()));
    for (_, value) in route.captures() {
        assert!(!value.contains('\0'));
    }
    let input = route.method().descriptor().input();
    if let Ok(wire) = route.encode_request(query, None, body) {
        assert!(decode(input.clone(), &wire).is_some());
    }
    if let Ok(mut stream) = route.request_stream(query, None)
        && let Ok(wire) = stream.encode(body)
    {
        assert!(decode(input, &wire).is_some());
    }
}

/// The bindings that the path may belong to: those that match it with the `:verb` that it ends in;
/// without any, those that match it otherwise.
fn candidates(path: &str) -> Vec<&'static Binding> {
    let bindings = TRANSCODER
        .methods()
        .iter()
        .flat_map(guardmesh_transcoder::Method::bindings);
    let has_verb = |binding: &&Binding| {
        let pattern = without_variables(binding.template());
        split_verb(&pattern).1.is_some()
    };
    let (of_verb, others): (Vec<_>, Vec<_>) = bindings
        .filter(|binding| matches(binding.template(), path))
        .partition(has_verb);
    if of_verb.is_empty() { others } else { of_verb }
}

/// The template, variables and all, matches the path.
fn matches(template: &str, path: &str) -> bool {
    let pattern = without_variables(template);
    let (stem, verb) = split_verb(&pattern);
    let Some(path) = path.strip_prefix('/') else {
        return false;
    };
    let path = match verb {
        Some(verb) => match path.rsplit_once(':') {
            Some((path, found)) if found == verb => path,
            _ => return false,
        },
        None => path,
    };
    let split = |text: &str| -> Vec<String> {
        if text.is_empty() {
            Vec::new()
        } else {
            text.split('/').map(str::to_owned).collect()
        }
    };
    // A verb may stand behind an empty segment; the root alone has none.
    let segments = if path.is_empty() && verb.is_some() {
        vec![String::new()]
    } else {
        split(path)
    };
    all(&split(stem.strip_prefix('/').unwrap_or(stem)), &segments)
}

fn all(pattern: &[String], segments: &[String]) -> bool {
    match (pattern.split_first(), segments.split_first()) {
        (None, None) => true,
        (Some((first, rest)), _) if first == "**" => {
            (0..=segments.len()).any(|taken| all(rest, &segments[taken..]))
        }
        (Some((first, rest)), Some((segment, others))) => {
            (first == segment || first == "*" && !segment.is_empty()) && all(rest, others)
        }
        _ => false,
    }
}

/// `/v1/{a=x/*}/{b}` as `/v1/x/*/*`.
fn without_variables(template: &str) -> String {
    let mut pattern = String::new();
    let mut rest = template;
    while let Some((before, variable)) = rest.split_once('{') {
        let (variable, after) = variable.split_once('}').expect("a closed variable");
        pattern.push_str(before);
        pattern.push_str(variable.split_once('=').map_or("*", |(_, pattern)| pattern));
        rest = after;
    }
    pattern + rest
}

fn split_verb(pattern: &str) -> (&str, Option<&str>) {
    match pattern.rsplit_once(':') {
        Some((stem, verb)) if !verb.contains('/') => (stem, Some(verb)),
        _ => (pattern, None),
    }
}
