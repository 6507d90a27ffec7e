import { describe, expect, it } from 'vitest';
import { addressesOf, found, goodPlan, plan, pod, pool } from '../testdata/planning.ts';
import { spiderReservedIP } from './testdata/spider-objects.ts';

const p4 = pool('p4', 'subnet: 10.9.0.0/16, ips: [10.9.0.10-10.9.0.12], gateway: 10.9.0.1, default: true');
const p6 = pool('p6', 'subnet: "fd00:9::/64", ips: ["fd00:9::10-fd00:9::12"], default: true');
const one = pod('one', 'a: b');

describe('a reserved address', () => {
  it('is given out by no pool', () => {
    const reserved = spiderReservedIP('keep-off', 'ipVersion: 4, ips: [10.9.0.10]');
    expect(addressesOf(goodPlan(reserved, p4, one))).toEqual(['10.9.0.11/16']);
  });

  it('may be one of a range, of several objects, of either IP version', () => {
    const reserved = [
      spiderReservedIP('a', 'ips: [10.9.0.1-10.9.0.10]'),
      spiderReservedIP('b', 'ips: [10.9.0.11, 10.9.0.200]'),
      spiderReservedIP('c', 'ips: ["fd00:9::10-fd00:9::11"]'),
    ];
    expect(addressesOf(goodPlan(...reserved, p4, p6, one))).toEqual(['10.9.0.12/16 fd00:9::12/64']);
  });

  it('leaves a pool without addresses where all of its are reserved', () => {
    const reserved = spiderReservedIP('all', 'ips: [10.9.0.0-10.9.0.255]');
    expect(found(plan(reserved, p4, one))).toEqual([expect.stringMatching(/^E407 .* all IP addresses used out$/)]);
  });

  it('does not keep two pools from overlapping', () => {
    const twin = pool('twin', 'subnet: 10.9.0.0/16, ips: [10.9.0.10]');
    const reserved = spiderReservedIP('keep-off', 'ips: [10.9.0.10]');
    expect(found(plan(reserved, p4, twin, one))).toEqual([expect.stringMatching(/^E402 /)]);
  });

  it.each([
    ['ipVersion: 4, ips: [x]', "invalid IP range format in IPv4 'x'"],
    ['ipVersion: 6, ips: [10.9.0.1]', "invalid IP range format in IPv6 '10.9.0.1'"],
    ['ips: [10.9.0.1, "fd00::1"]', "invalid IP range format in IPv4 'fd00::1'"],
    ['ips: [10.9.0.9-10.9.0.1]', "invalid IP range format in IPv4 '10.9.0.9-10.9.0.1'"],
    ['ips: []', "empty 'spec.ips'"],
    ['', "empty 'spec.ips'"],
  ])('is refused as { %s }', (spec, message) => {
    const [first, ...more] = found(plan(spiderReservedIP('r', spec), p4, one));
    expect(first).toMatch(/^E429 /);
    expect(first).toContain(`SpiderReservedIP r: ${message}`);
    expect(more).toEqual([]);
  });
});
