/**
 * SpiderMultusConfig to NetworkAttachmentDefinition: the plugin chain that Spiderpool's controller writes.
 *
 * `[ifacer,] ipvlan, chainCNIJsonData..., coordinator`, in the order, and with the keys in the order, of the
 * NetworkAttachmentDefinition shown in Spiderpool's docs/usage/ipvlan_bandwidth.md. Defaults are those of its mutating
 * webhook; refusals are in the words of its validating webhook (pkg/multuscniconfig/multusconfig_validate.go).
 */
import type { Path, SpiderMultusConfigManifest, SpiderMultusConfigSpec } from '../manifest/manifests.ts';

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

/** Why there is no NetworkAttachmentDefinition, and the place in the SpiderMultusConfig. */
export interface MultusConfigProblem {
  readonly kind: 'invalid' | 'not-modelled';
  readonly path: Path;
  readonly message: string;
  readonly help: string;
}

type Ipvlan = NonNullable<SpiderMultusConfigSpec['ipvlan']>;

/** What Spiderpool makes of a SpiderMultusConfig, or why it does not. */
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
  if (cniType === 'custom') return custom(head, spec);
  if (cniType !== 'ipvlan') {
    return {
      kind: 'not-modelled',
      path: ['spec', 'cniType'],
      message: `cniType ${cniType} is not modelled`,
      help: 'use `ipvlan`, or `custom` with an ipvlan configuration',
    };
  }
  const { ipvlan } = spec;
  if (ipvlan === undefined) {
    return invalid(['spec'], 'no spec.ipvlanConfig specified', 'add `ipvlan:` with its `master:`');
  }
  const problem = problemOf(ipvlan);
  if (problem !== null) return problem;
  return {
    ...head,
    config: {
      cniVersion: annotations[spiderAnnotations.cniVersion] ?? DEFAULT_CNI_VERSION,
      name: annotations[spiderAnnotations.cniName] ?? head.name,
      plugins: [
        ...ifacer(ipvlan),
        ipvlanPlugin(ipvlan, spec.disableIPAM === true),
        ...(spec.chainCNIJsonData ?? []).map((text) => JSON.parse(text) as CniConfig),
        ...(spec.enableCoordinator === false ? [] : [coordinator(spec.coordinator ?? {})]),
      ],
    },
  };
}

function custom(
  head: Omit<GeneratedNetwork, 'config'>,
  spec: SpiderMultusConfigSpec,
): GeneratedNetwork | MultusConfigProblem {
  if (spec.customCNI === undefined || spec.customCNI === '') return { ...head, config: null };
  try {
    return { ...head, config: JSON.parse(spec.customCNI) as CniConfig };
  } catch {
    return invalid(
      ['spec', 'customCNI'],
      "customCniConfig isn't a valid JSON encoding",
      'write the CNI configuration as JSON',
    );
  }
}

function problemOf({ master, bond, vlanID = 0 }: Ipvlan): MultusConfigProblem | null {
  const path = ['spec', 'ipvlan'];
  if (vlanID < 0 || vlanID > 4094) {
    return invalid(
      [...path, 'vlanID'],
      `invalid vlanId ${vlanID}, please make sure vlanId in range [0,4094]`,
      'write a VLAN of 1 to 4094, or 0 for none',
    );
  }
  if (master.length === 0) {
    return invalid(
      [...path, 'master'],
      "master can't be empty",
      'name the interface of the node that pods become slaves of',
    );
  }
  if (master.length >= 2 && bond === undefined) {
    return invalid(
      [...path, 'master'],
      'the bond property is nil with multiple Interfaces',
      'add `bond:` with a name and a mode, or keep one master',
    );
  }
  if (master.length >= 2 && bond?.name === '') {
    return invalid([...path, 'bond', 'name'], "bond name can't be empty", 'give the bond a name, such as bond0');
  }
  return null;
}

function invalid(path: Path, message: string, help: string): MultusConfigProblem {
  return { kind: 'invalid', path, message, help };
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

/** Key of SpiderMultusConfig -> key of the plugin, in the order in which they are written. */
const coordinatorKeys = {
  detectIPConflict: 'detectIPConflict',
  detectGateway: 'detectGateway',
  vethLinkAddress: 'vethLinkAddress',
  podMACPrefix: 'podMACPrefix',
  podRPFilter: 'podRPFilter',
  txQueueLen: 'txQueueLen',
  tunePodRoutes: 'tunePodRoutes',
  mode: 'mode',
  podDefaultRouteNIC: 'podDefaultRouteNic',
  hijackCIDR: 'hijackCIDR',
} as const;

const coordinatorDefaults: CniConfig = { txQueueLen: 0, tunePodRoutes: true, mode: 'auto' };

function coordinator(written: CniConfig): CniConfig {
  const settings = { ...coordinatorDefaults, ...written };
  const plugin: Record<string, unknown> = {};
  for (const [from, to] of Object.entries(coordinatorKeys)) {
    if (settings[from] !== undefined) plugin[to] = settings[from];
  }
  return { ...plugin, type: 'coordinator' };
}
