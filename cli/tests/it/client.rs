//! A client of the public API, as an application would have one.

use std::net::SocketAddr;

use guardmesh_chassis::testing::http::{Response, request};
use serde_json::{Value, json};

/// A client that may be signed in.
#[derive(Clone)]
pub(crate) struct Client {
    address: SocketAddr,
    token: Option<String>,
}

/// A status and a JSON body.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) response: Response,
}

// === impl Client ===

impl Client {
    pub(crate) fn anonymous(address: SocketAddr) -> Self {
        Self {
            address,
            token: None,
        }
    }

    /// A client that sends this access token.
    pub(crate) fn with_token(&self, token: &str) -> Self {
        Self {
            address: self.address,
            token: Some(token.to_owned()),
        }
    }

    /// A client of a new account.
    pub(crate) async fn registered(&self, email: &str) -> Self {
        let body = json!({"email": email, "password": "correct horse", "name": "Somebody"});
        let answer = self.post("/api/v1/auth/register", &body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        self.with_token(answer.body["tokens"]["accessToken"].as_str().unwrap())
    }

    /// A client of an existing account.
    pub(crate) async fn signed_in(&self, email: &str, password: &str) -> Self {
        let body = json!({"email": email, "password": password});
        let answer = self.post("/api/v1/auth/login", &body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        self.with_token(answer.body["tokens"]["accessToken"].as_str().unwrap())
    }

    /// What it sends in the header of that name.
    pub(crate) fn authorization(&self) -> Option<String> {
        self.token.as_ref().map(|token| format!("Bearer {token}"))
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], b"").await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        let headers = [("content-type", "application/json")];
        self.send("POST", path, &headers, body.to_string().as_bytes())
            .await
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let authorization = self.authorization();
        let mut headers = headers.to_vec();
        headers.extend(
            authorization
                .as_deref()
                .map(|value| ("authorization", value)),
        );
        let response = request(self.address, method, path, &headers, body)
            .await
            .unwrap();
        let body = serde_json::from_slice(&response.body)
            .unwrap_or_else(|_| panic!("{method} {path}: not JSON: {}", response.text()));
        Answer {
            status: response.status,
            body,
            response,
        }
    }
}
