#!/usr/bin/env bash
# Uploads to S3 beside `aws s3 sync` and, where it is there, rclone: the same files, the same server,
# the same minute. The server is S3Proxy on the file system, fetched by Maven; a disk and two cores
# are what it costs all of them alike. Goals: faster than both, at most 3 calls that write for one
# changed file of 1,000, and no more memory for 2 GB than a fixed amount.
#
# Ours is what a running service does: digests and upload, after a warm-up, without CloudFront. The
# others' times include their start, of which `aws --version` says how much it is.
#
# Needs a compiled project (test classes too), aws and python3. Settings, all optional:
#   ROUNDS   how often each is measured; the median counts (3)
#   LARGE_MB the size of the large artifact (2048)
#   MVN      the Maven command (./mvnw where it is there, else mvn)
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=${ROUNDS:-3}
large_mb=${LARGE_MB:-2048}
memory_goal_mb=600
s3proxy=2.6.0
mvn=${MVN:-$([ -x ./mvnw ] && echo ./mvnw || echo mvn)}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
for tool in aws python3 curl; do
  command -v "$tool" >/dev/null || { echo "missing: $tool" >&2; exit 1; }
done

work=$(mktemp -d)
server=""
finish() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

cat >"$work/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>bench</groupId><artifactId>server</artifactId><version>1</version>
  <dependencies><dependency>
    <groupId>org.gaul</groupId><artifactId>s3proxy</artifactId><version>$s3proxy</version>
  </dependency></dependencies>
</project>
POM
"$mvn" -B -q -f "$work/pom.xml" dependency:build-classpath \
  -Dmdep.outputFile="$work/server-classpath" >&2
"$mvn" -B -q dependency:build-classpath -Dmdep.outputFile="$work/classpath" \
  -Dmdep.includeScope=test >&2

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
mkdir "$work/objects"
cat >"$work/s3proxy.conf" <<CONF
s3proxy.endpoint=http://127.0.0.1:$port
s3proxy.authorization=none
s3proxy.ignore-unknown-headers=true
jclouds.provider=filesystem-nio2
jclouds.identity=bench
jclouds.credential=bench
jclouds.filesystem.basedir=$work/objects
CONF
cat >"$work/logback.xml" <<'XML'
<configuration>
  <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
    <encoder><pattern>%level %msg%n</pattern></encoder>
  </appender>
  <root level="WARN"><appender-ref ref="out"/></root>
</configuration>
XML
"$java" -Xmx1g -Dlogback.configurationFile="$work/logback.xml" \
  -cp "$(cat "$work/server-classpath")" org.gaul.s3proxy.Main \
  --properties "$work/s3proxy.conf" >"$work/server.log" 2>&1 &
server=$!
endpoint=http://127.0.0.1:$port
for _ in $(seq 100); do
  curl -s -o /dev/null "$endpoint/" && break
  sleep 0.2
done
curl -s -o /dev/null "$endpoint/" || { cat "$work/server.log" >&2; exit 1; }

python3 - "$work" <<'PY'
import os, random, sys
work = sys.argv[1]
def write(folder, name, size):
    path = os.path.join(work, folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as out:
        out.write(os.urandom(size // 2).hex().encode() if name.endswith(".html") else os.urandom(size))
write("many", "index.html", 20_000)
for i in range(1, 200):
    write("many", f"page-{i}.html", 20_000)
for i in range(200, 1000):
    write("many", f"images/picture-{i}.jpg", 20_000)
write("big", "index.html", 20_000)
for i in range(1, 50):
    write("big", f"videos/film-{i}.mp4", 10_200_000)
PY
mkdir "$work/large"
echo '<!doctype html><title>Large</title>' >"$work/large/index.html"
truncate -s "${large_mb}M" "$work/large/film.mp4"

export AWS_ACCESS_KEY_ID=bench AWS_SECRET_ACCESS_KEY=bench AWS_DEFAULT_REGION=us-east-1
export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true
export RCLONE_CONFIG_S_TYPE=s3 RCLONE_CONFIG_S_PROVIDER=Other RCLONE_CONFIG_S_ENDPOINT=$endpoint
export RCLONE_CONFIG_S_ACCESS_KEY_ID=bench RCLONE_CONFIG_S_SECRET_ACCESS_KEY=bench RCLONE_CONFIG=/dev/null

ours() { # mode, folder, options of the JVM
  "$java" "${3:--Xmx512m}" --enable-native-access=ALL-UNNAMED \
    -cp "target/classes:target/test-classes:$(cat "$work/classpath")" \
    dev.tmuxbuilder.hosting.aws.UploadBench "$endpoint" "$1" "$2" 2>>"$work/ours.log" |
    tail -n 1 || { cat "$work/ours.log" >&2; exit 1; }
}
millis() { # runs a command
  local start
  start=$(date +%s%N)
  "$@" >>"$work/others.log" 2>&1 || { tail "$work/others.log" >&2; exit 1; }
  echo $((($(date +%s%N) - start) / 1000000))
}
number=0
new_bucket() {
  number=$((number + 1))
  curl -sf -X PUT "$endpoint/bucket-$number" >/dev/null
}
aws_sync() { aws --endpoint-url "$endpoint" s3 sync --only-show-errors "$1" "s3://bucket-$number"; }
rclone_sync() { rclone sync --transfers 48 --checkers 48 "$1" "S:bucket-$number"; }
have_rclone() { command -v rclone >/dev/null; }

median() { sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
touch_page() { echo "<!-- $RANDOM -->" >>"$work/many/page-1.html"; }

for _ in $(seq "$rounds"); do
  for set in many big; do
    ours first "$work/$set" >>"$work/ours-$set"
    new_bucket
    millis aws_sync "$work/$set" >>"$work/aws-$set"
    if [ "$set" = many ]; then
      touch_page
      millis aws_sync "$work/many" >>"$work/aws-changed"
    fi
    if have_rclone; then
      new_bucket
      millis rclone_sync "$work/$set" >>"$work/rclone-$set"
      if [ "$set" = many ]; then
        touch_page
        millis rclone_sync "$work/many" >>"$work/rclone-changed"
      fi
    fi
  done
  ours changed "$work/many" >>"$work/changed"
  rm -rf "$work/objects/"*
done
cut -d ' ' -f 1 "$work/changed" >"$work/ours-changed"
writes=$(cut -d ' ' -f 2 "$work/changed" | sort -n | tail -n 1)
read -r large_millis large_memory < <(ours large "$work/large" -Xmx256m)

missed=0
echo "| what travels | ours, ms | aws s3 sync, ms | rclone, ms |"
echo "| --- | ---: | ---: | ---: |"
for set in many big changed; do
  case $set in
    many) what="1,000 files, 20 MB, first" ;;
    big) what="50 files, 500 MB, first" ;;
    changed) what="one changed of 1,000" ;;
  esac
  mine=$(median <"$work/ours-$set")
  theirs=$(median <"$work/aws-$set")
  rclones="not here"
  if have_rclone; then
    rclones=$(median <"$work/rclone-$set")
    [ "$mine" -lt "$rclones" ] || missed=1
  fi
  [ "$mine" -lt "$theirs" ] || missed=1
  echo "| $what | $mine | $theirs | $rclones |"
done
echo
echo "calls that write for one changed file: $writes (goal: 3 at most)"
echo "$large_mb MB in one file, heap of 256 MB: $large_millis ms, $large_memory MB at most" \
  "(goal: $memory_goal_mb)"
echo "aws --version, its start alone: $(millis aws --version) ms"
[ "$writes" -le 3 ] || missed=1
[ "$large_memory" -le "$memory_goal_mb" ] || missed=1
exit "$missed"
