/**
 * Every key of the plugins that we know, with what becomes of it. `plugin-keys.test.ts` holds it to the published lists of keys.
 *
 * Sources: containernetworking/cni 1.3.0 (libcni, lists of plugins), containernetworking/plugins 1.9.1 (the `NetConf` of each
 * plugin), Spiderpool 1.2.2 (cmd/coordinator, cmd/ifacer, cmd/spiderpool), Cilium 1.12 (plugins/cilium-cni/types).
 */

/**
 * `modelled`: the plan follows it, or the plugin fails by it; `no packet`: no packet goes another way for it; `told`: nothing
 * comes of it, which `chain-remarks.ts` says in words of its own where it is other than its default; else a clause that says
 * what is lost.
 */
export type KeyDecision = 'modelled' | 'no packet' | 'told' | { readonly lost: string };

export type Keys = Readonly<Record<string, KeyDecision>>;

/** Of a list of plugins, which libcni reads with no regard to what a key looks like in capitals. */
export const listKeys: Keys = {
  cniVersion: 'modelled',
  cniVersions: 'modelled',
  name: 'modelled',
  plugins: 'modelled',
  // Of CHECK and of the collection of garbage, which ask for nothing of ADD.
  disableCheck: 'no packet',
  disableGC: 'no packet',
  // Of a file on the node: what a NetworkAttachmentDefinition says is all that there is.
  loadOnlyInlinedPlugins: 'no packet',
};

const netConf: Keys = {
  // In a list libcni writes that of the list over it.
  cniVersion: 'no packet',
  name: 'no packet',
  type: 'modelled',
  capabilities: 'modelled',
  // Of the plugin that makes the interface alone.
  ipam: 'no packet',
  dns: 'no packet',
  prevResult: 'no packet',
  // Of the collection of garbage.
  'cni.dev/valid-attachments': 'no packet',
  runtimeConfig: { lost: 'what the runtime would hand over is not taken from the configuration' },
  args: { lost: 'arguments are not handed over' },
};

export const pluginKeys: Readonly<Record<string, Keys>> = {
  ipvlan: {
    ...netConf,
    cniVersion: 'modelled',
    ipam: 'modelled',
    master: 'modelled',
    mode: 'modelled',
    mtu: 'modelled',
    linkInContainer: 'modelled',
  },
  'cilium-cni': {
    ...netConf,
    'enable-debug': 'no packet',
    'log-file': 'no packet',
    'log-format': 'no packet',
    // For the interfaces and addresses that it makes itself: behind another plugin it makes none.
    mtu: 'no packet',
    eni: 'no packet',
    azure: 'no packet',
    'alibaba-cloud': 'no packet',
  },
  ifacer: { ...netConf, interfaces: 'modelled', vlanID: 'modelled', bond: 'modelled' },
  coordinator: {
    ...netConf,
    mode: 'modelled',
    podMACPrefix: 'modelled',
    vethLinkAddress: 'told',
    vethMTU: 'told',
    hijackCIDR: 'told',
    overlayPodCIDR: 'told',
    serviceCIDR: 'told',
    policyRoutes: 'told',
    podDefaultRouteNic: 'told',
    podRPFilter: 'told',
    tunePodRoutes: 'modelled',
    hostRuleTable: 'no packet',
    // For veth0's neighbour and for device queues that a slave has not.
    hostRPFilter: 'no packet',
    multusNicPrefix: 'no packet',
    podDefaultCniNic: 'no packet',
    txQueueLen: 'no packet',
    logOptions: 'no packet',
    detectGateway: { lost: 'whether the gateway answers is not asked' },
    detectIPConflict: { lost: 'whether somebody has the address already is not asked' },
  },
  bandwidth: {
    ...netConf,
    ingressRate: 'modelled',
    ingressBurst: 'modelled',
    egressRate: 'modelled',
    egressBurst: 'modelled',
  },
  tuning: {
    ...netConf,
    mac: 'modelled',
    dataDir: 'no packet',
    txQLen: 'no packet',
    promisc: 'no packet',
    allmulti: 'no packet',
    mtu: { lost: 'the slave keeps the MTU of its master' },
    sysctl: { lost: 'the sysctls of the pod stay as the kernel has them' },
  },
};

export const ipamKeys: Readonly<Record<string, Keys>> = {
  spiderpool: {
    type: 'modelled',
    default_ipv4_ippool: 'modelled',
    default_ipv6_ippool: 'modelled',
    clean_gateway: 'modelled',
    match_master_subnet: { lost: 'only sriov heeds it' },
    log_level: 'no packet',
    log_file_path: 'no packet',
    log_file_max_size: 'no packet',
    log_file_max_age: 'no packet',
    log_file_max_count: 'no packet',
    ipam_unix_socket_path: 'no packet',
  },
  static: { type: 'modelled', name: 'no packet', addresses: 'modelled', routes: 'modelled', dns: 'no packet' },
};

/** Of what stands inside a value: `bond` of ifacer, and so on. */
export const bondKeys: Keys = { name: 'modelled', mode: 'modelled', options: 'told' };
export const policyRouteKeys: Keys = { dst: 'told', gw: 'no packet' };
// `version` is of older releases, and a field without a tag in this one, that nothing reads.
export const staticAddressKeys: Keys = { address: 'modelled', gateway: 'modelled', version: 'no packet' };

export const staticRouteKeys: Keys = {
  dst: 'modelled',
  gw: 'modelled',
  mtu: { lost: 'the route has the MTU of its interface' },
  advmss: { lost: 'the route announces the segment size of its interface' },
  priority: { lost: 'the route has no metric' },
  table: { lost: 'the route is in the main table' },
  scope: { lost: 'the route has the scope of its gateway' },
};

/** Plugins that may follow: what of them changes packets and is not made; null: nothing of theirs does. */
export const otherPlugins: Readonly<Record<string, string | null>> = {
  // Its rules are for bridged and routed pods: packets of a slave in mode l2 or l3 do not pass the node's netfilter.
  firewall: null,
  // Moves devices that carry no IP packet of the kernel.
  rdma: null,
  passthru: null,
  sbr: 'packets from the addresses of this interface leave by the routes of the whole pod, not by their own',
  portmap: 'no port of the node leads to the pod',
};

/** Plugins that make or move an interface: they have no place in a chain that an ipvlan slave is made by. */
export const mainPlugins: ReadonlySet<string> = new Set(
  'bridge dummy host-device ipoib ib-sriov loopback macvlan ovs ptp sriov tap vlan vrf bond calico flannel'.split(' '),
);
