/**
 * A file into its documents, as kubectl divides it.
 * Source: YAMLOrJSONDecoder and YAMLReader in apimachinery pkg/util/yaml/decoder.go.
 */
import { getHeapStatistics } from 'node:v8';
import { forbiddenCharacterIn } from './characters.ts';
import { parseJsonValue } from './json.ts';
import { Items } from './items.ts';
import { Budget, YamlError, type Node } from './nodes.ts';
import { parseDocument, parseItem } from './parser.ts';
import { Tree, type ParseAgain } from './tree.ts';

export interface StreamDocument {
  readonly tree: Tree;
  /** Offset of text behind the document's end that the cluster never reads. */
  readonly unread: number | null;
}

/** A document, or why there is none: a RangeError where one is nested too deeply. */
export type StreamPiece = StreamDocument | YamlError | RangeError;

/** Reads a file, within a heap of so many bytes, a document when it is asked for. */
export function* readStream(
  text: string,
  heapBytes = getHeapStatistics().heap_size_limit,
): Generator<StreamPiece, void, undefined> {
  const budget = new Budget(heapBytes);
  const forbidden = forbiddenCharacterIn(text);
  if (forbidden !== -1) {
    const code = text.charCodeAt(forbidden).toString(16).toUpperCase().padStart(4, '0');
    const message = `the control character U+${code} may stand in no manifest`;
    const help = 'remove it; where it is meant, write it as an escape inside double quotes';
    yield new YamlError(message, forbidden, forbidden + 1, help);
    return;
  }
  if (!/^\s*\{/.test(text)) {
    yield* readYaml(text, 0, budget);
    return;
  }
  let count = 0;
  let end = 0;
  const parseItemAgain = (start: number) => parseJsonValue(text, start, new Budget(Number.POSITIVE_INFINITY)) as Node;
  const parseAgain: ParseAgain = (start, _, unbounded) => parseJsonValue(text, start, unbounded);
  try {
    for (;;) {
      const from = end;
      const items = new Items(parseItemAgain);
      const root = parseJsonValue(text, from, budget, items);
      if (root === null) return;
      count++;
      end = root.end;
      yield { tree: new Tree(root, items, { start: from, end }, parseAgain), unread: null };
    }
  } catch (error) {
    if (!(error instanceof YamlError || error instanceof RangeError)) throw error;
    // After two objects it is JSON for certain; before, it may be YAML that begins with a brace.
    const yaml = count > 1 ? null : [...readYaml(text, end, budget)];
    if (yaml === null || (yaml.some((piece) => piece instanceof Error) && /^\s*\{\s*["}]/.test(text))) yield error;
    else yield* yaml;
  }
}

/** Documents of YAML, parted by lines that begin with `---`. */
function* readYaml(text: string, from: number, budget: Budget): Generator<StreamPiece, void, undefined> {
  const parseItemAgain = (start: number, end: number) => parseItem(text, start, end);
  const parseAgain: ParseAgain = (start, end, unbounded) => parseDocument(text, start, end, unbounded)?.root ?? null;
  for (const { start, end, error } of partsOf(text, from)) {
    if (error !== undefined) yield error;
    if (start >= end) continue;
    try {
      const items = new Items(parseItemAgain);
      const document = parseDocument(text, start, end, budget, items);
      if (document === null) continue;
      yield { tree: new Tree(document.root, items, { start, end }, parseAgain), unread: document.unread };
    } catch (problem) {
      if (!(problem instanceof YamlError || problem instanceof RangeError)) throw problem;
      yield problem;
      if (problem instanceof YamlError && problem.code === 'E105') break;
    }
  }
}

interface StreamPart {
  readonly start: number;
  readonly end: number;
  readonly error?: YamlError;
}

function* partsOf(text: string, from: number): Generator<StreamPart> {
  let start = from;
  // At the beginning of the text itself, or behind a line break.
  let at = (from === 0 || text.charAt(from - 1) === '\n') && text.startsWith('---', from) ? from : nextMark(text, from);
  while (at !== -1) {
    yield { start, end: at };
    const lineEnd = endOfLine(text, at);
    const behind = text.slice(at + 3, lineEnd).trim();
    if (behind !== '' && !behind.startsWith('#')) {
      const begin = text.indexOf(behind.charAt(0), at + 3);
      const help = 'put the document below the line `---`';
      const error = new YamlError('kubectl takes nothing behind `---`', begin, begin + behind.length, help);
      yield { start: lineEnd, end: lineEnd, error };
    }
    // Files that were put together may each begin with a mark of their encoding.
    start = text.charAt(lineEnd + 1) === '\ufeff' ? lineEnd + 2 : lineEnd + 1;
    at = nextMark(text, lineEnd);
  }
  yield { start, end: text.length };
}

function nextMark(text: string, from: number): number {
  const found = text.indexOf('\n---', from);
  return found === -1 ? -1 : found + 1;
}

function endOfLine(text: string, from: number): number {
  const found = text.indexOf('\n', from);
  return found === -1 ? text.length : found;
}
