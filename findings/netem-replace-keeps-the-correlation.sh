#!/usr/bin/env bash
# `loss 10% 25%` of netem is no loss of 10 % in bursts: the correlated random numbers pile up in the middle, and some 2 % are lost. And `tc
# qdisc replace ... netem loss 10%` afterwards does not end it: replace is a change here, what the new line leaves out stays, and the
# correlation is not even shown to be gone before the qdisc is deleted and added again.
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
modprobe -d $work -a veth ipvlan sch_netem
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

lost() { ip netns exec pod1 ping -q -f -c 3000 10.0.0.2 | grep -oE '[0-9.]+% packet loss'; }
tc -n pod1 qdisc add dev eth0 root netem loss 10% 25%; lost
tc -n pod1 qdisc replace dev eth0 root netem loss 10%; lost
tc -n pod1 qdisc del dev eth0 root; tc -n pod1 qdisc add dev eth0 root netem loss 10%; lost
INSIDE
timeout 300 root/usr/bin/linux.uml mem=256M root=/dev/root rootfstype=hostfs rootflags=/ rw init="$work/init" con=null con0=null,null </dev/null >log 2>&1
cat said
awk -F% 'NR < 3 && $1 > 5 { exit 1 } NR == 3 && $1 < 7 { exit 1 } END { exit NR != 3 }' said
echo 'as described'
