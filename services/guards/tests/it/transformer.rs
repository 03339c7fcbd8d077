//! A model from a directory, behind the real service.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use guardmesh_chassis::config::Environment;
use guardmesh_chassis::server::Listeners;
use guardmesh_guards::config::TransformerArgs;
use tokio_util::sync::CancellationToken;

use crate::app::{config, database};

/// The model that knows one word.
fn by_hand() -> PathBuf {
    [
        env!("CARGO_MANIFEST_DIR"),
        "tests",
        "transformer",
        "by_hand",
    ]
    .iter()
    .collect()
}

fn of(directory: PathBuf) -> TransformerArgs {
    TransformerArgs {
        injection_model_dir: Some(directory),
        ..TransformerArgs::default()
    }
}

/// Why the service does not start with a model in this directory.
async fn refusal(directory: PathBuf) -> String {
    let config = guardmesh_guards::Config {
        transformer: of(directory),
        ..config(&database().await.options)
    };
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let listeners = Listeners::bind(any, any).await.unwrap();
    let stop = CancellationToken::new();
    let served = guardmesh_guards::serve(&config, Environment::Development, listeners, stop).await;
    served.unwrap_err().to_string()
}

#[cfg(not(feature = "transformer"))]
#[tokio::test]
async fn a_build_without_the_feature_says_how_to_build() {
    assert_eq!(
        refusal(by_hand()).await,
        "GUARDS_INJECTION_MODEL_DIR: this build loads no models: build it with `--features transformer`"
    );
}

#[cfg(feature = "transformer")]
#[tokio::test]
async fn a_directory_that_cannot_be_used_stops_the_start() {
    let said = refusal(PathBuf::from("/nowhere")).await;
    let wanted = "GUARDS_INJECTION_MODEL_DIR: /nowhere/config.json: cannot be read: ";
    assert!(said.starts_with(wanted), "{said}");
}

#[cfg(feature = "transformer")]
#[tokio::test]
async fn the_model_judges_what_the_guard_leaves_in_doubt() {
    use std::collections::HashMap;

    use guardmesh_proto::guardmesh::guards::v1::{CheckRequest, Decision};
    use prost_types::value::Kind;
    use prost_types::{Struct, Value};

    use crate::app::{App, member, text};

    let app = App::start_with(guardmesh_guards::Config {
        transformer: of(by_hand()),
        ..config(&database().await.options)
    });
    let app = app.await;
    let check = async |content: &str, doubt_from: f64| {
        let number = |number| Value {
            kind: Some(Kind::NumberValue(number)),
        };
        let parameters = [("doubt_from", doubt_from), ("doubt_to", 1.0)];
        let parameters = parameters.map(|(name, value)| (name.to_owned(), number(value)));
        let fields = parameters.into_iter().collect();
        let request = CheckRequest {
            guards: vec!["prompt_injection".to_owned()],
            parameters: HashMap::from([("prompt_injection".to_owned(), Struct { fields })]),
            ..text(content)
        };
        let answer = app.check(&member(), request).await.unwrap();
        let rules = answer.findings.iter().map(|one| one.rule_id.clone());
        (answer.decision(), rules.collect::<Vec<_>>())
    };
    // The linear model finds neither. The word that the other one knows is in the second.
    let (harmless, known) = ("Please water the plants.", "Please disable the plants.");
    assert_eq!(check(harmless, 0.0).await, (Decision::Allow, vec![]));
    let blocked = (Decision::Block, vec!["second_opinion".to_owned()]);
    assert_eq!(check(known, 0.0).await, blocked);
    assert_eq!(check(known, 0.9).await, (Decision::Allow, vec![]));
}
