import { describe, expect, it } from 'vitest';
import { diskFiles } from '../manifest/finding/disk-files.ts';
import type { NetworkPolicyManifest } from '../manifest/manifests.ts';
import { readManifests } from '../manifest/read-manifests.ts';
import { makePlan } from './make-plan.ts';
import { deployment, found, goodPlan, network, pod, pool, read, scenario, seedPool } from './testdata/planning.ts';

describe('the scenario of the document', () => {
  it('has the plan that stands in __golden__', async () => {
    const { manifests, diagnostics } = readManifests(['scenarios/seed'], diskFiles);
    const planned = makePlan(manifests);
    expect([...diagnostics, ...planned.diagnostics]).toEqual([]);
    await expect(`${JSON.stringify(planned.plan, null, 2)}\n`).toMatchFileSnapshot('__golden__/seed-plan.txt');
  });

  it('as the document prints it has one diagnostic a mistake', () => {
    const { manifests } = readManifests(['scenarios/seed/as-documented'], diskFiles);
    expect(found(makePlan(manifests))).toEqual([
      'E301 14:43 cannot find a network-attachment-definition (ipvlan) in namespace (kube-system)',
      'W404 11:14 network spiderpool/ipvlan-conf is in another namespace than the one Spiderpool generates: kube-system/ipvlan-conf',
      'W411 10:5 default/test-ipvlan lets everything in and nothing out: this rule allows all ingress, and policyTypes names Egress, of which there is no rule',
      'E401 13:11 unformatted subnet 172.51.0.230/16, please change it to 172.51.0.0/16',
    ]);
  });
});

describe('a plan', () => {
  it('is plain JSON', () => {
    const made = goodPlan(network, seedPool, deployment('test', 2), pod('client'));
    expect(JSON.parse(JSON.stringify(made))).toEqual(made);
  });

  it('numbers endpoints from 1, without gaps', () => {
    const made = goodPlan(network, seedPool, deployment('test', 3), pod('client'));
    expect(made.pods.map(({ endpointId }) => endpointId)).toEqual([1, 2, 3, 4]);
  });

  it('without a Scenario is called after the folder', () => {
    expect(goodPlan(pod('a', 'a: b')).scenario).toEqual({ name: 'lab', description: null, file: null });
  });

  it('collects what is wrong everywhere', () => {
    const wrong = [
      network.replace('[ens192-v4]', '[nowhere]'),
      seedPool.replace('172.51.0.0/16', '172.51.0.230/16'),
      pod('a', 'v1.multus-cni.io/default-network: ipvlan-conf'),
      pod('b', 'v1.multus-cni.io/default-network: other, kubernetes.io/egress-bandwidth: 2P'),
    ];
    const codes = makePlan(read(...wrong)).diagnostics.map(({ code }) => code);
    expect(codes.sort()).toEqual(['E301', 'E302', 'E401', 'E410']);
  });

  it('tells of references to nothing, but not of those to pods that have something wrong told already', () => {
    const lab = `timeline:
- wait: { pods: [ a, "test[1]", test, nobody ] }`;
    const wrong = [
      network,
      seedPool,
      pod('a', 'v1.multus-cni.io/default-network: other'),
      deployment('test', 2, 'v1.multus-cni.io/default-network: other'),
    ];
    expect(makePlan(read(...wrong, scenario(lab))).diagnostics.map(({ code }) => code)).toEqual([
      'E301',
      'E301',
      'E305',
    ]);
  });

  it('holds 1,000 pods and 10,000 policies', () => {
    const manifests = read(
      network,
      pool('ens192-v4', 'subnet: 172.51.0.0/16, ips: [172.51.1.0-172.51.200.0]'),
      deployment('many', 1_000),
      `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: p }
spec: { podSelector: { matchLabels: { app: other } }, ingress: [ { from: [ { podSelector: {} } ], ports: [ { port: 80 } ] } ] }`,
    );
    const [one] = manifests.networkPolicies as readonly [NetworkPolicyManifest];
    const networkPolicies = Array.from({ length: 10_000 }, (_, i) =>
      Object.assign(Object.create(one) as NetworkPolicyManifest, { name: `p-${i}` }),
    );
    const { plan } = makePlan({ ...manifests, networkPolicies });
    expect(plan?.pods).toHaveLength(1_000);
    expect(plan?.policies).toHaveLength(10_000);
    expect(new Set(plan?.pods.flatMap(({ interfaces }) => interfaces[0]?.addresses)).size).toBe(1_000);
  });
});
