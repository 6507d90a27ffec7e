/** The way of a packet in lines: a stage each, the rules that did not match under it, and what the kernel counted. */
import { nobodyHas } from '../../sim/plan/named-party.ts';
import type { Explanation, Stage, StageOutcome } from '../../sim/reach/explain.ts';
import type { KernelEvidence } from '../../sim/reach/evidence.ts';

export function explanationLines(explanation: Explanation, evidence: KernelEvidence | null): string[] {
  const { from, to, protocol, port, predicted, nobody, stages } = explanation;
  const asked = protocol === 'ICMP' ? protocol : `${protocol}/${port}`;
  const drops = stages.filter(({ outcome, would }) => outcome === 'dropped' || would === 'be dropped');
  const places = drops.length === 0 ? '' : `, at the ${drops.map(({ name }) => name).join(', and at the ')}`;
  // Policies judge an address that nobody has; that a packet arrives, or comes, is not said.
  const judged = nobody !== null && predicted === 'allowed' ? 'policies allow it' : (predicted ?? 'not possible');
  const verdict = nobody === null ? `${judged}${places}` : `${judged}${places}; ${nobodyHas(nobody)}`;
  return [
    `${from} -> ${to} ${asked}: ${verdict}`,
    '',
    ...stages.flatMap(stageLines),
    ...(evidence === null ? [] : ['', ...evidenceLines(evidence)]),
  ];
}

const MARKS: Readonly<Record<StageOutcome, string>> = { passes: '✓', dropped: '✗', open: '·', 'not reached': ' ' };
const NAME_WIDTH = 12;

function stageLines({ name, outcome, would, says, details }: Stage): string[] {
  const words = outcome !== 'not reached' ? says : would === null ? outcome : `${outcome}, would ${would}: ${says}`;
  return [
    `  ${MARKS[outcome]} ${name.padEnd(NAME_WIDTH)}  ${words}`,
    ...details.map((line) => `${' '.repeat(NAME_WIDTH + 6)}${line}`),
  ];
}

function evidenceLines({ kernel, verdict, wire, words, counted, lost }: KernelEvidence): string[] {
  const why = words.length === 0 ? '' : ` (${words.join(', ')})`;
  return [
    `asked in ${kernel}: the loaded programs say ${verdict ?? 'nothing'}, a real packet was ${wire ?? 'not sent'}${why}`,
    ...counted.map(({ pod, direction, offered, passed, drops }) => {
      const dropped = Object.entries(drops).map(([reason, packets]) => `, ${packets} dropped: ${reason}`);
      return `  ${direction} of ${pod}: ${offered} packets offered, ${passed} passed${dropped.join('')}`;
    }),
    ...lost.map(({ place, reason, packets }) => `  lost at ${place}: ${packets}, ${reason}`),
  ];
}
