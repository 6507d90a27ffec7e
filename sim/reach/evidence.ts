/** What a kernel saw of one question: the programs' verdict, the wire's answer, and what the hooks counted meanwhile. */
import { nobodyHas, nobodyOf, type QuestionEnd } from '../plan/cluster/named-party.ts';
import { qdiscDrops } from '../trace/qdisc-drops.ts';
import type { LossRecord, TraceRecord } from '../trace/record.ts';
import type { AskedPort } from '../lab/protocol.ts';
import { askLab, asking, type Asked } from './ask-lab.ts';
import type { Answer } from './answer.ts';
import type { Told } from './answers.ts';
import { evidenceWords, meaningOf, type ReachCell } from './reachability.ts';
import type { Direction } from '../../dataplane/policy/network-policy.ts';

export interface HookCount {
  readonly pod: string;
  readonly direction: Direction;
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

/** What a lab under a virtual clock must know before its boot, for `gatherEvidence` of the same. */
export function evidenceAsked(from: QuestionEnd, to: QuestionEnd, port: AskedPort): readonly Told[] {
  const question = { from: [from], targets: [{ ...port, to: [to] }] };
  const verdict = asking('verdict', question);
  return nobodyOf(from, to) === null
    ? [verdict, asking('wire', nothingOf(from, to)), asking('wire', question)]
    : [verdict];
}

/**
 * The programs judge a packet of any address; on the wire only who is there can be asked.
 * @throws DiagnosticError of kind machine
 */
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
  const nobody = nobodyOf(from, to);
  if (nobody !== null) {
    const words = [...evidenceWords(verdict, '-'), nobodyHas(nobody)];
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
  return {
    kernel,
    verdict: meaningOf(verdict),
    wire: meaningOf(wire),
    words,
    counted,
    lost: lostBetween(before, after),
  };
}

function onlyMark({ rows }: Answer): string {
  return rows[0]?.[0]?.[0] ?? '-';
}

interface Counts {
  readonly hooks: ReadonlyMap<string, number>;
  readonly losses: ReadonlyMap<string, PlaceLoss>;
}

/** The last of each cumulative counter. */
function counts(records: readonly TraceRecord[]): Counts {
  const hooks = new Map<string, number>();
  const losses = new Map<string, PlaceLoss>();
  const lose = ({ where, device = '', direction }: Lost, reason: string, packets: number): void => {
    const place = `${where} ${device}`.trim();
    losses.set([place, direction, reason].join(' '), { place, reason, packets });
  };
  for (const record of records) {
    if (record.type === 'endpoint') {
      hooks.set(`${record.endpointId} ${record.direction} offered`, record.offered.packets);
      hooks.set(`${record.endpointId} ${record.direction} passed`, record.passed.packets);
    }
    if (record.type === 'drop')
      hooks.set(`${record.endpointId} ${record.direction} drop ${record.reason}`, record.packets);
    if (record.type === 'loss') lose(record, record.reason, record.packets);
    if (record.type === 'qdisc') for (const [reason, packets] of qdiscDrops(record)) lose(record, reason, packets);
  }
  return { hooks, losses };
}

type Lost = Pick<LossRecord, 'where' | 'device' | 'direction'>;

function lostBetween(before: Counts, after: Counts): PlaceLoss[] {
  return [...after.losses].flatMap(([key, loss]) => {
    const packets = loss.packets - (before.losses.get(key)?.packets ?? 0);
    return packets > 0 ? [{ ...loss, packets }] : [];
  });
}

function difference(
  hook: string,
  { hooks: before }: Counts,
  { hooks: after }: Counts,
): Pick<HookCount, 'offered' | 'passed' | 'drops'> {
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
