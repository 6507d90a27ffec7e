#!/usr/bin/env bash
# koffi gives an unsigned 64-bit integer as a Number as long as a Number can hold it, and as a BigInt above: one function, two types, by
# value. 2^53 is a Number, 2^53 + 1 a BigInt. A counter that is added to (`total + read()`) works for years and then throws a TypeError.
#
# Seen with koffi 3.3.4 (npm) on Node 20.20. Needs npm. Convert at the edge: `BigInt(value)` takes both.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . koffi@3.3.4
cat >counter.mjs <<'JS'
import koffi from 'koffi';
const read = koffi.load('libc.so.6').func('unsigned long long strtoull(const char *, void *, int)');
const types = ['9007199254740991', '9007199254740992', '9007199254740993'].map((text) => typeof read(text, null, 10));
console.log(`node ${process.version}: 2^53-1, 2^53, 2^53+1 are ${types.join(', ')}`);
if (types.join() !== 'number,number,bigint') throw new Error('not as described');
try {
  [1000, read('9007199254740993', null, 10)].reduce((sum, one) => sum + one);
  throw new Error('the sum did not throw');
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  console.log(`their sum: ${error.message}`);
}
JS
node counter.mjs
echo 'as described'
