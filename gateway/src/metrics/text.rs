//! The text format of Prometheus, as much of it as we need.

use std::fmt::Write;

const PREFIX: &str = "guardmesh_gateway_";

/// What a family's values are.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// They only grow.
    Counter,
    /// They come and go.
    Gauge,
}

/// A text under way.
#[derive(Default)]
pub(super) struct Text {
    text: String,
    family: &'static str,
}

// === impl Text ===

impl Text {
    /// Begins a family of samples. Its name and its help have no character to be escaped.
    pub(super) fn family(&mut self, name: &'static str, kind: Kind, help: &str) {
        let kind = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
        };
        self.family = name;
        let _ = writeln!(self.text, "# HELP {PREFIX}{name} {help}");
        let _ = writeln!(self.text, "# TYPE {PREFIX}{name} {kind}");
    }

    /// A sample of the family.
    pub(super) fn sample(&mut self, labels: &[(&str, &str)], value: u64) {
        let _ = write!(self.text, "{PREFIX}{}", self.family);
        for (place, (name, value)) in labels.iter().enumerate() {
            let open = if place == 0 { '{' } else { ',' };
            let _ = write!(self.text, "{open}{name}=\"{}\"", escaped(value));
        }
        let close = if labels.is_empty() { "" } else { "}" };
        let _ = writeln!(self.text, "{close} {value}");
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}

fn escaped(value: &str) -> String {
    let value = value.replace('\\', "\\\\").replace('"', "\\\"");
    value.replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_have_samples_and_values_are_escaped() {
        let mut text = Text::default();
        text.family("calls_total", Kind::Counter, "Calls.");
        text.sample(&[], 1);
        text.sample(&[("a", "x"), ("b", "q\"\\\n")], 2);
        assert_eq!(
            text.finish(),
            "# HELP guardmesh_gateway_calls_total Calls.\n\
             # TYPE guardmesh_gateway_calls_total counter\n\
             guardmesh_gateway_calls_total 1\n\
             guardmesh_gateway_calls_total{a=\"x\",b=\"q\\\"\\\\\\n\"} 2\n"
        );
    }
}
