#!/usr/bin/env bash
# Start-up, memory when idle, and one warm create from the command line.
# - start-up: from the start of `bin/tmux-builder serve` to the first 200 of /q/health/ready, with
#   the database initialised before; median of 5. Goal: under 3 s.
# - idle memory: JVM and every process of the embedded PostgreSQL, after a start and once they use
#   less than 2 % of a core. Pss counts a shared page once, the sum of RSS counts it in every
#   process. Goal: under 350 MB (of 1,000,000 bytes) of Pss.
# - create: `bin/tmux-builder create examples/bakery.md` with the service running and its browser
#   warm; median of 3, with the share of the steps in the browser. Goal: under 15 s.
#
# Needs curl, psql and python3.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=bench/lib/service.sh
. bench/lib/service.sh
require curl psql python3

missed=0
verdict() { # value, limit: prints the verdict and remembers a miss
  local said
  said=$(goal "$1" '<' "$2")
  [[ $said == met ]] || missed=1
  verdict=$said
}
median() { sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
row='%-34s %12s %10s %s\n'
load_average

start_service
stop_service

: >"$bench_work/starts"
: >"$bench_work/cpu"
for round in 1 2 3 4 5; do
  began=$(date +%s.%N)
  launch_service
  await_ready
  awk -v a="$began" -v b="$(<"$bench_work/ready_at")" 'BEGIN {printf "%.3f\n", b - a}' >>"$bench_work/starts"
  awk -v hz="$(getconf CLK_TCK)" '{printf "%.2f\n", ($14 + $15) / hz}' "/proc/$service_pid/stat" >>"$bench_work/cpu"
  ((round == 5)) || stop_service
done
start=$(median <"$bench_work/starts")
verdict "$start" 3
printf "$row" measured value goal ''
printf "$row" 'start to first ready answer' "$start s" '< 3 s' "$verdict (all: $(paste -sd' ' "$bench_work/starts"))"
printf "$row" '  of it processor time of the JVM' "$(median <"$bench_work/cpu") s" '' ''

python3 - "$service_pid" "$data/postgres/data/postmaster.pid" >"$bench_work/memory" <<'PY'
import os, pathlib, sys, time
jvm, postmaster = int(sys.argv[1]), int(open(sys.argv[2]).readline())
tick = os.sysconf("SC_CLK_TCK")

def stat(pid):
    return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()

def family():
    """The JVM, the postmaster and the postmaster's children."""
    pids = [jvm, postmaster]
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                if int(stat(entry)[1]) == postmaster:
                    pids.append(int(entry))
            except (FileNotFoundError, ProcessLookupError):
                pass
    return pids

def used():
    return sum(int(stat(pid)[11]) + int(stat(pid)[12]) for pid in (jvm, postmaster)) / tick

def pages(pid):
    found = {}
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, size = line.split()[:2]
        found[name.rstrip(":")] = int(size) * 1024
    return found

before, asked = used(), time.monotonic()
while time.monotonic() - asked < 30:
    time.sleep(1)  # one second of use is what is looked at
    now = used()
    if now - before < 0.02:
        break
    before = now
members = [pages(pid) for pid in family()]
total = lambda name, some: round(sum(one[name] for one in some) / 1e6)
print(total("Pss", members), total("Rss", members), total("Pss", members[:1]), total("Rss", members[:1]),
      total("Pss", members[1:]), total("Rss", members[1:]), len(members) - 1)
PY
read -r pss rss jvm_pss jvm_rss pg_pss pg_rss count <"$bench_work/memory"
verdict "$pss" 350
printf "$row" 'idle memory, Pss of all' "$pss MB" '< 350 MB' "$verdict (sum of RSS: $rss MB)"
printf "$row" '  JVM' "$jvm_pss MB" '' "(RSS $jvm_rss MB)"
printf "$row" "  PostgreSQL, $count processes" "$pg_pss MB" '' "(RSS $pg_rss MB)"

create() { # email
  env TMUXBUILDER_DATA_DIR="$data" QUARKUS_HTTP_PORT="$port" bin/tmux-builder create \
    examples/bakery.md --email "$1" --phone +12025550123 >>"$bench_work/create.log" 2>&1 ||
    { cat "$bench_work/create.log" >&2; return 1; }
}
create warm@example.com
: >"$bench_work/creates"
for round in 1 2 3; do
  began=$(date +%s.%N)
  create "bakery$round@example.com"
  awk -v a="$began" -v b="$(date +%s.%N)" 'BEGIN {printf "%.2f\n", b - a}' >>"$bench_work/creates"
done
took=$(median <"$bench_work/creates")
verdict "$took" 15
printf "$row" 'warm create of examples/bakery.md' "$took s" '< 15 s' "$verdict (all: $(paste -sd' ' "$bench_work/creates"))"
# Of the median run, second by second.
sql -d tmuxbuilder -c "
  with runs as (
    select execution_id, sum(extract(epoch from finished_at - started_at)) as steps,
           sum(extract(epoch from finished_at - started_at))
             filter (where step in (6, 7)) as browser
      from steps join executions using (execution_id)
     where executions.execution_id in (
             select execution_id from executions order by created_at desc limit 3)
     group by execution_id order by steps offset 1 limit 1)
  select round(browser, 2), round(steps, 2) from runs" >"$bench_work/shares"
read -r browser steps <"$bench_work/shares"
printf "$row" '  of it in the browser (2 steps)' "$browser s" '' \
  "($(awk -v a="$browser" -v b="$took" 'BEGIN {printf "%.0f", 100 * a / b}') % of the whole; all seven steps: $steps s)"
exit "$missed"
