/**
 * Pods to nodes, as kube-scheduler puts them: who is bound by `nodeName` is there first; then one pod after the other, in
 * the order given, each on the best node of those that all its required rules allow (`filter.ts`, `rank.ts`). A pod that
 * fits nowhere is tried again once others have come, since it may have waited for their company.
 *
 * Priorities, preemption and the resources of nodes have no part: every node has room for every pod.
 */
import { Collector } from '../../diagnostics/collector.ts';
import { didYouMean } from '../../diagnostics/nearest.ts';
import { A_SCENARIO } from '../ask-of-scenario.ts';
import { objectKey } from '../cluster/cluster.ts';
import { declarationKey, specSpan, type DeclaredPod } from '../pods/declared-pod.ts';
import { availability, misfits, rejection, type Candidate, type Misfit, type Rule } from './filter.ts';
import { unknownLabels } from './node-affinity.ts';
import type { SchedulableNode } from './node.ts';
import { Occupancy, type NamespaceLabels, type Neighbour } from './occupancy.ts';
import { bestNode } from './rank.ts';
import { daemonTolerations } from './taint.ts';
import { refuseUnschedulable, warnOfUnmodelled } from './unmodelled.ts';

/** What pods are put into. */
export interface Site {
  readonly nodes: readonly SchedulableNode[];
  readonly namespaceLabels: NamespaceLabels;
  /** Pods that are there, with the labels they have now. */
  readonly placed: Iterable<{ readonly pod: Neighbour; readonly node: string }>;
}

/**
 * Chooses a node for every pod. A pod that fits nowhere is missing, with a diagnostic; one with hostNetwork, which has no
 * part in the lab but takes its place on a node, without.
 */
export function schedule(
  pods: readonly DeclaredPod[],
  { nodes, namespaceLabels, placed }: Site,
  diagnostics: Collector,
): Map<DeclaredPod, SchedulableNode> {
  const there = new Occupancy(nodes, namespaceLabels);
  for (const { pod, node } of placed) there.add(pod, node);
  const scheduling = new Scheduling(there, diagnostics);
  for (const pod of pods.filter(isBound)) scheduling.bind(pod);
  scheduling.place(pods.filter((pod) => !isBound(pod)));
  warnOfUnmodelled(
    pods.filter((pod) => !isUnseen(pod)),
    nodes,
    diagnostics,
  );
  return scheduling.placed;
}

/** A pod as the others see it. */
export function neighbourOf(pod: DeclaredPod): Neighbour {
  const { namespace, labels, spec } = pod;
  return { namespace, labels, spec, workload: declarationKey(pod) };
}

class Scheduling {
  readonly placed = new Map<DeclaredPod, SchedulableNode>();
  readonly #there: Occupancy;
  readonly #diagnostics: Collector;

  constructor(there: Occupancy, diagnostics: Collector) {
    this.#there = there;
    this.#diagnostics = diagnostics;
  }

  /** The scheduler is not asked, the kubelet of the node is. */
  bind(pod: DeclaredPod): void {
    const { nodeName = '' } = pod.spec;
    const diagnostics = this.#diagnosticsOf(pod);
    const node = this.#there.nodes.find(({ name }) => name === nodeName);
    if (node === undefined) {
      const names = this.#there.nodes.map(({ name }) => name);
      diagnostics.add('E304', specSpan(pod, 'nodeName'), `node ${nodeName} is not defined`, {
        help: didYouMean(nodeName, names) ?? `the nodes are ${names.join(', ')}`,
      });
      return;
    }
    // One that a cluster had was not turned away there.
    const rejected =
      node.describedBy !== null && pod.had === null ? rejection(candidate(pod), node, this.#there) : null;
    if (rejected !== null) {
      diagnostics.add(
        'E440',
        specSpan(pod, 'nodeName'),
        `node ${nodeName} rejects ${objectKey(pod)}: ${rejected.reason}`,
        {
          help: `${remedyOf(rejected.rule, pod, [node])}, or remove \`nodeName\``,
        },
      );
      return;
    }
    this.#put(pod, node);
  }

  place(pods: readonly DeclaredPod[]): void {
    let waiting = pods.filter((pod) => !refuseUnschedulable(pod, this.#diagnosticsOf(pod)));
    for (;;) {
      const before = waiting.length;
      waiting = waiting.filter((pod) => !this.#tryToPut(pod));
      if (waiting.length === 0) return;
      if (waiting.length < before) continue;
      // Nobody said which nodes there are: what these cannot hold is no reason to leave a pod pending.
      const [first] = waiting;
      if (first === undefined || this.#there.nodes.some(({ describedBy }) => describedBy !== null)) break;
      if (!this.#putAnyhow(first)) break;
      waiting = waiting.slice(1);
    }
    this.#report(waiting);
  }

  #tryToPut(pod: DeclaredPod): boolean {
    const one = candidate(pod);
    const misfit = misfits(one, this.#there);
    const node = bestNode(
      one,
      this.#there.nodes.filter((each) => misfit(each) === null),
      this.#there,
    );
    if (node === undefined) return false;
    this.#put(pod, node);
    return true;
  }

  /** As if the rules about other pods were not written. */
  #putAnyhow(pod: DeclaredPod): boolean {
    const one = candidate(pod);
    const misfit = misfits(one, this.#there);
    const found = this.#there.nodes.map((node) => ({ node, misfit: misfit(node) }));
    const bearable = found.filter((each) => each.misfit !== null && OF_OTHERS.has(each.misfit.rule));
    const [first] = bearable;
    const node = bestNode(
      one,
      bearable.map((each) => each.node),
      this.#there,
    );
    if (node === undefined || first?.misfit == null) return false;
    const { rule, reason } = first.misfit;
    this.#diagnosticsOf(pod).add(
      'W407',
      this.#spanOf(pod, rule),
      `${ruleNames[rule]} is ignored: no Scenario says which nodes there are, and of those that pods name ${found.length} ${reason}`,
      { help: 'describe the nodes in a Scenario', absent: [{ kinds: ['Scenario'], key: null }] },
    );
    this.#put(pod, node);
    return true;
  }

  #put(pod: DeclaredPod, node: SchedulableNode): void {
    if (node.describedBy === null && !isBound(pod)) this.#warnOfLabels(pod, node);
    this.placed.set(pod, node);
    this.#there.add(neighbourOf(pod), node.name);
  }

  #warnOfLabels(pod: DeclaredPod, node: SchedulableNode): void {
    for (const { key, path } of unknownLabels(pod.spec, node)) {
      const field = path[0] === 'nodeSelector' ? 'nodeSelector' : 'node affinity for';
      this.#diagnosticsOf(pod).add(
        'W407',
        specSpan(pod, ...path),
        `${field} ${key} is ignored: no Scenario says which nodes there are`,
        {
          help: 'describe the nodes with their labels in a Scenario',
          absent: [{ kinds: ['Scenario'], key: null }],
        },
      );
    }
  }

  /** One diagnostic for all pods of a workload that fit nowhere for the same reasons. */
  #report(pods: readonly DeclaredPod[]): void {
    const groups = new Map<string, { pod: DeclaredPod; found: readonly Misfit[]; count: number }>();
    for (const pod of pods) {
      const misfit = misfits(candidate(pod), this.#there);
      const found = this.#there.nodes.flatMap((node) => misfit(node) ?? []);
      const key = `${declarationKey(pod)} ${availability(found)}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { pod, found, count: 1 });
      else group.count++;
    }
    for (const { pod, found, count } of groups.values()) {
      const rule = mostFrequent(found.map((one) => one.rule)) ?? 'nodeAffinity';
      const who = `${objectKey(pod)}${count > 1 ? ` and ${count - 1} more of its ${pod.owner?.kind ?? 'kind'}` : ''}`;
      const names = this.#there.nodes.map(({ name }) => name).join(', ');
      this.#diagnosticsOf(pod).add(
        'E416',
        this.#spanOf(pod, rule),
        `${who} ${count > 1 ? 'fit' : 'fits'} no node: ${availability(found)}`,
        { help: `${remedyOf(rule, pod, this.#there.nodes)}; the nodes are ${names}` },
      );
    }
  }

  /** Where the rule is written. */
  #spanOf(pod: DeclaredPod, rule: Rule) {
    const { nodeSelector, affinity } = pod.spec;
    switch (rule) {
      case 'nodeAffinity':
        return nodeSelector === undefined && affinity?.nodeAffinity !== undefined
          ? specSpan(pod, 'affinity', 'nodeAffinity')
          : specSpan(pod, 'nodeSelector');
      case 'podAffinity':
      case 'podAntiAffinity':
        return specSpan(pod, 'affinity', rule);
      case 'spread':
        return specSpan(pod, 'topologySpreadConstraints');
      case 'tolerations':
        return specSpan(pod, 'tolerations');
      case 'hostPort':
        return specSpan(pod, 'containers');
    }
  }

  #diagnosticsOf(pod: DeclaredPod): Collector {
    return isUnseen(pod) ? new Collector() : this.#diagnostics;
  }
}

/** Rules that hold or not by who else is there, and on how many nodes. */
const OF_OTHERS: ReadonlySet<Rule> = new Set(['hostPort', 'spread', 'podAffinity', 'podAntiAffinity']);

const ruleNames: Readonly<Record<Rule, string>> = {
  nodeAffinity: 'the node affinity',
  podAffinity: 'podAffinity',
  podAntiAffinity: 'podAntiAffinity',
  spread: 'topologySpreadConstraints',
  tolerations: 'a taint',
  hostPort: 'the conflict of host ports',
};

function remedyOf(rule: Rule, { spec }: DeclaredPod, nodes: readonly SchedulableNode[]): string {
  const places = PLACES[nodes[0]?.describedBy ?? 'nobody'];
  switch (rule) {
    case 'nodeAffinity':
      return labelsRemedy(spec, nodes, places);
    case 'podAffinity':
      return 'have a pod that it asks for on one of the nodes, or change its podAffinity';
    case 'podAntiAffinity':
      return `add ${places.nodes}, ask for fewer replicas, or prefer the anti-affinity rather than require it`;
    case 'spread':
      return `add ${places.nodes}, or write \`whenUnsatisfiable: ScheduleAnyway\``;
    case 'tolerations':
      return 'add a toleration for it, or take the taint off the node';
    case 'hostPort':
      return `add ${places.nodes}, ask for fewer replicas, or remove \`hostPort\``;
  }
}

/** Where nodes, and the labels of one, are written. */
interface NodePlaces {
  readonly nodes: string;
  readonly labels: string;
}

const PLACES: Readonly<Record<'Scenario' | 'Node' | 'nobody', NodePlaces>> = {
  Scenario: { nodes: '`nodes` of the Scenario', labels: 'below `labels` of a node in the Scenario' },
  Node: { nodes: 'Node objects', labels: 'below `metadata.labels` of a Node' },
  nobody: {
    nodes: `\`nodes\` of ${A_SCENARIO}`,
    labels: `below \`labels\` of a node in ${A_SCENARIO}`,
  },
};

/** The labels that the pod selects and no node has; where one is near, that it was meant. */
function labelsRemedy(spec: DeclaredPod['spec'], nodes: readonly SchedulableNode[], { labels }: NodePlaces): string {
  const wanted = Object.entries(spec.nodeSelector ?? {}).map(([key, value]) => `${key}: ${value}`);
  const there = new Set(nodes.flatMap((node) => Object.entries(node.labels).map(([key, value]) => `${key}: ${value}`)));
  const missing = wanted.filter((label) => !there.has(label));
  if (missing.length === 0) {
    return wanted.length > 0 && spec.affinity?.nodeAffinity === undefined
      ? `no node has all that \`nodeSelector\` asks for: write the others ${labels}, or change the selector`
      : `write the labels that its node affinity asks for ${labels}, or change the affinity`;
  }
  const names = missing.map((label) => `\`${label}\``).join(', ');
  const near = missing.length === 1 ? didYouMean(missing[0] ?? '', there) : undefined;
  const write = `no node has ${names}: write ${missing.length === 1 ? 'it' : 'them'} ${labels}, or change the selector`;
  return near === undefined ? write : `${near} ${write}`;
}

function candidate(pod: DeclaredPod): Candidate {
  const tolerations = pod.owner?.kind === 'DaemonSet' ? daemonTolerations(pod.spec) : (pod.spec.tolerations ?? []);
  return { ...neighbourOf(pod), tolerations, onlyNode: pod.daemonNode };
}

function isBound({ spec }: DeclaredPod): boolean {
  return spec.nodeName !== undefined && spec.nodeName !== '';
}

/** It is on a node, but has no network of its own that could be in the lab. */
function isUnseen({ spec }: DeclaredPod): boolean {
  return spec.hostNetwork === true;
}

function mostFrequent<T>(values: readonly T[]): T | undefined {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}
