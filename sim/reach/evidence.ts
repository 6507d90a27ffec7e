/** What a kernel saw of one question: the programs' verdict, the wire's answer, and what the hooks counted meanwhile. */
import { nobodyHas, type QuestionEnd } from '../plan/named-party.ts';
import { qdiscDrops } from '../trace/qdisc-drops.ts';
import type { LossRecord, TraceRecord } from '../trace/record.ts';
import type { AskedPort } from '../lab/protocol.ts';
import { askLab, asking, type Asked } from './ask-lab.ts';
import type { Answer, Told } from './answers.ts';
import { evidenceWords, meaningOf, type ReachCell } from './reachability.ts';

export interface HookCount {
  readonly pod: string;
  readonly direction: 'ingress' | 'egress';
  /** Packets that reached the hook, and that it let go, while the question was asked. */
  readonly offered: number;
  readonly passed: number;
  /** `POLICY_DENIED` and its like -> packets. */
  readonly drops: Readonly<Record<string, number>>;
}

export interface PlaceLoss {
  /** Whose network stack, `kernel` or `underlay`; and the device, where one is known. */
  readonly place: string;
  /** `LINK_DROP`, `WIRE_LOSS` and the like. */
  readonly reason: string;
  readonly packets: number;
}

export interface KernelEvidence {
  readonly kernel: string;
  readonly verdict: ReachCell['verdict'];
  readonly wire: ReachCell['wire'];
  /** `dropped by the ingress program`, `timeout`. */
  readonly words: readonly string[];
  readonly counted: readonly HookCount[];
  /** What was lost elsewhere meanwhile: at the two, in queues, on the wire. */
  readonly lost: readonly PlaceLoss[];
}

/** A question about nothing: it brings the counters of until now. */
const nothingOf = (from: QuestionEnd, to: QuestionEnd) => ({ from: [from, to], targets: [] });

/** The programs judge a packet of any address; on the wire only who is there can be asked. */
function onWire(from: QuestionEnd, to: QuestionEnd): boolean {
  return from.plan.kind !== 'outside' && to.plan.kind !== 'outside';
}

/** What a lab under a virtual clock must know before its boot, for `gatherEvidence` of the same. */
export function evidenceAsked(from: QuestionEnd, to: QuestionEnd, port: AskedPort): readonly Told[] {
  const question = { from: [from], targets: [{ ...port, to: [to] }] };
  const verdict = asking('verdict', question);
  return onWire(from, to) ? [verdict, asking('wire', nothingOf(from, to)), asking('wire', question)] : [verdict];
}

/** @throws DiagnosticError of kind machine */
export async function gatherEvidence(
  lab: Asked,
  from: QuestionEnd,
  to: QuestionEnd,
  port: AskedPort,
): Promise<KernelEvidence> {
  const question = { from: [from], targets: [{ ...port, to: [to] }] };
  const { kind, release, clock } = lab.kernel;
  const kernel = `${kind} ${release}${clock === 'virtual' ? ', virtual clock' : ''}`;
  const verdict = onlyMark(await askLab(lab, 'verdict', question));
  if (!onWire(from, to)) {
    const nobody = nobodyHas((from.plan.kind === 'outside' ? from : to).name);
    const words = [...evidenceWords(verdict, '-'), nobody];
    return { kernel, verdict: meaningOf(verdict), wire: null, words, counted: [], lost: [] };
  }
  const before = counts((await askLab(lab, 'wire', nothingOf(from, to))).records);
  const asked = await askLab(lab, 'wire', question);
  const wire = onlyMark(asked);
  const after = counts(asked.records);
  const counted = [from, to].flatMap(({ name, pod }, end) => {
    if (pod?.enforced !== true) return [];
    const direction = end === 0 ? ('egress' as const) : ('ingress' as const);
    return { pod: name, direction, ...difference(`${pod.endpointId} ${direction}`, before, after) };
  });
  const words = evidenceWords(verdict, wire);
  return { kernel, verdict: meaningOf(verdict), wire: meaningOf(wire), words, counted, lost: losses(before, after) };
}

function onlyMark({ rows }: Answer): string {
  return rows[0]?.[0]?.[0] ?? '-';
}

type Counts = ReadonlyMap<string, number>;

/** The last of each cumulative counter. */
function counts(records: readonly TraceRecord[]): Counts {
  const last = new Map<string, number>();
  for (const record of records) {
    if (record.type === 'endpoint') {
      last.set(`${record.endpointId} ${record.direction} offered`, record.offered.packets);
      last.set(`${record.endpointId} ${record.direction} passed`, record.passed.packets);
    }
    if (record.type === 'drop')
      last.set(`${record.endpointId} ${record.direction} drop ${record.reason}`, record.packets);
    if (record.type === 'loss') last.set(lossKey(record), record.packets);
    if (record.type === 'qdisc')
      for (const [reason, packets] of qdiscDrops(record)) last.set(lossKey({ ...record, reason }), packets);
  }
  return last;
}

const LOSS = 'loss';
/** No name has one. */
const BETWEEN = '\t';

function lossKey({
  where,
  device = '',
  direction,
  reason,
}: Pick<LossRecord, 'where' | 'device' | 'direction' | 'reason'>): string {
  return [LOSS, `${where} ${device}`.trim(), direction, reason].join(BETWEEN);
}

function losses(before: Counts, after: Counts): PlaceLoss[] {
  return [...after].flatMap(([key, value]) => {
    const [kind, place = '', , reason = ''] = key.split(BETWEEN);
    const packets = value - (before.get(key) ?? 0);
    return kind === LOSS && packets > 0 ? [{ place, reason, packets }] : [];
  });
}

function difference(hook: string, before: Counts, after: Counts): Pick<HookCount, 'offered' | 'passed' | 'drops'> {
  const moved = (key: string): number => (after.has(key) ? (after.get(key) ?? 0) - (before.get(key) ?? 0) : 0);
  const prefix = `${hook} drop `;
  const reasons = [...after.keys()].filter((key) => key.startsWith(prefix));
  return {
    offered: moved(`${hook} offered`),
    passed: moved(`${hook} passed`),
    drops: Object.fromEntries(
      reasons.filter((key) => moved(key) > 0).map((key) => [key.slice(prefix.length), moved(key)]),
    ),
  };
}
