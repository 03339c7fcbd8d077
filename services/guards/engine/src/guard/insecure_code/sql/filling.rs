//! How a value gets into a literal: by an operator after it, by a mark within it, or by a call that
//! formats it.

/// What joins a literal to what follows: `+`, `.` of PHP and Perl, `&` of Basic, `<<`, `||`, `..` of Lua.
const JOINS: [&str; 5] = ["+", "<<", "||", "..", "&"];

/// `" + name`, `" . $name`, `" % name`, `".format(`, `" || name`, `").append(name`.
pub(super) fn concatenates(after: &str) -> bool {
    let after = after.trim_start_matches(['"', '\'', '`']).trim_start();
    if after.starts_with(".format(") || after.starts_with(".formatted(") {
        return true;
    }
    if let Some(rest) = after.strip_prefix('%') {
        let rest = rest.trim_start();
        return rest.starts_with(['(', '[', '{']) || is_value(rest);
    }
    let appended = after.strip_prefix(')').map(str::trim_start);
    let appended = appended.and_then(|rest| {
        rest.strip_prefix(".append(")
            .or(rest.strip_prefix(".Append("))
    });
    if let Some(rest) = appended {
        return is_value(rest);
    }
    if let Some(rest) = after.strip_prefix('.') {
        let rest = rest.trim_start_matches([' ', '\n', '\t', '(']);
        // In prose, a sentence may follow.
        let name = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
        return rest.starts_with('$')
            || is_value(rest) && name.starts_with('(') && after[1..].starts_with(' ');
    }
    let joined = JOINS.iter().find_map(|join| after.strip_prefix(join));
    joined.is_some_and(|rest| is_value(rest.trim_start().trim_start_matches('(')))
}

/// The quote of the literal that is joined to this one at once, and how far it begins after it.
pub(super) fn next_literal(after: &str) -> Option<(usize, char)> {
    let rest = after.trim_start();
    let rest = JOINS
        .iter()
        .chain(&["."])
        .find_map(|join| rest.strip_prefix(join))
        .unwrap_or(rest)
        .trim_start();
    // A literal of its own may have a prefix: `f"…" f"…"`.
    let rest = rest.strip_prefix(['f', 'F', 'r', '$', '@']).unwrap_or(rest);
    let quote = rest
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\'' | '`'))?;
    Some((after.len() - rest.len() + 1, quote))
}

/// `f"… {name}"`, `$"… {name}"`, `` `… ${name}` ``, `"… #{name}"`, `"… $name"`, `"… \(name)"`.
pub(super) fn interpolates(before: &str, quote: char, body: &str) -> bool {
    let letters = before.len() - before.trim_end_matches(['f', 'F', 'r', 'R', 's']).len();
    let (word, prefix) = before.split_at(before.len() - letters);
    let is_prefix = !word.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    let python = is_prefix && prefix.len() <= 2 && prefix.contains(['f', 'F']);
    let scala = is_prefix && prefix == "s";
    let sharp = before.ends_with('$') || before.ends_with("$@") || before.ends_with("@$");
    let opens = |mark: &str| {
        body.match_indices(mark).any(|(at, _)| {
            let rest = body[at + mark.len()..].trim_start();
            is_value(rest)
        })
    };
    match quote {
        // A tag such as sql`…` binds its values.
        '`' => !before.ends_with(|c: char| c.is_ascii_alphanumeric()) && opens("${"),
        _ if python || sharp => opens("{"),
        _ if scala => opens("$") || opens("${"),
        '"' => opens("#{") || opens("{$") || opens("${") || opens("$") || opens("\\("),
        _ => false,
    }
}

/// `Sprintf("… %s", name)`, `String.format(`, `format!("… {}", name)`. What is formatted as a number cannot
/// break out.
pub(super) fn formats(before: &str, body: &str, after: &str) -> bool {
    let call = before
        .rfind("printf(")
        .into_iter()
        .chain(before.rfind("ormat("))
        .chain(before.rfind("format!("));
    let Some(call) = call.max() else {
        return false;
    };
    let between = &before[call..];
    if between.contains([';', '{']) || between.matches(')').count() >= between.matches('(').count()
    {
        return false;
    }
    let rust = between.starts_with("format!(");
    let filled = ["%s", "%v", "%q", "%1$s", "{}", "{0}"]
        .iter()
        .any(|mark| body.contains(mark));
    let named = rust
        && body
            .match_indices('{')
            .any(|(at, _)| is_value(&body[at + 1..]));
    let after = after.trim_start_matches(['"', '\'', '`']).trim_start();
    let value = after
        .strip_prefix(',')
        .is_some_and(|rest| is_value(rest.trim_start()));
    filled && value || named
}

/// Whether a value begins: a name that is not all in capitals, as those of constants are.
fn is_value(rest: &str) -> bool {
    let rest = rest.trim_start_matches(['$', '@', '*', '&']);
    let length = rest
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .unwrap_or(rest.len());
    let (name, after) = rest.split_at(length);
    let first = name.chars().next();
    let constant = name.len() > 1
        && !name.contains(|c: char| c.is_ascii_lowercase())
        && !after.starts_with(['.', '[', '(', ':']);
    (!constant || name.starts_with('_'))
        && first.is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
}
