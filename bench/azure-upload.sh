#!/usr/bin/env bash
# Uploads to Azure's blobs beside a loop over the SDK's own client that brings one file after the
# other: the same 1,000 files of 20 MB, then one changed file of them, into the same Azurite in the
# same minute. Ours is what a running service does after a warm-up: digests, what is new in a part
# of its own, and the manifest; nothing that is live changes. Going live, which is a handful of calls
# to Resource Manager whatever changed, is no part of it. The loop writes over what is there.
#
# Goals: faster than the loop, for all files and for one changed. Azurite is one thread, so that this
# machine sets the bound.
#
# Needs a compiled project (test classes too) and Azurite (npm ci --prefix src/test/node).
#   ROUNDS   how often each is measured; the median counts (3)
#   MVN      the Maven command (./mvnw where it is there, else mvn)
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=${ROUNDS:-3}
mvn=${MVN:-$([ -x ./mvnw ] && echo ./mvnw || echo mvn)}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$mvn" -B -q dependency:build-classpath -Dmdep.outputFile="$work/classpath" \
  -Dmdep.includeScope=test >&2

for round in $(seq "$rounds"); do
  "$java" -Xmx512m --enable-native-access=ALL-UNNAMED \
    -cp "target/classes:target/test-classes:$(cat "$work/classpath")" \
    dev.tmuxbuilder.hosting.azure.UploadBench "$work/round-$round/files" 2>>"$work/log" |
    tail -n 1 >>"$work/times" || { cat "$work/log" >&2; exit 1; }
done

median() { sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
column() { cut -d ' ' -f "$1" "$work/times" | median; }
row() { # what, ours, loop
  printf '| %s | %d | %d | %s |\n' "$1" "$2" "$3" "$(awk -v a="$3" -v b="$2" 'BEGIN {printf "%.1f", a / b}')"
}
first=$(column 1)
loop=$(column 2)
changed=$(column 3)
loop_changed=$(column 4)
echo "| what travels | ours, ms | one after the other, ms | ratio |"
echo "| --- | ---: | ---: | ---: |"
row "1,000 files, 20 MB, first" "$first" "$loop"
row "one changed of 1,000" "$changed" "$loop_changed"
[ "$first" -lt "$loop" ] && [ "$changed" -lt "$loop_changed" ]
