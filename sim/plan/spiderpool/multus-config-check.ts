/**
 * A SpiderMultusConfig, checked as Spiderpool's webhook checks it and in its words
 * (pkg/multuscniconfig/multusconfig_validate.go of Spiderpool 1.2.2, behind its mutating webhook). The webhook stops at
 * the first mistake; here all are told.
 */
import { dnsSubdomainProblem } from '../../manifest/objects/names.ts';
import type { SpiderMultusConfigManifest, SpiderMultusConfigSpec, SpiderSlave } from '../../manifest/manifests.ts';
import { coordinatorProblems } from './coordinator.ts';
import type { SpiderProblem } from './spider-problem.ts';

/** Versions that Spiderpool's plugins speak. */
export const CNI_VERSIONS: readonly string[] = ['0.3.0', '0.3.1', '0.4.0', '1.0.0'];

type Config = Exclude<
  keyof SpiderMultusConfigSpec,
  'cniType' | 'enableCoordinator' | 'disableIPAM' | 'coordinator' | 'chainCNIJsonData'
>;

/** `cniType` -> where its settings stand, and how the webhook calls them. */
const configs: Readonly<Record<string, { readonly key: Config; readonly words: string }>> = {
  macvlan: { key: 'macvlan', words: 'spec.macvlanConfig' },
  ipvlan: { key: 'ipvlan', words: 'spec.ipvlanConfig' },
  vlan: { key: 'vlan', words: 'spec.vlan' },
  sriov: { key: 'sriov', words: 'spec.sriovConfig' },
  'ib-sriov': { key: 'ibsriov', words: 'spec.ibsriovConfig' },
  ipoib: { key: 'ipoib', words: 'spec.ipoibConfig' },
  ovs: { key: 'ovs', words: 'spec.ovsConfig' },
  custom: { key: 'customCNI', words: 'spec.customCniTypeConfig' },
};

const annotations = {
  networkName: 'multus.spidernet.io/cr-name',
  cniVersion: 'multus.spidernet.io/cni-version',
  rdmaInject: 'cni.spidernet.io/rdma-resource-inject',
  networkInject: 'cni.spidernet.io/network-resource-inject',
} as const;

export function multusConfigProblems(manifest: SpiderMultusConfigManifest): SpiderProblem[] {
  const { spec } = manifest;
  const cniType = spec.cniType ?? 'custom';
  // Custom configurations lose their coordinator before they are checked.
  const coordinator = cniType === 'custom' ? undefined : spec.coordinator;
  return [
    ...annotationProblems(manifest),
    ...configProblems(cniType, manifest),
    ...(coordinator === undefined ? [] : coordinatorProblems(coordinator, ['spec', 'coordinator'])),
  ];
}

function annotationProblems({ annotations: written }: SpiderMultusConfigManifest): SpiderProblem[] {
  const problems: SpiderProblem[] = [];
  const name = written[annotations.networkName];
  const wrongName = name === undefined ? null : dnsSubdomainProblem(name);
  if (wrongName !== null) {
    problems.push({
      path: ['metadata', 'annotations', annotations.networkName],
      message: `invalid custom net-attach-def resource name: it ${wrongName}`,
      help: 'write for example `ipvlan-ens192`',
    });
  }
  const version = written[annotations.cniVersion];
  if (version !== undefined && !CNI_VERSIONS.includes(version)) {
    problems.push({
      path: ['metadata', 'annotations', annotations.cniVersion],
      message: `unsupported CNI version ${version}`,
      help: `write ${CNI_VERSIONS.join(', ')}`,
    });
  }
  return problems;
}

function configProblems(cniType: string, manifest: SpiderMultusConfigManifest): SpiderProblem[] {
  const { spec } = manifest;
  const config = configs[cniType];
  if (config === undefined) return [];
  const { key, words } = config;
  const others = Object.values(configs).filter((other) => other.key !== key && spec[other.key] !== undefined);
  const tooMany = others.map((other): SpiderProblem => ({
    path: ['spec', other.key],
    message: `the cniType ${cniType} only supports ${words}, please remove other CNI configs`,
    help: spec.cniType === undefined ? `add \`cniType: ${typeOf(other.key)}\`` : `remove \`${other.key}\``,
  }));
  if (cniType !== 'custom' && spec[key] === undefined) {
    const meant = others.map((other) => ` or write \`cniType: ${typeOf(other.key)}\``).join('');
    return [
      { path: ['spec', 'cniType'], message: `no ${words} specified`, help: `add \`${key}:\` and its settings${meant}` },
    ];
  }
  return [...ownProblems(cniType, manifest), ...injectionProblems(cniType, manifest), ...tooMany];
}

function typeOf(key: Config): string {
  return Object.keys(configs).find((type) => configs[type]?.key === key) ?? 'custom';
}

function ownProblems(cniType: string, { spec }: SpiderMultusConfigManifest): SpiderProblem[] {
  switch (cniType) {
    case 'ipvlan':
    case 'macvlan':
    case 'vlan': {
      const slave = spec[cniType];
      if (slave === undefined) return [];
      return [...(cniType === 'vlan' ? vlanProblems(slave) : []), ...slaveProblems(cniType, slave)];
    }
    case 'sriov':
      return [...resourceProblems('sriov', spec.sriov), ...rateProblems(spec.sriov)];
    case 'ib-sriov':
      return resourceProblems('ibsriov', spec.ibsriov);
    case 'ipoib':
      if ((spec.ipoib?.master ?? '') !== '') return [];
      return [{ path: ['spec', 'ipoib'], message: 'no spec.ipoibConfig[master] specified', help: 'add `master:`' }];
    case 'ovs':
      return ovsProblems(spec.ovs);
    default:
      return customProblems(spec.customCNI ?? '');
  }
}

function slaveProblems(key: 'ipvlan' | 'macvlan' | 'vlan', { master, bond, ippools }: SpiderSlave): SpiderProblem[] {
  const path = ['spec', key];
  const problems: SpiderProblem[] = [];
  if (ippools?.matchMasterSubnet === true) {
    problems.push({
      path: [...path, 'ippools', 'matchMasterSubnet'],
      message: `MatchMasterSubnet feature is not supported for ${key}`,
      help: 'remove it: only sriov has it',
    });
  }
  if (master.length === 0) {
    problems.push({
      path: [...path, 'master'],
      message: "master can't be empty",
      help: 'name the interface of the node that pods become slaves of',
    });
  }
  if (master.length >= 2 && bond === undefined) {
    problems.push({
      path: [...path, 'master'],
      message: 'the bond property is nil with multiple Interfaces',
      help: 'add `bond:` with a name and a mode, or keep one master',
    });
  }
  if (master.length >= 2 && bond?.name === '') {
    problems.push({
      path: [...path, 'bond', 'name'],
      message: "bond name can't be empty",
      help: 'give the bond a name, such as bond0',
    });
  }
  return problems;
}

function vlanProblems({ vlanMode = 'manual', vlanID }: SpiderSlave & { readonly vlanMode?: string }): SpiderProblem[] {
  if (vlanMode !== 'auto' || vlanID === undefined) return [];
  return [
    {
      path: ['spec', 'vlan', 'vlanID'],
      message: 'vlanId must not be specified when vlanMode is auto',
      help: 'remove it, or write `vlanMode: manual`',
    },
  ];
}

function resourceProblems(key: 'sriov' | 'ibsriov', device: { readonly resourceName?: string } = {}): SpiderProblem[] {
  if ((device.resourceName ?? '') !== '') return [];
  return [
    {
      path: ['spec', key],
      message: `no spec.${key}Config[resourceName] specified`,
      help: 'add `resourceName:`, as the device plugin of the node reports it',
    },
  ];
}

function rateProblems({ minTxRateMbps = 0, maxTxRateMbps = 0 }: SpiderMultusConfigSpec['sriov'] = {}): SpiderProblem[] {
  if (minTxRateMbps <= maxTxRateMbps) return [];
  return [
    {
      path: ['spec', 'sriov', 'minTxRateMbps'],
      message: 'minTxRateMbps must be less than maxTxRateMbps',
      help: 'lower the one or raise the other',
    },
  ];
}

function ovsProblems(ovs: SpiderMultusConfigSpec['ovs']): SpiderProblem[] {
  if (ovs === undefined) return [];
  const problems: SpiderProblem[] = [];
  const { vlan = 0, trunk = [] } = ovs;
  if (vlan < 0 || vlan > 4094) {
    problems.push({
      path: ['spec', 'ovs', 'vlan'],
      message: `invalid vlanId ${vlan}, please make sure vlanId in range [0,4094]`,
      help: 'write a VLAN of 1 to 4094, or 0 for none',
    });
  }
  for (const [i, { minID, maxID }] of trunk.entries()) {
    if (maxID === undefined || maxID >= (minID ?? 0)) continue;
    problems.push({
      path: ['spec', 'ovs', 'trunk', i],
      message: 'minID is greater than maxID in trunk parameter',
      help: 'exchange the two',
    });
  }
  return problems;
}

function customProblems(text: string): SpiderProblem[] {
  if (text === '') return [];
  try {
    JSON.parse(text);
    return [];
  } catch {
    return [
      {
        path: ['spec', 'customCNI'],
        message: "customCniConfig isn't a valid JSON encoding",
        help: 'write the CNI configuration as JSON',
      },
    ];
  }
}

/** Annotations by which Spiderpool puts resources of RDMA and SR-IOV devices into pods. */
function injectionProblems(
  cniType: string,
  { spec, annotations: written }: SpiderMultusConfigManifest,
): SpiderProblem[] {
  const rdma = written[annotations.rdmaInject] !== undefined;
  const network = written[annotations.networkInject] !== undefined;
  if (!rdma && !network) return [];
  const path = ['metadata', 'annotations', rdma ? annotations.rdmaInject : annotations.networkInject];
  if (cniType === 'ovs' || cniType === 'custom') {
    return [
      {
        path,
        message: `the cniType ${cniType} does not support RDMA resource or network resource injected`,
        help: 'remove the annotation',
      },
    ];
  }
  const config = spec[configs[cniType]?.key ?? 'ipvlan'];
  if (typeof config !== 'object') return [];
  const named = { rdmaResourceName: '', resourceName: '', master: '', ...config };
  const resource =
    named.resourceName || named.rdmaResourceName || (typeof named.master === 'string' ? named.master : '');
  if (rdma && resource === '') {
    return [
      { path, message: 'rdmaResourceName can not empty', help: 'add `rdmaResourceName:`, or remove the annotation' },
    ];
  }
  const { ipv4 = [], ipv6 = [] } = config.ippools ?? {};
  if (resource === '' || ipv4.length + ipv6.length > 0) return [];
  return [{ path, message: 'no any ippools configured', help: 'add `ippools:`, or remove the annotation' }];
}
