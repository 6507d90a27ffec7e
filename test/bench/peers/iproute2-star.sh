#!/bin/sh
# The peer: N namespaces on one bridge, with iproute2 as one writes it by hand.
# Prints milliseconds a pod. Runs in network and mount namespaces of its own: `unshare -m -n`.
set -e
pods=$1
mount -t tmpfs tmpfs /run/netns 2>/dev/null || { mkdir -p /run/netns; mount -t tmpfs tmpfs /run/netns; }
ip link add underlay type bridge
ip link set underlay up
began=$(date +%s%N)
i=0
while [ "$i" -lt "$pods" ]; do
  ip netns add "p$i"
  ip link add "v$i" type veth peer name eth0 netns "p$i"
  ip link set "v$i" master underlay up
  ip -n "p$i" link set lo up
  ip -n "p$i" addr add "10.1.$((i / 250)).$((i % 250 + 1))/16" dev eth0
  ip -n "p$i" link set eth0 up
  i=$((i + 1))
done
echo "$((($(date +%s%N) - began) / pods))" | awk '{ print $1 / 1e6 }'
