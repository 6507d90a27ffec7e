#!/usr/bin/env bash
# An ipvlan interface may have a smaller MTU than its master, but not for long: every change of the master's MTU is written to all its
# interfaces, up as well as down, whatever they were set to. A pod that had 1300 for a tunnel has 1500 after the node's MTU went from 9000
# to 1500.
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
ip link set master0 up; ip link set wire up
for pod in 1 2 3; do
  ip netns add pod$pod
  ip link add eth0 link master0 netns pod$pod type ipvlan mode l2
  ip -n pod$pod link set eth0 up
  ip -n pod$pod addr add 10.0.0.$pod/24 dev eth0
done
asks() { if ip netns exec "pod$1" ping -q -c 1 -W 1 "$2" >/dev/null 2>&1; then echo "$1 to $2: answered"; else echo "$1 to $2: nothing"; fi; }

mtu() { ip -n "pod$1" link show eth0 | grep -o 'mtu [0-9]*'; }
ip link set wire mtu 9000; ip link set master0 mtu 9000
ip -n pod1 link set eth0 mtu 1300
mtu 1; mtu 2
ip link set master0 mtu 1500
mtu 1; mtu 2
INSIDE
timeout 300 root/usr/bin/linux.uml mem=256M root=/dev/root rootfstype=hostfs rootflags=/ rw init="$work/init" con=null con0=null,null </dev/null >log 2>&1
cat said
[ "$(tr '\n' ' ' <said)" = 'mtu 1300 mtu 9000 mtu 1500 mtu 1500 ' ]
echo 'as described'
