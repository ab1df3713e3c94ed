-- On which hosts of a tenant a release waits until somebody who may has said yes.
create table tenant_approvals (
  tenant_id      uuid primary key references tenants on delete cascade,
  host_providers text[] not null,
  set_by         text not null,
  set_at         timestamptz not null
);
alter table tenant_approvals enable row level security;
alter table tenant_approvals force row level security;
create policy own_tenant on tenant_approvals
  using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
grant select, insert, update, delete on tenant_approvals to ${app_role};

-- Who said yes to what a run publishes: whoever asked for it, where they may, or somebody else.
-- Where it publishes what an earlier run made, that run's number.
alter table runs add column approved_by text, add column approves integer;
