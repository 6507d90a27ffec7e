import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatAddress, parseAddress } from '../../dataplane/policy/address.ts';
import { EMPTY_POLICY, compilePolicy } from '../../dataplane/policy/compile/compile.ts';
import { entriesBySet } from '../../dataplane/policy/compile/compile-memo.ts';
import { policyDelta } from '../../dataplane/policy/compile/delta.ts';
import type { PolicyMapOperation } from '../../dataplane/policy/compile/map-operations.ts';
import type { PolicyWorld, Protocol } from '../../dataplane/policy/network-policy.ts';
import { prepareOracle } from '../../dataplane/policy/oracle.ts';
import { WORLD_IDENTITY } from '../../dataplane/policy/compile/policy-entries.ts';
import type { CompiledPolicy } from '../../dataplane/policy/compile/policy-entries.ts';
import { PolicyMaps } from '../../dataplane/policy/compile/policy-maps.ts';
import { PROTOCOL_NUMBER } from '../../dataplane/policy/ports.ts';
import { OUTSIDE_ADDRESSES, PROBED_PORTS, change, world } from './arbitrary-world.ts';
import { assertOfWorlds } from './failing-world.ts';
import { EFFORT, propertyRuns } from './property-runs.ts';

const TIMEOUT_MS = 60_000 * EFFORT;

const PROTOCOLS: readonly (Protocol | 'ICMP')[] = ['TCP', 'UDP', 'SCTP', 'ICMP'];

describe('the compiled entries', () => {
  test(
    'say of every packet what the oracle says',
    () => {
      assertOfWorlds(300, (drawn) => {
        const oracle = prepareOracle(drawn);
        const maps = PolicyMaps.of(compilePolicy(drawn));
        for (const { from, to, protocol, port } of packets(drawn)) {
          const question = { from: from.address, to: to.address, protocol, port };
          const { verdict, egress, ingress } = oracle.judge(question);
          const looked = maps.evaluate({ from, to, protocol: numberOf(protocol, to.address), port });
          const told = [verdict, egress.outcome, ingress.outcome, oracle.verdict(question)].join();
          const got = [looked.verdict, looked.egress.verdict, looked.ingress.verdict, looked.verdict].join();
          if (got !== told) throw new Error(`${JSON.stringify(question)}: oracle ${told}, entries ${got}`);
        }
      });
    },
    TIMEOUT_MS,
  );

  test(
    'name a rule that the oracle agrees admits the packet, wherever a rule decided',
    () => {
      fc.assert(
        fc.property(world, (drawn) => {
          const compiled = compilePolicy(drawn);
          const maps = PolicyMaps.of(compiled);
          const rules = new Map(compiled.rules.map((rule) => [rule.ruleId, rule]));
          for (const { from, to, protocol, port } of packets(drawn, 3)) {
            const looked = maps.evaluate({ from, to, protocol: numberOf(protocol, to.address), port });
            for (const side of ['egress', 'ingress'] as const) {
              if (looked[side].ruleId === 0) continue;
              const named = rules.get(looked[side].ruleId)!;
              const alone = {
                ...drawn,
                policies: drawn.policies
                  .filter((policy) => `${policy.namespace}/${policy.name}` === named.policy)
                  .map((policy) => ({ ...policy, [side]: policy[side].filter((rule) => rule.index === named.index) })),
              };
              const judged = prepareOracle(alone).judge({ from: from.address, to: to.address, protocol, port })[side];
              expect(judged).toMatchObject({ outcome: 'allowed', because: 'rule', rules: [{ policy: named.policy }] });
            }
          }
        }),
        propertyRuns(40),
      );
    },
    TIMEOUT_MS,
  );

  test(
    'are the same in whatever order policies stand',
    () => {
      fc.assert(
        fc.property(world, (drawn) => {
          const reversed = { ...drawn, policies: [...drawn.policies].reverse() };
          expect(compilePolicy(reversed)).toEqual(compilePolicy(drawn));
        }),
        propertyRuns(200),
      );
    },
    TIMEOUT_MS,
  );
});

describe('identities', () => {
  test(
    'are numbered from 2 without gaps, and entries name no others',
    () => {
      fc.assert(
        fc.property(world, (drawn) => {
          const { identities, entries } = compilePolicy(drawn);
          const numbers = [...new Set(identities.map(({ identity }) => identity))].filter((n) => n !== WORLD_IDENTITY);
          expect(numbers.sort((a, b) => a - b)).toEqual(numbers.map((_, index) => index + 2));
          const known = new Set([0, WORLD_IDENTITY, ...numbers]);
          expect(entries.every((entry) => known.has(entry.identity))).toBe(true);
        }),
        propertyRuns(200),
      );
    },
    TIMEOUT_MS,
  );

  test(
    'keep their numbers where nothing changes',
    () => {
      fc.assert(
        fc.property(world, (drawn) => {
          const first = compilePolicy(drawn);
          expect(compilePolicy(drawn, first)).toEqual(first);
          expect(policyDelta(first, first)).toEqual([]);
        }),
        propertyRuns(200),
      );
    },
    TIMEOUT_MS,
  );
});

describe('a live change', () => {
  test(
    'lets each hook say the old or the new verdict at every moment, and ends in the new maps',
    () => {
      fc.assert(
        fc.property(change, ([before, after]) => {
          const old = compilePolicy(before);
          expectSeamless(old, compilePolicy(after, old), before, after);
        }),
        propertyRuns(100),
      );
    },
    TIMEOUT_MS,
  );

  test(
    'does so too between versions whose numbers have nothing to do with each other',
    () => {
      fc.assert(
        fc.property(change, ([before, after]) => {
          expectSeamless(compilePolicy(before), compilePolicy(after), before, after);
        }),
        propertyRuns(100),
      );
    },
    TIMEOUT_MS,
  );

  test(
    'is right again and again: a chain of changes on one set of maps',
    () => {
      fc.assert(
        fc.property(fc.array(world, { minLength: 2, maxLength: 6 }), (worlds) => {
          let inForce = EMPTY_POLICY;
          const maps = PolicyMaps.of(inForce);
          for (const next of worlds) {
            const compiled = compilePolicy(next, inForce);
            for (const operation of policyDelta(inForce, compiled)) maps.apply(operation);
            inForce = compiled;
            expect(maps.dump()).toEqual(PolicyMaps.of(compiled).dump());
          }
        }),
        propertyRuns(200),
      );
    },
    TIMEOUT_MS,
  );
});

describe('a compilation that takes over what did not change', () => {
  test(
    'gives what one from scratch gives, after every change of a chain',
    () => {
      // A change keeps the objects that it does not touch, as a living cluster does.
      const steps = fc.array(fc.tuple(world, fc.nat(), fc.nat(3)), { minLength: 2, maxLength: 8 });
      fc.assert(
        fc.property(steps, (drawn) => {
          let now: PolicyWorld = drawn[0]![0];
          let inForce = compilePolicy(now);
          for (const [other, index, what] of drawn) {
            now = changedIn(now, other, index, what);
            const fresh = compilePolicy(now, structuredClone({ ...inForce }));
            inForce = compilePolicy(now, inForce);
            expect({ ...inForce }).toEqual({ ...fresh });
          }
        }),
        propertyRuns(200),
      );
    },
    TIMEOUT_MS,
  );

  test('lists where a name leads in the same order when the pods that have it come and go', () => {
    const pod = (endpointId: number, namespace: string, port: number | null) => ({
      endpointId,
      namespace,
      name: `pod-${endpointId}`,
      labels: {},
      addresses: [`10.0.0.${endpointId}`],
      ports: port === null ? [] : [{ name: 'http', protocol: 'TCP' as const, port }],
      policed: port === null,
    });
    const policy = {
      namespace: 'default',
      name: 'p',
      position: null,
      policyTypes: ['egress' as const],
      ingress: [],
      podSelector: { matchLabels: {}, matchExpressions: [] },
      egress: [
        { index: 0, position: null, peers: [], ports: [{ protocol: 'TCP' as const, port: 'http', endPort: null }] },
      ],
    };
    const [gone, ...left] = [pod(1, 'x', 53), pod(2, 'y', 8080), pod(3, 'x', 53), pod(4, 'default', null)];
    const before: PolicyWorld = { namespaces: [], pods: [gone, ...left], policies: [policy] };
    const old = compilePolicy(before);
    const after = { ...before, pods: left };
    const fresh = compilePolicy(after, structuredClone({ ...old }));
    expect(fresh.entries.map(({ port }) => port?.port)).toEqual([53, 8080]);
    expect({ ...compilePolicy(after, old) }).toEqual({ ...fresh });
  });

  test('keeps the entries of sets that a change does not touch: the same arrays', () => {
    const pods = ['a', 'b'].map((name, index) => ({
      endpointId: index + 1,
      namespace: 'default',
      name,
      labels: { app: name },
      addresses: [`10.0.0.${index + 1}`],
      ports: [],
      policed: true,
    }));
    const policy = (app: string, name: string) => ({
      namespace: 'default',
      name,
      position: null,
      policyTypes: ['ingress' as const],
      egress: [],
      podSelector: { matchLabels: { app }, matchExpressions: [] },
      ingress: [{ index: 0, position: null, peers: [], ports: [] }],
    });
    const before: PolicyWorld = { namespaces: [], pods, policies: [policy('a', 'one')] };
    const old = compilePolicy(before);
    const next = compilePolicy({ ...before, policies: [...before.policies, policy('b', 'two')] }, old);
    const set = old.endpoints.get(1)!;
    expect(entriesBySet(next).get(set)).toBe(entriesBySet(old).get(set));
  });
});

/** One pod, one policy or one namespace of `now` gone or replaced by its like in `other`; or a policy added. */
function changedIn(now: PolicyWorld, other: PolicyWorld, index: number, what: number): PolicyWorld {
  const swapped = <T>(list: readonly T[], others: readonly T[], key: (one: T) => unknown): T[] => {
    const at = index % Math.max(1, list.length);
    return list.flatMap((one, i) => (i === at ? others.filter((each) => key(each) === key(one)) : [one]));
  };
  switch (what) {
    case 0:
      return { ...now, pods: swapped(now.pods, other.pods, ({ endpointId }) => endpointId) };
    case 1:
      return {
        ...now,
        policies: swapped(now.policies, other.policies, ({ namespace, name }) => `${namespace}/${name}`),
      };
    case 2:
      return { ...now, namespaces: swapped(now.namespaces, other.namespaces, ({ name }) => name) };
    default: {
      const names = new Set(now.policies.map(({ namespace, name }) => `${namespace}/${name}`));
      const fresh = other.policies.filter(({ namespace, name }) => !names.has(`${namespace}/${name}`));
      return { ...now, policies: [...now.policies, ...fresh.slice(0, 1)] };
    }
  }
}

/** One hook's look at a packet: the endpoint, the peer's address. */
interface Look {
  readonly direction: 'ingress' | 'egress';
  readonly endpointId: number;
  readonly peer: bigint;
  readonly protocol: number;
  readonly port: number;
}

function expectSeamless(old: CompiledPolicy, fresh: CompiledPolicy, before: PolicyWorld, after: PolicyWorld): void {
  const operations = policyDelta(old, fresh);
  const [was, becomes, maps] = [PolicyMaps.of(old), PolicyMaps.of(fresh), PolicyMaps.of(old)];
  const looks = looksAt(before, after).map((look) => ({ look, verdicts: [answer(was, look), answer(becomes, look)] }));
  operations.forEach((operation, done) => {
    maps.apply(operation);
    if (operation.do === 'barrier') return;
    for (const { look, verdicts } of looks) {
      const now = answer(maps, look);
      if (!verdicts.includes(now)) throw new Error(story(operations, done, look, verdicts, now));
    }
  });
  expect(maps.dump()).toEqual(becomes.dump());
}

function answer(maps: PolicyMaps, { direction, endpointId, peer, protocol, port }: Look): string {
  return maps.judge(direction, endpointId, peer, protocol, port).verdict;
}

/** Endpoints that live in both versions, towards every address of either. */
function looksAt(before: PolicyWorld, after: PolicyWorld): Look[] {
  const endpoints = before.pods.filter((pod) => after.pods.some(({ endpointId }) => endpointId === pod.endpointId));
  const pods = [...before.pods, ...after.pods].flatMap((pod) => pod.addresses);
  const peers = [...new Set(pods), ...OUTSIDE_ADDRESSES].map(parseAddress);
  return endpoints.flatMap(({ endpointId }) =>
    peers.flatMap((peer) =>
      (['ingress', 'egress'] as const).flatMap((direction) =>
        [
          { protocol: 6, port: 80 },
          { protocol: 17, port: 53 },
          { protocol: 6, port: 8080 },
          { protocol: 1, port: 0 },
        ].map((packet) => ({ direction, endpointId, peer, ...packet })),
      ),
    ),
  );
}

function story(
  operations: readonly PolicyMapOperation[],
  done: number,
  look: Look,
  [was, becomes]: readonly string[],
  now: string,
): string {
  const lines = operations.slice(0, done + 1).map((operation) => JSON.stringify(operation));
  const { direction, endpointId, peer, protocol, port } = look;
  const who = `${direction} of ${endpointId}, ${formatAddress(peer)} ${protocol}/${port}`;
  return [`${who}: old ${was ?? ''}, new ${becomes ?? ''}, but ${now} after`, ...lines].join('\n');
}

interface End {
  readonly endpointId: number | null;
  readonly address: string;
}

/** All pairs of one family, pods and outsiders, by every protocol on ports around those that rules name. */
function* packets(drawn: PolicyWorld, everyNth = 1) {
  const ends: End[] = [
    ...drawn.pods.flatMap(({ endpointId, addresses }) => addresses.map((address) => ({ endpointId, address }))),
    ...OUTSIDE_ADDRESSES.map((address) => ({ endpointId: null, address })),
  ];
  let count = 0;
  for (const from of ends) {
    for (const to of ends) {
      if (from.address.includes(':') !== to.address.includes(':')) continue;
      const port = PROBED_PORTS[count % PROBED_PORTS.length]!;
      for (const protocol of PROTOCOLS) {
        if (count++ % everyNth !== 0) continue;
        yield { from, to, protocol, port: protocol === 'ICMP' ? 0 : port };
      }
    }
  }
}

function numberOf(protocol: Protocol | 'ICMP', address: string): number {
  return protocol === 'ICMP' ? (address.includes(':') ? 58 : 1) : PROTOCOL_NUMBER[protocol];
}
