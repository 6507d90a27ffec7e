/** Annotations by which other networks and clouds limit pods or place them, and what is lost where nothing here acts on them. */

interface Dialect {
  readonly keys: RegExp;
  /** Only these are meant; none written: any. */
  readonly values?: RegExp;
  /** Not these. */
  readonly butValues?: RegExp;
  readonly loss: string | ((value: string) => string);
  readonly help: string;
}

interface Loss {
  readonly loss: string;
  readonly help: string;
}

const SAY_BY_POOL = 'say addresses by `ipam.spidernet.io/ippool`, and networks by Multus annotations';

const ASK_THE_MESH = 'what NetworkPolicy says holds; ask the mesh for the rest';

const LIMIT_BY_KUBELET =
  'limit the pod by `kubernetes.io/ingress-bandwidth` and `kubernetes.io/egress-bandwidth`, in bits a second';

/** Of 9, 3 and 1 parts of what an fq sends while all wait there: its bands, and its weights of them (net/sched/sch_fq.c). */
const BANDS = ['first', 'second', 'third'] as const;
/** The kernel's priomap, by the lowest four bits of a packet's priority. */
const BAND_OF_PRIORITY = [1, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1] as const;
/** github.com/cilium/cilium, pkg/datapath/linux/bandwidth: the priorities of names, whatever their capitals and dashes. */
const PRIORITY_OF_CLASS: ReadonlyMap<string, number> = new Map([
  ['guaranteed', 6],
  ['burstable', 8],
  ['besteffort', 5],
]);

/** What Cilium makes of `bandwidth.cilium.io/priority`. */
function bandOf(value: string): string {
  const name = value.replaceAll('-', '').toLowerCase();
  const priority = PRIORITY_OF_CLASS.get(name) ?? (/^\d{1,10}$/.test(name) ? Number(name) : null);
  if (priority === null)
    return `\`${value}\` is no class that is known (guaranteed, burstable, besteffort, or a number)`;
  const band = BANDS[BAND_OF_PRIORITY[priority % BAND_OF_PRIORITY.length] ?? 1];
  return `\`${value}\` is the ${band} of the three bands (9 : 3 : 1) of the fq at a node's NIC`;
}

/** The first that fits speaks. */
const DIALECTS: readonly Dialect[] = [
  {
    keys: /^kubernetes\.io\/(in|e)gress-burst$/,
    loss: 'neither kubelet nor a container runtime reads a burst, which is a setting of the CNI plugin bandwidth; our limit lets no burst pass',
    help: 'to see what a bucket of tokens does write `engine: cni-bandwidth` and `dataplane: { egressBurst: 1M, ingressBurst: 1M }` in a Scenario, in bits',
  },
  {
    keys: /^bandwidth\.cilium\.io\/priority$/,
    loss: (value) =>
      `${bandOf(value)}, by Cilium's bandwidth manager from 1.17 on and Linux 6.7; the 1.12 that is chained behind ipvlan does not read it. With no engine here does a pod's class go before another: each pod has a queue of its own, and what waits for the wire waits in the network, not at the node's NIC`,
    help: 'remove it, or take what is measured for pods of one class',
  },
  {
    keys: /^bandwidth\.cilium\.io\//,
    loss: 'no Cilium reads such a limit',
    help: LIMIT_BY_KUBELET,
  },
  {
    keys: /^qos\.projectcalico\.org\//,
    loss: "Calico's limits of rate, packets and connections do not hold, nor does its DSCP mark",
    help: LIMIT_BY_KUBELET,
  },
  {
    keys: /^([\w-]+\.)*ovn\.kubernetes\.io\/(ingress_rate|egress_rate|latency|limit|loss|jitter|priority|qos_policy)$/,
    loss: "Kube-OVN's limits (in Mbit/s), delays and losses do not hold",
    help: `${LIMIT_BY_KUBELET}; delay and loss of the wire are \`underlay\` of a Scenario`,
  },
  {
    keys: /^([\w-]+\.)*ovn\.kubernetes\.io\/(ip_address|ip_pool|mac_address|logical_switch|routes)$/,
    loss: 'addresses, subnets and routes of Kube-OVN are not followed',
    help: 'say the address by `ipam.spidernet.io/ippool`',
  },
  {
    keys: /^cni\.projectcalico\.org\/(ipAddrs|ipAddrsNoIpam|ipv4pools|ipv6pools|floatingIPs)$/,
    loss: 'addresses and pools of Calico are not followed',
    help: 'say the address by `ipam.spidernet.io/ippool`',
  },
  {
    keys: /^(k8s\.aliyun\.com|network\.alibabacloud\.com|alibabacloud\.com)\/.*(bandwidth|rate|qos)/i,
    loss: 'limits of Alibaba Cloud do not hold, and there they are bytes a second',
    help: LIMIT_BY_KUBELET,
  },
  {
    keys: /^(network\.openshift\.io|k8s\.ovn\.org|networking\.gke\.io|yangtse\.io|tke\.cloud\.tencent\.com|vke\.volcengine\.com)\/.*(bandwidth|rate|qos)/i,
    loss: 'the limit is of another network, and does not hold',
    help: LIMIT_BY_KUBELET,
  },
  // Behind these, what is left of the prefixes of a network plugin; but not what the plugin itself notes at every pod.
  {
    keys: /^cni\.projectcalico\.org\/(?!(containerID|podIPs?)$)/,
    loss: 'settings of Calico are not followed, nor are the source addresses known that it lets pass',
    help: SAY_BY_POOL,
  },
  {
    keys: /^([\w-]+\.)*ovn\.kubernetes\.io\/(?!(allocated|routed|cidr|gateway|pod_nic_type|network_type)$)/,
    loss: 'settings of Kube-OVN are not followed, its security groups and gateways among them',
    help: SAY_BY_POOL,
  },
  {
    keys: /^k8s\.ovn\.org\//,
    loss: 'addresses, routes, networks and settings of OVN-Kubernetes are not followed',
    help: SAY_BY_POOL,
  },
  {
    keys: /^(([\w-]+\.)*cilium\.io|io\.cilium)\//,
    loss: 'pools, addresses and settings of Cilium are not followed',
    help: SAY_BY_POOL,
  },
  {
    keys: /^([\w-]+\.)*antrea\.io\//,
    loss: 'pools, addresses and settings of Antrea are not followed',
    help: SAY_BY_POOL,
  },
  {
    keys: /^(network\.alibabacloud\.com\/|k8s\.aliyun\.com\/([\w-]+-)?(eni|eip|vswitch|security-group)(-[\w-]+)?$)/,
    loss: 'a NIC, an address or a security group of Alibaba Cloud is not given',
    help: SAY_BY_POOL,
  },
  {
    keys: /^(linkerd\.io\/inject|sidecar\.istio\.io\/inject|istio-injection|kuma\.io\/sidecar-injection|consul\.hashicorp\.com\/connect-inject)$/,
    values: /^(enabled|true|ingress)$/,
    loss: 'no proxy of a mesh is put in: its rules, its encryption and its delay are missing',
    help: ASK_THE_MESH,
  },
  // Other ways to ask for a proxy, in the pod or on its node; what the mesh noted where it was put in; and settings of it.
  {
    keys: /^(?!sidecar\.istio\.io\/inject$)(istio\.io\/(rev|dataplane-mode|use-waypoint)|([\w-]+\.)*(sidecar|ambient|proxy|networking|security|topology)\.istio\.io\/|([\w-]+\.)*kuma\.io\/|config\.([\w-]+\.)*linkerd\.io\/|linkerd\.io\/proxy-version$|consul\.hashicorp\.com\/|([\w-]+\.)*openservicemesh\.io\/|appmesh\.k8s\.aws\/)/,
    butValues: /^(false|disabled|none|no|off|)$/,
    loss: 'no proxy of a mesh takes the packets of the pod: its rules, its encryption and its delay are missing',
    help: ASK_THE_MESH,
  },
];

/** The dialect that an annotation belongs to; null: none that speaks of packets, or not with this value. */
export function dialectOf(annotation: string, value: string): Loss | null {
  const fits = ({ keys, values, butValues }: Dialect) =>
    keys.test(annotation) && (values?.test(value) ?? true) && butValues?.test(value) !== true;
  const found = DIALECTS.find(fits);
  if (found === undefined) return null;
  const { loss, help } = found;
  return { loss: typeof loss === 'string' ? loss : loss(value), help };
}

/** Whether an annotation or label asks for the proxy of a mesh, or was noted where one was put in. */
export function isOfMesh(key: string, value: string): boolean {
  return dialectOf(key, value)?.help === ASK_THE_MESH;
}

/** Containers by which meshes take the packets of a pod: names that their injectors give. */
const PROXIES: ReadonlySet<string> = new Set([
  'istio-proxy',
  'linkerd-proxy',
  'kuma-sidecar',
  'consul-dataplane',
  'consul-connect-envoy-sidecar',
]);

/** What is lost of a container of that name; null: it is none of a mesh. */
export function proxyLoss(container: string): Loss | null {
  if (!PROXIES.has(container)) return null;
  return {
    loss: 'as the proxy of a mesh it takes the packets of the pod: its rules, its encryption and its delay are missing',
    help: ASK_THE_MESH,
  };
}
