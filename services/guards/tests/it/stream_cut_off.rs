//! Streams that end before their text does: what they gave out is on record.

use std::time::Duration;

use guardmesh_chassis::caller::Caller;
use guardmesh_proto::guardmesh::guards::v1::check_stream_request::Message as Asked;
use guardmesh_proto::guardmesh::guards::v1::check_stream_response::Message as Answer;
use guardmesh_proto::guardmesh::guards::v1::{
    CheckStreamRelease, CheckStreamRequest, CheckStreamResponse, Decision, GuardRun,
};
use tokio::sync::mpsc;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Streaming;

use crate::app::{self, App, member};
use crate::streamed::{CHECK_STREAM, message, settings};

/// Far more than a run takes to be stored.
const PATIENCE: Duration = Duration::from_secs(30);

struct Stream {
    send: mpsc::Sender<CheckStreamRequest>,
    answers: Streaming<CheckStreamResponse>,
}

impl Stream {
    async fn open(app: &App, caller: &Caller, guards: &[&str], buffer_all: bool) -> Self {
        let (send, messages) = mpsc::channel(4);
        let first = settings(guards, buffer_all);
        send.send(message(Asked::Settings(first.into())))
            .await
            .unwrap();
        let request = app.signed(ReceiverStream::new(messages), CHECK_STREAM, caller);
        let answers = app.client().check_stream(request).await.unwrap();
        Self {
            send,
            answers: answers.into_inner(),
        }
    }

    async fn text(&self, text: &str) {
        self.send
            .send(message(Asked::Text(text.to_owned())))
            .await
            .unwrap();
    }

    async fn release(&mut self) -> CheckStreamRelease {
        let answer = self.answers.next().await.unwrap().unwrap().message;
        let release = match answer {
            Some(Answer::Release(release)) => Some(release),
            Some(Answer::Verdict(_)) | None => None,
        };
        release.unwrap()
    }
}

/// The caller's only run, as soon as there is one.
async fn only_run(app: &App, caller: &Caller) -> GuardRun {
    let stored = async {
        let mut ticks = tokio::time::interval(Duration::from_millis(50));
        loop {
            ticks.tick().await;
            if let [run] = &*app.list(caller, 10, "").await.unwrap().guard_runs {
                return app.get(caller, &run.id).await.unwrap();
            }
        }
    };
    tokio::time::timeout(PATIENCE, stored).await.unwrap()
}

#[tokio::test]
async fn who_stops_reading_at_a_block_leaves_a_run() {
    let app = App::start().await;
    let caller = member();
    let token = ["ghp", "_", "q7Rf2VxK9dTzW4mJ8sLbN3cYhP6gAeU1oZtX"].concat();
    let text = format!("Key: {token} {}", "and so on, word by word. ".repeat(400));
    let mut stream = Stream::open(&app, &caller, &["secrets", "pii"], false).await;
    stream.text(&text).await;
    let release = stream.release().await;
    assert_eq!(release.decision(), Decision::Block);
    drop(stream);

    let run = only_run(&app, &caller).await;
    assert_eq!(run.decision(), Decision::Block);
    assert_eq!(run.findings, release.findings);
    assert_eq!(usize::try_from(run.content_bytes).unwrap(), text.len());
    assert!(
        run.reasons[0].starts_with("The stream ended before the text did"),
        "{run:?}"
    );
    assert!(run.reasons[1].starts_with("secrets found 1"), "{run:?}");
}

#[tokio::test]
async fn a_stream_that_fails_after_it_gave_something_out_leaves_a_run() {
    let app = App::start().await;
    let caller = member();
    let mut stream = Stream::open(&app, &caller, &["pii"], false).await;
    stream
        .text(&format!("ada@example.org {}", "word ".repeat(1000)))
        .await;
    assert_eq!(stream.release().await.decision(), Decision::Redact);
    // Settings are the first message, and no other.
    let again = message(Asked::Settings(settings(&["pii"], false).into()));
    stream.send.send(again).await.unwrap();
    assert!(stream.answers.next().await.unwrap().is_err());
    let run = only_run(&app, &caller).await;
    assert_eq!(run.decision(), Decision::Redact);
    assert_eq!(run.guard_results[0].finding_count, 1);
}

#[tokio::test]
async fn who_leaves_while_the_service_stops_leaves_a_run() {
    let database = app::database().await;
    let app = App::start_on(&database.options).await;
    let caller = member();
    let mut stream = Stream::open(&app, &caller, &["pii"], false).await;
    stream
        .text(&format!("ada@example.org {}", "word ".repeat(1000)))
        .await;
    stream.release().await;
    drop(app);
    drop(stream);
    let next = App::start_on(&database.options).await;
    let run = only_run(&next, &caller).await;
    assert_eq!(run.decision(), Decision::Redact);
}

#[tokio::test]
async fn who_leaves_before_anything_was_given_out_leaves_none() {
    let app = App::start().await;
    let caller = member();
    for buffer_all in [false, true] {
        let stream = Stream::open(&app, &caller, &["pii"], buffer_all).await;
        stream.text("ada@example.org").await;
        drop(stream);
    }
    // A run that is recorded later than these were left.
    let mut stream = Stream::open(&app, &caller, &["pii"], false).await;
    stream
        .text(&format!("eve@example.org {}", "word ".repeat(1000)))
        .await;
    stream.release().await;
    drop(stream);
    let run = only_run(&app, &caller).await;
    assert!(run.content_bytes > 5000, "{run:?}");
}
