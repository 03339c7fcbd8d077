//! The tasks of a document's steps. Steps that say the same share one, so that aliases cost nothing, and what
//! all of them hold is bounded: a document of some kilobytes can name patterns that compile to gigabytes.

use std::collections::HashMap;

use guardmesh_guard_engine::{BuildError, Guard};
use serde_json::Value;

use super::Compiler;
use crate::custom_guard::{CustomGuard, PREFIX};
use crate::plan::{MOST_WEIGHT, Task};
use crate::policy::document::{StepDocument, Violation};

/// Makes the tasks of one document.
pub(super) struct Tasks<'a> {
    compiler: &'a Compiler,
    custom: &'a [CustomGuard],
    /// Whether it can still be mended: what was taken as a version holds for good.
    is_draft: bool,
    /// By guard and parameters.
    made: HashMap<String, Task>,
    weight: usize,
}

// === impl Tasks ===

impl<'a> Tasks<'a> {
    pub(super) fn of(compiler: &'a Compiler, custom: &'a [CustomGuard], is_draft: bool) -> Self {
        Self {
            compiler,
            custom,
            is_draft,
            made: HashMap::new(),
            weight: 0,
        }
    }

    /// About how many bytes those hold that were made.
    pub(super) fn weight(&self) -> usize {
        self.weight
    }

    pub(super) fn task(&mut self, document: &StepDocument) -> Result<Task, Violation> {
        let parameters = Value::Object(document.parameters.clone());
        let key = format!("{} {parameters}", document.guard);
        if let Some(made) = self.made.get(&key) {
            return Ok(made.clone());
        }
        let task = self.make(document)?;
        if self.weight + task.weight() > MOST_WEIGHT {
            let rule = "is too large with those before it: the patterns and words of a policy may \
                        compile to 16 MiB";
            return Err(Violation::new("guard", rule));
        }
        self.weight += task.weight();
        self.made.insert(key, task.clone());
        Ok(task)
    }

    fn make(&self, document: &StepDocument) -> Result<Task, Violation> {
        let Some(name) = document.guard.strip_prefix(PREFIX) else {
            let guard = self.guard(document)?;
            return Ok(Task::engine(guard, &document.parameters));
        };
        let Some(remotes) = &self.compiler.remotes else {
            let rule = "is a guard of an organisation, which the service alone knows";
            return Err(Violation::new("guard", rule));
        };
        let mut custom = self.custom.iter();
        let guard = custom.find(|guard| guard.definition.name == name);
        let guard = guard
            .ok_or_else(|| Violation::new("guard", "names no custom guard of your organisation"))?;
        if !document.parameters.is_empty() {
            let rule = "cannot be given: a custom guard has those that it is defined with";
            return Err(Violation::new("parameters", rule));
        }
        // It was valid when it was defined: for another version of the engine.
        guard
            .task(&self.compiler.engine, remotes)
            .map_err(|_| Violation::new("guard", "does not compile any more: define it anew"))
    }

    fn guard(&self, document: &StepDocument) -> Result<Guard, Violation> {
        let unknown = || Violation::new("guard", "is not a guard");
        let engine = &self.compiler.engine;
        let mut guard = engine.guard(&document.guard).ok_or_else(unknown)?.clone();
        if !document.parameters.is_empty() {
            guard = guard
                .with_parameters(&document.parameters)
                .map_err(|error| match error {
                    BuildError::Parameter { at, rule } => {
                        Violation::new(format!("parameters.{at}"), rule)
                    }
                    other => Violation::new("parameters", other.to_string()),
                })?;
        }
        if self.is_draft && guard.is_idle() {
            let rule = "must say what to look for: this guard finds nothing by itself";
            return Err(Violation::new("parameters", rule));
        }
        Ok(guard)
    }
}
