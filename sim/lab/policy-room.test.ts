import { describe, expect, it } from 'vitest';
import { maps } from '../../dataplane/bpf/abi.generated.ts';
import { EMPTY_POLICY } from '../../dataplane/policy/compile/compile.ts';
import { policyOf } from '../../test/dataplane/policy-of.ts';
import type { PolicyMapOperation } from '../../dataplane/policy/compile/map-operations.ts';
import { planOf, podOf } from '../../test/lab/plans.ts';
import type { ClusterChange } from '../plan/cluster/cluster.ts';
import { mapRoom } from '../plan/map-room.ts';
import { compilePlan, requireRoom } from './policy-room.ts';

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

describe('what a plan needs', () => {
  const names = (name: string, ports: readonly number[]) =>
    policyOf(name, { podSelector: {}, ingress: [{ ports: ports.map((port) => ({ protocol: 'TCP', port })) }] });
  const plan = (steps: readonly ClusterChange[], policies = [names('p', [80])]) => ({
    ...planOf({
      pods: [podOf(1, 'a', 'n1')],
      steps: steps.map((change) => ({ kind: 'apply', change })),
    }),
    policies,
  });

  it('is what its largest step needs, with the entries of before it beside the new ones', () => {
    const { atStart, needs } = compilePlan(plan([]));
    expect(needs.policy).toBe(atStart.entries.length);
    const grown = compilePlan(
      plan([
        { applyPolicies: [names('q', [1, 2, 3])] },
        { deletePolicies: [{ namespace: 'default', name: 'q' }] },
        { applyPolicies: [names('r', [4])] },
      ]),
    );
    expect(grown.atStart.entries).toEqual(atStart.entries);
    expect(grown.needs.policy).toBe(needs.policy + 3);
  });

  it('is doubled for the default room, and leaves a written one alone', () => {
    const many = { policy: 470_212, identities: 1033 };
    expect(mapRoom(plan([]), many)).toMatchObject({ policy: 940_424, identities: maps.identities.maxEntries });
    const written = { ...plan([]), dataplane: { maps: { policy: 10 }, verifyAddresses: true } };
    expect(mapRoom(written, many).policy).toBe(10);
  });
});

it('a step that will be refused asks for nothing, and is refused when it comes', () => {
  const change: ClusterChange = { deletePolicies: [{ namespace: 'default', name: 'never-was' }] };
  const plan = planOf({ pods: [podOf(1, 'a', 'n1')], steps: [{ kind: 'delete', change }] });
  expect(compilePlan(plan).needs).toEqual(compilePlan({ ...plan, timeline: [] }).needs);
});
