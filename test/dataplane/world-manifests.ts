/**
 * A world of a property test as manifests: each pod at the address it was drawn with, by a SpiderIPPool of its own, and
 * pods that are not policed on a CNI chain that enforces nothing. What `ipvlane check`, `plan` and `reach` read.
 */
import type {
  LabelSelector,
  NetworkPolicy,
  Peer,
  PolicyPod,
  PolicyRule,
  PolicyWorld,
} from '../../dataplane/policy/network-policy.ts';

/** JSON by file name, which kubectl would take as well. Pods must lie in 10.0.0.0/8 and fd00::/16. */
export function manifestsOf({ namespaces, pods, policies }: PolicyWorld): Record<string, string> {
  return {
    'cluster.json': list([
      ...namespaces.map(({ name, labels }) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })),
      ...CHAINS,
      ...pods.flatMap((pod) => [...pod.addresses.map(pool), podManifest(pod)]),
    ]),
    ...Object.fromEntries(
      Array.from({ length: Math.ceil(policies.length / POLICIES_A_FILE) }, (_, part) => [
        `policies-${part}.json`,
        list(policies.slice(part * POLICIES_A_FILE, (part + 1) * POLICIES_A_FILE).map(policyManifest)),
      ]),
    ),
  };
}

/** So that no file is larger than what is read. */
const POLICIES_A_FILE = 1000;

const SUBNETS = new Map([
  [4, '10.0.0.0/8'],
  [6, 'fd00::/16'],
]);

const CHAINS = [
  chain('policed', { 'cni.spidernet.io/cniconfig-name': 'spidernet-chainer' }, ['{"type": "cilium-cni"}']),
  chain('unpoliced', {}, []),
];

function chain(name: string, annotations: Readonly<Record<string, string>>, chainCNIJsonData: readonly string[]) {
  return {
    apiVersion: 'spiderpool.spidernet.io/v2beta1',
    kind: 'SpiderMultusConfig',
    metadata: { name, namespace: 'kube-system', annotations },
    spec: { cniType: 'ipvlan', ipvlan: { master: ['ens192'] }, chainCNIJsonData },
  };
}

function pool(address: string) {
  const ipVersion = versionOf(address);
  return {
    apiVersion: 'spiderpool.spidernet.io/v2beta1',
    kind: 'SpiderIPPool',
    metadata: { name: poolName(address) },
    spec: { ipVersion, subnet: SUBNETS.get(ipVersion), ips: [address] },
  };
}

function podManifest({ namespace, name, labels, addresses, ports, policed }: PolicyPod) {
  const pools = (version: number) => addresses.filter((address) => versionOf(address) === version).map(poolName);
  const families = { ipv4: pools(4), ipv6: pools(6) };
  const given = Object.fromEntries(Object.entries(families).filter(([, names]) => names.length > 0));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace,
      name,
      labels,
      annotations: {
        'v1.multus-cni.io/default-network': `kube-system/${policed ? 'policed' : 'unpoliced'}`,
        'ipam.spidernet.io/ippool': JSON.stringify(given),
      },
    },
    spec: {
      // A container for each: one container may not have a port's name twice, whatever the protocols.
      containers: [
        { name: 'main', image: 'nginx' },
        ...ports.map(({ name: portName, protocol, port }, index) => ({
          name: `port-${index}`,
          image: 'nginx',
          ports: [{ ...(portName === null ? {} : { name: portName }), protocol, containerPort: port }],
        })),
      ],
    },
  };
}

function policyManifest({ namespace, name, podSelector, policyTypes, ingress, egress }: NetworkPolicy) {
  const rules = (way: 'from' | 'to', each: readonly PolicyRule[]) =>
    each.map(({ peers, ports }) => ({
      [way]: peers.map(peerManifest),
      ports: ports.map(({ protocol, port, endPort }) => ({
        protocol,
        ...(port === null ? {} : { port }),
        ...(endPort === null ? {} : { endPort }),
      })),
    }));
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { namespace, name },
    spec: {
      podSelector: selectorManifest(podSelector),
      policyTypes: policyTypes.map((way) => (way === 'ingress' ? 'Ingress' : 'Egress')),
      ingress: rules('from', ingress),
      egress: rules('to', egress),
    },
  };
}

function peerManifest(peer: Peer) {
  if (peer.kind === 'ipBlock') return { ipBlock: { cidr: peer.cidr, except: peer.except } };
  const { podSelector, namespaceSelector } = peer;
  // Both missing means every pod of the policy's namespace; the API says that with an empty podSelector.
  const pods = podSelector ?? (namespaceSelector === null ? { matchLabels: {}, matchExpressions: [] } : null);
  return {
    ...(pods === null ? {} : { podSelector: selectorManifest(pods) }),
    ...(namespaceSelector === null ? {} : { namespaceSelector: selectorManifest(namespaceSelector) }),
  };
}

function selectorManifest({ matchLabels, matchExpressions }: LabelSelector) {
  return {
    matchLabels,
    matchExpressions: matchExpressions.map(({ key, operator, values }) => ({
      key,
      operator,
      ...(values.length === 0 ? {} : { values }),
    })),
  };
}

function versionOf(address: string): 4 | 6 {
  return address.includes(':') ? 6 : 4;
}

function poolName(address: string): string {
  return `at-${address.replaceAll(/[.:]+/g, '-')}`;
}

function list(items: readonly object[]): string {
  return `${JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 1)}\n`;
}
