#!/usr/bin/env bash
# What the pipeline itself costs a run, beyond the work of its steps. Goal: under 50 ms, the median
# of 20 runs, one after the other, with a title as the brief and a warm browser.
#
# What is counted comes from the journal. An event tells when it was written; PostgreSQL, asked to
# keep the time of each commit, tells when it was durable. The overhead of a run is
#   from the event "the build has started" to the commit of the event that ends the run,
#   less, for each step, from the commit of its "running" to the moment of its "completed".
# No step waits for a commit of its own: what it tells goes with the next write.
# So it has in it all waiting for the journal, the receipt, and what lies between the steps. It has
# not: the work inside a step (files, git, browser), nor the way of a commit's answer back.
# The queue's delay is from the event "the build waits" to "the build has started".
#
# Needs curl, psql and python3. RUNS sets how many runs (20).
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=bench/lib/service.sh
. bench/lib/service.sh
require curl psql python3

runs=${RUNS:-20}
load_average
start_service
sql -c 'alter system set track_commit_timestamp = on'
stop_service
start_service

echo '# A small site' >"$bench_work/brief.md"
for number in $(seq -"${WARM_UP:-6}" "$runs"); do # the ones below 1 are to get warm
  read -r execution token < <(create_user "$bench_work/brief.md" "run$number@example.com")
  await_completed "$execution" "$token"
  ((number < 1)) || echo "$execution" >>"$bench_work/measured"
done

ids=$(sed "s/.*/'&'/" "$bench_work/measured" | paste -sd,)
sql -d tmuxbuilder -F ',' -c "
  select execution_id, seq, extract(epoch from at),
         extract(epoch from pg_xact_commit_timestamp(xmin)), kind, coalesce(step, ''),
         coalesce(data->>'status', case when data ? 'passed' then 'report' else '' end)
    from events where execution_id in ($ids) order by execution_id, seq" >"$bench_work/events"
python3 - "$bench_work/events" <<'PY'
import csv, itertools, statistics, sys
rows = list(csv.reader(open(sys.argv[1], encoding="utf-8")))
overheads, queues, works, commits, parts, wholes = [], [], [], [], {}, []
for _, group in itertools.groupby(rows, key=lambda row: row[0]):
    events = [(float(at), float(commit), kind, step, status)
              for _, _, at, commit, kind, step, status in group]
    requested, started, ended = events[0], events[1], events[-1]
    whole = ended[1] - started[0]
    work, gap_from, since = 0.0, started[1], None
    waits, between = started[1] - started[0], 0.0
    for at, commit, kind, step, status in events[2:]:
        if kind == "step" and status == "running":
            waits += commit - at
            between += max(0.0, at - gap_from)
            since = commit
        elif kind == "step" and status == "completed":
            work += at - since
            gap_from, since = at, None
    end_of_steps = gap_from
    receipt = ended[1] - end_of_steps
    overheads.append(whole - work)
    queues.append(started[0] - requested[0])
    works.append(work)
    wholes.append(whole)
    for name, value in (("commits waited for at the start of run and steps", waits),
                        ("between the steps", between),
                        ("receipt and end", receipt)):
        parts.setdefault(name, []).append(value)
ms = lambda values: (statistics.median(values) * 1000, max(values) * 1000)
print(f"{'of ' + str(len(overheads)) + ' runs, in ms':<52} {'median':>9} {'longest':>9}")
for name, values in [("whole run", wholes), ("work of the seven steps", works),
                     ("overhead", overheads), *(("  " + n, v) for n, v in parts.items()),
                     ("queue: from asked for to started", queues)]:
    print(f"{name:<52} {ms(values)[0]:>9.1f} {ms(values)[1]:>9.1f}")
median = ms(overheads)[0]
print(f"goal: median overhead < 50 ms a run: {'met' if median < 50 else 'MISSED'}"
      f" ({median / 50:.2f} of the limit)")
sys.exit(median >= 50)
PY
