/** A command's words: those that are its own, and those that are paths. */
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import type { Files } from '../../manifest/finding/files.ts';
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
  if (third !== undefined && !isPath) refuseNeither(third, positional, disk);
  const port = third === undefined || isPath ? '' : third;
  return { words: [...positional.slice(0, 2), port], paths: positional.slice(isPath ? 2 : 3) };
}

/**
 * No port has such marks in its name, so that another path would be read than the one that was meant.
 * @throws DiagnosticError of kind input
 */
function refuseNeither(word: string, [from = '', to = '']: readonly string[], disk: Pick<Files, 'stat'>): void {
  if (PORT.test(word) || !/[/.:\\]/.test(word) || /^(tcp|udp|sctp)\/[^/.:]+$/i.test(word)) return;
  const at = word.lastIndexOf(':');
  const [path, port] = [word.slice(0, at), word.slice(at + 1)];
  const both = at > 0 && PORT.test(port) && disk.stat(path) !== null;
  throw new DiagnosticError('input', [
    {
      code: 'E101',
      severity: 'error',
      message: `\`${word}\` is neither a port nor a file or folder that exists`,
      help: both
        ? `write the port before the path: \`${from} ${to} ${port} ${path}\``
        : 'write FROM, TO, PORT, and then the paths',
    },
  ]);
}

/** What can be a port is one, were there a file of that name. */
const PORT = /^(icmp|((tcp|udp|sctp)\/)?\d+(\/(tcp|udp|sctp))?)$/i;
