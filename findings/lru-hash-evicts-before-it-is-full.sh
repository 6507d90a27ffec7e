#!/usr/bin/env bash
# A BPF LRU hash forgets before it is full: with room for 1000 entries, writing 1000 keys one after the other leaves 976. Free elements are
# taken from the global list 128 at a time (LOCAL_FREE_TARGET in kernel/bpf/bpf_lru_list.c); when fewer are left than that, the
# least used are evicted first. A size that is a multiple of 128 keeps all: 1024 keys of 1024 stay.
# So max_entries of a connection table is no promise that as many connections live.
#
# Seen with bpftool 7.1.0+6.1.192-3 (Debian bookworm), Linux 6.18, 2 processors. Needs root (CAP_BPF) and apt.
set -euo pipefail
work=$(mktemp -d); chmod 755 "$work"; cd "$work"
trap 'umount "$work/fs" 2>/dev/null || true; rm -rf "$work"' EXIT
apt-get download -qq bpftool=7.1.0+6.1.192-3 2>/dev/null
dpkg-deb -x ./bpftool_*.deb root
bpftool=$work/root/usr/sbin/bpftool
"$bpftool" version | head -n 1; echo "Linux $(uname -r), $(nproc) processors"
mkdir fs; mount -t bpf bpf fs
kept() {
  "$bpftool" map create "fs/m$1" type lru_hash key 4 value 4 entries "$1" name lru
  for ((key = 0; key < $1; key++)); do
    printf 'map update pinned fs/m%d key %d %d 0 0 value 1 0 0 0\n' "$1" $((key & 255)) $((key >> 8))
  done >batch
  "$bpftool" batch file batch >/dev/null
  "$bpftool" -j map dump pinned "fs/m$1" | grep -o '"key"' | wc -l
}
odd=$(kept 1000) even=$(kept 1024)
echo "of 1000 keys in 1000 entries $odd are kept, of 1024 in 1024 $even"
[ "$odd" -lt 1000 ] && [ "$even" = 1024 ]
echo 'as described'
