#!/usr/bin/env bash
# ipvlan refuses an address that a sibling has ("Address already assigned to an ipvlan device"), but takes the address of the master itself.
# What comes from the wire for it then goes to the pod, and the node does not hear it any more. An address pool that holds the node's own
# address is found out by nobody at the time it is given.
#
# Seen with User-mode Linux 6.1.176 (Debian package user-mode-linux 6.1um4+b13) and iproute2 6.1.0-3. Needs apt; neither root nor ipvlan in
# the machine's own kernel.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; chmod 755 "$work"; cd "$work"
apt-get download -qq user-mode-linux=6.1um4+b13 iproute2=6.1.0-3 kmod=30+20221128-1 iputils-ping=3:20221126-1+deb12u1 2>/dev/null
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

ip netns add outside; ip link set wire netns outside; ip -n outside link set wire up
ip addr add 10.0.0.99/24 dev master0; ip -n outside addr add 10.0.0.98/24 dev wire
heard() { awk '/^Icmp:/ { if (!at) { for (at = 1; $at != "InEchos"; at++); } else print "echoes heard by " who ": " $at }' who="$1" /proc/net/snmp; }
export -f heard
ip netns exec outside ping -q -c 3 10.0.0.99 >/dev/null
heard node; ip netns exec pod1 bash -c 'heard pod'
ip -n pod2 addr add 10.0.0.1/24 dev eth0 2>&1 || true
ip -n pod1 addr add 10.0.0.99/24 dev eth0 && echo taken
ip netns exec outside ping -q -c 3 10.0.0.99 >/dev/null
heard node; ip netns exec pod1 bash -c 'heard pod'
INSIDE
timeout 300 root/usr/bin/linux.uml mem=256M root=/dev/root rootfstype=hostfs rootflags=/ rw init="$work/init" con=null con0=null,null </dev/null >log 2>&1
cat said
[ "$(cat said)" = 'echoes heard by node: 3
echoes heard by pod: 0
Error: Address already assigned to an ipvlan device.
taken
echoes heard by node: 3
echoes heard by pod: 3' ]
echo 'as described'
