#!/usr/bin/env bash
# `private` is a setting of one ipvlan interface on the command line and of the whole master in the kernel (struct ipvl_port): an interface
# that is made `private` cuts its older siblings off from each other, and they stay cut off after it is gone. The mode is the same: a new
# interface in L3 turns all its siblings to L3. So a second network on the same master changes what the pods of the first one reach.
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

asks 1 10.0.0.2
ip link add other link master0 type ipvlan mode l2 private
asks 1 10.0.0.2
ip link del other
asks 1 10.0.0.3
ip -n pod1 -d link show eth0 | grep -o 'ipvlan  mode l2 [a-z]*'
ip link add other link master0 type ipvlan mode l3 bridge
ip -n pod1 -d link show eth0 | grep -o 'ipvlan  mode l[23] [a-z]*'
INSIDE
timeout 300 root/usr/bin/linux.uml mem=256M root=/dev/root rootfstype=hostfs rootflags=/ rw init="$work/init" con=null con0=null,null </dev/null >log 2>&1
cat said
[ "$(cat said)" = '1 to 10.0.0.2: answered
1 to 10.0.0.2: nothing
1 to 10.0.0.3: nothing
ipvlan  mode l2 private
ipvlan  mode l3 bridge' ]
echo 'as described'
