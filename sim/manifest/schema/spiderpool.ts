/** Spiderpool's objects, as its custom resource definitions (spiderpool.spidernet.io/v2beta1) have them. */
import { z } from 'zod';
import { rule } from '../check-schema.ts';
import { interfaceNameProblem } from '../names.ts';
import { anyFields } from './any-fields.ts';
import { labelSelector } from './label-selector.ts';
import { parseJsonObject } from './multus.ts';

const texts = z.array(z.string());

const interfaceName = rule('E208', (name) => interfaceNameProblem(name));

const ipvlan = z.strictObject({
  master: z.array(interfaceName).min(1),
  mtu: z.int().min(0).optional(),
  vlanID: z.int().min(0).max(4094).optional(),
  bond: z.strictObject({ name: interfaceName, mode: z.int().min(0).max(6), options: z.string().optional() }).optional(),
  ippools: z
    .strictObject({ ipv4: texts.optional(), ipv6: texts.optional(), matchMasterSubnet: z.boolean().optional() })
    .optional(),
  ...anyFields(['enableRdma', 'rdmaResourceName']),
});

const coordinator = z.strictObject({
  mode: z.enum(['auto', 'underlay', 'overlay', 'disabled']).optional(),
  tunePodRoutes: z.boolean().optional(),
  txQueueLen: z.int().optional(),
  hostRuleTable: z.int().optional(),
  podRPFilter: z.int().optional(),
  hostRPFilter: z.int().optional(),
  hijackCIDR: texts.optional(),
  detectGateway: z.boolean().optional(),
  detectIPConflict: z.boolean().optional(),
  podCIDRType: z.enum(['auto', 'cluster', 'calico', 'cilium', 'none']).optional(),
  podDefaultRouteNIC: z.string().optional(),
  podMACPrefix: z.string().optional(),
  vethLinkAddress: z.string().optional(),
});

/** Text that is a CNI plugin's JSON object. */
const pluginJson = rule(
  'E214',
  (text) => {
    const parsed = parseJsonObject(text);
    if (parsed instanceof Error) return `is not JSON: ${parsed.message}`;
    return typeof parsed.type === 'string' ? null : 'is not a CNI plugin: it has no `type`';
  },
  'write a JSON object such as {"type": "cilium-cni"}',
);

export const spiderMultusConfigSpec = z.strictObject({
  cniType: z.enum(['ipvlan', 'macvlan', 'sriov', 'ovs', 'ib-sriov', 'ipoib', 'custom']).optional(),
  ipvlan: ipvlan.optional(),
  ...anyFields(['macvlan', 'sriov', 'ovs', 'ibsriov', 'ipoib']),
  enableCoordinator: z.boolean().optional(),
  disableIPAM: z.boolean().optional(),
  coordinator: coordinator.optional(),
  chainCNIJsonData: z.array(pluginJson).optional(),
  customCNI: z.string().optional(),
});

export const spiderIPPoolSpec = z.strictObject({
  ipVersion: z.literal([4, 6]).optional(),
  subnet: z.string(),
  ips: texts.optional(),
  excludeIPs: texts.optional(),
  gateway: z.string().optional(),
  vlan: z.int().min(0).max(4094).optional(),
  routes: z.array(z.strictObject({ dst: z.string(), gw: z.string() })).optional(),
  podAffinity: labelSelector.optional(),
  namespaceAffinity: labelSelector.optional(),
  namespaceName: texts.optional(),
  nodeAffinity: labelSelector.optional(),
  nodeName: texts.optional(),
  multusName: texts.optional(),
  default: z.boolean().optional(),
  disable: z.boolean().optional(),
});
