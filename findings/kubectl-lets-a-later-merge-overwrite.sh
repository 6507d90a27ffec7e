#!/usr/bin/env bash
# YAML's merge key `<<` gives only what a mapping does not say itself, wherever it stands (yaml.org/type/merge). In kubectl the order
# counts: a `<<` that stands behind a key overwrites it. A template that sets a value and then merges its defaults applies the defaults; a
# linter by the standard shows the value.
#
# Seen with kubectl 1.20.2 (Debian package kubernetes-client) and, in the same words, with 1.32.4. Needs apt; no cluster.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; chmod 755 "$work"; cd "$work"
apt-get download -qq kubernetes-client=1.20.5+really1.20.2-1.1+deb12u1 2>/dev/null
dpkg-deb -x ./kubernetes-client_*.deb root
export KUBECONFIG=/dev/null
read_it() { root/usr/bin/kubectl label --local --dry-run=client -f "$1" seen=yes -o "$2"; }
root/usr/bin/kubectl version --client --short
cat >config.yaml <<'END'
apiVersion: v1
kind: ConfigMap
metadata: {name: limits}
data:
  egress: own
  <<: {egress: default}
END
read_it config.yaml json | grep '"egress"' | tee said
grep -q default said
sed -i '/egress: own/d; $a\  egress: own' config.yaml
read_it config.yaml json | grep '"egress"' | tee said
grep -q own said
echo 'as described'
