/** Tells the ways apart in which a scenario ends on a kernel. A function of what was seen, of nothing else. */
import type { Result } from '../measure/result.ts';
import { complaints, panicIn } from './kernel-log.ts';
import type { Cell } from './matrix.ts';

export interface Seen {
  /**
   * How the session with the agent ended. `machine`: the lab said it could not go on; `lost`: the kernel was gone
   * without a word; `unbooted`: it never came up.
   */
  readonly end: 'completed' | 'interrupted' | 'timeout' | 'machine' | 'bug' | 'lost' | 'unbooted';
  /** In words, where it did not complete. */
  readonly message: string | null;
  /** All the kernel said from the scenario's beginning to its end. */
  readonly console: string;
  /** null: not even a first record came. */
  readonly result: Result | null;
}

export type Outcome = Pick<Cell, 'status' | 'reason' | 'quote'>;

/** A kernel's own words outweigh all else: a panic, then a run that got nowhere, then what it complained of. */
export function classify(seen: Seen): Outcome {
  const panic = panicIn(seen.console);
  const found = complaints(seen.console);
  const quote = found.flatMap((complaint) => complaint.quote);
  if (panic !== null) return { status: 'panic', reason: panic.line, quote: [...quote, ...panic.quote] };
  const { end, message } = seen;
  switch (end) {
    case 'timeout':
      return { status: 'timeout', reason: message, quote };
    case 'lost':
    case 'unbooted':
    case 'bug':
    case 'interrupted':
      return { status: 'error', reason: message ?? WORDS[end], quote };
    case 'machine':
      return { status: 'fail', reason: message, quote };
    case 'completed':
      break;
  }
  const [first] = found;
  if (first !== undefined) return { status: 'splat', reason: first.line, quote };
  const { result } = seen;
  if (result === null) return { status: 'error', reason: 'it left no trace', quote };
  if (result.verdict === 'pass') return { status: 'pass', reason: null, quote };
  if (result.verdict === 'unjudged') return { status: 'unjudged', reason: firstOf(result, 'unjudged'), quote };
  return { status: 'fail', reason: firstOf(result, 'fail') ?? result.message ?? 'not every step was reached', quote };
}

const WORDS = {
  lost: 'the kernel was gone in the middle',
  unbooted: 'the kernel did not start',
  bug: 'the agent failed',
  interrupted: 'it was interrupted',
} as const;

/** The first check of that status, with its reason, and how many more there are. */
function firstOf({ checks }: Result, status: 'fail' | 'unjudged'): string | null {
  const those = checks.filter((check) => check.status === status);
  const [first] = those;
  if (first === undefined) return null;
  const more = those.length === 1 ? '' : `, and ${those.length - 1} more`;
  return `${first.step}: ${first.name}${first.reason === null ? '' : `: ${first.reason}`}${more}`;
}
