/** The two answers that a kernel gives: its lab is asked the whole question at once. */
import type { AskedPort } from '../lab/protocol.ts';
import type { Answer } from './answer.ts';
import type { Told } from './answers.ts';
import type { AskingLab } from './asking-lab.ts';

/** A question as far as a lab hears of it: names, and addresses for what is outside (verdicts only). */
export interface NamedQuestion {
  readonly from: readonly { readonly name: string }[];
  readonly targets: readonly (AskedPort & { readonly to: readonly { readonly name: string }[] })[];
}

/** Who answers: a lab that was booted for this, or one that is held. */
export type Asked = Pick<AskingLab, 'ask'> & {
  readonly kernel: { readonly kind: string; readonly release: string; readonly clock: 'real' | 'virtual' };
};

/** How long the wire may be silent before that counts as a denial. */
export const WIRE_TIMEOUT_NS = 500_000_000;

/** What a lab is told to be asked that: under a virtual clock before it boots. */
export function asking(mode: 'verdict' | 'wire', { from, targets }: NamedQuestion): Extract<Told, { type: 'ask' }> {
  return {
    type: 'ask',
    mode,
    timeoutNs: WIRE_TIMEOUT_NS,
    from: from.map(({ name }) => name),
    targets: targets.map(({ protocol, port, to }) => ({ protocol, port, to: to.map(({ name }) => name) })),
  };
}

/** @throws DiagnosticError of kind machine */
export function askLab(lab: Asked, mode: 'verdict' | 'wire', question: NamedQuestion): Promise<Answer> {
  const { from, targets, timeoutNs } = asking(mode, question);
  return lab.ask(mode, from, targets, timeoutNs);
}
