-- What an agent holds instead of a key: a token for one execution, kept as its SHA-256 only. It
-- opens nothing unless a run of that execution goes on.
create table agent_tokens (
  token_sha256 bytea primary key,
  tenant_id    uuid not null references tenants on delete cascade,
  execution_id text not null references executions on delete cascade,
  created_at   timestamptz not null,
  ended_at     timestamptz
);
create index agent_tokens_by_execution on agent_tokens (execution_id);
create index agent_tokens_by_tenant on agent_tokens (tenant_id);

-- What models were used, summed up; costs in millionths of a US dollar.
create table model_usage (
  execution_id       text not null references executions on delete cascade,
  run                integer not null,
  day                date not null,
  provider           text not null,
  model              text not null,
  tenant_id          uuid not null references tenants on delete cascade,
  user_id            uuid not null references users on delete cascade,
  requests           bigint not null,
  input_tokens       bigint not null,
  output_tokens      bigint not null,
  cache_read_tokens  bigint not null,
  cache_write_tokens bigint not null,
  cost_microusd      bigint not null,
  primary key (execution_id, run, day, provider, model)
);
create index model_usage_by_tenant on model_usage (tenant_id, day);
create index model_usage_by_user on model_usage (user_id, day);

do $$
declare
  walled text;
begin
  foreach walled in array array['agent_tokens', 'model_usage']
  loop
    execute format('alter table %I enable row level security', walled);
    execute format('alter table %I force row level security', walled);
    execute format(
      'create policy own_tenant on %I using '
      '(tenant_id = nullif(current_setting(''app.tenant'', true), '''')::uuid)', walled);
  end loop;
end
$$;

create policy owner_looks on agent_tokens for select to current_user using (true);

create function whose_agent_token(token bytea)
  returns table (tenant_id uuid, execution_id text, run integer)
  language sql stable security definer set search_path = public, pg_temp
  as $$
    select t.tenant_id, t.execution_id, e.run
      from agent_tokens t
      join executions e using (execution_id)
     where t.token_sha256 = token and t.ended_at is null
       and e.status in ('running', 'waiting_input') and not e.destroy_requested
  $$;

revoke execute on function whose_agent_token(bytea) from public;
grant execute on function whose_agent_token(bytea) to ${app_role};
grant select, insert, update on agent_tokens, model_usage to ${app_role};
