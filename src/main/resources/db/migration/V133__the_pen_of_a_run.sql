-- Lets runs of a tenant into the queue that were held back, by their turns, now that one of it has
-- ended: as many as there is room for. One at a time for each tenant, so that none is overlooked by
-- two who count at once; of a long line no more is looked at than of a short one. An execution's name
-- begins with its user's.
create function let_in(of_tenant uuid, per_tenant bigint, per_user bigint, now_at timestamptz)
  returns void language plpgsql
  as $$
  begin
    perform pg_advisory_xact_lock(hashtextextended(of_tenant::text, 1));
    if not exists (select 1 from runs r
                    where r.tenant_id = of_tenant and r.status = 'pending' and r.held) then
      return;
    end if;
    with inside as (
      select left(r.execution_id, 36) as user_id from runs r
       where r.tenant_id = of_tenant and r.status in ('pending', 'running') and not r.held
    ), outside as (
      select execution_id, run, turn,
             row_number() over (partition by left(execution_id, 36) order by turn)
               + (select count(*) from inside
                   where inside.user_id = left(execution_id, 36)) as place_of_user
        from (select r.execution_id, r.run, r.turn from runs r
               where r.tenant_id = of_tenant and r.status = 'pending' and r.held
               order by r.turn limit 200) first_of_them
    ), next as (
      select execution_id, run from outside
       where place_of_user <= per_user
       order by turn
       limit greatest(0, per_tenant - (select count(*) from inside))
    ), gone_in as (
      update runs r set held = false from next
       where r.execution_id = next.execution_id and r.run = next.run
    )
    update scheduled_tasks t set execution_time = least(now_at, clock_timestamp()) from next
     where t.task_name = 'run' and t.task_instance = next.execution_id || '#' || next.run;
  end
  $$;

-- What a run writes, in one message: its lines, and what follows from them for execution, steps, run
-- and releases. Fenced by the lease: answers null, and has changed nothing, where that is another's
-- by now or the batch has been written before. Otherwise answers the number of the newest line.
--
-- It is its caller who writes, and names the tenant here: the walls between tenants hold for it as
-- for every other statement. As the only statement of its transaction, or of one with others of its
-- kind for other tenants, it needs no begin and no commit of its own.
--
-- With the limits of the tenant and its users, the end of a run lets others in. Where more has been
-- said to the run meanwhile, nothing is changed and the answer is -1: its caller has to begin the run
-- that answers, in the transaction that ends this one.
--
-- A caller in a hurry, who holds what others wait for, waits for nobody's lock longer than 100 ms.
create function append_to_journal(
    in_tenant uuid, of_execution text, token bigint, batch uuid, of_run integer,
    newest timestamptz, lines jsonb, new_status text, judged boolean, why jsonb, outcome jsonb,
    served boolean, new_url text, new_release integer, new_step integer, moved jsonb, follows jsonb,
    per_tenant bigint, per_user bigint, hurry boolean)
  returns bigint language plpgsql
  as $$
  declare
    added constant bigint := jsonb_array_length(lines);
    last bigint;
  begin
    perform set_config('app.tenant', in_tenant::text, true);
    if hurry then
      perform set_config('lock_timeout', '100ms', true);
    end if;

    if per_tenant is not null and follows -> 'ended' ->> 'status' <> 'destroyed' then
      perform 1 from executions e where e.execution_id = of_execution for no key update;
      if exists (select 1 from chat_messages c
                  where c.execution_id = of_execution and c.run > of_run) then
        return -1;
      end if;
    end if;

    update executions e
       set last_seq = e.last_seq + added, updated_at = newest, last_batch = batch,
           status = coalesce(new_status, e.status),
           error = case when judged then why else e.error end,
           result = coalesce(outcome, e.result),
           url = case when served then new_url else e.url end,
           release = case when served then new_release else e.release end,
           current_step = coalesce(new_step, e.current_step)
     where e.execution_id = of_execution and e.lease = token
       and e.last_batch is distinct from batch
    returning e.last_seq into last;
    if last is null then
      return null;
    end if;

    insert into events
           (execution_id, seq, tenant_id, at, run, kind, level, step, stage, message, data)
    select of_execution, last - added + line.place, in_tenant, line.at, of_run, line.kind,
           line.level, line.step, line.stage, line.message, line.data
      from rows from (jsonb_to_recordset(lines) as
             (at timestamptz, kind text, level text, step text, stage text, message text,
              data jsonb)) with ordinality
             as line (at, kind, level, step, stage, message, data, place);

    -- A step that only came to another stage has not moved.
    if moved is not null then
      update steps s
         set status = case when c.moved then c.status else s.status end,
             attempt = case when c.moved then c.attempt else s.attempt end,
             error = case when c.moved then c.error else s.error end,
             result = case when c.moved then c.result else s.result end,
             started_at = coalesce(s.started_at, c.begun),
             finished_at = case when c.moved then c.ended else s.finished_at end,
             until = case when c.moved then c.until else s.until end,
             longest_ms = case when c.moved then c.longest_ms else s.longest_ms end,
             stage = c.stage,
             stage_until = c.stage_until
        from jsonb_to_recordset(append_to_journal.moved) as
               c(step int, moved boolean, status text, attempt int, error jsonb, result jsonb,
                 begun timestamptz, ended timestamptz, until timestamptz, longest_ms bigint,
                 stage text, stage_until timestamptz)
       where s.execution_id = of_execution and s.run = of_run and s.step = c.step;
    end if;

    if follows is null then
      return last;
    end if;
    if follows ? 'started' then
      update runs r
         set status = 'running', started_at = coalesce(r.started_at, s.at), until = s.until,
             longest_ms = s.longest_ms
        from jsonb_to_record(follows -> 'started') as
               s(at timestamptz, until timestamptz, longest_ms bigint)
       where r.execution_id = of_execution and r.run = of_run;
    end if;
    if follows ? 'mending' then
      update runs r set mending = follows -> 'mending'
       where r.execution_id = of_execution and r.run = of_run;
    end if;
    if follows ? 'worked' then -- a turn goes on by several owners, and each of them by several lines
      insert into agent_time (execution_id, run, turn, month, tenant_id, worked_ms)
      select of_execution, of_run, w.turn, w.month, in_tenant, sum(w.ms)
        from jsonb_to_recordset(follows -> 'worked') as w(turn text, month date, ms bigint)
       group by w.turn, w.month
      on conflict (execution_id, run, turn, month)
      do update set worked_ms = agent_time.worked_ms + excluded.worked_ms;
    end if;
    if follows ? 'released' then
      insert into releases
             (execution_id, release, tenant_id, run, source_commit, artifact_sha256, files,
              created_at)
      select of_execution, r.release, in_tenant, r.run, r.source_commit, r.artifact_sha256, r.files,
             r.at
        from jsonb_to_recordset(follows -> 'released') as
               r(release int, run int, source_commit text, artifact_sha256 text, files jsonb,
                 at timestamptz);
    end if;
    if follows ? 'tested' then
      insert into test_reports (execution_id, run, tenant_id, release, checks, created_at)
      select of_execution, of_run, in_tenant, t.release, t.checks, t.at
        from jsonb_to_record(follows -> 'tested') as
               t(release int, checks jsonb, at timestamptz)
      on conflict (execution_id, run)
      do update set release = excluded.release, checks = excluded.checks,
                    created_at = excluded.created_at;
    end if;
    if follows ? 'receipts' then -- written once
      update releases r set receipt = w.receipt
        from jsonb_to_recordset(follows -> 'receipts') as w(release int, receipt jsonb)
       where r.execution_id = of_execution and r.release = w.release and r.receipt is null;
    end if;
    if follows ? 'ended' then
      update runs r set status = e.status, finished_at = e.at
        from jsonb_to_record(follows -> 'ended') as e(status text, at timestamptz)
       where r.execution_id = of_execution and r.run = of_run and r.finished_at is null;
      if per_tenant is not null then
        perform let_in(
          in_tenant, per_tenant, per_user, (follows -> 'ended' ->> 'at')::timestamptz);
      end if;
    end if;
    return last;
  end
  $$;

-- The number of an execution's newest line.
create function newest_line(in_tenant uuid, of_execution text)
  returns bigint language plpgsql
  as $$
  begin
    perform set_config('app.tenant', in_tenant::text, true);
    return (select last_seq from executions where execution_id = of_execution);
  end
  $$;

revoke execute on function let_in, append_to_journal, newest_line from public;
grant execute on function let_in, append_to_journal, newest_line to ${app_role};
