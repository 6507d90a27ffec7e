#!/usr/bin/env bash
# All ipvlan interfaces have their master's MAC address, so their link-local addresses cannot come from it alone: the kernel puts the
# interface's dev_id where EUI-64 has ff:fe, and leaves the universal/local bit as it is. What derives a neighbour's link-local address from
# its MAC (or finds the MAC in the address) by RFC 4291 is wrong for every such pod.
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

mac=$(ip -br link show master0 | grep -oE '([0-9a-f]{2}:){5}[0-9a-f]{2}')
echo "master: $mac $(ip -6 -o addr show dev master0 scope link | grep -o 'fe80[^/]*')"
for pod in 1 2 3; do ip -n pod$pod -6 -o addr show dev eth0 scope link | grep -o 'fe80[^/]*'; done
INSIDE
timeout 300 root/usr/bin/linux.uml mem=256M root=/dev/root rootfstype=hostfs rootflags=/ rw init="$work/init" con=null con0=null,null </dev/null >log 2>&1
cat said
grep -q 'ff:fe' said # the master's own
[ "$(tail -n 3 said | grep -c 'ff:fe')" = 0 ]
[ "$(tail -n 3 said | grep -cE '00:[123]')" = 3 ] # dev_id 1, 2, 3
echo 'as described'
