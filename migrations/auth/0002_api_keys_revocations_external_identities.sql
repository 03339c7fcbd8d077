-- API keys, what has been revoked, and accounts that sign in elsewhere.
--
-- Row-level security as in the first migration.

create table auth.api_keys (
    id uuid primary key,
    organization_id uuid not null,
    -- On whose behalf it acts. A key belongs to a membership, as a session does: it ends with it.
    user_id uuid not null,
    name text not null,
    -- The first characters of the secret, for people to recognise it by.
    prefix text not null,
    secret_sha256 bytea not null,
    -- What it may do at most; what its user may no longer do, it may not either.
    permissions text[] not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    revoked_at timestamptz,
    constraint api_keys_secret_key unique (secret_sha256),
    constraint api_keys_member_fkey foreign key (organization_id, user_id)
        references auth.memberships on delete cascade,
    constraint api_keys_secret_is_sha256 check (octet_length(secret_sha256) = 32)
);
create index api_keys_organization_idx on auth.api_keys (organization_id, id);
create index api_keys_user_id_idx on auth.api_keys (user_id);
create index api_keys_end_idx on auth.api_keys (least(revoked_at, expires_at));

-- What identifies nobody any more although it has not expired. Rows are kept until nothing that
-- they cover can be valid; they outlive what they name, so they refer to no other table.
create table auth.revocations (
    kind text not null,
    subject_id uuid not null,
    organization_id uuid,
    revoked_at timestamptz not null,
    expires_at timestamptz not null,
    -- Readers go on from the oldest transaction that was open at their last look. No number that
    -- is handed out before the commit would do: numbers are not committed in their order.
    transaction_id xid8 not null default pg_current_xact_id(),
    primary key (kind, subject_id),
    constraint revocations_kind_known check (kind in ('session', 'api_key', 'user')),
    -- A user is revoked in all organisations at once.
    constraint revocations_of_a_tenant check ((kind = 'user') = (organization_id is null))
);
create index revocations_transaction_id_idx on auth.revocations (transaction_id);
create index revocations_expires_at_idx on auth.revocations (expires_at);

-- An account that signs in elsewhere has neither address nor password here.
alter table auth.users
    alter column email drop not null,
    alter column password_hash drop not null,
    add constraint users_password_needs_email
        check (password_hash is null or email is not null) not valid;

create table auth.external_identities (
    issuer text not null,
    subject text not null,
    user_id uuid not null references auth.users on delete cascade,
    -- The user's own organisation, for tokens that name none.
    organization_id uuid not null references auth.organizations,
    created_at timestamptz not null,
    primary key (issuer, subject)
);
create index external_identities_user_id_idx on auth.external_identities (user_id);
create index external_identities_organization_idx on auth.external_identities (organization_id);

create table auth.external_organizations (
    issuer text not null,
    external_id text not null,
    organization_id uuid not null references auth.organizations on delete cascade,
    created_at timestamptz not null,
    primary key (issuer, external_id),
    constraint external_organizations_organization_key unique (organization_id)
);

alter table auth.memberships
    drop constraint memberships_role_known,
    add constraint memberships_role_known check (role in ('owner', 'member')) not valid;
alter table auth.sessions
    drop constraint sessions_end_reason_known,
    add constraint sessions_end_reason_known
        check (end_reason in ('logout', 'reuse', 'credentials', 'revoked')) not valid;

alter table auth.api_keys enable row level security, force row level security;
alter table auth.revocations enable row level security, force row level security;
alter table auth.external_identities enable row level security, force row level security;
alter table auth.external_organizations enable row level security, force row level security;

create policy tenant on auth.api_keys using (
    current_setting('guardmesh.platform', true) = 'on'
    or organization_id = nullif(current_setting('guardmesh.organization_id', true), '')::uuid
);
create policy tenant on auth.revocations using (
    current_setting('guardmesh.platform', true) = 'on'
    or organization_id = nullif(current_setting('guardmesh.organization_id', true), '')::uuid
);
create policy tenant on auth.external_identities using (
    current_setting('guardmesh.platform', true) = 'on'
    or organization_id = nullif(current_setting('guardmesh.organization_id', true), '')::uuid
);
create policy tenant on auth.external_organizations using (
    current_setting('guardmesh.platform', true) = 'on'
    or organization_id = nullif(current_setting('guardmesh.organization_id', true), '')::uuid
);
