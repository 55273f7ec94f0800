#!/bin/sh
# First process of the guest that run.sh boots; job, repository, kernel and LD_LIBRARY_PATH come with
# the kernel's command line.
PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH HOME=/root TMPDIR=/tmp
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t hostfs -o "$job" none /mnt
mount -t tmpfs tmp /tmp
mount -t tmpfs run /run
for folder in "$repository" "$kernel"; do  # either may lie in the machine's /tmp
  mkdir -p "$folder" && mount -r -t hostfs -o "$folder" none "$folder"
done
ip link set lo up
echo "$kernel/sbin/modprobe" > /proc/sys/kernel/modprobe
for module in brd dm-mod dm-flakey sch_htb sch_netem sch_fq_codel veth; do
  "$kernel/sbin/modprobe" --dirname "$kernel" $module rd_nr=1 rd_size=65536
done
unset LD_LIBRARY_PATH
cd "$repository" || exit
xargs -0 -a /mnt/command sh -c '"$0" "$@" < /dev/null; echo $? > /mnt/status' 2>&1 | cat
echo o > /proc/sysrq-trigger
sleep 60
