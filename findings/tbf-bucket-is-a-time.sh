#!/usr/bin/env bash
# The bucket of a tbf travels to the kernel as the time that it lasts at the rate, in ticks of 64 ns. What is read back is not what was
# written, and the faster the rate the coarser: 64000 bytes come back as 64000 at 1 Gbit/s, 63750 at 10 and 62500 at 100.
# So a tool that compares the setting it wants with the one that is there sees a difference for ever and sets it again and again.
#
# Seen with iproute2 6.1.0-3 (Debian bookworm), Linux 6.18. Needs root or user namespaces, apt and a kernel with veth and sch_tbf.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; chmod 755 "$work"; cd "$work"
apt-get download -qq iproute2=6.1.0-3 2>/dev/null
dpkg-deb -x ./iproute2_*.deb root
export TC=$work/root/sbin/tc
"$TC" -V; uname -r
unshare --user --map-root-user --net bash -euo pipefail >read <<'INSIDE'
ip link add one type veth peer name other
for rate in 1gbit 10gbit 100gbit; do
  "$TC" qdisc replace dev one root tbf rate $rate burst 64000 latency 25ms
  "$TC" -j qdisc show dev one root | grep -o '"burst":[0-9]*'
done
INSIDE
tr '\n' ' ' <read; echo
[ "$(tr '\n' ' ' <read)" = '"burst":64000 "burst":63750 "burst":62500 ' ]
echo 'as described'
