//! What lines of code look like in any language: each weighs little, several make a region.

use super::construct as c;
use crate::guard::code::language::Language::Other;
use crate::pattern::Edge::{Any, Line};
use crate::pattern::Pattern;

pub(super) const SHAPES: &[Pattern] = &[
    c(Other, 1.5, Any, &[");"], r"\);[ \t\r]*(?m:$)"),
    c(Other, 1.0, Line, &["}"], r"\}[;,)]*[ \t\r]*(?m:$)"),
    c(Other, 1.0, Line, &["//"], r"//[^/\n]"),
    c(Other, 1.5, Line, &["/*"], r"/\*"),
    c(Other, 1.5, Line, &[";;"], r";;+ \S"),
    c(
        Other,
        1.0,
        Any,
        &[" == ", " != ", " && ", " || ", " += ", " -= "],
        r" (?:==|!=|&&|\|\||\+=|-=) ",
    ),
    c(Other, 1.0, Any, &[" = "], r" = [^=\n][^\n]*;[ \t\r]*(?m:$)"),
    c(Other, 1.0, Any, &[" = "], r" = (?:new )?[\w.:>-]+[(\[]"),
    c(Other, 1.0, Any, &[" := "], r" := [^\n]*;[ \t\r]*(?m:$)"),
    c(
        Other,
        2.0,
        Line,
        &[
            "if (", "if(", "while (", "while(", "for (", "for(", "switch (",
        ],
        r"(?:if|while|for|switch) ?\([^\n]*\)[ \t\r]*(?m:$)",
    ),
    c(
        Other,
        1.0,
        Line,
        &["else", "begin", "endif", "then", "do"],
        r"(?:else:?|endif|begin|do|then)[ \t\r]*(?m:$)",
    ),
    c(
        Other,
        1.0,
        Line,
        &["end"],
        r"end(?: (?:if|do|loop|while|case|process))?[;,)]?[ \t\r]*(?m:$)",
    ),
    c(Other, 1.5, Line, &["return"], r"return(?:;|\s[\w.]+\()"),
];
