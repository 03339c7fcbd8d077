//! `GuardsService.CheckStream`: a text that is checked while it is written.
//!
//! Answers are made as they are asked for: a client that does not read is not read from. A stream
//! that fails, or whose client leaves, gives nothing more out and leaves no run.

use std::time::Duration;

use futures_util::stream::{BoxStream, StreamExt, unfold};
use guardmesh_chassis::fault::Fault;
use guardmesh_guard_engine::{Hold, StreamError};
use guardmesh_proto::guardmesh::guards::v1::check_stream_request::Message as Asked;
use guardmesh_proto::guardmesh::guards::v1::check_stream_response::Message as Answer;
use guardmesh_proto::guardmesh::guards::v1::{
    CheckStreamRelease, CheckStreamRequest, CheckStreamResponse, CheckStreamSettings,
    CheckStreamVerdict,
};
use tokio::time::{Instant, timeout_at};
use tonic::{Status, Streaming};

use super::render;
use super::subject::{MAX_CONTENT, channel};
use crate::State;
use crate::error::Error;
use crate::policy::document::OnOutage;
use crate::run::{self, Owner};
use crate::watch::{Seen, Watch};

/// What a call answers.
pub(super) type Answers = BoxStream<'static, Result<CheckStreamResponse, Status>>;

/// Most bytes of a text that is not held back.
const MAX_STREAM: usize = 8 * 1024 * 1024;
/// How long a client may send nothing.
const IDLE: Duration = Duration::from_mins(1);
/// How long a stream may take.
const LONGEST: Duration = Duration::from_mins(10);

/// A stream in its course.
struct Course {
    state: State,
    owner: Owner,
    requests: Streaming<CheckStreamRequest>,
    watch: Watch,
    most: usize,
    end: Instant,
}

/// Reads the settings; what comes of the text is for the stream of answers.
pub(super) async fn check(
    state: State,
    owner: Owner,
    mut requests: Streaming<CheckStreamRequest>,
) -> Result<Answers, Status> {
    let end = Instant::now() + LONGEST;
    let first = next(&mut requests, end).await?;
    let Some(Asked::Settings(settings)) = first.and_then(|first| first.message) else {
        return Err(Fault::invalid("settings", "must be the first message").into());
    };
    let most = if settings.buffer_all {
        MAX_CONTENT
    } else {
        MAX_STREAM
    };
    let watch = watch(&state, owner, settings).await?;
    let course = Course {
        state,
        owner,
        requests,
        watch,
        most,
        end,
    };
    Ok(unfold(Some(course), |course| async {
        match course?.next().await {
            Ok((answer, course)) => Some((Ok(answer), course)),
            Err(status) => Some((Err(status), None)),
        }
    })
    .boxed())
}

async fn watch(state: &State, owner: Owner, settings: CheckStreamSettings) -> Result<Watch, Error> {
    let channel = channel(settings.channel)?;
    let guards = state.guards(&settings.guards, settings.parameters).await?;
    let hold = if settings.buffer_all {
        Hold::All
    } else {
        Hold::Undecided
    };
    let checker = state.checker.clone();
    let organization = owner.organization;
    let watch = Watch::new(
        checker,
        organization,
        guards,
        channel,
        hold,
        state.guard_timeout,
    );
    watch.map_err(|error| match error {
        StreamError::NeedsWhole { guard } => {
            let rule = format!("is needed by the guard {guard}, which judges a text as a whole");
            Fault::invalid("settings.bufferAll", rule).into()
        }
        StreamError::Undecided => Error::Undecided,
    })
}

/// The next message, unless it takes too long.
async fn next(
    requests: &mut Streaming<CheckStreamRequest>,
    end: Instant,
) -> Result<Option<CheckStreamRequest>, Status> {
    let idle = Instant::now() + IDLE;
    let message = timeout_at(idle.min(end), requests.message()).await;
    message.map_err(|_| Status::from(Error::StreamTime))?
}

// === impl Course ===

impl Course {
    /// The next answer, and what follows if there is more.
    async fn next(mut self) -> Result<(CheckStreamResponse, Option<Self>), Status> {
        while let Some(request) = next(&mut self.requests, self.end).await? {
            let Some(Asked::Text(text)) = request.message else {
                return Err(Fault::invalid("text", "must be all that follows the settings").into());
            };
            if self.watch.bytes() + text.len() > self.most {
                let rule = format!("must have at most {} bytes of UTF-8 in all", self.most);
                return Err(Fault::invalid("text", rule).into());
            }
            let seen = self.watch.push(text).await?;
            if !seen.is_empty() {
                return Ok((released(&seen), Some(self)));
            }
        }
        self.finish().await
    }

    /// The rest of the text, and after it the verdict.
    async fn finish(mut self) -> Result<(CheckStreamResponse, Option<Self>), Status> {
        if self.watch.bytes() == 0 {
            return Err(Fault::invalid("text", "must not be empty").into());
        }
        if let Some(seen) = self.watch.finish().await?
            && !seen.is_empty()
        {
            return Ok((released(&seen), Some(self)));
        }
        let run = self.watch.into_run(&self.state.clock);
        run::record(&self.state, self.owner, &run, OnOutage::default()).await?;
        let verdict = CheckStreamVerdict {
            run_id: run.id.to_string(),
            decision: render::decision(run.decision).into(),
            guard_results: run.guard_results.iter().map(render::guard_result).collect(),
        };
        Ok((answer(Answer::Verdict(verdict)), None))
    }
}

fn released(seen: &Seen) -> CheckStreamResponse {
    answer(Answer::Release(CheckStreamRelease {
        text: seen.text.clone(),
        findings: render::findings(&seen.findings, &[]),
        decision: render::decision(seen.decision).into(),
    }))
}

fn answer(message: Answer) -> CheckStreamResponse {
    CheckStreamResponse {
        message: Some(message),
    }
}
