//! The languages that are told apart, and what fences call them.

/// A language; the number is that of its rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Python,
    JavaScript,
    TypeScript,
    Java,
    Kotlin,
    Scala,
    CSharp,
    C,
    Cpp,
    Go,
    Rust,
    Swift,
    Php,
    Ruby,
    Perl,
    Lua,
    R,
    Shell,
    PowerShell,
    Sql,
    Html,
    Css,
    Json,
    Yaml,
    Other,
}

use Language::{
    C, CSharp, Cpp, Css, Go, Html, Java, JavaScript, Json, Kotlin, Lua, Other, Perl, Php,
    PowerShell, Python, R, Ruby, Rust, Scala, Shell, Sql, Swift, TypeScript, Yaml,
};

/// All of them, in the order of their numbers.
pub(super) const ALL: [Language; 25] = [
    Python, JavaScript, TypeScript, Java, Kotlin, Scala, CSharp, C, Cpp, Go, Rust, Swift, Php,
    Ruby, Perl, Lua, R, Shell, PowerShell, Sql, Html, Css, Json, Yaml, Other,
];

/// Their ids, in the same order.
pub(super) const IDS: [&str; ALL.len()] = [
    "python",
    "javascript",
    "typescript",
    "java",
    "kotlin",
    "scala",
    "csharp",
    "c",
    "cpp",
    "go",
    "rust",
    "swift",
    "php",
    "ruby",
    "perl",
    "lua",
    "r",
    "shell",
    "powershell",
    "sql",
    "html",
    "css",
    "json",
    "yaml",
    "other",
];

const DESCRIPTIONS: [&str; ALL.len()] = [
    "Python",
    "JavaScript",
    "TypeScript",
    "Java",
    "Kotlin",
    "Scala",
    "C#",
    "C",
    "C++",
    "Go",
    "Rust",
    "Swift",
    "PHP",
    "Ruby",
    "Perl",
    "Lua",
    "R",
    "Shell commands and scripts",
    "PowerShell",
    "SQL",
    "HTML and XML",
    "CSS",
    "JSON",
    "YAML",
    "Code of another language, or of one that is not clear",
];

/// What the info string of a fence says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Info {
    Known(Language),
    /// That it is no code.
    NoCode,
    /// A word that is not known here.
    Unknown,
    Absent,
}

// === impl Language ===

impl Language {
    pub(super) const fn id(self) -> &'static str {
        IDS[self as usize]
    }

    pub(super) const fn description(self) -> &'static str {
        DESCRIPTIONS[self as usize]
    }

    /// The languages that this one has in itself: what tells of them tells of it as well.
    pub(super) const fn includes(self) -> &'static [Self] {
        match self {
            TypeScript => &[JavaScript],
            Cpp => &[C],
            Php => &[Html],
            _ => &[],
        }
    }
}

/// Reads the info string of a fence, such as `python title="x"` or `{.python}`.
pub(super) fn of_info(info: &str) -> Info {
    let info = info.trim().trim_start_matches(['{', '.', ' ']);
    let end = info.find([' ', '\t', ',', ':', '{', '}']);
    let word = info[..end.unwrap_or(info.len())].to_ascii_lowercase();
    if let Some(index) = IDS.iter().position(|id| *id == word) {
        return Info::Known(ALL[index]);
    }
    let language = match word.as_str() {
        "" => return Info::Absent,
        "text" | "txt" | "plain" | "plaintext" | "none" | "output" | "log" | "markdown" | "md"
        | "csv" | "quote" | "email" => return Info::NoCode,
        "py" | "python3" | "py3" | "ipython" | "pycon" => Python,
        "js" | "jsx" | "mjs" | "cjs" | "node" | "nodejs" => JavaScript,
        "ts" | "tsx" => TypeScript,
        "kt" | "kts" => Kotlin,
        "cs" | "c#" => CSharp,
        "h" => C,
        "c++" | "cc" | "cxx" | "hpp" => Cpp,
        "golang" => Go,
        "rs" => Rust,
        "rb" | "irb" => Ruby,
        "pl" => Perl,
        "rscript" => R,
        "sh" | "bash" | "zsh" | "fish" | "console" | "terminal" | "shellsession"
        | "shell-session" | "cmd" | "bat" => Shell,
        "ps1" | "pwsh" | "ps" => PowerShell,
        "psql" | "postgres" | "postgresql" | "mysql" | "plsql" | "tsql" | "sqlite" => Sql,
        "htm" | "xml" | "svg" | "xhtml" | "vue" | "svelte" => Html,
        "scss" | "sass" | "less" => Css,
        "jsonc" | "json5" | "jsonl" | "ndjson" => Json,
        "yml" => Yaml,
        _ => return Info::Unknown,
    };
    Info::Known(language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_order_agree() {
        for (number, language) in ALL.into_iter().enumerate() {
            assert_eq!(language as usize, number);
        }
    }

    #[test]
    fn info_strings_are_read_by_their_first_word() {
        for (info, wanted) in [
            (" Python title=\"a\"", Info::Known(Python)),
            ("{.rust .numbers}", Info::Known(Rust)),
            ("c++", Info::Known(Cpp)),
            ("ts,ignore", Info::Known(TypeScript)),
            ("text", Info::NoCode),
            ("zig", Info::Unknown),
            (" ", Info::Absent),
        ] {
            assert_eq!(of_info(info), wanted, "{info:?}");
        }
    }
}
