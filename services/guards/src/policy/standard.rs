//! What holds where no policy does, as the document of one: to be read, and to be changed.

use guardmesh_guard_engine::{Engine, Guard};

/// A document that says what runs where nobody says anything.
pub(crate) fn document(engine: &Engine) -> String {
    let guards = engine.guards().iter().filter(|one| one.runs_by_default());
    let steps: String = guards.map(step).collect();
    format!(
        "description: What runs where no policy is active.\n\
         routes:\n\
         # One route without conditions, which every text takes.\n\
         - guards:\n\
         {steps}"
    )
}

fn step(guard: &Guard) -> String {
    let (id, description) = (guard.id(), guard.description());
    format!("  # {description}\n  - guard: {id}\n    action: standard\n    on_error: fail_closed\n")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chrono::TimeDelta;
    use guardmesh_chassis::id::OrganizationId;
    use guardmesh_guard_engine::Channel;

    use super::*;
    use crate::check::{Direction, Subject};
    use crate::hash_key::HashKey;
    use crate::policy::compile::Compiler;

    #[test]
    fn the_document_means_what_holds_without_one() {
        let engine = Engine::standard().unwrap();
        let document = document(&engine);
        let second = Duration::from_secs(1);
        let compiler = Compiler::new(engine, None, second, false, TimeDelta::zero());
        let key = HashKey::new(&[0; 32]);
        let compiled = compiler.compile(&document, None, &key, &[]).unwrap();
        let subject = Subject {
            organization: OrganizationId::generate(),
            text: "".into(),
            channel: Channel::User,
            direction: Direction::Input,
            language: String::new(),
            application: String::new(),
            labels: std::collections::HashMap::new(),
        };
        let steps = |compiled: &crate::policy::compile::Compiled| {
            let (route, plan) = compiled.route(&subject);
            (route, format!("{:?}", plan.steps()))
        };
        let (route, said) = steps(&compiled);
        assert_eq!((route, said), (1, steps(&compiler.standard()).1));
        let outage =
            |compiled: &crate::policy::compile::Compiled| format!("{:?}", compiled.on_outage);
        assert_eq!(outage(&compiled), outage(&compiler.standard()));
    }
}
