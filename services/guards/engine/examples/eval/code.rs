//! Code with a hole in one line, and the same code without it.

use crate::document::Document;

/// Language, kind, the line with the hole, and the line that does it well. What a finding must cover
/// stands between `«` and `»`, as findings end in different places.
const PAIRS: [(&str, &str, &str, &str); 30] = [
    (
        "python",
        "eval",
        "value = «eval(»form[\"expression\"])",
        "value = ast.literal_eval(form[\"expression\"])",
    ),
    (
        "python",
        "shell",
        "«os.system(»\"convert \" + name + \" out.png\")",
        "subprocess.run([\"convert\", name, \"out.png\"], check=True)",
    ),
    (
        "python",
        "shell",
        "subprocess.Popen(f\"tar xf {archive}\", «shell=True»)",
        "subprocess.Popen([\"tar\", \"xf\", archive])",
    ),
    (
        "python",
        "SQL",
        "cur.execute(f\"«SELECT» * FROM orders WHERE owner = '{owner}'\")",
        "cur.execute(\"SELECT * FROM orders WHERE owner = %s\", (owner,))",
    ),
    (
        "python",
        "SQL",
        "db.execute(\"«DELETE» FROM cart WHERE id = %s\" % item)",
        "db.execute(\"DELETE FROM cart WHERE id = ?\", (item,))",
    ),
    (
        "python",
        "deserialisation",
        "state = «pickle.loads»(request.data)",
        "state = json.loads(request.data)",
    ),
    (
        "python",
        "deserialisation",
        "conf = «yaml.load»(stream)",
        "conf = yaml.safe_load(stream)",
    ),
    (
        "python",
        "TLS",
        "requests.get(url, «verify=False»)",
        "requests.get(url, timeout=5)",
    ),
    (
        "python",
        "crypto",
        "digest = hashlib.«md5»(password.encode()).hexdigest()",
        "digest = hashlib.sha256(body).hexdigest()",
    ),
    (
        "javascript",
        "eval",
        "const f = «new Function»('x', body);",
        "const f = (x) => x + 1;",
    ),
    (
        "javascript",
        "shell",
        "«exec(`»git log ${branch}`, done);",
        "execFile('git', ['log', branch], done);",
    ),
    (
        "javascript",
        "SQL",
        "db.query('«SELECT» * FROM t WHERE name = \\'' + name + '\\'');",
        "db.query('SELECT * FROM t WHERE name = $1', [name]);",
    ),
    (
        "javascript",
        "TLS",
        "const agent = new https.Agent({ «rejectUnauthorized: false» });",
        "const agent = new https.Agent({ keepAlive: true });",
    ),
    (
        "javascript",
        "HTML",
        "box.«innerHTML» = message.text;",
        "box.textContent = message.text;",
    ),
    (
        "javascript",
        "credential",
        "const password = '«Tr0ub4dor»&3';",
        "const password = process.env.DB_PASSWORD;",
    ),
    (
        "java",
        "SQL",
        "st.executeQuery(\"«SELECT» * FROM u WHERE id = \" + id);",
        "st = c.prepareStatement(\"SELECT * FROM u WHERE id = ?\");",
    ),
    (
        "java",
        "shell",
        "Runtime.«getRuntime().exec(»\"ping \" + host);",
        "new ProcessBuilder(\"ping\", host).start();",
    ),
    (
        "java",
        "deserialisation",
        "Object o = new «ObjectInputStream»(in).readObject();",
        "Order o = mapper.readValue(in, Order.class);",
    ),
    (
        "java",
        "crypto",
        "Cipher c = Cipher.getInstance(\"«DES/ECB»/PKCS5Padding\");",
        "Cipher c = Cipher.getInstance(\"AES/GCM/NoPadding\");",
    ),
    (
        "go",
        "SQL",
        "rows, err := db.Query(fmt.Sprintf(\"«SELECT» * FROM u WHERE n = '%s'\", n))",
        "rows, err := db.Query(\"SELECT * FROM u WHERE n = $1\", n)",
    ),
    (
        "go",
        "TLS",
        "conf := &tls.Config{«InsecureSkipVerify: true»}",
        "conf := &tls.Config{MinVersion: tls.VersionTLS13}",
    ),
    (
        "go",
        "shell",
        "out, err := «exec.Command(»\"sh\", \"-c\", \"ls \"+dir).Output()",
        "out, err := exec.Command(\"ls\", dir).Output()",
    ),
    (
        "php",
        "eval",
        "«eval(»$_POST['code']);",
        "echo htmlspecialchars($_POST['code']);",
    ),
    (
        "php",
        "SQL",
        "$r = mysqli_query($db, \"«SELECT» * FROM u WHERE id = $id\");",
        "$r = $db->prepare('SELECT * FROM u WHERE id = ?');",
    ),
    (
        "php",
        "deserialisation",
        "$cart = «unserialize(»$_COOKIE['cart']);",
        "$cart = json_decode($_COOKIE['cart'], true);",
    ),
    (
        "ruby",
        "shell",
        "«system(\"rm» #{params[:file]}\")",
        "system(\"rm\", file)",
    ),
    (
        "ruby",
        "deserialisation",
        "data = «Marshal.load»(cookies[:state])",
        "data = JSON.parse(cookies[:state])",
    ),
    (
        "c#",
        "SQL",
        "var cmd = new SqlCommand(\"«SELECT» * FROM u WHERE n = '\" + n + \"'\", con);",
        "var cmd = new SqlCommand(\"SELECT * FROM u WHERE n = @n\", con);",
    ),
    (
        "c",
        "shell",
        "sprintf(line, \"mail %s\", to); «system(line)»;",
        "execl(\"/usr/bin/mail\", \"mail\", to, (char *)0);",
    ),
    (
        "c",
        "crypto",
        "EVP_DigestInit_ex(ctx, EVP_«md5»(), NULL);",
        "EVP_DigestInit_ex(ctx, EVP_sha256(), NULL);",
    ),
];

/// Code around the line: alone, in a function, in an answer of a model.
const FRAMES: [&str; 3] = [
    "{}\n",
    "// handles one request\nbegin();\n    {}\nend();\n",
    "You could do it like this:\n\n```\nfirst()\n{}\n```\n\nTell me if it works.",
];

/// Each line in each frame, and its better twin.
pub(crate) fn documents() -> Vec<Document> {
    let mut documents = Vec::new();
    for frame in FRAMES {
        for (_, kind, hole, sound) in PAIRS {
            documents.push(Document::of(frame, hole, Some(kind)));
            documents.push(Document::of(frame, sound, None));
        }
    }
    documents
}
