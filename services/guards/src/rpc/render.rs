//! Domain types as messages of the contract.

use std::time::Duration;

use chrono::{DateTime, Utc};
use guardmesh_guard_engine::{self as engine, Span};
use guardmesh_proto::guardmesh::guards::v1::{
    Channel, Decision, Finding, Guard, GuardCost, GuardResult, GuardRun, GuardStatus, Rule,
    Severity, TextRange,
};

use super::parameters;
use crate::run;
use crate::verdict;

pub(super) fn guard(guard: &engine::Guard) -> Guard {
    let rule = |rule: &engine::RuleInfo| Rule {
        id: rule.id.to_owned(),
        description: rule.description.to_owned(),
        category: rule.category.to_owned(),
        severity: severity(rule.severity).into(),
    };
    Guard {
        id: guard.id().to_owned(),
        name: guard.name().to_owned(),
        description: guard.description().to_owned(),
        rules: guard.rules().iter().map(rule).collect(),
        parameters_schema: Some(parameters::message(guard.parameters_schema())),
        runs_by_default: guard.runs_by_default(),
        cost: cost(guard.cost()).into(),
    }
}

pub(super) fn run(run: &run::Run) -> GuardRun {
    GuardRun {
        id: run.id.to_string(),
        create_time: Some(timestamp(run.created_at)),
        channel: channel(run.channel).into(),
        decision: decision(run.decision).into(),
        content_bytes: count(run.content_bytes),
        findings: run.findings.iter().map(finding).collect(),
        guard_results: run.guard_results.iter().map(guard_result).collect(),
    }
}

pub(super) fn finding(finding: &engine::Finding) -> Finding {
    Finding {
        guard: finding.guard.to_string(),
        rule_id: finding.rule_id.to_string(),
        category: finding.category.to_string(),
        severity: severity(finding.severity).into(),
        score: finding.score,
        byte_range: Some(range(finding.span)),
        utf16_range: Some(range(finding.utf16)),
        preview: finding.preview.clone(),
    }
}

pub(super) fn guard_result(result: &verdict::GuardResult) -> GuardResult {
    let status = match result.status {
        verdict::GuardStatus::Ok => GuardStatus::Ok,
        verdict::GuardStatus::Timeout => GuardStatus::Timeout,
        verdict::GuardStatus::Error => GuardStatus::Error,
        verdict::GuardStatus::Skipped => GuardStatus::Skipped,
        verdict::GuardStatus::Cached => GuardStatus::Cached,
    };
    GuardResult {
        guard: result.guard.clone(),
        status: status.into(),
        decision: decision(result.decision).into(),
        finding_count: count(result.finding_count),
        latency: Some(duration(result.latency)),
        shadow: result.shadow,
    }
}

pub(super) fn decision(decision: engine::Decision) -> Decision {
    match decision {
        engine::Decision::Allow => Decision::Allow,
        engine::Decision::Flag => Decision::Flag,
        engine::Decision::Redact => Decision::Redact,
        engine::Decision::Review => Decision::Review,
        engine::Decision::Block => Decision::Block,
    }
}

fn cost(cost: engine::Cost) -> GuardCost {
    match cost {
        engine::Cost::Cheap => GuardCost::Cheap,
        engine::Cost::Moderate => GuardCost::Moderate,
    }
}

fn severity(severity: engine::Severity) -> Severity {
    match severity {
        engine::Severity::Low => Severity::Low,
        engine::Severity::Medium => Severity::Medium,
        engine::Severity::High => Severity::High,
        engine::Severity::Critical => Severity::Critical,
    }
}

fn channel(channel: engine::Channel) -> Channel {
    match channel {
        engine::Channel::User => Channel::User,
        engine::Channel::System => Channel::System,
        engine::Channel::ToolOutput => Channel::ToolOutput,
        engine::Channel::Retrieved => Channel::Retrieved,
        engine::Channel::Assistant => Channel::Assistant,
        engine::Channel::Code => Channel::Code,
    }
}

fn range(span: Span) -> TextRange {
    TextRange {
        start: count(span.start),
        end: count(span.end),
    }
}

/// Texts are bounded far below this type's range.
pub(super) fn count(value: usize) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

pub(super) fn timestamp(time: DateTime<Utc>) -> prost_types::Timestamp {
    prost_types::Timestamp {
        seconds: time.timestamp(),
        nanos: i32::try_from(time.timestamp_subsec_nanos()).unwrap_or_default(),
    }
}

pub(super) fn duration(duration: Duration) -> prost_types::Duration {
    prost_types::Duration {
        seconds: i64::try_from(duration.as_secs()).unwrap_or(i64::MAX),
        nanos: i32::try_from(duration.subsec_nanos()).unwrap_or_default(),
    }
}
