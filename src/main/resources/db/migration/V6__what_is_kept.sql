-- Journals of old runs are removed by policy; receipts, reports and the state of runs never are. The
-- service itself may still delete no event: it may only ask for what a policy does not keep.
alter table runs add column journal_removed_at timestamptz;

create policy owner_looks on events for select to current_user using (true);

-- Executions with old runs whose journals may go, of whatever tenant: ids and nothing else.
create function executions_with_old_journals(
    kept integer, before timestamptz, lines bigint, most integer)
  returns table (tenant_id uuid, execution_id text)
  language sql stable security definer set search_path = public, pg_temp
  as $$
    select e.tenant_id, e.execution_id
      from executions e
     where e.run > 1
       and exists (select 1 from runs r
                    where r.execution_id = e.execution_id and r.run < e.run
                      and r.finished_at is not null and r.journal_removed_at is null
                      and r.run is distinct from
                          (select made.run from releases made
                            where made.execution_id = e.execution_id and made.release = e.release)
                      and (r.run <= e.run - kept or r.finished_at < before
                           or (e.last_seq > lines
                               and (select count(*) from events v
                                     where v.execution_id = e.execution_id) > lines)))
     order by e.execution_id
     limit most
  $$;
create policy owner_looks on releases for select to current_user using (true);

-- Removes some lines of old runs of one execution of the tenant that the transaction names, oldest
-- first; says how many. Runs that go on, the newest run and the one that made the live release stay.
create function remove_old_journals(
    wanted text, kept integer, before timestamptz, lines bigint, most integer)
  returns integer
  language plpgsql volatile security definer set search_path = public, pg_temp
  as $$
  declare
    newest integer;
    last bigint;
    old integer[];
    removed integer;
  begin
    select e.run, e.last_seq into newest, last from executions e
     where e.execution_id = wanted
       and e.tenant_id = nullif(current_setting('app.tenant', true), '')::uuid;
    if not found then
      return 0;
    end if;
    select array_agg(r.run) into old
      from runs r
      left join (select v.run, sum(count(*)) over (order by v.run desc) as since
                   from events v where v.execution_id = wanted group by v.run) newer
             on newer.run = r.run
     where r.execution_id = wanted and r.run < newest
       and r.finished_at is not null and r.journal_removed_at is null
       and r.run is distinct from
           (select made.run from executions e
              join releases made on made.execution_id = e.execution_id and made.release = e.release
             where e.execution_id = wanted)
       and (r.run <= newest - kept or r.finished_at < before or coalesce(newer.since, 0) > lines);
    delete from events
     where execution_id = wanted
       and seq = any (array(select v.seq from events v
                             where v.execution_id = wanted and v.run = any (old)
                             order by v.seq limit most));
    get diagnostics removed = row_count;
    update runs r set journal_removed_at = now()
     where r.execution_id = wanted and r.run = any (old)
       and not exists (select 1 from events v where v.execution_id = wanted and v.run = r.run);
    perform pg_notify('tmuxbuilder_journal', wanted || ' ' || last);
    return removed;
  end
  $$;

revoke execute on function
  executions_with_old_journals(integer, timestamptz, bigint, integer),
  remove_old_journals(text, integer, timestamptz, bigint, integer) from public;
grant execute on function
  executions_with_old_journals(integer, timestamptz, bigint, integer),
  remove_old_journals(text, integer, timestamptz, bigint, integer) to ${app_role};
