#!/bin/sh
# Runs a command as root of a User-Mode Linux: a kernel of its own as an ordinary process, with what this
# machine's kernel may lack (cgroup v2 with its CPU controller, netem, dm-flakey). It sees this machine's files
# read-only and none of its devices, network or processes; /tmp and /run are its own. Ends as the command does.
# Usage: tools/uml/run.sh COMMAND [ARGUMENT...]
set -eu
tools=$(cd "$(dirname "$0")" && pwd)
. "$tools/../debian-packages.sh"
[ "$(uname -m)" = x86_64 ] || fail "expected x86_64, which Debian's user-mode-linux is for; this is $(uname -m)"
need_programs dmsetup mkfs.ext4 ip tc flock

kernel=$cache/user-mode-linux
unpack_debian "$kernel" user-mode-linux kmod libkmod2
libraries=$kernel/usr/lib/x86_64-linux-gnu:$kernel/lib/x86_64-linux-gnu
version=$(basename "$kernel"/usr/lib/uml/modules/*)
if [ ! -e "$kernel/lib/modules/$version/modules.dep" ]; then
  for program in depmod modprobe; do ln -sf ../bin/kmod "$kernel/sbin/$program"; done
  ln -sfn ../usr/lib/uml/modules "$kernel/lib/modules"
  LD_LIBRARY_PATH=$libraries "$kernel/sbin/depmod" --basedir "$kernel" "$version" 2> /dev/null
fi

job=$(mktemp -d)
trap 'rm -rf "$job"' EXIT
for word in "$@"; do printf '%s\0' "$word"; done > "$job/command"
"$kernel/usr/bin/linux.uml" mem=512M quiet loglevel=1 con=null con0=null,fd:1 \
  root=/dev/root rootfstype=hostfs rootflags=/ ro \
  init="$tools/init.sh" job="$job" repository="$(cd "$tools/../.." && pwd)" kernel="$kernel" LD_LIBRARY_PATH="$libraries" < /dev/null
[ -e "$job/status" ] || fail "the guest ended without a word; the lines above are its console"
exit "$(cat "$job/status")"
