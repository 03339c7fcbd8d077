//! Values that become tokens, and come back for those who may have them.

use futures_util::future::join_all;
use guardmesh_chassis::caller::Caller;
use guardmesh_chassis::database::{self, Scope};
use guardmesh_chassis::id::{OrganizationId, Uuid};
use guardmesh_chassis::testing::TestDatabase;
use guardmesh_guards::Config;
use guardmesh_proto::guardmesh::guards::v1::vault_service_client::VaultServiceClient;
use guardmesh_proto::guardmesh::guards::v1::{
    Anonymization, CheckRequest, DeanonymizeRequest, DeanonymizeResponse, Decision,
};
use sqlx::{AssertSqlSafe, PgPool};
use tonic::{Code, Response, Status};

use crate::app::{self, App, VAULT_KEY, holder, invalid_fields, member, member_of, reason, text};
use crate::privacy::dump;

pub(crate) const PERMISSION: &str = "guards:deanonymize";
const DEANONYMIZE: &str = "/guardmesh.guards.v1.VaultService/Deanonymize";
const OTHER_KEY: &str = "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f";

/// A check whose personal data becomes tokens of this scope.
pub(crate) fn anonymized(scope: &str, content: &str) -> CheckRequest {
    CheckRequest {
        anonymization: Some(Anonymization {
            scope: scope.to_owned(),
            ..Anonymization::default()
        }),
        ..text(content)
    }
}

impl App {
    pub(crate) async fn deanonymize(
        &self,
        caller: &Caller,
        scope: &str,
        content: &str,
    ) -> Result<DeanonymizeResponse, Status> {
        let message = DeanonymizeRequest {
            scope: scope.to_owned(),
            content: content.to_owned(),
        };
        let request = self.signed(message, DEANONYMIZE, caller);
        let mut client = VaultServiceClient::new(self.channel.clone());
        client.deanonymize(request).await.map(Response::into_inner)
    }

    /// The content with tokens.
    async fn anonymize(&self, caller: &Caller, scope: &str, content: &str) -> String {
        let answer = self.check(caller, anonymized(scope, content)).await;
        answer.unwrap().sanitized_content
    }
}

/// Runs a statement as the platform.
async fn execute(pool: &PgPool, sql: &str) -> u64 {
    let mut transaction = database::begin(pool, Scope::Platform).await.unwrap();
    let done = sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&mut *transaction);
    let rows = done.await.unwrap().rows_affected();
    transaction.commit().await.unwrap();
    rows
}

async fn with_keys(database: &TestDatabase, keys: &str) -> App {
    App::start_with(Config {
        vault_keys: keys.into(),
        ..app::config(&database.options)
    })
    .await
}

fn restored(content: &str, count: i32, unknown: &[&str]) -> DeanonymizeResponse {
    DeanonymizeResponse {
        content: content.to_owned(),
        restored_count: count,
        unknown_tokens: unknown.iter().map(|&token| token.to_owned()).collect(),
    }
}

#[tokio::test]
async fn a_conversation_goes_to_a_model_and_back() {
    let database = app::database().await;
    let app = App::start_on(&database.options).await;
    let organization = OrganizationId::generate();
    let (ada, clerk) = (member_of(organization), holder(organization, PERMISSION));
    let content = "Mail ada@example.org, cc eve@example.org; ada@example.org pays with \
                   4111 1111 1111 1111.";
    let sent = app.anonymize(&ada, "chat", content).await;
    let tokens: Vec<&str> = sent.split(['[', ']']).skip(1).step_by(2).collect();
    let [ada_mail, eve_mail, again, card] = tokens[..] else {
        panic!("{sent}");
    };
    assert!(ada_mail.starts_with("EMAIL_") && eve_mail.starts_with("EMAIL_"));
    assert!(card.starts_with("PAYMENT_CARD_"), "{card}");
    assert_eq!(ada_mail, again, "a value has one token");
    assert_ne!(ada_mail, eve_mail);
    assert_eq!(
        sent,
        format!("Mail [{ada_mail}], cc [{eve_mail}]; [{ada_mail}] pays with [{card}].")
    );

    // What goes to the model has nothing to find any more, whoever looks.
    let answer = app.check(&ada, text(&sent)).await.unwrap();
    assert_eq!(answer.decision(), Decision::Allow, "{answer:?}");

    // Later in the conversation, by a colleague.
    let colleague = member_of(organization);
    let later = app
        .anonymize(&colleague, "chat", "So eve@example.org?")
        .await;
    assert_eq!(later, format!("So [{eve_mail}]?"));
    let elsewhere = app.anonymize(&ada, "chat2", "So eve@example.org?").await;
    assert_ne!(elsewhere, later, "another scope has other tokens");

    let said = format!("[{eve_mail}][{card}] [EMAIL_1] [x] Ünïcode");
    let back = app.deanonymize(&clerk, "chat", &said).await.unwrap();
    let whole = "eve@example.org4111 1111 1111 1111 [EMAIL_1] [x] Ünïcode";
    assert_eq!(back, restored(whole, 2, &[]));
    let back = app.deanonymize(&clerk, "chat", &sent).await.unwrap();
    assert_eq!(back, restored(content, 3, &[]));

    // A model does not always write a token as it was given one.
    let said = format!(
        "{} and \\[{}\\]",
        sent.to_lowercase(),
        card.replace('_', "\\_")
    );
    let back = app.deanonymize(&clerk, "chat", &said).await.unwrap();
    let whole = format!(
        "{} and 4111 1111 1111 1111",
        content.replace("Mail", "mail")
    );
    assert_eq!(back, restored(&whole, 3, &[]));

    let dump = dump(&database.pool).await;
    assert!(dump.contains(ada_mail), "what is kept is in the dump");
    for value in ["ada@", "eve@", &hex("ada@"), &hex("4111")] {
        assert!(!dump.contains(value), "{value}");
    }
    // As a word: four digits also come by chance, within identifiers and digests.
    let mut words = dump.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    let card = |word: &str| word == "4111" || word.replace('-', "").starts_with("41111111");
    assert!(!words.any(card), "4111");
}

/// As PostgreSQL shows bytes.
fn hex(text: &str) -> String {
    let digits = text.bytes().map(|byte| format!("{byte:02x}"));
    digits.collect::<Vec<_>>().concat()
}

#[tokio::test]
async fn nothing_comes_back_for_those_who_may_not_have_it() {
    let database = app::database().await;
    let app = App::start_on(&database.options).await;
    let organization = OrganizationId::generate();
    let ada = member_of(organization);
    let sent = app.anonymize(&ada, "chat", "ada@example.org").await;

    let status = app.deanonymize(&ada, "chat", &sent).await.unwrap_err();
    assert_eq!(status.code(), Code::PermissionDenied);
    assert_eq!(reason(&status), "PERMISSION_REQUIRED");

    let stranger = holder(OrganizationId::generate(), PERMISSION);
    let unknown = restored(&sent, 0, &[&*sent]);
    let theirs = app.deanonymize(&stranger, "chat", &sent).await.unwrap();
    assert_eq!(theirs, unknown, "as if it had never been");
    let clerk = holder(organization, PERMISSION);
    let elsewhere = app.deanonymize(&clerk, "other", &sent).await.unwrap();
    assert_eq!(elsewhere, unknown);

    // A row that is moved within the database opens for nobody.
    for (to, sql) in [
        ("chat", "set organization_id = $"),
        ("other", "set scope = 'other', organization_id = $"),
    ] {
        let whose = if to == "chat" { &stranger } else { &clerk };
        let Caller::User(user) = whose else {
            panic!("{whose:?}")
        };
        let id = user.organization.unwrap().uuid();
        let set = sql.replace('$', &format!("'{id}'"));
        let sql = format!("update guards.vault_values {set}");
        assert_eq!(execute(&database.pool, &sql).await, 1);
        let back = app.deanonymize(whose, to, &sent).await.unwrap();
        assert_eq!(back, unknown, "{to}");
    }
}

#[tokio::test]
async fn values_expire_and_a_value_that_comes_again_has_its_token_again() {
    let database = app::database().await;
    let app = App::start_on(&database.options).await;
    let organization = OrganizationId::generate();
    let (ada, clerk) = (member_of(organization), holder(organization, PERMISSION));
    let sent = app.anonymize(&ada, "chat", "ada@example.org").await;
    let expire = "update guards.vault_values set expires_at = now() - interval '1 second'";
    assert_eq!(execute(&database.pool, expire).await, 1);
    let back = app.deanonymize(&clerk, "chat", &sent).await.unwrap();
    assert_eq!(back, restored(&sent, 0, &[&*sent]));

    assert_eq!(app.anonymize(&ada, "chat", "ada@example.org").await, sent);
    let back = app.deanonymize(&clerk, "chat", &sent).await.unwrap();
    assert_eq!(back, restored("ada@example.org", 1, &[]));
}

#[tokio::test]
async fn keys_are_rotated_without_losing_what_is_kept() {
    let database = app::database().await;
    let organization = OrganizationId::generate();
    let (ada, clerk) = (member_of(organization), holder(organization, PERMISSION));
    let before = with_keys(&database, VAULT_KEY).await;
    let first = before.anonymize(&ada, "chat", "ada@example.org").await;
    let second = before.anonymize(&ada, "chat", "eve@example.org").await;

    let during = with_keys(&database, &format!("{OTHER_KEY},{VAULT_KEY}")).await;
    let again = during.anonymize(&ada, "chat", "ada@example.org").await;
    assert_eq!(again, first, "a conversation outlives a rotation");
    let both = format!("{first} {second}");
    let back = during.deanonymize(&clerk, "chat", &both).await.unwrap();
    assert_eq!(back, restored("ada@example.org eve@example.org", 2, &[]));

    // What came again is sealed with the new key.
    let after = with_keys(&database, OTHER_KEY).await;
    let back = after.deanonymize(&clerk, "chat", &both).await.unwrap();
    let left = format!("ada@example.org {second}");
    assert_eq!(back, restored(&left, 1, &[&*second]));

    let off = with_keys(&database, "").await;
    let check = off.check(&ada, anonymized("chat", "ada@example.org")).await;
    let back = off.deanonymize(&clerk, "chat", &both).await;
    for status in [check.unwrap_err(), back.unwrap_err()] {
        assert_eq!(status.code(), Code::FailedPrecondition);
        assert_eq!(reason(&status), "VAULT_OFF");
    }
}

#[tokio::test]
async fn what_other_guards_find_is_redacted_for_good() {
    let app = App::start().await;
    let organization = OrganizationId::generate();
    let (ada, clerk) = (member_of(organization), holder(organization, PERMISSION));
    let token = ["ghp", "_", "q7Rf2VxK9dTzW4mJ8sLbN3cYhP6gAeU1oZtX"].concat();
    let url = "postgres://root:hunter2swordfish@db.example.org/main";
    let content = format!("{token} of ad\u{200b}a@example.org at {url}");
    let sent = app.anonymize(&ada, "chat", &content).await;
    assert!(
        sent.starts_with("[REDACTED:github_personal_token] of [EMAIL_"),
        "{sent}"
    );
    assert!(sent.contains("] at postgres://root:[REDACTED:"), "{sent}");
    let back = app.deanonymize(&clerk, "chat", &sent).await.unwrap();
    assert!(
        back.content.contains(" of ad\u{200b}a@example.org at "),
        "{back:?}"
    );

    let mut request = anonymized("chat", &content);
    let how = request.anonymization.as_mut().unwrap();
    how.guards = vec!["secrets".to_owned(), "pii".to_owned()];
    let sent = app.check(&ada, request).await.unwrap().sanitized_content;
    assert!(sent.starts_with("[GITHUB_PERSONAL_TOKEN_"), "{sent}");
    let back = app.deanonymize(&clerk, "chat", &sent).await.unwrap();
    assert_eq!(back.content, content);
}

#[tokio::test]
async fn two_values_never_share_a_token() {
    let database = app::database().await;
    let app = App::start_on(&database.options).await;
    let organization = OrganizationId::generate();
    let (ada, clerk) = (member_of(organization), holder(organization, PERMISSION));
    let other = app.anonymize(&ada, "chat", "eve@example.org").await;
    let taken = app.anonymize(&ada, "chat", "ada@example.org").await;
    // Now somebody else's value has the token that would be this one's.
    for sql in [
        format!("delete from guards.vault_values where token = '{taken}'"),
        format!("update guards.vault_values set token = '{taken}' where token = '{other}'"),
    ] {
        assert_eq!(execute(&database.pool, &sql).await, 1);
    }
    let sent = app.anonymize(&ada, "chat", "ada@example.org").await;
    assert!(sent.starts_with("[EMAIL_") && sent != taken, "{sent}");
    let back = app.deanonymize(&clerk, "chat", &sent).await.unwrap();
    assert_eq!(back, restored("ada@example.org", 1, &[]));
    assert_eq!(app.anonymize(&ada, "chat", "ada@example.org").await, sent);
}

#[tokio::test]
async fn checks_at_the_same_time_agree_on_the_tokens() {
    let app = App::start().await;
    let organization = OrganizationId::generate();
    let (ada, clerk) = (member_of(organization), holder(organization, PERMISSION));
    let people: Vec<String> = (0..50).map(|i| format!("user{i}@example.org")).collect();
    let forward = people.join(" ");
    let backward = people.iter().rev().cloned().collect::<Vec<_>>().join(" ");
    let checks = (0..12).map(|i| {
        let content = if i % 2 == 0 { &forward } else { &backward };
        app.anonymize(&ada, "chat", content)
    });
    let sent = join_all(checks).await;
    for (index, text) in sent.iter().enumerate() {
        let mut words: Vec<&str> = text.split(' ').collect();
        if index % 2 == 1 {
            words.reverse();
        }
        assert_eq!(words.join(" "), sent[0], "{index}");
    }
    let back = app.deanonymize(&clerk, "chat", &sent[0]).await.unwrap();
    assert_eq!(back, restored(&forward, 50, &[]));
}

#[tokio::test]
async fn who_had_what_given_back_is_on_record() {
    let database = app::database().await;
    let app = App::start_on(&database.options).await;
    let organization = OrganizationId::generate();
    let (ada, clerk) = (member_of(organization), holder(organization, PERMISSION));
    let run = app
        .check(&ada, anonymized("chat", "ada@example.org"))
        .await
        .unwrap();
    let text = format!("{0} {0} [EMAIL_BBBBBB]", run.sanitized_content);
    app.deanonymize(&ada, "chat", &text).await.unwrap_err();
    app.deanonymize(&clerk, "chat", &text).await.unwrap();

    let mut transaction = database::begin(&database.pool, Scope::Platform)
        .await
        .unwrap();
    let rows: Vec<(Uuid, Uuid, String, Vec<Uuid>, i32, i32)> = sqlx::query_as(
        "select organization_id, user_id, scope, run_ids, restored_count, unknown_count
         from guards.deanonymizations",
    )
    .fetch_all(&mut *transaction)
    .await
    .unwrap();
    let Caller::User(user) = &clerk else {
        panic!("{clerk:?}")
    };
    let runs: Vec<Uuid> = sqlx::query_scalar("select id from guards.runs")
        .fetch_all(&mut *transaction)
        .await
        .unwrap();
    let expected = (
        organization.uuid(),
        user.user.uuid(),
        "chat".to_owned(),
        runs,
        1,
        1,
    );
    assert_eq!(rows, [expected]);
}

#[tokio::test]
async fn what_cannot_be_kept_or_given_back_is_refused() {
    let app = App::start().await;
    let organization = OrganizationId::generate();
    let (ada, clerk) = (member(), holder(organization, PERMISSION));
    let ttl = |seconds, nanos| Some(prost_types::Duration { seconds, nanos });
    for (scope, ttl, field) in [
        ("", None, "anonymization.scope"),
        ("with blank", None, "anonymization.scope"),
        ("naïve", None, "anonymization.scope"),
        (&"x".repeat(129), None, "anonymization.scope"),
        ("chat", ttl(59, 0), "anonymization.ttl"),
        ("chat", ttl(30 * 86400, 1), "anonymization.ttl"),
        ("chat", ttl(i64::MAX, 0), "anonymization.ttl"),
        ("chat", ttl(-60, -1), "anonymization.ttl"),
    ] {
        let mut request = anonymized(scope, "ada@example.org");
        request.anonymization.as_mut().unwrap().ttl = ttl;
        let status = app.check(&ada, request).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument, "{scope}");
        assert_eq!(invalid_fields(&status), [field], "{scope}");
    }
    let mut request = anonymized("chat", "ada@example.org");
    request.anonymization.as_mut().unwrap().ttl = ttl(60, 0);
    app.check(&ada, request).await.unwrap();

    // A name with a slip would cost the way back.
    for (asked, name) in [("", "pi"), ("pii", "custom:ids")] {
        let mut request = anonymized("chat", "ada@example.org");
        request.guards = Some(asked.to_owned())
            .filter(|id| !id.is_empty())
            .into_iter()
            .collect();
        request.anonymization.as_mut().unwrap().guards = vec!["pii".to_owned(), name.to_owned()];
        let status = app.check(&ada, request).await.unwrap_err();
        assert_eq!(invalid_fields(&status), ["anonymization.guards[1]"]);
    }

    let people = |count| (0..count).map(|i| format!("u{i}@example.org "));
    let most: String = people(2000).collect();
    let sent = app.anonymize(&ada, "chat", &most).await;
    assert!(!sent.contains('@'));
    let more: String = people(2001).collect();
    let status = app
        .check(&ada, anonymized("chat", &more))
        .await
        .unwrap_err();
    assert_eq!(reason(&status), "TOO_MANY_VALUES");

    for (scope, content, field) in [("", "x", "scope"), ("chat", "", "content")] {
        let status = app.deanonymize(&clerk, scope, content).await.unwrap_err();
        assert_eq!(invalid_fields(&status), [field]);
    }
    let letters = |i: usize| ["B", "C", "D", "F", "G", "H", "J", "K", "L", "M", "N", "P"][i % 12];
    let tokens = (0..2001).map(|i| {
        let [a, b, c, d] = [i, i / 12, i / 144, i / 1728].map(letters);
        format!("[EMAIL_BB{a}{b}{c}{d}]")
    });
    let status = app
        .deanonymize(&clerk, "chat", &tokens.collect::<String>())
        .await
        .unwrap_err();
    assert_eq!(reason(&status), "TOO_MANY_VALUES");
}

#[tokio::test]
async fn a_text_that_would_grow_beyond_bounds_is_refused() {
    let app = App::start().await;
    let organization = OrganizationId::generate();
    let (ada, clerk) = (member_of(organization), holder(organization, PERMISSION));
    let address = format!("{}@example.org", "a".repeat(60));
    let token = app.anonymize(&ada, "chat", &address).await;
    assert!(
        token.starts_with("[EMAIL_") && token.ends_with(']'),
        "{token}"
    );
    let fits = 2 * 1024 * 1024 / address.len();
    let back = app.deanonymize(&clerk, "chat", &token.repeat(fits)).await;
    assert_eq!(back.unwrap().content, address.repeat(fits));
    let back = app
        .deanonymize(&clerk, "chat", &token.repeat(fits + 1))
        .await;
    assert_eq!(reason(&back.unwrap_err()), "RESULT_TOO_LONG");
}
