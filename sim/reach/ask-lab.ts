/** The two answers that a kernel gives: its lab is asked the whole question at once. */
import type { Question } from './question.ts';
import type { Answer, AskingLab, Told } from './asking-lab.ts';

/** How long the wire may be silent before that counts as a denial. */
export const WIRE_TIMEOUT_NS = 500_000_000;

/** What a lab is told to be asked that: under a virtual clock before it boots. */
export function asking(mode: 'verdict' | 'wire', { from, targets }: Question): Extract<Told, { type: 'ask' }> {
  return {
    ...{ type: 'ask', mode, timeoutNs: WIRE_TIMEOUT_NS, from: from.map(({ name }) => name) },
    targets: targets.map(({ protocol, port, to }) => ({ protocol, port, to: to.map(({ name }) => name) })),
  };
}

/** @throws DiagnosticError of kind machine */
export function askLab(lab: AskingLab, mode: 'verdict' | 'wire', question: Question): Promise<Answer> {
  const { from, targets, timeoutNs } = asking(mode, question);
  return lab.ask(mode, from, targets, timeoutNs);
}
