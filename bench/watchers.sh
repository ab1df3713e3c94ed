#!/usr/bin/env bash
# Many watchers of one node: 10,000 subscribers on 100 executions, of whom one in a hundred leaves
# and comes back with Last-Event-ID each second, and 20 more who never read. Another node writes the
# journals of these executions, at 2,000 deliveries a second.
# Fails where an event is lost, doubled or out of order, a line is cut, or somebody who has left is
# still remembered. Goals besides: at most 25 KB of RSS for an idle watcher, from commit to watcher
# 50 ms in the median and 250 ms at p99, all freed within a second of leaving.
#
# Needs a compiled project (test classes too) and python3. Settings, all optional:
#   WATCHERS, EXECUTIONS  how many (10000 on 100)
#   SECONDS_EACH          how long events are delivered (60)
#   MVN                   the Maven command (./mvnw where it is there, else mvn)
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=bench/lib/service.sh
. bench/lib/service.sh
require python3
ulimit -n "$(ulimit -Hn)" # for both processes: each line is a file in either

load_average
# The one run that is worked on waits in its browser step, the others in the queue.
waiting_node
start_service TMUXBUILDER_RUNS_CONCURRENT=1 TMUXBUILDER_RUNS_MAX_WAITING=1000000 \
  TMUXBUILDER_RUNS_MAX_WAITING_PER_TENANT=1000000 TMUXBUILDER_RUNS_PER_TENANT=1000000 \
  TMUXBUILDER_RUNS_PER_USER=1000000 \
  TMUXBUILDER_BROWSER_NODE="$bench_work/waiting-node"
java_bench dev.tmuxbuilder.bench.WatchersBench "$port" "$data" "$service_pid" \
  "${WATCHERS:-10000}" "${EXECUTIONS:-100}" "${SECONDS_EACH:-60}"
