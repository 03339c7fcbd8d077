-- no-transaction
-- Everybody's runs in an organisation, newest first.
create index concurrently runs_of_organization on guards.runs (organization_id, id desc);
