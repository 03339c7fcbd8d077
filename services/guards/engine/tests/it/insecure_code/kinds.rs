//! Kinds of insecure code by language, beyond the first table: each form as a library documents it, and beside
//! it the form that is sound.

use crate::cases::{assert_clean, assert_found};
use crate::engine;

const CODE_AND_COMMANDS: &[(&str, &str)] = &[
    ("code_eval", "window.eval(`show('${location.hash}')`)"),
    ("code_eval", "const f = new Function(`return ${name}(1)`)"),
    ("code_eval", "setTimeout(`go(${target})`, 5)"),
    ("code_eval", "new vm.Script(source)"),
    ("code_eval", "code = compile(text, '<input>', 'exec')"),
    ("code_eval", "new GroovyShell().evaluate(script)"),
    ("code_eval", "parser.parseExpression(filter).getValue()"),
    ("code_eval", "include($_GET['page'] . '.php');"),
    ("code_eval", "preg_replace('/(.*)/e', $code, $text)"),
    ("code_eval", "call_user_func($_POST['f'], 1);"),
    ("code_eval", "Report.class_eval(body)"),
    ("code_eval", "params[:type].constantize.new"),
    ("code_eval", "await CSharpScript.RunAsync(snippet);"),
    ("shell_concatenation", "os.popen3(command)"),
    ("shell_concatenation", "os.system(build())"),
    (
        "shell_concatenation",
        "subprocess.call('ls %s' % (path,), shell=True)",
    ),
    ("shell_concatenation", "run(line, «shell=True»)"),
    (
        "shell_concatenation",
        "await asyncio.create_subprocess_shell(f'ls {d}')",
    ),
    ("shell_concatenation", "ssh.exec_command('tail ' + log)"),
    ("shell_concatenation", "child_process.exec(cmd, done)"),
    ("shell_concatenation", "spawn('ls', args, { shell: true })"),
    (
        "shell_concatenation",
        "Runtime.getRuntime().exec(new String[]{\"sh\", \"-c\", line});",
    ),
    (
        "shell_concatenation",
        "exec.CommandContext(ctx, \"bash\", \"-c\", line)",
    ),
    (
        "shell_concatenation",
        "new ProcessBuilder(\"/bin/bash\", \"-c\", \"ping \" + host)",
    ),
    (
        "shell_concatenation",
        "new ProcessStartInfo(\"cmd.exe\", \"/c \" + line)",
    ),
    (
        "shell_concatenation",
        "p.StartInfo.Arguments = $\"-n 1 {host}\";",
    ),
    ("shell_concatenation", "pcntl_exec($program);"),
    ("shell_concatenation", "Process.spawn(\"tar #{file}\")"),
    ("shell_concatenation", "Open3.capture2e(\"dig #{name}\")"),
    ("shell_concatenation", "out = «`ls #{dir}`»"),
    (
        "shell_concatenation",
        "execl(\"/bin/sh\", \"sh\", \"-c\", line, NULL);",
    ),
    (
        "shell_concatenation",
        "«exec.Command(\"sh\", \"-c\", \"ls \"+»dir)",
    ),
    ("shell_concatenation", "exec(cmd, (error, out) => {})"),
    ("shell_concatenation", "Process p = runtime.exec(line);"),
    ("code_eval", "eval \"ls $DIR\""),
];

const SQL: &[(&str, &str)] = &[
    (
        "sql_concatenation",
        "String q = \"SELECT * \"\n  + \"FROM t WHERE a = '\"\n  + name + \"'\";",
    ),
    (
        "sql_concatenation",
        "q = f\"\"\"\n  SELECT a\n  FROM t\n  WHERE b = {b}\n\"\"\"",
    ),
    (
        "sql_concatenation",
        "em.createQuery(\"from Account a where a.id = '\" + id + \"'\")",
    ),
    (
        "sql_concatenation",
        "conn.query('create table ' + table + ' (a int)')",
    ),
    (
        "sql_concatenation",
        "q = \"WITH x AS (SELECT 1) SELECT a FROM x WHERE b = '%s'\" % b",
    ),
    (
        "sql_concatenation",
        "$q = \"\n  SELECT a FROM t WHERE b = '\" . $_GET['b'] . \"'\";",
    ),
    (
        "sql_concatenation",
        "sb.append(\"SELECT a FROM t WHERE b = \").append(b);",
    ),
    (
        "sql_concatenation",
        "snprintf(q, sizeof(q), \"SELECT a FROM t WHERE b = '%s'\", b);",
    ),
    (
        "sql_concatenation",
        "User.where(\"name = '#{params[:name]}'\")",
    ),
    ("sql_concatenation", "Order.order(\"#{params[:by]} desc\")"),
    ("sql_concatenation", "knex('t').whereRaw(`a = ${a}`)"),
    (
        "sql_concatenation",
        "db.run(<<~SQL)\n  SELECT a FROM t WHERE b = #{b}\nSQL",
    ),
    ("sql_concatenation", "query += \" WHERE age = \" + age"),
    (
        "sql_concatenation",
        "\"SELECT * FROM t\" + \"WHERE a = \" + os.Args[1]",
    ),
];

const DATA_AND_PAGES: &[(&str, &str)] = &[
    ("unsafe_deserialization", "pickle.Unpickler(f).load()"),
    ("unsafe_deserialization", "shelve.open(path)"),
    ("unsafe_deserialization", "YAML(typ='unsafe')"),
    ("unsafe_deserialization", "mapper.enableDefaultTyping();"),
    (
        "unsafe_deserialization",
        "SerializationUtils.deserialize(bytes)",
    ),
    ("unsafe_deserialization", "new Yaml().load(body)"),
    (
        "unsafe_deserialization",
        "new ObjectStateFormatter().Deserialize(s)",
    ),
    ("unsafe_deserialization", "Psych.unsafe_load(body)"),
    ("unsafe_deserialization", "Oj.object_load(body)"),
    ("html_injection", "mark_safe(comment)"),
    ("html_injection", "Environment(autoescape=False)"),
    ("html_injection", "render_template_string('Hello ' + name)"),
    ("html_injection", "echo \"Hello \" . trim($_POST['name']);"),
    ("html_injection", "$('#x').html(reply)"),
    (
        "html_injection",
        "box.insertAdjacentHTML('beforeend', text)",
    ),
    ("html_injection", "res.send('<p>' + req.query.q + '</p>')"),
    (
        "html_injection",
        "out.println(\"<b>\" + request.getParameter(\"q\"));",
    ),
    ("html_injection", "template.HTML(body)"),
    ("html_injection", "<%= raw params[:q] %>"),
    ("html_injection", "res.send(`<b>${name}</b>`)"),
    (
        "html_injection",
        "return make_response('<b>' + name + '</b>')",
    ),
];

const CRYPTO: &[(&str, &str)] = &[
    ("weak_crypto", "hashlib.new(name='MD4', data=b)"),
    ("weak_crypto", "h = hashes.MD5()"),
    ("weak_crypto", "from Crypto.Cipher import ARC4 as rc"),
    ("weak_crypto", "old_des.new(key)"),
    ("weak_crypto", "algorithms.Blowfish(key)"),
    ("weak_crypto", "crypt.crypt(word, crypt.METHOD_MD5)"),
    ("weak_crypto", "h := md4.New()"),
    ("weak_crypto", "rsa.GenerateKey(rand.Reader, 1024)"),
    (
        "weak_crypto",
        "rsa.generate_private_key(public_exponent=65537, key_size=1024)",
    ),
    ("weak_crypto", "CryptoJS.DES.encrypt(text, key)"),
    (
        "weak_crypto",
        "crypto.createCipheriv('des-ede3-cbc', key, iv)",
    ),
    ("weak_crypto", "Cipher.getInstance(\"rc4\")"),
    ("weak_crypto", "KeyGenerator.getInstance(\"DES\")"),
    ("weak_crypto", "DigestUtils.md5Hex(text)"),
    ("weak_crypto", "TripleDES.Create()"),
    ("weak_crypto", "new RC2CryptoServiceProvider()"),
    ("weak_crypto", "echo hash('sha1', $text);"),
    ("weak_crypto", "$password = sha1($word);"),
    ("weak_crypto", "mcrypt_encrypt(MCRYPT_DES, $k, $d, 'cbc')"),
    ("weak_crypto", "OpenSSL::Digest.new('MD5')"),
    ("weak_crypto", "OpenSSL::Cipher.new('des-cbc')"),
    ("weak_crypto", "OpenSSL::PKey::RSA.new(1024)"),
    ("weak_crypto", "SHA1(data, length, digest);"),
    ("weak_crypto", "DES_set_key_checked(&key, &schedule);"),
    (
        "weak_crypto",
        "jwt.decode(t, options={'verify_signature': False})",
    ),
    ("weak_crypto", "jwt.verify(t, k, { algorithms: ['none'] })"),
    (
        "weak_crypto",
        "token = ''.join(random.choice(letters) for _ in range(8))",
    ),
    (
        "weak_crypto",
        "function generateToken() {\n  return Math.random().toString(36);\n}",
    ),
];

const TRANSPORT: &[(&str, &str)] = &[
    (
        "tls_check_disabled",
        "client = Client(url, verify_certs=False)",
    ),
    ("tls_check_disabled", "session.get(url, ssl=False)"),
    (
        "tls_check_disabled",
        "ssh.set_missing_host_key_policy(WarningPolicy())",
    ),
    ("tls_check_disabled", "request({ url, strictSSL: false })"),
    ("tls_check_disabled", "checkServerIdentity: () => undefined"),
    (
        "tls_check_disabled",
        "HostKeyCallback: ssh.InsecureIgnoreHostKey()",
    ),
    (
        "tls_check_disabled",
        "$client = new Client(['verify' => false]);",
    ),
    (
        "tls_check_disabled",
        "public void checkServerTrusted(X509Certificate[] c, String t) {\n  // all are fine\n}",
    ),
    (
        "tls_check_disabled",
        "c.setHostnameVerifier((host, session) -> true);",
    ),
    ("tls_check_disabled", "new HostnameVerifier((h, s) -> true)"),
    (
        "tls_check_disabled",
        "RestClient::Request.execute(url: u, verify_ssl: false)",
    ),
    (
        "tls_check_disabled",
        "git config --global http.sslVerify false",
    ),
    ("tls_check_disabled", "ssl.SSLContext(ssl.PROTOCOL_TLSv1)"),
    ("tls_check_disabled", "SSLContext.getInstance(\"TLSv1.1\")"),
    (
        "tls_check_disabled",
        "ServicePointManager.SecurityProtocol = SecurityProtocolType.Ssl3;",
    ),
    (
        "tls_check_disabled",
        "&tls.Config{MinVersion: tls.VersionTLS10}",
    ),
    ("tls_check_disabled", "SSL_CTX_new(SSLv3_client_method());"),
    ("tls_check_disabled", "tls.connect({ minVersion: 'TLSv1' })"),
];

const CREDENTIALS: &[(&str, &str)] = &[
    (
        "hardcoded_credential",
        "def login(«password=\"blerg\"»): pass",
    ),
    ("hardcoded_credential", "if password == 'd6s$f9g!j8'"),
    (
        "hardcoded_credential",
        "DriverManager.getConnection(url, \"root\", \"toor\")",
    ),
    (
        "hardcoded_credential",
        "mysqli_connect('localhost', 'root', 'hunter')",
    ),
    (
        "hardcoded_credential",
        "requests.get(u, auth=('ann', 'hunter'))",
    ),
    ("hardcoded_credential", "jwt.sign(claims, 'keyboard')"),
    (
        "hardcoded_credential",
        "new SecretKeySpec(\"0123456789abcdef\".getBytes(), \"AES\")",
    ),
    ("hardcoded_credential", "DB_PASSWORD = \"super_secret_77\""),
    (
        "hardcoded_credential",
        "String ADMIN_PASS = \"password77\";",
    ),
];

#[test]
fn every_kind_is_found_in_every_language() {
    let guard = engine().guard("insecure_code").expect("the guard");
    for table in [
        CODE_AND_COMMANDS,
        SQL,
        DATA_AND_PAGES,
        CRYPTO,
        TRANSPORT,
        CREDENTIALS,
    ] {
        assert_found(guard, table);
    }
}

#[test]
fn sound_neighbours_of_every_kind_are_left_alone() {
    let guard = engine().guard("insecure_code").expect("the guard");
    assert_clean(
        guard,
        &[
            "re.compile(pattern); compile('x + 1', '<s>', 'eval'); window.evaluate(x); new Function()",
            "include('header.php'); require './lib'; preg_replace('/[aeiou]/', '', $s); obj.send(:name)",
            "subprocess.run(['ls', d], shell=False); spawn('ls', [dir]); exec.Command(\"ls\", dir)",
            "new ProcessBuilder(\"git\", \"clone\", url); Process.Start(startInfo); Process.spawn('ls', dir)",
            "const t = `ls ${dir}`; Use `git log` and `#{name}` in Markdown. puts \"`#{x}`\"",
            "\"SELECT a FROM t WHERE b = ?\" + LIMIT; \"SELECT a FROM \" + TABLE; $\"SELECT a FROM {TABLE}\"",
            "fmt.Sprintf(\"SELECT a FROM t WHERE id = %d\", id); format(\"select {} from the list\", 1)",
            "User.where(\"name = ?\", name); User.where(name: name); scope.order(\"#{table_name}.id\")",
            "pq.QuoteIdentifier(t); fmt.Sprintf(\"SELECT a FROM %s\", pq.QuoteIdentifier(t))",
            "He ran \"select a from b\". Then he left. Choose \"where is it = here\" + or not",
            "logger.info(\"select %s from list\", name); print(\"Update your set\" + \"tings\")",
            "YAML.load(body, permitted_classes: []); JSON.parse(s, symbolize_names: true); ObjectMapper()",
            "format_html('<b>{}</b>', name); el.insertAdjacentText('x', t); res.send('<p>ok</p>'); echo 'done';",
            "echo htmlspecialchars($_GET['q']); Markup.escape(x); autoescape=True; template.New(\"x\")",
            "hashlib.sha256(x); nodes.new(1); md5sum file; SHA1 is a hash; rsa.GenerateKey(rand.Reader, 3072)",
            "openssl_encrypt($d, 'aes-256-gcm', $k); Cipher.getInstance(\"AES/GCM/NoPadding\"); hash('sha256', $x)",
            "color = random.choice(colors); algorithms: ['RS256']; verify_signature: True; key_size=4096",
            "verify(token); verify = True; ssl=True; minVersion: 'TLSv1.2'; tls.VersionTLS13; TLSv1_2_method()",
            "checkServerTrusted(chain, type) { delegate.check(chain); } setHostnameVerifier(strict)",
            "password = input(); if password == '': pass; <input name=\"password\" type=\"password\">",
            "regex.exec(text, x); eval \"$(ssh-agent)\" is 'eval' of bash; res.send(`<b>${cleaned}</b>`)",
            "function generateToken() {\n  return crypto.randomBytes(16);\n} FIRST_PASS = 'parse-all'",
            "auth=(user, password); jwt.sign(claims, key); getConnection(url, user, password); password = None",
        ],
    );
}
