-- The vault: originals that checks replaced by tokens, sealed, and the record of who had them back.

create table guards.vault_values (
    organization_id uuid not null,
    -- What the caller named, such as a conversation: a value has one token within it.
    scope text not null check (length(scope) between 1 and 128),
    token text not null,
    -- Who anonymised it first, and in which run.
    user_id uuid not null,
    run_id uuid not null,
    -- The key of GUARDS_VAULT_KEYS that it is sealed with.
    key_id text not null,
    -- AES-256-GCM under the organisation's key, with organisation, scope and token as associated data.
    sealed bytea not null,
    expires_at timestamptz not null,
    primary key (organization_id, scope, token)
);

create index vault_values_expiry on guards.vault_values (expires_at);
create index vault_values_of_user on guards.vault_values (user_id);

create table guards.deanonymizations (
    id uuid primary key,
    organization_id uuid not null,
    user_id uuid not null,
    api_key_id uuid,
    created_at timestamptz not null,
    scope text not null,
    -- The runs whose values were given back.
    run_ids uuid[] not null,
    restored_count integer not null check (restored_count >= 0),
    unknown_count integer not null check (unknown_count >= 0)
);

create index deanonymizations_of_organization on guards.deanonymizations (organization_id, id desc);

alter table guards.vault_values enable row level security;
alter table guards.vault_values force row level security;
create policy tenant on guards.vault_values using (
    current_setting('guardmesh.platform', true) = 'on'
    or organization_id = nullif(current_setting('guardmesh.organization_id', true), '')::uuid
);

alter table guards.deanonymizations enable row level security;
alter table guards.deanonymizations force row level security;
create policy tenant on guards.deanonymizations using (
    current_setting('guardmesh.platform', true) = 'on'
    or organization_id = nullif(current_setting('guardmesh.organization_id', true), '')::uuid
);
