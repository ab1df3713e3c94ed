#!/usr/bin/env bash
# Static serving beside nginx: the same files, the same machine, the same minute.
# Prints requests a second of both and their ratio; the goal is 0.7 or more.
#
# Needs a compiled project (test classes too), nginx and wrk. Settings, all optional:
#   SECONDS_EACH  how long each measurement takes (5)
#   MVN           the Maven command (./mvnw where it is there, else mvn)
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${SECONDS_EACH:-5}
mvn=${MVN:-$([ -x ./mvnw ] && echo ./mvnw || echo mvn)}
for tool in nginx wrk curl; do
  command -v "$tool" >/dev/null || { echo "missing: $tool (apt-get install $tool)" >&2; exit 1; }
done
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

work=$(mktemp -d)
nginx_pid=""
ours_pid=""
finish() {
  [ -z "$nginx_pid" ] || kill "$nginx_pid" 2>/dev/null || true
  [ -z "$ours_pid" ] || kill "$ours_pid" 2>/dev/null || true
  wait 2>/dev/null || true
  chmod -R u+w "$work" && rm -rf "$work"
}
trap finish EXIT

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

mkdir -p "$work/site" "$work/nginx/logs" "$work/nginx/tmp" "$work/data"
# A page of 10 KB and a hashed asset of 100 KB.
{
  echo '<!doctype html><title>Bench</title>'
  head -c 7400 /dev/urandom | base64 -w 76 | head -c 10188
} >"$work/site/index.html"
head -c 102400 /dev/urandom >"$work/site/photo.3f2a9c1b.jpg"
chmod -R a+rX "$work"

nginx_port=$(free_port)
cat >"$work/nginx/nginx.conf" <<CONF
worker_processes 2;
pid $work/nginx/nginx.pid;
error_log $work/nginx/logs/error.log;
daemon off;
user root;
events { worker_connections 1024; }
http {
  types { text/html html; image/jpeg jpg; }
  access_log off;
  sendfile on;
  tcp_nopush on;
  gzip off;
  keepalive_requests 10000000;
  client_body_temp_path $work/nginx/tmp/body;
  proxy_temp_path $work/nginx/tmp/proxy;
  fastcgi_temp_path $work/nginx/tmp/fastcgi;
  uwsgi_temp_path $work/nginx/tmp/uwsgi;
  scgi_temp_path $work/nginx/tmp/scgi;
  server { listen 127.0.0.1:$nginx_port; root $work/site; }
}
CONF
[ "$(id -u)" = 0 ] || sed -i '/^user /d' "$work/nginx/nginx.conf"
nginx -p "$work/nginx" -c "$work/nginx/nginx.conf" -e "$work/nginx/logs/error.log" &
nginx_pid=$!

ours_port=$(free_port)
"$mvn" -B -q dependency:build-classpath -Dmdep.outputFile="$work/classpath" \
  -Dmdep.includeScope=test >&2
"$java" -Xmx512m --enable-native-access=ALL-UNNAMED \
  -cp "target/classes:target/test-classes:$(cat "$work/classpath")" \
  dev.tmuxbuilder.bench.StaticServer "$work/data" "$work/site" "$ours_port" \
  >"$work/ours.log" 2>&1 &
ours_pid=$!

host=bench.localhost
wait_for() {
  for _ in $(seq 100); do
    curl -sf -o /dev/null -H "Host: $host" "http://127.0.0.1:$1/" && return
    sleep 0.1
  done
  echo "no answer on port $1" >&2
  cat "$work/ours.log" "$work/nginx/logs/error.log" >&2
  exit 1
}
wait_for "$nginx_port"
wait_for "$ours_port"

requests_per_second() { # port, path, seconds
  local report
  report=$(wrk -t1 -c32 -d"$3"s -H "Host: $host" "http://127.0.0.1:$1$2")
  if grep -qE 'Non-2xx|Socket errors' <<<"$report"; then
    echo "failed requests: $report" >&2
    exit 1
  fi
  awk '/Requests\/sec/ {print $2}' <<<"$report"
}

# The JVM compiles what is hot while it is used: it gets its time before anything is measured.
for _ in 1 2 3; do
  for path in / /photo.3f2a9c1b.jpg; do requests_per_second "$ours_port" "$path" 5 >/dev/null; done
done
for path in / /photo.3f2a9c1b.jpg; do requests_per_second "$nginx_port" "$path" 2 >/dev/null; done

median() { sort -n | sed -n 2p; }

# Three rounds in turns, and the median of each, so that a noisy neighbour does not decide.
missed=0
printf '%-22s %12s %12s %8s\n' file nginx/s ours/s ratio
for path in / /photo.3f2a9c1b.jpg; do
  : >"$work/theirs" && : >"$work/ours"
  for _ in 1 2 3; do
    requests_per_second "$nginx_port" "$path" "$seconds" >>"$work/theirs"
    requests_per_second "$ours_port" "$path" "$seconds" >>"$work/ours"
  done
  theirs=$(median <"$work/theirs")
  ours=$(median <"$work/ours")
  ratio=$(awk -v a="$ours" -v b="$theirs" 'BEGIN {printf "%.2f", a / b}')
  printf '%-22s %12s %12s %8s\n' "$path" "$theirs" "$ours" "$ratio"
  if awk -v r="$ratio" 'BEGIN {exit !(r < 0.7)}'; then missed=1; fi
done
echo "machine: $(nproc) cores, $(uname -sr), $("$java" -version 2>&1 | head -1)"
exit "$missed"
