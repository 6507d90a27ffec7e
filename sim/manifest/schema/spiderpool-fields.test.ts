import { z } from 'zod';
import { describe, expect, it } from 'vitest';
import {
  spiderCoordinatorSpec,
  spiderIPPoolSpec,
  spiderMultusConfigSpec,
  spiderReservedIPSpec,
  spiderSubnetSpec,
} from './spiderpool.ts';

/** Every way to a field, `[]` for an element of a list; what stands in a selector is Kubernetes' own. */
function pathsOf(schema: unknown, prefix = ''): string[] {
  if (schema instanceof z.ZodOptional) return pathsOf(schema.unwrap(), prefix);
  if (schema instanceof z.ZodArray)
    return schema.element instanceof z.ZodObject ? pathsOf(schema.element, `${prefix}[]`) : [];
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape).flatMap(([key, inner]) => {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    return [path, ...(key.endsWith('Affinity') ? [] : pathsOf(inner, path))];
  });
}

const words = (text: string): string[] => text.trim().split(/\s+/);
const within = (parent: string, fields: string): string[] => [
  parent,
  ...words(fields).map((field) => `${parent}.${field}`),
];

/** Of Spiderpool 0.9; a warning says so (W417). */
const older = /(^|\.)(enableRdma|ibKubernetesEnabled|hostRPFilter|detectGateway|detectIPConflict)$/;

const pools = 'ippools ippools.ipv4 ippools.ipv6 ippools.matchMasterSubnet';
const slave = `master mtu vlanID bond bond.name bond.mode bond.options rdmaResourceName ${pools}`;
const coordinator = `mode podCIDRType hijackCIDR policyRoutes policyRoutes[].dst policyRoutes[].gw podMACPrefix tunePodRoutes
  podDefaultRouteNIC hostRuleTable podRPFilter txQueueLen vethLinkAddress vethMTU`;
const space = 'ipVersion subnet ips excludeIPs gateway routes routes[].dst routes[].gw';

/** Names of the fields of the custom resource definitions of Spiderpool 1.2.2. */
const fields: readonly [string, z.ZodType, readonly string[]][] = [
  [
    'SpiderMultusConfig',
    spiderMultusConfigSpec,
    [
      ...words('cniType enableCoordinator disableIPAM chainCNIJsonData customCNI'),
      ...within('ipvlan', slave),
      ...within('macvlan', slave),
      ...within('vlan', `${slave} vlanMode`),
      ...within('sriov', `resourceName vlanID mtu minTxRateMbps maxTxRateMbps rdmaIsolation ${pools}`),
      ...within('ibsriov', `resourceName pkey linkState rdmaIsolation enableIbKubernetes ${pools}`),
      ...within('ovs', `bridge vlan trunk trunk[].minID trunk[].maxID trunk[].id deviceID ${pools}`),
      ...within('ipoib', `master ${pools}`),
      ...within('coordinator', coordinator),
    ],
  ],
  ['SpiderCoordinator', spiderCoordinatorSpec, words(coordinator)],
  [
    'SpiderIPPool',
    spiderIPPoolSpec,
    words(`${space} podAffinity namespaceAffinity namespaceName nodeAffinity nodeName multusName default disable`),
  ],
  ['SpiderSubnet', spiderSubnetSpec, words(space)],
  ['SpiderReservedIP', spiderReservedIPSpec, words('ipVersion ips')],
];

describe('every field of the definitions of Spiderpool 1.2.2 is known, and of no other only those of 0.9', () => {
  it.each(fields)('%s', (kind, schema, names) => {
    const known = pathsOf(schema).filter((path) => !older.test(path));
    const vlanOfOlderPools = kind === 'SpiderIPPool' || kind === 'SpiderSubnet' ? ['vlan'] : [];
    expect(known.sort()).toEqual([...names, ...vlanOfOlderPools].sort());
  });
});
