-- How many sites a tenant may have and how much they may take, where the operator has said so.
create table tenant_quotas (
  tenant_id     uuid primary key references tenants on delete cascade,
  sites         integer check (sites >= 0),
  storage_bytes bigint check (storage_bytes >= 0),
  set_by        text not null,
  set_at        timestamptz not null
);
alter table tenant_quotas enable row level security;
alter table tenant_quotas force row level security;
create policy own_tenant on tenant_quotas
  using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
grant select, insert, update, delete on tenant_quotas to ${app_role};
