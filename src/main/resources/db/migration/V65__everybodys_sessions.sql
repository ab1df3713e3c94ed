-- The operator's list of sites: names and numbers of all tenants, newest first, in pages.
create function all_sessions(before_at timestamptz, before_id text, most integer)
  returns table (execution_id text, site_name text, host_provider text, site_type text,
                 status text, url text, release integer, created_at timestamptz)
  language sql stable security definer set search_path = public, pg_temp
  as $$
    select e.execution_id, e.site_name, e.host_provider, e.site_type, e.status, e.url, e.release,
           e.created_at
      from executions e
     where (e.created_at, e.session_id) < (before_at, before_id)
     order by e.created_at desc, e.session_id desc
     limit most
  $$;

create index executions_newest on executions (created_at desc, session_id desc);

revoke execute on function all_sessions(timestamptz, text, integer) from public;
grant execute on function all_sessions(timestamptz, text, integer) to ${app_role};
