# Finding a JDK. Sourced, never run.
# shellcheck shell=bash

oldest_jdk=25

# The feature version of the JDK in $1: 25; nothing where there is none. The release file answers
# without starting a JVM.
jdk_version() {
  [[ -x $1/bin/java && -x $1/bin/javac && -r $1/release ]] || return 1
  sed -nE 's/^JAVA_VERSION="([0-9]+).*/\1/p' "$1/release"
}

# Prints the home of a JDK that is new enough: JAVA_HOME, then /usr/lib/jvm, then PATH.
find_jdk() {
  local home version on_path=
  if command -v javac >/dev/null; then
    on_path=$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")
  fi
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/* "$on_path"; do
    [[ -n $home ]] || continue
    version=$(jdk_version "$home") || continue
    if [[ -n $version ]] && ((version >= oldest_jdk)); then
      printf '%s\n' "$home"
      return 0
    fi
  done
  return 1
}

say_how_to_get_a_jdk() {
  cat >&2 <<TEXT
A JDK $oldest_jdk or newer is missing. Looked in JAVA_HOME, /usr/lib/jvm and PATH.
Get one, for example:
  Debian 13 and newer   apt-get install openjdk-25-jdk
  anywhere              Eclipse Temurin 25 (adoptium.net), unpacked, with JAVA_HOME set to it
TEXT
}
