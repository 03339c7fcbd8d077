//! `guardmesh.guards.v1.GuardsService`

use std::collections::HashMap;
use std::sync::Arc;

use guardmesh_chassis::caller;
use guardmesh_chassis::fault::Fault;
use guardmesh_chassis::page::Page;
use guardmesh_guard_engine::{BuildError, Channel, Guard};
use guardmesh_proto::guardmesh::guards::v1::guards_service_server::GuardsService;
use guardmesh_proto::guardmesh::guards::v1::{
    BatchCheckRequest, BatchCheckResponse, Channel as ChannelMessage, CheckRequest, CheckResponse,
    CheckStreamRequest, GetGuardRunRequest, GetGuardRunResponse, ListGuardRunsRequest,
    ListGuardRunsResponse, ListGuardsRequest, ListGuardsResponse,
};
use prost_types::Struct;
use tokio::task::spawn_blocking;
use tonic::{Request, Response, Status, Streaming, async_trait};

use super::{batch, parameters, render, stream, vault};
use crate::State;
use crate::check::Subject;
use crate::custom_guard::PREFIX;
use crate::error::Error;
use crate::plan::{Plan, Step};
use crate::run::{self, Owner, Run, RunId};
use crate::vault::Anonymization;

pub(super) const MAX_CONTENT: usize = 1024 * 1024;
/// More names than there will be guards.
const MAX_ASKED: usize = 100;

/// A check that is done, and not recorded yet.
pub(super) struct Checked {
    pub(super) run: Run,
    sanitized_content: String,
    reasons: Vec<String>,
}

#[async_trait]
impl GuardsService for State {
    async fn list_guards(
        &self,
        _request: Request<ListGuardsRequest>,
    ) -> Result<Response<ListGuardsResponse>, Status> {
        let guards = self.engine.guards().iter().map(render::guard).collect();
        Ok(Response::new(ListGuardsResponse { guards }))
    }

    async fn check(
        &self,
        request: Request<CheckRequest>,
    ) -> Result<Response<CheckResponse>, Status> {
        let owner = owner(&request)?;
        let checked = self.examine(owner, request.into_inner()).await?;
        run::record(&self.database, owner, &checked.run).await?;
        Ok(Response::new(checked.render(usize::MAX)))
    }

    async fn batch_check(
        &self,
        request: Request<BatchCheckRequest>,
    ) -> Result<Response<BatchCheckResponse>, Status> {
        let owner = owner(&request)?;
        let checks = batch::parse(request.into_inner())?;
        let results = batch::check(self, owner, checks).await;
        Ok(Response::new(BatchCheckResponse { results }))
    }

    type CheckStreamStream = stream::Answers;

    async fn check_stream(
        &self,
        request: Request<Streaming<CheckStreamRequest>>,
    ) -> Result<Response<stream::Answers>, Status> {
        let owner = owner(&request)?;
        let answers = stream::check(self.clone(), owner, request.into_inner()).await?;
        Ok(Response::new(answers))
    }

    async fn get_guard_run(
        &self,
        request: Request<GetGuardRunRequest>,
    ) -> Result<Response<GetGuardRunResponse>, Status> {
        let owner = owner(&request)?;
        // An id that is none names no run.
        let id = request
            .into_inner()
            .run_id
            .parse()
            .map_err(|_| Error::NoSuchRun)?;
        let run = run::get(&self.database, owner, id).await?;
        Ok(Response::new(GetGuardRunResponse {
            guard_run: Some(render::run(&run)),
        }))
    }

    async fn list_guard_runs(
        &self,
        request: Request<ListGuardRunsRequest>,
    ) -> Result<Response<ListGuardRunsResponse>, Status> {
        let owner = owner(&request)?;
        let request = request.into_inner();
        let page = Page::parse(request.page_size, &request.page_token)?;
        let (runs, next_page_token) = run::list(&self.database, owner, page).await?;
        let guard_runs = runs.iter().map(render::run).collect();
        Ok(Response::new(ListGuardRunsResponse {
            guard_runs,
            next_page_token,
        }))
    }
}

// === impl Checked ===

impl Checked {
    /// As it is answered, with so many findings at most.
    pub(super) fn render(self, findings: usize) -> CheckResponse {
        let run = &self.run;
        let findings = run.findings.iter().take(findings);
        CheckResponse {
            run_id: run.id.to_string(),
            decision: render::decision(run.decision).into(),
            findings: findings.map(render::finding).collect(),
            guard_results: run.guard_results.iter().map(render::guard_result).collect(),
            sanitized_content: self.sanitized_content,
            reasons: self.reasons,
        }
    }
}

// === impl State ===

impl State {
    /// Does what a request asks for, up to the record of it.
    pub(super) async fn examine(
        &self,
        owner: Owner,
        request: CheckRequest,
    ) -> Result<Checked, Error> {
        let channel = channel(request.channel)?;
        let (custom, engine) = request
            .guards
            .into_iter()
            .partition::<Vec<_>, _>(|name| name.starts_with(PREFIX));
        let custom = self.custom(owner, &custom).await?;
        // With custom guards alone the default ones do not run.
        let guards = match (&*engine, &*custom) {
            ([], [_, ..]) => Vec::new(),
            _ => self.guards(&engine, request.parameters).await?,
        };
        let guards = guards.into_iter().map(|guard| (guard.id().into(), guard));
        let guards = guards.chain(custom).collect();
        let text: Arc<str> = content(request.content)?.into();
        let content_bytes = text.len();
        let anonymization = request.anonymization.map(vault::anonymization);
        let anonymization = anonymization.transpose()?.unwrap_or_default();

        let id = RunId::generate();
        let plan = Arc::new(self.plan_of(guards, &anonymization));
        let subject = Subject { text, channel };
        let (mut verdict, sanitized) = self.checker.check(subject, plan).await?;
        let anonymized = self.vault.anonymize(owner, id, &anonymization, sanitized);
        let sanitized_content = anonymized.await?;
        let reasons = std::mem::take(&mut verdict.reasons);
        Ok(Checked {
            run: Run::of(verdict, id, &self.clock, channel, content_bytes),
            sanitized_content,
            reasons,
        })
    }

    /// The guards that a request names, or the default ones, with the parameters that it gives.
    pub(super) async fn guards(
        &self,
        asked: &[String],
        parameters: HashMap<String, Struct>,
    ) -> Result<Vec<Guard>, Error> {
        configured(self.selected(asked)?, parameters).await
    }

    /// The custom guards of these names, which all must exist.
    async fn custom(
        &self,
        owner: Owner,
        asked: &[String],
    ) -> Result<Vec<(Arc<str>, Guard)>, Error> {
        if asked.len() > MAX_ASKED {
            return Err(Fault::invalid("guards", "must name at most 100 guards").into());
        }
        let names = asked.iter().filter_map(|name| name.strip_prefix(PREFIX));
        let names: Vec<String> = names.map(str::to_owned).collect();
        let guards = self.custom_guards.load(owner.organization, &names).await?;
        let missing = asked
            .iter()
            .find(|asked| guards.iter().all(|(name, _)| **name != ***asked));
        match missing {
            None => Ok(guards),
            Some(missing) => {
                let rule = format!("names no guard of your organisation: {missing}");
                Err(Fault::invalid("guards", rule).into())
            }
        }
    }

    /// The guards to run, in the engine's order: those asked for, each once, or the default ones.
    fn selected(&self, asked: &[String]) -> Result<Vec<Guard>, Fault> {
        if asked.len() > MAX_ASKED {
            return Err(Fault::invalid("guards", "must name at most 100 guards"));
        }
        let known = self.engine.guards().iter();
        if let Some(unknown) = asked.iter().position(|id| self.engine.guard(id).is_none()) {
            let known: Vec<&str> = known.map(Guard::id).collect();
            let rule = format!("is not a guard; the guards are {}", known.join(", "));
            return Err(Fault::invalid(format!("guards[{unknown}]"), rule));
        }
        let wanted = |guard: &&Guard| match asked {
            [] => guard.runs_by_default(),
            asked => asked.iter().any(|asked| asked == guard.id()),
        };
        Ok(known.filter(wanted).cloned().collect())
    }

    /// The plan of a request that names its guards itself.
    fn plan_of(&self, guards: Vec<(Arc<str>, Guard)>, anonymization: &Anonymization) -> Plan {
        let step = |(name, guard): (Arc<str>, Guard)| Step {
            reversible: anonymization.guards.contains(&*name),
            name,
            ..Step::standard(guard, self.guard_timeout)
        };
        Plan::new(None, guards.into_iter().map(step).collect())
    }
}

/// The guards with the parameters that were given for them. Compiling patterns takes milliseconds
/// of computation: not on a thread that serves calls.
async fn configured(
    guards: Vec<Guard>,
    given: HashMap<String, Struct>,
) -> Result<Vec<Guard>, Error> {
    if let Some(stray) = given
        .keys()
        .find(|id| guards.iter().all(|guard| guard.id() != *id))
    {
        let field = format!("parameters.{stray}");
        return Err(Fault::invalid(field, "is not a guard that this check runs").into());
    }
    if given.is_empty() {
        return Ok(guards);
    }
    let configure = move || with_parameters(guards, given);
    Ok(spawn_blocking(configure)
        .await
        .map_err(|_| Error::Interrupted)??)
}

fn with_parameters(
    guards: Vec<Guard>,
    mut given: HashMap<String, Struct>,
) -> Result<Vec<Guard>, Fault> {
    let configure = |guard: Guard| match given.remove(guard.id()) {
        None => Ok(guard),
        Some(message) => guard
            .with_parameters(&parameters::object(message))
            .map_err(|error| {
                let (at, rule) = match error {
                    BuildError::Parameter { at, rule } => (at, rule),
                    other => (String::new(), other.to_string()),
                };
                Fault::invalid(format!("parameters.{}.{at}", guard.id()), rule)
            }),
    };
    guards.into_iter().map(configure).collect()
}

pub(super) fn owner<T>(request: &Request<T>) -> Result<Owner, Fault> {
    let (user, organization) = caller::member(request)?;
    Ok(Owner { organization, user })
}

pub(super) fn content(text: String) -> Result<String, Fault> {
    match text.len() {
        0 => Err(Fault::invalid("content", "must not be empty")),
        1..=MAX_CONTENT => Ok(text),
        _ => Err(Fault::invalid(
            "content",
            "must have at most 1048576 bytes of UTF-8",
        )),
    }
}

pub(super) fn channel(number: i32) -> Result<Channel, Fault> {
    match ChannelMessage::try_from(number) {
        Ok(ChannelMessage::Unspecified | ChannelMessage::User) => Ok(Channel::User),
        Ok(ChannelMessage::System) => Ok(Channel::System),
        Ok(ChannelMessage::ToolOutput) => Ok(Channel::ToolOutput),
        Ok(ChannelMessage::Retrieved) => Ok(Channel::Retrieved),
        Ok(ChannelMessage::Assistant) => Ok(Channel::Assistant),
        Ok(ChannelMessage::Code) => Ok(Channel::Code),
        Err(_) => Err(Fault::invalid("channel", "is not a known channel")),
    }
}
