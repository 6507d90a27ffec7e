import { describe, expect, it } from 'vitest';
import { EMPTY_POLICY } from '../../dataplane/policy/compile.ts';
import type { PolicyMapOperation } from '../../dataplane/policy/map-operations.ts';
import { requireRoom } from './policy-room.ts';

const entry = { policySet: 1, direction: 'ingress', identity: 0, protocol: null, port: null, ruleId: 1 } as const;
const before = { ...EMPTY_POLICY, entries: [entry, { ...entry, identity: 2 }] };
const puts = (count: number): PolicyMapOperation[] =>
  Array.from({ length: count }, (_, i) => ({ do: 'put-entry', entry: { ...entry, identity: 10 + i } }));
const room = (policy: number) => ({ policy: { maxEntries: policy }, identities: { maxEntries: 8 } });

describe('a policy that its maps have no room for', () => {
  it('is not begun: the numbers are said, and what to write', () => {
    expect(() => requireRoom(before, puts(7), room(8))).toThrow(
      'the policies need 9 entries of the map `policy`, which has room for 8: nothing of the change is in force',
    );
    expect(() => requireRoom(before, puts(7), room(8))).toThrow(
      expect.objectContaining({ help: "write `dataplane: { maps: { policy: 16 } }` in the Scenario's spec" }),
    );
  });

  it('is one whose new entries do not fit beside the old ones, which go last', () => {
    const replace: PolicyMapOperation[] = [...puts(2), { do: 'barrier' }, { do: 'delete-entry', entry }];
    expect(() => requireRoom(before, replace, room(4))).not.toThrow();
    expect(() => requireRoom(before, replace, room(3))).toThrow('need 4 entries');
  });

  it('may be one of too many identities', () => {
    const many = Array.from(
      { length: 9 },
      (_, i) => ({ do: 'put-identity', prefix: `10.0.0.${i}/32`, identity: i }) as const,
    );
    expect(() => requireRoom(EMPTY_POLICY, many, room(8))).toThrow('9 entries of the map `identities`');
  });
});
