# What the benches share: a service of their own, on loopback, on free ports, with a data directory
# that is thrown away. Sourced, never run. Whatever was started ends when the bench does.
# shellcheck shell=bash

bench_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
root=$bench_root
# shellcheck source=bin/lib/setup.sh
. "$root/bin/lib/setup.sh"
setup_for_serving # now, so that it is no part of what is measured
bench_work=$(mktemp -d)
service_pid=
bench_pids=()

require() {
  local tool missing=0
  for tool in "$@"; do
    command -v "$tool" >/dev/null || { echo "missing: $tool" >&2; missing=1; }
  done
  return "$missing"
}

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Starts the service as anybody would, with settings NAME=VALUE as arguments, and returns when it is
# ready. The first call chooses data directory and ports; later ones find the same.
start_service() {
  : "${data:=$bench_work/data}" "${port:=$(free_port)}" "${sites_port:=$(free_port)}"
  api=http://127.0.0.1:$port
  launch_service "$@"
  await_ready || { tail -n 40 "$bench_work/service.log" >&2; return 1; }
}

launch_service() {
  env TMUXBUILDER_DATA_DIR="$data" QUARKUS_HTTP_PORT="$port" TMUXBUILDER_SITES_PORT="$sites_port" \
    "$@" "$bench_root/bin/tmux-builder" serve >>"$bench_work/service.log" 2>&1 &
  service_pid=$!
}

# Asks every 10 ms whether the service is ready, for a minute at most; prints when it was: the
# seconds since the epoch that the first 200 came.
await_ready() {
  python3 - "$port" "$service_pid" <<'PY' >"$bench_work/ready_at"
import http.client, os, sys, time
port, pid = int(sys.argv[1]), int(sys.argv[2])
end = time.time() + 60
while time.time() < end:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/q/health/ready")
        if connection.getresponse().status == 200:
            print(time.time())
            sys.exit(0)
    except OSError:
        pass
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        break
    time.sleep(0.01)
sys.exit("the service is not ready")
PY
}

stop_service() {
  [[ -n $service_pid ]] || return 0
  kill "$service_pid" 2>/dev/null || true
  wait "$service_pid" 2>/dev/null || true
  service_pid=
}

finish_bench() {
  local pid
  stop_service
  for pid in "${bench_pids[@]}"; do
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  chmod -R u+w "$bench_work" 2>/dev/null || true
  rm -rf "$bench_work"
}
trap finish_bench EXIT
trap 'exit 130' INT TERM

# A Node.js that answers to its name and never drives a browser: whoever waits for it uses nothing.
waiting_node() {
  cat >"$bench_work/waiting-node" <<'SH'
#!/bin/sh
[ "$1" = --version ] && exec node --version
exec sleep 600
SH
  chmod +x "$bench_work/waiting-node"
}

# Runs a class of the test classes, with arguments.
java_bench() {
  local mvn=${MVN:-$([[ -x ./mvnw ]] && echo ./mvnw || echo mvn)}
  # Not offline: the plugin may have to be fetched, once.
  [[ -f $bench_work/classpath ]] ||
    "$mvn" -B -q dependency:build-classpath -Dmdep.outputFile="$bench_work/classpath" \
      -Dmdep.includeScope=test >&2
  "$JAVA_HOME/bin/java" -Xmx1g -XX:+UseParallelGC --enable-native-access=ALL-UNNAMED \
    --sun-misc-unsafe-memory-access=allow \
    -cp "target/classes:target/test-classes:$(<"$bench_work/classpath")" "$@"
}

# Asks for a site from the brief in file $1 for the email $2; prints "execution_id token".
create_user() {
  python3 - "$api" "$1" "$2" <<'PY'
import json, sys, urllib.request
api, brief, email = sys.argv[1:]
body = {"email": email, "phone": "+12025550123", "host_provider": "local", "site_type": "static",
        "requirements": open(brief, encoding="utf-8").read()}
request = urllib.request.Request(api + "/api/create-user", json.dumps(body).encode(),
                                 {"Content-Type": "application/json"})
answer = json.load(urllib.request.urlopen(request, timeout=30))
print(answer["execution_id"], answer["access_token"])
PY
}

# Follows the execution's stream to its end; fails where the run did not complete.
await_completed() { # execution, token
  curl -sS -N -m 180 -o /dev/null -H "Authorization: Bearer $2" "$api/api/status/$1/stream"
  curl -sS -m 10 -H "Authorization: Bearer $2" "$api/api/status/$1?limit=1" |
    python3 -c 'import json, sys; s = json.load(sys.stdin)["status"]; s == "completed" or sys.exit("the run is " + s)'
}

# psql as the embedded database's superuser, with further arguments.
database_port() { sed -n 4p "$data/postgres/data/postmaster.pid"; }
sql() {
  PGPASSWORD=$(<"$data/postgres.secret") psql -X -q -At -F ' ' -v ON_ERROR_STOP=1 \
    -h 127.0.0.1 -p "$(database_port)" -U postgres "$@"
}

# Whether $1 $2 $3 holds (numbers; the operator is <, <=, > or >=): "met" or "MISSED".
goal() {
  awk -v a="$1" -v op="$2" -v b="$3" 'BEGIN {
    met = op == "<" ? a < b : op == "<=" ? a <= b : op == ">" ? a > b : a >= b
    print met ? "met" : "MISSED" }'
}

load_average() { echo "load average before: $(cut -d' ' -f1-3 /proc/loadavg)"; }
