-- What happened in each hour, counted as runs are recorded, so that nobody has to count runs.

create table guards.hourly_results (
    organization_id uuid not null,
    hour timestamptz not null,
    -- The guard; empty for the check as such.
    guard text not null,
    status text not null,
    decision text not null,
    -- Of a scale that grows by about a tenth a step.
    latency_step smallint not null,
    -- Several rows for the same, so that checks at the same time need not wait for each other.
    shard smallint not null,
    count bigint not null check (count > 0),
    finding_count bigint not null check (finding_count >= 0),
    primary key (organization_id, hour, guard, status, decision, latency_step, shard)
);

create index hourly_results_hour on guards.hourly_results (hour);

alter table guards.hourly_results enable row level security;
alter table guards.hourly_results force row level security;
create policy tenant on guards.hourly_results using (
    current_setting('guardmesh.platform', true) = 'on'
    or organization_id = nullif(current_setting('guardmesh.organization_id', true), '')::uuid
);
