//! Streams that a session token of Clerk opened: they end when it expires, and when the account it
//! stands for is revoked.

use std::sync::atomic::Ordering;

use chrono::TimeDelta;
use guardmesh_proto::guardmesh::auth::v1::revocation::Subject;

use crate::chat::Chat;
use crate::clerk::{self, SUBJECT};
use crate::clerk_side::{self, ClerkKey, ClerkServer};
use crate::house::{House, until};
use crate::stream_lapse::{Credential, FORMS, Form, Open};

const OTHER: &str = "user_2rWFe9c7CqGyNsXyJGyQcrCs7gT";

/// A house that trusts one Clerk instance.
struct Clerk {
    house: House,
    chat: Chat,
    server: ClerkServer,
    key: ClerkKey,
}

// === impl Clerk ===

impl Clerk {
    async fn new() -> Self {
        let key = ClerkKey::new("ins_first");
        let server = ClerkServer::start(&[&key]).await;
        let trusted = clerk::plan(&server).identity;
        let (house, chat) = Chat::house(|plan| plan.identity = trusted).await;
        Self {
            house,
            chat,
            server,
            key,
        }
    }

    /// This person's token, good until `seconds` from now.
    fn sign_in(&self, subject: &str, seconds: i64) -> Credential {
        let now = self.house.clock.now();
        let mut claims = clerk_side::claims(&self.server.issuer, subject, now);
        claims["exp"] = (now.timestamp() + seconds).into();
        let bearer = format!("Bearer {}", self.key.token(&claims));
        ("authorization", bearer)
    }

    /// One stream of each form.
    async fn open(&self, credential: &Credential) -> Vec<Open> {
        let mut open = Vec::new();
        for form in FORMS {
            open.push(form.open(&self.house, "then silence", credential).await);
        }
        open
    }

    async fn cancelled(&self, count: usize) {
        until("the cancellation", async || {
            self.chat.cancelled.load(Ordering::SeqCst) == count
        })
        .await;
    }
}

#[tokio::test]
async fn streams_end_when_their_clerk_token_expires() {
    let clerk = Clerk::new().await;
    clerk.house.backend.auth.add_account(SUBJECT, &[]);
    let token = clerk.sign_in(SUBJECT, 2);
    for stream in clerk.open(&token).await {
        assert_eq!(stream.end().await, "CREDENTIAL_EXPIRED");
    }
    clerk.cancelled(FORMS.len()).await;
}

#[tokio::test]
async fn streams_by_clerk_end_when_their_user_is_revoked_and_no_others() {
    let clerk = Clerk::new().await;
    let auth = &clerk.house.backend.auth;
    let lost = auth.add_account(SUBJECT, &[]);
    auth.add_account(OTHER, &[]);
    let kept = clerk.sign_in(OTHER, 1800);
    let stays = Form::Lines.open(&clerk.house, "then wait", &kept).await;
    let open = clerk.open(&clerk.sign_in(SUBJECT, 1800)).await;

    let since = clerk.house.clock.now() + TimeDelta::milliseconds(500);
    auth.revoke(Subject::UserId(lost.to_string()), since);
    for stream in open {
        assert_eq!(stream.end().await, "TOKEN_REVOKED");
    }
    clerk.cancelled(FORMS.len()).await;
    clerk.chat.gate.add_permits(1);
    assert!(stays.body().await.contains("waited"));
    clerk.cancelled(FORMS.len()).await;
}
