import { expect, test } from 'vitest';
import { parseAddress } from '../../../dataplane/policy/address.ts';
import { prepareOracle } from '../../../dataplane/policy/oracle.ts';
import { Collector } from '../../diagnostics/collector.ts';
import { clusterAtStart, policyWorld } from '../cluster/cluster.ts';
import { Parties } from '../cluster/parties.ts';
import { goodPlan, network, onNetwork, pod, pool } from '../testdata/planning.ts';
import { kindsOf, limitFlows, limitsOf } from './limit-flows.ts';
import { PeerHosts } from './peer-host.ts';

const ROOM = 'ips: [172.51.0.100-172.51.0.199], subnet: 172.51.0.0/16';

const closed = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: closed }
spec: { podSelector: {}, policyTypes: [ Ingress, Egress ] }`;

test('where the policies let nobody pass, they are asked once about all pods that they do not tell from each other', () => {
  const limited = `${onNetwork}, kubernetes.io/egress-bandwidth: 100M, kubernetes.io/ingress-bandwidth: 100M`;
  const pods = Array.from({ length: 60 }, (_, i) => pod(`p-${i}`, limited));
  const plan = goodPlan(network, pool('ens192-v4', ROOM), closed, ...pods);
  const diagnostics = new Collector();
  const nowhere = { file: '', spanOf: () => undefined };
  const around = { pods: plan.pods, hosts: plan.hosts, nodes: plan.nodes };
  const none = { coordinated: new Set<string>(), hostNetwork: [], unplanned: [] };
  const parties = new Parties(nowhere, { ...around, ...none }, diagnostics);
  const oracle = prepareOracle(policyWorld(clusterAtStart(plan)));
  let asked = 0;
  const counted: typeof oracle = {
    ...oracle,
    verdict: (question) => {
      asked++;
      return oracle.verdict(question);
    },
  };
  const limits = limitsOf(parties.pods);
  const found = limitFlows(
    limits,
    {
      pods: parties.pods,
      nodes: plan.nodes,
      policies: plan.policies,
      oracle: counted,
      hosts: new PeerHosts({ ...around, pools: [] }),
      addressOf: parseAddress,
      kindOf: kindsOf(oracle),
    },
    { scenario: nowhere, parties, underlay: plan.underlay, charge: 'l2', diagnostics },
  );
  expect(limits).toHaveLength(120);
  expect(found.unmeasured).toHaveLength(120);
  // One pod for all the others, and the host beside: by UDP and by TCP, to a pod at the port that it declares, too.
  const [toPod, toHost] = [3, 2];
  expect(asked).toBe(pods.length * (toPod + toHost) + pods.length * (toPod + toPod));
});
