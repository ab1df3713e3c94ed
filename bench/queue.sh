#!/usr/bin/env bash
# The durable queue: pipelines of seven steps that do nothing, but are handed out, journalled and
# checkpointed like any other, on one node. Goals: 300 a second, and 0.3 of what PostgreSQL itself
# does when pgbench sends it the same transactions, with the same statements and as many connections.
# pgbench is spared the picking of jobs, which the queue does for many at a time.
# Then fairness: what another tenant's first run waits for while one has 1,000 in the queue; goal: no
# more than the run under way. And how long an idle service takes from being asked to the first step;
# goal: p99 under 100 ms.
#
# The node that does nothing in its steps is a process of its own, made of the service's queue,
# engine and store; a service beside it answers create-user and has the database.
#
# Needs a compiled project (test classes too), python3, psql and pgbench. Settings, all optional:
#   PIPELINES  how many are measured (4000)
#   MVN        the Maven command (./mvnw where it is there, else mvn)
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=bench/lib/service.sh
. bench/lib/service.sh
PATH=$PATH:$(printf '%s:' /usr/lib/postgresql/*/bin)
require python3 psql pgbench || { echo "(apt-get install postgresql-client postgresql-contrib)" >&2; exit 1; }

pipelines=${PIPELINES:-4000}
warm_up=2000 # as in QueueBench
connections=16
status=0
load_average
waiting_node
start_busy_service() {
  start_service TMUXBUILDER_RUNS_CONCURRENT=1 TMUXBUILDER_RUNS_MAX_WAITING=1000000 \
    TMUXBUILDER_RUNS_MAX_WAITING_PER_TENANT=1000000 TMUXBUILDER_RUNS_PER_TENANT=1000000 \
    TMUXBUILDER_RUNS_PER_USER=1000000 \
    TMUXBUILDER_BROWSER_NODE="$bench_work/waiting-node"
  queue create 1 # it is busy with it from now on
  until [[ $(db -c "select count(*) from scheduled_tasks where picked") == 1 ]]; do sleep 0.2; done
}
queue() { java_bench dev.tmuxbuilder.bench.QueueBench "$port" "$data" "$service_pid" "$@"; }
db() { sql -d tmuxbuilder "$@"; }

start_busy_service
queue create 1
read -r execution tenant < <(db -c "
  select execution_id, tenant_id from executions where status = 'pending' limit 1")
db -c "alter role tmuxbuilder_app set log_statement = 'all'"
queue work 1 >/dev/null || true # too few for its goal
db -c "alter role tmuxbuilder_app reset log_statement"
python3 bench/lib/as_pgbench.py "$data/postgres/postgres.log" "$execution" "$tenant" \
  "$bench_work/pipeline.sql" >"$bench_work/variables" 2>"$bench_work/recorded"

echo "| measured | value | goal |"
echo "| --- | ---: | --- |"
queue create "$((pipelines + warm_up))"
queue work "$((pipelines + warm_up))" >"$bench_work/ours" || status=1
cat "$bench_work/ours"
ours=$(awk -F '|' '/pipelines a second/ {print $3 + 0}' "$bench_work/ours")

queue create "$pipelines"
db -c "
  create table bench_ids as
    select row_number() over () as n, execution_id, tenant_id from executions
     where status = 'pending';
  create unique index on bench_ids (n);
  create sequence bench_n;
  grant select on bench_ids to tmuxbuilder_app;
  grant usage on sequence bench_n to tmuxbuilder_app;
  update scheduled_tasks set picked = true, version = version + 1, picked_by = 'pgbench',
         last_heartbeat = now() + interval '1 hour' where not picked;
  analyze"
mapfile -d '' -t variables <"$bench_work/variables"
PGPASSWORD=$(<"$data/postgres.service.secret") pgbench -n -M prepared -c "$connections" -j 1 \
  -t "$((pipelines / connections))" "${variables[@]}" -f "$bench_work/pipeline.sql" -h 127.0.0.1 \
  -p "$(database_port)" -U tmuxbuilder_app tmuxbuilder >"$bench_work/pgbench" 2>&1 ||
  { cat "$bench_work/pgbench" >&2; exit 1; }
limit=$(awk '/^tps/ {printf "%.0f", $3}' "$bench_work/pgbench")
ended=$(db -c "
  select count(*) from bench_ids join executions using (execution_id) where status = 'completed'")
ratio=$(awk -v a="$ours" -v b="$limit" 'BEGIN {printf "%.2f", a / b}')
echo "| the same by pgbench ($(<"$bench_work/recorded"), $ended ended) | $limit |  |"
echo "| ours over that | $ratio | >= 0.3: $(goal "$ratio" '>=' 0.3) |"
((ended == pipelines / connections * connections)) || status=1

stop_service

# What pgbench left in the queue, thousands of jobs that it took and never gave back, is nobody's line.
data=$bench_work/data2
start_busy_service
queue fairness 1000 || status=1
stop_service

data=$bench_work/data3
start_service
queue start-delay 200 || status=1
exit "$status"
