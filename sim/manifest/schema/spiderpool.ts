/**
 * Spiderpool's objects, as its custom resource definitions (spiderpool.spidernet.io/v2beta1) of 1.2.2 have them: which
 * fields there are, of which type, in which bounds. What its webhooks refuse beyond that is said by the plan.
 */
import * as z from 'zod';
import { rule } from '../check-schema.ts';
import { interfaceNameProblem } from '../objects/names.ts';
import { anyFields } from './any-fields.ts';
import { labelSelector } from './label-selector.ts';
import { noJson, parseJsonObject } from './multus.ts';

const texts = z.array(z.string());

const interfaceName = rule('E208', (name) => interfaceNameProblem(name));

/** May be empty where no bond is made. */
const bondName = rule('E208', (name) => (name === '' ? null : interfaceNameProblem(name)));

const vlanNumber = z.int().min(0).max(4094);
const mtu = z.int().min(0);
const ipVersion = z.literal([4, 6]);
const route = z.strictObject({ dst: z.string(), gw: z.string() });
const ippools = z.strictObject({
  ipv4: texts.optional(),
  ipv6: texts.optional(),
  matchMasterSubnet: z.boolean().optional(),
});

/** What ipvlan, macvlan and vlan have in common. */
const slave = {
  master: z.array(interfaceName),
  mtu: mtu.optional(),
  vlanID: vlanNumber.optional(),
  bond: z.strictObject({ name: bondName, mode: z.int().min(0).max(6), options: z.string().optional() }).optional(),
  rdmaResourceName: z.string().optional(),
  ippools: ippools.optional(),
  // Until 0.9; the plan says so.
  ...anyFields(['enableRdma']),
};

const device = {
  resourceName: z.string().optional(),
  rdmaIsolation: z.boolean().optional(),
  ippools: ippools.optional(),
};

const sriov = z.strictObject({
  ...device,
  vlanID: vlanNumber.optional(),
  mtu: mtu.optional(),
  minTxRateMbps: z.int().min(0).optional(),
  maxTxRateMbps: z.int().min(0).optional(),
  ...anyFields(['enableRdma']),
});

const ibsriov = z.strictObject({
  ...device,
  pkey: z.string().optional(),
  linkState: z.enum(['auto', 'enable', 'disable']).optional(),
  enableIbKubernetes: z.boolean().optional(),
  ...anyFields(['ibKubernetesEnabled']),
});

const ovs = z.strictObject({
  bridge: z.string(),
  vlan: z.int().optional(),
  trunk: z
    .array(z.strictObject({ minID: vlanNumber.optional(), maxID: vlanNumber.optional(), id: vlanNumber.optional() }))
    .optional(),
  deviceID: z.string().optional(),
  ippools: ippools.optional(),
});

export const spiderCoordinatorSpec = z.strictObject({
  mode: z.enum(['auto', 'underlay', 'overlay', 'disabled']).optional(),
  podCIDRType: z.enum(['auto', 'cluster', 'calico', 'cilium', 'none']).optional(),
  hijackCIDR: texts.optional(),
  policyRoutes: z.array(route).optional(),
  podMACPrefix: z.string().optional(),
  tunePodRoutes: z.boolean().optional(),
  podDefaultRouteNIC: z.string().optional(),
  hostRuleTable: z.int().optional(),
  podRPFilter: z.int().optional(),
  txQueueLen: z.int().optional(),
  vethLinkAddress: z.string().optional(),
  vethMTU: z.int().optional(),
  // Until 0.9; the plan says so.
  hostRPFilter: z.int().optional(),
  detectGateway: z.boolean().optional(),
  detectIPConflict: z.boolean().optional(),
});

/** Text that is a CNI plugin's JSON object. */
const pluginJson = rule(
  'E214',
  (text) => {
    const parsed = parseJsonObject(text);
    if (parsed instanceof Error) return noJson('is not JSON', parsed);
    return typeof parsed.type === 'string' && parsed.type !== '' ? null : 'is not a CNI plugin: it has no `type`';
  },
  'write a JSON object such as {"type": "cilium-cni"}',
);

export const spiderMultusConfigSpec = z.strictObject({
  cniType: z.enum(['macvlan', 'ipvlan', 'vlan', 'sriov', 'ovs', 'ib-sriov', 'ipoib', 'custom']).optional(),
  macvlan: z.strictObject(slave).optional(),
  ipvlan: z.strictObject(slave).optional(),
  vlan: z.strictObject({ ...slave, vlanMode: z.enum(['manual', 'auto']).optional() }).optional(),
  sriov: sriov.optional(),
  ovs: ovs.optional(),
  ibsriov: ibsriov.optional(),
  ipoib: z.strictObject({ master: z.string().optional(), ippools: ippools.optional() }).optional(),
  enableCoordinator: z.boolean().optional(),
  disableIPAM: z.boolean().optional(),
  coordinator: spiderCoordinatorSpec.optional(),
  chainCNIJsonData: z.array(pluginJson).optional(),
  customCNI: z.string().optional(),
});

/** What pools and the subnets that pools are made of have in common. */
const addressSpace = {
  ipVersion: ipVersion.optional(),
  subnet: z.string(),
  ips: texts.optional(),
  excludeIPs: texts.optional(),
  gateway: z.string().optional(),
  routes: z.array(route).optional(),
  // Until 0.9; the plan says so.
  vlan: vlanNumber.optional(),
};

export const spiderIPPoolSpec = z.strictObject({
  ...addressSpace,
  podAffinity: labelSelector.optional(),
  namespaceAffinity: labelSelector.optional(),
  namespaceName: texts.optional(),
  nodeAffinity: labelSelector.optional(),
  nodeName: texts.optional(),
  multusName: texts.optional(),
  default: z.boolean().optional(),
  disable: z.boolean().optional(),
});

export const spiderSubnetSpec = z.strictObject(addressSpace);

export const spiderReservedIPSpec = z.strictObject({ ipVersion: ipVersion.optional(), ips: texts.optional() });
