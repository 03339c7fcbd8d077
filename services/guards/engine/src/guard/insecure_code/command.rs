//! Command lines that are put together from values, and commands that a shell reads.

use super::Kind::Shell;
use crate::finding::Span;
use crate::pattern::Edge::{Any, Call, Word};
use crate::pattern::{Matcher, Pattern};

/// How far before an interpolation a command in backticks may begin.
const COMMAND: usize = 160;

#[rustfmt::skip]
pub(super) const PATTERNS: &[Pattern] = &[
    // Python
    Pattern::code(Shell, 0.8, "command line from values", &["os.system(", "os.popen", "popen2.", "commands.get", "subprocess.get"], Word,
        r#"(?:os\.(?:system|popen[234]?)|popen2\.popen[234]?|commands\.get(?:status)?output|subprocess\.get(?:status)?output)\(\s*(?:[rf]{0,2}f["'][^"'\n]*\{|[A-Za-z_]\w*\s*[)+\[.(%,]|["'][^"'\n]*["']\s*(?:\+|%|\.format))[^)\n]*"#),
    Pattern::code(Shell, 0.75, "command through a shell", &["subprocess."], Word,
        r"subprocess\.(?:run|call|Popen|check_output|check_call|getoutput)\([^)]{0,240}?shell\s*=\s*(?:True|1)\b"),
    Pattern::code(Shell, 0.75, "command through a shell", &["shell=true", "shell = true", "shell=1"], Word,
        r"shell\s*=\s*(?:True|1)\b"),
    Pattern::code(Shell, 0.75, "command line from values", &["create_subprocess_shell(", "exec_command(", "pexpect.spawn("], Word,
        r#"(?:create_subprocess_shell|exec_command|pexpect\.spawn)\(\s*(?:f["'][^"'\n]*\{|[a-z_]\w*\s*[)+%,]|["'][^"'\n]*["']\s*(?:\+|%|\.format))"#),
    // JavaScript
    Pattern::code(Shell, 0.8, "command line from values", &["exec(", "execsync("], Word,
        r#"exec(?:Sync)?\(\s*(?:`[^`\n]*\$\{[^`\n]*`|["'][^"'\n]*["']\s*\+)[^)\n]*"#),
    Pattern::code(Shell, 0.75, "command line from values", &["child_process.exec", "childprocess.exec", "cp.exec", "shell.exec(", "shelljs.exec(", "execa.command", "execsync("], Word,
        r"(?:(?:child_process|childProcess|cp)\.exec(?:Sync)?|shell(?:js)?\.exec|execa\.command(?:Sync)?|execSync)\(\s*[A-Za-z_$][\w.$\[\]]*\s*[,)+]"),
    Pattern::code(Shell, 0.75, "command line from values", &["exec(", "execsync("], Call,
        r"exec(?:Sync)?\(\s*[a-z_$][\w.$]*\s*,\s*(?:\(\w|function\b|async\b|\{)"),
    Pattern::code(Shell, 0.75, "command line from values", &["rt.exec(", "runtime.exec("], Word,
        r#"(?:rt|runtime)\.exec\(\s*(?:[a-z]\w*\s*[,)]|"[^"\n]*"\s*\+)"#),
    Pattern::code(Shell, 0.75, "command through a shell", &["shell: true", "shell:true"], Word,
        r"shell:\s*true\b"),
    Pattern::code(Shell, 0.75, "command that a request names", &["exec(", "execsync(", "execfile(", "spawn(", "spawnsync("], Word,
        r"(?:exec(?:Sync|File)?|spawn(?:Sync)?)\(\s*(?:req(?:uest)?\.(?:query|params|body)|userInput|user_input|params\[)"),
    // A shell and its command as arguments, in any language
    Pattern::code(Shell, 0.8, "command line from values",
        &["\"sh\"", "\"bash\"", "\"/bin/sh\"", "\"/bin/bash\"", "'sh'", "'bash'", "'/bin/sh'", "'/bin/bash'", "\"cmd\"", "\"cmd.exe\"", "'cmd.exe'", "\"powershell\"", "\"powershell.exe\"", "\"/usr/bin/env\""], Any,
        r#"["'][\w./]{2,14}["']\s*,\s*(?:["'](?:sh|bash)["']\s*,\s*)?\[?\s*["'](?:-l?c|/[cCkK]|-[cC]ommand)["']\s*,\s*(?:f["']|\$@?"|[A-Za-z_$&*][\w.$&*\[\]]*\s*[,)\]}+(%]|["`][^"`\n]*["`]\s*(?:\+|%|\.format)|'[^'\n]*'\s*(?:\+|%|\.format)|`[^`\n]*\$\{|"[^"\n]*#\{)"#),
    Pattern::code(Shell, 0.8, "command line from values", &["processbuilder("], Word,
        r#"ProcessBuilder\(\s*"(?:/bin/)?(?:ba|z)?sh"\s*,\s*"-c"\s*,\s*(?:[A-Za-z_]|"[^"\n]*"\s*\+)"#),
    Pattern::code(Shell, 0.8, "command line from values", &["exec.command(", "exec.commandcontext("], Word,
        r#"exec\.Command(?:Context\(\s*[\w.()]+\s*,\s*|\(\s*)"(?:/bin/)?(?:ba|z)?sh"\s*,\s*"-c"\s*,\s*(?:[A-Za-z_]|["`][^"`\n]*["`]\s*\+)"#),
    // Java and C#
    Pattern::code(Shell, 0.8, "command line from values", &["getruntime().exec("], Word,
        r#"getRuntime\(\)\.exec\(\s*(?:"[^"\n]*"\s*\+|[A-Za-z_]\w*\s*[)+,])"#),
    Pattern::code(Shell, 0.7, "command line from values", &[".exec(\""], Any,
        r#"\.exec\(\s*"[^"\n]*\s[^"\n]*"\s*\+\s*[A-Za-z_]"#),
    Pattern::code(Shell, 0.8, "command line from values", &["process.start("], Word,
        r#"Process\.Start\(\s*"[^"\n]*"\s*,\s*(?:\$@?"[^"\n]*\{|@?"[^"\n]*"\s*\+)"#),
    Pattern::code(Shell, 0.6, "program that a value names", &["process.start("], Word,
        r"Process\.Start\(\s*(?:command|cmd|input|userInput|fileName|path|args?|program|Request)\w*(?:\.\w+|\[[^\]\n]*\])*\s*[,)]"),
    Pattern::code(Shell, 0.75, "command line from values", &["processstartinfo(", "arguments = ", "arguments="], Word,
        r#"(?:ProcessStartInfo\(\s*"[^"\n]*"\s*,\s*(?:\$@?"[^"\n]*\{|@?"[^"\n]*"\s*\+|[a-z]\w*\s*\))|Arguments\s*=\s*(?:\$@?"[^"\n]*\{|@?"[^"\n]*"\s*\+|[sS]tring\.Format\())"#),
    // Go
    Pattern::code(Shell, 0.75, "program that a request names", &["exec.command(", "exec.commandcontext("], Word,
        r"exec\.Command(?:Context\(\s*[\w.()]+\s*,|\()\s*(?:r\.(?:FormValue|URL)|req(?:uest)?\.(?:FormValue|URL)|os\.(?:Args|Getenv)|c\.(?:Query|Param)|userInput|user_input)"),
    // PHP, Ruby, C, Rust
    Pattern::code(Shell, 0.8, "command line from values",
        &["shell_exec(", "passthru(", "proc_open(", "popen(", "system(", "exec(", "pcntl_exec(", "spawn(", "exec ", "system "], Call,
        r#"(?:(?:shell_exec|passthru|proc_open|popen|system|exec|pcntl_exec|spawn)\(\s*(?:\$\w|"[^"\n]*(?:\$\w|\{\$|#\{)|["'][^"'\n]*["']\s*\.\s*\$)|(?:system|exec) "[^"\n]*#\{)[^)\n]*"#)
        .unless(&["escapeshellarg", "escapeshellcmd", "Shellwords", "shellescape"]),
    Pattern::code(Shell, 0.8, "command line from values",
        &["kernel.system(", "kernel.exec(", "kernel.spawn(", "process.spawn(", "io.popen(", "open3.", "kernel.open(", "pty.spawn("], Word,
        r#"(?:(?:Kernel|Process|IO|PTY)\.(?:system|exec|spawn|popen|open)|Open3\.(?:capture2e?|capture3|popen[23]e?|pipeline))\(\s*\[?\s*(?:"[^"\n]*#\{|params\[|[a-z_]\w*\s*[),]|"[^"\n]*"\s*\+)"#)
        .unless(&["Shellwords", "shellescape"]),
    Pattern::code(Shell, 0.75, "command through a shell", &["exec([", "spawn([", "system(["], Call,
        r#"(?:exec|spawn|system)\(\[\s*"(?:/bin/)?(?:ba|z)?sh"\s*,(?:\s*"-c"\s*,)?\s*[a-z_]"#),
    Pattern::code(Shell, 0.7, "command line from values", &["system(", "popen("], Call,
        r#"(?:system|popen)\(\s*[a-z_]\w*(?:\.c_str\(\))?\s*(?:\)\s*;|,\s*"[rw]+"\s*\))"#),
    Pattern::code(Shell, 0.7, "command line from values", &["execl(", "execlp(", "execle(", "winexec(", "shellexecute(", "shellexecutea("], Call,
        r#"(?:execl[pe]?\([^;\n]{0,60}"-c"\s*,\s*[a-z_]|WinExec\(\s*[a-z_]|ShellExecuteA?\([^;\n]{0,80},\s*[a-z_]\w*\s*,)"#),
    Pattern::code(Shell, 0.8, "command line from values", &["%x"], Word,
        r"%x[({\[][^)}\]\n]*#\{"),
    Pattern::code(Shell, 0.8, "command line from values", &["command::new("], Word,
        r#"Command::new\(\s*"(?:/bin/)?(?:ba|z)?sh"\s*\)\s*\.arg\(\s*"-c"\s*\)\s*\.arg\(\s*(?:&?format!|&?[a-z_]\w*\s*\))"#),
    Pattern {
        rule: Shell as usize,
        preview: "command line from values",
        score: 0.7,
        keywords: &["#{", "$_get", "$_post", "$_request"],
        edge: Any,
        matcher: Matcher::Code(in_backticks),
        unless: &["Shellwords", "shellescape", "escapeshellarg"],
    },
];

/// A command of Ruby or PHP in backticks that a value goes into: `` `ls #{path}` ``. The value stands at
/// the keyword.
fn in_backticks(text: &str, value: Span) -> Option<Span> {
    let from = text.ceil_char_boundary(value.start.saturating_sub(COMMAND));
    let to = text.floor_char_boundary(text.len().min(value.end + COMMAND));
    let before = text[from..value.start].rsplit('\n').next()?;
    let after = text[value.end..to].split('\n').next()?;
    let (outside, command) = before.rsplit_once('`')?;
    let opens = outside.matches('`').count() % 2 == 0 && !outside.contains(['"', '\'']);
    // A template of JavaScript or a word of Markdown is not run.
    let runs = outside.trim_end().is_empty() || outside.trim_end().ends_with(['=', '(']);
    let named = command
        .trim_start()
        .starts_with(|c: char| c.is_ascii_lowercase() || c == '/');
    let close = after.find('`')?;
    let start = value.start - command.len() - 1;
    (opens && runs && named).then(|| Span::new(start, value.end + close + 1))
}
