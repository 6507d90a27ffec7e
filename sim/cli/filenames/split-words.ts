/** A command's words: those that are its own, and those that are paths. */
import type { Files } from '../../manifest/files.ts';
import { targetOf } from '../../reach/question.ts';
import type { CommandRow } from '../command.ts';

export interface SplitWords {
  /** Where a port may be left out, with empty text in its place. */
  readonly words: readonly string[];
  readonly paths: readonly string[];
}

export function splitWords(
  from: CommandRow['manifestsFrom'],
  positional: readonly string[],
  disk: Pick<Files, 'stat'>,
): SplitWords {
  if (typeof from === 'number') return { words: positional.slice(0, from), paths: positional.slice(from) };
  if (from !== 'after a port') return { words: positional, paths: [] };
  const [, second = '', third] = positional;
  // `TO:PORT` has said it.
  if (targetOf(second).port !== null) return { words: [...positional.slice(0, 2), ''], paths: positional.slice(2) };
  // What is neither a port nor there is called a wrong port: that is what usually stands here.
  const isPath = third !== undefined && !PORT.test(third) && (third === '-' || disk.stat(third) !== null);
  const port = third === undefined || isPath ? '' : third;
  return { words: [...positional.slice(0, 2), port], paths: positional.slice(isPath ? 2 : 3) };
}

/** What can be a port is one, were there a file of that name. */
const PORT = /^(icmp|((tcp|udp|sctp)\/)?\d+(\/(tcp|udp|sctp))?)$/i;
