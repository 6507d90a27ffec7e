#!/bin/sh
# PID 1 of a user-mode Linux guest. Its root is what the enclosure shows of the machine, read-only; this makes what must
# be writable, then runs the agent in namespaces of its own, and switches the guest off when the agent ends.
# The kernel's command line gives: ipvlane_user (yes or empty), ipvlane_clock (real, virtual), ipvlane_seed (a number), ipvlane_tmpfs (folders to cover, by colons), ipvlane_modules, ipvlane_load (by commas).
work=${0%/*}
if [ -n "${ipvlane_user+set}" ]; then
  # Nobody in the guest, root neither, reaches the memory of its kernel past the kernel: for that a process needs CAP_SYS_RAWIO.
  # Started by an ordinary user, the machine's root is nobody in the guest, and a set-user-id mount(8) would become nobody.
  [ "$ipvlane_user" = yes ] && no_new_privs=--no-new-privs
  unset ipvlane_user
  exec setpriv ${no_new_privs-} --bounding-set -sys_rawio /bin/sh "$0"
fi
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/dev/shm TMPDIR=/dev/shm LANG=C.UTF-8
export IPVLANE_LINE=/dev/ipvlane-line IPVLANE_MODULES="$ipvlane_modules" IPVLANE_LOAD="$ipvlane_load"

[ -c /dev/ptmx ] || mount -t devtmpfs devtmpfs /dev # kernels may have done it
exec </dev/null >/dev/console 2>&1
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mkdir -p /dev/pts /dev/shm
rm -f /dev/mem /dev/kmem /dev/port
# What the kernel starts by itself (core_pattern) begins without it too: 17 of the 64 capabilities, in two words.
echo 4294836223 4294967295 >/proc/sys/kernel/usermodehelper/bset
# With modules to load, the agent does this after them.
[ -n "$ipvlane_modules" ] || [ ! -e /proc/sys/kernel/modules_disabled ] || echo 1 >/proc/sys/kernel/modules_disabled
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
IFS=:
for folder in $ipvlane_tmpfs; do mount -t tmpfs -o mode=1777 tmpfs "$folder"; done
unset IFS
set -- "$work"/agent.[cm]js
if [ "$ipvlane_clock" = virtual ]; then
  # The console of printk is the only one; the line and the script are files of the enclosure.
  exec >/dev/kmsg 2>&1
  mount -t hostfs -o "$work" none "$work"
  export IPVLANE_LINE="$work/line" IPVLANE_SCRIPT="$work/script.json" UV_THREADPOOL_SIZE=1
  # Each reading moves the kernel's random numbers on: ports, sequence numbers and hash keys are others behind it.
  [ "$ipvlane_seed" = 1 ] || dd if=/dev/urandom of=/dev/null bs=32 count=$((ipvlane_seed - 1)) 2>/dev/null
  # Every run the same: no threads of V8's own, no chance in its tables. Its room for what is young stays what it soon is, or it
  # doubles some hours later (MiB of each half).
  set -- --single-threaded --hash-seed=1 --random-seed="$ipvlane_seed" --max-semi-space-size=4 --expose-gc "$@"
else
  mknod -m 600 /dev/ipvlane-line c 4 64
  # One processor: V8's own threads would hold it for a slice of 10 ms while a policy waits to be in force, and so would its
  # optimizing compiler (100 ms at once) for what runs a few dozen times.
  set -- --single-threaded --interrupt-budget=5000000 "$@"
fi

unset ipvlane_tmpfs ipvlane_modules ipvlane_load ipvlane_clock ipvlane_seed mem hostfs uml_dir
# What is set for all namespaces at once (the tables of neighbours) may be set in this one only: the agent gets a way back in.
exec 5</proc/self/ns/net
export IPVLANE_FIRST_NETNS=5
unshare --net --mount --pid --fork --kill-child --mount-proc "$work/node" "$@"
echo "ipvlane: the agent ended with status $?"
echo o >/proc/sysrq-trigger
sleep 5 # then this ends, and the kernel panics: PID 1 may not end
