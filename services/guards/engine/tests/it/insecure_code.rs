//! Cases of the guard for insecure code, by language, and code that does it right.

mod kinds;

use serde_json::json;

use crate::cases::{assert_clean, assert_found, configured, refused};
use crate::engine;

const FOUND: &[(&str, &str)] = &[
    // Python
    ("code_eval", "x = «eval(request.args['q'])»"),
    ("code_eval", "exec(code, globals())"),
    ("code_eval", "eval(f'{a} + 1')"),
    ("shell_concatenation", "os.system('ls ' + path)"),
    ("shell_concatenation", "os.popen(f\"ping {host}\")"),
    (
        "shell_concatenation",
        "subprocess.run(cmd,\n    shell=True)",
    ),
    (
        "sql_concatenation",
        "cur.execute(f«\"SELECT * FROM users WHERE id = {user_id}\"»)",
    ),
    (
        "sql_concatenation",
        "q = 'SELECT * FROM t WHERE n = \"%s\"' % name",
    ),
    (
        "sql_concatenation",
        "q = \"\"\"select *\n from t where a = {}\"\"\".format(a)",
    ),
    ("unsafe_deserialization", "pickle.loads(data)"),
    ("unsafe_deserialization", "yaml.load(f)"),
    ("unsafe_deserialization", "torch.load(path)"),
    ("weak_crypto", "hashlib.md5(password.encode())"),
    ("weak_crypto", "AES.new(key, AES.MODE_ECB)"),
    ("tls_check_disabled", "requests.get(url, verify=False)"),
    ("tls_check_disabled", "ssl._create_unverified_context()"),
    ("hardcoded_credential", "«DB_PASSWORD = 'hunter2!'»"),
    // JavaScript
    ("code_eval", "new Function('a', body)"),
    ("code_eval", "setTimeout(\"run(\" + x + \")\", 10)"),
    ("shell_concatenation", "cp.exec(`git clone ${url}`)"),
    (
        "sql_concatenation",
        "db.query(`SELECT * FROM users WHERE name = '${name}'`)",
    ),
    (
        "sql_concatenation",
        "db.query(\"DELETE FROM users WHERE id = '\" + id + \"'\")",
    ),
    ("weak_crypto", "crypto.createHash('md5')"),
    (
        "tls_check_disabled",
        "new https.Agent({ rejectUnauthorized: false })",
    ),
    ("html_injection", "el.innerHTML = user.name;"),
    (
        "html_injection",
        "<div dangerouslySetInnerHTML={{ __html: body }} />",
    ),
    // Java
    (
        "shell_concatenation",
        "Runtime.getRuntime().exec(\"ping \" + host)",
    ),
    (
        "sql_concatenation",
        "st.executeQuery(\"SELECT * FROM t WHERE id=\" + id)",
    ),
    (
        "sql_concatenation",
        "String.format(\"select a from t where id = %s\", id)",
    ),
    (
        "unsafe_deserialization",
        "new ObjectInputStream(socket.getInputStream())",
    ),
    (
        "weak_crypto",
        "Cipher.getInstance(\"DES/CBC/PKCS5Padding\")",
    ),
    (
        "tls_check_disabled",
        "public void checkServerTrusted(X509Certificate[] c, String t) { }",
    ),
    // C#
    (
        "sql_concatenation",
        "new SqlCommand($\"SELECT * FROM Users WHERE Id = {id}\")",
    ),
    (
        "shell_concatenation",
        "Process.Start(\"cmd.exe\", $\"/c {name}\")",
    ),
    (
        "unsafe_deserialization",
        "new BinaryFormatter().Deserialize(s)",
    ),
    ("weak_crypto", "using var h = MD5.Create();"),
    (
        "tls_check_disabled",
        "handler.ServerCertificateCustomValidationCallback = (a, b, c, d) => true;",
    ),
    // Go
    (
        "shell_concatenation",
        "exec.Command(\"sh\", \"-c\", \"ls \"+dir)",
    ),
    (
        "sql_concatenation",
        "fmt.Sprintf(\"SELECT name FROM users WHERE id = %s\", id)",
    ),
    ("weak_crypto", "h := md5.New()"),
    (
        "tls_check_disabled",
        "&tls.Config{InsecureSkipVerify: true}",
    ),
    // PHP
    ("code_eval", "eval($_GET['c']);"),
    ("shell_concatenation", "shell_exec(\"ping $host\");"),
    (
        "sql_concatenation",
        "mysqli_query($c, \"SELECT * FROM u WHERE n = '$name'\");",
    ),
    (
        "sql_concatenation",
        "\"SELECT * FROM u WHERE n = \" . $_GET['n']",
    ),
    ("unsafe_deserialization", "unserialize($_COOKIE['d']);"),
    ("weak_crypto", "$h = md5($password);"),
    ("html_injection", "echo $_GET['name'];"),
    // Ruby
    ("shell_concatenation", "system(\"convert #{file} out.png\")"),
    (
        "sql_concatenation",
        "User.where(\"x\").find_by_sql(\"select * from users where id = #{id}\")",
    ),
    ("unsafe_deserialization", "Marshal.load(params[:d])"),
    (
        "tls_check_disabled",
        "http.verify_mode = OpenSSL::SSL::VERIFY_NONE",
    ),
    // C and C++, Rust, shell
    ("shell_concatenation", "system(command);"),
    ("weak_crypto", "MD5_Init(&ctx);"),
    (
        "hardcoded_credential",
        "const char *db_password = \"s3cr7t-1\";",
    ),
    (
        "shell_concatenation",
        "Command::new(\"sh\").arg(\"-c\").arg(format!(\"ls {dir}\"))",
    ),
    (
        "sql_concatenation",
        "let q = format!(\"SELECT * FROM t WHERE id = {id}\");",
    ),
    ("tls_check_disabled", "curl -sk https://host.test -k"),
];

#[test]
fn insecure_constructs_are_found() {
    let guard = engine().guard("insecure_code").expect("the guard");
    assert_found(guard, FOUND);
}

#[test]
fn code_that_does_it_right_is_left_alone() {
    let guard = engine().guard("insecure_code").expect("the guard");
    assert_clean(
        guard,
        &[
            "ast.literal_eval(text)  model.eval()  def eval(self, x): pass",
            "const m = pattern.exec(text); function exec(cmd) {}",
            "setTimeout(() => run(), 10); new Function()",
            "subprocess.run(['ls', path], check=True); os.system('clear')",
            "cur.execute('SELECT * FROM users WHERE id = %s', (user_id,))",
            "db.query('SELECT * FROM users WHERE id = $1', [id])",
            "db.prepare(\"SELECT * FROM users WHERE id = ?\"); sql`SELECT * FROM t WHERE id = ${id}`",
            "label = \"Select \" + name; t(\"Update \" + count + \" items\"); 'select one from the list'",
            "sqlx::query!(\"select id from auth.user where id = $1\", id)",
            "yaml.safe_load(f); yaml.load(f, Loader=yaml.SafeLoader); JSON.parse(s)",
            "torch.load(path, weights_only=True); json.loads(data); np.load('a.npy')",
            "hashlib.sha256(x); hashlib.md5(x, usedforsecurity=False); createHash('sha256')",
            "Cipher.getInstance(\"AES/GCM/NoPadding\"); rejectUnauthorized: true; verify=True",
            "password = os.environ['DB_PASSWORD']; password: process.env.PW, PASSWORD=${PW}",
            "password = 'changeme'; \"password\": \"<your password>\"; password = getpass()",
            "errors = {'password': 'is too short', 'api_key': 'missing'}; label(password, \"Password\")",
            "fn check_password(password: &str, hash: &str) -> bool; password_field = 'login_password'",
            "el.textContent = name; el.innerHTML = ''; el.innerHTML = DOMPurify.sanitize(html);",
            "curl https://host.test/install | less; system(\"date\"); shell_exec('ls');",
            "The evaluation (eval) of the system (exec) will select from the data.",
        ],
    );
}

#[test]
fn rules_can_be_chosen() {
    let guard = configured("insecure_code", &json!({"rules": ["code_eval"]}));
    let text = "eval(a); requests.get(u, verify=False)";
    let rules: Vec<_> = guard.scan(text).into_iter().map(|f| f.rule_id).collect();
    assert_eq!(rules, ["code_eval"]);
    let wrong = refused("insecure_code", &json!({"rules": ["code_eval", "goto"]}));
    assert!(
        wrong.starts_with("rules[1] must be one of code_eval"),
        "{wrong}"
    );
}
