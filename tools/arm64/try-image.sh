#!/bin/sh
# Starts the unpacked image in ROOT under qemu as its container would be: its user, environment and health check.
# Prints JSON: ms from the start to the first slot and to the first success of the health check, and by what transport
# it would steer HTB classes. Fails where the check still succeeds once the agent is stopped, before or after it runs,
# or where the agent does not end with 0.
# Usage: tools/arm64/try-image.sh QEMU ROOT USER HEALTH-CHECK VARIABLE=VALUE...
set -eu
tools=$(cd "$(dirname "$0")" && pwd)

# No /sys, as in run.sh.
inside='set -e
root=$1 user=$2 check=$3
shift 3
environment=$*
mount --rbind /dev "$root/dev"
mount --rbind /proc "$root/proc"
mount -t tmpfs none "$root/dev/shm"
fail() {
  echo "$1" >&2
  cat "$root/tmp/log" >&2
  exit 1
}
container() { exec chroot --userspec="$user" "$root" /usr/bin/env -i -C /opt/slotwise $environment "$@"; }
slotwise() { container node dist/cli/main.js "$@"; }
healthy() { (container sh -c "$check" > /dev/null 2>&1); }
unhealthy() { ! healthy; }
slots_begin() { grep -q "slots begin" "$root/tmp/log"; }
since_ms() { echo $(($(date +%s%N) / 1000000 - ${1:-0})); }
patiently() {
  until "$1"; do
    kill -0 "$agent" 2> /dev/null && [ "$(since_ms "$begun")" -lt 300000 ] || fail "it came to nothing: $1"
    sleep 0.1
  done
}

cat > "$root/tmp/agent.yaml" <<end
observe: { kind: drawn }
actuate: { kind: recording }
end
echo "observe: { kind: tc, device: lo }" > "$root/tmp/tc.yaml"
touch "$root/tmp/log"
unhealthy || fail "healthy before the start"
begun=$(since_ms)
slotwise agent --config /tmp/agent.yaml > /dev/null 2> "$root/tmp/log" &
agent=$!
patiently slots_begin
first_slot_ms=$(since_ms "$begun")
patiently healthy
healthy_ms=$(since_ms "$begun")
kill -STOP "$agent"
patiently unhealthy
kill -CONT "$agent"
patiently healthy
kill "$agent"
wait "$agent" || fail "the agent ended with $?"
unhealthy || fail "healthy after the end"
transport=$( (slotwise doctor --config /tmp/tc.yaml --json 2> /dev/null) |
  sed -n "s/.*\"check\":\"transport\",\"state\":\"ok\",\"found\":\"\([^\"]*\)\".*/\1/p")
[ -n "$transport" ] || fail "its doctor names no transport"
echo "{\"firstSlotMs\":$first_slot_ms,\"healthyMs\":$healthy_ms,\"transport\":\"$transport\"}"'

qemu=$1
shift
exec "$tools/namespace.sh" "$qemu" sh -c "$inside" sh "$@"
