#!/usr/bin/env bash
# Never lost, never doubled, never stuck: real servers on one PostgreSQL and one data directory,
# behind a balancer, that are killed, stopped, replaced, cut off and lied to about the time. Prints
# a table in Markdown; the exit code is 0 only where every goal is met. Some 25 minutes. Rows of
# scenarios that are not played stay as they are in bench/results.md.
#
# SCENARIOS  what is played, in this order; a number after a colon is the size
#            (soak:1000 crash:static crash:dynamic fencing:100 database upgrade:20 clock names)
#
# Needs a compiled project (test classes too) and libfaketime. A full disk is src/test's
# FullDiskTest.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
# shellcheck source=bin/lib/setup.sh
. bin/lib/setup.sh
setup_jdk
setup_locked setup_node_modules

read -ra scenarios <<<"${SCENARIOS:-soak:1000 crash:static crash:dynamic fencing:100 database upgrade:20 clock names}"
work=$(mktemp -d)
bench=
finish() {
  if [[ -n $bench ]]; then
    kill "$bench" 2>/dev/null || true
    wait "$bench" 2>/dev/null || true
  fi
  chmod -R u+w "$work" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

app=target/quarkus-app/quarkus-run.jar
[[ -f $app && -d target/test-classes ]] || { echo "missing: ./mvnw -DskipTests package" >&2; exit 1; }
./mvnw -B -q dependency:build-classpath -Dmdep.outputFile="$work/classpath" \
  -Dmdep.includeScope=test >&2

"$JAVA_HOME/bin/java" -Xmx512m --enable-native-access=ALL-UNNAMED \
  -Djava.util.logging.manager=org.jboss.logmanager.LogManager \
  -Dtmuxbuilder.test.app="$root/$app" \
  -Dtmuxbuilder.test.node-modules="$TMUXBUILDER_BROWSER_NODE_MODULES" \
  -cp "target/classes:target/test-classes:$(cat "$work/classpath")" \
  dev.tmuxbuilder.cluster.NodesBench "$work" "${scenarios[@]}" >"$work/rows" &
bench=$!
status=0
wait "$bench" || status=$?
bench=

# When and of what a row is.
moment="$(date -u +%F), $(git rev-parse --short HEAD 2>/dev/null || echo none)"
sed -E "1s/$/ of |/; 2s/$/ --- |/; 3,\$ s/$/ $moment |/" "$work/rows" >"$work/table"
if [[ -f bench/results.md ]]; then
  awk -F ' [|] ' '
    FILENAME != ARGV[2] { played[$1] = 1; next }
    /^## / { inside = ($0 == "## nodes") }
    inside && /^[|] / && !($1 in played) && !/^[|] --- / { print }' \
    "$work/table" bench/results.md >>"$work/table.kept"
fi
cat "$work/table"
[[ ! -f $work/table.kept ]] || cat "$work/table.kept"
exit "$status"
