# Sourced by tools that need Debian packages or npm packages of another architecture: unpacked into a
# cache folder of the user instead of installed, so that the machine stays as it is. What a step made
# appears under its name only when it is complete: a run that was interrupted is simply started again.

cache=${XDG_CACHE_HOME:-$HOME/.cache}/slotwise

fail() {
  echo "$0: $1" >&2
  exit 1
}

need_root() {
  [ "$(id -u)" = 0 ] || fail "expected to run as root ($1), is user $(id -un); nothing was done"
}

need_programs() {
  for program in "$@"; do
    command -v "$program" > /dev/null || fail "expected the program $program, found none; install it"
  done
}

# unpack_debian FOLDER PACKAGE...: the files of Debian packages of this architecture.
unpack_debian() {
  unpacked=$1
  shift
  [ -d "$unpacked" ] && return
  need_programs apt-get dpkg
  echo "unpacking $* into $unpacked" >&2
  rm -rf "$unpacked.part"
  mkdir -p "$unpacked.part/packages"
  (
    cd "$unpacked.part/packages"
    download="apt-get -qq -o APT::Sandbox::User=root download"
    $download "$@" 2> /dev/null || { apt-get -qq update && $download "$@"; }
  ) || fail "expected apt to find $*; the lines above say why it did not"
  for package in "$unpacked.part"/packages/*.deb; do dpkg -x "$package" "$unpacked.part"; done
  rm -r "$unpacked.part/packages"
  mv "$unpacked.part" "$unpacked"
}

# unpack_npm FOLDER PACKAGE@VERSION: the files of one npm package, whatever platform it is for.
unpack_npm() {
  [ -d "$1" ] && return
  need_programs npm tar
  echo "unpacking $2 into $1" >&2
  rm -rf "$1.part"
  mkdir -p "$1.part"
  archive=$(npm pack --silent --pack-destination "$1.part" "$2") || fail "npm has no $2"
  tar -xzf "$1.part/$archive" -C "$1.part" --strip-components=1 --no-same-owner
  rm "$1.part/$archive"
  mv "$1.part" "$1"
}
