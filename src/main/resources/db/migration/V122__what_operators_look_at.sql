-- The operator's list of sites tells what each release that is live is estimated to cost.
drop function all_sessions(timestamptz, text, integer);
create function all_sessions(before_at timestamptz, before_id text, most integer)
  returns table (execution_id text, site_name text, host_provider text, site_type text,
                 status text, url text, release integer, created_at timestamptz,
                 cost_estimate text)
  language sql stable security definer set search_path = public, pg_temp
  as $$
    select e.execution_id, e.site_name, e.host_provider, e.site_type, e.status, e.url, e.release,
           e.created_at, (r.receipt->'cost_estimate')::text
      from executions e
      left join releases r on r.execution_id = e.execution_id and r.release = e.release
     where (e.created_at, e.session_id) < (before_at, before_id)
     order by e.created_at desc, e.session_id desc
     limit most
  $$;
revoke execute on function all_sessions(timestamptz, text, integer) from public;
grant execute on function all_sessions(timestamptz, text, integer) to ${app_role};

-- Runs that nobody works on: those that could begin wait for a place, in the order of their turns;
-- those of tenants that have their share under way wait for one of these to end. Executions that
-- cannot go on without a person wait for an answer, or for a yes.
create function waiting_work(most integer)
  returns table (execution_id text, run integer, waits_for text, since timestamptz)
  language sql stable security definer set search_path = public, pg_temp
  as $$
    (select r.execution_id, r.run, case when r.held then 'share' else 'place' end, r.created_at
       from runs r
      where r.status = 'pending'
      order by r.held, r.turn, r.created_at
      limit most)
    union all
    (select e.execution_id, e.run,
            case when exists (select 1 from steps s
                               where s.execution_id = e.execution_id and s.run = e.run
                                 and s.step = 3 and s.status in ('completed', 'skipped'))
                 then 'approval' else 'answer' end,
            coalesce(r.finished_at, r.created_at)
       from executions e join runs r on r.execution_id = e.execution_id and r.run = e.run
      where e.status = 'waiting_input'
      order by 4
      limit most)
  $$;
create index executions_waiting on executions (status) where status = 'waiting_input';

create function all_tenants(most integer)
  returns table (tenant_id uuid, name text, members bigint, sites bigint, created_at timestamptz)
  language sql stable security definer set search_path = public, pg_temp
  as $$
    select t.tenant_id, t.name,
           (select count(*) from members m where m.tenant_id = t.tenant_id),
           (select count(*) from executions e
             where e.tenant_id = t.tenant_id and e.status <> 'destroyed'),
           t.created_at
      from tenants t
     order by t.created_at desc
     limit most
  $$;

revoke execute on function waiting_work(integer), all_tenants(integer) from public;
grant execute on function waiting_work(integer), all_tenants(integer) to ${app_role};
