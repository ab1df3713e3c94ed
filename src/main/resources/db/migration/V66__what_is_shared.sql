-- Links by which anybody may read of an execution what its owner made public.
create table shares (
  token_sha256 bytea primary key,
  tenant_id    uuid not null references tenants,
  execution_id text not null references executions,
  with_log     boolean not null,
  created_at   timestamptz not null,
  revoked_at   timestamptz
);
create index shares_by_execution on shares (execution_id);

alter table shares enable row level security;
alter table shares force row level security;
create policy own_tenant on shares using
  (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy owner_looks on shares for select to current_user using (true);

-- Whoever has the link is not known, and so neither is the tenant before this is asked.
create function what_is_shared(token bytea)
  returns table (tenant_id uuid, execution_id text, with_log boolean)
  language sql stable security definer set search_path = public, pg_temp
  as $$
    select s.tenant_id, s.execution_id, s.with_log
      from shares s
     where s.token_sha256 = token and s.revoked_at is null
  $$;

revoke execute on function what_is_shared(bytea) from public;
grant execute on function what_is_shared(bytea) to ${app_role};
grant select, insert on shares to ${app_role};
grant update (revoked_at) on shares to ${app_role};
