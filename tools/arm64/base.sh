#!/bin/sh
# Makes Debian 12 for an architecture (amd64, arm64) in a folder of the cache and prints its name. No
# package is installed on this machine and no registry of images is asked; arm64 runs under qemu (3 minutes).
# Usage: tools/arm64/base.sh ARCHITECTURE
set -eu
tools=$(cd "$(dirname "$0")" && pwd)
. "$tools/../debian-packages.sh"
need_root "it makes a root file system"
need_programs apt-get dpkg perl unshare

architecture=$1
base=$cache/debian-12-$architecture
if [ ! -d "$base" ]; then
  unpack_debian "$cache/arm64-tools" qemu-user-static mmdebstrap
  echo "making Debian 12 for $architecture in $base" >&2
  rm -rf "$base.part"
  archive=http://deb.debian.org
  "$tools/namespace.sh" "$cache/arm64-tools/usr/bin/qemu-aarch64-static" \
    perl "$cache/arm64-tools/usr/bin/mmdebstrap" --quiet --mode=root --variant=minbase \
    --architectures="$architecture" --skip=check/qemu \
    --hook-dir="$cache/arm64-tools/usr/share/mmdebstrap/hooks/merged-usr" \
    --include=ca-certificates,usr-is-merged bookworm "$base.part" \
    "deb $archive/debian bookworm main" \
    "deb $archive/debian-security bookworm-security main" >&2 ||
    fail "mmdebstrap made no Debian for $architecture; the lines above say why"
  mv "$base.part" "$base"
fi
echo "$base"
