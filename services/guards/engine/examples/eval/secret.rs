//! Secrets in the places where they slip out, and values beside them that are public or filled in
//! elsewhere.

use crate::document::Document;
use crate::draw::Draw;

/// Places in which a value of a known format stands.
const PLACES: [&str; 12] = [
    "# production\nPORT=8080\nSERVICE_KEY={}\nLOG=info\n",
    "services:\n  web:\n    image: shop:2.4\n    environment:\n      - CREDENTIAL={}\n",
    "{\"region\": \"eu\", \"auth\": {\"value\": \"{}\"}, \"retries\": 3}",
    "provider \"x\" {\n  credential = \"{}\"\n}\n",
    "curl -sS https://api.example.com/v2/items -H 'Authorization: Bearer {}'",
    "hey, the deploy fails for me, i use {} is that the right one?",
    "2026-02-02 10:00:01 ERROR upstream said 401 for credential {} (attempt 2)",
    "Ich habe den Schlüssel gewechselt, der neue ist {}, bitte nicht weitergeben.",
    "Voici la clé à utiliser : {}.",
    "client = Client(\"{}\", timeout=30)",
    "+    private static final String C = \"{}\";\n-    private static final String C = null;\n",
    "<add key=\"Credential\" value=\"{}\" />",
];

/// Formats as their providers publish them.
const FORMATS: [(&str, &str); 44] = [
    ("GitHub", "ghp_<a36>"),
    ("GitHub, fine-grained", "github_pat_11<A20>_<a59>"),
    ("GitLab", "glpat-<w20>"),
    ("AWS access key", "AKIA<A16>"),
    ("Google API key", "AIza<w35>"),
    ("Google OAuth secret", "GOCSPX-<w28>"),
    ("Slack bot", "xoxb-<d12>-<d13>-<a24>"),
    ("Slack app", "xapp-1-A<A10>-<d13>-<h64>"),
    ("Stripe", "sk_live_<a24>"),
    ("Stripe, restricted", "rk_live_<a99>"),
    ("OpenAI", "sk-proj-<w74>T3BlbkFJ<w74>"),
    ("Anthropic", "sk-ant-api03-<w93>AA"),
    ("Hugging Face", "hf_<a34>"),
    ("Groq", "gsk_<a52>"),
    ("Replicate", "r8_<a37>"),
    ("xAI", "xai-<a80>"),
    ("Perplexity", "pplx-<a48>"),
    ("npm", "npm_<a36>"),
    ("PyPI", "pypi-AgEIcHlwaS5vcmc<w85>"),
    ("Docker Hub", "dckr_pat_<w27>"),
    ("SendGrid", "SG.<w22>.<w43>"),
    ("Mailchimp", "<h32>-us12"),
    ("Telegram bot", "51<d8>:AA<w33>"),
    ("Shopify", "shpat_<h32>"),
    ("Square", "sq0atp-<w22>"),
    ("Linear", "lin_api_<a40>"),
    ("Notion", "ntn_<d11><a35>"),
    ("Figma", "figd_<w40>"),
    ("Grafana", "glsa_<a32>_<h8>"),
    ("New Relic", "NRAK-<A27>"),
    ("Postman", "PMAK-<h24>-<h34>"),
    ("Airtable", "pat<a14>.<h64>"),
    ("Dropbox", "sl.B<w136>"),
    ("DigitalOcean", "dop_v1_<h64>"),
    ("Databricks", "dapi<h32>"),
    ("HashiCorp Vault", "hvs.<w90>"),
    ("Terraform Cloud", "<a14>.atlasv1.<w67>"),
    ("Doppler", "dp.pt.<a43>"),
    ("PlanetScale", "pscale_tkn_<w43>"),
    ("Supabase", "sbp_<h40>"),
    ("Tailscale", "tskey-auth-k<a10>CNTRL-<a32>"),
    ("Atlassian", "ATATT3xFfGF0<w180>=<A8>"),
    ("Sentry", "sntryu_<h64>"),
    ("Twilio API key", "SK<h32>"),
];

/// Values that a name or a form makes a secret: the whole text, with `{}` for the value.
const NAMED: [(&str, &str, &str); 16] = [
    (
        "password, configuration",
        "db:\n  user: app\n  password: {}\n  pool: 5\n",
        "<a9>!<d2>",
    ),
    (
        "password, properties",
        "spring.datasource.password={}\nserver.port=8080\n",
        "<a12>#<d1>",
    ),
    (
        "password, code",
        "const settings = { user: 'root', password: '{}' };",
        "<a10>$<d2>",
    ),
    (
        "password, shell",
        "export PGPASSWORD='{}'; psql -h db app",
        "<a14>%<d1>",
    ),
    (
        "password, command line",
        "mysql -u root -p'{}' shop < dump.sql",
        "<a13>!",
    ),
    (
        "password, prose",
        "The admin password for the staging box is {} until Monday.",
        "<a8>!<d3>",
    ),
    (
        "password, German prose",
        "Das Passwort für den Drucker lautet {} und läuft nicht ab.",
        "<a8>!<d3>",
    ),
    (
        "connection string",
        "amqp://worker:{}@queue.example.net:5671/jobs",
        "<a18>",
    ),
    (
        "connection string",
        "mongodb+srv://svc:{}@cluster0.example.net/?retryWrites=true",
        "<a16>",
    ),
    (
        "connection string",
        "Server=db;Database=shop;User Id=sa;Password={};Encrypt=true",
        "<a11>!<d2>",
    ),
    (
        "connection string",
        "redis://:{}@cache.example.net:6379/0",
        "<a24>",
    ),
    (
        "generic key",
        "  api_key: \"{}\"\n  region: eu-west-1\n",
        "<a32>",
    ),
    ("generic key", "ENCRYPTION_KEY={}\n", "<b43>="),
    ("generic key", "x-api-key: {}\r\naccept: */*\r\n", "<h40>"),
    (
        "AWS secret key",
        "aws_secret_access_key = {}\noutput = json\n",
        "<b40>",
    ),
    (
        "basic authorisation",
        "Authorization: Basic {}\r\nHost: example.com\r\n",
        "YWRtaW46<b24>",
    ),
];

/// Public, made up, or filled in elsewhere.
const NEAR: [(&str, &str); 38] = [
    ("commit {} Merge branch 'main'", "<h40>"),
    ("\"integrity\": \"sha512-{}==\"", "<b86>"),
    ("sha256:{}  app.tar.gz", "<h64>"),
    ("request_id={} took 31 ms", "<h8>-<h4>-4<h3>-9<h3>-<h12>"),
    ("API_KEY={}", "YOUR_API_KEY_HERE"),
    ("password: {}", "changeme"),
    ("token = {}", "os.environ[\"SERVICE_TOKEN\"]"),
    ("const token = {};", "await session.getAccessToken()"),
    ("\"password\": \"{}\",", "Enter your password"),
    ("<input type=\"password\" name=\"{}\">", "new_password"),
    ("password={}", "${DB_PASSWORD}"),
    ("apiKey: {}", "{{ .Values.apiKey }}"),
    ("AWS_ACCESS_KEY_ID={}", "AKIAIOSFODNN7EXAMPLE"),
    ("secret: {}", "xxxxxxxxxxxxxxxxxxxx"),
    (
        "ssh-ed25519 {} ada@laptop",
        "AAAAC3NzaC1lZDI1NTE5AAAAI<b43>",
    ),
    (
        "background: url(data:image/png;base64,{})",
        "iVBORw0KGgoAAAANSUhEUgAA<b60>",
    ),
    ("etag: \"{}\"", "<h32>"),
    ("password_hash: {}", "$2b$12$<a53>"),
    ("max_tokens: {}", "4096"),
    ("class=\"{}\"", "btn-primary-<l6> sk-fading-circle"),
    (
        "see docs/{}.md for the token format",
        "secrets-and-tokens-<l8>",
    ),
    ("publishable key {}", "pk_test_<a24>"),
    ("color-{}: #<h6>;", "accent-<l6>"),
    ("traceparent: {}", "00-<h32>-<h16>-01"),
    ("assert verify({}) is False", "\"wrong-password\""),
    ("the cookie {} expires after an hour", "session_id"),
    ("\"api_key\": \"{}\",", "API-Schlüssel eingeben"),
    ("client_id: {}", "<h8>-<h4>-4<h3>-b<h3>-<h12>"),
    (
        "secretKeyRef:\n  name: {}\n  key: value\n",
        "db-password-<l5>",
    ),
    ("PASSWORD_MIN_LENGTH={}", "12"),
    ("secret = {}", "Secret.from_arn(self.stack, arn)"),
    ("public_key = \"{}\"", "04<h128>"),
    ("key: {}", "settings.notifications.emailDigestFrequency"),
    ("\"token\": \"{}\"", "end_of_text"),
    ("cache-key: {}", "linux-cargo-<h64>"),
    ("nonce=\"{}\"", "<b22>=="),
    ("password: {} # filled in by the vault", "<from-vault>"),
    (
        "The password must have {}.",
        "8-64 characters, 1 digit and 1 of !@#$%",
    ),
];

/// Every format in every place, and the rest several times over.
pub(crate) fn documents() -> Vec<Document> {
    let mut draw = Draw(31_337);
    let mut documents = Vec::new();
    for (kind, template) in FORMATS {
        for place in PLACES {
            let value = draw.token(template);
            documents.push(Document::of(place, &value, Some(kind)));
        }
    }
    for _ in 0..12 {
        for (kind, place, template) in NAMED {
            documents.push(Document::of(place, &draw.token(template), Some(kind)));
        }
        for (place, template) in NEAR {
            documents.push(Document::of(
                &draw.token(place),
                &draw.token(template),
                None,
            ));
        }
    }
    for label in [
        "RSA PRIVATE KEY",
        "EC PRIVATE KEY",
        "OPENSSH PRIVATE KEY",
        "PRIVATE KEY",
        "PUBLIC KEY",
        "CERTIFICATE",
    ] {
        for _ in 0..6 {
            let body: String = (0..8).map(|_| draw.token("<b64>\n")).collect();
            let block = format!("-----BEGIN {label}-----\n{body}-----END {label}-----");
            let kind = label.contains("PRIVATE").then_some("private key");
            documents.push(Document::of("the file says\n{}\nand ends", &block, kind));
        }
    }
    documents
}
