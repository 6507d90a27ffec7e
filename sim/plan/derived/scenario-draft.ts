/** A commented Scenario for manifests that have none: what `ipvlane init` writes, and people change. Pure. */
import type { Direction, NetworkPolicy } from '../../../dataplane/policy/network-policy.ts';
import { explainVerdict } from '../../../dataplane/policy/judgement.ts';
import { prepareOracle, type Oracle } from '../../../dataplane/policy/oracle.ts';
import { selects } from '../../../dataplane/policy/selector.ts';
import { pairAddresses } from '../flows/address-pair.ts';
import { objectKey, clusterAtStart, policyWorld } from '../cluster/cluster.ts';
import { namedParties, type NamedParty } from '../cluster/named-party.ts';
import { partyName, type FlowPlan, type Plan, type ProbePlan } from '../plan.ts';

/** Words in lines of at most `width` characters. */
type Wrap = (text: string, width: number) => readonly string[];

/** What is said to people, as comments; examples in YAML are lines of their own. */
type Say = (indent: string, text: string) => readonly string[];

const WIDTH = 80;

/**
 * @param manifests as `spec.manifests` names them
 * @param place the folder that those are seen from where it is not known which file the text becomes; null: the file's own
 */
export function scenarioDraft(plan: Plan, manifests: readonly string[], place: string | null, wrap: Wrap): string {
  const names = partyTexts(plan);
  const say: Say = (indent, text) => wrap(text, WIDTH - indent.length - 2).map((line) => `${indent}# ${line}`);
  return [
    ...say(
      '',
      'What ipvlane does with these manifests: `ipvlane run` on this folder, `ipvlane check` after each change.',
    ),
    ...say(
      '',
      'The format: docs/scenario-format.md. Everything here may be changed, and what is left out has a default.',
    ),
    'apiVersion: ipvlane.dev/v1alpha1',
    'kind: Scenario',
    `metadata: { name: ${quoted(scenarioNameOf(plan))} }`,
    'spec:',
    ...say(
      '  ',
      place === null
        ? 'Files and folders, relative to this file.'
        : `Files and folders, relative to this file: keep it in ${place}.`,
    ),
    `  manifests: [ ${manifests.map(quoted).join(', ')} ]`,
    '',
    ...nodeLines(plan, say),
    '',
    ...say('  ', 'The wire between the nodes: of each port, each way. Also jitter, loss, reorder, duplicate.'),
    ...underlayLines(plan),
    '',
    ...hostLines(plan, say),
    '  timeline:',
    '  - name: all pods are ready',
    '    wait: { timeout: 30s }',
    '',
    ...flowLines(plan, names, say),
    ...probeLines(plan, names, say),
  ].join('\n');
}

function scenarioNameOf({ scenario }: Plan): string {
  return scenario.name;
}

function nodeLines({ nodes }: Plan, say: Say): string[] {
  return [
    ...say('  ', 'The machines of the cluster; pods are spread over them. `labels` are for nodeSelector and affinity.'),
    '  nodes:',
    ...nodes.flatMap(({ name, masters }) => {
      const nics = masters.flatMap((one) => (one.kind === 'nic' ? [one] : []));
      return [
        `  - name: ${quoted(name)}`,
        '    interfaces:',
        ...nics.map((nic) => {
          const addresses =
            nic.addresses.length === 0 ? '' : `, addresses: [ ${nic.addresses.map(quoted).join(', ')} ]`;
          const gso = nic.gso === false ? ', gso: false' : '';
          const largest = (['gsoMaxSize', 'podGsoMaxSize'] as const).map((key) =>
            nic[key] === undefined ? '' : `, ${key}: ${nic[key]}`,
          );
          return `    - { name: ${quoted(nic.name)}, mtu: ${nic.mtu}${gso}${largest.join('')}${addresses} }`;
        }),
      ];
    }),
  ];
}

function underlayLines({ underlay }: Plan): string[] {
  const { rateBps, delayNs, mtu } = underlay;
  const rate = rateBps === null ? '' : ` rate: ${rateBps},`;
  const delay = delayNs === 0 ? '' : ` delay: ${delayNs}ns,`;
  const written = `  underlay: {${rate}${delay} mtu: ${mtu} }`;
  return rateBps === null && delayNs === 0
    ? [written, '  # underlay: { rate: 10G, delay: 100us, mtu: 1500 }']
    : [written];
}

function hostLines({ hosts }: Plan, say: Say): string[] {
  const what = say('  ', 'Machines outside the cluster, which ipBlock rules speak of: parties named `host:NAME`.');
  if (hosts.length === 0) {
    return [...what, '  # hosts:', '  # - { name: outside, addresses: [ 192.0.2.1/24 ] }', ''];
  }
  return [
    ...what,
    '  hosts:',
    ...hosts.map(
      ({ name, addresses }) => `  - { name: ${quoted(name)}, addresses: [ ${addresses.map(quoted).join(', ')} ] }`,
    ),
    '',
  ];
}

function flowLines({ timeline, pods }: Plan, names: ReadonlyMap<string, string>, say: Say): string[] {
  const steps = timeline.flatMap((step) => (step.kind === 'traffic' ? [step] : []));
  if (steps.length === 0) {
    const [a, b] = pods.map((pod) => names.get(objectKey(pod)) ?? pod.name);
    if (a === undefined || b === undefined) return [];
    return [
      ...say('  ', 'No pod has a limit that can be measured. A flow looks like this:'),
      '  # - name: one sends to the other',
      '  #   traffic:',
      `  #   - { from: ${quoted(a)}, to: ${quoted(b)}, duration: 5s, ping: true }`,
      '  #   expect: [ goodput_bps > 10M, rtt_p99_us < 5000 ]',
      '',
    ];
  }
  return [
    ...say(
      '  ',
      'A flow for each limit: it fills it, and `error_pct` says how far off the limit is. Flows of one step run at once.',
    ),
    ...steps.flatMap((step) => [
      `  - name: ${quoted(step.name)}`,
      '    traffic:',
      ...step.flows.map((flow) => `    ${flowText(flow, names)}`),
      '    expect:',
      ...step.expect.map(({ text, flowId }) => `    - ${quoted(`${ends(step.flows, flowId, names)}${text}`)}`),
      '',
    ]),
  ];
}

function ends(flows: readonly FlowPlan[], flowId: number | null, names: ReadonlyMap<string, string>): string {
  const flow = flows.length === 1 ? undefined : flows.find((one) => one.flowId === flowId);
  return flow === undefined ? '' : `${nameOf(flow.from, names)} -> ${nameOf(flow.to, names)}: `;
}

function flowText(flow: FlowPlan, names: ReadonlyMap<string, string>): string {
  const { measures, protocol, offeredBps, datagramBytes, streams, port, durationNs } = flow;
  const fields = [
    `from: ${quoted(nameOf(flow.from, names))}`,
    `to: ${quoted(nameOf(flow.to, names))}`,
    ...(protocol === 'UDP' ? ['protocol: UDP', `rate: ${offeredBps ?? 0}`, `datagram: ${datagramBytes ?? 0}`] : []),
    ...(port === undefined ? [] : [`port: ${port}`]),
    ...(streams === 1 ? [] : [`streams: ${streams}`]),
    `duration: ${durationNs / 1e9}s`,
  ];
  const why = measures === undefined ? '' : ` # ${measures.direction} ${measures.limitBps / 1e6}M of ${measures.of}`;
  return `- { ${fields.join(', ')} }${why}`;
}

/** For each policy and direction of it a pair that it allows, and one that it denies, on a port that is declared. */
function probeLines(plan: Plan, names: ReadonlyMap<string, string>, say: Say): string[] {
  const parties = [...namedParties(plan).values()].filter(({ plan: { kind } }) => kind !== 'node');
  if (plan.policies.length === 0) {
    return [
      ...say(
        '  ',
        'No policy isolates anybody. A probe looks like this; `expect` is `allowed`, `denied`, or what the policies demand.',
      ),
      '  - name: everybody reaches everybody',
      '    probe:',
      ...somePair(parties, names),
      '',
    ];
  }
  const oracle = prepareOracle(policyWorld(clusterAtStart(plan)));
  const seen = new Set<string>();
  const lines = plan.policies.slice(0, MOST_POLICIES).flatMap((policy) => {
    const own = parties.filter(({ pod }) => pod !== null && pod.enforced && isSelected(policy, pod));
    const probes = policy.policyTypes.flatMap((direction) => exampleOf(oracle, direction, own, parties));
    const fresh = probes.filter((probe) => !seen.has(textOf(probe, names)));
    for (const probe of fresh) seen.add(textOf(probe, names));
    if (fresh.length === 0) return [];
    return [
      `  - name: ${quoted(`NetworkPolicy ${objectKey(policy)}`)}`,
      '    probe:',
      ...fresh.flatMap((probe) => [...say('    ', probe.why), `    ${textOf(probe, names)}`]),
      '',
    ];
  });
  const more = plan.policies.length - MOST_POLICIES;
  return [
    ...say(
      '  ',
      'Of each policy what it allows and what it denies, as the rules of NetworkPolicy say; real packets are asked.',
    ),
    ...lines,
    ...(more > 0 ? [...say('  ', `${more} policies more have no probe here.`), ''] : []),
  ];
}

const MOST_POLICIES = 30;

type Example = Pick<ProbePlan, 'from' | 'to' | 'protocol' | 'port' | 'expect'> & { readonly why: string };

function exampleOf(
  oracle: Oracle,
  direction: Direction,
  selected: readonly NamedParty[],
  parties: readonly NamedParty[],
): Example[] {
  const found = new Map<'allowed' | 'denied', Example>();
  for (const own of selected.slice(0, 5)) {
    for (const peer of parties) {
      if (peer === own || found.size === 2) continue;
      const [from, to] = direction === 'ingress' ? [peer, own] : [own, peer];
      const pair = pairAddresses(from, to, null);
      if (pair === null) continue;
      const ports = to.pod?.ports ?? [];
      for (const { protocol, port } of ports.length === 0 ? [{ protocol: 'TCP' as const, port: 80 }] : ports) {
        const judgement = oracle.judge({ from: pair.from, to: pair.to, protocol, port });
        const expect = judgement.verdict;
        if (found.has(expect)) continue;
        found.set(expect, { from: from.plan, to: to.plan, protocol, port, expect, why: explainVerdict(judgement) });
      }
    }
  }
  return [...found.values()];
}

function somePair(parties: readonly NamedParty[], names: ReadonlyMap<string, string>): string[] {
  const [a, b] = parties;
  if (a === undefined || b === undefined) return ['    []'];
  const { protocol, port } = b.pod?.ports[0] ?? { protocol: 'TCP' as const, port: 80 };
  return [`    ${textOf({ from: a.plan, to: b.plan, protocol, port, expect: 'allowed' }, names)}`];
}

function textOf(
  { from, to, protocol, port, expect }: Omit<Example, 'why'>,
  names: ReadonlyMap<string, string>,
): string {
  return `- { from: ${quoted(nameOf(from, names))}, to: ${quoted(nameOf(to, names))}, port: ${protocol}/${port}, expect: ${expect} }`;
}

function isSelected(policy: NetworkPolicy, pod: NonNullable<NamedParty['pod']>): boolean {
  return pod.namespace === policy.namespace && selects(policy.podSelector, pod.labels);
}

/** How a Scenario refers to each: `host:peer`, `client`, `web[0]`, `shop/web[0]`. */
function partyTexts(plan: Plan): Map<string, string> {
  const texts = new Map<string, string>();
  const owners = new Map<string, { readonly kinds: Set<string>; count: number }>();
  const podNames = new Set(plan.pods.map(objectKey));
  for (const { namespace, owner } of plan.pods) {
    if (owner === null) continue;
    const key = `${namespace}/${owner.name}`;
    const known = owners.get(key) ?? { kinds: new Set<string>(), count: 0 };
    known.kinds.add(owner.kind);
    owners.set(key, known);
  }
  for (const { namespace, name, owner } of plan.pods) {
    const of = owner === null ? undefined : owners.get(`${namespace}/${owner.name}`);
    const full = objectKey({ namespace, name });
    const clear = owner !== null && of?.kinds.size === 1 && !podNames.has(`${namespace}/${owner.name}`);
    const text = clear ? `${namespace}/${owner.name}[${of.count++}]` : full;
    texts.set(full, text.startsWith('default/') ? text.slice('default/'.length) : text);
  }
  return texts;
}

function nameOf(party: FlowPlan['from'], names: ReadonlyMap<string, string>): string {
  return names.get(partyName(party)) ?? partyName(party);
}

/** Plain where YAML reads it as the same text, in `{ }` and `[ ]` too. */
function quoted(text: string): string {
  return /^[A-Za-z][-A-Za-z0-9._/]*$/.test(text) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(text)
    ? text
    : JSON.stringify(text);
}
