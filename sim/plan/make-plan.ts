/** The entry point of this folder: what was said in, what is meant out. Pure: the same manifests give the same plan. */
import type { NetworkPolicy } from '../../dataplane/policy/network-policy.ts';
import { Collector } from '../diagnostics/collector.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Located, Manifests, NetworkPolicyManifest, ScenarioManifest } from '../manifest/manifests.ts';
import { couldBeUnread } from '../manifest/objects/unread.ts';
import { hostAddress } from './ipam/address-of-cidr.ts';
import type { Attachment } from './network/attachments.ts';
import { checkRouters } from './wire/check-routers.ts';
import { ClusterPlanner } from './cluster/cluster-planner.ts';
import { changeCluster, labelsOfNamespace, objectKey, type Cluster } from './cluster/cluster.ts';
import type { DeclaredPod } from './pods/declared-pod.ts';
import { warnUnenforced } from './network/enforcement.ts';
import { Ipam } from './ipam/ipam.ts';
import { readPools } from './ipam/ippool.ts';
import { reserveMachines, reserveNodes } from './ipam/machine-addresses.ts';
import { requireLinks } from './wire/known-machines.ts';
import { LiveChanges } from './cluster/live-changes.ts';
import { checkMapRoom } from './map-room.ts';
import { impliedNics, NodeMasters } from './network/masters.ts';
import { deriveTimeline, type DerivedTimeline } from './derived/default-timeline.ts';
import { readNetworks, type Network } from './network/network.ts';
import { networkPolicy, warnOfContradiction } from './network/network-policy.ts';
import { Parties } from './cluster/parties.ts';
import { plannedAtStart } from './cluster/planned-cluster.ts';
import { attachAll, PodPlanner, withNetwork } from './pods/pod-planner.ts';
import { annotatedIn, warnOfIdleLimits } from './limit-words/limit-words.ts';
import { PLAN_SCHEMA, type LinkPlan, type Plan, type UnderlayPlan } from './plan.ts';
import { warnOfIdlePolicies } from './policy-words/idle-policies.ts';
import { warnAboveWire } from './network/above-wire.ts';
import { compareStatus } from './exported/compare-status.ts';
import { subnetsOf } from './ipam/attached-subnets.ts';
import { fallbackPools } from './exported/fallback-pools.ts';
import { exportedNodeAddresses, type NodeAddress } from './exported/node-addresses.ts';
import { ownershipOf } from './exported/ownership.ts';
import { RangeIpam } from './ipam/range-ipam.ts';
import { declarePods } from './pods/replicas.ts';
import { warnOfResources } from './schedule/resources.ts';
import { describedNodes } from './schedule/described-nodes.ts';
import { schedulableNodes, type SchedulableNode } from './schedule/node.ts';
import { planHosts } from './wire/routers.ts';
import { scenarioName } from './scenario-name.ts';
import { planTimeline } from './steps/timeline.ts';
import { PLAIN_WIRE, planUnderlay } from './wire/underlay.ts';
import { refusalsOf, withEngine } from './with-engine.ts';
import { checkOtherSpiderObjects } from './spiderpool/other-objects.ts';
import { readReservedIPs, withoutReserved } from './spiderpool/reserved-ips.ts';

export interface Planned {
  /** null when a diagnostic is an error. */
  readonly plan: Plan | null;
  /** For commands that change the lab while it runs. */
  readonly live: LiveChanges;
  /** Sorted by file and position, without repetitions. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface PlanOptions {
  /** Whether limits are measured where no timeline is written; left out: they are. */
  readonly traffic?: boolean;
  /** What the folder is called that was given as `.` or `..`; left out: none was. */
  readonly here?: string;
  /** What the folder is called that was given with all that is below it. */
  readonly searched?: string;
}

/** Plans the manifests; collects everything that is wrong rather than stopping at the first. */
export function makePlan(manifests: Manifests, options: PlanOptions = {}): Planned {
  const { scenario, unread } = manifests;
  const diagnostics = new Collector((absent) => couldBeUnread(unread, absent));
  const machines = planHosts(scenario?.spec.hosts ?? [], scenario?.spec.underlay.mtu ?? PLAIN_WIRE.mtu);
  if (scenario !== null) checkRouters(scenario, scenario.spec.underlay.mtu ?? PLAIN_WIRE.mtu, diagnostics);
  const underlay = readUnderlay(manifests, machines.links, diagnostics);

  const ownership = ownershipOf(manifests, diagnostics);
  const workloads = ownership.workloads.map(({ manifest }) => manifest);
  const specs = [...ownership.pods.map(({ spec }) => spec), ...workloads.map(({ spec }) => spec.template.spec)];
  const described = describedNodes(scenario?.spec.nodes ?? null, manifests.nodes, diagnostics);
  const nodes = schedulableNodes(described, specs);
  const names = new Set<string>();
  const declared = declarePods(ownership, nodes, diagnostics, names);
  const pods = withNetwork(declared, diagnostics);
  const networks = readNetworks(manifests, diagnostics);
  const reserved = readReservedIPs(manifests.spiderReservedIPs, diagnostics);
  const written = readPools(manifests.spiderIPPools, diagnostics);
  const pools = withoutReserved(written, reserved);
  checkOtherSpiderObjects(manifests, networks.values(), written.values(), diagnostics);
  const attachments = attachAll(pods, networks, diagnostics);
  const attached = [...attachments.values(), ...attachLater(scenario, nodes, networks).values()].flat();
  const fallbacks = fallbackPools(addressesOfDefaultNetwork(attachments), [
    ...[...pools.values()].map(({ subnet }) => subnet),
    ...subnetsOf(attached),
  ]);
  const nodeAddresses = exportedNodeAddresses(
    manifests,
    scenario?.spec.nodes ?? [],
    [...pools.values(), ...fallbacks],
    diagnostics,
  );
  const masters = makeMasters(nodes, manifests, attached, underlay, nodeAddresses, diagnostics);
  const ipam = new Ipam(pools, fallbacks);
  const { hosts } = machines;
  if (scenario !== null) reserveMachines(scenario, ipam, diagnostics);
  reserveNodes(nodeAddresses, ipam, diagnostics);

  const namespaces = readNamespaces(manifests, declared);
  // As they are at the start: steps of the timeline change those of the ground.
  const labelsAtStart = new Map<string, Readonly<Record<string, string>>>();
  for (const [name, { labels }] of namespaces) labelsAtStart.set(name, labels);
  const ranges = new RangeIpam(ipam);
  const charge = scenario?.spec.dataplane?.charge ?? 'l2';
  const ground = {
    nodes,
    networks,
    masters,
    ipam,
    ranges,
    charge,
    namespaces,
    poolNames: [...pools.keys()],
  };
  const podPlanner = new PodPlanner(ground);
  const planned = podPlanner.plan(declared, attachments, diagnostics);

  const plannedByKey = new Map(planned.map((pod) => [objectKey(pod), pod]));
  compareStatus(pods, plannedByKey, diagnostics);
  warnOfResources(pods, (pod) => plannedByKey.get(objectKey(pod))?.node, manifests.nodes, diagnostics);
  const nodePlans = nodes.map(({ name }) => {
    const { plans = [] } = masters.get(name) ?? {};
    return { name, masters: plans, ...machines.routesOfNode(plans) };
  });
  warnAboveWire(pods, { underlay, nodes: nodePlans, planned: (key) => plannedByKey.get(key) }, diagnostics);
  const policies = manifests.networkPolicies.map((manifest) => networkPolicy(manifest, diagnostics));
  // A policy that a step applies is there to be tried, whatever it denies.
  for (const manifest of manifests.networkPolicies) warnOfContradiction(manifest, diagnostics);
  const reached = new Set(planned.map(objectKey));
  const unplanned = pods.filter((pod) => !reached.has(objectKey(pod)));
  const networked = new Set(pods);
  const hostNetwork = declared.filter((pod) => !networked.has(pod));
  if (scenario !== null) {
    requireLinks(scenario.spec.underlay.links, { nodes: nodePlans, hosts }, { scenario, diagnostics });
  }
  const parties = new Parties(
    scenario ?? nowhere,
    { pods: planned, coordinated: podPlanner.coordinated, hosts, nodes: nodePlans, hostNetwork, unplanned },
    diagnostics,
  );
  const hasTimeline = !couldBeUnread(unread, { kinds: ['Scenario'], key: null });
  const start: Cluster = {
    namespaces: labelsAtStart,
    pods: new Map(planned.map((pod) => [objectKey(pod), pod])),
    policies: new Map(policies.map((policy) => [objectKey(policy), policy])),
  };
  const live = new LiveChanges(new ClusterPlanner(podPlanner, names), plannedAtStart(start, pods, workloads), {
    networks,
    hostNetwork,
    services: manifests.services,
  });
  const derived =
    (scenario === null || scenario.spec.timeline.length === 0) && !(scenario === null && !hasTimeline)
      ? deriveTimeline({
          parties,
          cluster: start,
          underlay,
          charge,
          nodes: nodePlans,
          hosts,
          pools: [...pools.values(), ...fallbacks],
          scenario: scenario ?? nowhere,
          traffic: options.traffic ?? true,
          diagnostics,
        })
      : NO_TIMELINE;
  const timeline =
    scenario !== null && scenario.spec.timeline.length > 0
      ? planTimeline(scenario, { parties, underlay, nodes: nodePlans, charge, live, diagnostics })
      : derived.timeline;
  ipam.forgetReturned();
  ranges.forgetReturned();
  warnUnenforced(attachments, [...policies, ...appliedLater(timeline)], diagnostics);

  const plan: Plan = {
    schema: PLAN_SCHEMA,
    scenario: {
      name: scenario?.name ?? scenarioName(manifests.files, options.here, options.searched),
      description: scenario?.spec.description ?? null,
      file: scenario?.file ?? null,
    },
    engine: 'ipvlane',
    underlay,
    nodes: nodePlans,
    hosts: [...hosts, ...derived.hosts],
    namespaces: Array.from(labelsAtStart, ([name, labels]) => ({ name, labels })),
    pods: planned,
    policies,
    timeline,
    ...dataplanePlan(scenario),
    ...(derived.unmeasured.length === 0 ? {} : { unmeasured: derived.unmeasured }),
  };
  checkMapRoom(scenario, plan, diagnostics);
  const engine = scenario?.spec.engine ?? 'ipvlane';
  for (const { path, message, help } of refusalsOf(engine, plan))
    diagnostics.add('E422', scenario?.spanOf(path), message, { help });
  warnOfIdleLimits(annotatedIn(manifests), diagnostics);
  if (!diagnostics.hasErrors) {
    const written = [...manifests.networkPolicies, ...policiesOfSteps(scenario)];
    const around = { states: statesOf(start, timeline), hostNetwork, services: manifests.services };
    warnOfIdlePolicies(written, around, diagnostics, policies);
  }
  const whole = withEngine(plan, engine);
  return { plan: diagnostics.hasErrors ? null : whole, live, diagnostics: diagnostics.sorted() };
}

const NO_TIMELINE: DerivedTimeline = { timeline: [], hosts: [], unmeasured: [] };

function dataplanePlan(scenario: Manifests['scenario']): Pick<Plan, 'dataplane'> {
  const written = scenario?.spec.dataplane ?? null;
  if (written === null) return {};
  const { maps, verifyAddresses, fullConntrack, charge, bursts } = written;
  const ofConntrack = fullConntrack === null ? {} : { fullConntrack };
  const ofCharge = charge === null ? {} : { charge };
  const ofBursts = Object.keys(bursts).length === 0 ? {} : { bursts };
  return { dataplane: { maps, verifyAddresses: verifyAddresses ?? true, ...ofConntrack, ...ofCharge, ...ofBursts } };
}

/** Without a Scenario nothing can refer to anything. */
const nowhere: Located = {
  file: '',
  spanOf: () => ({ file: '', line: 1, column: 1, offset: 0, length: 0 }),
  keySpanOf: () => ({ file: '', line: 1, column: 1, offset: 0, length: 0 }),
};

/** @param links those to routers */
function readUnderlay({ scenario }: Manifests, links: readonly LinkPlan[], diagnostics: Collector): UnderlayPlan {
  if (scenario === null) return PLAIN_WIRE;
  const before = links.length === 0 ? PLAIN_WIRE : { ...PLAIN_WIRE, links };
  return planUnderlay(scenario.spec.underlay, scenario, ['spec', 'underlay'], before, diagnostics);
}

/** Pods that only a step brings: the masters of their networks must be there from the beginning. */
function attachLater(
  scenario: ScenarioManifest | null,
  nodes: readonly SchedulableNode[],
  networks: ReadonlyMap<string, Network>,
): Map<DeclaredPod, readonly Attachment[]> {
  // What is wrong with them is said at the step.
  const unheard = new Collector();
  const applied = (scenario?.spec.timeline ?? []).flatMap((step) => (step.verb === 'apply' ? [step.objects] : []));
  return attachAll(
    applied.flatMap((objects) => declarePods(ownershipOf(objects, unheard), nodes, unheard)),
    networks,
    unheard,
  );
}

function makeMasters(
  nodes: readonly SchedulableNode[],
  { scenario }: Manifests,
  attached: readonly Attachment[],
  { mtu }: UnderlayPlan,
  nodeAddresses: ReadonlyMap<string, readonly NodeAddress[]>,
  diagnostics: Collector,
): Map<string, NodeMasters> {
  const names = impliedNics(attached);
  const implied = (node: string) =>
    names.map((name, i) => ({
      name,
      mtu: null,
      gso: true,
      gsoMaxSize: null,
      podGsoMaxSize: null,
      addresses: i === 0 ? (nodeAddresses.get(node) ?? []).map(({ text }) => text) : [],
    }));
  const written = new Map((scenario?.spec.nodes ?? []).map((node) => [node.name, node.interfaces]));
  return new Map(
    nodes.map(({ name }) => [name, new NodeMasters(name, written.get(name) ?? implied(name), mtu, diagnostics)]),
  );
}

/** What pods had of the network that is ours where no pool is for it. */
function addressesOfDefaultNetwork(attachments: ReadonlyMap<DeclaredPod, readonly Attachment[]>): bigint[] {
  return [...attachments].flatMap(([{ had }, [first]]) =>
    first?.network.key === null ? (had?.addresses ?? []).flatMap((text) => hostAddress(text) ?? []) : [],
  );
}

/** Those declared, those in which something is, and `default`; each with the label that names it. */
function readNamespaces(
  manifests: Manifests,
  pods: readonly DeclaredPod[],
): Map<string, { labels: Readonly<Record<string, string>>; manifest: Manifests['namespaces'][number] | null }> {
  const declared = new Map<string, Manifests['namespaces'][number] | null>([['default', null]]);
  for (const manifest of manifests.namespaces) declared.set(manifest.name, manifest);
  for (const list of [pods, manifests.networkPolicies]) {
    for (const { namespace } of list) if (!declared.has(namespace)) declared.set(namespace, null);
  }
  const namespaces: ReturnType<typeof readNamespaces> = new Map();
  for (const name of [...declared.keys()].sort()) {
    const manifest = declared.get(name) ?? null;
    namespaces.set(name, { labels: labelsOfNamespace(name, manifest?.labels), manifest });
  }
  return namespaces;
}

function policiesOfSteps(scenario: ScenarioManifest | null): NetworkPolicyManifest[] {
  return (scenario?.spec.timeline ?? []).flatMap((step) =>
    step.verb === 'apply' ? [...step.objects.networkPolicies] : [],
  );
}

/** The cluster at the start and after each change of the timeline. */
function statesOf(start: Cluster, timeline: Plan['timeline']): Cluster[] {
  const states = [start];
  for (const step of timeline) {
    if ('change' in step) states.push(changeCluster(states.at(-1) ?? start, step.change));
  }
  return states;
}

function appliedLater(timeline: Plan['timeline']): NetworkPolicy[] {
  return timeline.flatMap((step) => ('change' in step ? (step.change.applyPolicies ?? []) : []));
}
