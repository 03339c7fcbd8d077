-- Policies of organisations, with their versions; and what runs tell of the policy they followed.

create table guards.policies (
    id uuid primary key,
    organization_id uuid not null,
    name text not null,
    version integer not null check (version > 0),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    unique (id, organization_id),
    constraint policies_name unique (organization_id, name)
);

create table guards.policy_versions (
    policy_id uuid not null,
    version integer not null check (version > 0),
    organization_id uuid not null,
    document text not null,
    comment text not null,
    user_id uuid not null,
    created_at timestamptz not null,
    primary key (policy_id, version),
    foreign key (policy_id, organization_id)
        references guards.policies (id, organization_id) on delete cascade
);

-- One row an organisation that ever had a policy. Whoever changes any of its policies raises the
-- revision, which serialises them; replicas look for rows that changed since they last looked.
create table guards.policy_states (
    organization_id uuid primary key,
    active_policy_id uuid,
    revision bigint not null,
    -- Keys the hashes that stand in the place of findings.
    hash_key bytea not null check (length(hash_key) = 32),
    changed_at timestamptz not null,
    constraint policy_states_active foreign key (active_policy_id, organization_id)
        references guards.policies (id, organization_id)
);

create index policy_states_changed on guards.policy_states (changed_at);

alter table guards.policies enable row level security;
alter table guards.policies force row level security;
create policy tenant on guards.policies using (
    current_setting('guardmesh.platform', true) = 'on'
    or organization_id = nullif(current_setting('guardmesh.organization_id', true), '')::uuid
);

alter table guards.policy_versions enable row level security;
alter table guards.policy_versions force row level security;
create policy tenant on guards.policy_versions using (
    current_setting('guardmesh.platform', true) = 'on'
    or organization_id = nullif(current_setting('guardmesh.organization_id', true), '')::uuid
);

alter table guards.policy_states enable row level security;
alter table guards.policy_states force row level security;
create policy tenant on guards.policy_states using (
    current_setting('guardmesh.platform', true) = 'on'
    or organization_id = nullif(current_setting('guardmesh.organization_id', true), '')::uuid
);

-- The policy may be gone when its runs are read: no reference.
alter table guards.runs
    add column direction text not null default 'input' check (direction in ('input', 'output')),
    add column application text not null default '',
    add column policy_id uuid,
    add column policy_version integer,
    add column reasons text[] not null default '{}';

alter table guards.findings
    add column decoded_via text[] not null default '{}';

alter table guards.guard_results
    add column shadow boolean not null default false,
    drop constraint guard_results_status_check,
    add constraint guard_results_status_known
        check (status in ('ok', 'timeout', 'error', 'skipped', 'cached')) not valid;
