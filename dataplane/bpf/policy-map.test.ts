import { describe, expect, it } from 'vitest';
import { ANY_IDENTITY, WORLD_IDENTITY } from '../policy/compile/policy-entries.ts';
import { Identity, decodeLimit, decodePolicyKey } from './abi.generated.ts';
import { dropReasonName } from './drop-reason.ts';
import { queueBounds } from './queue-bounds.ts';
import {
  addressEntry,
  countersKey,
  countersOwner,
  directionName,
  identityEntry,
  limitEntry,
  policyEntry,
} from './policy-map.ts';

const entry = { policySet: 3, direction: 'egress', identity: 9, protocol: 6, port: null, ruleId: 5 } as const;
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('the maps of the dataplane', () => {
  it('number the identities as the compiler of policies does', () => {
    expect(Identity).toEqual({ ANY: ANY_IDENTITY, WORLD: WORLD_IDENTITY });
  });

  it('hold a policy entry under a prefix that ends where the rule ends', () => {
    const prefix = (of: Partial<Parameters<typeof policyEntry>[0]>) =>
      decodePolicyKey(policyEntry({ ...entry, ...of }).key).prefixlen;
    expect(prefix({ protocol: null })).toBe(72);
    expect(prefix({})).toBe(80);
    expect(prefix({ port: { port: 80, bits: 16 } })).toBe(96);
    expect(prefix({ port: { port: 0x8000, bits: 1 } })).toBe(81);
  });

  it('hold the port in network order, so that a prefix of it is a range', () => {
    expect(hex(policyEntry({ ...entry, port: { port: 80, bits: 16 } }).key)).toBe('60000000030000000900000002060050');
  });

  it('refuse a port prefix with bits beyond its length, and a port of no protocol', () => {
    expect(() => policyEntry({ ...entry, port: { port: 81, bits: 15 } })).toThrow('port 81/15 of rule 5 is no prefix');
    expect(() => policyEntry({ ...entry, protocol: null, port: { port: 80, bits: 16 } })).toThrow(RangeError);
  });

  it('hold an IPv4 prefix mapped into IPv6', () => {
    const { key, value } = identityEntry({ prefix: '172.51.0.0/16', identity: 4 });
    expect([hex(key), hex(value)]).toEqual(['7000000000000000000000000000ffffac330000', '04000000']);
  });

  it('hold the counters of an endpoint side by side, those of nobody first', () => {
    expect([hex(countersKey(0, 'ingress')), hex(countersKey(0, 'egress'))]).toEqual(['00000000', '01000000']);
    expect(hex(countersKey(300, 'egress'))).toBe('59020000');
    expect(countersOwner(0x0259)).toEqual({ endpointId: 300, direction: 'egress' });
    expect(countersOwner(2)).toEqual({ endpointId: 1, direction: 'ingress' });
  });

  it('hold a limit that starts idle, with the horizon of its rate', () => {
    expect(decodeLimit(limitEntry(7, 'ingress', 1000).value)).toEqual({
      rateBps: 1000,
      horizonNs: 1_048_576_000_000,
      tLast: 0,
      owedFrom: 0,
      sparseUntil: 0,
      leastFrame: 0,
      frameExtra: 0,
      frameLess: 0,
      ...queueBounds('ingress', 1000),
    });
    const wire = limitEntry(7, 'ingress', 1000, queueBounds('ingress', 1000, 'wire'), 'wire');
    expect(decodeLimit(wire.value)).toMatchObject({ leastFrame: 60, frameExtra: 24, frameLess: 0 });
    const ip = limitEntry(7, 'ingress', 1000, queueBounds('ingress', 1000, 'ip'), 'ip');
    expect(decodeLimit(ip.value)).toMatchObject({ leastFrame: 0, frameExtra: 0, frameLess: 14 });
    expect(() => limitEntry(7, 'ingress', 0)).toThrow(RangeError);
    expect(() => limitEntry(7, 'ingress', 0.5)).toThrow(RangeError);
    expect(() => limitEntry(7, 'ingress', 1e6 + 0.5)).toThrow(RangeError);
  });

  it('refuse a number that a field cannot hold', () => {
    expect(() => addressEntry(2 ** 32, '10.0.0.1')).toThrow('address_key.endpoint is 4294967296');
    expect(() => identityEntry({ prefix: '::/0', identity: -1 })).toThrow(RangeError);
  });

  it('name reasons and directions, and refuse what they do not know', () => {
    expect(dropReasonName(133)).toBe('POLICY_DENIED');
    expect(dropReasonName(162)).toBe('EDT_HORIZON');
    expect(() => dropReasonName(1)).toThrow(RangeError);
    expect([1, 2].map(directionName)).toEqual(['ingress', 'egress']);
    expect(() => directionName(0)).toThrow(RangeError);
  });
});
