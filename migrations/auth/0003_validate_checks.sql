-- The checks that 0002 added without looking at the rows: validating locks nobody out.

alter table auth.users validate constraint users_password_needs_email;
alter table auth.memberships validate constraint memberships_role_known;
alter table auth.sessions validate constraint sessions_end_reason_known;
