#!/usr/bin/env bash
# The bandwidth plugin behind a plugin that puts no veth's other end in the node and its result (ipvlan, macvlan) fails, but only where it
# has a rate (shown with the result that ipvlan gives: one interface, in the pod): a chain with `capabilities: {bandwidth: true}` starts
# every pod that has no bandwidth annotation, and the first pod that has one never starts. A chain that worked for a year is no proof that
# limits can be used.
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
ip link add eth0 netns pod type veth peer name master0
previous='"prevResult":{"cniVersion":"1.0.0","interfaces":[{"name":"eth0","mac":"02:00:00:00:00:01","sandbox":"/run/netns/pod"}],"ips":[{"address":"10.0.0.2/24","interface":0}]}'
config() { printf '{"cniVersion":"1.0.0","name":"n","type":"bandwidth",%s%s}' "$1" "$previous"; }
config '' | "$CNI_PATH/bandwidth" >result && echo 'without a rate: passed on'
config '"ingressRate":1000000,"ingressBurst":1000000,' | "$CNI_PATH/bandwidth" >result || { printf 'with a rate: '; grep -o 'no veth peer[^"]*' result; }
INSIDE
cat said
[ "$(cat said)" = 'without a rate: passed on
with a rate: no veth peer of container interface found in host ns' ]
echo 'as described'
