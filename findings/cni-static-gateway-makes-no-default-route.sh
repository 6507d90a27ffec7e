#!/usr/bin/env bash
# The `gateway` beside an address of the static IPAM plugin is in the result and in nothing else: the pod has no default route. A gateway is
# only what a route of `routes` without its own `gw` goes by; with `{"dst": "0.0.0.0/0"}` there it becomes the default route. host-local has
# the same key and the same rule.
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
config() { printf '{"cniVersion":"1.0.0","name":"n","type":"bridge","bridge":"b0","ipam":{"type":"static","addresses":[{"address":"10.0.0.2/24","gateway":"10.0.0.1"}]%s}}' "$1"; }
config '' | "$CNI_PATH/bridge" >result
echo "default routes: $(ip -n pod route show default | wc -l)"
config '' | CNI_COMMAND=DEL "$CNI_PATH/bridge"
config ',"routes":[{"dst":"0.0.0.0/0"}]' | "$CNI_PATH/bridge" >result
echo "default routes: $(ip -n pod route show default | grep -c 'via 10.0.0.1')"
INSIDE
cat said
[ "$(cat said)" = 'default routes: 0
default routes: 1' ]
echo 'as described'
