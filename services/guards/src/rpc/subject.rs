//! The text of a request, with what the routes of policies look at.

use std::collections::HashMap;

use guardmesh_chassis::fault::Fault;
use guardmesh_chassis::id::OrganizationId;
use guardmesh_guard_engine::Channel;
use guardmesh_proto::guardmesh::guards::v1::{
    Channel as ChannelMessage, CheckRequest, CheckStreamSettings, Direction as DirectionMessage,
    PolicySample,
};

use crate::check::{Direction, Subject};

/// Most bytes of a text.
pub(super) const MAX_CONTENT: usize = 1024 * 1024;
/// Most bytes of a sample of a dry run.
const MAX_SAMPLE: usize = 64 * 1024;
/// Characters of an application, a label or its value.
const MAX_NAME: usize = 100;
const MAX_LABELS: usize = 20;

/// The subject of a check. The request keeps the rest.
pub(super) fn of_check(
    organization: OrganizationId,
    request: &mut CheckRequest,
) -> Result<Subject, Fault> {
    Ok(Subject {
        organization,
        channel: channel(request.channel)?,
        direction: direction(request.direction)?,
        text: content(std::mem::take(&mut request.content), MAX_CONTENT)?.into(),
        language: language(std::mem::take(&mut request.language))?,
        application: application(std::mem::take(&mut request.application))?,
        labels: labels(std::mem::take(&mut request.labels))?,
    })
}

/// The subject of a stream, whose text is still to come. The settings keep the rest.
pub(super) fn of_stream(
    organization: OrganizationId,
    settings: &mut CheckStreamSettings,
) -> Result<Subject, Fault> {
    Ok(Subject {
        organization,
        channel: channel(settings.channel)?,
        direction: direction(settings.direction)?,
        text: "".into(),
        language: language(std::mem::take(&mut settings.language))?,
        application: application(std::mem::take(&mut settings.application))?,
        labels: labels(std::mem::take(&mut settings.labels))?,
    })
}

/// The subject of a sample.
pub(super) fn of_sample(
    organization: OrganizationId,
    sample: PolicySample,
) -> Result<Subject, Fault> {
    Ok(Subject {
        organization,
        channel: channel(sample.channel)?,
        direction: direction(sample.direction)?,
        text: content(sample.content, MAX_SAMPLE)?.into(),
        language: language(sample.language)?,
        application: application(sample.application)?,
        labels: labels(sample.labels)?,
    })
}

/// A text of at most so many bytes.
pub(super) fn content(text: String, most: usize) -> Result<String, Fault> {
    match text.len() {
        0 => Err(Fault::invalid("content", "must not be empty")),
        length if length <= most => Ok(text),
        _ => {
            let rule = format!("must have at most {most} bytes of UTF-8");
            Err(Fault::invalid("content", rule))
        }
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

pub(super) fn direction(number: i32) -> Result<Direction, Fault> {
    match DirectionMessage::try_from(number) {
        Ok(DirectionMessage::Unspecified | DirectionMessage::Input) => Ok(Direction::Input),
        Ok(DirectionMessage::Output) => Ok(Direction::Output),
        Err(_) => Err(Fault::invalid("direction", "is not a known direction")),
    }
}

fn language(text: String) -> Result<String, Fault> {
    let two_letters = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_lowercase());
    if text.is_empty() || two_letters {
        Ok(text)
    } else {
        Err(Fault::invalid(
            "language",
            "must be two lower-case letters, as in ISO 639-1",
        ))
    }
}

pub(super) fn application(text: String) -> Result<String, Fault> {
    if is_name(&text) {
        Ok(text)
    } else {
        Err(Fault::invalid(
            "application",
            "must have at most 100 characters, none of them NUL",
        ))
    }
}

fn labels(labels: HashMap<String, String>) -> Result<HashMap<String, String>, Fault> {
    if labels.len() <= MAX_LABELS
        && labels
            .iter()
            .all(|(key, value)| is_name(key) && is_name(value))
    {
        Ok(labels)
    } else {
        let rule =
            "must be at most 20, with keys and values of at most 100 characters, none of them NUL";
        Err(Fault::invalid("labels", rule))
    }
}

fn is_name(text: &str) -> bool {
    text.chars().count() <= MAX_NAME && !text.contains('\0')
}
