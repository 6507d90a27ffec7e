#!/usr/bin/env bash
# In Linux 6.1 a master that is set down takes nothing from the ipvlan interfaces on it: they stay UP, LOWER_UP, and siblings go on talking
# to each other, for their packets never reach the master. Only where the master loses its own carrier (the peer of a veth goes down) are
# they cut off. So `ip link set MASTER down` is no way to take pods off the network there.
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
ip link set master0 down
asks 1 10.0.0.2
ip -n pod1 link show eth0 | grep -o 'LOWER_UP' || echo 'no carrier'
ip link set master0 up; ip link set wire down
asks 1 10.0.0.2
ip -n pod1 link show eth0 | grep -o 'LOWER_UP' || echo 'no carrier'
INSIDE
timeout 300 root/usr/bin/linux.uml mem=256M root=/dev/root rootfstype=hostfs rootflags=/ rw init="$work/init" con=null con0=null,null </dev/null >log 2>&1
cat said
[ "$(cat said)" = '1 to 10.0.0.2: answered
1 to 10.0.0.2: answered
LOWER_UP
1 to 10.0.0.2: nothing
no carrier' ]
echo 'as described'
