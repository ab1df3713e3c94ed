-- How long each thing may take: until when, for people; for how long, for the watchdog, which goes
-- by no clock but its own.
alter table runs add column until timestamptz;
alter table runs add column longest_ms bigint;
alter table steps add column until timestamptz;
alter table steps add column longest_ms bigint;
alter table steps add column stage text;
alter table steps add column stage_until timestamptz;

-- How many have taken up the run since it came to the step with that number.
alter table runs add column owners integer not null default 0;
alter table runs add column owners_at integer not null default -1;

-- What those who look after all tenants' runs may ask: names and numbers only. The owner may look;
-- the service may only ask.
create policy owner_looks on executions for select to current_user using (true);
create policy owner_looks on runs for select to current_user using (true);
create policy owner_looks on steps for select to current_user using (true);
create index runs_open on runs (execution_id, run) where status in ('pending', 'running');

create function work_under_way()
  returns table (tenant_id uuid, execution_id text, run integer, lease bigint, longest_ms bigint,
                 step integer, step_longest_ms bigint)
  language sql stable security definer set search_path = public, pg_temp
  as $$
    select r.tenant_id, r.execution_id, r.run, e.lease, r.longest_ms, s.step, s.longest_ms
      from runs r
      join executions e using (execution_id)
      left join steps s on s.execution_id = r.execution_id and s.run = r.run
                       and s.status = 'running'
     where r.status = 'running' and r.run = e.run and r.longest_ms is not null
  $$;

-- Runs and destructions (run 0) that were promised and that no node will ever get to.
create function work_without_job()
  returns table (tenant_id uuid, execution_id text, run integer)
  language sql stable security definer set search_path = public, pg_temp
  as $$
    select r.tenant_id, r.execution_id, r.run
      from runs r
      join executions e using (execution_id)
     where r.status in ('pending', 'running') and r.run = e.run and e.status <> 'destroyed'
       and not exists (select 1 from scheduled_tasks t
                        where t.task_name = 'run'
                          and t.task_instance = r.execution_id || '#' || r.run)
    union all
    select e.tenant_id, e.execution_id, 0
      from executions e
     where e.destroy_requested
       and e.status not in ('destroyed', 'failed') -- who failed says so, and waits to be asked again
       and not exists (select 1 from scheduled_tasks t
                        where t.task_name = 'destroy'
                          and t.task_instance = e.execution_id || '#0')
  $$;

-- Of these names, those that no site has, or one that was destroyed.
create function not_executions(names text[])
  returns setof text
  language sql stable security definer set search_path = public, pg_temp
  as $$
    select name from unnest(names) name
     where not exists (select 1 from executions e
                        where e.execution_id = name and e.status <> 'destroyed')
  $$;

create index executions_to_destroy on executions (execution_id)
  where destroy_requested and status not in ('destroyed', 'failed');

revoke execute on function work_under_way(), work_without_job(), not_executions(text[])
  from public;
grant execute on function work_under_way(), work_without_job(), not_executions(text[])
  to ${app_role};
