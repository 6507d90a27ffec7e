/** Kinds that are not modelled and do have a part in the network of a cluster, with what a user of the lab loses. */
import { clusterKinds } from './cluster-kinds.ts';

/** What becomes of an object whose kind is not modelled. */
export type Part =
  /** It decides which packets pass: without it the answer would be wrong. */
  | { readonly is: 'policy' }
  | { readonly is: 'loss'; readonly loss: string; readonly help: string }
  /** It says nothing of packets. */
  | { readonly is: 'none' }
  /** A custom resource of which nothing is known here. */
  | { readonly is: 'unknown' };

const NONE: Part = { is: 'none' };

interface Row {
  /** `*.istio.io` is any group that ends so. */
  readonly groups: readonly string[];
  /** None written: every kind of the groups. */
  readonly kinds?: readonly string[];
  readonly part: Part;
}

const SERVICES: Part = {
  is: 'loss',
  loss: 'nobody reaches their virtual addresses, node ports and names in the lab',
  help: "let flows and probes go to the pods behind them, at the pods' own ports",
};

const GATEWAYS: Part = {
  is: 'loss',
  loss: 'nothing comes in through a gateway in the lab',
  help: 'let a host of the Scenario (`hosts`) send to the pods behind it',
};

const NO_ADMISSION: Part = {
  is: 'loss',
  loss: 'no admission controller changes or refuses pods here: sidecars that it would put in, defaults and quotas are missing',
  help: 'give the pods as the cluster has them: `kubectl get pods -o yaml`',
};

const MESH: Part = {
  is: 'loss',
  loss: 'no proxy of a mesh runs in the lab: routes and rules above TCP are not followed',
  help: 'what NetworkPolicy says holds; ask the mesh for the rest',
};

/**
 * Proxies refuse by them what came in over TCP connections that they had taken: no packet of the pod's network is missing, and
 * where no proxy is put into the pod, or on the node, they say nothing.
 */
const MESH_POLICIES: Part = {
  is: 'loss',
  loss: 'no proxy of a mesh runs in the lab: a connection that is made here may be one that the mesh takes and then refuses',
  help: 'ask the mesh for what it refuses; write what must not arrive as a NetworkPolicy',
};

const NETWORK_SETTINGS: Part = {
  is: 'loss',
  loss: 'pods are on ipvlan as Spiderpool and Multus say it: pools, routes and settings of another network are not followed',
  help: 'say addresses and networks by SpiderIPPool and SpiderMultusConfig',
};

/** Kinds that decide which packets pass, by group. Any other whose name ends in NetworkPolicy is taken for one, too. */
const POLICIES: readonly (Row & { readonly kinds: readonly string[] })[] = [
  { groups: ['cilium.io'], kinds: ['CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy'], part: { is: 'policy' } },
  {
    groups: ['projectcalico.org', 'crd.projectcalico.org'],
    kinds: ['NetworkPolicy', 'GlobalNetworkPolicy'],
    part: { is: 'policy' },
  },
  { groups: ['crd.antrea.io'], kinds: ['NetworkPolicy', 'ClusterNetworkPolicy'], part: { is: 'policy' } },
  { groups: ['network.openshift.io'], kinds: ['EgressNetworkPolicy'], part: { is: 'policy' } },
  { groups: ['k8s.ovn.org'], kinds: ['EgressFirewall'], part: { is: 'policy' } },
  // Pods of two primary networks do not reach each other, whatever NetworkPolicy allows.
  { groups: ['k8s.ovn.org'], kinds: ['UserDefinedNetwork', 'ClusterUserDefinedNetwork'], part: { is: 'policy' } },
  { groups: ['crd.nsx.vmware.com'], kinds: ['SecurityPolicy'], part: { is: 'policy' } },
  { groups: ['vpcresources.k8s.aws'], kinds: ['SecurityGroupPolicy'], part: { is: 'policy' } },
  { groups: ['kubeovn.io'], kinds: ['SecurityGroup'], part: { is: 'policy' } },
  // By eBPF at the NICs of the node, which packets of ipvlan pass.
  { groups: ['ingressnodefirewall.openshift.io'], kinds: ['IngressNodeFirewall'], part: { is: 'policy' } },
  { groups: ['neuvector.com'], kinds: ['NvSecurityRule', 'NvClusterSecurityRule'], part: { is: 'policy' } },
  // Its operator makes NetworkPolicies of it.
  { groups: ['k8s.otterize.com'], kinds: ['ClientIntents'], part: { is: 'policy' } },
];

const ROWS: readonly Row[] = [
  ...POLICIES,
  { groups: [''], kinds: ['Service', 'Endpoints'], part: SERVICES },
  { groups: ['discovery.k8s.io'], kinds: ['EndpointSlice'], part: SERVICES },
  { groups: ['networking.k8s.io'], kinds: ['IPAddress', 'ServiceCIDR'], part: SERVICES },
  { groups: ['networking.k8s.io', 'extensions'], kinds: ['Ingress'], part: GATEWAYS },
  { groups: ['gateway.networking.k8s.io', 'route.openshift.io'], part: GATEWAYS },
  {
    groups: ['autoscaling', 'autoscaling.k8s.io', 'keda.sh'],
    part: {
      is: 'loss',
      loss: 'nothing scales by load here: workloads have the replicas that they are written with',
      help: 'set `replicas`, or let a step `scale`',
    },
  },
  { groups: [''], kinds: ['LimitRange', 'ResourceQuota'], part: NO_ADMISSION },
  { groups: ['admissionregistration.k8s.io'], part: NO_ADMISSION },
  {
    groups: ['resource.k8s.io'],
    part: {
      is: 'loss',
      loss: 'no device is given to pods: a NIC, or bandwidth of one, that a claim stands for is missing',
      help: 'attach NICs by Multus annotations, and limit them by `kubernetes.io/egress-bandwidth`',
    },
  },
  { groups: ['security.istio.io', 'policy.linkerd.io', 'auth.consul.hashicorp.com'], part: MESH_POLICIES },
  {
    groups: ['kuma.io'],
    kinds: ['MeshTrafficPermission', 'TrafficPermission', 'MeshPassthrough'],
    part: MESH_POLICIES,
  },
  { groups: ['consul.hashicorp.com'], kinds: ['ServiceIntentions'], part: MESH_POLICIES },
  { groups: ['access.smi-spec.io'], part: MESH_POLICIES },
  {
    groups: ['*.istio.io', '*.linkerd.io', 'linkerd.io', 'kuma.io', '*.consul.hashicorp.com', 'consul.hashicorp.com'],
    part: MESH,
  },
  { groups: ['cilium.io'], kinds: ['CiliumEnvoyConfig', 'CiliumClusterwideEnvoyConfig'], part: MESH },
  {
    groups: [
      ...['cilium.io', 'projectcalico.org', 'crd.projectcalico.org', 'operator.tigera.io', 'crd.antrea.io'],
      ...['k8s.ovn.org', 'kubeovn.io', 'network.openshift.io', 'k8s.cni.cncf.io', 'whereabouts.cni.cncf.io'],
      ...['sriovnetwork.openshift.io', 'nmstate.io', 'metallb.io', 'spiderpool.spidernet.io', 'submariner.io'],
      ...['egressgateway.spidernet.io', 'network.alibabacloud.com', 'crd.k8s.amazonaws.com', 'networking.gke.io'],
    ],
    part: NETWORK_SETTINGS,
  },
  // What a controller makes of the policies beside it, for the agents of nodes.
  { groups: ['networking.k8s.aws'], kinds: ['PolicyEndpoint', 'ClusterPolicyEndpoint'], part: NONE },
  // Read by programs of their own, not by what carries packets.
  { groups: ['cert-manager.io', 'acme.cert-manager.io', 'kustomize.config.k8s.io'], part: NONE },
  {
    groups: ['monitoring.coreos.com'],
    kinds: ['ServiceMonitor', 'PodMonitor', 'Probe', 'PrometheusRule', 'ScrapeConfig', 'AlertmanagerConfig'],
    part: NONE,
  },
];

/** The kinds of a group that are known to decide which packets pass. */
export function policiesOf(group: string): readonly string[] {
  return POLICIES.filter(({ groups }) => groups.includes(group)).flatMap(({ kinds }) => kinds);
}

/** @param group API group, without the version */
export function partInTheNetwork(kind: string, group: string): Part {
  // Policies that are only tried have no effect in a cluster either.
  if (/^Staged\w*NetworkPolicy$/i.test(kind)) return NONE;
  if (/NetworkPolicy$/i.test(kind)) return { is: 'policy' };
  const row = ROWS.find(
    ({ groups, kinds }) => groups.some((one) => fits(one, group)) && (kinds?.includes(kind) ?? true),
  );
  return row?.part ?? (clusterKinds.has(group) ? NONE : { is: 'unknown' });
}

function fits(pattern: string, group: string): boolean {
  return pattern.startsWith('*') ? group.endsWith(pattern.slice(1)) : group === pattern;
}
