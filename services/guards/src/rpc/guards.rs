//! `guardmesh.guards.v1.GuardsService`

use std::collections::HashMap;
use std::sync::Arc;

use guardmesh_chassis::caller;
use guardmesh_chassis::fault::Fault;
use guardmesh_chassis::json_struct;
use guardmesh_chassis::page::Page;
use guardmesh_guard_engine::{BuildError, Guard};
use guardmesh_proto::guardmesh::guards::v1::guards_service_server::GuardsService;
use guardmesh_proto::guardmesh::guards::v1::{
    BatchCheckRequest, BatchCheckResponse, CheckRequest, CheckResponse, CheckStreamRequest,
    GetGuardRunRequest, GetGuardRunResponse, ListGuardRunsRequest, ListGuardRunsResponse,
    ListGuardsRequest, ListGuardsResponse,
};
use prost_types::Struct;
use serde_json::{Map, Value};
use tonic::{Request, Response, Status, Streaming, async_trait};

use super::{batch, filter, render, runs, stream, subject, vault};
use crate::State;
use crate::computation::apart;
use crate::custom_guard::PREFIX;
use crate::error::Error;
use crate::inspection::{self, Inspection, Rules, Wish};
use crate::plan::{MOST_WEIGHT, Step, Task};
use crate::run::{self, Owner};

/// More names than there will be guards.
const MAX_ASKED: usize = 100;

/// A guard with the parameters that it was compiled for.
type Configured = (Guard, Map<String, Value>);

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
        let done = self.examine(owner, request.into_inner()).await?;
        let storage = run::record(self, owner, &done.run, done.on_outage).await?;
        Ok(Response::new(render::check(done, storage, usize::MAX)))
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
        let whose = runs::readable(&request)?;
        // An id that is none names no run.
        let id = request
            .into_inner()
            .run_id
            .parse()
            .map_err(|_| Error::NoSuchRun)?;
        let run = run::get(&self.database, whose, id).await?;
        Ok(Response::new(GetGuardRunResponse {
            guard_run: Some(render::run(&run)),
        }))
    }

    async fn list_guard_runs(
        &self,
        request: Request<ListGuardRunsRequest>,
    ) -> Result<Response<ListGuardRunsResponse>, Status> {
        let whose = runs::listed(&request)?;
        let request = request.into_inner();
        let page = Page::parse(request.page_size, &request.page_token)?;
        let filter = filter::of_list(request)?;
        let (runs, next_page_token) = run::list(&self.database, whose, &filter, page).await?;
        let guard_runs = runs.iter().map(render::run).collect();
        Ok(Response::new(ListGuardRunsResponse {
            guard_runs,
            next_page_token,
        }))
    }
}

// === impl State ===

impl State {
    /// Does what a request asks for, up to the record of it.
    pub(super) async fn examine(
        &self,
        owner: Owner,
        mut request: CheckRequest,
    ) -> Result<Inspection, Error> {
        let subject = subject::of_check(owner.organization, &mut request)?;
        let anonymization = request.anonymization.take();
        let anonymization =
            vault::anonymization(self, anonymization, &request.guards)?.unwrap_or_default();
        let asked = (request.guards, request.parameters);
        let wish = self.wish(owner, asked, request.policy_id).await?;
        let rules = Rules::find(self, owner.organization, wish).await?;
        inspection::inspect(self, owner, subject, &rules, &anonymization).await
    }

    /// What a request wants: to follow a policy, unless it names guards or gives parameters.
    pub(super) async fn wish(
        &self,
        owner: Owner,
        (guards, parameters): (Vec<String>, HashMap<String, Struct>),
        policy_id: String,
    ) -> Result<Wish, Error> {
        if guards.is_empty() && parameters.is_empty() {
            let policy = Some(policy_id).filter(|id| !id.is_empty());
            let id = policy.map(|id| id.parse().map_err(|_| Error::NoSuchPolicy));
            return Ok(Wish::Policy(id.transpose()?));
        }
        if !policy_id.is_empty() {
            let rule = "cannot be followed by a request that names guards or gives parameters";
            return Err(Fault::invalid("policyId", rule).into());
        }
        let tasks = self.tasks(owner, guards, parameters).await?;
        let step =
            |(name, task): (Arc<str>, Task)| Step::with_task(&name, task, self.guard_timeout);
        Ok(Wish::Steps(tasks.into_iter().map(step).collect()))
    }

    /// The guards that a request names, custom ones as well, or the default ones.
    async fn tasks(
        &self,
        owner: Owner,
        asked: Vec<String>,
        parameters: HashMap<String, Struct>,
    ) -> Result<Vec<(Arc<str>, Task)>, Error> {
        if asked.len() > MAX_ASKED {
            return Err(Fault::invalid("guards", "must name at most 100 guards").into());
        }
        for (at, name) in asked.iter().enumerate() {
            if !name.starts_with(PREFIX) {
                self.known("guards", at, name)?;
            }
        }
        let (custom, engine) = asked
            .into_iter()
            .partition::<Vec<_>, _>(|name| name.starts_with(PREFIX));
        let custom = self.custom(owner, &custom).await?;
        // With custom guards alone the default ones do not run.
        let guards = match (&*engine, &*custom) {
            ([], [_, ..]) => Vec::new(),
            _ => self.selected(&engine),
        };
        let guards = configured(guards, parameters).await?.into_iter();
        let guards = guards.map(|(guard, given)| (guard.id().into(), Task::engine(guard, &given)));
        let tasks: Vec<(Arc<str>, Task)> = guards.chain(custom).collect();
        if tasks.iter().map(|(_, task)| task.weight()).sum::<usize>() > MOST_WEIGHT {
            let rule =
                "compile to more than a check may hold: a policy, or custom guards, can be smaller";
            return Err(Fault::invalid("parameters", rule).into());
        }
        Ok(tasks)
    }

    /// The custom guards of these names, which all must exist.
    async fn custom(&self, owner: Owner, asked: &[String]) -> Result<Vec<(Arc<str>, Task)>, Error> {
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
    fn selected(&self, asked: &[String]) -> Vec<Guard> {
        let wanted = |guard: &&Guard| match asked {
            [] => guard.runs_by_default(),
            asked => asked.iter().any(|asked| asked == guard.id()),
        };
        let known = self.engine.guards().iter();
        known.filter(wanted).cloned().collect()
    }

    /// Refuses a name, given at this place of `list`, that is none of the engine's guards.
    pub(super) fn known(&self, list: &str, at: usize, id: &str) -> Result<(), Fault> {
        if self.engine.guard(id).is_some() {
            return Ok(());
        }
        let known: Vec<&str> = self.engine.guards().iter().map(Guard::id).collect();
        let rule = format!("is not a guard; the guards are {}", known.join(", "));
        Err(Fault::invalid(format!("{list}[{at}]"), rule))
    }
}

/// The guards with the parameters that were given for them. Compiling patterns takes milliseconds
/// of computation: not on a thread that serves calls.
async fn configured(
    guards: Vec<Guard>,
    given: HashMap<String, Struct>,
) -> Result<Vec<Configured>, Error> {
    if let Some(stray) = given
        .keys()
        .find(|id| guards.iter().all(|guard| guard.id() != *id))
    {
        let field = format!("parameters.{stray}");
        let rule = if stray.starts_with(PREFIX) {
            "cannot be given: a custom guard has those that it is defined with"
        } else {
            "is not a guard that this check runs: `guards` has to name it"
        };
        return Err(Fault::invalid(field, rule).into());
    }
    let configure = move || with_parameters(guards, given);
    Ok(apart(configure).await??)
}

fn with_parameters(
    guards: Vec<Guard>,
    mut given: HashMap<String, Struct>,
) -> Result<Vec<Configured>, Fault> {
    let configure = |guard: Guard| {
        let Some(message) = given.remove(guard.id()) else {
            return Ok((guard, Map::new()));
        };
        let parameters = json_struct::object(message);
        let configured = guard.with_parameters(&parameters).map_err(|error| {
            let (at, rule) = match error {
                BuildError::Parameter { at, rule } => (at, rule),
                other => (String::new(), other.to_string()),
            };
            Fault::invalid(format!("parameters.{}.{at}", guard.id()), rule)
        });
        Ok((configured?, parameters))
    };
    guards.into_iter().map(configure).collect()
}

pub(super) fn owner<T>(request: &Request<T>) -> Result<Owner, Fault> {
    let (user, organization) = caller::member(request)?;
    Ok(Owner { organization, user })
}
