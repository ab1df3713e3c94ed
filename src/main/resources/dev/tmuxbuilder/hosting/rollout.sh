# Puts a release live beside the one that serves, and switches when it is healthy. Safe to repeat.
# Before it stand RELEASE, SETUP_SECONDS, START_SECONDS, and fetch, which writes the release's
# archive to a file.
set -eu
say() { printf 'site: %s\n' "$*"; }

waited=0
while [ ! -e /opt/site/ready ]; do
  if [ -e /opt/site/broken ] || [ "$waited" -ge "$SETUP_SECONDS" ]; then
    say "the machine is not set up after $waited s"
    tail -n 12 /var/log/cloud-init-output.log 2>/dev/null || true
    exit 21
  fi
  sleep 1
  waited=$((waited + 1))
done
exec 9>/opt/site/lock
flock -w 300 9 || { say "another rollout is under way"; exit 24; }

answers() { # PORT
  curl -fsS --max-time 2 "http://127.0.0.1:$1/healthz" 2>/dev/null | tr -d ' \t\r\n' |
    grep -qF "\"release\":\"$RELEASE\""
}

# nginx starts its new workers a moment before its old ones stop taking visitors. Those end, under
# another title, when they are through with the visitors whom they have.
TAKES_VISITORS='^nginx: worker process *$'
IS_ENDING='^nginx: worker process is'
workers() { # TITLE
  grep -lsz "$1" /proc/[0-9]*/cmdline || true
}
none_takes_visitors() { # WORKER...
  for worker; do
    if grep -qsz "$TAKES_VISITORS" "$worker"; then return 1; fi
  done
}

# nginx ends them itself after 25 s.
wait_for_their_last_visitors() {
  tries=0
  until [ "$tries" -ge 150 ] || [ -z "$(workers "$IS_ENDING")" ]; do
    tries=$((tries + 1))
    sleep 0.2
  done
}

# nginx does what live.conf says, and none of its workers of before takes visitors.
take_up() {
  workers_before=$(workers "$TAKES_VISITORS")
  systemctl reload nginx || return 1
  tries=0
  # shellcheck disable=SC2086 # a list
  until none_takes_visitors $workers_before; do
    tries=$((tries + 1))
    [ "$tries" -lt 50 ] || return 1
    sleep 0.2
  done
}

# The same where another rollout's reload may be under way, whose workers are not there at a first
# look: they are when those before them take no visitors.
take_up_after_another() { take_up && take_up; }

serves() {
  tries=0
  until answers 80; do
    tries=$((tries + 1))
    [ "$tries" -lt 50 ] || return 1
    sleep 0.2
  done
}

# What was live before a switch is live again. Until that is sure, both programs run.
go_back() {
  cp /opt/site/live.conf.undo /opt/site/live.conf.next || return 1 # as -e does not hold in here
  mv -f /opt/site/live.conf.next /opt/site/live.conf || return 1
  take_up_after_another || return 1
  rm -f /opt/site/live.conf.undo
}

# One slot serves from here on, and the other's program ends when its last visitor is gone.
leave_to() { # SLOT OTHER
  systemctl enable --quiet "site@$1"
  rm -f /opt/site/live.conf.undo
  wait_for_their_last_visitors
  systemctl disable --quiet "site@$2" || true
  systemctl stop "site@$2" || true
}

# So that the store keeps those that were live last. A disk that is full is no failure here.
tell_which_were_live() {
  if { [ -e /opt/site/lived ] || ls -1tr /opt/site/releases >/opt/site/lived; } &&
    { grep -vxF "$RELEASE" /opt/site/lived || true; echo "$RELEASE"; } |
    tail -n 100 >/opt/site/lived.next && mv -f /opt/site/lived.next /opt/site/lived; then
    echo "lived: $(tac /opt/site/lived | cut -c 1-12 | tr '\n' ' ')"
  fi
}

port_of_live() { sed -n 's/^server 127\.0\.0\.1:\([0-9]*\);$/\1/p' /opt/site/live.conf; }

# A rollout was killed in its switch, and either program may be what visitors meet. This release's
# own switch is finished; any other is undone.
if [ -e /opt/site/live.conf.undo ]; then
  { answers "$(port_of_live)" && take_up_after_another && serves; } || go_back || {
    say "the switch of a rollout that was stopped could not be undone"
    exit 24
  }
fi

case $(port_of_live) in
8001) old=a next=b port=8002 ;;
8002) old=b next=a port=8001 ;;
*) old='' next=a port=8001 ;;
esac

if [ -n "$old" ] && answers 80; then
  leave_to "$old" "$next"
  say "this release serves already"
  tell_which_were_live
  exit 0
fi

release=/opt/site/releases/$RELEASE
if [ ! -d "$release" ]; then
  rm -rf /opt/site/incoming
  mkdir -p /opt/site/incoming/tree
  fetch /opt/site/incoming/archive || { say "the release could not be fetched"; exit 22; }
  say "fetched $(wc -c </opt/site/incoming/archive) bytes"
  tar -xzf /opt/site/incoming/archive -C /opt/site/incoming/tree --no-same-owner ||
    { say "the release could not be unpacked"; exit 23; }
  node - /opt/site/incoming/tree "$RELEASE" <<'DIGEST' || { say "the release is damaged"; exit 23; }
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const [root, wanted] = process.argv.slice(2);
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const files = [];
const walk = (prefix) => {
  for (const entry of fs.readdirSync(`${root}/${prefix}`, { withFileTypes: true })) {
    if (entry.isDirectory()) walk(`${prefix}${entry.name}/`);
    else files.push(prefix + entry.name);
  }
};
walk('');
files.sort((a, b) => (a < b ? -1 : 1));
const lines = files.map((file) => `${file}\t${sha256(fs.readFileSync(`${root}/${file}`))}\n`);
process.exit(sha256(lines.join('')) === wanted ? 0 : 1);
DIGEST
  chmod -R u+rwX,go+rX,go-w /opt/site/incoming/tree
  rm -rf "$release"
  mv /opt/site/incoming/tree "$release"
  rm -rf /opt/site/incoming
fi
touch "$release"

wait_for_their_last_visitors
printf 'PORT=%s\nRELEASE=%s\n' "$port" "$RELEASE" >/opt/site/slots/$next/environment
ln -sfn "$release" /opt/site/slots/$next/release
systemctl restart "site@$next"

unhealthy() {
  say "$1"
  journalctl -u "site@$next" -n 12 --no-pager -o cat 2>/dev/null || true
  systemctl stop "site@$next" || true
  exit 20
}
tries=0
until answers "$port"; do
  tries=$((tries + 1))
  [ "$tries" -lt $((START_SECONDS * 5)) ] ||
    unhealthy "did not answer /healthz with its release within $START_SECONDS s"
  [ "$(systemctl show -p NRestarts --value "site@$next")" -lt 3 ] || unhealthy "ended again and again"
  sleep 0.2
done

cp /opt/site/live.conf /opt/site/live.conf.undo.next
mv -f /opt/site/live.conf.undo.next /opt/site/live.conf.undo
echo "server 127.0.0.1:$port;" >/opt/site/live.conf.next
mv -f /opt/site/live.conf.next /opt/site/live.conf
if ! { take_up && serves; }; then
  say "the way to the new release could not be opened"
  if go_back; then
    wait_for_their_last_visitors
    systemctl stop "site@$next" || true
  fi
  exit 24
fi
say "switched to slot $next"
leave_to "$next" "${old:-$([ "$next" = a ] && echo b || echo a)}"

kept=0
for name in $(ls -1t /opt/site/releases); do
  kept=$((kept + 1))
  [ "$kept" -le 5 ] || rm -rf "/opt/site/releases/$name"
done
tell_which_were_live
