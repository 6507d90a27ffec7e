#!/usr/bin/env bash
# A tbf whose burst is smaller than a frame of the link's MTU is taken (exit 0, no word) and drops every frame that is larger than the burst,
# for good, however slowly they come: small pings pass, full ones never do. Only the kernel's log says that the burst is lower than the
# MTU. A rate limit made with such a burst looks like a broken path MTU.
#
# Seen with iproute2 6.1.0-3 and iputils-ping 20221126 (Debian bookworm), Linux 6.18 and 6.1. Needs root (for ip netns), apt and a kernel with veth and
# sch_tbf.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; chmod 755 "$work"; cd "$work"
apt-get download -qq iproute2=6.1.0-3 iputils-ping=3:20221126-1+deb12u1 2>/dev/null
for package in *.deb; do dpkg-deb -x "$package" root; done
export PATH=$work/root/sbin:$work/root/bin:$PATH
tc -V; uname -r
unshare --net --mount bash -euo pipefail >said <<'INSIDE'
mount -t tmpfs run /run; mount -t sysfs sys /sys
ip netns add other
ip link add one type veth peer name eth0 netns other
ip addr add 10.0.0.1/24 dev one; ip link set one up
ip -n other addr add 10.0.0.2/24 dev eth0; ip -n other link set eth0 up
tc qdisc add dev one root tbf rate 10mbit burst 1000 latency 50ms && echo taken
for size in 100 1400; do echo "$size bytes: $(ping -q -c 3 -i 0.3 -W 1 -s $size 10.0.0.2 2>/dev/null | grep -oE '[0-9]+ received')"; done
INSIDE
cat said
[ "$(cat said)" = 'taken
100 bytes: 3 received
1400 bytes: 0 received' ]
echo 'as described'
