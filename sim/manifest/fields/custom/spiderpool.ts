/**
 * The kinds of Spiderpool 1.2.2, spiderpool.spidernet.io/v2beta1; SpiderSubnet and SpiderEndpoint are decided as a whole. A
 * type is called by the way to it: the definitions have no names.
 */
import { otherThan, saidByPlan, type WrittenDecisions } from '../decision.ts';

const object = 'apiVersion kind metadata:ObjectMeta';
const route = { modelled: 'dst gw' };
const other = { master: ['eth0'] };

export const spiderpool: Readonly<Record<string, WrittenDecisions>> = {
  SpiderMultusConfig: { modelled: `${object} spec:SpiderMultusConfigSpec` },
  SpiderMultusConfigSpec: {
    modelled: `chainCNIJsonData cniType coordinator:SpiderMultusConfigSpecCoordinator customCNI disableIPAM enableCoordinator
      ipvlan:SpiderMultusConfigSpecIpvlan`,
    // Beside ipvlan; as the type of a network that a pod is on, each is E411.
    refused: {
      'ibsriov:SpiderMultusConfigSpecIbsriov': saidByPlan('E420', { resourceName: 'example.com/ib' }),
      'ipoib:SpiderMultusConfigSpecIpoib': saidByPlan('E420', { master: 'ib0' }),
      'macvlan:SpiderMultusConfigSpecMacvlan': saidByPlan('E420', other),
      'ovs:SpiderMultusConfigSpecOvs': saidByPlan('E420', { bridge: 'br1' }),
      'sriov:SpiderMultusConfigSpecSriov': saidByPlan('E420', { resourceName: 'example.com/vf' }),
      'vlan:SpiderMultusConfigSpecVlan': saidByPlan('E420', other),
    },
  },
  SpiderMultusConfigSpecIpvlan: {
    modelled: 'bond:SpiderMultusConfigSpecIpvlanBond ippools:SpiderMultusConfigSpecIpvlanIppools master mtu vlanID',
    // Names a device that carries no IP packet of the kernel.
    noPacket: 'rdmaResourceName',
  },
  SpiderMultusConfigSpecIpvlanBond: {
    modelled: 'mode name',
    warned: { options: saidByPlan('W418', 'lacp_rate=fast') },
  },
  SpiderMultusConfigSpecIpvlanIppools: {
    modelled: 'ipv4 ipv6',
    refused: { matchMasterSubnet: saidByPlan('E420', true) },
  },
  SpiderMultusConfigSpecCoordinator: {
    modelled: 'mode tunePodRoutes',
    // Which services and pods of the cluster's own network veth0 leads to is found out by it.
    noPacket: 'hostRuleTable podCIDRType txQueueLen',
    warned: {
      hijackCIDR: saidByPlan('W418', ['10.1.0.0/16']),
      podDefaultRouteNIC: saidByPlan('W418', 'net1'),
      podRPFilter: saidByPlan('W418', 1),
      'policyRoutes:SpiderMultusConfigSpecCoordinatorPolicyRoutes': saidByPlan('W418', [
        { dst: '10.2.0.0/16', gw: '10.9.0.1' },
      ]),
      vethLinkAddress: saidByPlan('W418', '169.254.100.1'),
      vethMTU: saidByPlan('W418', 1400),
    },
    refused: { podMACPrefix: saidByPlan('E430', '0a:1b') },
  },
  SpiderCoordinator: {
    modelled: `${object} spec:SpiderCoordinatorSpec`,
    // What Spiderpool found of the cluster.
    noPacket: 'status:SpiderCoordinatorStatus',
  },
  SpiderCoordinatorSpec: {
    // `podCIDRType` must be there, as the webhook has it.
    modelled: 'mode podCIDRType',
    noPacket: 'hostRuleTable txQueueLen',
    warned: {
      hijackCIDR: saidByPlan('W416', ['10.1.0.0/16']),
      podDefaultRouteNIC: saidByPlan('W416', 'net1'),
      podRPFilter: saidByPlan('W416', 1),
      'policyRoutes:SpiderCoordinatorSpecPolicyRoutes': saidByPlan('W416', [{ dst: '10.2.0.0/16', gw: '10.9.0.1' }]),
      tunePodRoutes: saidByPlan('W416', false),
      vethLinkAddress: saidByPlan('W416', '169.254.100.1'),
      vethMTU: saidByPlan('W416', 1400),
    },
    refused: { podMACPrefix: saidByPlan('E430', '0a:1b') },
  },
  SpiderCoordinatorStatus: { noPacket: 'overlayPodCIDR phase reason serviceCIDR' },
  SpiderIPPool: { modelled: `${object} spec:SpiderIPPoolSpec`, noPacket: 'status:SpiderIPPoolStatus' },
  SpiderIPPoolSpec: {
    modelled: `default disable excludeIPs gateway ipVersion ips multusName namespaceAffinity:LabelSelector namespaceName
      nodeAffinity:LabelSelector nodeName podAffinity:LabelSelector routes:SpiderIPPoolSpecRoutes subnet`,
  },
  SpiderIPPoolSpecRoutes: route,
  SpiderIPPoolStatus: {
    noPacket: 'allocatedIPCount totalIPCount',
    warned: {
      allocatedIPs: {
        code: 'W210',
        loss: 'the addresses that a pool records are given out anew',
        help: 'write `status.podIP` of the pods, as `kubectl get pods -o yaml` prints them, to keep the addresses',
        concerns: otherThan('{}'),
        example: '{"10.9.0.10":{"interface":"eth0","pod":"default/one","podUid":"u"}}',
        by: 'reader',
      },
    },
  },
  SpiderReservedIP: { modelled: `${object} spec:SpiderReservedIPSpec` },
  SpiderReservedIPSpec: { modelled: 'ipVersion ips' },
};
