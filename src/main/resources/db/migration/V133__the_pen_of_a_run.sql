-- What a run writes, in one message: its lines, and what follows from them for execution, steps, run
-- and releases. Fenced by the lease: answers null, and has changed nothing, where that is another's
-- by now or the batch has been written before. Otherwise answers the number of the newest line.
--
-- It is its caller who writes, and names the tenant here: the walls between tenants hold for it as
-- for every other statement. As the only statement of its transaction, or of one with others of its
-- kind for other tenants, it needs no begin and no commit of its own.
--
-- A caller in a hurry, who holds what others wait for, waits for nobody's lock longer than 100 ms.
create function append_to_journal(
    in_tenant uuid, of_execution text, token bigint, batch uuid, of_run integer,
    newest timestamptz, lines jsonb, new_status text, judged boolean, why jsonb, outcome jsonb,
    served boolean, new_url text, new_release integer, new_step integer, moved jsonb, follows jsonb,
    hurry boolean)
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
    end if;
    return last;
  end
  $$;

revoke execute on function append_to_journal from public;
grant execute on function append_to_journal to ${app_role};
