//! Accounts, sessions, organisations and signing keys.
