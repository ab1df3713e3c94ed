#!/usr/bin/env bash
# What Azure costs a service that is not set for it: start, memory of the JVM once it is idle, and
# classes of the SDK that are loaded; beside the same service with a subscription, credentials and
# addresses set, which it looks at when it starts. One of each in turn; the best of each counts, since
# whatever else this machine does only makes it worse.
#
# Goals while Azure is not configured: no class of com.azure is loaded, and start and memory are not
# above those with Azure by more than the noise of this machine (5 %). The address that is set
# answers nothing: what is measured is this service, not Azure.
#
# Needs curl and python3.
#   ROUNDS  how often each is measured (3)
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=bench/lib/service.sh
. bench/lib/service.sh
require curl python3

rounds=${ROUNDS:-3}
best() { sort -n | head -n 1; }
load_average

# Waits until the JVM uses less than 2 % of a core for a second; prints its RSS in MB.
idle_memory() {
  python3 - "$1" <<'PY'
import os, pathlib, sys, time
pid, tick = sys.argv[1], os.sysconf("SC_CLK_TCK")
def used():
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / tick
before, asked = used(), time.monotonic()
while time.monotonic() - asked < 40:
    time.sleep(1)  # one second of use is what is looked at
    now = used()
    if now - before < 0.02:
        break
    before = now
for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
    if line.startswith("VmRSS:"):
        print(round(int(line.split()[1]) * 1024 / 1e6))
PY
}

measure() { # kind, settings
  local kind=$1 began
  shift
  began=$(date +%s.%N)
  launch_service "$@"
  await_ready || { tail -n 40 "$bench_work/service.log" >&2; return 1; }
  awk -v a="$began" -v b="$(<"$bench_work/ready_at")" 'BEGIN {printf "%.3f\n", b - a}' >>"$bench_work/start-$kind"
  idle_memory "$service_pid" >>"$bench_work/rss-$kind"
  "$JAVA_HOME/bin/jcmd" "$service_pid" VM.class_hierarchy >"$bench_work/classes"
  grep -c 'com\.azure\.' "$bench_work/classes" >>"$bench_work/azure-$kind" || true
  stop_service
}

configured=(
  AZURE_TENANT_ID=00000000-0000-0000-0000-000000000001
  AZURE_CLIENT_ID=00000000-0000-0000-0000-000000000002
  AZURE_CLIENT_SECRET=none
  TMUXBUILDER_AZURE_SUBSCRIPTION=none
  TMUXBUILDER_AZURE_ENDPOINT=http://127.0.0.1:9
)
without=(env)
while IFS= read -r name; do
  without+=(-u "$name")
done < <(compgen -e | grep -E '^(AZURE_|TMUXBUILDER_AZURE_|IDENTITY_ENDPOINT|MSI_)' || true)

start_service "${without[@]}" # makes the database, which is no part of what is measured
stop_service
for _ in $(seq "$rounds"); do
  measure off "${without[@]}"
  measure on "${configured[@]}"
done

missed=0
row() { # what, off, on
  printf '| %s | %s | %s | %s |\n' "$1" "$2" "$3" \
    "$(awk -v a="$2" -v b="$3" 'BEGIN {if (b == 0) print "–"; else printf "%.2f", a / b}')"
}
within() { [[ $(goal "$1" '<=' "$(awk -v b="$2" 'BEGIN {print b * 1.05}')") == met ]] || missed=1; }
start_off=$(best <"$bench_work/start-off") start_on=$(best <"$bench_work/start-on")
rss_off=$(best <"$bench_work/rss-off") rss_on=$(best <"$bench_work/rss-on")
classes_off=$(sort -n "$bench_work/azure-off" | tail -n 1) classes_on=$(best <"$bench_work/azure-on")
echo
echo "| the best of $rounds | Azure not configured | configured | ratio |"
echo "| --- | ---: | ---: | ---: |"
row 'start to first ready answer, s' "$start_off" "$start_on"
row 'JVM when idle, RSS in MB' "$rss_off" "$rss_on"
row 'loaded classes of com.azure' "$classes_off" "$classes_on"
within "$start_off" "$start_on"
within "$rss_off" "$rss_on"
[[ $classes_off -eq 0 ]] || missed=1
exit "$missed"
