import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { NetworkNamespace } from './namespace.ts';
import { notRoot } from './testdata/machine.ts';
import { skipped } from '../../test/report/skipped.ts';

const reason = notRoot();
const here = () => readlinkSync('/proc/thread-self/ns/net');
const interfaces = () =>
  readFileSync('/proc/thread-self/net/dev', 'utf8')
    .split('\n')
    .slice(2)
    .map((line) => line.split(':')[0]?.trim())
    .filter(Boolean);

describe.skipIf(reason)(`a network namespace${skipped(reason)}`, () => {
  it('is empty but for lo, and the thread is back where it was', () => {
    const before = here();
    using ns = NetworkNamespace.create();
    expect(here()).toBe(before);
    expect(ns.run(interfaces)).toEqual(['lo']);
    expect(here()).toBe(before);
  });

  it('nests', () => {
    using outer = NetworkNamespace.create();
    using inner = NetworkNamespace.create();
    const [a, b, c] = outer.run(() => [here(), inner.run(here), here()]);
    expect(a).toBe(c);
    expect(b).not.toBe(a);
  });

  it('is left when the work throws', () => {
    const before = here();
    using ns = NetworkNamespace.create();
    expect(() =>
      ns.run(() => {
        throw new Error('from inside');
      }),
    ).toThrow('from inside');
    expect(here()).toBe(before);
  });

  it('refuses work that goes on after it has left', () => {
    const before = here();
    using ns = NetworkNamespace.create();
    expect(() => ns.run(() => Promise.resolve(1))).toThrow(/must be synchronous/);
    expect(here()).toBe(before);
  });

  it('is inherited by a process spawned inside', () => {
    using ns = NetworkNamespace.create();
    const inside = ns.run(here);
    expect(ns.run(() => execFileSync('readlink', ['/proc/self/ns/net'], { encoding: 'utf8' })).trim()).toBe(inside);
  });

  it('cannot be entered once disposed of', () => {
    const ns = NetworkNamespace.create();
    ns[Symbol.dispose]();
    expect(() => ns.run(() => 1)).toThrow(/disposed/);
  });
});
