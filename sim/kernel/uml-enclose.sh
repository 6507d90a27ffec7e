#!/bin/sh
# Boots user-mode Linux in an enclosure: a mount namespace in which nothing of the machine can be written, and a PID
# namespace that takes every process of the guest away with it. Started by uml-command.ts, which says what it was given:
#   $1 an empty folder for what must be written   $2 node   $3 agent bundle   $4 guest's init   then linux.uml and its arguments
# The shell stays PID 1 of the namespace: a panicking UML ends itself by SIGABRT, which a PID 1 would ignore.
set -eu
work=$1 node=$2 agent=$3 init=$4
shift 4

flags_of() { # the flags an ordinary user's namespace is not allowed to drop
  flags=
  for flag in nosuid nodev noexec noatime nodiratime relatime; do
    case ",$1," in *",$flag,"*) flags="$flags,$flag" ;; esac
  done
}

while read -r _ folder _ options _; do
  case ",$options," in *,ro,*) continue ;; esac
  folder=$(printf '%b' "$folder") # blanks come as \040
  flags_of "$options"
  if ! said=$(mount -o "remount,bind,ro$flags" none "$folder" 2>&1); then
    # A mount that another one hides cannot be reached, by the guest neither.
    case $said in *"not mounted"* | *"bad option"* | *"does not exist"*) [ "$folder" != / ] && continue ;; esac
    echo "ipvlane: cannot make $folder read-only: $said" >&2
    exit 97
  fi
done </proc/self/mounts

mount -t tmpfs -o mode=700 ipvlane "$work"
cp "$init" "$work/init"
ln -s "$node" "$work/node"
ln -s "$agent" "$work/agent.cjs"
cd "$work"
ulimit -c 0
# Only what reads other people's files is left of root's rights: nothing that could mount, trace or make devices.
if [ "${IPVLANE_DROP-}" = yes ]; then
  set -- setpriv --bounding-set -all,+dac_override,+dac_read_search --inh-caps -all "$@"
fi
export TMPDIR="$work"
status=0
if [ "${IPVLANE_SCRIPTED-}" = yes ]; then
  # Virtual time: the script comes first, then nothing comes in; the guest appends to a file, which takes everything at
  # once, and whoever reads is never waited for. Its addresses do not depend on chance (setarch -R) or the environment.
  cat <&3 >"$work/script.json"
  : >"$work/line"
  env -i PATH="$PATH" TMPDIR="$work" setarch -R "$@" </dev/null 3<&- 4>&- &
  uml=$!
  tail -s 0.1 --pid="$uml" -c +1 -f "$work/line" >&4
  wait "$uml" || status=$?
else
  "$@" </dev/null || status=$?
fi
exit "$status"
