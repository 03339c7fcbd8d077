-- Custom guards that are services of their organisations, and which policies name which custom guards.

alter table guards.custom_guards
    -- Raised by each change.
    add column version integer not null default 1 check (version > 0),
    add column uri text check (length(uri) <= 300),
    -- Null for what a guard is allowed anyway.
    add column timeout_ms integer check (timeout_ms between 1 and 60000),
    -- Sealed with this key of the vault, for this guard at this URI.
    add column authorization_key_id text,
    add column sealed_authorization bytea,
    drop constraint custom_guards_kind_check,
    add constraint custom_guards_kind_known
        check (kind in ('regex', 'keywords', 'remote')) not valid,
    add constraint custom_guards_remote_is_somewhere
        check ((kind = 'remote') = (uri is not null)) not valid,
    add constraint custom_guards_authorization_is_whole
        check ((authorization_key_id is null) = (sealed_authorization is null)) not valid,
    add constraint custom_guards_of_their_organization unique (id, organization_id);

-- The custom guards that the present version of a policy names: these cannot be deleted.
create table guards.policy_custom_guards (
    policy_id uuid not null,
    custom_guard_id uuid not null,
    organization_id uuid not null,
    primary key (policy_id, custom_guard_id),
    foreign key (policy_id, organization_id)
        references guards.policies (id, organization_id) on delete cascade,
    constraint policy_custom_guards_in_use foreign key (custom_guard_id, organization_id)
        references guards.custom_guards (id, organization_id)
);

create index policy_custom_guards_of_guard on guards.policy_custom_guards (custom_guard_id);

alter table guards.policy_custom_guards enable row level security;
alter table guards.policy_custom_guards force row level security;
create policy tenant on guards.policy_custom_guards using (
    current_setting('guardmesh.platform', true) = 'on'
    or organization_id = nullif(current_setting('guardmesh.organization_id', true), '')::uuid
);
