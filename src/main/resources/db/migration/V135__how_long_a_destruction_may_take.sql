-- A destruction is no run, and has a deadline all the same.
alter table executions
  add column destruction_until timestamptz,
  add column destruction_longest_ms bigint;

drop function work_under_way();
create function work_under_way()
  returns table (tenant_id uuid, execution_id text, run integer, lease bigint, longest_ms bigint,
                 step integer, step_longest_ms bigint, destroys boolean)
  language sql stable security definer set search_path = public, pg_temp
  as $$
    select r.tenant_id, r.execution_id, r.run, e.lease, r.longest_ms, s.step, s.longest_ms, false
      from runs r
      join executions e using (execution_id)
      left join steps s on s.execution_id = r.execution_id and s.run = r.run
                       and s.status = 'running'
     where r.status = 'running' and r.run = e.run and r.longest_ms is not null
    union all
    select e.tenant_id, e.execution_id, e.run, e.lease, e.destruction_longest_ms, null, null, true
      from executions e
      join runs r on r.execution_id = e.execution_id and r.run = e.run
     where e.destroy_requested and e.status = 'running' and e.destruction_longest_ms is not null
       and r.finished_at is not null
  $$;
revoke execute on function work_under_way() from public;
grant execute on function work_under_way() to ${app_role};
