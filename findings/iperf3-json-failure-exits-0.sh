#!/usr/bin/env bash
# `iperf3 --json` that could not connect exits with 0: the failure is a field of the report (`error`). Without --json it exits with 1.
#
# Seen with iperf3 3.12-1+deb12u2 (Debian bookworm). Needs apt. Speaks to nobody: port 1 of loopback, where nothing listens.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; chmod 755 "$work"; cd "$work"
version=3.12-1+deb12u2
apt-get download -qq "iperf3=$version" "libiperf0=$version" 2>/dev/null
for package in ./*.deb; do dpkg-deb -x "$package" root; done
export LD_LIBRARY_PATH; LD_LIBRARY_PATH=$(dirname "$(find "$work/root" -name 'libiperf.so.0')")
iperf3=$work/root/usr/bin/iperf3
"$iperf3" --version | head -n 1
as_text=0; "$iperf3" --client 127.0.0.1 --port 1 >text 2>&1 || as_text=$?
as_json=0; "$iperf3" --client 127.0.0.1 --port 1 --json >report.json || as_json=$?
echo "exit code: $as_text as text, $as_json with --json; $(grep '"error"' report.json)"
[ "$as_text" = 1 ] && [ "$as_json" = 0 ] && grep -q 'Connection refused' report.json
echo 'as described'
