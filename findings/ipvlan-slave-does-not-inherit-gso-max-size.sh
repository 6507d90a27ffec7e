#!/usr/bin/env bash
# An ipvlan interface takes its master's MTU, features and MAC address, but not its gso_max_size: it has 65536 whatever the master was
# limited to before, and later changes do not reach it either. A limit on super-packets that a node sets for its hardware holds for the node
# and not for its pods.
#
# Seen with User-mode Linux 6.1.176 (Debian package user-mode-linux 6.1um4+b13) and iproute2 6.1.0-3. Needs apt; neither root nor ipvlan in
# the machine's own kernel.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; chmod 755 "$work"; cd "$work"
apt-get download -qq user-mode-linux=6.1um4+b13 iproute2=6.1.0-3 kmod=30+20221128-1 2>/dev/null
for package in *.deb; do dpkg-deb -x "$package" root; done
ln -s kmod root/bin/modprobe
mkdir lib; ln -s ../root/usr/lib/uml/modules lib/modules
cat >init <<INIT
#!/bin/bash
export PATH=$work/root/sbin:$work/root/bin:$PATH
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t tmpfs run /run
modprobe -d $work -a veth ipvlan
bash -euo pipefail $work/inside >$work/said 2>&1
perl -e 'syscall 169, 0xfee1dead, 672274793, 0x4321fedc' # reboot(2): power off
INIT
chmod 755 init
cat >inside <<'INSIDE'
ip link add master0 type veth peer name wire
ip link set master0 gso_max_size 10000
ip link add slave0 link master0 type ipvlan mode l2
size() { ip -d link show "$1" | grep -o 'gso_max_size [0-9]*'; }
size master0; size slave0
INSIDE
timeout 300 root/usr/bin/linux.uml mem=256M root=/dev/root rootfstype=hostfs rootflags=/ rw init="$work/init" con=null con0=null,null </dev/null >log 2>&1
cat said
[ "$(tr '\n' ' ' <said)" = 'gso_max_size 10000 gso_max_size 65536 ' ]
echo 'as described'
