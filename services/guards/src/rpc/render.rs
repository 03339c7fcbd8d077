//! Domain types as messages of the contract.

use std::time::Duration;

use chrono::{DateTime, Utc};
use guardmesh_chassis::json_struct;
use guardmesh_guard_engine::{self as engine, Span};
use guardmesh_proto::guardmesh::guards::v1::{
    Channel, CheckResponse, CheckStreamVerdict, Decision, Direction, Encoding, Finding, Guard,
    GuardCost, GuardResult, GuardRun, GuardStatus, Policy, PolicyChange, PolicyTrial,
    PolicyVersion, Rule, RunStorage, Severity, TextRange,
};

use crate::inspection::Inspection;
use crate::policy::diff::Change;
use crate::policy::{self, Trial};
use crate::run::StoredRun;
use crate::{check, run, verdict};

/// Findings of a trial that are answered: there may be twenty trials.
const MAX_TRIAL_FINDINGS: usize = 100;

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
        parameters_schema: Some(json_struct::message(guard.parameters_schema())),
        runs_by_default: guard.runs_by_default(),
        cost: cost(guard.cost()).into(),
    }
}

pub(super) fn run(StoredRun { user, run }: &StoredRun) -> GuardRun {
    GuardRun {
        id: run.id.to_string(),
        create_time: Some(timestamp(run.created_at)),
        channel: channel(run.origin.channel).into(),
        decision: decision(run.decision).into(),
        content_bytes: count(run.origin.content_bytes),
        findings: findings(&run.findings, &run.guard_results),
        guard_results: run.guard_results.iter().map(guard_result).collect(),
        direction: direction(run.origin.direction).into(),
        application: run.origin.application.clone(),
        policy_id: policy_id(run),
        policy_version: policy_version_number(run),
        reasons: run.reasons.clone(),
        user_id: user.to_string(),
    }
}

/// The answer to a check, with so many findings at most.
pub(super) fn check(done: Inspection, storage: run::Storage, most: usize) -> CheckResponse {
    let run = done.run;
    let shown = run.findings.len().min(most);
    CheckResponse {
        run_id: run.id.to_string(),
        decision: decision(run.decision).into(),
        findings: findings(&run.findings[..shown], &run.guard_results),
        guard_results: run.guard_results.iter().map(guard_result).collect(),
        sanitized_content: done.sanitized,
        policy_id: policy_id(&run),
        policy_version: policy_version_number(&run),
        run_storage: run_storage(storage).into(),
        reasons: run.reasons,
    }
}

/// The last answer of a stream.
pub(super) fn stream_verdict(run: run::Run, storage: run::Storage) -> CheckStreamVerdict {
    CheckStreamVerdict {
        run_id: run.id.to_string(),
        decision: decision(run.decision).into(),
        guard_results: run.guard_results.iter().map(guard_result).collect(),
        policy_id: policy_id(&run),
        policy_version: policy_version_number(&run),
        run_storage: run_storage(storage).into(),
        reasons: run.reasons,
    }
}

fn run_storage(storage: run::Storage) -> RunStorage {
    match storage {
        run::Storage::Stored => RunStorage::Stored,
        run::Storage::Deferred => RunStorage::Deferred,
        run::Storage::Dropped => RunStorage::Dropped,
    }
}

pub(super) fn policy(policy: policy::Policy) -> Policy {
    Policy {
        id: policy.id.to_string(),
        name: policy.name,
        version: policy.version,
        document: policy.document,
        active: policy.active,
        create_time: Some(timestamp(policy.created_at)),
        update_time: Some(timestamp(policy.updated_at)),
    }
}

pub(super) fn policy_version(version: policy::Version) -> PolicyVersion {
    PolicyVersion {
        version: version.number,
        document: version.document,
        comment: version.comment,
        user_id: version.user.to_string(),
        create_time: Some(timestamp(version.created_at)),
    }
}

pub(super) fn policy_change(change: Change) -> PolicyChange {
    PolicyChange {
        path: change.path,
        before: change.before.unwrap_or_default(),
        after: change.after.unwrap_or_default(),
    }
}

pub(super) fn policy_trial(trial: &Trial) -> PolicyTrial {
    let verdict = &trial.verdict;
    let shown = verdict.findings.len().min(MAX_TRIAL_FINDINGS);
    PolicyTrial {
        route: count(trial.route),
        decision: decision(verdict.decision).into(),
        findings: findings(&verdict.findings[..shown], &verdict.guard_results),
        guard_results: verdict.guard_results.iter().map(guard_result).collect(),
        sanitized_content: trial.sanitized.clone(),
        reasons: verdict.reasons.clone(),
    }
}

/// Findings, and of each whether its guard ran for the record alone.
pub(super) fn findings(
    findings: &[engine::Finding],
    results: &[verdict::GuardResult],
) -> Vec<Finding> {
    let shadows = results.iter().filter(|result| result.shadow);
    let shadows: Vec<&str> = shadows.map(|result| result.guard.as_str()).collect();
    let findings = findings.iter();
    findings
        .map(|one| finding(one, shadows.contains(&&*one.guard)))
        .collect()
}

fn finding(finding: &engine::Finding, shadow: bool) -> Finding {
    Finding {
        guard: finding.guard.to_string(),
        rule_id: finding.rule_id.to_string(),
        category: finding.category.to_string(),
        severity: severity(finding.severity).into(),
        score: finding.score,
        byte_range: Some(range(finding.span)),
        utf16_range: Some(range(finding.utf16)),
        preview: finding.preview.to_string(),
        decoded_via: finding
            .decoded_via
            .iter()
            .map(|one| encoding(*one).into())
            .collect(),
        shadow,
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

fn direction(direction: check::Direction) -> Direction {
    match direction {
        check::Direction::Input => Direction::Input,
        check::Direction::Output => Direction::Output,
    }
}

fn encoding(encoding: engine::Encoding) -> Encoding {
    match encoding {
        engine::Encoding::Base64 => Encoding::Base64,
        engine::Encoding::Hex => Encoding::Hex,
        engine::Encoding::Url => Encoding::Url,
        engine::Encoding::Html => Encoding::Html,
        engine::Encoding::Rot13 => Encoding::Rot13,
        engine::Encoding::Spelled => Encoding::Spelled,
    }
}

fn policy_id(run: &run::Run) -> String {
    let version = run.origin.policy;
    version
        .map(|one| one.policy.to_string())
        .unwrap_or_default()
}

fn policy_version_number(run: &run::Run) -> i32 {
    run.origin.policy.map_or(0, |one| one.version)
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
