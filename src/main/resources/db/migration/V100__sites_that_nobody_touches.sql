-- When the owner of a site that nobody changes was told that it will be stopped.
alter table executions add column warned_at timestamptz;

-- Live sites of a type on a host, of whatever tenant, that nobody has changed or deployed since a
-- time and that were not stopped since: ids and times, and nothing else. A stop that failed is not
-- tried again within a day.
create function executions_untouched(host text, type text, since timestamptz, most integer)
  returns table (
    tenant_id uuid, execution_id text, touched_at timestamptz, warned_at timestamptz)
  language sql stable security definer set search_path = public, pg_temp
  as $$
    select e.tenant_id, e.execution_id, touched.at, e.warned_at
      from executions e
      cross join lateral (select max(r.created_at) as at from runs r
                           where r.execution_id = e.execution_id and r.kind <> 'stop') touched
     where e.host_provider = host and e.site_type = type and e.release is not null
       and e.status in ('completed', 'failed', 'cancelled') and not e.destroy_requested
       and touched.at < since
       and not exists (select 1 from runs r
                        where r.execution_id = e.execution_id and r.kind = 'stop'
                          and r.created_at > touched.at
                          and (r.status = 'completed' or r.created_at > now() - interval '1 day'))
     order by touched.at
     limit most
  $$;

revoke execute on function executions_untouched(text, text, timestamptz, integer) from public;
grant execute on function executions_untouched(text, text, timestamptz, integer) to ${app_role};
