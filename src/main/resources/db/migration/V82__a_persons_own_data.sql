-- People whose data is to be erased, until it is: a name that tells nothing, and when it was asked
-- for. That it was done is in the audit.
create table erasures (
  user_id      uuid primary key,
  tenant_id    uuid not null references tenants,
  requested_by text not null,
  requested_at timestamptz not null
);
alter table erasures enable row level security;
alter table erasures force row level security;
create policy own_tenant on erasures
  using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy owner_looks on erasures for select to current_user using (true);

create function pending_erasures()
  returns table (tenant_id uuid, user_id uuid)
  language sql stable security definer set search_path = public, pg_temp
  as $$ select e.tenant_id, e.user_id from erasures e order by e.requested_at $$;

-- Removes all rows of a person in the tenant that the transaction names, which must be the person's
-- own; false, and nothing is removed, while a site of the person's stands. The audit keeps its
-- lines, in which a person is an id.
create function erase_user(wanted uuid) returns boolean
  language plpgsql security definer set search_path = public, pg_temp
  as $$
  declare
    home uuid := nullif(current_setting('app.tenant', true), '')::uuid;
    theirs text[];
  begin
    select coalesce(array_agg(e.execution_id), '{}') into theirs
      from executions e where e.user_id = wanted;
    if exists (select 1 from executions e
                where e.user_id = wanted and e.status <> 'destroyed') then
      return false;
    end if;
    delete from events where execution_id = any(theirs);
    delete from steps where execution_id = any(theirs);
    delete from runs where execution_id = any(theirs);
    delete from releases where execution_id = any(theirs);
    delete from test_reports where execution_id = any(theirs);
    delete from shares where execution_id = any(theirs);
    delete from chat_messages where execution_id = any(theirs);
    delete from agent_tokens where execution_id = any(theirs);
    delete from model_usage where user_id = wanted;
    delete from site_environments where execution_id = any(theirs);
    delete from actual_costs where execution_id = any(theirs);
    delete from executions where user_id = wanted;
    delete from access_tokens where user_id = wanted;
    delete from members where user_id = wanted;
    delete from invitations i using users u
     where u.user_id = wanted
       and (lower(i.email) = lower(u.email) or i.invited_by = wanted::text);
    if home = wanted then -- a tenant of one: who was invited to it has nothing there any more
      delete from members where tenant_id = home;
      delete from invitations where tenant_id = home;
      delete from access_tokens where tenant_id = home;
      delete from tenant_budgets where tenant_id = home;
      delete from tenant_quotas where tenant_id = home;
      update tenants set name = null where tenant_id = home;
    end if;
    delete from users where user_id = wanted;
    delete from erasures where user_id = wanted;
    perform set_config('app.caller', wanted::text, true);
    delete from idempotency_keys where caller = wanted::text;
    perform set_config('app.caller', 'anonymous', true);
    delete from idempotency_keys
     where caller = 'anonymous' and answer->>'execution_id' like wanted::text || '\_%';
    return true;
  end
  $$;

-- What is the person's in other tenants: a membership, a token there, an invitation.
create function leave_tenants(wanted uuid) returns void
  language plpgsql security definer set search_path = public, pg_temp
  as $$
  declare
    home text := current_setting('app.tenant', true);
    address text;
    other uuid;
  begin
    select lower(u.email) into address from users u where u.user_id = wanted;
    for other in select m.tenant_id from members m where m.user_id = wanted
                 union select i.tenant_id from invitations i where lower(i.email) = address
    loop
      perform set_config('app.tenant', other::text, true);
      delete from invitations where tenant_id = other and lower(email) = address;
      delete from access_tokens where user_id = wanted and tenant_id = other;
      delete from model_usage where user_id = wanted and tenant_id = other;
      delete from members where user_id = wanted and tenant_id = other;
    end loop;
    perform set_config('app.tenant', home, true);
  end
  $$;

revoke execute on function pending_erasures(), erase_user(uuid), leave_tenants(uuid) from public;
grant execute on function pending_erasures(), erase_user(uuid), leave_tenants(uuid) to ${app_role};
grant select, insert on erasures to ${app_role};
