//! Text that becomes code.

use super::Kind::Eval;
use crate::pattern::Edge::{Any, Call, Word};
use crate::pattern::Pattern;

#[rustfmt::skip]
pub(super) const PATTERNS: &[Pattern] = &[
    // Python, JavaScript, PHP, Ruby
    Pattern::code(Eval, 0.75, "value run as code", &["eval("], Call,
        r#"eval\(\s*(?:[A-Za-z_$@][^)\n]*|["'`][^"'`\n]*["'`]\s*[+.%][^)\n]*|`[^`\n]*\$\{[^)\n]*|f["'][^"'\n]*\{[^)\n]*|"[^"\n]*(?:#\{|\$\w)[^)\n]*)\)?"#),
    Pattern::code(Eval, 0.75, "value run as code", &["window.eval(", "globalthis.eval(", "global.eval(", "kernel.eval(", "binding.eval(", "builtins.eval(", "builtins.exec("], Word,
        r#"\w+\.(?:eval|exec)\(\s*(?:[A-Za-z_$@]|`[^`\n]*\$\{|["'][^"'\n]*["']\s*[+%]|"[^"\n]*#\{)[^)\n]*\)?"#),
    Pattern::code(Eval, 0.75, "value run as code", &["exec("], Call,
        r#"exec\(\s*(?:f["'][^"'\n]*\{|compile\(|open\(|input\(|[a-z_]\w*(?:\.\w+(?:\(\))?|\[[^\]\n]*\])*\s*(?:\)|,\s*(?:globals|locals|\{|ns|env)))"#),
    // Shell
    Pattern::code(Eval, 0.75, "value run as code", &["eval \""], Word,
        r#"eval "[^"\n]*\$[A-Za-z_{1-9]"#),
    Pattern::code(Eval, 0.7, "value compiled as code", &["compile(", "execfile("], Call,
        r#"(?:compile\(\s*[a-z_]\w*(?:\.\w+)*\s*,[^)\n]{0,80},\s*["'](?:exec|eval|single)["']|execfile\(\s*[a-z_])"#),
    Pattern::code(Eval, 0.75, "value run as code", &["new function("], Word,
        r#"new Function\(\s*(?:[^)"'`\s]|["'`][^"'`\n]*["'`]\s*,\s*[A-Za-z_$]|["'`][^"'`\n]*["'`]\s*\+|(?:["'][^"'\n]*["']\s*,\s*)*`[^`\n]*\$\{)[^)\n]*"#),
    Pattern::code(Eval, 0.7, "text run as code by a timer", &["settimeout(", "setinterval("], Word,
        r#"set(?:Timeout|Interval)\(\s*(?:["'`][^"'`\n]*["'`]\s*[,+]|`[^`\n]*\$\{)"#),
    Pattern::code(Eval, 0.75, "value run as code", &["vm.runin", "runinnewcontext(", "runinthiscontext(", "new vm.script("], Word,
        r"(?:(?:vm\.)?runIn(?:New|This)?Context|new vm\.Script)\(\s*(?:[A-Za-z_$]|`[^`\n]*\$\{)"),
    // Java
    Pattern::code(Eval, 0.8, "value run as code", &["engine.eval(", "scriptengine.eval(", "groovyshell", "parseexpression(", "ognl.getvalue(", "mvel.eval(", "mvel.executeexpression("], Word,
        r#"(?:(?i:script)?[eE]ngine\.eval|GroovyShell\([^)\n]*\)\.(?:evaluate|parse)|parseExpression|Ognl\.getValue|MVEL\.(?:eval|executeExpression))\(\s*(?:[A-Za-z_]|"[^"\n]*"\s*\+)"#),
    // PHP
    Pattern::code(Eval, 0.8, "value run as code", &["create_function(", "assert(", "call_user_func(", "call_user_func_array(", "preg_replace("], Call,
        r#"(?:create_function\(\s*["'$]|(?:assert|call_user_func(?:_array)?)\(\s*\$_(?:GET|POST|REQUEST|COOKIE)|preg_replace\(\s*["'](?:/[^/\n]{0,80}/|#[^#\n]{0,80}#|~[^~\n]{0,80}~)[a-z]*e[a-z]*["'])"#),
    Pattern::code(Eval, 0.8, "file of a request run as code", &["include", "require", "include_once", "require_once"], Call,
        r#"(?:include|require)(?:_once)?\s*\(?\s*(?:["'][^"'\n]{0,60}["']\s*\.\s*)?\$_(?:GET|POST|REQUEST|COOKIE)"#),
    // Ruby
    Pattern::code(Eval, 0.75, "value run as code", &["instance_eval", "class_eval", "module_eval", "instructionsequence.compile"], Word,
        r#"(?:(?:instance|class|module)_eval[( ]\s*(?:params|request|"[^"\n]*#\{)|(?:instance|class|module)_eval\(\s*[a-z_]\w*\s*[),]|InstructionSequence\.compile\()"#),
    Pattern::code(Eval, 0.7, "method or type named by a request", &[".send(params", ".public_send(params", "params["], Any,
        r"(?:\.(?:public_)?send\(params\[|params\[[^\]\n]{1,40}\](?:\.\w+){0,2}\.constantize\b)"),
    // C#
    Pattern::code(Eval, 0.8, "value run as code", &["csharpscript.", "compileassemblyfromsource(", "invoke-expression"], Word,
        r"(?:(?i:invoke-expression)\s+[$(]|CSharpScript\.(?:Evaluate|Run|Create)(?:Async)?(?:<\w+>)?\(\s*[A-Za-z_$]|CompileAssemblyFromSource\([^)\n]{0,60},\s*[a-z_])"),
];
