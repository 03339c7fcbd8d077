-- What another issuer (Clerk) has deleted, and since when. Its tokens are valid for a while longer,
-- and its events come in any order: a row keeps older tokens from bringing back what is gone.

create table auth.external_deletions (
    -- Ids of the issuer, which gives none twice. A user alone, an organisation alone, or both: a
    -- membership.
    subject text not null default '',
    organization text not null default '',
    -- By the issuer's clock.
    deleted_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (subject, organization),
    constraint external_deletions_of_something check (subject <> '' or organization <> '')
);
create index external_deletions_expires_at_idx on auth.external_deletions (expires_at);

alter table auth.external_deletions enable row level security, force row level security;

-- Nobody's: whose it was is no more.
create policy platform on auth.external_deletions using (
    current_setting('guardmesh.platform', true) = 'on'
);

-- When the token was issued that the role was taken from; none where no other issuer names members.
alter table auth.memberships add column stated_at timestamptz;
