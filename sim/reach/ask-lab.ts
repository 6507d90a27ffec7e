/** The two answers that a kernel gives: its lab is asked the whole question at once. */
import type { Question } from './question.ts';
import type { Answer, AskingLab } from './asking-lab.ts';

/** How long the wire may be silent before that counts as a denial. */
export const WIRE_TIMEOUT_NS = 500_000_000;

/** @throws DiagnosticError of kind machine */
export function askLab(
  lab: AskingLab,
  mode: 'verdict' | 'wire',
  { from, targets }: Question,
  timeoutNs: number = WIRE_TIMEOUT_NS,
): Promise<Answer> {
  return lab.ask(
    mode,
    from.map(({ name }) => name),
    targets.map(({ protocol, port, to }) => ({ protocol, port, to: to.map(({ name }) => name) })),
    timeoutNs,
  );
}
