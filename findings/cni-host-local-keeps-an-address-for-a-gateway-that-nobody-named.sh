#!/usr/bin/env bash
# host-local keeps the first address of a subnet back though its configuration names no gateway: it takes it for the gateway, says so in its
# result, and gives the first container the second address. A `rangeStart` at that address is taken without a word, and the first container
# has the address behind it all the same. Only a `gateway` elsewhere sets the first address free.
#
# Seen with containernetworking-plugins 1.1.1+ds1-3+b5 (Debian bookworm). Needs apt; the plugin by itself makes no interface.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; chmod 755 "$work"; cd "$work"
apt-get download -qq containernetworking-plugins=1.1.1+ds1-3+b5 2>/dev/null
for package in *.deb; do dpkg-deb -x "$package" root; done
plugin=$work/root/usr/lib/cni/host-local
export CNI_PATH=${plugin%/*} CNI_COMMAND=ADD CNI_NETNS=/proc/self/ns/net CNI_IFNAME=eth0
n=0
given() {
  n=$((n + 1))
  printf '{"cniVersion":"1.0.0","name":"n%d","type":"x","ipam":{"type":"host-local","dataDir":"%s/%d","ranges":[[{"subnet":"10.0.0.0/24"%s}]]}}' "$n" "$work" "$n" "$1" |
    CNI_CONTAINERID=c$n "$plugin" | tr -d ' \n\t' | sed -E 's/.*"address":"([^"]*)","gateway":"([^"]*)".*/\1, gateway \2\n/'
}
{ given ''; given ',"rangeStart":"10.0.0.1"'; given ',"gateway":"10.0.0.254"'; } >said
cat said
[ "$(cat said)" = '10.0.0.2/24, gateway 10.0.0.1
10.0.0.2/24, gateway 10.0.0.1
10.0.0.1/24, gateway 10.0.0.254' ]
echo 'as described'
