/** What a kernel saw of one question: the programs' verdict, the wire's answer, and what the hooks counted meanwhile. */
import type { NamedParty } from '../plan/named-party.ts';
import type { TraceRecord } from '../trace/record.ts';
import type { AskedPort } from '../lab/protocol.ts';
import { askLab, asking } from './ask-lab.ts';
import type { AskingLab, Told } from './asking-lab.ts';
import type { Question } from './question.ts';
import { cellsOf, type ReachCell } from './reachability.ts';
import type { Oracle } from '../../dataplane/policy/oracle.ts';

export interface HookCount {
  readonly pod: string;
  readonly direction: 'ingress' | 'egress';
  /** Packets that reached the hook, and that it let go, while the question was asked. */
  readonly offered: number;
  readonly passed: number;
  /** `POLICY_DENIED` and its like -> packets. */
  readonly drops: Readonly<Record<string, number>>;
}

export interface KernelEvidence {
  readonly kernel: string;
  readonly verdict: ReachCell['verdict'];
  readonly wire: ReachCell['wire'];
  /** `dropped by the ingress program`, `timeout`. */
  readonly words: readonly string[];
  readonly counted: readonly HookCount[];
}

/** A question about nothing: it brings the counters of until now. */
const NOTHING: Question = { from: [], targets: [] };

function onePair(from: NamedParty, to: NamedParty, port: AskedPort): Question {
  return { from: [from], targets: [{ ...port, to: [to] }] };
}

/** What a lab under a virtual clock must know before its boot, for `gatherEvidence` of the same. */
export function evidenceAsked(from: NamedParty, to: NamedParty, port: AskedPort): readonly Told[] {
  const question = onePair(from, to, port);
  return [asking('verdict', question), asking('wire', NOTHING), asking('wire', question)];
}

/** @throws DiagnosticError of kind machine */
export async function gatherEvidence(
  lab: AskingLab,
  oracle: Oracle,
  from: NamedParty,
  to: NamedParty,
  port: AskedPort,
): Promise<KernelEvidence> {
  const question = onePair(from, to, port);
  const verdict = await askLab(lab, 'verdict', question);
  const before = counts((await askLab(lab, 'wire', NOTHING)).records);
  const wire = await askLab(lab, 'wire', question);
  const after = counts(wire.records);
  const [cell] = cellsOf({ question, oracle, marks: { verdict: verdict.rows, wire: wire.rows } });
  const counted = [from, to].flatMap(({ name, pod }, end) => {
    if (pod?.enforced !== true) return [];
    const direction = end === 0 ? ('egress' as const) : ('ingress' as const);
    return { pod: name, direction, ...difference(`${pod.endpointId} ${direction}`, before, after) };
  });
  const { kind, release, clock } = lab.kernel;
  return {
    ...{
      kernel: `${kind} ${release}${clock === 'virtual' ? ', virtual clock' : ''}`,
      verdict: cell?.verdict ?? null,
      wire: cell?.wire ?? null,
    },
    ...{ words: cell?.evidence ?? [], counted },
  };
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
  }
  return last;
}

function difference(hook: string, before: Counts, after: Counts): Pick<HookCount, 'offered' | 'passed' | 'drops'> {
  const moved = (key: string): number => (after.has(key) ? (after.get(key) ?? 0) - (before.get(key) ?? 0) : 0);
  const prefix = `${hook} drop `;
  const reasons = [...after.keys()].filter((key) => key.startsWith(prefix));
  return {
    offered: moved(`${hook} offered`),
    passed: moved(`${hook} passed`),
    drops: Object.fromEntries(reasons.map((key) => [key.slice(prefix.length), moved(key)])),
  };
}
