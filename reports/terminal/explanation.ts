/** The way of a packet in lines: a stage each, the rules that did not match under it, and what the kernel counted. */
import { nobodyHas } from '../../sim/plan/cluster/named-party.ts';
import { portText } from '../../sim/plan/plan.ts';
import type { Explanation, Stage, StageOutcome } from '../../sim/reach/explain.ts';
import type { KernelEvidence } from '../../sim/reach/evidence.ts';
import type { ShortNames } from '../../sim/plan/cluster/short-names.ts';
import { hanging } from './columns.ts';

/** @param width in columns; words go on beneath, names wider than that stand in lines of their own */
export function explanationLines(
  explanation: Explanation,
  evidence: KernelEvidence | null,
  { width, short }: { readonly width: number; readonly short: ShortNames },
): string[] {
  const { from, to, predicted, nobody, stages } = explanation;
  const drops = stages.filter(({ outcome, would }) => outcome === 'dropped' || would === 'be dropped');
  const places = drops.length === 0 ? '' : `, at the ${drops.map(({ name }) => name).join(', and at the ')}`;
  // Policies judge an address that nobody has; that a packet arrives, or comes, is not said.
  const judged = nobody !== null && predicted === 'allowed' ? 'policies allow it' : (predicted ?? 'not possible');
  const verdict = nobody === null ? `${judged}${places}` : `${judged}${places}; ${nobodyHas(nobody)}`;
  const lines = [
    { head: '', text: `${from} -> ${to} ${portText(explanation)}: ${verdict}`, indent: 2 },
    BLANK,
    ...stages.flatMap(stageLines),
    ...(evidence === null ? [] : [BLANK, ...evidenceLines(evidence)]),
  ];
  return lines.flatMap(({ head, text, indent }) => hanging(short(text), width, ' '.repeat(indent), head));
}

interface Line {
  /** What stands before the words, not wider than `indent`. */
  readonly head: string;
  readonly text: string;
  /** Of what of the words goes on beneath. */
  readonly indent: number;
}

const BLANK: Line = { head: '', text: '', indent: 0 };

const MARKS: Readonly<Record<StageOutcome, string>> = { passes: '✓', dropped: '✗', open: '·', 'not reached': ' ' };
const NAME_WIDTH = 12;

function stageLines({ name, outcome, would, says, details }: Stage): Line[] {
  const indent = NAME_WIDTH + 6;
  const words = outcome !== 'not reached' ? says : would === null ? outcome : `${outcome}, would ${would}: ${says}`;
  return [
    { head: `  ${MARKS[outcome]} ${name.padEnd(NAME_WIDTH)}  `, text: words, indent },
    ...details.map((text) => ({ head: ' '.repeat(indent), text, indent: indent + 2 })),
  ];
}

function evidenceLines({ kernel, verdict, wire, words, counted, lost }: KernelEvidence): Line[] {
  const why = words.length === 0 ? '' : ` (${words.join(', ')})`;
  return [
    {
      head: '',
      text: `asked in ${kernel}: the loaded programs say ${verdict ?? 'nothing'}, a real packet was ${wire ?? 'not sent'}${why}`,
      indent: 4,
    },
    ...counted.map(({ pod, direction, offered, passed, drops }) => {
      const dropped = Object.entries(drops).map(([reason, packets]) => `, ${packets} dropped: ${reason}`);
      return beneath(`${direction} of ${pod}: ${offered} packets offered, ${passed} passed${dropped.join('')}`);
    }),
    ...lost.map(({ place, reason, packets }) => beneath(`lost at ${place}: ${packets}, ${reason}`)),
  ];
}

function beneath(text: string): Line {
  return { head: '  ', text, indent: 4 };
}
