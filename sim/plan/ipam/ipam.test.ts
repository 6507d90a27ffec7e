import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../../dataplane/policy/address.ts';
import {
  addressesOf,
  deployment,
  found,
  goodPlan,
  network,
  onNetwork,
  plan,
  pod,
  pool,
  scenario,
  seedPool,
  workload,
} from '../testdata/planning.ts';

const fixed = (pools: string) => `ipam.spidernet.io/ippool: '{"ipv4":${pools}}'`;
const p1 = pool('one', 'subnet: 172.51.0.0/16, gateway: 172.51.0.1, ips: [172.51.1.7]');
const byDefault = pool('def', 'subnet: 172.51.0.0/16, ips: [172.51.3.1-172.51.3.9], default: true');

describe('the address of a pod', () => {
  it('is the lowest free one of the pool that its network names, with the gateway as default route', () => {
    const made = goodPlan(network, seedPool, deployment('test', 3));
    expect(addressesOf(made)).toEqual(['172.51.0.100/16', '172.51.0.101/16', '172.51.0.102/16']);
    expect(made.pods[0]?.interfaces[0]?.routes).toEqual([{ to: '0.0.0.0/0', via: '172.51.0.1' }]);
    expect(made.pods[0]?.interfaces[0]?.pools).toEqual(['ens192-v4']);
  });

  it('is that of the pool its annotation names, before the one of its network', () => {
    expect(addressesOf(goodPlan(network, seedPool, p1, pod('a', `${onNetwork}, ${fixed('["one"]')}`)))).toEqual([
      '172.51.1.7/16',
    ]);
  });

  it('is chosen per interface where annotation ippools says so, before annotation ippool', () => {
    const annotations = `${onNetwork}, ${fixed('["ens192-v4"]')}, ipam.spidernet.io/ippools: '[{"interface":"eth0","ipv4":["one"],"cleangateway":true}]'`;
    const made = goodPlan(network, seedPool, p1, pod('a', annotations));
    expect(addressesOf(made)).toEqual(['172.51.1.7/16']);
    expect(made.pods[0]?.interfaces[0]?.routes).toEqual([]);
  });

  it("is that of the namespace's default pool, before the one of its network", () => {
    const namespace = `
apiVersion: v1
kind: Namespace
metadata: { name: default, annotations: { ipam.spidernet.io/default-ipv4-ippool: '["one"]' } }`;
    expect(addressesOf(goodPlan(network, seedPool, p1, namespace, pod('a')))).toEqual(['172.51.1.7/16']);
  });

  it('is that of a default pool where nothing else says anything', () => {
    const bare = network.replace(', ippools: { ipv4: [ens192-v4] }', '');
    expect(addressesOf(goodPlan(bare, seedPool, byDefault, pod('a')))).toEqual(['172.51.3.1/16']);
  });

  it('does not come from nowhere where no rule names a pool', () => {
    const bare = network.replace(', ippools: { ipv4: [ens192-v4] }', '');
    expect(found(plan(bare, seedPool, pod('a')))).toEqual([
      expect.stringMatching(
        /^E407 .* default\/a gets no address: no IPPool available, no pool selection rules of any type are specified$/,
      ),
    ]);
  });

  it('goes on to the next pool named when one is used out', () => {
    const both = network.replace('[ens192-v4]', '[one, ens192-v4]');
    expect(addressesOf(goodPlan(both, seedPool, p1, deployment('test', 2)))).toEqual([
      '172.51.1.7/16',
      '172.51.0.100/16',
    ]);
  });

  it("does not exist when the pool is used out: in Spiderpool's words, once for all replicas, at the annotation", () => {
    const planned = plan(network, seedPool, deployment('test', 12));
    expect(planned.plan).toBeNull();
    expect(planned.diagnostics).toHaveLength(1);
    expect(planned.diagnostics[0]).toMatchObject({
      code: 'E407',
      message: expect.stringMatching(
        /^default\/test-\S+ and 2 more of its Deployment get no address: failed to allocate any IPv4 IP address to NIC eth0 from IPPools \[ens192-v4\]: all IP addresses used out$/,
      ) as string,
      span: { line: 25 },
    });
  });

  it('does not exist when the pool does not: with the pool that was meant, at the network', () => {
    const planned = plan(network.replace('[ens192-v4]', '[ens192-v5]'), seedPool, pod('a'));
    expect(planned.diagnostics).toMatchObject([
      {
        code: 'E302',
        message:
          'default/a gets no address: failed to get original IPPool ens192-v5: spiderippools.spiderpool.spidernet.io "ens192-v5" not found',
        help: 'did you mean `ens192-v4`?',
        span: { line: 10 },
      },
    ]);
  });

  it.each([
    ['disable: true', 'disabled IPPool one'],
    ['nodeName: [other]', 'unmatched Node name of IPPool one'],
    ['nodeAffinity: { matchLabels: { zone: a } }', 'unmatched Node affinity of IPPool one'],
    ['namespaceName: [other]', 'unmatched Namespace name of IPPool one'],
    ['namespaceAffinity: { matchLabels: { team: a } }', 'unmatched Namespace affinity of IPPool one'],
    ['podAffinity: { matchLabels: { app: other } }', 'unmatched Pod affinity of IPPool one'],
    [
      'multusName: [kube-system/other]',
      'the spec.multusName [kube-system/other] in the IPPool one used by the Pod interface eth0 is not matched with the multusCR kube-system/ipvlan-conf specified by the Pod',
    ],
  ])('is not taken from a pool with { %s }', (affinity, reason) => {
    const affine = pool('one', `subnet: 172.51.0.0/16, ips: [172.51.1.7], ${affinity}`);
    const planned = plan(network, affine, pod('a', `${onNetwork}, ${fixed('["one"]')}`));
    expect(found(planned)).toEqual([
      expect.stringContaining(
        `default/a gets no address: no IPPool available, all IPv4 IPPools [one] of eth0 filtered out: ${reason}`,
      ),
    ]);
  });

  it.each([
    ['nodeName: [node-1]'],
    ['namespaceName: [default]'],
    ['namespaceAffinity: { matchLabels: { kubernetes.io/metadata.name: default } }'],
    ['podAffinity: { matchExpressions: [{ key: app, operator: In, values: [a, b] }] }'],
    ['multusName: [kube-system/ipvlan-conf]'],
    ['multusName: [ipvlan-conf]'],
  ])('is taken from a pool with { %s }', (affinity) => {
    const affine = pool('one', `subnet: 172.51.0.0/16, ips: [172.51.1.7], ${affinity}`);
    expect(addressesOf(goodPlan(network, affine, pod('a', `${onNetwork}, ${fixed('["one"]')}`)))).toEqual([
      '172.51.1.7/16',
    ]);
  });

  it.each([
    ['ipam.spidernet.io/ippool: one', /E409.*invalid format of Pod annotation 'ipam.spidernet.io\/ippool'/],
    ["ipam.spidernet.io/ippools: '[]'", /E409.*value requires at least one item/],
    [`ipam.spidernet.io/ippools: '[{"interface":"net1","ipv4":["one"]}]'`, /E409.*interface eth0 must be specified/],
    [`ipam.spidernet.io/subnet: '{"ipv4":["s"]}'`, /E422.*SpiderSubnet is not modelled/],
  ])('is refused for annotation %s', (annotation, words) => {
    expect(found(plan(network, seedPool, p1, pod('a', `${onNetwork}, ${annotation}`)))).toEqual([
      expect.stringMatching(words),
    ]);
  });

  it('is one of each family where both are named', () => {
    const dual = network.replace('ipv4: [ens192-v4]', 'ipv4: [ens192-v4], ipv6: [six]');
    const six = pool('six', 'subnet: fd00:51::/64, gateway: "fd00:51::1", ips: ["fd00:51::10-fd00:51::20"]');
    const made = goodPlan(dual, seedPool, six, pod('a'));
    expect(addressesOf(made)).toEqual(['172.51.0.100/16 fd00:51::10/64']);
    expect(made.pods[0]?.interfaces[0]?.routes).toEqual([
      { to: '0.0.0.0/0', via: '172.51.0.1' },
      { to: '::/0', via: 'fd00:51::1' },
    ]);
  });

  it('is that of static IPAM where the network says so, and then nobody else gets it', () => {
    const fixedNetwork = `
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata: { name: fixed, namespace: kube-system }
spec:
  config: '{"cniVersion":"0.4.0","name":"spidernet-chainer","plugins":[{"type":"ipvlan","master":"ens192","ipam":{"type":"static","addresses":[{"address":"172.51.0.100/16","gateway":"172.51.0.1"}]}},{"type":"cilium-cni"}]}'`;
    const z = pod('z', 'v1.multus-cni.io/default-network: kube-system/fixed');
    const planned = plan(network, seedPool, fixedNetwork, pod('a'), z);
    expect(addressesOf(planned.plan!)).toEqual(['172.51.0.101/16', '172.51.0.100/16']);
    expect(found(planned)).toEqual([
      'W410 24:11 address 172.51.0.100/16 of default/z is in IPPool ens192-v4: Spiderpool does not know of it and would give it to a pod as well, here no pod gets it',
    ]);
    expect(planned.diagnostics).toMatchObject([
      { help: 'add it to `excludeIPs` of ens192-v4', related: [{ span: { line: 17 }, message: 'the pool' }] },
    ]);
    const without = seedPool.replace('subnet:', 'excludeIPs: [172.51.0.100], subnet:');
    expect(found(plan(network, without, fixedNetwork, pod('a'), z))).toEqual([]);
  });

  it.each([
    ['a pod asks for', 'static', '', `'[{"name":"side","namespace":"kube-system","ips":["172.51.0.103/16"]}]'`, ''],
    ['a pod had', 'static', '"addresses":[{"address":"172.51.0.103/16"}]', 'kube-system/side', 'had'],
    [
      'whereabouts adds',
      'whereabouts',
      '"range":"10.9.0.0/24","addresses":[{"address":"172.51.0.103/16"}]',
      'kube-system/side',
      '',
    ],
  ])('that %s is in a pool that does not know of it, which is said', (_, type, more, networks, had) => {
    const ipam = `{"type":"${type}"${more === '' ? '' : ','}${more}}`;
    const side = `
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata: { name: side, namespace: kube-system }
spec:
  config: '{"cniVersion":"0.4.0","name":"side","type":"ipvlan","master":"ens192","capabilities":{"ips":true},"ipam":${ipam}}'`;
    const status = `
status:
  podIP: 172.51.0.107
  phase: Running`;
    const network_status = `k8s.v1.cni.cncf.io/network-status: '[{"name":"kube-system/ipvlan-conf","interface":"eth0","ips":["172.51.0.107"],"default":true},{"name":"kube-system/side","interface":"net1","ips":["172.51.0.103"]}]'`;
    const annotations = `${onNetwork}, k8s.v1.cni.cncf.io/networks: ${networks}${had === '' ? '' : `, ${network_status}`}`;
    const asks = pod('z', annotations) + (had === '' ? '' : status);
    const planned = plan(network, seedPool, side, asks);
    expect(found(planned).filter((text) => text.startsWith('W410'))).toEqual([
      expect.stringMatching(
        /address 172\.51\.0\.103(\/16)? of default\/z is in IPPool ens192-v4: Spiderpool does not know/,
      ),
    ]);
  });

  it('is never that of a node of an exported cluster, and a pool that holds one is warned of', () => {
    const node = `
apiVersion: v1
kind: Node
metadata: { name: n1 }
status: { addresses: [ { type: InternalIP, address: 172.51.0.100 } ] }`;
    const planned = plan(network, seedPool, node, pod('a'));
    expect(addressesOf(planned.plan!)).toEqual(['172.51.0.101/16']);
    expect(found(planned)).toEqual([expect.stringMatching(/^W410 .* of node:n1 is in IPPool ens192-v4/)]);
  });

  it('of a StatefulSet stays with its ordinal, whatever else is in the lab after it', () => {
    const alone = goodPlan(network, seedPool, workload('StatefulSet', 'db', 'replicas: 2, serviceName: db'));
    const withMore = goodPlan(
      network,
      seedPool,
      pod('zz'),
      workload('StatefulSet', 'db', 'replicas: 2, serviceName: db'),
    );
    expect(alone.pods.map(({ name }) => name)).toEqual(['db-0', 'db-1']);
    expect(addressesOf(withMore).slice(0, 2)).toEqual(addressesOf(alone));
  });

  it('is never that of a node or host of the Scenario, and a pool that holds one is warned of', () => {
    const outside = scenario(`hosts: [ { name: out, addresses: [172.51.0.100/16] } ]`);
    const planned = plan(network, seedPool, pod('a'), outside);
    expect(addressesOf(planned.plan!)).toEqual(['172.51.0.101/16']);
    expect(found(planned)).toEqual([
      expect.stringContaining(
        'address 172.51.0.100/16 of host:out is in IPPool ens192-v4: Spiderpool does not know of it and would give it to a pod as well',
      ),
    ]);
  });
});

describe('addresses, whatever the manifests', () => {
  const labs = fc.record({
    first: fc.integer({ min: 2, max: 60 }),
    length: fc.integer({ min: 0, max: 60 }),
    gateway: fc.integer({ min: 1, max: 130 }),
    excluded: fc.array(fc.tuple(fc.integer({ min: 1, max: 130 }), fc.integer({ min: 0, max: 9 })), { maxLength: 4 }),
    replicas: fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 4 }),
  });
  const inside = (n: number) => `172.51.0.${n}`;

  function documents({
    first,
    length,
    gateway,
    excluded,
    replicas,
  }: Parameters<typeof addressesOf>[0] extends never
    ? never
    : typeof labs extends fc.Arbitrary<infer T>
      ? T
      : never): string[] {
    const excludeIPs = [inside(gateway), ...excluded.map(([from, more]) => `${inside(from)}-${inside(from + more)}`)];
    return [
      network,
      pool(
        'ens192-v4',
        `gateway: ${inside(gateway)}, ips: [${inside(first)}-${inside(first + length)}], excludeIPs: [${excludeIPs.join(', ')}], subnet: 172.51.0.0/24`,
      ),
      ...replicas.map((count, i) => deployment(`app-${i}`, count)),
    ];
  }

  it('are never given twice, never excluded, never the gateway, and run out only when the pool does', () => {
    fc.assert(
      fc.property(labs, (lab) => {
        const allowed = new Set<bigint>();
        for (let n = lab.first; n <= lab.first + lab.length; n++) {
          const barred = n === lab.gateway || lab.excluded.some(([from, more]) => from <= n && n <= from + more);
          if (!barred) allowed.add(parseAddress(inside(n)));
        }
        const wanted = lab.replicas.reduce((sum, count) => sum + count, 0);
        const planned = plan(...documents(lab));
        expect(planned.plan === null).toBe(wanted > allowed.size);
        const given = (planned.plan === null ? [] : addressesOf(planned.plan)).map((text) =>
          parseAddress(text.split('/')[0]!),
        );
        expect(new Set(given).size).toBe(given.length);
        for (const address of given) expect(allowed).toContain(address);
      }),
      { numRuns: 60 },
    );
  });

  it('do not depend on the order of documents', () => {
    fc.assert(
      fc.property(
        labs.chain((lab) =>
          fc.tuple(fc.constant(lab), fc.shuffledSubarray(documents(lab), { minLength: documents(lab).length })),
        ),
        ([lab, shuffled]) => {
          const podsOf = (texts: readonly string[]) =>
            plan(...texts).plan?.pods.map(({ name, node, interfaces }) => [name, node, interfaces]) ?? null;
          expect(podsOf(shuffled)).toEqual(podsOf(documents(lab)));
        },
      ),
      { numRuns: 40 },
    );
  });
});
