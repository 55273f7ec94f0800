#!/bin/sh
# Runs a command as root of a user namespace of its own in which the kernel hands arm64 programs to qemu.
# Since Linux 6.7 such registrations (binfmt_misc) belong to a user namespace: the machine's own stay
# as they are, and this one ends with the command.
# Usage: tools/arm64/namespace.sh QEMU COMMAND [ARGUMENT...]
set -eu

outer='until grep -q . /proc/self/uid_map; do sleep 0.01; done
exec unshare --mount --pid --fork --kill-child --mount-proc sh -c "$0" "$@"'

# ELF, 64-bit, little-endian, for arm64 (0xb7). O: qemu gets the opened file. F: qemu itself is opened
# now, so that it is found inside any root. C: set-user-id programs keep their rights.
inner='set -e
mount -t binfmt_misc none /proc/sys/fs/binfmt_misc
magic="\\x7fELF\\x02\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02\\x00\\xb7\\x00"
mask="\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xfe\\xff\\xff\\xff"
printf "%s" ":slotwise-arm64:M:0:$magic:$mask:$1:OCF" > /proc/sys/fs/binfmt_misc/register
shift
exec "$@"'

unshare --user sh -c "$outer" "$inner" sh "$@" <&0 &
child=$!
trap 'kill "$child" 2> /dev/null || true' EXIT INT TERM
ours=$(readlink /proc/self/ns/user)
until [ "$(readlink "/proc/$child/ns/user")" != "$ours" ]; do sleep 0.01; done
for map in gid_map uid_map; do echo 0 0 4294967295 > "/proc/$child/$map"; done
status=0
wait "$child" || status=$?
exit "$status"
