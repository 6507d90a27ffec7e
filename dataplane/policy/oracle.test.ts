import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { policyOf } from '../../test/dataplane/policy-of.ts';
import { explainVerdict } from './judgement.ts';
import type { PolicyPod, PolicyWorld } from './network-policy.ts';
import { judge, prepareOracle, type Oracle } from './oracle.ts';

const pod = (endpointId: number, name: string, more: Partial<PolicyPod> = {}): PolicyPod => ({
  endpointId,
  namespace: 'default',
  name,
  labels: { app: name },
  addresses: [`172.51.0.${100 + endpointId}`],
  ports: [{ name: 'http', protocol: 'TCP', port: 8000 + endpointId }],
  policed: true,
  ...more,
});

const world = (spec: object, pods: readonly PolicyPod[] = [pod(1, 'test'), pod(2, 'client')]): PolicyWorld => ({
  namespaces: [{ name: 'default', labels: { 'kubernetes.io/metadata.name': 'default' } }],
  pods,
  policies: [policyOf('test-ipvlan', { podSelector: { matchLabels: { app: 'test' } }, ...spec })],
});

const test1 = '172.51.0.101';
const client = '172.51.0.102';
const seed = world({ ingress: [{}], policyTypes: ['Ingress', 'Egress'] });

describe('the seed policy: every ingress, no egress', () => {
  test('denies the pod every way out, to pods and to the world', () => {
    for (const to of [client, '192.0.2.1']) {
      const judgement = judge(seed, { from: test1, to, protocol: 'TCP', port: 80 });
      expect(judgement.verdict).toBe('denied');
      expect(explainVerdict(judgement)).toBe(
        'egress of default/test isolated by default/test-ipvlan (policy.json:1), which allows no egress',
      );
    }
  });

  test('allows everybody in, and names the rule with its line', () => {
    const judgement = judge(seed, { from: client, to: test1, protocol: 'TCP', port: 80 });
    expect(explainVerdict(judgement)).toBe('allowed by default/test-ipvlan ingress[0] (policy.json:14)');
  });

  test('says of pods that nothing selects that nothing isolates them', () => {
    const judgement = judge(seed, { from: client, to: '192.0.2.1', protocol: 'ICMP', port: 0 });
    expect(explainVerdict(judgement)).toBe(
      'allowed: nothing isolates egress of default/client, the receiver is no pod',
    );
  });

  test('does not hold for a pod whose CNI chain has no policy', () => {
    const unpoliced = world({ policyTypes: ['Egress'] }, [pod(1, 'test', { policed: false }), pod(2, 'client')]);
    expect(judge(unpoliced, { from: test1, to: client, protocol: 'TCP', port: 80 }).egress).toMatchObject({
      because: 'unpoliced',
    });
  });
});

test('a pod always reaches itself, and is flagged', () => {
  const judgement = judge(seed, { from: test1, to: test1, protocol: 'TCP', port: 80 });
  expect(judgement).toMatchObject({ verdict: 'allowed', self: true });
});

describe('a denial says of each rule why it did not match', () => {
  const why = (rule: object, port: number, protocol: 'TCP' | 'ICMP' = 'TCP'): string => {
    const { ingress } = judge(world({ ingress: [rule] }), { from: client, to: test1, protocol, port });
    return ingress.outcome === 'denied' ? ingress.unmatched.map((each) => each.why).join('|') : 'allowed';
  };

  test('the peer is another', () => {
    expect(
      why({ from: [{ podSelector: { matchLabels: { app: 'other' } } }, { ipBlock: { cidr: '10.0.0.0/8' } }] }, 80),
    ).toBe(
      'default/client (172.51.0.102) is none of its peers: pods app=other in namespace default; ipBlock 10.0.0.0/8',
    );
  });

  test('the port is another; a name is said with what it stands for at the destination', () => {
    expect(why({ ports: [{ port: 81, endPort: 90 }, { port: 'http' }] }, 80)).toBe(
      'TCP/80 is none of its ports: TCP/81-90, TCP/http; TCP/http is 8001 at default/test',
    );
  });

  test('a rule with ports does not admit ICMP, a rule without does', () => {
    expect(why({ ports: [{ port: 80 }] }, 0, 'ICMP')).toBe('it names ports (TCP/80), so it does not admit ICMP');
    expect(why({ from: [{ podSelector: {} }] }, 0, 'ICMP')).toBe('allowed');
  });
});

test('a named port resolves at the destination pod, and nowhere outside the cluster', () => {
  const oracle = prepareOracle(world({ egress: [{ ports: [{ port: 'http' }] }] }));
  const ask = (to: string, port: number): string => oracle.verdict({ from: test1, to, protocol: 'TCP', port });
  expect(ask('172.51.0.102', 8002)).toBe('allowed');
  expect(ask('172.51.0.102', 8001)).toBe('denied');
  expect(ask('192.0.2.1', 8002)).toBe('denied');
});

test('addresses of one kind get one verdict from and to whoever has neither', () => {
  const spec = fc.record({ in: fc.subarray(RULES), out: fc.subarray(RULES), of: fc.constantFrom('a', 'b', null) });
  const some = fc.record({ app: fc.nat(2), port: fc.nat(1), policed: fc.boolean() });
  const property = fc.property(
    fc.array(spec, { maxLength: 3 }),
    fc.array(some, { minLength: 4, maxLength: 12 }),
    (specs, those) => {
      const pods = those.map(({ app, port, policed }, i) =>
        pod(i, `${i}`, {
          labels: { app: 'abc'.charAt(app), own: `${i}` },
          ports: [{ name: 'http', protocol: 'TCP', port: 80 + port }],
          policed,
        }),
      );
      const policies = specs.map(({ in: ingress, out: egress, of }, i) =>
        policyOf(`p-${i}`, {
          podSelector: of === null ? {} : { matchLabels: { app: of } },
          ingress: ingress.map(({ peers: from, ports }) => ({ from, ports })),
          egress: egress.map(({ peers: to, ports }) => ({ to, ports })),
        }),
      );
      const oracle = prepareOracle({ namespaces: [], pods, policies });
      const addresses = [...pods.flatMap((one) => one.addresses), '192.0.2.1', '10.1.2.3'];
      const kinds = new Map<number, string[]>();
      for (const address of addresses) {
        kinds.set(oracle.kindOf(address), [...(kinds.get(oracle.kindOf(address)) ?? []), address]);
      }
      for (const kind of kinds.values()) {
        const [one = '', ...others] = kind;
        for (const other of others) {
          for (const by of addresses.filter((address) => address !== one && address !== other)) {
            for (const port of [80, 81])
              expect(verdicts(oracle, other, by, port)).toEqual(verdicts(oracle, one, by, port));
          }
        }
      }
    },
  );
  fc.assert(property, { seed: 1, numRuns: 100 });
});

const RULES: { readonly peers?: readonly object[]; readonly ports?: readonly object[] }[] = [
  {},
  { peers: [{ podSelector: { matchLabels: { app: 'a' } } }] },
  { peers: [{ podSelector: { matchLabels: { app: 'b' } } }], ports: [{ port: 'http' }] },
  { peers: [{ ipBlock: { cidr: '172.51.0.0/16', except: ['172.51.0.104/30'] } }], ports: [{ port: 81 }] },
  { peers: [{ ipBlock: { cidr: '10.0.0.0/8' } }] },
];

function verdicts(oracle: Oracle, address: string, other: string, port: number) {
  const line = { protocol: 'TCP', port } as const;
  return [oracle.verdict({ from: address, to: other, ...line }), oracle.verdict({ from: other, to: address, ...line })];
}

test('a thousand pods of which the policies see the same are of one kind', () => {
  const pods = Array.from({ length: 1000 }, (_, i) =>
    pod(i, `${i}`, { labels: { app: 'a', own: `${i}` }, addresses: [`172.51.${i >> 8}.${i & 255}`], ports: [] }),
  );
  const oracle = prepareOracle(world({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] }, pods));
  expect(new Set(pods.flatMap((one) => one.addresses.map((address) => oracle.kindOf(address)))).size).toBe(1);
});

test('a world with one address twice is refused, and so is a question about two families', () => {
  const twins = [pod(1, 'test'), pod(2, 'client', { addresses: ['172.51.0.101'] })];
  expect(() => prepareOracle(world({}, twins))).toThrow('172.51.0.101 belongs to default/test and default/client');
  expect(() => judge(seed, { from: client, to: 'fd00::1', protocol: 'TCP', port: 1 })).toThrow('of two families');
});
