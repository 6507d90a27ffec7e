/** The plan for people: what each pod, policy and step came to. */
import { describeWireQueue } from '../../sim/plan/wires.ts';
import { partyName, type Plan, type StepPlan, type UnderlayPlan } from '../../sim/plan/plan.ts';
import { describeChange } from '../../sim/plan/describe-change.ts';
import { columns } from './columns.ts';
import { formatDuration, formatRate } from '../../sim/measure/format.ts';
import { extentOf } from './flow-extent.ts';

/** Sections of lines, each with a title, in reading order. */
export function planTables(plan: Plan): { readonly title: string; readonly lines: readonly string[] }[] {
  const sections = [
    {
      title: `scenario ${plan.scenario.name}`,
      lines: [`underlay ${describeWire(plan.underlay)}`],
    },
    {
      title: 'nodes',
      lines: columns(
        ['NAME', 'MASTER', 'KIND', 'MTU', 'ADDRESSES', 'PODS'],
        plan.nodes.flatMap((node) =>
          node.masters.map((master, i) => [
            i === 0 ? node.name : '',
            master.name,
            master.kind,
            String(master.mtu),
            master.addresses.join(',') || '-',
            i === 0 ? String(plan.pods.filter((pod) => pod.node === node.name).length) : '',
          ]),
        ),
      ),
    },
    {
      title: 'pods',
      lines: columns(
        ['NAMESPACE', 'NAME', 'IP', 'NODE', 'MASTER', 'INGRESS', 'EGRESS', 'POLICED', 'NETWORK'],
        plan.pods.map((pod) => {
          const first = pod.interfaces[0];
          return [
            pod.namespace,
            pod.name,
            pod.interfaces.flatMap((nic) => nic.addresses.map((address) => address.replace(/\/.*/, ''))).join(','),
            pod.node,
            first === undefined ? '-' : `${first.master} (${first.mode})`,
            rate(pod.limits.ingressBps),
            rate(pod.limits.egressBps),
            pod.enforced ? 'yes' : 'no',
            first?.network ?? '-',
          ];
        }),
      ),
    },
    {
      title: 'hosts outside',
      lines: columns(
        ['NAME', 'ADDRESSES'],
        plan.hosts.map((host) => [host.name, host.addresses.join(',')]),
      ),
      empty: plan.hosts.length === 0,
    },
    {
      title: 'policies in force from the beginning',
      lines: columns(
        ['NAMESPACE', 'NAME', 'ISOLATES'],
        plan.policies.map((policy) => [policy.namespace, policy.name, policy.policyTypes.join(',')]),
      ),
      empty: plan.policies.length === 0,
    },
    {
      title: 'timeline',
      lines: columns(
        ['STEP', 'KIND', 'NAME', 'WHAT'],
        plan.timeline.map((step) => [String(step.index + 1), step.kind, step.name, describe(step)]),
      ),
    },
  ];
  return sections.filter((section) => section.empty !== true).map(({ title, lines }) => ({ title, lines }));
}

function describeWire({ rateBps, trace, queue, delayNs, mtu, ...impairments }: UnderlayPlan): string {
  const { jitterNs = 0, lossPct = 0, reorderPct = 0, duplicatePct = 0 } = impairments;
  const shares = { lost: lossPct, reordered: reorderPct, duplicated: duplicatePct };
  return [
    `${rate(rateBps)}${trace === undefined ? '' : ` by ${trace.file}`}`,
    ...(queue === undefined ? [] : [`queue ${describeWireQueue(queue)}`]),
    `${formatDuration(delayNs)}${jitterNs > 0 ? ` ± ${formatDuration(jitterNs)}` : ''} one way`,
    `MTU ${mtu}`,
    ...Object.entries(shares).flatMap(([what, percent]) => (percent > 0 ? [`${percent} % ${what}`] : [])),
  ].join(', ');
}

function rate(bps: number | null): string {
  return bps === null ? 'unlimited' : formatRate(bps);
}

function describe(step: StepPlan): string {
  switch (step.kind) {
    case 'wait':
      return `${step.pods.length} pods, at most ${formatDuration(step.timeoutNs)}`;
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
      return `${step.probes.length} probes, ${formatDuration(step.timeoutNs)} for an answer`;
    case 'apply':
    case 'delete':
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
