//! Refresh tokens: each works once, with a little grace, and a reuse ends the session.

use std::time::Duration;

use chrono::TimeDelta;
use futures_util::future::join_all;
use guardmesh_chassis::database::{self, Scope};
use sqlx::PgPool;
use tokio::time::timeout;
use tonic::Code;

use crate::app::{self, App, PASSWORD, SEALING_KEY, reason};

/// As many as the service has connections to the database.
const CALLS: i64 = 8;

impl App {
    async fn first_token(&self) -> String {
        let tokens = self.register("ada@example.com").await.unwrap().tokens;
        tokens.unwrap().refresh_token
    }

    async fn successor(&self, token: &str) -> String {
        self.refresh(token).await.unwrap().refresh_token
    }

    async fn refusal(&self, token: &str) -> String {
        let status = self.refresh(token).await.unwrap_err();
        assert_eq!(status.code(), Code::Unauthenticated);
        reason(&status)
    }

    async fn counts(&self) -> (i64, i64) {
        let mut transaction = database::begin(&self.pool, Scope::Platform).await.unwrap();
        sqlx::query_as(
            "select (select count(*) from auth.sessions),
                    (select count(*) from auth.refresh_tokens)",
        )
        .fetch_one(&mut *transaction)
        .await
        .unwrap()
    }
}

#[tokio::test]
async fn a_refresh_gives_new_tokens_of_the_same_session() {
    let app = App::start().await;
    let before = app
        .register("ada@example.com")
        .await
        .unwrap()
        .tokens
        .unwrap();
    assert!(before.refresh_token.starts_with("gmr_"));
    app.clock.advance(TimeDelta::seconds(30));
    let after = app.refresh(&before.refresh_token).await.unwrap();
    assert_ne!(after.refresh_token, before.refresh_token);
    assert_eq!((&*after.token_type, after.expires_in), ("Bearer", 1800));
    assert_eq!(app.caller(&before).await, app.caller(&after).await);
}

#[tokio::test]
async fn parallel_use_gives_one_successor() {
    let database = app::database().await;
    let app = App::start_on(database.pool, SEALING_KEY).await;
    let token = app.first_token().await;

    // All are held up at the session, so that all are at it when the first goes on.
    let ours = database::pool(database.options, 2);
    let mut gate = database::begin(&ours, Scope::Platform).await.unwrap();
    sqlx::query("select from auth.sessions for update")
        .execute(&mut *gate)
        .await
        .unwrap();
    let open = async {
        while waiting(&ours).await < CALLS {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        gate.commit().await.unwrap();
    };
    let calls = join_all((0..CALLS).map(|_| app.successor(&token)));
    let (successors, opened) = tokio::join!(calls, timeout(Duration::from_secs(20), open));
    opened.unwrap();

    assert!(
        successors
            .iter()
            .all(|successor| *successor == successors[0])
    );
    assert_eq!(app.counts().await, (1, 2));
    assert!(app.refresh(&successors[0]).await.is_ok());
}

/// How many transactions of this database wait for a lock.
pub(crate) async fn waiting(pool: &PgPool) -> i64 {
    sqlx::query_scalar(
        "select count(*) from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock'",
    )
    .fetch_one(pool)
    .await
    .unwrap()
}

#[tokio::test]
async fn a_repeat_within_the_grace_gives_the_same_successor() {
    let app = App::start().await;
    let token = app.first_token().await;
    let successor = app.successor(&token).await;
    app.clock.advance(TimeDelta::milliseconds(9_999));
    assert_eq!(app.successor(&token).await, successor);
    assert!(app.refresh(&successor).await.is_ok());
}

#[tokio::test]
async fn a_reuse_after_the_grace_ends_the_session() {
    let app = App::start().await;
    let tokens = app
        .register("ada@example.com")
        .await
        .unwrap()
        .tokens
        .unwrap();
    let successor = app.successor(&tokens.refresh_token).await;
    app.clock.advance(TimeDelta::seconds(10));
    assert_eq!(
        app.refusal(&tokens.refresh_token).await,
        "REFRESH_TOKEN_REUSED"
    );
    assert_eq!(app.refusal(&successor).await, "SESSION_ENDED");
    assert_eq!(app.refusal(&tokens.refresh_token).await, "SESSION_ENDED");
    let caller = app.caller(&tokens).await;
    assert_eq!(reason(&app.me(&caller).await.unwrap_err()), "SESSION_ENDED");
    assert!(app.login("ada@example.com", PASSWORD).await.is_ok());
}

#[tokio::test]
async fn an_older_token_has_no_grace() {
    let app = App::start().await;
    let first = app.first_token().await;
    let second = app.successor(&first).await;
    let third = app.successor(&second).await;
    assert_eq!(app.successor(&second).await, third);
    assert_eq!(app.refusal(&first).await, "REFRESH_TOKEN_REUSED");
    assert_eq!(app.refusal(&third).await, "SESSION_ENDED");
}

#[tokio::test]
async fn a_token_lives_seven_days() {
    let app = App::start().await;
    let first = app.first_token().await;
    app.clock
        .advance(TimeDelta::days(7) - TimeDelta::microseconds(1));
    let second = app.successor(&first).await;
    app.clock.advance(TimeDelta::days(7));
    assert_eq!(app.refusal(&second).await, "INVALID_REFRESH_TOKEN");
}

#[tokio::test]
async fn what_is_no_token_of_ours_is_refused() {
    let app = App::start().await;
    let token = app.first_token().await;
    let unknown = format!("gmr_{}", "A".repeat(43));
    let padded = format!("{token}=");
    let huge = "a".repeat(10_000);
    for other in ["", "gmr_", &token[4..], &unknown, &padded, "gmr_\0", &huge] {
        assert_eq!(app.refusal(other).await, "INVALID_REFRESH_TOKEN");
    }
    assert!(app.refresh(&token).await.is_ok());
}

#[tokio::test]
async fn the_database_alone_gives_no_token() {
    let app = App::start().await;
    let first = app.first_token().await;
    let second = app.successor(&first).await;
    let mut transaction = database::begin(&app.pool, Scope::Platform).await.unwrap();
    let rows: Vec<(Vec<u8>, Option<Vec<u8>>)> =
        sqlx::query_as("select hash, successor_sealed from auth.refresh_tokens")
            .fetch_all(&mut *transaction)
            .await
            .unwrap();
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().any(|(_, sealed)| sealed.is_some()));
    for (hash, sealed) in rows {
        for stored in [Some(hash), sealed].into_iter().flatten() {
            for token in [&first, &second] {
                let found = stored
                    .windows(16)
                    .any(|part| token.as_bytes().starts_with(part));
                assert!(!found);
            }
        }
    }
}

#[tokio::test]
async fn what_has_expired_is_deleted_and_nothing_else() {
    let app = App::start().await;
    let job = app.state();
    let token = app.first_token().await;
    app.login("ada@example.com", PASSWORD).await.unwrap();
    app.clock.advance(TimeDelta::days(6));
    let successor = app.successor(&token).await;
    assert_eq!(job.delete_expired().await.unwrap(), 0);
    assert_eq!(app.counts().await, (2, 3));

    // The second session, and the first token of the first one.
    app.clock
        .advance(TimeDelta::days(1) + TimeDelta::seconds(1));
    assert_eq!(job.delete_expired().await.unwrap(), 2);
    assert_eq!(app.counts().await, (1, 1));
    assert!(app.refresh(&successor).await.is_ok());
}
