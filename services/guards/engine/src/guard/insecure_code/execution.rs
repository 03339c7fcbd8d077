//! Text that becomes code, a command, an object or a page.

use super::Kind::{Deserialization, Eval, Html, Shell};
use crate::pattern::Edge::{Call, Word};
use crate::pattern::Pattern;

#[rustfmt::skip]
pub(super) const PATTERNS: &[Pattern] = &[
    // Python, JavaScript, PHP, Ruby
    Pattern::code(Eval, 0.75, "value run as code", &["eval("], Call,
        r#"eval\(\s*(?:[A-Za-z_$@][^)\n]*|["'`][^"'`\n]*["'`]\s*[+.%][^)\n]*)\)?"#),
    Pattern::code(Eval, 0.75, "value run as code", &["exec("], Call,
        r#"exec\(\s*(?:f["'][^"'\n]*\{|compile\(|open\(|input\(|[a-z_]\w*(?:\.\w+(?:\(\))?|\[[^\]\n]*\])*\s*(?:\)|,\s*(?:globals|locals|\{|ns|env)))"#),
    Pattern::code(Eval, 0.75, "value run as code", &["new function("], Word,
        r#"new Function\(\s*(?:[^)"'`\s]|["'`][^"'`\n]*["'`]\s*,\s*[A-Za-z_$]|["'`][^"'`\n]*["'`]\s*\+)[^)\n]*"#),
    Pattern::code(Eval, 0.7, "text run as code by a timer", &["settimeout(", "setinterval("], Word,
        r#"set(?:Timeout|Interval)\(\s*["'`][^"'`\n]*["'`]\s*[,+]"#),
    Pattern::code(Eval, 0.75, "value run as code", &["vm.runin", "runinnewcontext("], Word,
        r"(?:vm\.)?runIn(?:New|This)?Context\(\s*[A-Za-z_$]"),
    Pattern::code(Eval, 0.8, "value run as code", &["engine.eval(", "scriptengine.eval("], Word,
        r#"(?i:script)?[eE]ngine\.eval\(\s*(?:[A-Za-z_]|"[^"\n]*"\s*\+)"#),
    Pattern::code(Eval, 0.8, "value run as code", &["create_function(", "assert("], Call,
        r#"(?:create_function\(\s*["'$]|assert\(\s*\$_(?:GET|POST|REQUEST|COOKIE))"#),
    Pattern::code(Eval, 0.75, "value run as code", &["instance_eval", "class_eval", "module_eval"], Word,
        r#"(?:instance|class|module)_eval[( ]\s*(?:params|request|"[^"\n]*#\{)"#),
    Pattern::code(Eval, 0.8, "value run as code", &["invoke-expression", "csharpscript.evaluateasync("], Word,
        r"(?:(?i:invoke-expression)\s+[$(]|CSharpScript\.EvaluateAsync\(\s*[A-Za-z_])"),

    // Python
    Pattern::code(Shell, 0.8, "command line from values", &["os.system(", "os.popen("], Word,
        r#"os\.(?:system|popen)\(\s*(?:f["'][^"'\n]*\{|[A-Za-z_]\w*\s*[)+\[.]|["'][^"'\n]*["']\s*(?:\+|%|\.format))[^)\n]*"#),
    Pattern::code(Shell, 0.75, "command through a shell", &["subprocess."], Word,
        r"subprocess\.(?:run|call|Popen|check_output|check_call|getoutput)\([^)]{0,240}?shell\s*=\s*True"),
    // JavaScript
    Pattern::code(Shell, 0.8, "command line from values", &["exec(", "execsync("], Word,
        r#"exec(?:Sync)?\(\s*(?:`[^`\n]*\$\{[^`\n]*`|["'][^"'\n]*["']\s*\+)[^)\n]*"#),
    // Java, C#, Go
    Pattern::code(Shell, 0.8, "command line from values", &["getruntime().exec("], Word,
        r#"getRuntime\(\)\.exec\(\s*(?:"[^"\n]*"\s*\+|[A-Za-z_]\w*\s*[)+,])"#),
    Pattern::code(Shell, 0.8, "command line from values", &["processbuilder("], Word,
        r#"ProcessBuilder\(\s*"(?:/bin/)?(?:ba|z)?sh"\s*,\s*"-c"\s*,\s*(?:[A-Za-z_]|"[^"\n]*"\s*\+)"#),
    Pattern::code(Shell, 0.8, "command line from values", &["process.start("], Word,
        r#"Process\.Start\(\s*"[^"\n]*"\s*,\s*(?:\$@?"[^"\n]*\{|@?"[^"\n]*"\s*\+)"#),
    Pattern::code(Shell, 0.8, "command line from values", &["exec.command("], Word,
        r#"exec\.Command\(\s*"(?:/bin/)?(?:ba|z)?sh"\s*,\s*"-c"\s*,\s*(?:[A-Za-z_]|["`][^"`\n]*["`]\s*\+)"#),
    // PHP, Ruby, C, Rust
    Pattern::code(Shell, 0.8, "command line from values",
        &["shell_exec(", "passthru(", "proc_open(", "popen(", "system(", "exec("], Call,
        r#"(?:shell_exec|passthru|proc_open|popen|system|exec)\(\s*(?:\$\w|"[^"\n]*(?:\$\w|\{\$|#\{)|["'][^"'\n]*["']\s*\.\s*\$)[^)\n]*"#)
        .unless(&["escapeshellarg", "escapeshellcmd", "Shellwords"]),
    Pattern::code(Shell, 0.7, "command line from values", &["system(", "popen("], Call,
        r#"(?:system|popen)\(\s*[a-z_]\w*\s*(?:\)\s*;|,\s*"[rw]+"\s*\))"#),
    Pattern::code(Shell, 0.8, "command line from values", &["%x"], Word,
        r"%x[({\[][^)}\]\n]*#\{"),
    Pattern::code(Shell, 0.8, "command line from values", &["command::new("], Word,
        r#"Command::new\(\s*"(?:/bin/)?(?:ba|z)?sh"\s*\)\s*\.arg\(\s*"-c"\s*\)\s*\.arg\(\s*(?:&?format!|&?[a-z_]\w*\s*\))"#),

    Pattern::code(Deserialization, 0.75, "pickled objects", &["pickle.load", "dill.load", "pd.read_pickle(", "jsonpickle.decode("], Word,
        r"(?:(?:c?[pP]ickle|dill)\.loads?|pd\.read_pickle|jsonpickle\.decode)\(\s*[^)\s]"),
    Pattern::code(Deserialization, 0.7, "marshalled objects", &["marshal.load"], Word,
        r"(?:marshal\.loads?|Marshal\.load)\(\s*[^)\s]"),
    Pattern::code(Deserialization, 0.75, "YAML with any type", &["yaml.load(", "yaml.unsafe_load(", "yaml.load_all("], Word,
        r"(?:yaml|YAML)\.(?:unsafe_load|load|load_all)\(\s*[^)\s]").unless(&["SafeLoader", "BaseLoader", "permitted_classes", "FAILSAFE", "JSON_SCHEMA"]),
    Pattern::code(Deserialization, 0.6, "pickled objects in a model file", &["torch.load(", "joblib.load("], Word,
        r"(?:torch|joblib)\.load\(\s*[^)\s]").unless(&["weights_only=True", "weights_only = True"]),
    Pattern::code(Deserialization, 0.75, "pickled objects in an array", &["np.load(", "numpy.load("], Word,
        r"(?:np|numpy)\.load\([^)\n]*allow_pickle\s*=\s*True"),
    Pattern::code(Deserialization, 0.7, "serialised Java objects", &["new objectinputstream(", "new xmldecoder(", "xstream.fromxml("], Word,
        r"(?:new (?:ObjectInputStream|XMLDecoder)|(?i:xstream)\.fromXML)\(\s*[^)\s]"),
    Pattern::code(Deserialization, 0.8, "serialised .NET objects",
        &["new binaryformatter(", "new soapformatter(", "new netdatacontractserializer(", "new losformatter(", "typenamehandling."], Word,
        r"(?:new (?:BinaryFormatter|SoapFormatter|NetDataContractSerializer|LosFormatter)\(|TypeNameHandling\.(?:All|Auto|Objects|Arrays))"),
    Pattern::code(Deserialization, 0.75, "serialised PHP or node objects", &["unserialize("], Word,
        r"unserialize\(\s*[$A-Za-z_]").unless(&["allowed_classes"]),

    Pattern::code(Html, 0.6, "HTML from a value", &["innerhtml", "outerhtml"], Word,
        r#"(?:inner|outer)HTML\s*\+?=\s*(?:[A-Za-z_$][\w$.\[\]]*\s*[;+(]|`[^`\n]*\$\{|["'][^"'\n]*["']\s*\+)"#).unless(&["DOMPurify", "sanitize", "escape"]),
    Pattern::code(Html, 0.6, "HTML from a value", &["document.write("], Word,
        r#"document\.write(?:ln)?\(\s*(?:[A-Za-z_$]|`[^`\n]*\$\{|["'][^"'\n]*["']\s*\+)"#).unless(&["DOMPurify", "sanitize", "escape"]),
    Pattern::code(Html, 0.6, "HTML from a value", &["dangerouslysetinnerhtml"], Word,
        r"dangerouslySetInnerHTML=\{\{\s*__html:\s*[A-Za-z_$]").unless(&["DOMPurify", "sanitize"]),
    Pattern::code(Html, 0.75, "request value in a page", &["echo $_", "print $_", "mark_safe(request", "echo \"<"], Word,
        r#"(?:(?:echo|print)\s+(?:"[^"\n]*\{?)?\$_(?:GET|POST|REQUEST|COOKIE)|mark_safe\(request)"#).unless(&["htmlspecialchars", "htmlentities"]),
];
