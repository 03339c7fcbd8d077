-- Runs of guards: the decision and what was found, never the text.

create table guards.runs (
    id uuid primary key,
    organization_id uuid not null,
    user_id uuid not null,
    created_at timestamptz not null,
    channel text not null
        check (channel in ('user', 'system', 'tool_output', 'retrieved', 'assistant', 'code')),
    decision text not null
        check (decision in ('ALLOW', 'FLAG', 'REDACT', 'REVIEW', 'BLOCK')),
    content_bytes integer not null check (content_bytes > 0),
    unique (id, organization_id)
);

-- A user's own runs, newest first (ids are sorted by time).
create index runs_of_user on guards.runs (organization_id, user_id, id desc);

-- Parts belong to the organisation of their run: the keys of these references say so, because
-- row-level security is not asked when a reference is checked.
create table guards.findings (
    run_id uuid not null,
    position integer not null,
    organization_id uuid not null,
    guard text not null,
    rule_id text not null,
    category text not null,
    severity text not null check (severity in ('low', 'medium', 'high', 'critical')),
    score real not null check (score between 0 and 1),
    byte_start integer not null,
    byte_end integer not null,
    utf16_start integer not null,
    utf16_end integer not null,
    preview text not null,
    primary key (run_id, position),
    foreign key (run_id, organization_id)
        references guards.runs (id, organization_id) on delete cascade
);

create table guards.guard_results (
    run_id uuid not null,
    position integer not null,
    organization_id uuid not null,
    guard text not null,
    status text not null check (status in ('ok', 'timeout', 'error')),
    decision text not null
        check (decision in ('ALLOW', 'FLAG', 'REDACT', 'REVIEW', 'BLOCK')),
    finding_count integer not null check (finding_count >= 0),
    latency_micros bigint not null check (latency_micros >= 0),
    primary key (run_id, position),
    unique (run_id, guard),
    foreign key (run_id, organization_id)
        references guards.runs (id, organization_id) on delete cascade
);

-- Each transaction states the organisation it works for (or that it is the platform's own);
-- rows of others do not exist for it, whatever a query forgets.
alter table guards.runs enable row level security;
alter table guards.runs force row level security;
create policy tenant on guards.runs using (
    current_setting('guardmesh.platform', true) = 'on'
    or organization_id = nullif(current_setting('guardmesh.organization_id', true), '')::uuid
);

alter table guards.findings enable row level security;
alter table guards.findings force row level security;
create policy tenant on guards.findings using (
    current_setting('guardmesh.platform', true) = 'on'
    or organization_id = nullif(current_setting('guardmesh.organization_id', true), '')::uuid
);

alter table guards.guard_results enable row level security;
alter table guards.guard_results force row level security;
create policy tenant on guards.guard_results using (
    current_setting('guardmesh.platform', true) = 'on'
    or organization_id = nullif(current_setting('guardmesh.organization_id', true), '')::uuid
);
