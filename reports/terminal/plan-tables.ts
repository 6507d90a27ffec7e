/** The plan for people: what each pod, policy and step came to. */
import { objectKey } from '../../sim/plan/cluster/cluster.ts';
import { describeWireQueue } from '../../sim/plan/wire/wires.ts';
import { partyName, type Plan, type StepPlan, type UnderlayPlan } from '../../sim/plan/plan.ts';
import { describeChange } from '../../sim/plan/cluster/describe-change.ts';
import { tableWithin, wrapped } from './columns.ts';
import { hostWords, linkWords } from '../../sim/measure/words/link-words.ts';
import { formatAmount, formatDuration, formatRate } from '../../sim/measure/words/format.ts';
import { extentOf } from './lines/flow-extent.ts';

/**
 * Sections of lines, each with a title, in reading order.
 * @param width columns that the lines have
 */
export function planTables(plan: Plan, width: number): { readonly title: string; readonly lines: readonly string[] }[] {
  const sections = [
    {
      title: `scenario ${plan.scenario.name}`,
      lines: wrapped(`underlay ${describeWire(plan.underlay)}`, width),
    },
    {
      title: 'nodes',
      lines: tableWithin(
        width,
        ['NAME', 'MASTER', 'KIND', 'MTU', 'ADDRESSES', 'PODS'],
        plan.nodes.flatMap((node) =>
          node.masters.map((master, i) => [
            i === 0 ? node.name : '',
            master.name,
            master.kind,
            String(master.mtu),
            master.addresses.join(', ') || '-',
            i === 0 ? String(plan.pods.filter((pod) => pod.node === node.name).length) : '',
          ]),
        ),
        ADDRESSES,
      ),
    },
    {
      title: 'pods',
      lines: tableWithin(
        width,
        ['POD', 'IP', 'NODE', 'MASTER', 'INGRESS', 'EGRESS', 'POLICED', 'NETWORK'],
        plan.pods.map((pod) => {
          const first = pod.interfaces[0];
          return [
            objectKey(pod),
            pod.interfaces.flatMap((nic) => nic.addresses.map((address) => address.replace(/\/.*/, ''))).join(', '),
            pod.node,
            first === undefined ? '-' : `${first.master} (${first.mode})`,
            rate(pod.limits.ingressBps),
            rate(pod.limits.egressBps),
            pod.enforced ? 'yes' : 'no',
            first?.network ?? '-',
          ];
        }),
        IP,
      ),
    },
    {
      title: 'hosts outside',
      lines: tableWithin(
        width,
        ['NAME', 'ADDRESSES'],
        plan.hosts.map((host) => [hostWords(plan.underlay, host), host.addresses.join(', ')]),
        1,
      ),
      empty: plan.hosts.length === 0,
    },
    {
      title: 'policies in force from the beginning',
      lines: tableWithin(
        width,
        ['POLICY', 'ISOLATES'],
        plan.policies.map(({ namespace, name, policyTypes }) => [
          objectKey({ namespace, name }),
          policyTypes.join(', '),
        ]),
        1,
      ),
      empty: plan.policies.length === 0,
    },
    {
      title: 'timeline',
      lines: tableWithin(
        width,
        ['STEP', 'KIND', 'WHAT'],
        plan.timeline.map((step) => [String(step.index + 1), step.kind, named(step, describe(step))]),
        2,
      ),
    },
  ];
  return sections.filter((section) => section.empty !== true).map(({ title, lines }) => ({ title, lines }));
}

/** Columns that give way. */
const ADDRESSES = 4;
const IP = 1;

/** A step that nobody gave a name has that of its kind. */
function named({ kind, name }: StepPlan, what: string): string {
  return name === kind ? what : `${name}: ${what}`;
}

function describeWire(underlay: UnderlayPlan): string {
  const { rateBps, trace, queue, delayNs, mtu } = underlay;
  const { jitterNs = 0, lossPct = 0, reorderPct = 0, duplicatePct = 0 } = underlay;
  const shares = { lost: lossPct, reordered: reorderPct, duplicated: duplicatePct };
  const wire = [
    `${rate(rateBps)}${trace === undefined ? '' : ` by ${trace.file}`}`,
    ...(queue === undefined ? [] : [`queue ${describeWireQueue(queue)}`]),
    `${formatDuration(delayNs)}${jitterNs > 0 ? ` ± ${formatDuration(jitterNs)}` : ''} one way`,
    `MTU ${mtu}`,
    ...Object.entries(shares).flatMap(([what, percent]) => (percent > 0 ? [`${percent} % ${what}`] : [])),
  ].join(', ');
  return [wire, ...linkWords(underlay)].join('; ');
}

function rate(bps: number | null): string {
  return bps === null ? 'unlimited' : formatRate(bps);
}

function describe(step: StepPlan): string {
  switch (step.kind) {
    case 'wait':
      return `${formatAmount(step.pods.length, 'pod')}, at most ${formatDuration(step.timeoutNs)}`;
    case 'traffic':
      return step.flows
        .map((flow) => {
          const limit =
            flow.configuredBps === null
              ? 'unlimited'
              : `${formatRate(flow.configuredBps)} by ${flow.configuredBy ?? '?'}`;
          return `${partyName(flow.from)} -> ${partyName(flow.to)} ${flow.protocol} ${extentOf(flow)}, ${limit}`;
        })
        .join('; ');
    case 'inject':
      return step.injections
        .map(({ from, to, frame, count }) => `${count} x ${frame} ${partyName(from)} -> ${partyName(to)}`)
        .join('; ');
    case 'probe':
      return `${formatAmount(step.probes.length, 'probe')}, ${formatDuration(step.timeoutNs)} for an answer`;
    case 'apply':
    case 'delete':
    case 'restart':
    case 'label':
    case 'scale':
    case 'annotate':
      return describeChange(step.change);
    case 'underlay':
      return describeWire(step.underlay);
    case 'link':
      return `${step.interface} of ${step.node}`;
    case 'sleep':
      return formatDuration(step.durationNs);
  }
}
