# Makes what the service needs on this machine, where it is missing. Sourced, never run.
# Says what it does and why; does nothing twice.
# shellcheck shell=bash
# Whoever sources it says where the clone is ($root).
# shellcheck disable=SC2154

# shellcheck source=bin/lib/java.sh
. "$root/bin/lib/java.sh"

app=$root/target/quarkus-app
node_dir=$root/src/main/node
portable_dir=$node_dir/portable
cache=${XDG_CACHE_HOME:-$HOME/.cache}/tmux-builder

note() { printf 'tmux-builder: %s\n' "$*" >&2; }

# Whether this clone is ours to change; a service's own user may only read it.
clone_is_writable() { mkdir -p "$root/target" 2>/dev/null && [[ -w $root/target ]]; }

# One set-up at a time on one clone: two first runs at once would step on each other. The lock is
# given up when the set-up ends, so the service that is started afterwards does not hold it.
setup_locked() {
  if ! clone_is_writable; then
    "$@"
    return
  fi
  exec {setup_lock}>"$root/target/.setup.lock"
  flock "$setup_lock"
  "$@"
  exec {setup_lock}>&-
}

setup_jdk() {
  JAVA_HOME=$(find_jdk) || { say_how_to_get_a_jdk; return 1; }
  export JAVA_HOME
}

# --- the program ---------------------------------------------------------------------------------

app_is_stale() {
  [[ ! -f $app/quarkus-run.jar ]] && return 0
  [[ -n $(find "$root/src/main/java" "$root/src/main/resources" "$root/pom.xml" \
    -newer "$app/quarkus-run.jar" -print -quit 2>/dev/null) ]]
}

# Some Maven, of whatever age: mvnw has an old one fetch the one it wants.
has_maven() {
  [[ -n ${MAVEN_HOME:-} && -x $MAVEN_HOME/bin/mvn ]] || command -v mvn >/dev/null ||
    compgen -G "$cache/maven/*/bin/mvn" >/dev/null
}

must_build() { [[ -f $root/pom.xml ]] && clone_is_writable && app_is_stale; }

# A machine that only runs a packaged program has no sources and nothing to build.
setup_app() {
  [[ -f $root/pom.xml ]] || return 0
  app_is_stale || return 0
  if ! clone_is_writable; then
    [[ -f $app/quarkus-run.jar ]] && return 0
    note "the program is not built, and $root is not yours to build in"
    return 1
  fi
  if [[ -f $app/quarkus-run.jar ]]; then
    note "the sources are newer than the program: building it again"
  else
    note "building the program, once (some minutes when Maven's cache is empty)"
  fi
  has_maven || install_packages maven
  "$root/mvnw" -B -q -f "$root/pom.xml" -Dmaven.test.skip=true package >&2
  touch "$app/quarkus-run.jar" # a package that changed nothing is fresh all the same
}

# The client's classes, unpacked and checked once (class data sharing): a third of its start is
# saved. Without the archive, or with one of another build, the JVM starts without it.
client_archive=$root/target/client.jsa
client_class_path="$app/app/*:$app/lib/main/*"

setup_client_archive() {
  clone_is_writable || return 0
  [[ -f $client_archive && ! $app/quarkus-run.jar -nt $client_archive ]] && return 0
  local fresh=$client_archive.$$
  # A call that finds no service loads nearly all that other calls need.
  "$JAVA_HOME/bin/java" -XX:ArchiveClassesAtExit="$fresh" -XX:+UseSerialGC -Xlog:disable \
    -cp "$client_class_path" dev.tmuxbuilder.cli.Main sites --server http://127.0.0.1:1 \
    >/dev/null 2>&1 || true
  if [[ -f $fresh ]]; then
    mv "$fresh" "$client_archive"
  fi
}

# What the service loads and learns, kept for its next starts (the JDK's AOT cache): they take half
# the time, and its first requests are answered nearly as fast as later ones, since the methods that
# matter are known. A service of its own, with a data directory that is thrown away, starts once to
# make it and builds a site. Without the cache, or with one of another build, it starts as it
# always did.
server_cache=$root/target/server.aot
# Room for what a start makes and loads, so that it need not collect garbage meanwhile.
service_flags=(-XX:+UseSerialGC -Xms32m -Xmx512m -Xmn24m -XX:MetaspaceSize=128m
  -XX:MinHeapFreeRatio=15 -XX:MaxHeapFreeRatio=30 -XX:+ExitOnOutOfMemoryError
  --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow
  -Djava.util.logging.manager=org.jboss.logmanager.LogManager)

setup_server_cache() {
  clone_is_writable || return 0
  [[ -f $server_cache && ! $app/quarkus-run.jar -nt $server_cache ]] && return 0
  [[ -f $server_cache.none && ! $app/quarkus-run.jar -nt $server_cache.none ]] && return 0
  note "preparing a quicker start of the service, once (some 30 seconds)"
  local fresh=$server_cache.$$
  train_server "$fresh" || true
  if [[ -f $fresh ]]; then
    mv "$fresh" "$server_cache"
  else
    touch "$server_cache.none" # once is enough: not again before the next build
  fi
}

# Starts a service that writes the cache when it ends, uses it for a while, and ends it. It listens
# on free ports.
train_server() {
  local cache_file=$1 data pid line said ready=
  data=$(mktemp -d)
  # Its output comes through a pipe, so that its own word that it listens is waited for.
  coproc service {
    exec env TMUXBUILDER_DATA_DIR="$data" QUARKUS_HTTP_HOST=127.0.0.1 \
      QUARKUS_HTTP_PORT="$(train_port)" TMUXBUILDER_SITES_PORT="$(train_port)" \
      QUARKUS_LOG_CONSOLE_ENABLE=true TMUXBUILDER_RUNS_CONCURRENT=1 \
      "$JAVA_HOME/bin/java" "${service_flags[@]}" -XX:AOTCacheOutput="$cache_file" \
      -jar "$app/quarkus-run.jar" serve 2>&1
  }
  pid=$service_PID
  while IFS= read -r -t 120 line <&"${service[0]}"; do
    if [[ $line == *"Listening on: http://127.0.0.1:"* ]]; then
      ready=${line##*:}
      break
    fi
  done
  if [[ -n $ready ]]; then
    exec {said}<&"${service[0]}" # a coprocess's own is closed for those in the background
    cat <&"$said" >/dev/null 2>&1 & # so that it never waits for a reader
    exec {said}<&-
    train_requests "$ready" || true
  fi
  kill "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  rm -rf "$data" "$cache_file.config"
  [[ -f $cache_file ]]
}

# A port at which nothing listens.
train_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 10000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
  echo "$port"
}

# What a service is asked most: wishes and status. One site is built to its end, for half a minute
# at most.
train_requests() {
  local port=$1 answer id token tries
  answer=$(train_exchange "$port" train_wish 1 close)
  [[ $answer =~ \"execution_id\":\"([^\"]+)\" ]] || return 1
  id=${BASH_REMATCH[1]}
  [[ $answer =~ \"access_token\":\"([^\"]+)\" ]] || return 1
  token=${BASH_REMATCH[1]}
  for ((tries = 0; tries < 60; tries++)); do
    answer=$(train_exchange "$port" train_get "/api/status/$id" "$token" close)
    [[ $answer =~ \"agent\":\"starter\",\"status\":\"(pending|running)\" ]] || break
    sleep 0.5
  done
  for answer in /q/health/ready /q/metrics "/api/user/${id%%_*}/sessions"; do
    train_exchange "$port" train_get "$answer" "$token" close >/dev/null
  done
  train_exchange "$port" train_get "/api/status/$id/stream" "$token" close >/dev/null
  local i pids=()
  for i in 1 2 3 4; do
    train_exchange "$port" train_burst "$i" "$id" "$token" >/dev/null &
    pids+=("$!")
  done
  wait "${pids[@]}"
}

# Some hundred requests, to be sent over one connection in one go.
train_burst() {
  local i
  for ((i = 0; i < 200; i++)); do
    train_wish "$1x$i" keep-alive
    train_get "/api/status/$2" "$3" keep-alive
  done
  train_get /q/health/live "$3" close
}

train_wish() {
  local body='{"email":"training'$1'@example.com","phone":"+12025550123","host_provider":"local",'
  body+='"site_type":"static","requirements":"# A small site\n\nWith a word or two."}'
  printf 'POST /api/create-user HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n'
  printf 'Content-Length: %d\r\nConnection: %s\r\n\r\n%s' "${#body}" "$2" "$body"
}

train_get() {
  printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nConnection: %s\r\n\r\n' "$@"
}

# Sends what a command prints and prints what comes back, by the shell itself, as curl may not be
# there.
train_exchange() {
  (
    exec 3<>"/dev/tcp/127.0.0.1/$1"
    shift
    "$@" >&3 &
    timeout 60 cat <&3
  ) 2>/dev/null
}

setup_program() {
  setup_app
  setup_client_archive
}

# --- Debian packages -----------------------------------------------------------------------------

chromium_program() {
  local name
  for name in "${TMUXBUILDER_BROWSER_EXECUTABLE:-}" chromium chromium-browser google-chrome \
    google-chrome-stable; do
    if [[ -n $name ]] && command -v "$name" >/dev/null; then
      command -v "$name"
      return 0
    fi
  done
  return 1
}

node_is_new_enough() {
  local version
  version=$(node --version 2>/dev/null) || return 1
  version=${version#v}
  ((${version%%.*} >= 20))
}

has_font_for() {
  command -v fc-list >/dev/null && [[ -n $(fc-list ":lang=$1" family 2>/dev/null) ]]
}

# Runs a command as root where that is possible without asking anybody.
as_root() {
  if ((EUID == 0)); then
    "$@"
  else
    sudo -n "$@"
  fi
}

can_be_root() { ((EUID == 0)) || sudo -n true 2>/dev/null; }

# The Debian packages that would bring what is missing, one a line.
missing_packages() {
  if must_build && ! has_maven; then echo maven; fi
  chromium_program >/dev/null || echo chromium
  command -v git >/dev/null || echo git
  command -v node >/dev/null || echo nodejs
  command -v npm >/dev/null || echo npm
  command -v tmux >/dev/null || echo tmux
  command -v bwrap >/dev/null || echo bubblewrap
  command -v fc-list >/dev/null || echo fontconfig
  has_font_for ar || echo fonts-noto-core
  has_font_for zh-cn || echo fonts-noto-cjk
}

setup_packages() {
  local missing
  mapfile -t missing < <(missing_packages)
  if ((${#missing[@]} > 0)); then
    install_packages "${missing[@]}"
  fi
  setup_portable_chromium
  check_needed
}

# Installs Debian packages, or says how; goes on in both cases: what is still missing and needed is
# seen later. What did not help is remembered and not tried again.
install_packages() {
  local command="apt-get install -y --no-install-recommends $*" log=$cache/apt.log
  packages_were_tried "$*" && return 0
  mkdir -p "$cache"
  if ! command -v apt-get >/dev/null; then
    note "missing: $*. This is no Debian: install them in your system's way."
  elif ! can_be_root; then
    note "missing: $*. As root: $command"
  else
    note "installing $* (some minutes; $log has every word)"
    if ! { as_root apt-get update -qq &&
      as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        "$@"; } </dev/null >"$log" 2>&1; then
      tail -n 5 "$log" >&2
      note "that did not work. Try it yourself: $command"
    fi
  fi
  # Of what was asked for, what is still not there.
  local left
  mapfile -t left < <(missing_packages | grep -Fx -f <(printf '%s\n' "$@"))
  if ((${#left[@]} > 0)); then
    printf '%s' "${left[*]}" >"$cache/tried"
  fi
}

packages_were_tried() { [[ -f $cache/tried && $(<"$cache/tried") == "$1" ]]; }

check_needed() {
  local missing=()
  chromium_program >/dev/null || missing+=("chromium (apt-get install chromium)")
  command -v git >/dev/null || missing+=("git (apt-get install git)")
  node_is_new_enough || missing+=("Node.js 20 or newer (apt-get install nodejs npm)")
  if must_build && ! has_maven; then missing+=("Maven (apt-get install maven)"); fi
  if ((${#missing[@]} > 0)); then
    note "cannot go on without:"
    printf '  %s\n' "${missing[@]}" >&2
    return 1
  fi
}

# --- an AWS account for tests ---------------------------------------------------------------------

emulator_dir=$cache/moto

moto_program() {
  local program
  for program in "$(command -v moto_server)" "$emulator_dir/bin/moto_server" \
    "$HOME/.local/bin/moto_server"; do
    if [[ -n $program && -x $program ]] && "$program" --help >/dev/null 2>&1; then
      echo "$program"
      return 0
    fi
  done
  return 1
}

# moto stands in for AWS in the tests. It is looked for, then installed for this user alone.
setup_moto() {
  local program way
  for way in true moto_by_pipx moto_by_venv moto_by_debian; do
    "$way" >&2 || continue
    if program=$(moto_program); then
      export PATH=${program%/*}:$PATH
      return 0
    fi
    [[ $way == true ]] && note "fetching moto, which stands in for AWS in the tests"
  done
  note "moto_server is missing; the tests of the AWS host need it: pipx install 'moto[server]'"
  return 1
}

moto_by_pipx() { command -v pipx >/dev/null && pipx install --quiet 'moto[server]==5.2.1'; }

moto_by_venv() {
  command -v python3 >/dev/null && python3 -m venv "$emulator_dir" 2>/dev/null &&
    "$emulator_dir/bin/pip" install --quiet 'moto[server]==5.2.1'
}

# Debian's own package, where its suite has one.
moto_by_debian() {
  command -v apt-get >/dev/null && can_be_root &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      python3-moto python3-flask python3-flask-cors || return 1
  mkdir -p "$emulator_dir/bin"
  printf '#!/bin/sh\nexec python3 -m moto.server "$@"\n' >"$emulator_dir/bin/moto_server"
  chmod +x "$emulator_dir/bin/moto_server"
}

# --- Node packages for tests -----------------------------------------------------------------------

# Azurite serves the blobs of the tests of the Azure host, Lighthouse judges the dashboard's pages.
setup_test_node_modules() {
  local dir=$root/src/test/node
  node_modules_are_stale "$dir" || return 0
  note "fetching Azurite, which serves Azure's blobs in the tests, and Lighthouse"
  npm_ci "$dir"
}

# --- an OpenID Connect provider for tests -----------------------------------------------------------

# What the tests do not use of Keycloak: it starts quicker without.
keycloak_without=account,account-api,admin,ciba,device-flow,impersonation,kerberos,organization,par
keycloak_without+=,passkeys,recovery-codes,step-up-authentication,web-authn

# Keycloak is the provider at which the tests sign in. Its distribution is a zip of Maven's. It is
# built and its empty database is made once; a test starts it with a copy of that.
setup_keycloak() {
  local version ready fresh
  version=$(sed -n 's:.*<keycloak.version>\(.*\)</keycloak.version>.*:\1:p' "$root/pom.xml")
  ready=$cache/keycloak/keycloak-$version
  [[ -d $ready ]] && return 0
  note "fetching Keycloak $version, at which the tests sign in (155 MB; two minutes to prepare it)"
  mkdir -p "$cache/keycloak"
  fresh=$(mktemp -d "$cache/keycloak/preparing.XXXXXX")
  # The move is the moment at which it is there, as two may prepare it at once.
  if prepare_keycloak "$version" "$fresh" >"$cache/keycloak.log" 2>&1 &&
    { mv -T "$fresh/keycloak-$version" "$ready" 2>/dev/null || [[ -d $ready ]]; }; then
    rm -rf "$fresh"
    return 0
  fi
  rm -rf "$fresh"
  tail -n 5 "$cache/keycloak.log" >&2
  note "Keycloak is missing; the test of signing in at it needs it ($cache/keycloak.log has every word)"
  return 1
}

# The version $1 into the directory $2.
prepare_keycloak() {
  local kc=$2/keycloak-$1/bin/kc.sh
  (cd "$2" && "$root/mvnw" -B -q org.apache.maven.plugins:maven-dependency-plugin:3.8.1:unpack \
    -Dartifact="org.keycloak:keycloak-quarkus-dist:$1:zip" -DoutputDirectory="$2") || return 1
  local -x KC_CACHE=local JAVA_OPTS="-Xmx512m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
  JAVA_OPTS+=" --add-opens=java.base/java.lang=ALL-UNNAMED"
  bash "$kc" build --db=dev-file --features-disabled="$keycloak_without" &&
    bash "$kc" export --optimized --realm=master --file="$2/master.json"
}

# --- a clock and a machine for tests --------------------------------------------------------------

# Installs one Debian package that the tests need where a check does not find it: what for, which,
# the check.
setup_for_tests() {
  local why=$1 package=$2
  shift 2
  "$@" && return 0
  note "installing $package, $why"
  if command -v apt-get >/dev/null && can_be_root &&
    as_root apt-get update -qq </dev/null >&2 &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      "$package" </dev/null >&2 && "$@"; then
    return 0
  fi
  note "$package is missing; the tests need it: apt-get install $package"
  return 1
}

# libfaketime tells one server another time than its machine has.
setup_faketime() {
  setup_for_tests "with which the tests set a server's clock" libfaketime has_faketime
}

has_faketime() { compgen -G '/usr/lib/*/faketime/libfaketimeMT.so.1' >/dev/null; }

# A dynamic site's machine on AWS has nginx in front of it; the tests run it as that machine would.
setup_nginx() {
  setup_for_tests "which stands before a dynamic site on AWS" nginx-light has_nginx
}

has_nginx() { [[ -x /usr/sbin/nginx ]] || command -v nginx >/dev/null; }

# Whoever has a PostgreSQL of his own backs it up with pg_dump. The tests do so with the system's
# server and programs, which are of one version.
setup_postgresql() {
  setup_for_tests "whose dumps the tests make and restore" postgresql has_postgresql
}

has_postgresql() { compgen -G '/usr/lib/postgresql/*/bin/pg_dump' >/dev/null &&
  compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null; }

# --- Node packages -------------------------------------------------------------------------------

# Whether the packages of the directory $1 are older than what its lock file says.
node_modules_are_stale() {
  [[ ! -f $1/node_modules/.package-lock.json ||
    $1/package-lock.json -nt $1/node_modules/.package-lock.json ]]
}

npm_ci() {
  npm ci --prefix "$1" --no-update-notifier --no-audit --no-fund --loglevel=error >&2
  touch "$1/node_modules/.package-lock.json"
}

setup_node_modules() {
  export TMUXBUILDER_BROWSER_NODE_MODULES=${TMUXBUILDER_BROWSER_NODE_MODULES:-$node_dir/node_modules}
  [[ $TMUXBUILDER_BROWSER_NODE_MODULES == "$node_dir/node_modules" ]] || return 0
  [[ -f $node_dir/package-lock.json ]] || return 0
  node_modules_are_stale "$node_dir" && [[ -w $node_dir ]] || return 0
  note "fetching playwright-core and axe-core (they drive the browser)"
  npm_ci "$node_dir"
}

# Claude Code is fetched where a key for it is set, or somebody names it wanted (tests do).
claude_dir=$node_dir/claude

wants_claude() {
  [[ -n ${ANTHROPIC_API_KEY:-}${ANTHROPIC_AUTH_TOKEN:-}${TMUXBUILDER_GATEWAY_BEDROCK_REGION:-}${1:-} ]]
}

setup_claude() {
  export TMUXBUILDER_CLAUDE_NODE_MODULES=${TMUXBUILDER_CLAUDE_NODE_MODULES:-$claude_dir/node_modules}
  wants_claude "${1:-}" || return 0
  [[ $TMUXBUILDER_CLAUDE_NODE_MODULES == "$claude_dir/node_modules" ]] || return 0
  [[ -f $claude_dir/package-lock.json && -w $claude_dir ]] || return 0
  node_modules_are_stale "$claude_dir" || return 0
  note "fetching Claude Code, the claude agent (some 240 MB)"
  npm_ci "$claude_dir"
}

# OpenCode, likewise. npm ci would ask for the programs of all systems in the lock file, and not
# every registry has them: so what the lock file has is taken as it says, and the program of
# another system in the very version that opencode-ai names.
opencode_dir=$node_dir/opencode

wants_opencode() { wants_claude "${OPENAI_BASE_URL:-}${1:-}"; }

setup_opencode() {
  export TMUXBUILDER_OPENCODE_NODE_MODULES=${TMUXBUILDER_OPENCODE_NODE_MODULES:-$opencode_dir/node_modules}
  wants_opencode "${1:-}" || return 0
  [[ $TMUXBUILDER_OPENCODE_NODE_MODULES == "$opencode_dir/node_modules" ]] || return 0
  [[ -f $opencode_dir/package-lock.json && -w $opencode_dir ]] || return 0
  node_modules_are_stale "$opencode_dir" || return 0
  note "fetching OpenCode, the opencode agent (some 350 MB)"
  npm install --prefix "$opencode_dir" --no-save --no-update-notifier --no-audit --no-fund \
    --loglevel=error >&2
  touch "$opencode_dir/node_modules/.package-lock.json"
}

portable_chromium=$cache/chromium/chromium

# Without root there is a browser all the same: an npm package that has one inside, with the
# libraries it needs. It lies in the user's cache.
setup_portable_chromium() {
  chromium_program >/dev/null && return 0
  [[ $(uname -m) == x86_64 && -f $portable_dir/package-lock.json ]] || return 0
  node_is_new_enough && command -v npm >/dev/null || return 0
  if [[ ! -x $portable_chromium || $portable_dir/package-lock.json -nt $portable_chromium ]]; then
    note "no chromium and no way to install one: fetching a portable one into $cache/chromium"
    node_modules_are_stale "$portable_dir" && npm_ci "$portable_dir"
    mkdir -p "$cache"
    node "$portable_dir/unpack.mjs" "$cache/chromium" >&2
  fi
  use_portable_chromium
}

# Takes the portable browser where it is there, it works and no other is.
use_portable_chromium() {
  chromium_program >/dev/null && return 0
  [[ -x $portable_chromium ]] && "$portable_chromium" --version >/dev/null 2>&1 || return 0
  export TMUXBUILDER_BROWSER_EXECUTABLE=$portable_chromium
}

# Everything that serving needs. Returns 1 where something needed is missing.
setup_for_serving() {
  setup_jdk
  setup_locked setup_all
}

setup_all() {
  setup_packages
  setup_node_modules
  setup_claude || note "going on without the claude agent"
  setup_opencode || note "going on without the opencode agent"
  setup_program
  setup_server_cache
}
