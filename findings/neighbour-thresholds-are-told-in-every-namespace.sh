#!/usr/bin/env bash
# The thresholds of the neighbour table hold for all network namespaces together, and only the first one has them in /proc/sys: inside
# another the whole folder `neigh/default` is missing. Yet netlink (RTM_GETNEIGHTBL, `ip ntable`) tells them in every namespace, without
# privileges: so who runs in a container can know the limit that it shares with its neighbours.
#
# Seen with iproute2 6.1.0-3 (Debian bookworm), Linux 6.18 and 6.1. Needs user namespaces and apt.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; chmod 755 "$work"; cd "$work"
apt-get download -qq iproute2=6.1.0-3 2>/dev/null
dpkg-deb -x ./iproute2_*.deb root
export IP=$work/root/sbin/ip
"$IP" -V; uname -r
unshare --user --map-root-user --net bash -euo pipefail >said <<'INSIDE'
ls /proc/sys/net/ipv4/neigh/ | tr '\n' ' '; echo
"$IP" ntable show name arp_cache | grep -m 1 thresh3
INSIDE
cat said
! grep -q default said
grep -qE 'thresh3 [0-9]+' said
echo 'as described'
