-- Everything a tenant owns carries its tenant_id and is walled off by forced row level security:
-- the service's role owns nothing, and sees rows only of the tenant that the transaction names.
-- Times are written by the service, in UTC.

create table tenants (
  tenant_id  uuid primary key,
  created_at timestamptz not null
);

create table users (
  user_id    uuid primary key,
  tenant_id  uuid not null references tenants,
  email      text not null,
  phone      text not null,
  created_at timestamptz not null
);
create index users_by_tenant on users (tenant_id);

-- Tokens are kept as their SHA-256 only.
create table access_tokens (
  token_sha256 bytea primary key,
  tenant_id    uuid not null references tenants,
  user_id      uuid not null references users,
  created_at   timestamptz not null
);
create index access_tokens_by_user on access_tokens (user_id);

create table executions (
  execution_id      text primary key,
  tenant_id         uuid not null references tenants,
  user_id           uuid not null references users,
  session_id        text not null,
  host_provider     text not null,
  site_type         text not null,
  agent             text not null,
  site_name         text not null unique,
  requirements      text not null,
  status            text not null,
  run               integer not null,
  current_step      integer not null default 0,
  url               text,
  release           integer,
  result            jsonb,
  error             jsonb,
  destroy_requested boolean not null default false,
  -- the number of the newest event, and the fencing token of the newest owner
  last_seq          bigint not null default 0,
  lease             bigint not null default 0,
  -- the newest write under the lease, so that its repetition after a lost answer changes nothing
  last_batch        uuid,
  created_at        timestamptz not null,
  updated_at        timestamptz not null,
  unique (user_id, session_id)
);
create index executions_by_user on executions (user_id, created_at desc, execution_id desc);
create index executions_by_tenant on executions (tenant_id);

create table runs (
  execution_id     text not null references executions,
  run              integer not null,
  tenant_id        uuid not null references tenants,
  kind             text not null,
  status           text not null,
  target_release   integer,
  -- what the URL served when the run was asked for, to go back to
  live_before      integer,
  requested_by     text not null,
  cancel_requested boolean not null default false,
  created_at       timestamptz not null,
  started_at       timestamptz,
  finished_at      timestamptz,
  primary key (execution_id, run)
);
create index runs_by_tenant on runs (tenant_id);

create table steps (
  execution_id text not null,
  run          integer not null,
  step         integer not null,
  tenant_id    uuid not null references tenants,
  status       text not null,
  attempt      integer not null default 0,
  started_at   timestamptz,
  finished_at  timestamptz,
  error        jsonb,
  -- what came of the step, for whoever takes the run up after a crash
  result       jsonb,
  primary key (execution_id, run, step),
  foreign key (execution_id, run) references runs
);
create index steps_by_tenant on steps (tenant_id);

-- The truth. Rows are only ever added.
create table events (
  execution_id text not null references executions,
  seq          bigint not null,
  tenant_id    uuid not null references tenants,
  at           timestamptz not null,
  run          integer not null,
  kind         text not null,
  level        text not null,
  step         text,
  stage        text,
  message      text not null,
  data         jsonb not null,
  primary key (execution_id, seq)
);

create table releases (
  execution_id    text not null references executions,
  release         integer not null,
  tenant_id       uuid not null references tenants,
  run             integer not null,
  source_commit   text not null,
  artifact_sha256 text not null,
  files           jsonb not null,
  receipt         jsonb,
  created_at      timestamptz not null,
  primary key (execution_id, release)
);
create index releases_by_tenant on releases (tenant_id);

create table test_reports (
  execution_id text not null references executions,
  run          integer not null,
  tenant_id    uuid not null references tenants,
  release      integer not null,
  checks       jsonb not null,
  created_at   timestamptz not null,
  primary key (execution_id, run)
);

-- What was answered under an Idempotency-Key. A caller sees its own keys only; access tokens are
-- not kept: they follow from the nonce and a secret that is not in the database.
create table idempotency_keys (
  caller       text not null,
  key_sha256   bytea not null,
  body_sha256  bytea not null,
  answer       jsonb,
  token_nonce  bytea,
  created_at   timestamptz not null,
  primary key (caller, key_sha256)
);
create index idempotency_keys_by_age on idempotency_keys (created_at);

-- db-scheduler's table, as its documentation gives it. Names tenants, holds nothing of theirs.
create table scheduled_tasks (
  task_name            text not null,
  task_instance        text not null,
  task_data            bytea,
  execution_time       timestamptz not null,
  picked               boolean not null,
  picked_by            text,
  last_success         timestamptz,
  last_failure         timestamptz,
  consecutive_failures integer,
  last_heartbeat       timestamptz,
  version              bigint not null,
  priority             smallint,
  primary key (task_name, task_instance)
);
create index scheduled_tasks_by_time on scheduled_tasks (execution_time);
create index scheduled_tasks_by_heartbeat on scheduled_tasks (last_heartbeat);

do $$
declare
  walled text;
begin
  foreach walled in array array['tenants', 'users', 'access_tokens', 'executions', 'runs', 'steps',
                                'events', 'releases', 'test_reports']
  loop
    execute format('alter table %I enable row level security', walled);
    execute format('alter table %I force row level security', walled);
    execute format(
      'create policy own_tenant on %I using '
      '(tenant_id = nullif(current_setting(''app.tenant'', true), '''')::uuid)', walled);
  end loop;
end
$$;

alter table idempotency_keys enable row level security;
alter table idempotency_keys force row level security;
create policy own_caller on idempotency_keys
  using (caller = nullif(current_setting('app.caller', true), ''));
-- Old keys are removed by age alone.
create policy forget on idempotency_keys for delete
  using (created_at < now() - interval '24 hours');
create policy forget_finds on idempotency_keys for select
  using (created_at < now() - interval '24 hours');

-- The three questions that have to be answered before a tenant is known. The owner may look; the
-- service may only ask.
create policy owner_looks on access_tokens for select to current_user using (true);
create policy owner_looks on users for select to current_user using (true);

create function whose_token(token bytea)
  returns table (tenant_id uuid, user_id uuid)
  language sql stable security definer set search_path = public, pg_temp
  as $$ select t.tenant_id, t.user_id from access_tokens t where t.token_sha256 = token $$;

create function tenant_of_user(wanted uuid)
  returns uuid
  language sql stable security definer set search_path = public, pg_temp
  as $$ select u.tenant_id from users u where u.user_id = wanted $$;

revoke execute on function whose_token(bytea), tenant_of_user(uuid) from public;

grant usage on schema public to ${app_role};
grant select, insert on tenants, users, access_tokens, events, test_reports to ${app_role};
grant update on test_reports to ${app_role};
grant select, insert, update on executions, runs, steps, releases to ${app_role};
grant select, insert, update, delete on idempotency_keys, scheduled_tasks to ${app_role};
grant execute on function whose_token(bytea), tenant_of_user(uuid) to ${app_role};
