-- Who is to be erased has no token any more, wherever it was made: those in other tenants are removed
-- with the rows, which wait for the sites.
create or replace function whose_token(token bytea)
  returns table (tenant_id uuid, user_id uuid)
  language sql stable security definer set search_path = public, pg_temp
  as $$
    select t.tenant_id, t.user_id
      from access_tokens t join users u on u.user_id = t.user_id
     where t.token_sha256 = token and t.revoked_at is null and u.left_at is null
       and (t.expires_at is null or t.expires_at > now())
       and not exists (select 1 from erasures e where e.user_id = t.user_id)
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
       and not exists (select 1 from erasures e where e.user_id = t.user_id)
  $$;
