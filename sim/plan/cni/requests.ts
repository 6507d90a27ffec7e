/**
 * What a pod asks of a network beside its name, and whom Multus hands it to (Multus 4.3.0, pkg/types/conf.go): to every
 * plugin that declares the capability, but on the default network nothing of it.
 */
import { objectKey } from '../cluster/cluster.ts';
import { didYouMean } from '../../diagnostics/nearest.ts';
import type { Chain } from '../network/chain.ts';
import { selectionKeys, type NetworkSelection } from '../network/multus.ts';
import { MAC_IS_THE_MASTERS, NO_VETH_PEER, type Remark } from './chain-remarks.ts';
import { isObject } from './plugin-config.ts';

export interface RequestFindings {
  /** Why a plugin fails; null: it does not. */
  readonly failure: Remark | null;
  readonly remarks: readonly Remark[];
}

/** Whether addresses that a pod asks for reach the IPAM. */
export function takesIps({ capabilities, ipam }: Chain, isDefault: boolean): boolean {
  return !isDefault && heedsIps(ipam) && declares(capabilities, 'ips', 'ipvlan');
}

function heedsIps(ipam: Chain['ipam']): boolean {
  return ipam.kind === 'static' || (ipam.kind === 'ranges' && ipam.plugin === 'host-local');
}

export function requestFindings(
  { namespace, name, ips, others }: NetworkSelection,
  chain: Chain,
  annotations: Readonly<Record<string, string>>,
  isDefault: boolean,
): RequestFindings {
  const key = objectKey({ namespace, name });
  const remarks: Remark[] = [];
  const remark = (field: string, why: string, help: string): void => {
    remarks.push({ message: `\`${field}\` has no effect on ${key}: ${why}`, help });
  };
  const notHanded = 'Multus hands nothing to a default network';
  if (ips.length > 0 && !takesIps(chain, isDefault)) {
    if (isDefault) remark('ips', notHanded, 'write the address into the `addresses` of its static IPAM');
    else if (chain.ipam.kind === 'spiderpool') {
      remark(
        'ips',
        'its IPAM is neither static nor host-local',
        'choose the address by a pool of one, in annotation ipam.spidernet.io/ippools',
      );
    } else if (!heedsIps(chain.ipam)) remark('ips', 'whereabouts takes none', 'use static or host-local IPAM');
    else remark('ips', 'its ipvlan does not declare the capability', 'add `"capabilities": { "ips": true }` to ipvlan');
  }
  let failure: Remark | null = null;
  for (const [field, value] of Object.entries(others)) {
    const taker = chain.capabilities.find((capability) => capability.name === field)?.plugin;
    if (!(selectionKeys as readonly string[]).includes(field)) {
      remark(field, 'it is no key of a network selection', didYouMean(field, [...selectionKeys]) ?? 'remove it');
    } else if (isDefault && field !== 'cni-args') {
      remark(field, notHanded, 'remove it');
    } else if (field === 'mac') {
      if (taker === 'tuning')
        failure = { ...MAC_IS_THE_MASTERS, message: `\`mac\` on ${key}: ${MAC_IS_THE_MASTERS.message}` };
      else remark('mac', 'a slave of ipvlan has the MAC address of its master', 'remove it');
    } else if (field === 'bandwidth') {
      if (taker === 'bandwidth' && hasRate(value))
        failure = { ...NO_VETH_PEER, message: `\`bandwidth\` on ${key}: ${NO_VETH_PEER.message}` };
      else remark('bandwidth', 'no plugin of it limits', 'limit the pod by kubernetes.io/egress-bandwidth');
    } else if (field === 'portMappings') {
      remark('portMappings', 'no port of the node leads to the pod here', 'remove it');
    } else if (field === 'ipam-claim-reference') {
      remark(field, 'no IPAM here keeps addresses in an IPAMClaim', 'choose the address by a pool, or by `ips`');
    } else if (field === 'cni-args') {
      remark('cni-args', 'arguments are not handed to the plugins here', 'remove it');
    } else {
      remark(field, 'ipvlan does not heed it', 'remove it');
    }
  }
  // The container runtime hands the limits of the pod to whoever declares the capability, on every network.
  const limited = ['kubernetes.io/ingress-bandwidth', 'kubernetes.io/egress-bandwidth'].find(
    (one) => one in annotations,
  );
  if (failure === null && limited !== undefined && declares(chain.capabilities, 'bandwidth', 'bandwidth')) {
    failure = { ...NO_VETH_PEER, message: `${limited} on ${key}: ${NO_VETH_PEER.message}` };
  }
  return { failure, remarks };
}

function declares(capabilities: Chain['capabilities'], name: string, plugin: string): boolean {
  return capabilities.some((capability) => capability.name === name && capability.plugin === plugin);
}

function hasRate(value: unknown): boolean {
  return isObject(value) && Object.values(value).some((rate) => typeof rate === 'number' && rate > 0);
}
