//! A client of `CheckStream`. No test enters here.

use futures_util::stream;
use guardmesh_chassis::caller::Caller;
use guardmesh_proto::guardmesh::guards::v1::check_stream_request::Message as Asked;
use guardmesh_proto::guardmesh::guards::v1::check_stream_response::Message as Answer;
use guardmesh_proto::guardmesh::guards::v1::{
    Channel, CheckStreamRequest, CheckStreamSettings, CheckStreamVerdict, Decision, Finding,
};
use tonic::Status;

use crate::app::App;

pub(crate) const CHECK_STREAM: &str = "/guardmesh.guards.v1.GuardsService/CheckStream";

/// What a stream answered in all.
#[derive(Debug, PartialEq)]
pub(crate) struct Answered {
    pub(crate) text: String,
    pub(crate) findings: Vec<Finding>,
    /// The decision of the last release.
    pub(crate) last: Option<Decision>,
    pub(crate) verdict: CheckStreamVerdict,
}

pub(crate) fn message(message: Asked) -> CheckStreamRequest {
    CheckStreamRequest {
        message: Some(message),
    }
}

pub(crate) fn settings(guards: &[&str], buffer_all: bool) -> CheckStreamSettings {
    CheckStreamSettings {
        channel: Channel::Assistant.into(),
        guards: guards.iter().map(|&id| id.to_owned()).collect(),
        buffer_all,
        ..CheckStreamSettings::default()
    }
}

impl App {
    pub(crate) async fn stream(
        &self,
        caller: &Caller,
        messages: Vec<CheckStreamRequest>,
    ) -> Result<Answered, Status> {
        let request = self.signed(stream::iter(messages), CHECK_STREAM, caller);
        let mut answers = self.client().check_stream(request).await?.into_inner();
        let (mut text, mut findings, mut last) = (String::new(), Vec::new(), None);
        loop {
            let answer = answers.message().await?.unwrap();
            match answer.message.unwrap() {
                Answer::Release(release) => {
                    last = Some(release.decision());
                    text.push_str(&release.text);
                    findings.extend(release.findings);
                }
                Answer::Verdict(verdict) => {
                    assert_eq!(answers.message().await?, None, "the verdict is the last");
                    return Ok(Answered {
                        text,
                        findings,
                        last,
                        verdict,
                    });
                }
            }
        }
    }

    /// Streams a text in pieces of so many characters.
    pub(crate) async fn stream_text(
        &self,
        caller: &Caller,
        settings: CheckStreamSettings,
        content: &str,
        piece: usize,
    ) -> Result<Answered, Status> {
        let letters: Vec<char> = content.chars().collect();
        let pieces = letters.chunks(piece).map(|piece| piece.iter().collect());
        let texts = pieces.map(|piece| message(Asked::Text(piece)));
        let first = message(Asked::Settings(settings.into()));
        self.stream(caller, std::iter::once(first).chain(texts).collect())
            .await
    }
}
