#!/usr/bin/env bash
# The plugins read their configuration with Go's JSON decoder, which takes a key in any case: `"BRIDGE": "b1"` is `bridge`, and of both the
# one that stands later holds. A key in the wrong case looks misspelt, and an editor or a schema says so; it has its full effect all the
# same.
#
# Seen with containernetworking-plugins 1.1.1+ds1-3+b5 and iproute2 6.1.0-3 (Debian bookworm), Linux 6.18. Needs root, apt and a kernel with
# veth and bridge.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; chmod 755 "$work"; cd "$work"
apt-get download -qq containernetworking-plugins=1.1.1+ds1-3+b5 iproute2=6.1.0-3 2>/dev/null
for package in *.deb; do dpkg-deb -x "$package" root; done
export PATH=$work/root/sbin:$PATH CNI_PATH=$work/root/usr/lib/cni
unshare --net --mount bash -euo pipefail >said 2>&1 <<'INSIDE'
mount -t tmpfs run /run; mount -t sysfs sys /sys
ip netns add pod; ip link set lo up
export CNI_COMMAND=ADD CNI_CONTAINERID=one CNI_NETNS=/run/netns/pod CNI_IFNAME=eth0
config() { printf '{"cniVersion":"1.0.0","name":"n","type":"bridge",%s,"ipam":{}}' "$1"; }
config '"BRIDGE":"b1"' | "$CNI_PATH/bridge" >result; config '"BRIDGE":"b1"' | CNI_COMMAND=DEL "$CNI_PATH/bridge"
config '"bridge":"b2","Bridge":"b3"' | "$CNI_PATH/bridge" >result
ip -br link show type bridge | cut -d ' ' -f 1 | sort
INSIDE
cat said
[ "$(cat said)" = 'b1
b3' ]
echo 'as described'
