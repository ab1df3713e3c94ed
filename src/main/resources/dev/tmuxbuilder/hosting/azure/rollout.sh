# SOURCE, an address that opens this one archive for a while, is in the environment.
fetch() { # FILE
  curl -fsS --retry 5 --retry-connrefused --max-time 600 -o "$1" "$SOURCE"
}
