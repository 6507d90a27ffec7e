/** Objects of Spiderpool that no pod of the lab is made by: checked as its webhooks do, and what is lost is said. */
import type { Collector } from '../../diagnostics/collector.ts';
import type {
  Located,
  Manifests,
  Path,
  SpiderCoordinatorSpec,
  SpiderMultusConfigSpec,
} from '../../manifest/manifests.ts';
import { MAC_IS_THE_MASTERS } from '../cni/chain-remarks.ts';
import type { Pool } from '../ipam/ippool.ts';
import type { Network } from '../network/network.ts';
import { coordinatorProblems, missingInCoordinator } from './coordinator.ts';
import { readSubnets } from './subnets.ts';

/** Everything that is wrong with them, and one warning each of what they would do in a cluster. */
export function checkOtherSpiderObjects(
  manifests: Manifests,
  networks: Iterable<Network>,
  pools: Iterable<Pool>,
  diagnostics: Collector,
): void {
  checkCoordinators(manifests, networks, diagnostics);
  checkSubnets(manifests, pools, diagnostics);
  warnOfEndpoints(manifests, diagnostics);
  warnOfOlderFields(manifests, diagnostics);
}

function checkCoordinators(
  { spiderCoordinators, spiderMultusConfigs }: Manifests,
  networks: Iterable<Network>,
  diagnostics: Collector,
): void {
  const coordinated =
    spiderMultusConfigs.some(({ spec }) => isCoordinated(spec)) ||
    [...networks].some(({ chain }) => chain?.coordinated === true);
  for (const { name, spec, spanOf } of spiderCoordinators) {
    const problems = [...missingInCoordinator(spec), ...coordinatorProblems(spec, ['spec'])];
    for (const { path, message, help } of problems) {
      diagnostics.add('E429', spanOf(path), `SpiderCoordinator ${name}: ${message}`, { help });
    }
    if (problems.length > 0) continue;
    // The plugin takes it where its own configuration has none; `mode` it has there always.
    if (coordinated && (spec.podMACPrefix ?? '') !== '') {
      const { message, help } = MAC_IS_THE_MASTERS;
      const what = `\`podMACPrefix\` of SpiderCoordinator ${name}: ${message}`;
      diagnostics.add('E430', spanOf(['spec', 'podMACPrefix']), what, { help });
      continue;
    }
    if (spec.mode === 'disabled') continue;
    diagnostics.add(
      'W416',
      spanOf(['metadata', 'name']),
      `SpiderCoordinator ${name} has no effect here: the coordinator's veth0 and the routes through it (to the own node, to Services${routesOf(spec)}) are not made${settingsOf(spec)}`,
      { help: 'measure between pods of different nodes: that path does not use them' },
    );
  }
}

function routesOf({ hijackCIDR = [], policyRoutes = [] }: SpiderCoordinatorSpec): string {
  const all = [...hijackCIDR, ...policyRoutes.map(({ dst }) => dst)];
  return all.length === 0 ? '' : `, to ${all.join(', ')}`;
}

/** Whether a network of ipvlan that it makes ends with the coordinator. */
function isCoordinated({ cniType, enableCoordinator, coordinator }: SpiderMultusConfigSpec): boolean {
  return cniType === 'ipvlan' && enableCoordinator !== false && coordinator?.mode !== 'disabled';
}

/** Names of the settings that are not heeded, other than their defaults. */
function settingsOf(spec: SpiderCoordinatorSpec): string {
  const settings = {
    hijackCIDR: (spec.hijackCIDR ?? []).length > 0,
    policyRoutes: (spec.policyRoutes ?? []).length > 0,
    podDefaultRouteNIC: (spec.podDefaultRouteNIC ?? '') !== '',
    podMACPrefix: (spec.podMACPrefix ?? '') !== '',
    podRPFilter: (spec.podRPFilter ?? 0) > 0,
    tunePodRoutes: spec.tunePodRoutes === false,
    vethLinkAddress: (spec.vethLinkAddress ?? '') !== '',
    vethMTU: spec.vethMTU !== undefined,
  };
  const named = Object.entries(settings).flatMap(([field, written]) => (written ? [`\`${field}\``] : []));
  return named.length === 0 ? '' : `, and nothing comes of ${named.join(', ')}`;
}

function checkSubnets(
  { spiderSubnets, spiderIPPools }: Manifests,
  pools: Iterable<Pool>,
  diagnostics: Collector,
): void {
  for (const manifest of readSubnets(spiderSubnets, pools, diagnostics)) {
    const { name, spec } = manifest;
    const heirs = spiderIPPools.filter(
      (pool) =>
        pool.spec.subnet === spec.subnet &&
        ((spec.gateway !== undefined && pool.spec.gateway === undefined) ||
          ((spec.routes ?? []).length > 0 && pool.spec.routes === undefined)),
    );
    const inherited =
      heirs.length === 0
        ? ''
        : `, and ${heirs.map((pool) => pool.name).join(', ')} does not inherit its gateway and routes`;
    diagnostics.add(
      'W416',
      manifest.spanOf(['metadata', 'name']),
      `SpiderSubnet ${name} has no effect here: no pools are made of it for applications${inherited}`,
      { help: 'write a SpiderIPPool with its addresses, gateway and routes for each application' },
    );
  }
}

function warnOfEndpoints({ spiderEndpoints }: Manifests, diagnostics: Collector): void {
  const [first] = spiderEndpoints;
  if (first === undefined) return;
  const count = spiderEndpoints.length;
  diagnostics.add(
    'W416',
    first.spanOf(['kind']),
    `${count === 1 ? 'a SpiderEndpoint has' : `${count} SpiderEndpoints have`} no effect here: the addresses that they record are given out anew, by the pools`,
    { help: 'write `status.podIP` of the pods, as `kubectl get pods -o yaml` prints them, to keep the addresses' },
  );
}

/** Until 0.9 in the definitions, from 1.0 on no more: kubectl refuses them there. */
function warnOfOlderFields(manifests: Manifests, diagnostics: Collector): void {
  const warn = (object: Located & { readonly kind: string; readonly name: string }, path: Path): void => {
    const field = path.at(-1);
    diagnostics.add(
      'W417',
      object.keySpanOf(path),
      `\`${String(field)}\` of ${object.kind} ${object.name} is a field of Spiderpool 0.9 and older: 1.0 and newer refuse it`,
      { help: 'remove it; it has no effect here' },
    );
  };
  for (const pool of [...manifests.spiderIPPools, ...manifests.spiderSubnets]) {
    if (pool.spec.vlan !== undefined) warn(pool, ['spec', 'vlan']);
  }
  for (const coordinator of manifests.spiderCoordinators) {
    for (const field of olderIn(coordinator.spec)) warn(coordinator, ['spec', field]);
  }
  for (const config of manifests.spiderMultusConfigs) {
    for (const field of olderIn(config.spec.coordinator ?? {})) warn(config, ['spec', 'coordinator', field]);
    for (const key of ['ipvlan', 'macvlan', 'vlan', 'sriov', 'ibsriov'] as const) {
      for (const field of ['enableRdma', 'ibKubernetesEnabled']) {
        if (field in (config.spec[key] ?? {})) warn(config, ['spec', key, field]);
      }
    }
  }
}

function olderIn(spec: SpiderCoordinatorSpec): string[] {
  return ['hostRPFilter', 'detectGateway', 'detectIPConflict'].filter((field) => field in spec);
}
