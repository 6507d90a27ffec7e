/** Plans for a lab of a few pods, made by hand: what the tests of the agent give it to live. */
import type {
  FlowPlan,
  HostPlan,
  MasterPlan,
  PartyPlan,
  Plan,
  PodPlan,
  ProbePlan,
  StepPlan,
  UnderlayPlan,
} from '../../sim/plan/plan.ts';

/** A step without what every step has. */
type Step = StepPlan extends infer S ? (S extends StepPlan ? Omit<S, 'index' | 'name' | 'position'> : never) : never;

const OUTSIDE: HostPlan = { name: 'outside', addresses: ['172.51.200.1/16'], routes: [] };
export const FAST: UnderlayPlan = { rateBps: 10e9, delayNs: 100_000, mtu: 1500 };

export function planOf(parts: {
  readonly pods: readonly PodPlan[];
  readonly steps?: readonly Step[];
  readonly nodes?: Plan['nodes'];
  readonly underlay?: UnderlayPlan;
  readonly hosts?: readonly HostPlan[];
  readonly engine?: Plan['engine'];
}): Plan {
  return {
    schema: 'ipvlane.plan/v1',
    scenario: { name: 'test', description: null, file: null },
    engine: parts.engine ?? 'ipvlane',
    underlay: parts.underlay ?? FAST,
    nodes: parts.nodes ?? [nodeOf('n1', 230), nodeOf('n2', 220)],
    hosts: parts.hosts ?? [OUTSIDE],
    namespaces: [{ name: 'default', labels: { 'kubernetes.io/metadata.name': 'default' } }],
    pods: parts.pods,
    policies: [],
    timeline: (parts.steps ?? []).map((step, index) => ({ ...step, index, name: step.kind, position: null })),
  };
}

export function nodeOf(name: string, lastByte: number, masters?: readonly MasterPlan[]): Plan['nodes'][number] {
  const nic = { kind: 'nic', name: 'ens192', mtu: 1500, addresses: [`172.51.0.${lastByte}/16`] } as const;
  return { name, masters: masters ?? [nic] };
}

/** The n-th pod, from 1: 172.51.1.n and fd00:51::n. */
export function podOf(
  n: number,
  name: string,
  node: string,
  parts: Partial<PodPlan> & { master?: string; mode?: 'l2' | 'l3' } = {},
): PodPlan {
  const { master = 'ens192', mode = 'l2', ...rest } = parts;
  return {
    namespace: 'default',
    name,
    endpointId: n,
    node,
    labels: { app: name },
    owner: null,
    interfaces: [
      {
        name: 'eth0',
        network: null,
        master,
        mode,
        isolation: 'bridge',
        mtu: 1500,
        pools: [],
        addresses: [`172.51.1.${n}/16`, `fd00:51::${n}/64`],
        routes: [{ to: '0.0.0.0/0', via: '172.51.0.1' }],
      },
    ],
    limits: { ingressBps: null, egressBps: null },
    enforced: true,
    ports: [],
    ...rest,
  };
}

export function party({ namespace, name }: PodPlan): PartyPlan {
  return { kind: 'pod', namespace, name };
}

export function addressOf(pod: PodPlan, family: 4 | 6 = 4): string {
  const found = pod.interfaces[0]?.addresses.find((address) => address.includes(':') === (family === 6));
  if (found === undefined) throw new Error(`${pod.name} has no IPv${family} address`);
  return found.replace(/\/\d+$/, '');
}

export function flowOf(flowId: number, from: PodPlan, to: PodPlan, parts: Partial<FlowPlan> = {}): FlowPlan {
  return {
    flowId,
    from: party(from),
    to: party(to),
    fromAddress: addressOf(from),
    toAddress: addressOf(to),
    protocol: 'TCP',
    streams: 1,
    durationNs: 2e9,
    offeredBps: null,
    datagramBytes: null,
    ping: false,
    configuredBps: null,
    configuredBy: null,
    predictedGoodputBps: null,
    ...parts,
  };
}

/** Every ordered pair of pods by each protocol and family, numbered from `first`. */
export function probesAmong(pods: readonly PodPlan[], first: number): ProbePlan[] {
  const questions = [
    ['TCP', 80, 4],
    ['UDP', 53, 4],
    ['ICMP', 0, 4],
    ['SCTP', 99, 4],
    ['TCP', 80, 6],
    ['UDP', 53, 6],
    ['ICMP', 0, 6],
  ] as const;
  const pairs = pods.flatMap((from) => pods.flatMap((to) => (from === to ? [] : [[from, to] as const])));
  return pairs
    .flatMap(([from, to]) => questions.map((question) => ({ from, to, question })))
    .map(({ from, to, question: [protocol, port, family] }, index) => ({
      probeId: first + index,
      from: party(from),
      to: party(to),
      protocol,
      port,
      expect: 'predicted',
      fromAddress: addressOf(from, family),
      toAddress: addressOf(to, family),
    }));
}
