/** The entry point of this folder: what was said in, what is meant out. Pure: the same manifests give the same plan. */
import { parseAddress, parseCidr } from '../../dataplane/policy/address.ts';
import { parseRate, rateProblems } from '../../dataplane/bandwidth/rate.ts';
import type { NetworkPolicy } from '../../dataplane/policy/network-policy.ts';
import { Collector } from '../diagnostics/collector.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Located, Manifests } from '../manifest/manifests.ts';
import { couldBeUnread } from '../manifest/unread.ts';
import { attachmentsOf, type Attachment } from './attachments.ts';
import { declarationSpan, podKey, type DeclaredPod } from './declared-pod.ts';
import { makeEndpoints } from './endpoints.ts';
import { warnUnenforced } from './enforcement.ts';
import { Ipam } from './ipam.ts';
import { readPools, type Pool } from './ippool.ts';
import { reserveMachines } from './machine-addresses.ts';
import { impliedNics, NodeMasters } from './masters.ts';
import { defaultNetwork, readNetworks, type Network } from './network.ts';
import { networkPolicy, warnOfContradiction } from './network-policy.ts';
import { Parties } from './parties.ts';
import { PLAN_SCHEMA, type Plan, type UnderlayPlan } from './plan.ts';
import { declarePods } from './replicas.ts';
import { schedulableNodes, schedule, type SchedulableNode } from './schedule.ts';
import { scenarioName } from './scenario-name.ts';
import { planTimeline } from './timeline.ts';

const DEFAULT_MTU = 1500;

export interface Planned {
  /** null when a diagnostic is an error. */
  readonly plan: Plan | null;
  /** Sorted by file and position, without repetitions. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Plans the manifests; collects everything that is wrong rather than stopping at the first. */
export function makePlan(manifests: Manifests): Planned {
  const { scenario, unread } = manifests;
  const diagnostics = new Collector((absent) => couldBeUnread(unread, absent));
  const underlay = readUnderlay(manifests, diagnostics);

  const specs = [
    ...manifests.pods.map(({ spec }) => spec),
    ...manifests.workloads.map(({ spec }) => spec.template.spec),
  ];
  const nodes = schedulableNodes(scenario?.spec.nodes ?? null, specs);
  const declared = declarePods(manifests, nodes, diagnostics);
  const hostNetwork = declared.filter(({ spec }) => spec.hostNetwork === true);
  const pods = declared.filter(({ spec }) => spec.hostNetwork !== true);
  for (const pod of hostNetwork) {
    diagnostics.add(
      'W402',
      declarationSpan(pod),
      `${pod.owner?.name ?? pod.name} is left out: with hostNetwork it has no network of its own`,
      {
        help: 'remove `hostNetwork` to have it in the lab',
      },
    );
  }

  const networks = readNetworks(manifests, diagnostics);
  const pools = readPools(manifests.spiderIPPools, diagnostics);
  const attachments = attachAll(pods, networks, diagnostics);
  const masters = makeMasters(nodes, manifests, attachments, underlay, diagnostics);
  const ipam = new Ipam(pools, fallbackPool);
  const hosts = (scenario?.spec.hosts ?? []).map(({ name, addresses }) => ({ name, addresses, routes: [] }));
  if (scenario !== null) reserveMachines(scenario, ipam, pools, diagnostics);

  const namespaces = readNamespaces(manifests, declared);
  const planned = makeEndpoints(
    pods,
    {
      placed: schedule(pods, nodes, diagnostics),
      attachments,
      masters,
      namespaces,
      poolNames: [...pools.keys()],
      ipam,
    },
    diagnostics,
  );

  const policies = manifests.networkPolicies.map((manifest) => networkPolicy(manifest, diagnostics));
  // A policy that a step applies is there to be tried, whatever it denies.
  for (const manifest of manifests.networkPolicies) warnOfContradiction(manifest, diagnostics);
  const nodePlans = nodes.map(({ name }) => ({ name, masters: masters.get(name)?.plans ?? [] }));
  const reached = new Set(planned.map(podKey));
  const coordinated = new Set(
    [...attachments].filter(([, [first]]) => first?.chain.coordinated === true).map(([pod]) => podKey(pod)),
  );
  const unplanned = pods.filter((pod) => !reached.has(podKey(pod)));
  const parties = new Parties(
    scenario ?? nowhere,
    { pods: planned, coordinated, hosts, nodes: nodePlans, hostNetwork, unplanned },
    diagnostics,
  );
  const hasTimeline = !couldBeUnread(unread, { kinds: ['Scenario'], key: null });
  const timeline =
    scenario === null && !hasTimeline ? [] : planTimeline(scenario, { parties, underlay, policies, diagnostics });
  warnUnenforced(attachments, [...policies, ...appliedLater(timeline)], diagnostics);

  const plan: Plan = {
    schema: PLAN_SCHEMA,
    scenario: {
      name: scenario?.name ?? scenarioName(manifests.files),
      description: scenario?.spec.description ?? null,
      file: scenario?.file ?? null,
    },
    engine: scenario?.spec.engine ?? 'ipvlane',
    underlay,
    nodes: nodePlans,
    hosts,
    namespaces: [...namespaces].map(([name, { labels }]) => ({ name, labels })),
    pods: planned,
    policies,
    timeline,
  };
  return { plan: diagnostics.hasErrors ? null : plan, diagnostics: diagnostics.sorted() };
}

/** For pods of the default network, where no pool has `default: true`. Reaches no router: the lab has none. */
const fallbackPool: Pool = {
  name: 'ipvlane-default',
  family: 4,
  subnet: parseCidr('10.244.0.0/16'),
  prefixLength: 16,
  available: [{ first: parseAddress('10.244.0.2'), last: parseAddress('10.244.255.254') }],
  gateway: '10.244.0.1',
  routes: [],
  refused: false,
  manifest: null,
};

/** Without a Scenario nothing can refer to anything. */
const nowhere: Located = {
  file: '',
  spanOf: () => ({ file: '', line: 1, column: 1, offset: 0, length: 0 }),
  keySpanOf: () => ({ file: '', line: 1, column: 1, offset: 0, length: 0 }),
};

function readUnderlay({ scenario }: Manifests, diagnostics: Collector): UnderlayPlan {
  if (scenario === null) return { rateBps: null, delayNs: 0, mtu: DEFAULT_MTU };
  const { rate, delayNs, mtu } = scenario.spec.underlay;
  const parsed = rate === null ? { bps: null } : parseRate(rate);
  if (typeof parsed === 'string') {
    diagnostics.add(
      'E410',
      scenario.spanOf(['spec', 'underlay', 'rate']),
      `rate \`${String(rate)}\` ${rateProblems[parsed]}`,
      {
        help: 'write bits per second: `10G`',
      },
    );
  }
  return { rateBps: typeof parsed === 'string' ? null : parsed.bps, delayNs: delayNs ?? 0, mtu: mtu ?? DEFAULT_MTU };
}

function attachAll(
  pods: readonly DeclaredPod[],
  networks: ReadonlyMap<string, Network>,
  diagnostics: Collector,
): Map<DeclaredPod, readonly Attachment[]> {
  const attachments = new Map<DeclaredPod, readonly Attachment[]>();
  for (const pod of pods) {
    const attached = attachmentsOf(pod, networks, diagnostics);
    if (attached !== null) attachments.set(pod, attached);
  }
  return attachments;
}

function makeMasters(
  nodes: readonly SchedulableNode[],
  { scenario }: Manifests,
  attachments: ReadonlyMap<DeclaredPod, readonly Attachment[]>,
  { mtu }: UnderlayPlan,
  diagnostics: Collector,
): Map<string, NodeMasters> {
  const used = new Set([...attachments.values()].flat().map(({ network }) => network));
  const implied = impliedNics(used.size === 0 ? [defaultNetwork] : used).map((name) => ({
    name,
    mtu: null,
    addresses: [],
  }));
  const written = new Map((scenario?.spec.nodes ?? []).map((node) => [node.name, node.interfaces]));
  return new Map(
    nodes.map(({ name }) => [name, new NodeMasters(name, written.get(name) ?? implied, mtu, diagnostics)]),
  );
}

/** Those declared, those in which something is, and `default`; each with the label that names it. */
function readNamespaces(
  manifests: Manifests,
  pods: readonly DeclaredPod[],
): Map<string, { labels: Readonly<Record<string, string>>; manifest: Manifests['namespaces'][number] | null }> {
  const declared = new Map(manifests.namespaces.map((manifest) => [manifest.name, manifest]));
  const names = new Set(['default', ...declared.keys()]);
  for (const { namespace } of [...pods, ...manifests.networkPolicies]) names.add(namespace);
  return new Map(
    [...names].sort().map((name) => {
      const manifest = declared.get(name) ?? null;
      return [name, { labels: { ...manifest?.labels, 'kubernetes.io/metadata.name': name }, manifest }];
    }),
  );
}

function appliedLater(timeline: Plan['timeline']): NetworkPolicy[] {
  return timeline.flatMap((step) => (step.kind === 'apply' ? (step.change.applyPolicies ?? []) : []));
}
