-- In whose journal it is told that something of an execution was mended: its tenant, and nothing
-- that a tenant has written.
create function tenant_of(wanted text)
  returns uuid
  language sql stable security definer set search_path = public, pg_temp
  as $$ select e.tenant_id from executions e where e.execution_id = wanted $$;
revoke execute on function tenant_of(text) from public;
grant execute on function tenant_of(text) to ${app_role};
