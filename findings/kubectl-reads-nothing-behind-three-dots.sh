#!/usr/bin/env bash
# YAML ends a document with `...`, and another may follow. kubectl cuts its input only at lines that begin with `---`, and its parser takes
# the first document of each piece: what stands between `...` and the next `---` is never read, without a word and with exit code 0. A file
# of two policies can so apply one.
#
# Seen with kubectl 1.20.2 (Debian package kubernetes-client) and, in the same words, with 1.32.4. Needs apt; no cluster.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; chmod 755 "$work"; cd "$work"
apt-get download -qq kubernetes-client=1.20.5+really1.20.2-1.1+deb12u1 2>/dev/null
dpkg-deb -x ./kubernetes-client_*.deb root
export KUBECONFIG=/dev/null
read_it() { root/usr/bin/kubectl label --local --dry-run=client -f "$1" seen=yes -o "$2"; }
root/usr/bin/kubectl version --client --short
policy() { printf 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: %s}\nspec: {podSelector: {}}\n' "$1"; }
{ policy first; echo ...; policy second; echo ...; echo ---; policy third; } >policies.yaml
read_it policies.yaml name | tee said
[ "$(grep -c first said) $(grep -c second said) $(grep -c third said)" = '1 0 1' ]
echo 'as described'
