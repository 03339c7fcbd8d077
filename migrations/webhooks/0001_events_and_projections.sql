-- Received events, and what Stripe's events say about customers, subscriptions and invoices.
--
-- Row-level security is forced on what belongs to tenants, so that it binds the owner of the
-- tables as well. A transaction sees the rows of the organisation in `guardmesh.organization_id`,
-- or all rows when `guardmesh.platform` is `on`; with neither it sees nothing. `nullif` is needed
-- because a setting that was local to an earlier transaction of the connection reads as ''.

-- The platform's own inbox: whose an event is, is known only once it is understood.
create table webhooks.events (
    id uuid primary key,
    source text not null,
    external_id text not null,
    type text not null,
    -- The very bytes that arrived, which the signature covered.
    body bytea not null,
    -- When the sender created it.
    event_time timestamptz not null,
    received_at timestamptz not null,
    deliveries integer not null default 1,
    status text not null,
    -- Raised by a claim; also tells the present claim from those before.
    attempts integer not null default 0,
    -- Attempts that count towards giving up: all but those that a dependency spoiled.
    failures integer not null default 0,
    -- From when it may be claimed. A claim moves it to the end of its lease.
    next_attempt_at timestamptz,
    last_error text not null default '',
    processed_at timestamptz,
    -- The id comes first, so that it can be looked up without the source.
    constraint events_external_id_source_key unique (external_id, source),
    constraint events_status_known
        check (status in ('pending', 'processed', 'ignored', 'dead')),
    constraint events_pending_is_due check ((status = 'pending') = (next_attempt_at is not null)),
    constraint events_pending_is_open check ((status = 'pending') = (processed_at is null))
);
create index events_due_idx on webhooks.events (next_attempt_at) where status = 'pending';
create index events_status_idx on webhooks.events (status, id);

-- Which organisation a customer of Stripe is, learnt from objects that said so.
create table webhooks.customers (
    stripe_customer_id text primary key,
    organization_id uuid not null,
    -- Of the event that said so last.
    event_time timestamptz not null
);
create index customers_organization_id_idx on webhooks.customers (organization_id);

-- `event_time`, `event_rank` and `event_id` (Stripe's) are the revision: they say which event the
-- state was taken from, and order it against others. Organisations live in another service.
create table webhooks.subscriptions (
    id uuid primary key,
    organization_id uuid,
    -- How the organisation is known; a weaker origin gives way to a stronger one.
    organization_origin text,
    stripe_subscription_id text not null,
    stripe_customer_id text,
    status text not null,
    current_period_end timestamptz,
    cancel_at_period_end boolean not null,
    -- A tombstone: the row stays, so that late events find it deleted.
    deleted_at timestamptz,
    event_time timestamptz not null,
    event_rank integer not null,
    event_id text not null,
    created_at timestamptz not null,
    constraint subscriptions_stripe_subscription_id_key unique (stripe_subscription_id),
    constraint subscriptions_organization_origin_known
        check (organization_origin in ('itself', 'customer')),
    constraint subscriptions_organization_has_origin
        check ((organization_id is null) = (organization_origin is null))
);
create index subscriptions_organization_id_idx on webhooks.subscriptions (organization_id);
create index subscriptions_unowned_idx on webhooks.subscriptions (stripe_customer_id)
    where organization_id is null;

create table webhooks.invoices (
    id uuid primary key,
    organization_id uuid,
    organization_origin text,
    subscription_id uuid references webhooks.subscriptions,
    stripe_invoice_id text not null,
    stripe_customer_id text,
    stripe_subscription_id text,
    -- True while an owner that the invoice must have is unknown.
    orphaned boolean not null generated always as (
        organization_id is null or (stripe_subscription_id is not null and subscription_id is null)
    ) stored,
    status text not null,
    currency text not null,
    -- In the currency's smallest unit.
    amount_due bigint not null,
    amount_paid bigint not null,
    attempt_count integer not null,
    deleted_at timestamptz,
    event_time timestamptz not null,
    event_rank integer not null,
    event_id text not null,
    created_at timestamptz not null,
    constraint invoices_stripe_invoice_id_key unique (stripe_invoice_id),
    constraint invoices_organization_origin_known
        check (organization_origin in ('itself', 'subscription', 'customer')),
    constraint invoices_organization_has_origin
        check ((organization_id is null) = (organization_origin is null))
);
create index invoices_organization_id_idx on webhooks.invoices (organization_id, id);
create index invoices_subscription_id_idx on webhooks.invoices (subscription_id);
create index invoices_orphaned_idx on webhooks.invoices (id) where orphaned;
create index invoices_stripe_subscription_id_idx on webhooks.invoices (stripe_subscription_id);
create index invoices_unowned_idx on webhooks.invoices (stripe_customer_id)
    where organization_id is null;

alter table webhooks.customers enable row level security;
alter table webhooks.customers force row level security;
create policy tenant on webhooks.customers using (
    current_setting('guardmesh.platform', true) = 'on'
    or organization_id = nullif(current_setting('guardmesh.organization_id', true), '')::uuid
);

alter table webhooks.subscriptions enable row level security;
alter table webhooks.subscriptions force row level security;
create policy tenant on webhooks.subscriptions using (
    current_setting('guardmesh.platform', true) = 'on'
    or organization_id = nullif(current_setting('guardmesh.organization_id', true), '')::uuid
);

alter table webhooks.invoices enable row level security;
alter table webhooks.invoices force row level security;
create policy tenant on webhooks.invoices using (
    current_setting('guardmesh.platform', true) = 'on'
    or organization_id = nullif(current_setting('guardmesh.organization_id', true), '')::uuid
);
