//! What looks at every text: the guards that run by default, those that were named, or a policy.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::ValueEnum;
use guardmesh_guard_engine::{Channel, Decision, Engine, Finding, Guard, RuleInfo};
use guardmesh_guards::local::{Circumstances, Direction, LocalPlan, MAX_DOCUMENT, Violation};

use super::examine::Located;

/// Which guards run, and what a policy is told of the files.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "What is looked for")]
pub(super) struct Choice {
    /// The guards to run, separated by commas; those that run by default when absent
    #[arg(long, value_delimiter = ',', value_name = "GUARD")]
    guards: Vec<String>,

    /// A policy (YAML or JSON) that says which guards run, with which parameters, thresholds and
    /// actions
    #[arg(long, value_name = "FILE", conflicts_with = "guards")]
    policy: Option<PathBuf>,

    /// What a route of the policy may ask for: which way the texts go
    #[arg(long, value_enum, default_value = "input", requires = "policy")]
    direction: DirectionName,

    /// The same: where they come from
    #[arg(long, default_value = "code", value_parser = channel, requires = "policy")]
    channel: Channel,

    /// The same: in which language they are (ISO 639-1)
    #[arg(
        long,
        requires = "policy",
        default_value = "",
        hide_default_value = true
    )]
    language: String,

    /// The same: of which application
    #[arg(
        long,
        requires = "policy",
        default_value = "",
        hide_default_value = true
    )]
    application: String,

    /// The same: a label; may be given several times
    #[arg(long, value_name = "KEY=VALUE", value_parser = label, requires = "policy")]
    label: Vec<(String, String)>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum DirectionName {
    Input,
    Output,
}

/// What looks at every text, and which of its findings count.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) plan: LocalPlan,
    /// Where a policy decides; otherwise every finding counts.
    pub(super) by_policy: bool,
    /// By the names that findings bear.
    guards: HashMap<String, Guard>,
}

// === impl Rules ===

impl Rules {
    /// Compiles what was chosen.
    pub(super) fn of(choice: &Choice) -> anyhow::Result<Self> {
        let engine = Engine::standard()?;
        let plan = match &choice.policy {
            Some(path) => by_policy(engine, path, choice)?,
            None => by_name(&engine, &choice.guards)?,
        };
        let guards = plan.guards();
        Ok(Self {
            guards: guards
                .map(|(name, guard)| (name.to_owned(), guard.clone()))
                .collect(),
            by_policy: choice.policy.is_some(),
            plan,
        })
    }

    /// Whether a finding is what the caller is to be stopped by.
    pub(super) fn counts(&self, found: &Located) -> bool {
        !self.by_policy || found.decision >= Decision::Redact
    }

    /// Whether a guard by this name ran.
    pub(super) fn has(&self, name: &str) -> bool {
        self.guards.contains_key(name)
    }

    /// The guard and the rule that a finding comes from.
    pub(super) fn source(&self, finding: &Finding) -> Option<(&Guard, &RuleInfo)> {
        let guard = self.guards.get(&*finding.guard)?;
        let rule = guard.rules().iter().find(|rule| rule.id == finding.rule_id);
        rule.map(|rule| (guard, rule))
    }

    /// Whether a finding is about the value that stands in its place, and not a judgement over lines
    /// of a text, which another line would change.
    pub(super) fn is_about_value(&self, finding: &Finding, value: &str) -> bool {
        let guard = self.guards.get(&*finding.guard);
        !value.contains('\n') || guard.is_some_and(Guard::finds_values)
    }
}

fn by_name(engine: &Engine, names: &[String]) -> anyhow::Result<LocalPlan> {
    if let Some(unknown) = names.iter().find(|id| engine.guard(id).is_none()) {
        let known: Vec<&str> = engine.guards().iter().map(Guard::id).collect();
        bail!(
            "there is no guard `{unknown}`; the guards are {}",
            known.join(", ")
        );
    }
    let chosen = engine.guards().iter().filter(|guard| match names {
        [] => guard.runs_by_default(),
        names => names.iter().any(|id| id == guard.id()),
    });
    Ok(LocalPlan::of_guards(chosen, Channel::Code))
}

fn by_policy(engine: Engine, path: &Path, choice: &Choice) -> anyhow::Result<LocalPlan> {
    let name = path.display();
    let mut document = String::new();
    let file = File::open(path).with_context(|| format!("cannot open the policy {name}"))?;
    // One byte more than may be: then the document itself is refused.
    let limit = u64::try_from(MAX_DOCUMENT).unwrap_or(u64::MAX);
    file.take(limit.saturating_add(1))
        .read_to_string(&mut document)
        .with_context(|| format!("cannot read the policy {name}"))?;
    let circumstances = Circumstances {
        direction: match choice.direction {
            DirectionName::Input => Direction::Input,
            DirectionName::Output => Direction::Output,
        },
        channel: choice.channel,
        language: choice.language.clone(),
        application: choice.application.clone(),
        labels: choice.label.iter().cloned().collect(),
    };
    LocalPlan::of_policy(engine, &document, circumstances).or_else(|violations| {
        let lines: Vec<String> = violations.iter().map(sentence).collect();
        bail!("the policy {name} does not hold:\n  {}", lines.join("\n  "))
    })
}

/// As the API tells it: the place, then the rule.
fn sentence(violation: &Violation) -> String {
    let Violation { at, rule } = violation;
    if at.is_empty() {
        format!("the document {rule}")
    } else {
        format!("{at}: {rule}")
    }
}

fn channel(name: &str) -> Result<Channel, String> {
    let known = Channel::ALL
        .into_iter()
        .find(|channel| channel.as_str() == name);
    let names = Channel::ALL.map(Channel::as_str).join(", ");
    known.ok_or_else(|| format!("the channels are {names}"))
}

fn label(pair: &str) -> Result<(String, String), String> {
    let (key, value) = pair.split_once('=').ok_or("must be KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}
