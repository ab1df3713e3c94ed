-- Which hosts the programs of a tenant's dynamic sites may reach from within their walls: NAME,
-- *.NAME or either with :PORT. Without a row, none.
create table tenant_allowed_hosts (
  tenant_id uuid primary key references tenants on delete cascade,
  hosts     text[] not null,
  set_by    text not null,
  set_at    timestamptz not null
);
alter table tenant_allowed_hosts enable row level security;
alter table tenant_allowed_hosts force row level security;
create policy own_tenant on tenant_allowed_hosts
  using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
grant select, insert, update, delete on tenant_allowed_hosts to ${app_role};
