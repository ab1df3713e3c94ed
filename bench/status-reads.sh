#!/usr/bin/env bash
# Status reads of a completed execution, beside a single-process Python server that answers a JSON
# status of the same size from a dict, on the same machine in the same minute.
# The goal: at least 8 times the 1,300 reads a second that such a server (Flask) is known for.
#
# Needs curl, python3 and wrk. SECONDS_EACH sets how long each measurement takes (8).
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=bench/lib/service.sh
. bench/lib/service.sh
require curl python3 wrk

seconds=${SECONDS_EACH:-8}
known=1300
load_average
start_service TMUXBUILDER_API_REQUESTS_PER_USER=100000000 TMUXBUILDER_API_REQUESTS_PER_TENANT=100000000
read -r execution token < <(create_user examples/bakery.md status@example.com)
await_completed "$execution" "$token"

curl -sS -m 10 -H "Authorization: Bearer $token" "$api/api/status/$execution" >"$bench_work/status"
newest=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["next_since"])' \
  <(curl -sS -m 10 -H "Authorization: Bearer $token" "$api/api/status/$execution?limit=1000"))
peer_port=$(free_port)
# wrk ends by closing its connections, which the peer tells at length.
python3 bench/peer_status.py "$peer_port" "$token" "$bench_work/status" 2>"$bench_work/peer.log" &
bench_pids+=($!)
curl -s -m 10 --retry 50 --retry-connrefused --retry-delay 0 --retry-max-time 10 -o "$bench_work/peer" \
  -H "Authorization: Bearer $token" "http://127.0.0.1:$peer_port/api/status/$execution"

# Prints: requests a second, p50, p99. Any answer but 200 is an error.
measure() { # URL, seconds
  wrk -t1 -c32 --timeout 20s -d"$2"s --latency -H "Authorization: Bearer $token" "$1" >"$bench_work/wrk"
  if grep -qE 'Non-2xx|Socket errors' "$bench_work/wrk"; then
    cat "$bench_work/wrk" >&2
    return 1
  fi
  awk '/ 50%/ {p50 = $2} / 99%/ {p99 = $2} /Requests\/sec/ {print $2, p50, p99}' "$bench_work/wrk"
}

whole=$api/api/status/$execution
short="$whole?since=$newest"
peer=http://127.0.0.1:$peer_port/api/status/$execution
# The JVM compiles what is hot while it is used: it gets its time before anything is measured.
for url in "$whole" "$short" "$whole"; do measure "$url" 4 >/dev/null; done
measure "$peer" 2 >/dev/null

read -r peer_rate peer_p50 peer_p99 < <(measure "$peer" "$seconds")
read -r rate p50 p99 < <(measure "$whole" "$seconds")
read -r short_rate short_p50 short_p99 < <(measure "$short" "$seconds")

over() { awk -v a="$1" -v b="$2" 'BEGIN {printf "%.1f", a / b}'; }
size() { wc -c <"$1"; }
curl -sS -m 10 -H "Authorization: Bearer $token" "$short" >"$bench_work/short"
row='%-34s %8s %10s %9s %9s %9s\n'
printf "$row" '32 connections, keep-alive' bytes 'reads/s' p50 p99 'x peer'
printf "$row" 'peer: Python, one process' "$(size "$bench_work/peer")" "$peer_rate" "$peer_p50" "$peer_p99" 1.0
printf "$row" 'status' "$(size "$bench_work/status")" "$rate" "$p50" "$p99" "$(over "$rate" "$peer_rate")"
printf "$row" 'status?since=newest' "$(size "$bench_work/short")" "$short_rate" "$short_p50" "$short_p99" \
  "$(over "$short_rate" "$peer_rate")"
verdict=$(goal "$rate" '>=' "$((8 * known))")
echo "goal: 8 x $known/s = $((8 * known))/s; measured $(over "$rate" "$known") x $known/s: $verdict"
[[ $verdict == met ]]
