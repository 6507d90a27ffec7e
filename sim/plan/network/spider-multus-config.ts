/**
 * SpiderMultusConfig to NetworkAttachmentDefinition: the plugin chain that Spiderpool's controller writes.
 *
 * `[ifacer,] ipvlan, chainCNIJsonData..., coordinator`, in the order, and with the keys in the order, of the
 * NetworkAttachmentDefinition shown in Spiderpool's docs/usage/ipvlan_bandwidth.md. Defaults are those of its mutating
 * webhook (pkg/multuscniconfig/multusconfig_mutate.go, multusconfig_informer.go of 1.2.2); what its validating webhook
 * refuses is in spiderpool/multus-config-check.ts.
 */
import type {
  Path,
  SpiderCoordinatorSpec,
  SpiderMultusConfigManifest,
  SpiderMultusConfigSpec,
} from '../../manifest/manifests.ts';
import type { ConfigPlace } from '../cni/plugin-config.ts';
import type { SpiderProblem } from '../spiderpool/spider-problem.ts';

export const spiderAnnotations = {
  /** Name inside the CNI configuration; cilium-cni takes part only where it is `spidernet-chainer`. */
  cniName: 'cni.spidernet.io/cniconfig-name',
  cniVersion: 'multus.spidernet.io/cni-version',
  /** Name of the NetworkAttachmentDefinition, where it is to differ from the SpiderMultusConfig's. */
  networkName: 'multus.spidernet.io/cr-name',
} as const;

const DEFAULT_CNI_VERSION = '0.3.1';

export type CniConfig = Readonly<Record<string, unknown>>;

export interface GeneratedNetwork {
  readonly namespace: string;
  readonly name: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** null: `cniType: custom` without a configuration. */
  readonly config: CniConfig | null;
}

/** Why there is no NetworkAttachmentDefinition that we could read, and the place in the SpiderMultusConfig. */
export interface MultusConfigProblem extends SpiderProblem {
  readonly kind: 'invalid' | 'not-modelled';
}

type Ipvlan = NonNullable<SpiderMultusConfigSpec['ipvlan']>;

/** What Spiderpool makes of a SpiderMultusConfig that its webhook has taken. */
export function makeNetworkAttachmentDefinition(
  manifest: SpiderMultusConfigManifest,
): GeneratedNetwork | MultusConfigProblem {
  const { annotations, spec } = manifest;
  const head = {
    namespace: manifest.namespace,
    name: annotations[spiderAnnotations.networkName] ?? manifest.name,
    annotations,
  };
  const cniType = spec.cniType ?? 'custom';
  const { ipvlan, customCNI = '' } = spec;
  if (cniType === 'custom') return { ...head, config: customCNI === '' ? null : (JSON.parse(customCNI) as CniConfig) };
  if (cniType !== 'ipvlan' || ipvlan === undefined) {
    return {
      kind: 'not-modelled',
      path: ['spec', 'cniType'],
      message: `cniType ${cniType} is not modelled`,
      help: 'use `ipvlan`, or `custom` with an ipvlan configuration',
    };
  }
  return {
    ...head,
    config: {
      cniVersion: annotations[spiderAnnotations.cniVersion] ?? DEFAULT_CNI_VERSION,
      name: annotations[spiderAnnotations.cniName] || head.name,
      plugins: [
        ...ifacer(ipvlan),
        ipvlanPlugin(ipvlan, spec.disableIPAM === true),
        ...(spec.chainCNIJsonData ?? []).map((text) => JSON.parse(text) as CniConfig),
        ...(spec.enableCoordinator === false ? [] : [coordinator(spec.coordinator ?? {})]),
      ],
    },
  };
}

/** Makes the bond and the VLAN; only where there is one to make. */
function ifacer({ master, bond, vlanID = 0 }: Ipvlan): CniConfig[] {
  if (vlanID === 0 && master.length < 2) return [];
  return [
    {
      ...(vlanID === 0 ? {} : { vlanID }),
      type: 'ifacer',
      interfaces: master,
      ...(bond === undefined ? {} : { bond }),
    },
  ];
}

function ipvlanPlugin({ master, bond, vlanID = 0, mtu = 0, ippools = {} }: Ipvlan, withoutIpam: boolean): CniConfig {
  const base = master.length === 1 ? master[0] : bond?.name;
  return {
    type: 'ipvlan',
    master: vlanID === 0 ? base : `${String(base)}.${vlanID}`,
    ...(mtu === 0 ? {} : { mtu }),
    ...(withoutIpam
      ? {}
      : {
          ipam: {
            type: 'spiderpool',
            ...(ippools.ipv4 === undefined || ippools.ipv4.length === 0 ? {} : { default_ipv4_ippool: ippools.ipv4 }),
            ...(ippools.ipv6 === undefined || ippools.ipv6.length === 0 ? {} : { default_ipv6_ippool: ippools.ipv6 }),
          },
        }),
  };
}

/** The way to what a plugin of the chain, or one of its keys, was made from; as `makeNetworkAttachmentDefinition` puts them. */
export function placeOfPlugin({ spec }: SpiderMultusConfigManifest, place: ConfigPlace): Path {
  // The elements are whole texts, and so is this: a way goes on inside of their JSON.
  if (spec.cniType !== 'ipvlan' || spec.ipvlan === undefined) {
    return ['spec', 'customCNI', ...wayInConfig(place, (spec.customCNI ?? '').includes('"plugins"'))];
  }
  const { plugin = 0, part, key } = place;
  const before = ifacer(spec.ipvlan).length + 1;
  const inside = key === undefined ? [] : [fieldOf(key)];
  if (plugin < before) return ['spec', 'ipvlan', ...(part === 'ipam' ? ['ippools'] : inside)];
  const chained = spec.chainCNIJsonData?.length ?? 0;
  if (plugin >= before + chained) return ['spec', 'coordinator', ...inside];
  return ['spec', 'chainCNIJsonData', plugin - before, ...(key === undefined ? [] : [key])];
}

/** From a configuration to a place in it; of one that is a single plugin there is no list to go into. */
export function wayInConfig({ plugin, part, key }: ConfigPlace, isList: boolean): Path {
  return [
    ...(isList && plugin !== undefined ? ['plugins', plugin] : []),
    ...(part === undefined ? [] : [part]),
    ...(key === undefined ? [] : [key]),
  ];
}

function fieldOf(key: string): string {
  const [field = key] = Object.entries(coordinatorKeys).find(([, written]) => written === key) ?? [];
  return field;
}

/**
 * Key of SpiderMultusConfig -> key of the plugin, in the order in which they are written. `detectIPConflict` and
 * `detectGateway` were among them until 0.9.
 */
const coordinatorKeys = {
  txQueueLen: 'txQueueLen',
  vethLinkAddress: 'vethLinkAddress',
  vethMTU: 'vethMTU',
  tunePodRoutes: 'tunePodRoutes',
  podMACPrefix: 'podMACPrefix',
  mode: 'mode',
  podDefaultRouteNIC: 'podDefaultRouteNic',
} as const satisfies Partial<Record<keyof SpiderCoordinatorSpec, string>>;

const coordinatorDefaults: SpiderCoordinatorSpec = { txQueueLen: 0, tunePodRoutes: true, mode: 'auto' };

/** `hostRuleTable` has no key there: only the cluster-wide SpiderCoordinator's counts. */
function coordinator(written: SpiderCoordinatorSpec): CniConfig {
  const settings = { ...coordinatorDefaults, ...written };
  const plugin: Record<string, unknown> = {};
  for (const [from, to] of Object.entries(coordinatorKeys)) {
    const value = settings[from as keyof typeof coordinatorKeys];
    if (value !== undefined && value !== '') plugin[to] = value;
  }
  const { hijackCIDR = [], policyRoutes = [] } = settings;
  return {
    ...plugin,
    type: 'coordinator',
    // Taken over where podCIDRType is written alone: so 1.2.2 has it.
    ...(settings.podCIDRType === undefined ? {} : { podRPFilter: settings.podRPFilter ?? 0 }),
    ...(hijackCIDR.length === 0 ? {} : { hijackCIDR }),
    ...(policyRoutes.length === 0 ? {} : { policyRoutes }),
  };
}
