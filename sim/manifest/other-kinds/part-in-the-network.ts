/** Kinds that are not modelled and do have a part in the network of a cluster, with what a user of the lab loses. */
import { clusterKinds } from './cluster-kinds.ts';

/** What becomes of an object whose kind is not modelled. */
export type Part =
  /** It decides which packets pass, or how fast: without it the answer would be wrong. */
  | { readonly is: 'policy'; readonly does: string; readonly help: string }
  | { readonly is: 'loss'; readonly loss: string; readonly help: string }
  /** It says nothing of packets. */
  | { readonly is: 'none' }
  /** A custom resource of which nothing is known here. */
  | { readonly is: 'unknown' };

const NONE: Part = { is: 'none' };

type Fields = Readonly<Record<string, unknown>>;

/** The groups that VMware's network has had for its kinds. */
const NSX = ['crd.nsx.vmware.com', 'nsx.vmware.com', 'legacy.nsx.vmware.com'] as const;

interface Row {
  /** `*.istio.io` is any group that ends so. */
  readonly groups: readonly string[];
  /** None written: every kind of the groups. */
  readonly kinds?: readonly string[];
  /** Which of them; not written: all. What is told here goes on to the rows below. */
  readonly when?: (object: Fields) => boolean;
  readonly part: Part;
}

const PACKETS: Part = {
  is: 'policy',
  does: 'decides which packets pass',
  help: 'write it as a NetworkPolicy (networking.k8s.io/v1)',
};

const RATES: Part = {
  is: 'policy',
  does: 'limits how fast packets pass',
  help: 'write the limit as `kubernetes.io/egress-bandwidth` and `kubernetes.io/ingress-bandwidth` of the pods',
};

/** What a wire does, for as long as it is there. */
const DISTURBANCES: Part = {
  is: 'policy',
  does: 'cuts, delays, loses or limits packets',
  help: 'say it by a Scenario: an `underlay` step, or a NetworkPolicy that a step applies',
};

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
  { groups: ['cilium.io'], kinds: ['CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy'], part: PACKETS },
  // It may kill the program that connects, or let its call fail.
  { groups: ['cilium.io'], kinds: ['TracingPolicy', 'TracingPolicyNamespaced'], when: stopsCalls, part: PACKETS },
  {
    groups: ['projectcalico.org', 'crd.projectcalico.org'],
    // Of a host endpoint everything is denied that no policy allows, pods of the host network included.
    kinds: ['NetworkPolicy', 'GlobalNetworkPolicy', 'HostEndpoint', 'Profile'],
    part: PACKETS,
  },
  { groups: ['crd.antrea.io'], kinds: ['NetworkPolicy', 'ClusterNetworkPolicy'], part: PACKETS },
  { groups: ['crd.antrea.io'], kinds: ['Egress'], when: says('spec', 'bandwidth'), part: RATES },
  { groups: ['network.openshift.io'], kinds: ['EgressNetworkPolicy'], part: PACKETS },
  { groups: ['k8s.ovn.org'], kinds: ['EgressFirewall'], part: PACKETS },
  // Pods of two primary networks do not reach each other, whatever NetworkPolicy allows.
  { groups: ['k8s.ovn.org'], kinds: ['UserDefinedNetwork', 'ClusterUserDefinedNetwork'], part: PACKETS },
  { groups: ['k8s.ovn.org'], kinds: ['NetworkQoS'], when: limitsEgress, part: RATES },
  { groups: NSX, kinds: ['SecurityPolicy'], part: PACKETS },
  { groups: ['vpcresources.k8s.aws'], kinds: ['SecurityGroupPolicy'], part: PACKETS },
  { groups: ['crd.k8s.amazonaws.com'], kinds: ['ENIConfig'], when: says('spec', 'securityGroups'), part: PACKETS },
  {
    groups: ['network.alibabacloud.com'],
    kinds: ['PodNetworking'],
    when: says('spec', 'securityGroupIDs'),
    part: PACKETS,
  },
  { groups: ['crd.yangtse.cni'], kinds: ['SecurityGroup'], part: PACKETS },
  { groups: ['kubeovn.io'], kinds: ['SecurityGroup'], part: PACKETS },
  { groups: ['kubeovn.io'], kinds: ['Subnet'], when: isClosedSubnet, part: PACKETS },
  // As with primary networks, pods of two of them do not reach each other.
  { groups: ['kubeovn.io'], kinds: ['Vpc'], when: isOwnVpc, part: PACKETS },
  { groups: ['kubeovn.io'], kinds: ['QoSPolicy', 'HtbQos'], part: RATES },
  { groups: ['aci.qos'], kinds: ['QosPolicy'], part: RATES },
  // By security modules of the kernel at the sockets of the programs, so that no packet is made.
  {
    groups: ['security.kubearmor.com'],
    kinds: ['KubeArmorPolicy', 'KubeArmorClusterPolicy', 'KubeArmorHostPolicy'],
    when: deniesNetwork,
    part: PACKETS,
  },
  // By eBPF at the NICs of the node, which packets of ipvlan pass.
  { groups: ['ingressnodefirewall.openshift.io'], kinds: ['IngressNodeFirewall'], part: PACKETS },
  { groups: ['neuvector.com'], kinds: ['NvSecurityRule', 'NvClusterSecurityRule'], part: PACKETS },
  // Its operator makes NetworkPolicies of it.
  { groups: ['k8s.otterize.com'], kinds: ['ClientIntents'], part: PACKETS },
  { groups: ['capsule.clastix.io'], kinds: ['Tenant'], when: says('spec', 'networkPolicies'), part: PACKETS },
  { groups: ['chaos-mesh.org'], kinds: ['NetworkChaos', 'PodNetworkChaos'], part: DISTURBANCES },
  {
    groups: ['chaos-mesh.org'],
    kinds: ['Schedule', 'Workflow', 'WorkflowNode'],
    when: holdsKey('networkChaos'),
    part: DISTURBANCES,
  },
  { groups: ['chaos.datadoghq.com'], kinds: ['Disruption'], when: says('spec', 'network'), part: DISTURBANCES },
  {
    groups: ['chaos.datadoghq.com'],
    kinds: ['DisruptionCron', 'DisruptionRollout'],
    when: says('spec', 'disruptionTemplate', 'network'),
    part: DISTURBANCES,
  },
];

/** A ConfigMap by its name, whatever namespace it is in, and where `key` is given, by what it says there. */
function configMap(name: RegExp, key?: string, value?: string): (object: Fields) => boolean {
  return (object) =>
    name.test(String(at(object, ['metadata', 'name']))) && (key === undefined || at(object, ['data', key]) === value);
}

/** ConfigMaps that networks, and the programs of nodes that carry packets, are set by. */
const CONFIG_MAPS: readonly Row[] = [
  {
    groups: [''],
    kinds: ['ConfigMap'],
    when: configMap(/^cilium-config$/, 'enable-policy', 'always'),
    part: {
      is: 'loss',
      loss: 'by its `enable-policy: always` Cilium denies of every pod what no policy allows; here a pod that no policy selects is open',
      help: 'select all pods by a NetworkPolicy of each namespace (`podSelector: {}`, both `policyTypes`)',
    },
  },
  {
    groups: [''],
    kinds: ['ConfigMap'],
    when: configMap(/^cilium-config$/, 'enable-policy', 'never'),
    part: {
      is: 'loss',
      loss: 'by its `enable-policy: never` Cilium enforces no policy; here all of them are enforced',
      help: 'leave the policies out',
    },
  },
  { groups: [''], kinds: ['ConfigMap'], when: configMap(/^kube-proxy$/), part: SERVICES },
  {
    groups: [''],
    kinds: ['ConfigMap'],
    when: configMap(
      /^(cilium-config|calico-config|canal-config|kube-flannel-cfg|antrea-config(-.+)?|weave-net|kube-router-cfg|multus-(daemon|cni)-config|spiderpool-conf|amazon-vpc-cni)$/,
    ),
    part: {
      is: 'loss',
      loss: 'how a network of the cluster is set is not read of it',
      help: 'say addresses and networks by SpiderIPPool and SpiderMultusConfig, and what is denied by NetworkPolicy',
    },
  },
];

const ROWS: readonly Row[] = [
  ...POLICIES,
  ...CONFIG_MAPS,
  {
    groups: ['security.kubearmor.com'],
    kinds: ['KubeArmorPolicy', 'KubeArmorClusterPolicy', 'KubeArmorHostPolicy'],
    part: NONE,
  },
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
  { groups: ['policy.openservicemesh.io'], kinds: ['Egress', 'IngressBackend'], part: MESH_POLICIES },
  { groups: ['access.smi-spec.io'], part: MESH_POLICIES },
  {
    groups: [
      ...['*.istio.io', '*.linkerd.io', 'linkerd.io', 'kuma.io', '*.consul.hashicorp.com', 'consul.hashicorp.com'],
      ...['*.openservicemesh.io', '*.smi-spec.io', 'appmesh.k8s.aws'],
    ],
    part: MESH,
  },
  { groups: ['cilium.io'], kinds: ['CiliumEnvoyConfig', 'CiliumClusterwideEnvoyConfig'], part: MESH },
  {
    groups: [
      ...['cilium.io', 'projectcalico.org', 'crd.projectcalico.org', 'operator.tigera.io', 'crd.antrea.io'],
      ...['k8s.ovn.org', 'kubeovn.io', 'network.openshift.io', 'k8s.cni.cncf.io', 'whereabouts.cni.cncf.io'],
      ...['sriovnetwork.openshift.io', 'nmstate.io', 'metallb.io', 'spiderpool.spidernet.io', 'submariner.io'],
      ...['egressgateway.spidernet.io', 'network.alibabacloud.com', 'crd.k8s.amazonaws.com', 'networking.gke.io'],
      ...['crd.yangtse.cni', 'aci.qos', 'aci.snat', ...NSX],
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

/**
 * @param group API group, without the version
 * @param object what it says: of some kinds only that tells
 */
export function partInTheNetwork(kind: string, group: string, object: Fields): Part {
  // Policies that are only tried have no effect in a cluster either.
  if (/^Staged\w*NetworkPolicy$/i.test(kind)) return NONE;
  if (/NetworkPolicy$/i.test(kind)) return PACKETS;
  const row = ROWS.find(
    ({ groups, kinds, when }) =>
      groups.some((one) => fits(one, group)) && (kinds?.includes(kind) ?? true) && (when?.(object) ?? true),
  );
  if (row !== undefined) return row.part;
  if (clusterKinds.has(group)) return NONE;
  const carried = policyIn(object);
  if (carried === null) return { is: 'unknown' };
  const help = `give what its controller makes of it, as \`kubectl get ${carried.toLowerCase()}\` prints it`;
  return { is: 'policy', does: `carries a ${carried}, which its controller makes in the cluster`, help };
}

function fits(pattern: string, group: string): boolean {
  return pattern.startsWith('*') ? group.endsWith(pattern.slice(1)) : group === pattern;
}

/** A policy as it stands in rules that make objects, in templates and in bundles; not the mere name of its kind. */
function policyIn(value: unknown): string | null {
  return firstIn(value, ({ kind, apiVersion, ...rest }) =>
    typeof kind === 'string' &&
    typeof apiVersion === 'string' &&
    /NetworkPolicy$/.test(kind) &&
    ['metadata', 'spec', 'data'].some((field) => field in rest)
      ? kind
      : null,
  );
}

/** What is found in the first mapping, outermost first, in which something is. */
function firstIn<T>(value: unknown, find: (mapping: Fields) => T | null): T | null {
  if (typeof value !== 'object' || value === null) return null;
  const found = Array.isArray(value) ? null : find(value as Fields);
  if (found !== null) return found;
  for (const below of Object.values(value)) {
    const inside = firstIn(below, find);
    if (inside !== null) return inside;
  }
  return null;
}

function at(object: Fields, path: readonly string[]): unknown {
  return path.reduce<unknown>((here, field) => mapping(here)[field], object);
}

function mapping(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

/** Whether something stands there, other than what a field left out means. */
function says(...path: readonly string[]): (object: Fields) => boolean {
  return (object) => isSaid(at(object, path));
}

function isSaid(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return value !== undefined && value !== null && value !== '' && value !== false && value !== 0;
}

function holdsKey(key: string): (object: Fields) => boolean {
  return (object) => firstIn(object, (inside) => (isSaid(inside[key]) ? true : null)) !== null;
}

/** Marks of packets alone make none slower. */
function limitsEgress(object: Fields): boolean {
  return holdsKey('bandwidth')(object);
}

/** Every cluster of Kube-OVN has subnets, `ovn-default` and `join`; pods reach each other across open ones. */
function isClosedSubnet(object: Fields): boolean {
  const { private: closed, acls, vpc } = mapping(object['spec']);
  return isSaid(closed) || isSaid(acls) || (isSaid(vpc) && vpc !== DEFAULT_VPC);
}

const DEFAULT_VPC = 'ovn-cluster';

function isOwnVpc(object: Fields): boolean {
  const drops = firstIn(at(object, ['spec', 'policyRoutes']), ({ action }) => (action === 'drop' ? true : null));
  return at(object, ['metadata', 'name']) !== DEFAULT_VPC || drops !== null;
}

/** Rules of files and programs change no packet, nor do those that only write down what happens. */
function deniesNetwork(object: Fields): boolean {
  const spec = mapping(object['spec']);
  const { network, capabilities } = spec;
  const rules = [network, capabilities].filter(isSaid);
  const raw = JSON.stringify(capabilities ?? {}).includes('net_raw');
  const actions = [spec, ...rules.map(mapping)].map(({ action }) => action).filter(isSaid);
  return (isSaid(network) || raw) && !(actions.length > 0 && actions.every((action) => action === 'Audit'));
}

const STOPPING = ['Sigkill', 'Signal', 'Override', 'NotifyEnforcer', 'NotifyKiller'];

function stopsCalls(object: Fields): boolean {
  const stops = firstIn(object, ({ action }) => (STOPPING.includes(String(action)) ? true : null));
  return stops !== null && /tcp|udp|sock|connect|bind|listen|send|recv|inet|ip_|xmit/.test(callsIn(object).join(' '));
}

/** The functions of the kernel that it watches. */
function callsIn(object: Fields): string[] {
  const hooks = Object.values(mapping(object['spec'])).filter(Array.isArray).flat();
  return hooks
    .flatMap((hook) => ['call', 'hook', 'event'].map((field) => mapping(hook)[field]))
    .filter((call) => typeof call === 'string');
}
