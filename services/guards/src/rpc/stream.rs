//! `GuardsService.CheckStream`: a text that is checked while it is written.
//!
//! What governs it is found at its start. Where the plan judges parts of a text, a [`Watch`] does;
//! else the text is held, and at its end inspected as a check would. Answers are made as they are
//! asked for: a client that does not read is not read from. A stream that fails, or whose client
//! leaves, gives nothing more out; what it gave out before that is on record: who sees a block stops reading.

use std::time::Duration;

use futures_util::stream::{BoxStream, StreamExt, unfold};
use guardmesh_chassis::fault::Fault;
use guardmesh_guard_engine::Decision;
use guardmesh_proto::guardmesh::guards::v1::check_stream_request::Message as Asked;
use guardmesh_proto::guardmesh::guards::v1::check_stream_response::Message as Answer;
use guardmesh_proto::guardmesh::guards::v1::{
    CheckStreamRelease, CheckStreamRequest, CheckStreamResponse, CheckStreamSettings,
};
use tokio::time::{Instant, timeout_at};
use tonic::{Status, Streaming};

use super::subject::{self, MAX_CONTENT};
use super::{render, vault};
use crate::State;
use crate::check::Subject;
use crate::custom_guard::PREFIX;
use crate::error::Error;
use crate::inspection::{Rules, inspect, sealed};
use crate::run::{self, Owner, Run};
use crate::vault::Anonymization;
use crate::verdict::GuardResult;
use crate::watch::{Seen, Watch};

/// What a call answers.
pub(super) type Answers = BoxStream<'static, Result<CheckStreamResponse, Status>>;

/// Most bytes of a text that is not held back.
const MAX_STREAM: usize = 8 * 1024 * 1024;
/// How long a client may send nothing.
const IDLE: Duration = Duration::from_mins(1);
/// How long a stream may take.
const LONGEST: Duration = Duration::from_mins(10);
/// Why a run says no more.
const CUT_OFF: &str = "The stream ended before the text did: what came of the rest is not known.";

/// A stream in its course.
struct Course {
    state: State,
    owner: Owner,
    requests: Streaming<CheckStreamRequest>,
    rules: Rules,
    text: Text,
    /// Whether something was given out.
    given: bool,
    end: Instant,
}

/// What has become of the text.
enum Text {
    Watched(Watch),
    /// All of it so far, with what the settings say of it.
    Held {
        text: String,
        subject: Subject,
        anonymization: Anonymization,
    },
    /// It was given out, as far as it may be.
    Judged(Run),
    /// And is on record.
    Recorded,
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
    let begun = begin(&state, owner, *settings).await;
    let (rules, text) = begun.map_err(|error| Fault::from(error).within("settings"))?;
    let course = Course {
        state,
        owner,
        requests,
        rules,
        text,
        given: false,
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

/// What governs a stream with these settings, and what is to become of its text.
async fn begin(
    state: &State,
    owner: Owner,
    mut settings: CheckStreamSettings,
) -> Result<(Rules, Text), Error> {
    let subject = subject::of_stream(owner.organization, &mut settings)?;
    let anonymization = settings.anonymization.take();
    let anonymization = vault::anonymization(state, anonymization, &settings.guards)?;
    if let Some(at) = settings
        .guards
        .iter()
        .position(|name| name.starts_with(PREFIX))
    {
        let rule = "names a custom guard, which no stream can run";
        return Err(Fault::invalid(format!("guards[{at}]"), rule).into());
    }
    let asked = (settings.guards, settings.parameters);
    let wish = state.wish(owner, asked, settings.policy_id).await?;
    let rules = Rules::find(state, owner.organization, wish).await?;
    let held = settings.buffer_all || anonymization.is_some() || rules.need_text(&subject);
    let anonymization = anonymization.unwrap_or_default();
    let plan = rules.plan(&subject, &anonymization).await?;
    let text = match &rules {
        _ if !held && plan.judges_parts() => {
            let watch = Watch::new(state.checker.clone(), subject, plan);
            Text::Watched(watch.map_err(|_| Error::Undecided)?)
        }
        // Who names the guards knows which they are.
        Rules::Steps(_) if !held => {
            let rule = format!(
                "must be true: {} judge a text as a whole",
                plan.judging_whole().collect::<Vec<_>>().join(", ")
            );
            return Err(Fault::invalid("bufferAll", rule).into());
        }
        _ => Text::Held {
            text: String::new(),
            subject,
            anonymization,
        },
    };
    Ok((rules, text))
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
            self.text.admit(&text)?;
            match &mut self.text {
                Text::Judged(_) | Text::Recorded => {}
                Text::Held { text: held, .. } => held.push_str(&text),
                Text::Watched(watch) => {
                    let seen = watch.push(text).await?;
                    if !seen.is_empty() {
                        self.given = true;
                        let (decision, parts) = (watch.decision(), watch.guard_results());
                        return Ok((released(seen, decision, &parts), Some(self)));
                    }
                }
            }
        }
        if let Some(rest) = self.conclude().await? {
            return Ok((rest, Some(self)));
        }
        let Text::Judged(run) = &self.text else {
            return Err(Error::Interrupted.into());
        };
        let on_outage = self.rules.on_outage();
        let storage = run::record(&self.state, self.owner, run, on_outage).await?;
        let verdict = render::stream_verdict(run.clone(), storage);
        self.text = Text::Recorded;
        Ok((answer(Answer::Verdict(verdict)), None))
    }

    /// Judges the text, which has ended; gives the rest of it, if there is any.
    async fn conclude(&mut self) -> Result<Option<CheckStreamResponse>, Error> {
        let (seen, run) = match &mut self.text {
            Text::Judged(_) | Text::Recorded => return Ok(None),
            text if text.bytes() == 0 => {
                return Err(Fault::invalid("text", "must not be empty").into());
            }
            Text::Watched(watch) => {
                let seen = watch.finish().await?;
                let mut run = watch.run(&self.state.clock);
                if let Some((subject, ttl)) = watch.kept() {
                    let sealed = sealed(&self.state, self.owner, run.id, subject, ttl);
                    run.text = Some(sealed.await?);
                }
                (seen, run)
            }
            Text::Held {
                text,
                subject,
                anonymization,
            } => {
                let subject = Subject {
                    text: text.as_str().into(),
                    ..subject.clone()
                };
                let done = inspect(&self.state, self.owner, subject, &self.rules, anonymization);
                let done = done.await?;
                let seen = Seen {
                    text: done.sanitized,
                    findings: done.run.findings.clone(),
                };
                (seen, done.run)
            }
        };
        let (decision, parts) = (run.decision, run.guard_results.clone());
        self.text = Text::Judged(run);
        Ok((!seen.is_empty()).then(|| released(seen, decision, &parts)))
    }
}

impl Drop for Course {
    /// Has what nobody waits for put on record.
    fn drop(&mut self) {
        let run = match &self.text {
            Text::Watched(watch) if self.given => {
                let mut run = watch.run(&self.state.clock);
                run.reasons.insert(0, CUT_OFF.to_owned());
                run
            }
            Text::Judged(run) => run.clone(),
            Text::Watched(_) | Text::Held { .. } | Text::Recorded => return,
        };
        run::record_later(&self.state, self.owner, &run, self.rules.on_outage());
    }
}

// === impl Text ===

impl Text {
    /// How much of it has come.
    fn bytes(&self) -> usize {
        match self {
            Self::Watched(watch) => watch.bytes(),
            Self::Held { text, .. } => text.len(),
            Self::Judged(run) => run.origin.content_bytes,
            Self::Recorded => 0,
        }
    }

    /// Refuses more than there may be of it.
    fn admit(&self, more: &str) -> Result<(), Fault> {
        let most = match self {
            Self::Watched(_) => MAX_STREAM,
            Self::Held { .. } | Self::Judged(_) | Self::Recorded => MAX_CONTENT,
        };
        if self.bytes() + more.len() <= most {
            return Ok(());
        }
        let rule = format!("must have at most {most} bytes of UTF-8 in all");
        Err(Fault::invalid("text", rule))
    }
}

fn released(seen: Seen, decision: Decision, parts: &[GuardResult]) -> CheckStreamResponse {
    answer(Answer::Release(CheckStreamRelease {
        findings: render::findings(&seen.findings, parts),
        text: seen.text,
        decision: render::decision(decision).into(),
    }))
}

fn answer(message: Answer) -> CheckStreamResponse {
    CheckStreamResponse {
        message: Some(message),
    }
}
