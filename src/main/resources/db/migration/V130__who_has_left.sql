-- When the provider that vouches for a user said that the user has no role here any more. Null where
-- the user has one, and for all for whom nobody vouches.
alter table users add column left_at timestamptz;
grant update (left_at) on users to ${app_role};

-- While it is set, nothing that stands for the user opens anything, whichever tenant it is in.
create or replace function whose_token(token bytea)
  returns table (tenant_id uuid, user_id uuid)
  language sql stable security definer set search_path = public, pg_temp
  as $$
    select t.tenant_id, t.user_id
      from access_tokens t join users u on u.user_id = t.user_id
     where t.token_sha256 = token and t.revoked_at is null and u.left_at is null
       and (t.expires_at is null or t.expires_at > now())
  $$;

create or replace function roles_of_token(token bytea)
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
     where t.token_sha256 = token and t.revoked_at is null and u.left_at is null
       and (t.expires_at is null or t.expires_at > now())
  $$;

create or replace function roles_of_user(wanted uuid)
  returns table (home uuid, tenant_id uuid, role text)
  language sql stable security definer set search_path = public, pg_temp
  as $$
    select u.tenant_id, m.tenant_id, m.role
      from users u left join members m on m.user_id = u.user_id and u.left_at is null
     where u.user_id = wanted
  $$;

-- Browsers' sessions of a user end for good, whichever token they were begun with.
create index sessions_by_token on sessions (token_sha256);
create policy owner_finds on sessions for select to current_user using (true);
create policy owner_ends on sessions for delete to current_user using (true);

create function end_sessions(wanted uuid) returns void
  language sql security definer set search_path = public, pg_temp
  as $$
    delete from sessions s using access_tokens t
     where t.user_id = wanted and s.token_sha256 = t.token_sha256
  $$;
revoke execute on function end_sessions(uuid) from public;
grant execute on function end_sessions(uuid) to ${app_role};
