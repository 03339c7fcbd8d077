//! A new migration must reach the binary, which carries all of them.

fn main() {
    println!("cargo::rerun-if-changed=../../migrations/webhooks");
    println!("cargo::rerun-if-changed=sqlx.toml");
}
