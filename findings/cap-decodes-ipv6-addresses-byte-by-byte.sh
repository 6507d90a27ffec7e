#!/usr/bin/env bash
# The decoders of the npm package cap give an IPv6 address as sixteen bytes with colons between them, in place of eight groups (RFC 5952):
# `20:01:0d:b8:...`. The text looks like an address and is none: node:net says so, and it equals no address from elsewhere.
# The length of a UDP datagram is given without its header, unlike the field of the same name on the wire.
#
# Seen with cap 0.2.1 (npm) on Node 20.20; its decoders are plain JavaScript and need no libpcap. Needs npm.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . cap@0.2.1
cat >decode.cjs <<'JS'
const { isIPv6 } = require('node:net');
const { IPV6, UDP } = require('cap/lib/Decoders.js');
// IPv6 from 2001:db8::1 to 2001:db8::2, UDP from port 5000 to 53 with four bytes: its length field says 12.
const packet = Buffer.from(`60000000000c1140${'20010db8000000000000000000000001'}${'20010db8000000000000000000000002'}13880035000c0000${'61626364'}`, 'hex');
const { info, offset } = IPV6(packet, 0);
const udp = UDP(packet, offset);
console.log(`source ${info.srcaddr}, an IPv6 address: ${isIPv6(info.srcaddr)}; UDP length field 12, told ${udp.info.length}`);
if (isIPv6(info.srcaddr) || info.srcaddr.split(':').length !== 16 || udp.info.length !== 4) throw new Error('not as described');
JS
node decode.cjs
echo 'as described'
