-- Accounts, organisations, sessions and the keys that sign access tokens.
--
-- Row-level security is forced, so that it binds the owner of the tables as well. A transaction
-- sees the rows of the organisation in `guardmesh.organization_id`, or all rows when
-- `guardmesh.platform` is `on`; with neither it sees nothing. `nullif` is needed because a
-- setting that was local to an earlier transaction of the connection reads as ''.

create table auth.users (
    id uuid primary key,
    email text not null,
    name text not null,
    -- A PHC string.
    password_hash text not null,
    platform_role text not null,
    created_at timestamptz not null,
    constraint users_email_key unique (email),
    constraint users_email_lower_case check (email = lower(email)),
    constraint users_platform_role_known check (platform_role in ('member', 'admin'))
);

create table auth.organizations (
    id uuid primary key,
    name text not null,
    created_at timestamptz not null
);

create table auth.memberships (
    organization_id uuid not null references auth.organizations on delete cascade,
    user_id uuid not null references auth.users on delete cascade,
    role text not null,
    created_at timestamptz not null,
    primary key (organization_id, user_id),
    constraint memberships_role_known check (role in ('owner'))
);
create index memberships_user_id_idx on auth.memberships (user_id, created_at);

-- A session belongs to a membership: it ends with it.
create table auth.sessions (
    id uuid primary key,
    organization_id uuid not null,
    user_id uuid not null,
    created_at timestamptz not null,
    -- Moves on with each refresh.
    expires_at timestamptz not null,
    ended_at timestamptz,
    end_reason text,
    unique (id, organization_id),
    foreign key (organization_id, user_id) references auth.memberships on delete cascade,
    constraint sessions_end_reason_known check (end_reason in ('logout', 'reuse', 'credentials')),
    constraint sessions_end_has_reason check ((ended_at is null) = (end_reason is null))
);
create index sessions_member_idx on auth.sessions (organization_id, user_id);
create index sessions_user_id_idx on auth.sessions (user_id);
create index sessions_expires_at_idx on auth.sessions (expires_at);

create table auth.refresh_tokens (
    -- SHA-256 of the token; the token itself is with the client alone.
    hash bytea primary key,
    organization_id uuid not null,
    session_id uuid not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    rotated_at timestamptz,
    -- The next token, sealed under a key derived from this one. Only the predecessor of a
    -- session's live token has it.
    successor_sealed bytea,
    foreign key (session_id, organization_id)
        references auth.sessions (id, organization_id) on delete cascade,
    constraint refresh_tokens_hash_is_sha256 check (octet_length(hash) = 32),
    constraint refresh_tokens_successor_of_rotated
        check (successor_sealed is null or rotated_at is not null)
);
-- A session has one live token, whatever the code does.
create unique index refresh_tokens_live_key on auth.refresh_tokens (session_id)
    where rotated_at is null;
create index refresh_tokens_session_id_idx on auth.refresh_tokens (session_id);
create index refresh_tokens_expires_at_idx on auth.refresh_tokens (expires_at);

-- Keys belong to the installation, not to a tenant.
create table auth.signing_keys (
    -- RFC 7638 thumbprint of the public key.
    kid text primary key,
    -- PKCS#8, sealed under AUTH_SEALING_KEY with the kid as associated data.
    private_key_sealed bytea not null,
    public_jwk jsonb not null,
    created_at timestamptz not null
);

alter table auth.users enable row level security, force row level security;
alter table auth.organizations enable row level security, force row level security;
alter table auth.memberships enable row level security, force row level security;
alter table auth.sessions enable row level security, force row level security;
alter table auth.refresh_tokens enable row level security, force row level security;

create policy tenant on auth.organizations using (
    current_setting('guardmesh.platform', true) = 'on'
    or id = nullif(current_setting('guardmesh.organization_id', true), '')::uuid
);
create policy tenant on auth.memberships using (
    current_setting('guardmesh.platform', true) = 'on'
    or organization_id = nullif(current_setting('guardmesh.organization_id', true), '')::uuid
);
create policy tenant on auth.sessions using (
    current_setting('guardmesh.platform', true) = 'on'
    or organization_id = nullif(current_setting('guardmesh.organization_id', true), '')::uuid
);
create policy tenant on auth.refresh_tokens using (
    current_setting('guardmesh.platform', true) = 'on'
    or organization_id = nullif(current_setting('guardmesh.organization_id', true), '')::uuid
);
-- An account has no organisation of its own: members see each other. The memberships that this
-- looks at are themselves limited to the organisation by their policy.
create policy tenant on auth.users using (
    current_setting('guardmesh.platform', true) = 'on'
    or exists (select from auth.memberships where memberships.user_id = users.id)
);
