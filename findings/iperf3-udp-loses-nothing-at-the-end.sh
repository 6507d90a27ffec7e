#!/usr/bin/env bash
# iperf3 counts a lost UDP datagram when a later one arrives. What is lost at the end of a test has no later one: half of the
# datagrams never arrive here, and both reports say `lost_packets: 0`. `end.sum` of the client mixes what it sent with what the server
# missed, so `sum.packets` looks as if all had come.
#
# Seen with iperf3 3.12-1+deb12u2 (Debian bookworm), Linux 6.18: 500 datagrams sent, about half received, 0 lost.
# Needs: root or user namespaces, iproute2, apt. All traffic stays in two network namespaces that this script makes.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; chmod 755 "$work"; cd "$work"
version=3.12-1+deb12u2
apt-get download -qq "iperf3=$version" "libiperf0=$version" 2>/dev/null
for package in ./*.deb; do dpkg-deb -x "$package" root; done
export LD_LIBRARY_PATH; LD_LIBRARY_PATH=$(dirname "$(find "$work/root" -name 'libiperf.so.0')")
export IPERF=$work/root/usr/bin/iperf3
"$IPERF" --version | head -n 1

unshare --user --map-root-user --net bash -euo pipefail <<'INSIDE'
unshare --net sleep 60 & far=$!
until [ "$(readlink /proc/$far/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.1; done
ip link add near type veth peer name far netns $far
ip addr add 192.0.2.1/24 dev near; ip link set near up
nsenter -t $far -n ip addr add 192.0.2.2/24 dev far; nsenter -t $far -n ip link set far up
nsenter -t $far -n "$IPERF" --server --one-off --json >server.json & server=$!
sleep 1
# After one of two seconds, nothing above 600 bytes leaves any more: datagrams of 1000 do not, iperf3's own TCP words do.
(sleep 1; tc qdisc replace dev near root tbf rate 100mbit burst 600 limit 10000) & cut=$!
"$IPERF" --client 192.0.2.2 --udp --bitrate 2M --length 1000 --time 2 --json >client.json
wait $server $cut
kill $far
INSIDE

node -e '
const { readFileSync } = require("node:fs");
const read = (file) => JSON.parse(readFileSync(file, "utf8"));
const [client, server] = [read("client.json"), read("server.json")];
const sent = client.end.sum_sent.packets;
const arrived = server.intervals.reduce((sum, { sum: { bytes } }) => sum + bytes / 1000, 0);
console.log(`sent ${sent}, arrived ${arrived}; lost by the client: ${client.end.sum.lost_packets}, by the server: ${server.end.sum.lost_packets}`);
if (sent - arrived < sent / 4) throw new Error("the datagrams were not lost: nothing is shown");
if (client.end.sum.lost_packets !== 0 || server.end.sum.lost_packets !== 0) throw new Error("iperf3 counts them now");
'
echo 'as described'
