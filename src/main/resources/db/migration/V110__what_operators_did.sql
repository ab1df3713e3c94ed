-- What operators do outside of any tenant is told in a chain of its own, made like those of tenants.
create table operators_audit (
  seq      bigint primary key,
  line     text not null,
  sha256   text not null,
  noted_at timestamptz not null default now()
);
-- The service's role sees it through the functions below alone.
alter table operators_audit enable row level security;
alter table operators_audit force row level security;
create policy owner_looks on operators_audit for select to current_user using (true);
create policy owner_adds on operators_audit for insert to current_user with check (true);

create function add_to_operators_audit(entry text) returns void
  language plpgsql security definer set search_path = public, pg_temp
  as $$
  declare
    last_seq bigint;
    last_sha256 text;
    words text;
  begin
    perform pg_advisory_xact_lock(hashtextextended('audit of operators', 0));
    select a.seq, a.sha256 into last_seq, last_sha256
      from operators_audit a order by a.seq desc limit 1;
    words := '{"seq":' || coalesce(last_seq, 0) + 1 || ',"previous":"'
      || coalesce(last_sha256, repeat('0', 64)) || '",' || substr(entry, 2);
    insert into operators_audit (seq, line, sha256)
      values (coalesce(last_seq, 0) + 1, words,
              encode(sha256(convert_to(words, 'UTF8')), 'hex'));
  end
  $$;

create function operators_audit_lines(since bigint, most integer) returns table (line text)
  language sql stable security definer set search_path = public, pg_temp
  as $$
    select o.line from operators_audit o where o.seq > since order by o.seq limit most
  $$;

-- Lines of all chains in the order of time. Those from before this have the time of this.
alter table audit add column noted_at timestamptz not null default now();
create index audit_newest on audit (noted_at desc, seq desc);
create index operators_audit_newest on operators_audit (noted_at desc, seq desc);

create function newest_audit(most integer) returns table (tenant_id uuid, line text)
  language sql stable security definer set search_path = public, pg_temp
  as $$
    select one.tenant_id, one.line
      from ((select a.tenant_id, a.line, a.noted_at, a.seq
               from audit a order by a.noted_at desc, a.seq desc limit most)
            union all
            (select null::uuid, o.line, o.noted_at, o.seq
               from operators_audit o order by o.noted_at desc, o.seq desc limit most)) one
     order by one.noted_at desc, one.seq desc
     limit most
  $$;

revoke execute on function
  add_to_operators_audit(text), operators_audit_lines(bigint, integer), newest_audit(integer)
  from public;
grant execute on function
  add_to_operators_audit(text), operators_audit_lines(bigint, integer), newest_audit(integer)
  to ${app_role};
