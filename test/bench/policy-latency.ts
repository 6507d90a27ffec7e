/**
 * How soon a policy holds: `npx tsx test/bench/policy-latency.ts [pods] [kernel]`, 100 and `uml` by default. Pods on two
 * nodes under ten policies, and sixty changes: an eleventh policy that selects every pod comes and goes, and a pod gets
 * another label. Prints the median of what the agent says (asked for to compiled, to in force) and judges nothing.
 * A kernel of QEMU, such as `debian:6.12`, runs under its virtual clock: a processor of an instruction a nanosecond, so
 * that other work on the machine is not in the number, and it is the same each time.
 */
import type { NetworkPolicy } from '../../dataplane/policy/network-policy.ts';
import type { ClusterChange } from '../../sim/plan/cluster/cluster.ts';
import { planOf, podOf } from '../lab/plans.ts';
import { chooseKernel } from '../../sim/kernel/choose.ts';
import type { Plan } from '../../sim/plan/plan.ts';
import type { TraceRecord } from '../../sim/trace/record.ts';

const [count = 100] = process.argv.slice(2, 3).map(Number);
const [, kernel = 'uml'] = process.argv.slice(2);
const pods = Array.from({ length: count }, (_, i) => {
  const plan = podOf(i + 1, `pod-${i}`, i % 2 === 0 ? 'n1' : 'n2', { labels: { app: `app-${i % 10}`, pod: `${i}` } });
  const interfaces = plan.interfaces.map((nic) => ({ ...nic, addresses: [`172.51.${1 + (i >> 8)}.${i & 255}/16`] }));
  return { ...plan, interfaces };
});

/** Pods of one application are reached from those of the next. */
function policy(app: number): NetworkPolicy {
  const selecting = (index: number) => ({ matchLabels: { app: `app-${index % 10}` }, matchExpressions: [] });
  const peer = { kind: 'pods', podSelector: selecting(app + 1), namespaceSelector: null } as const;
  return {
    namespace: 'default',
    name: `policy-${app}`,
    position: null,
    policyTypes: ['ingress'],
    egress: [],
    podSelector: selecting(app),
    ingress: [{ index: 0, position: null, peers: [peer], ports: [{ protocol: 'TCP', port: 80, endPort: null }] }],
  };
}

const everyone: NetworkPolicy = {
  ...policy(0),
  name: 'everyone',
  podSelector: { matchLabels: {}, matchExpressions: [] },
};
const step = (kind: 'apply' | 'delete' | 'label', change: ClusterChange) => ({ kind, change }) as const;
const all = Array.from({ length: 10 }, (_, app) => policy(app));
const named = ({ namespace, name }: NetworkPolicy) => ({ namespace, name });
const first = pods[0];
const records = await run(
  planOf({
    pods,
    steps: [
      step('apply', { applyPolicies: all }),
      ...Array.from({ length: 20 }, (_, round) => [
        step('apply', { applyPolicies: [everyone] }),
        step('label', {
          labelPods:
            first === undefined
              ? []
              : [{ namespace: 'default', name: first.name, labels: { app: `app-${round % 10}` } }],
        }),
        step('delete', { deletePolicies: [named(everyone)] }),
      ]).flat(),
    ],
  }),
);
const kinds = ['apply', 'label', 'delete'];
const changes = records.filter((record) => record.type === 'change');
for (const [name, own] of [
  ['ten policies at once, the first change', changes.slice(0, 1)],
  ...kinds.map(
    (kind, at) =>
      [
        `${kind}, after the first five`,
        changes
          .slice(1)
          .filter((_, i) => i % 3 === at)
          .slice(5),
      ] as const,
  ),
] as const) {
  const of = (value: (change: (typeof changes)[number]) => number): string => {
    const sorted = own.map(value).sort((a, b) => a - b);
    return `${((sorted[sorted.length >> 1] ?? 0) / 1e6).toFixed(2)} ms (most ${((sorted.at(-1) ?? 0) / 1e6).toFixed(2)})`;
  };
  process.stdout.write(
    `${name}: compiled after ${of((c) => c.compiledNs - c.askedNs)}, in force after ${of((c) => c.effectiveNs - c.askedNs)}, ${own.at(-1)?.mapUpdates ?? 0} updates\n`,
  );
}

async function run(plan: Plan): Promise<TraceRecord[]> {
  const chosen = await chooseKernel(kernel, kernel === 'uml' ? 'real' : 'virtual');
  const { clock } = chosen;
  const options = { showCommands: false, pcap: false, hold: false, samplingIntervalMs: 100 };
  const start = { type: 'start', plan, options, kernel: { kind: chosen.kernel.kind, clock } } as const;
  const script = clock === 'virtual' ? { script: start } : {};
  await using running = await chosen.kernel.start({ memoryMiB: 1024, keepConsole: null, clock, ...script });
  if (clock === 'real') running.send(start);
  const records: TraceRecord[] = [];
  for await (const message of running.messages) if (message.type === 'trace') records.push(message.record);
  return records;
}
