-- Texts of runs, sealed, where a policy has them kept; and the record of who worked with which.

create table guards.run_texts (
    run_id uuid primary key,
    organization_id uuid not null,
    -- The key of GUARDS_VAULT_KEYS that it is sealed with.
    key_id text not null,
    -- The text with its language and labels, by AES-256-GCM under the organisation's key, with
    -- organisation and run as associated data.
    sealed bytea not null,
    expires_at timestamptz not null,
    foreign key (run_id, organization_id)
        references guards.runs (id, organization_id) on delete cascade
);

create index run_texts_expiry on guards.run_texts (expires_at);
create index run_texts_of_organization on guards.run_texts (organization_id, run_id desc);

create table guards.text_reads (
    id uuid primary key,
    organization_id uuid not null,
    user_id uuid not null,
    api_key_id uuid,
    created_at timestamptz not null,
    purpose text not null check (purpose in ('read', 'dry_run')),
    run_ids uuid[] not null
);

create index text_reads_of_organization on guards.text_reads (organization_id, id desc);

alter table guards.run_texts enable row level security;
alter table guards.run_texts force row level security;
create policy tenant on guards.run_texts using (
    current_setting('guardmesh.platform', true) = 'on'
    or organization_id = nullif(current_setting('guardmesh.organization_id', true), '')::uuid
);

alter table guards.text_reads enable row level security;
alter table guards.text_reads force row level security;
create policy tenant on guards.text_reads using (
    current_setting('guardmesh.platform', true) = 'on'
    or organization_id = nullif(current_setting('guardmesh.organization_id', true), '')::uuid
);
