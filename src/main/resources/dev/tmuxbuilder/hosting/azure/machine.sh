# Ubuntu, whose own Node.js is too old: a long-lived version comes from those who make it.
install_node() {
  case $(uname -m) in
  aarch64) chip=arm64 ;;
  *) chip=x64 ;;
  esac
  from=https://nodejs.org/dist/latest-v24.x
  curl -fsSL -o /tmp/node-sums "$from/SHASUMS256.txt" || return 1
  archive=$(sed -n "s/^[0-9a-f]*  \(node-v[0-9.]*-linux-$chip\.tar\.xz\)$/\1/p" /tmp/node-sums)
  [ -n "$archive" ] || return 1
  curl -fsSL -o "/tmp/$archive" "$from/$archive" || return 1
  (cd /tmp && grep "  $archive\$" node-sums | sha256sum -c -) || return 1
  mkdir -p /opt/node
  tar -xJf "/tmp/$archive" -C /opt/node --strip-components=1 --no-same-owner || return 1
  rm -f "/tmp/$archive"
  ln -sf /opt/node/bin/node /usr/bin/node
}

install_programs() {
  systemctl disable --now ssh.socket ssh.service || true # nobody comes in by it
  # Ubuntu looks for updates by itself when it starts, and is waited for.
  apt-get -o DPkg::Lock::Timeout=300 update || return 1
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y \
    --no-install-recommends nginx xz-utils curl || return 1
  id nginx >/dev/null 2>&1 ||
    useradd --system --no-create-home --shell /usr/sbin/nologin nginx || return 1
  command -v node >/dev/null || install_node
}
