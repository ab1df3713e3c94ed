#!/usr/bin/env bash
# What it costs to know who reads a status, to find that they may, and to have the database's own
# wall around the row: each beside the same read without it, in the same minutes.
#
# Over HTTP the policies of row level security are taken off all tables, and put on again, while the
# service goes on; each way is measured three times in turn and the median counts. In PostgreSQL the
# read's own statements are played again by pgbench: as the service's role within a transaction that
# names the tenant, and the question alone by a superuser, whom no policy binds. Who a token belongs to
# is asked once in ten seconds for each; in between it is known by its hash.
#
# Needs a compiled project (test classes too), curl, python3, psql, pgbench and wrk. SECONDS_EACH sets
# how long each measurement takes (5).
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=bench/lib/service.sh
. bench/lib/service.sh
PATH=$PATH:$(printf '%s:' /usr/lib/postgresql/*/bin)
require curl python3 psql pgbench wrk ||
  { echo "(apt-get install wrk postgresql-client postgresql-contrib)" >&2; exit 1; }

seconds=${SECONDS_EACH:-5}
connections=16
load_average
start_service TMUXBUILDER_API_REQUESTS_PER_USER=100000000 TMUXBUILDER_API_REQUESTS_PER_TENANT=100000000
read -r execution token < <(create_user examples/bakery.md auth@example.com)
await_completed "$execution" "$token"
url=$api/api/status/$execution
# A read that the service has answered a moment ago costs the database nothing: each asks for another
# page, all of which hold the whole log.
cat >"$bench_work/pages.lua" <<LUA
local page = 0
request = function()
  page = (page + 1) % 500
  return wrk.format("GET", "/api/status/$execution?limit=" .. (500 + page))
end
LUA
db() { sql -d tmuxbuilder "$@"; }

rate() { # seconds
  wrk -t1 -c"$connections" --timeout 20s -d"$1"s -s "$bench_work/pages.lua" \
    -H "Authorization: Bearer $token" "$url" \
    >"$bench_work/wrk"
  if grep -qE 'Non-2xx|Socket errors' "$bench_work/wrk"; then
    cat "$bench_work/wrk" >&2
    return 1
  fi
  awk '/Requests\/sec/ {print $2}' "$bench_work/wrk"
}

walls() { # enable or disable
  db -c "select format('alter table %s $1 row level security;', oid::regclass) from pg_class
          where relkind in ('r', 'p') and relforcerowsecurity" | db -f -
}

median() { sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }

rate 4 >/dev/null # the JVM compiles what is hot
for _ in 1 2 3; do
  rate "$seconds" >>"$bench_work/with"
  walls disable
  rate "$seconds" >>"$bench_work/without"
  walls enable
done
with=$(median <"$bench_work/with")
without=$(median <"$bench_work/without")

# One read by a token that the service does not remember: a new one of the same user.
token=$(curl -sS -m 10 -X POST -H "Authorization: Bearer $token" -H 'Content-Type: application/json' \
  -d '{"name": "bench", "scope": "viewer", "days": 1}' "$api/api/tenants/${execution%%_*}/tokens" |
  python3 -c 'import json, sys; print(json.load(sys.stdin)["token"])')
log=$data/postgres/postgres.log
db -c "alter system set log_statement = 'all'" -c "select pg_reload_conf()" >/dev/null
sleep 1 # until the sessions have heard of it
from=$(wc -c <"$log")
curl -sS -m 10 -o /dev/null -H "Authorization: Bearer $token" "$url?limit=499"
db -c "alter system reset log_statement" -c "select pg_reload_conf()" >/dev/null
python3 bench/lib/read_as_pgbench.py "$log" "$from" "$bench_work" >"$bench_work/variables"
mapfile -d '' -t variables <"$bench_work/variables"

played() { # script, user, file with the password
  PGPASSWORD=$(<"$data/$3") pgbench -n -M prepared -c 4 -j 1 -T "$seconds" "${variables[@]}" \
    -f "$bench_work/$1.sql" -h 127.0.0.1 -p "$(database_port)" -U "$2" tmuxbuilder \
    >"$bench_work/pgbench" 2>&1 || { cat "$bench_work/pgbench" >&2; return 1; }
  awk '/^tps/ {printf "%.0f", $3}' "$bench_work/pgbench"
}
app=(tmuxbuilder_app postgres.service.secret)
whole=$(played whole "${app[@]}")
bare=$(played bare postgres postgres.secret)
who=$(played who "${app[@]}")
known=$(java_bench dev.tmuxbuilder.bench.KnownCallerBench)

over() { awk -v a="$1" -v b="$2" -v form="${3:-%.2f}" 'BEGIN {printf form, a / b}'; }
echo "| one status read | a second | against the read without it |"
echo "| --- | ---: | ---: |"
echo "| over HTTP, as it is | $with | |"
echo "| over HTTP, no policy on any table | $without | $(over "$without" "$with") |"
echo "| in PostgreSQL, within its transaction, as the service's role | $whole | |"
echo "| in PostgreSQL, the question alone, as a superuser | $bare | $(over "$bare" "$whole") |"
echo "| in PostgreSQL, whose token it is (once in 10 s for each) | $who | |"
echo "| to know a caller again and find that they may, microseconds | $known | $(
  awk -v read="$with" -v known="$known" 'BEGIN {printf "%.4f", 1 / (1 - known * read / 1e6)}') |"
