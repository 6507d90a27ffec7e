/**
 * What a trace has told so far, by subject: the state that the reducer fills and every measurement reads.
 */
import type { FlowPlan, LimitOnWay, PodPlan, ProbePlan, StepPlan, UnderlayPlan } from '../../plan/plan.ts';
import type {
  BuildRecord,
  CaptureRecord,
  ChangeRecord,
  EndRecord,
  ExhaustedRecord,
  FlowIntervalRecord,
  FlowStateRecord,
  FlowTotals,
  MachineRecord,
  NoteRecord,
  PodRecord,
  PolicyRecord,
  ProbeRecord,
  RunRecord,
} from '../../trace/record.ts';
import type { ChargedTotal } from '../flow/charged-total.ts';
import type { CounterSeries } from './counter-series.ts';
import type { Direction } from '../../trace/names.ts';

export interface Observations {
  readonly run: RunRecord;
  /** Time of the newest record. */
  t: number;
  readonly build: { pods: number; podNs: number; ns: number };
  /** null until it is loaded. */
  dataplane: BuildRecord | null;
  /** The wire as it is. */
  underlay: UnderlayPlan;
  /** By `namespace/name`: the pods of the cluster as it stands, with the labels and limits they have now. */
  readonly podPlans: Map<string, PodPlan>;
  /** `namespace/name` by endpoint id, of every pod there ever was. */
  readonly endpointNames: Map<number, string>;
  /** By `namespace/name`; of pods that are gone too. */
  readonly pods: Map<string, PodRecord>;
  /** By index in the timeline. */
  readonly steps: Map<number, StepSeen>;
  /** By `${endpointId} ${direction}`. */
  readonly endpoints: Map<string, EndpointSeen>;
  /** By `${where} ${direction}`; one entry a device. */
  readonly qdiscs: Map<string, QdiscSeen[]>;
  /** By kernel counter and rule in words. */
  readonly drops: Map<string, DropSeen>;
  /** The kernel's counters as they stood last, by `${endpointId} ${direction} ${reason} ${ruleId}`. */
  readonly dropCounters: Map<string, { packets: number; bytes: number }>;
  /** What the kernel lost elsewhere, by place and reason. */
  readonly losses: Map<string, LossSeen>;
  /** What went around the programs, by endpoint id. */
  readonly around: Map<number, number>;
  /** By flow id; every flow of the plan. */
  readonly flows: Map<number, FlowSeen>;
  /** By probe id. */
  readonly probes: Map<number, ProbeSeen>;
  readonly probePlans: ReadonlyMap<number, { readonly probe: ProbePlan; readonly step: StepPlan }>;
  readonly ruleNames: Map<number, string>;
  policy: PolicyRecord | null;
  /** In the order in which they were made. */
  readonly changes: ChangeSeen[];
  /** `namespace/name` of the pods whose limits changed. */
  readonly limited: Set<string>;
  readonly notes: NoteRecord[];
  readonly exhausted: ExhaustedRecord[];
  /** By index of the step; the newest. */
  readonly machine: Map<number, MachineRecord>;
  readonly captures: CaptureRecord[];
  end: EndRecord | null;
}

export type ChangeSeen = Pick<ChangeRecord, 'step' | 'what' | 'askedNs' | 'compiledNs' | 'effectiveNs' | 'mapUpdates'>;

export interface StepSeen {
  readonly startedNs: number;
  endedNs: number | null;
  /** Processor time of the whole kernel, when it was first and last said in this step; null where it was not. */
  busyNs: { readonly first: number; last: number } | null;
  state: 'started' | 'finished' | 'failed';
  message: string | null;
}

export interface EndpointSeen {
  /** As limits charge them. */
  readonly offeredBytes: CounterSeries;
  readonly passedBytes: CounterSeries;
  readonly charged: { readonly offered: ChargedTotal; readonly passed: ChargedTotal };
}

export interface QdiscSeen {
  readonly where: string;
  readonly direction: Direction;
  readonly device: string;
  readonly kind: string;
  /** Dequeued, as limits charge them. */
  readonly bytes: CounterSeries;
  readonly charged: ChargedTotal;
  /** Packets it dropped, by reason: `FQ_FLOW_LIMIT`, `FQ_HORIZON`, `QDISC_DROP`; of the wire `WIRE_QUEUE`, `WIRE_LOSS`. */
  readonly drops: ReadonlyMap<string, CounterSeries>;
  backlogBytes: number;
}

export interface DropSeen {
  readonly endpointId: number;
  readonly direction: Direction;
  readonly reason: string;
  /** The rule that decided, or the policies that isolate, in words; empty when neither. */
  readonly rule: string;
  readonly packets: CounterSeries;
  bytes: number;
}

export interface LossSeen {
  readonly where: string;
  readonly device: string | null;
  readonly direction: Direction;
  readonly reason: string;
  readonly packets: CounterSeries;
}

/** When what holds a flow from its first byte on came to be, however late its start is told. */
export const BEFORE_IT_BEGAN = 0;

export interface LaterLimit {
  /** In the lab's time, or `BEFORE_IT_BEGAN`. */
  readonly fromNs: number;
  /** What it passed from then on. */
  readonly limits: readonly LimitOnWay[];
  /** Whether what changed is first felt at the sender. */
  readonly atSender: boolean;
  /** One way over the wire from then on. */
  readonly delayNs: number;
}

export interface FlowSeen {
  readonly plan: FlowPlan;
  readonly step: StepPlan;
  /** Who receives, as it was when the flow began; null for hosts and nodes, and before. */
  receiverPod: PodPlan | null;
  /** The nodes that its ends were on when it began, of those that are pods or nodes. */
  nodes: readonly string[];
  /** Limits that are others than were planned: they changed before it began, or while it ran. */
  readonly laterLimits: LaterLimit[];
  /** The first of its pods that was deleted while it ran. */
  went: { readonly party: string; readonly atNs: number } | null;
  state: 'planned' | 'started' | 'finished' | 'failed';
  startedNs: number | null;
  endedNs: number | null;
  message: string | null;
  totals: FlowTotals | null;
  generator: NonNullable<FlowStateRecord['generator']> | null;
  /** What its intervals count from, in the lab's time; null where the generator does not know. */
  epochNs: number | null;
  readonly sender: FlowIntervalRecord[];
  readonly receiver: FlowIntervalRecord[];
  readonly pings: { readonly idle: PingsSeen; readonly load: PingsSeen };
  /** `askedNs`: when each of the answered ones was sent. `connectNs`: of those that had a connection of their own and got one. */
  readonly requests: {
    readonly latencyNs: number[];
    readonly askedNs: number[];
    readonly connectNs: number[];
    lost: number;
  };
}

export interface PingsSeen {
  readonly rttNs: number[];
  /** When each of them was sent. */
  readonly askedNs: number[];
  lost: number;
}

export interface ProbeSeen {
  readonly record: ProbeRecord;
  readonly probe: ProbePlan;
  readonly step: StepPlan;
}

/** Those that share what bounds this one: the flows of its step; of a group's copies it alone, for they pass the sender as one. */
export function flowsBeside(seen: Observations, flow: FlowSeen): FlowSeen[] {
  return flow.plan.group === undefined ? flowsOfStep(seen, flow.step) : [flow];
}

/** The flows of one step, which run at once. */
export function flowsOfStep(seen: Observations, step: StepPlan): FlowSeen[] {
  if (step.kind !== 'traffic') return [];
  return step.flows.flatMap(({ flowId }) => seen.flows.get(flowId) ?? []);
}
