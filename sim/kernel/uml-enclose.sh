#!/bin/sh
# Boots user-mode Linux in an enclosure: network, mount, IPC and PID namespaces of its own, whose root holds what a lab
# needs of the machine and nothing else, read-only. The PID namespace takes every process of the guest away with it.
# Started by uml-command.ts, which says what it was given:
#   $1 an empty folder to build that root in   $2 guest's init
#   up to `--`, by twos, what lies in the guest's own folder: a name there, and the file or folder of the machine
#   up to the next `--` the folders and files that are shown at their own paths, then linux.uml and its arguments
# The shell stays PID 1 of the namespace: a panicking UML ends itself by SIGABRT, which a PID 1 would ignore.
set -eu
umask 022
PATH=$PATH:/usr/sbin:/sbin # chroot
root=$1 init=$2
shift 2

# Of /etc: how programs find libraries, names and numbers. Nothing that says who is let in, and no keys.
ETC='alternatives bash.bashrc bindresvport.blacklist crypto-policies debian_version ethertypes gai.conf group host.conf
hosts inputrc iproute2 ld.so.cache ld.so.conf ld.so.conf.d localtime mime.types networks nsswitch.conf os-release passwd
profile protocols rpc services shells terminfo timezone xattr.conf'

flags_of() { # the flags an ordinary user's namespace is not allowed to drop
  flags=
  for flag in nosuid nodev noexec noatime nodiratime relatime; do
    case ",$1," in *",$flag,"*) flags="$flags,$flag" ;; esac
  done
}

failed() {
  echo "ipvlane: $1" >&2
  exit 97
}

show() { # $1, at its own path or at $2
  at=$root${2-$1}
  if [ -d "$1" ]; then
    mkdir -p "$at"
  else
    mkdir -p "${at%/*}"
    : >"$at"
  fi
  said=$(mount --rbind -- "$1" "$at" 2>&1) || failed "cannot show $1 to the guest: $said"
}

mount -t tmpfs -o mode=755 ipvlane "$root"
cd "$root"
mkdir -p ipvlane dev etc/ssl home proc root run sys tmp var/tmp
for folder in bin sbin lib lib32 lib64 libx32; do
  if [ -L "/$folder" ]; then cp -P "/$folder" .; elif [ -d "/$folder" ]; then show "/$folder"; fi
done
# The guest's own folder comes first: where the machine keeps these files is no matter of a guest, whose runs are to repeat.
mount -t tmpfs -o mode=700 ipvlane ipvlane
cp "$init" ipvlane/init
while [ "$1" != -- ]; do
  show "$2" "/ipvlane/$1"
  shift 2
done
shift
while [ "$1" != -- ]; do
  show "$1"
  shift
done
shift
show /proc/cpuinfo # what UML tells the guest of the processor
show /dev/null     # what UML reads for its console
show /dev/random   # from which UML of before 6.0 has its randomness, and waits for it without
: >dev/console     # what its init begins with, until the guest has a /dev of its own
mount --bind /dev/null dev/console
given=
for name in $ETC; do [ ! -r "/etc/$name" ] || given="$given /etc/$name"; done
cp -RP $given etc/
[ ! -r /etc/ssl/openssl.cnf ] || cp /etc/ssl/openssl.cnf etc/ssl/

while read -r _ folder _ options _; do
  case $folder in "$root/ipvlane") continue ;; "$root" | "$root"/*) ;; *) continue ;; esac
  case ",$options," in *,ro,*) continue ;; esac
  folder=$(printf '%b' "$folder") # blanks come as \040
  flags_of "$options"
  if ! said=$(mount -o "remount,bind,ro$flags" none "$folder" 2>&1); then
    # A mount that another one hides cannot be reached, by the guest neither.
    case $said in *"not mounted"* | *"bad option"* | *"does not exist"*) [ "$folder" != "$root" ] && continue ;; esac
    failed "cannot make $folder read-only: $said"
  fi
done </proc/self/mounts

ulimit -c 0
# What root may is left behind, for good: nothing in there mounts, traces, makes devices, or comes out of its root again.
# The machine's root reads what it shows, whoever it belongs to; an ordinary user has nothing that others have not.
case $IPVLANE_PRIVILEGE in
  root) bounding=-all,+dac_override,+dac_read_search ;;
  *) bounding=-all ;;
esac
set -- chroot "$root" setpriv --no-new-privs --bounding-set "$bounding" --inh-caps -all "$@"
export TMPDIR=/ipvlane
status=0
if [ "${IPVLANE_SCRIPTED-}" = yes ]; then
  # Virtual time: the script comes first, then nothing comes in; the guest appends to a file, which takes everything at
  # once, and whoever reads is never waited for. Its addresses do not depend on chance (setarch -R) or the environment.
  cat <&3 >ipvlane/script.json
  : >ipvlane/line
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin TMPDIR="$TMPDIR" setarch -R "$@" </dev/null 3<&- 4>&- &
  uml=$!
  tail -s 0.1 --pid="$uml" -c +1 -f ipvlane/line >&4
  wait "$uml" || status=$?
else
  "$@" </dev/null || status=$?
fi
exit "$status"
