-- A tenant is an organisation; its members have a role each. A user who came alone has a tenant of
-- its own and is its admin, also where an older node of the cluster makes the user.

alter table tenants add column name text;

create table members (
  tenant_id  uuid not null references tenants,
  user_id    uuid not null references users,
  role       text not null check (role in ('admin', 'editor', 'viewer')),
  created_at timestamptz not null,
  primary key (tenant_id, user_id)
);
create index members_by_user on members (user_id);

-- A token may have less than its holder: a role at most, one tenant alone, an end.
alter table access_tokens
  add column token_id     uuid not null default gen_random_uuid() unique,
  add column name         text not null default 'first',
  add column scope        text check (scope in ('admin', 'editor', 'viewer')),
  add column expires_at   timestamptz,
  add column revoked_at   timestamptz,
  add column last_used_at timestamptz;
create index access_tokens_by_tenant on access_tokens (tenant_id);

create table invitations (
  token_sha256  bytea primary key,
  invitation_id uuid not null unique,
  tenant_id     uuid not null references tenants,
  email         text not null,
  role          text not null check (role in ('admin', 'editor', 'viewer')),
  invited_by    text not null,
  created_at    timestamptz not null,
  expires_at    timestamptz not null,
  accepted_at   timestamptz,
  revoked_at    timestamptz
);
create index invitations_by_tenant on invitations (tenant_id);

-- A browser's session stands for the token that it was begun with, and ends with it. Seen by nobody
-- but who names it.
create table sessions (
  session_sha256 bytea primary key,
  token_sha256   bytea not null,
  created_at     timestamptz not null,
  expires_at     timestamptz not null
);
create index sessions_by_end on sessions (expires_at);

alter table sessions enable row level security;
alter table sessions force row level security;
create policy own_session on sessions
  using (session_sha256 = decode(nullif(current_setting('app.session', true), ''), 'hex'));
create policy forget on sessions for delete using (expires_at < now());
create policy forget_finds on sessions for select using (expires_at < now());

do $$
declare
  walled text;
begin
  foreach walled in array array['members', 'invitations']
  loop
    execute format('alter table %I enable row level security', walled);
    execute format('alter table %I force row level security', walled);
    execute format(
      'create policy own_tenant on %I using '
      '(tenant_id = nullif(current_setting(''app.tenant'', true), '''')::uuid)', walled);
    execute format('create policy owner_looks on %I for select to current_user using (true)', walled);
  end loop;
end
$$;
create policy owner_looks on tenants for select to current_user using (true);

-- Those who are here already. The owner is held by the wall like everybody, so it steps aside.
alter table members no force row level security;
insert into members (tenant_id, user_id, role, created_at)
  select tenant_id, user_id, 'admin', created_at from users;
alter table members force row level security;

create function admin_of_own_tenant() returns trigger
  language plpgsql set search_path = public, pg_temp
  as $$
  begin
    if new.tenant_id = new.user_id then
      insert into members (tenant_id, user_id, role, created_at)
        values (new.tenant_id, new.user_id, 'admin', new.created_at);
    end if;
    return new;
  end
  $$;
create trigger admin_of_own_tenant after insert on users
  for each row execute function admin_of_own_tenant();

-- Asked before a tenant is known: whose token is this, and where may its holder do what?
create or replace function whose_token(token bytea)
  returns table (tenant_id uuid, user_id uuid)
  language sql stable security definer set search_path = public, pg_temp
  as $$
    select t.tenant_id, t.user_id from access_tokens t
     where t.token_sha256 = token and t.revoked_at is null
       and (t.expires_at is null or t.expires_at > now())
  $$;

create function roles_of_token(token bytea)
  returns table (user_id uuid, home uuid, tenant_id uuid, role text, scope text, token_id uuid,
                 token_tenant uuid, last_used_at timestamptz, expires_at timestamptz)
  language sql stable security definer set search_path = public, pg_temp
  as $$
    select t.user_id, u.tenant_id, m.tenant_id, m.role, t.scope, t.token_id,
           t.tenant_id, t.last_used_at, t.expires_at
      from access_tokens t
      join users u on u.user_id = t.user_id
      left join members m on m.user_id = t.user_id
           and (t.scope is null or m.tenant_id = t.tenant_id)
     where t.token_sha256 = token and t.revoked_at is null
       and (t.expires_at is null or t.expires_at > now())
  $$;

create function roles_of_user(wanted uuid)
  returns table (home uuid, tenant_id uuid, role text)
  language sql stable security definer set search_path = public, pg_temp
  as $$
    select u.tenant_id, m.tenant_id, m.role
      from users u left join members m on m.user_id = u.user_id
     where u.user_id = wanted
  $$;

create function tenants_of_user(wanted uuid)
  returns table (tenant_id uuid, name text, role text)
  language sql stable security definer set search_path = public, pg_temp
  as $$
    select t.tenant_id, t.name, m.role
      from members m join tenants t on t.tenant_id = m.tenant_id
     where m.user_id = wanted
     order by t.created_at, t.tenant_id
  $$;

create function tenant_of_invitation(token bytea)
  returns uuid
  language sql stable security definer set search_path = public, pg_temp
  as $$ select i.tenant_id from invitations i where i.token_sha256 = token $$;

create function email_of_user(wanted uuid)
  returns text
  language sql stable security definer set search_path = public, pg_temp
  as $$ select u.email from users u where u.user_id = wanted $$;

revoke execute on function
  roles_of_token(bytea), roles_of_user(uuid), tenants_of_user(uuid), tenant_of_invitation(bytea),
  email_of_user(uuid) from public;
grant execute on function
  roles_of_token(bytea), roles_of_user(uuid), tenants_of_user(uuid), tenant_of_invitation(bytea),
  email_of_user(uuid) to ${app_role};
grant select, insert, update, delete on members to ${app_role};
grant select, insert, update on invitations to ${app_role};
grant select, insert, delete on sessions to ${app_role};
grant update (last_used_at, revoked_at) on access_tokens to ${app_role};
grant update (name) on tenants to ${app_role};
