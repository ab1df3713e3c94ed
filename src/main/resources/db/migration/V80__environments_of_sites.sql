-- What a site's program is given as environment variables: names and times in the clear, values
-- sealed with a key of the site's own, which is wrapped by the service's master key. Neither the
-- one nor the other is ever here in the clear.
create table site_environments (
  execution_id text primary key references executions on delete cascade,
  tenant_id    uuid not null references tenants on delete cascade,
  -- rises with each change, so that a redeploy sees that there is something new
  version      bigint not null,
  -- the name of the master key, and the site's key as it wraps it
  master       text not null,
  wrapped_key  bytea not null,
  variables    jsonb not null
);
create index site_environments_by_tenant on site_environments (tenant_id);

alter table site_environments enable row level security;
alter table site_environments force row level security;
create policy own_tenant on site_environments
  using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy owner_looks on site_environments for select to current_user using (true);

-- For the rotation of keys, which goes through all tenants: whose there are, and nothing of them.
create function sealed_sites()
  returns table (tenant_id uuid, execution_id text)
  language sql stable security definer set search_path = public, pg_temp
  as $$ select s.tenant_id, s.execution_id from site_environments s order by s.execution_id $$;

-- Of a site that is destroyed no secret is kept.
create function forget_environment() returns trigger
  language plpgsql set search_path = public, pg_temp
  as $$
  begin
    delete from site_environments where execution_id = new.execution_id;
    return new;
  end
  $$;
create trigger forget_environment after update of status on executions
  for each row when (new.status = 'destroyed' and old.status <> 'destroyed')
  execute function forget_environment();

revoke execute on function sealed_sites() from public;
grant execute on function sealed_sites() to ${app_role};
grant select, insert, update, delete on site_environments to ${app_role};
