#!/usr/bin/env bash
# An ipvlan interface hears multicast groups that nobody on it has joined. Its filter is a bitmap of 256 places, and a group's place is a
# hash with a secret drawn once a boot (ipvlan_mac_hash in drivers/net/ipvlan), so each place that is taken lets one in 256 of all other
# groups pass: an interface with an address in both families has about four places taken. Whether a pod counts its neighbours' router
# solicitations is therefore chance of the boot, the same for all interfaces with the same groups. With 60 groups of its own it hears a
# fifth of everything; with a packet capture on it, which makes it promiscuous, all.
#
# Seen with User-mode Linux 6.1.176 (Debian package user-mode-linux 6.1um4+b13) and iproute2 6.1.0-3. Needs apt and perl; neither root nor
# ipvlan in the machine's own kernel.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; chmod 755 "$work"; cd "$work"
apt-get download -qq user-mode-linux=6.1um4+b13 iproute2=6.1.0-3 kmod=30+20221128-1 2>/dev/null
for package in *.deb; do dpkg-deb -x "$package" root; done
ln -s kmod root/bin/modprobe
mkdir lib; ln -s ../root/usr/lib/uml/modules lib/modules
cat >init <<INIT
#!/bin/bash
export PATH=$work/root/sbin:$work/root/bin:$PATH
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t tmpfs run /run
modprobe -d $work -a veth ipvlan af_packet
bash -euo pipefail $work/inside >$work/said 2>&1
perl -e 'syscall 169, 0xfee1dead, 672274793, 0x4321fedc' # reboot(2): power off
INIT
chmod 755 init
cat >inside <<'INSIDE'
ip link add master0 type veth peer name wire
ip link set master0 up; ip link set wire up
for pod in few many all; do
  ip netns add $pod
  ip link add eth0 link master0 netns $pod type ipvlan mode l2
  ip -n $pod link set eth0 up
done
for last in $(seq 60); do ip -n many maddr add 01:00:5e:64:00:$(printf %02x "$last") dev eth0; done
ip -n all link set eth0 promisc on
sleep 4 # what IPv6 says by itself when an interface comes up
heard() { ip -n "$1" -s link show eth0 | perl -ne 'if ($next) { print +(split)[1]; exit } $next = /RX:/'; }
declare -A before
for pod in few many all; do before[$pod]=$(heard $pod); done
# A UDP datagram to each of 2048 groups that nobody has joined, 239.1.0.0 to 239.1.7.255, slower than the backlog of 1000 fills.
perl -e '
  my ($index) = map { s/\s//gr } do { open my $f, "<", "/sys/class/net/wire/ifindex"; <$f> };
  socket my $s, 17, 3, 0 or die "socket: $!"; # AF_PACKET, SOCK_RAW
  for my $n (0 .. 2047) {
    my $low = pack "CCC", 1, $n >> 8, $n & 255;
    my $udp = pack("nnnn", 9999, 9999, 26, 0) . "x" x 18;
    my $ip = pack("CCnnnCCn", 0x45, 0, 46, 0, 0, 1, 17, 0) . pack("C4", 10, 0, 0, 9) . pack("C", 239) . $low;
    my $sum = 0; $sum += $_ for unpack "n*", $ip; $sum = ($sum & 0xffff) + ($sum >> 16) while $sum >> 16;
    substr $ip, 10, 2, pack "n", ~$sum & 0xffff;
    my $frame = pack("C3", 1, 0, 0x5e) . $low . pack("C6n", 2, 0, 0, 0, 0, 9, 0x0800) . $ip . $udp;
    send $s, $frame, 0, pack("SnlSCCx8", 17, 0x0800, $index, 1, 0, 0) or die "send: $!";
    select undef, undef, undef, 0.05 if $n % 100 == 99;
  }'
sleep 2
for pod in few many all; do echo "$pod heard $(($(heard $pod) - before[$pod])) of 2048"; done
INSIDE
timeout 300 root/usr/bin/linux.uml mem=256M root=/dev/root rootfstype=hostfs rootflags=/ rw init="$work/init" con=null con0=null,null </dev/null >log 2>&1
cat said
number() { sed -n "s/^$1 heard \([0-9]*\) of 2048\$/\1/p" said; }
few=$(number few); many=$(number many); all=$(number all)
# Two to seven places of 256 are 16 to 56 groups; 60 and those take at most 67, less what coincides.
[ "$few" -ge 8 ] && [ "$few" -le 80 ]
[ "$many" -ge 250 ] && [ "$many" -le 600 ]
[ "$all" -ge 2000 ]
echo 'as described'
