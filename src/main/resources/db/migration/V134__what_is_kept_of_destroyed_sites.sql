-- Of a site that was destroyed no run is the newest or the live one for ever: by their age all its
-- journals go, but for the last line, with which every stream of it ends.
create or replace function executions_with_old_journals(
    kept integer, before timestamptz, lines bigint, most integer)
  returns table (tenant_id uuid, execution_id text)
  language sql stable security definer set search_path = public, pg_temp
  as $$
    select e.tenant_id, e.execution_id
      from executions e
     where (e.run > 1 or e.status = 'destroyed')
       and exists (select 1 from runs r
                    where r.execution_id = e.execution_id
                      and r.finished_at is not null and r.journal_removed_at is null
                      and (e.status = 'destroyed'
                           and greatest(r.finished_at, e.updated_at) < before
                           or r.run < e.run
                              and r.run is distinct from
                                  (select made.run from releases made
                                    where made.execution_id = e.execution_id
                                      and made.release = e.release)
                              and (r.run <= e.run - kept or r.finished_at < before
                                   or (e.last_seq > lines
                                       and (select count(*) from events v
                                             where v.execution_id = e.execution_id) > lines))))
     order by e.execution_id
     limit most
  $$;

create or replace function remove_old_journals(
    wanted text, kept integer, before timestamptz, lines bigint, most integer)
  returns integer
  language plpgsql volatile security definer set search_path = public, pg_temp
  as $$
  declare
    newest integer;
    last bigint;
    gone boolean;
    old integer[];
    removed integer;
  begin
    select e.run, e.last_seq, e.status = 'destroyed' and e.updated_at < before
      into newest, last, gone
      from executions e
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
     where r.execution_id = wanted
       and r.finished_at is not null and r.journal_removed_at is null
       and (gone and r.finished_at < before
            or r.run < newest
               and r.run is distinct from
                   (select made.run from executions e
                      join releases made
                        on made.execution_id = e.execution_id and made.release = e.release
                     where e.execution_id = wanted)
               and (r.run <= newest - kept or r.finished_at < before
                    or coalesce(newer.since, 0) > lines));
    delete from events
     where execution_id = wanted
       and seq = any (array(select v.seq from events v
                             where v.execution_id = wanted and v.run = any (old) and v.seq < last
                             order by v.seq limit most));
    get diagnostics removed = row_count;
    update runs r set journal_removed_at = now()
     where r.execution_id = wanted and r.run = any (old)
       and not exists (select 1 from events v
                        where v.execution_id = wanted and v.run = r.run and v.seq < last);
    perform pg_notify('tmuxbuilder_journal', wanted || ' ' || last);
    return removed;
  end
  $$;
