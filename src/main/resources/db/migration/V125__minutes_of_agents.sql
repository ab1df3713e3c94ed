-- How long agents have worked, by turn and calendar month (UTC), and for how long a tenant's may.
create table agent_time (
  execution_id text not null references executions on delete cascade,
  run          integer not null,
  turn         text not null,
  month        date not null,
  tenant_id    uuid not null references tenants on delete cascade,
  worked_ms    bigint not null check (worked_ms >= 0),
  primary key (execution_id, run, turn, month)
);
create index agent_time_by_tenant on agent_time (tenant_id, month) include (worked_ms);
alter table agent_time enable row level security;
alter table agent_time force row level security;
create policy own_tenant on agent_time
  using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
grant select, insert, update on agent_time to ${app_role};

alter table tenant_quotas add column agent_minutes bigint check (agent_minutes >= 0);
