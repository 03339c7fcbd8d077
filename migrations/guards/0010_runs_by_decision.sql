-- no-transaction
-- An organisation's runs of one decision, newest first. Most runs are allowed: they are found without
-- it, and add nothing to it.
create index concurrently runs_by_decision on guards.runs (organization_id, decision, id desc)
    where decision <> 'ALLOW';
