//! `guardmesh.guards.v1.GuardsService`

use std::collections::HashMap;

use guardmesh_chassis::caller;
use guardmesh_chassis::fault::Fault;
use guardmesh_chassis::page::Page;
use guardmesh_guard_engine::{BuildError, Guard};
use guardmesh_proto::guardmesh::guards::v1::guards_service_server::GuardsService;
use guardmesh_proto::guardmesh::guards::v1::{
    CheckRequest, CheckResponse, GetGuardRunRequest, GetGuardRunResponse, ListGuardRunsRequest,
    ListGuardRunsResponse, ListGuardsRequest, ListGuardsResponse,
};
use prost_types::Struct;
use serde_json::Map;
use tokio::task::spawn_blocking;
use tonic::{Request, Response, Status, async_trait};

use super::{parameters, render, subject};
use crate::State;
use crate::error::Error;
use crate::inspection::{self, Wish};
use crate::plan::{Step, Task};
use crate::run::{self, Owner};

/// More names than there will be guards.
const MAX_ASKED: usize = 100;

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
        let mut request = request.into_inner();
        let subject = subject::of_check(owner.organization, &mut request)?;
        let wish = self.wish(request).await?;
        let done = inspection::inspect(self, owner, subject, wish).await?;
        Ok(Response::new(render::check(done)))
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

// === impl State ===

impl State {
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

    /// What a request wants: to follow a policy, unless it names guards or gives parameters.
    async fn wish(&self, request: CheckRequest) -> Result<Wish, Error> {
        if request.guards.is_empty() && request.parameters.is_empty() {
            let policy = Some(request.policy_id).filter(|id| !id.is_empty());
            let id = policy.map(|id| id.parse().map_err(|_| Error::NoSuchPolicy));
            return Ok(Wish::Policy(id.transpose()?));
        }
        if !request.policy_id.is_empty() {
            let rule = "cannot be followed by a request that names guards or gives parameters";
            return Err(Fault::invalid("policyId", rule).into());
        }
        let guards = self.selected(&request.guards)?;
        let tasks = configured(guards, request.parameters).await?;
        let step = |(id, task)| Step::with_task(id, task, self.guard_timeout);
        Ok(Wish::Steps(tasks.into_iter().map(step).collect()))
    }
}

/// The guards with the parameters that were given for them. Compiling patterns takes milliseconds
/// of computation: not on a thread that serves calls.
async fn configured(
    guards: Vec<Guard>,
    given: HashMap<String, Struct>,
) -> Result<Vec<(&'static str, Task)>, Error> {
    if let Some(stray) = given
        .keys()
        .find(|id| guards.iter().all(|guard| guard.id() != *id))
    {
        let field = format!("parameters.{stray}");
        return Err(Fault::invalid(field, "is not a guard that this check runs").into());
    }
    let configure = move || with_parameters(guards, given);
    Ok(spawn_blocking(configure)
        .await
        .map_err(|_| Error::Interrupted)??)
}

fn with_parameters(
    guards: Vec<Guard>,
    mut given: HashMap<String, Struct>,
) -> Result<Vec<(&'static str, Task)>, Fault> {
    let configure = |guard: Guard| {
        let Some(message) = given.remove(guard.id()) else {
            return Ok((guard.id(), Task::engine(guard, &Map::new())));
        };
        let parameters = parameters::object(message);
        let configured = guard.with_parameters(&parameters).map_err(|error| {
            let (at, rule) = match error {
                BuildError::Parameter { at, rule } => (at, rule),
                other => (String::new(), other.to_string()),
            };
            Fault::invalid(format!("parameters.{}.{at}", guard.id()), rule)
        });
        Ok((guard.id(), Task::engine(configured?, &parameters)))
    };
    guards.into_iter().map(configure).collect()
}

fn owner<T>(request: &Request<T>) -> Result<Owner, Fault> {
    let (user, organization) = caller::member(request)?;
    Ok(Owner { organization, user })
}
