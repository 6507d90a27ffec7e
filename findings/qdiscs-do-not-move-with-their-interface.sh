#!/usr/bin/env bash
# An interface that is moved to another network namespace loses its qdiscs in silence: what was limited to 1 Mbit/s before the move is not
# after it, and nothing says so. Addresses are known to go; the limit goes too. So a limit (or a filter at clsact) must be attached after the move.
#
# Seen with iproute2 6.1.0-3 (Debian bookworm), Linux 6.18 and 6.1. Needs root (for ip netns), apt and a kernel with veth and sch_tbf.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; chmod 755 "$work"; cd "$work"
apt-get download -qq iproute2=6.1.0-3 2>/dev/null
dpkg-deb -x ./iproute2_*.deb root
export PATH=$work/root/sbin:$PATH
tc -V; uname -r
unshare --net --mount bash -euo pipefail >said <<'INSIDE'
mount -t tmpfs run /run; mount -t sysfs sys /sys
ip netns add pod
ip link add one type veth peer name other
tc qdisc add dev one root tbf rate 1mbit burst 10k latency 10ms
tc qdisc show dev one | cut -d ' ' -f 2
ip link set one netns pod
echo "moved: $(tc -n pod qdisc show dev one | cut -d ' ' -f 2)"
INSIDE
cat said
[ "$(cat said)" = 'tbf
moved: ' ]
echo 'as described'
