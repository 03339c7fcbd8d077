-- Guards that organisations define themselves.

create table guards.custom_guards (
    id uuid primary key,
    organization_id uuid not null,
    -- Checks name it `custom:<name>`.
    name text not null check (name ~ '^[a-z][a-z0-9_-]{0,47}$'),
    description text not null check (length(description) <= 500),
    -- The guard of the engine that does the work, with these parameters.
    kind text not null check (kind in ('regex', 'keywords')),
    parameters jsonb not null,
    created_by uuid not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint custom_guards_name_is_free unique (organization_id, name)
);

create index custom_guards_of_organization on guards.custom_guards (organization_id, id desc);

alter table guards.custom_guards enable row level security;
alter table guards.custom_guards force row level security;
create policy tenant on guards.custom_guards using (
    current_setting('guardmesh.platform', true) = 'on'
    or organization_id = nullif(current_setting('guardmesh.organization_id', true), '')::uuid
);
