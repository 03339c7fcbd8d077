//! `guards.findings`

use std::collections::HashMap;

use guardmesh_chassis::id::OrganizationId;
use guardmesh_guard_engine::{Encoding, Encodings, Finding, Severity, Span};
use sqlx::PgConnection;

use super::{int, uint};
use crate::error::Error;
use crate::run::{Owner, Run, StoredRun};

/// All findings of a run, in one statement.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    owner: Owner,
    run: &Run,
) -> Result<(), Error> {
    let column = |value: fn(&Finding) -> &str| -> Vec<String> {
        run.findings
            .iter()
            .map(|finding| value(finding).to_owned())
            .collect()
    };
    let position = |value: fn(&Finding) -> usize| -> Vec<i32> {
        run.findings
            .iter()
            .map(|finding| int(value(finding)))
            .collect()
    };
    let encodings: Vec<String> = run.findings.iter().map(decoded_via).collect();
    let scores: Vec<f32> = run.findings.iter().map(|finding| finding.score).collect();
    sqlx::query!(
        "insert into guards.findings
             (run_id, organization_id, position, guard, rule_id, category, severity, score,
              byte_start, byte_end, utf16_start, utf16_end, preview, decoded_via)
         select $1, $2, finding.ordinality::integer, guard, rule_id, category, severity, score,
                byte_start, byte_end, utf16_start, utf16_end, preview,
                string_to_array(decoded_via, ' ')
         from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::real[], $8::integer[],
                     $9::integer[], $10::integer[], $11::integer[], $12::text[],
                     $13::text[])
              with ordinality as finding
                  (guard, rule_id, category, severity, score, byte_start, byte_end, utf16_start,
                   utf16_end, preview, decoded_via)",
        run.id.uuid(),
        owner.organization.uuid(),
        &column(|finding| &finding.guard),
        &column(|finding| &finding.rule_id),
        &column(|finding| &finding.category),
        &column(|finding| finding.severity.as_str()),
        &scores,
        &position(|finding| finding.span.start),
        &position(|finding| finding.span.end),
        &position(|finding| finding.utf16.start),
        &position(|finding| finding.utf16.end),
        &column(|finding| &finding.preview),
        &encodings,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Gives each of `runs` its findings, by position.
pub(crate) async fn attach(
    connection: &mut PgConnection,
    organization: OrganizationId,
    runs: &mut [StoredRun],
) -> Result<(), Error> {
    let ids: Vec<_> = runs.iter().map(|stored| stored.run.id.uuid()).collect();
    let rows = sqlx::query!(
        "select run_id, guard, rule_id, category, severity, score, byte_start, byte_end,
                utf16_start, utf16_end, preview, decoded_via
         from guards.findings
         where organization_id = $1 and run_id = any($2)
         order by run_id, position",
        organization.uuid(),
        &ids,
    )
    .fetch_all(connection)
    .await?;
    let mut findings: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        let finding = Finding {
            guard: row.guard.into(),
            rule_id: row.rule_id.into(),
            category: row.category.into(),
            span: Span::new(uint(row.byte_start), uint(row.byte_end)),
            utf16: Span::new(uint(row.utf16_start), uint(row.utf16_end)),
            score: row.score,
            severity: severity(&row.severity)?,
            preview: row.preview.into(),
            decoded_via: encodings(&row.decoded_via)?,
        };
        findings.entry(row.run_id).or_default().push(finding);
    }
    for StoredRun { run, .. } in runs {
        run.findings = findings.remove(&run.id.uuid()).unwrap_or_default();
    }
    Ok(())
}

/// The encodings in one text, since PostgreSQL's arrays are rectangular.
fn decoded_via(finding: &Finding) -> String {
    let names: Vec<&str> = finding.decoded_via.iter().map(|one| one.as_str()).collect();
    names.join(" ")
}

fn encodings(names: &[String]) -> Result<Encodings, Error> {
    use Encoding::{Base64, Hex, Html, Rot13, Spelled, Url};
    let known = [Base64, Hex, Url, Html, Rot13, Spelled];
    let read = |name: &String| known.into_iter().find(|one| one.as_str() == name);
    let mut names = names.iter();
    let read = names.try_fold(Encodings::NONE, |outer, name| outer.with(read(name)?));
    read.ok_or(Error::Corrupt("findings"))
}

fn severity(text: &str) -> Result<Severity, Error> {
    use Severity::{Critical, High, Low, Medium};
    [Low, Medium, High, Critical]
        .into_iter()
        .find(|severity| severity.as_str() == text)
        .ok_or(Error::Corrupt("findings"))
}
