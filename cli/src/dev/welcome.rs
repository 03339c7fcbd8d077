//! What `guardmesh dev` prints once it is ready: where it is, its secrets, and how to try it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use secrecy::ExposeSecret;

use super::secrets::Secrets;

/// The welcome. The lines after "Try it" work when they are pasted into a shell, in order.
pub(super) fn text(address: SocketAddr, secrets: &Secrets) -> String {
    let base = format!("http://{}", reachable(address));
    let email = &secrets.admin_email;
    let password = secrets.admin_password.expose_secret();
    let stripe = secrets.stripe.expose_secret();
    let clerk = secrets.clerk.expose_secret();
    let first = quoted(stripe.split(',').next().unwrap_or_default().trim());
    let login = serde_json::json!({"email": email, "password": password}).to_string();
    let login = quoted(&login);
    format!(
        r#"
Guardmesh is ready at {base}

Development secrets:
  GUARDMESH_ADMIN_EMAIL={email}
  GUARDMESH_ADMIN_PASSWORD={password}
  STRIPE_WEBHOOK_SECRETS={stripe}
  CLERK_WEBHOOK_SECRETS={clerk}

Try it:

BASE={base}
curl -sS $BASE/health; echo
curl -sS $BASE/api/v1/auth/register -H 'content-type: application/json' -d '{{"email":"ada@example.org","password":"correct horse battery staple","name":"Ada"}}'; echo
TOKEN=$(curl -sS $BASE/api/v1/auth/login -H 'content-type: application/json' -d '{{"email":"ada@example.org","password":"correct horse battery staple"}}' | sed -E 's/.*"accessToken": *"([^"]+)".*/\1/')
curl -sS $BASE/api/v1/auth/me -H "authorization: Bearer $TOKEN"; echo
curl -sS $BASE/api/v1/guards:check -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' -d '{{"content":"Write to bob@example.org, card 4111 1111 1111 1111."}}'; echo
curl -sS $BASE/api/v1/guard-runs -H "authorization: Bearer $TOKEN"; echo
EVENT='{{"id":"evt_try_it","object":"event","type":"invoice.paid","created":'$(date +%s)',"data":{{"object":{{"id":"in_try_it","object":"invoice","customer":"cus_try_it","status":"paid","currency":"eur","amount_due":1200,"amount_paid":1200}}}}}}'
NOW=$(date +%s); SIGNATURE=$(printf '%s.%s' "$NOW" "$EVENT" | openssl dgst -sha256 -hmac {first} | sed 's/.* //')
curl -sS $BASE/webhooks/stripe -H "stripe-signature: t=$NOW,v1=$SIGNATURE" -H 'content-type: application/json' -d "$EVENT"; echo
ADMIN=$(curl -sS $BASE/api/v1/auth/login -H 'content-type: application/json' -d {login} | sed -E 's/.*"accessToken": *"([^"]+)".*/\1/')
curl -sS $BASE/api/v1/webhook-events -H "authorization: Bearer $ADMIN"; echo
curl -sS $BASE/api/v1/invoices -H "authorization: Bearer $ADMIN"; echo

The whole API: {base}/docs. Ctrl-C stops everything.
"#
    )
}

/// As one word of a shell, whatever is in it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// An address that a client on this machine can connect to.
pub(super) fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}
