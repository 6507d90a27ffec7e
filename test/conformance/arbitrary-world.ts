/**
 * Random clusters for property tests: few names, labels, ports and prefixes, so that selectors meet pods, CIDRs nest and
 * overlap, and names resolve differently from pod to pod.
 */
import fc from 'fast-check';
import type {
  LabelSelector,
  NetworkPolicy,
  Peer,
  PolicyPod,
  PolicyPort,
  PolicyRule,
  PolicyWorld,
  Protocol,
} from '../../dataplane/policy/network-policy.ts';

const NAMESPACES = ['default', 'x', 'y'];
const KEYS = ['app', 'tier', 'constructor'];
const VALUES = ['a', 'b', ''];
const PROTOCOLS: readonly Protocol[] = ['TCP', 'UDP', 'SCTP'];
const NAMES = ['http', 'dns'];
const PORTS = [1, 53, 80, 81, 8080, 65535];

/** Addresses outside the cluster: within and beside the blocks that policies name. */
export const OUTSIDE_ADDRESSES = [
  '10.0.0.200',
  '10.0.1.9',
  '10.9.9.9',
  '192.0.2.1',
  'fd00::200',
  'fd00:1::1',
  '2001:db8::1',
];

export const PROBED_PORTS = [...PORTS, 79, 82, 443, 65534];

const BLOCKS: readonly { readonly cidr: string; readonly holes: readonly string[] }[] = [
  { cidr: '0.0.0.0/0', holes: ['10.0.0.0/8', '10.0.0.0/24', '10.0.0.2/32', '192.0.2.0/24'] },
  { cidr: '10.0.0.0/8', holes: ['10.0.0.0/24', '10.0.0.0/30', '10.0.1.0/24', '10.0.0.4/31'] },
  { cidr: '10.0.0.0/24', holes: ['10.0.0.0/29', '10.0.0.2/31', '10.0.0.3/32', '10.0.0.128/25'] },
  { cidr: '10.0.0.3/32', holes: [] },
  { cidr: '192.0.2.1/24', holes: ['192.0.2.0/31'] },
  { cidr: '::/0', holes: ['fd00::/16', 'fd00::/64', '2001:db8::/32'] },
  { cidr: 'fd00::/16', holes: ['fd00::/64', 'fd00::2/128', 'fd00:1::/32'] },
  { cidr: 'fd00::/120', holes: ['fd00::/126', 'fd00::3/128'] },
];

const labels = fc
  .tuple(...KEYS.map((key) => fc.option(fc.constantFrom(...VALUES)).map((value) => ({ key, value }))))
  .map((pairs) =>
    Object.fromEntries(pairs.flatMap(({ key, value }) => (value === null ? [] : [[key, value] as const]))),
  );

const selector: fc.Arbitrary<LabelSelector> = fc.record({
  matchLabels: fc.dictionary(fc.constantFrom(...KEYS), fc.constantFrom(...VALUES), {
    maxKeys: 1,
    noNullPrototype: true,
  }),
  matchExpressions: fc.array(
    fc.oneof(
      fc.record({
        key: fc.constantFrom(...KEYS),
        operator: fc.constantFrom('In' as const, 'NotIn' as const),
        values: fc.uniqueArray(fc.constantFrom(...VALUES), { minLength: 1, maxLength: 2 }),
      }),
      fc.record({
        key: fc.constantFrom(...KEYS),
        operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const),
        values: fc.constant([]),
      }),
    ),
    { maxLength: 1 },
  ),
});

const peer: fc.Arbitrary<Peer> = fc.oneof(
  fc.record({
    kind: fc.constant('pods' as const),
    podSelector: fc.option(selector),
    namespaceSelector: fc.option(
      fc.oneof(
        selector,
        fc.constantFrom(...NAMESPACES).map((name) => ({
          matchLabels: { 'kubernetes.io/metadata.name': name },
          matchExpressions: [],
        })),
      ),
    ),
  }),
  fc
    .constantFrom(...BLOCKS)
    .chain(({ cidr, holes }) => fc.subarray([...holes]).map((except) => ({ kind: 'ipBlock' as const, cidr, except }))),
);

const port: fc.Arbitrary<PolicyPort> = fc.record({ protocol: fc.constantFrom(...PROTOCOLS) }).chain(({ protocol }) =>
  fc.oneof(
    fc.constantFrom(null, ...PORTS, ...NAMES).map((written) => ({ protocol, port: written, endPort: null })),
    fc
      .tuple(fc.constantFrom(...PORTS), fc.constantFrom(...PORTS))
      .map(([a, b]) => ({ protocol, port: Math.min(a, b), endPort: Math.max(a, b) })),
  ),
);

const rules: fc.Arbitrary<PolicyRule[]> = fc
  .array(fc.record({ peers: fc.array(peer, { maxLength: 2 }), ports: fc.array(port, { maxLength: 2 }) }), {
    maxLength: 2,
  })
  .map((list) => list.map((rule, index) => ({ index, position: null, ...rule })));

const policies: fc.Arbitrary<NetworkPolicy[]> = fc.uniqueArray(
  fc.record({
    namespace: fc.constantFrom(...NAMESPACES),
    name: fc.constantFrom('p', 'q', 'r'),
    position: fc.constant(null),
    podSelector: selector,
    policyTypes: fc.subarray(['ingress' as const, 'egress' as const], { minLength: 1 }),
    ingress: rules,
    egress: rules,
  }),
  { maxLength: 5, selector: ({ namespace, name }) => `${namespace}/${name}` },
);

const containerPorts = fc.uniqueArray(
  fc.record({
    name: fc.option(fc.constantFrom(...NAMES)),
    protocol: fc.constantFrom(...PROTOCOLS),
    port: fc.constantFrom(53, 80, 8080),
  }),
  { maxLength: 3, selector: ({ name, protocol }) => `${name ?? ''} ${protocol}` },
);

/** Some of eight pod slots are taken; a slot keeps its endpoint id and addresses, so two worlds may share pods. */
const pods: fc.Arbitrary<PolicyPod[]> = fc
  .tuple(
    ...Array.from({ length: 8 }, (_, slot) =>
      fc.option(
        fc.record({
          endpointId: fc.constant(slot + 1),
          namespace: fc.constant(NAMESPACES[slot % 3]!),
          name: fc.constant(`pod-${slot}`),
          labels,
          addresses: fc.constant([`10.0.0.${slot}`, `fd00::${slot}`]),
          ports: containerPorts,
          policed: fc.nat({ max: 9 }).map((dice) => dice > 0),
        }),
        { freq: 5 },
      ),
    ),
  )
  .map((slots) => slots.flatMap((slot) => slot ?? []));

export const world: fc.Arbitrary<PolicyWorld> = fc.record({
  namespaces: fc.tuple(labels, labels, labels).map((own) =>
    NAMESPACES.map((name, index) => ({
      name,
      labels: { ...own[index], 'kubernetes.io/metadata.name': name },
    })),
  ),
  pods,
  policies,
});

/** A world and what it may become: other labels, pods or policies, one or several of them at once. */
export const change: fc.Arbitrary<readonly [PolicyWorld, PolicyWorld]> = fc
  .tuple(world, world, fc.subarray(['namespaces', 'pods', 'policies', 'some policies'] as const, { minLength: 1 }))
  .map(([before, other, parts]) => {
    const after = {
      namespaces: parts.includes('namespaces') ? other.namespaces : before.namespaces,
      pods: parts.includes('pods') ? other.pods : before.pods,
      policies: parts.includes('policies') ? other.policies : before.policies,
    };
    const some = after.policies.filter((_, index) => index % 2 === 0);
    return [before, parts.includes('some policies') ? { ...after, policies: some } : after] as const;
  });
