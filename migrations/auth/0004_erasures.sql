-- What other services still have to erase of users and organisations that are no more. A row is
-- written in the transaction that deletes, and goes when there is nothing left to ask for.

create table auth.erasures (
    kind text not null,
    -- Refers to no other table: what it names is gone.
    subject_id uuid not null,
    -- Since when somebody should have been asked.
    due_at timestamptz not null,
    -- Until then somebody may still accept what identified them: they are asked once more after it.
    final_from timestamptz not null,
    -- Put off by each claim, which is a lease, and by each failure.
    next_attempt_at timestamptz not null,
    -- Claims so far: tells a claim whose lease has ended from the one that followed it.
    attempts integer not null default 0,
    primary key (kind, subject_id),
    constraint erasures_kind_known check (kind in ('user', 'organization'))
);
create index erasures_next_attempt_at_idx on auth.erasures (next_attempt_at);
create index erasures_due_at_idx on auth.erasures (due_at);

alter table auth.erasures enable row level security, force row level security;

-- Nobody's: whose it was is no more.
create policy platform on auth.erasures using (
    current_setting('guardmesh.platform', true) = 'on'
);
