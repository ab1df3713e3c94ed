-- Who did what: lines that are only ever added, each naming the hash of the one before it, so that a
-- line that was changed, or taken out, is seen by whoever reads them all.

create table audit (
  tenant_id uuid not null references tenants,
  seq       bigint not null,
  line      text not null,
  sha256    text not null,
  primary key (tenant_id, seq)
);
alter table audit enable row level security;
alter table audit force row level security;
create policy own_tenant on audit
  using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy owner_looks on audit for select to current_user using (true);

-- Adds a line for the tenant that the transaction names, after the newest one. Lines of one tenant
-- are added one after another.
create function add_to_audit(entry text) returns void
  language plpgsql set search_path = public, pg_temp
  as $$
  declare
    tenant uuid := nullif(current_setting('app.tenant', true), '')::uuid;
    last_seq bigint;
    last_sha256 text;
    words text;
  begin
    perform pg_advisory_xact_lock(hashtextextended('audit ' || tenant::text, 0));
    select a.seq, a.sha256 into last_seq, last_sha256
      from audit a where a.tenant_id = tenant order by a.seq desc limit 1;
    words := '{"seq":' || coalesce(last_seq, 0) + 1 || ',"previous":"'
      || coalesce(last_sha256, repeat('0', 64)) || '",' || substr(entry, 2);
    insert into audit (tenant_id, seq, line, sha256)
      values (tenant, coalesce(last_seq, 0) + 1, words,
              encode(sha256(convert_to(words, 'UTF8')), 'hex'));
  end
  $$;
revoke execute on function add_to_audit(text) from public;
grant execute on function add_to_audit(text) to ${app_role};
grant select, insert on audit to ${app_role};
