/**
 * Every key of the plugins that we know, with what becomes of it. `plugin-keys.test.ts` holds it to the published lists of keys.
 *
 * Sources: containernetworking/cni 1.3.0 (libcni, lists of plugins), containernetworking/plugins 1.9.1 (the `NetConf` of each
 * plugin), Spiderpool 1.2.2 (cmd/coordinator, cmd/ifacer, cmd/spiderpool), whereabouts 0.9.4 (pkg/types), Cilium 1.12
 * (plugins/cilium-cni/types).
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
  'host-local': {
    type: 'modelled',
    name: 'no packet',
    ranges: 'modelled',
    subnet: 'modelled',
    rangeStart: 'modelled',
    rangeEnd: 'modelled',
    gateway: 'modelled',
    routes: 'modelled',
    // Networks of one name know of each other's addresses where their files are in one folder.
    dataDir: 'modelled',
    resolvConf: 'no packet',
  },
  whereabouts: {
    type: 'modelled',
    name: 'no packet',
    range: 'modelled',
    range_start: 'modelled',
    range_end: 'modelled',
    exclude: 'modelled',
    ipRanges: 'modelled',
    gateway: 'modelled',
    routes: 'modelled',
    addresses: 'modelled',
    enable_overlapping_ranges: 'modelled',
    network_name: 'modelled',
    node_slice_size: 'modelled',
    configuration_path: { lost: 'what a file of the node says is not read' },
    dns: 'no packet',
    kubernetes: 'no packet',
    // Who may write when, and what is written of it.
    leader_lease_duration: 'no packet',
    leader_renew_deadline: 'no packet',
    leader_retry_period: 'no packet',
    log_file: 'no packet',
    log_level: 'no packet',
    reconciler_cron_expression: 'no packet',
    sleep_for_race: 'no packet',
    // Of older releases: nothing reads them.
    datastore: 'no packet',
    etcd_host: 'no packet',
    etcd_username: 'no packet',
    etcd_password: 'no packet',
    etcd_key_file: 'no packet',
    etcd_cert_file: 'no packet',
    etcd_ca_cert_file: 'no packet',
  },
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

export const hostLocalRangeKeys: Keys = {
  subnet: 'modelled',
  rangeStart: 'modelled',
  rangeEnd: 'modelled',
  gateway: 'modelled',
};
export const whereaboutsRangeKeys: Keys = {
  range: 'modelled',
  range_start: 'modelled',
  range_end: 'modelled',
  exclude: 'modelled',
};

const addresses = { what: 'an address', keys: staticAddressKeys };
const routes = { what: 'a route', keys: staticRouteKeys };

/** Of the objects in lists of an IPAM: what one is called, and its keys. */
export const innerIpamKeys: Readonly<
  Record<string, Readonly<Record<string, { readonly what: string; readonly keys: Keys }>>>
> = {
  static: { addresses, routes },
  'host-local': { ranges: { what: 'a range', keys: hostLocalRangeKeys }, routes },
  whereabouts: { ipRanges: { what: 'a range', keys: whereaboutsRangeKeys }, addresses, routes },
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

/**
 * Plugins that go on from the result of an earlier one, and fail as the first of a chain, before the plugin that makes the
 * interface: with which words.
 */
export const chainedPlugins: Readonly<Record<string, string>> = {
  tuning: 'Required prevResult missing',
  bandwidth: 'must be called as chained plugin',
  firewall: 'missing prevResult from earlier plugin',
  portmap: 'must be called as chained plugin',
  sbr: 'This plugin must be called as chained plugin',
  rdma: 'RDMA-CNI is expected to be called as part of a plugin chain',
  coordinator: 'there is no result of an earlier plugin',
  'cilium-cni': 'there is no result of an earlier plugin, so it makes an interface of that name itself',
};

/** Plugins that make or move an interface: they have no place in a chain that an ipvlan slave is made by. */
export const mainPlugins: ReadonlySet<string> = new Set(
  'bridge dummy host-device ipoib ib-sriov loopback macvlan ovs ptp sriov tap vlan vrf bond calico flannel'.split(' '),
);
