#!/bin/sh
# PID 1 of a QEMU guest, whose root file system is the initramfs: makes what must be mounted, then runs the agent in
# namespaces of its own, and ends the guest when the agent ends.
# The kernel's command line gives: ipvlane_clock (real, virtual), ipvlane_seed (a number), ipvlane_line (the agent's device), ipvlane_load (modules, by commas).
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TMPDIR=/tmp LANG=C.UTF-8 TERM=linux
export IPVLANE_LINE="$ipvlane_line" IPVLANE_MODULES=/ipvlane/modules IPVLANE_LOAD="$ipvlane_load"
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm

set -- /ipvlane/agent.[cm]js
if [ "$ipvlane_clock" = virtual ]; then
  export IPVLANE_SCRIPT=/ipvlane/script.json UV_THREADPOOL_SIZE=1
  # Node's own work takes the guest's time: the same in every run, and no threads that compete for the one processor.
  set -- --single-threaded --hash-seed=1 --random-seed="$ipvlane_seed" "$@"
else
  # As in User-mode Linux (uml-init.sh): nothing may hold the one processor while a policy waits to be in force.
  set -- --single-threaded --interrupt-budget=5000000 "$@"
fi

unset ipvlane_line ipvlane_load ipvlane_clock ipvlane_seed
# What is set for all namespaces at once (the tables of neighbours) may be set in this one only: the agent gets a way back in.
exec 5</proc/self/ns/net
export IPVLANE_FIRST_NETNS=5
unshare --net --mount --pid --fork --kill-child --mount-proc node "$@"
echo "ipvlane: the agent ended with status $?"
echo b >/proc/sysrq-trigger # QEMU is told to end where a machine would start again
sleep 5                     # then this ends, and the kernel panics: PID 1 may not end
