/** JSON as a text of YAML: what is wrong with it, and where in the file each part of it stands. */
import { getHeapStatistics } from 'node:v8';
import type { Path } from '../manifests.ts';
import { parseJsonValue } from './json.ts';
import { Budget, YamlError, type Node, type ScalarNode } from './nodes.ts';

/** Text that is no JSON: why, as a clause, and at which of its characters. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
  readonly at: number;
  readonly help: string;

  constructor(message: string, at: number, help: string) {
    super(message);
    this.at = at;
    this.help = help;
  }

  /** The character, for a diagnostic at the text. */
  get stretch(): { readonly start: number; readonly end: number } {
    return { start: this.at, end: this.at + 1 };
  }
}

/** The value of a text of JSON. @throws JsonError in words of ours, not in those of JavaScript */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw whyNoJson(text);
  }
}

/** A text without JSON's white space has its end there. */
const END = /[ \t\n\r]*$/;

function whyNoJson(text: string): JsonError {
  const end = text.search(END);
  try {
    const root = jsonNodes(text);
    const at = root === null ? 0 : root.end + (/[^ \t\n\r]/.exec(text.slice(root.end))?.index ?? 0);
    return root === null
      ? new JsonError('it is empty', 0, 'write JSON')
      : new JsonError('something stands behind the end of the JSON', at, 'remove it');
  } catch (error) {
    if (!(error instanceof YamlError)) return new JsonError('it is nested too deeply', 0, 'flatten it');
    if (error.start < end) return new JsonError(error.message, error.start, error.help ?? 'write JSON');
    return new JsonError('it ends before what was opened is closed', Math.max(0, end - 1), 'write the rest of it');
  }
}

function jsonNodes(text: string): Node | null {
  return parseJsonValue(text, 0, new Budget(getHeapStatistics().heap_size_limit));
}

interface Found {
  readonly key: Node | null;
  readonly value: Node;
}

/**
 * What stands at `path` of the object or list of JSON that a text is, or the deepest on the way to it, with offsets into the
 * text; null: nothing of the way is there. Keys are found in any case, as Go takes them.
 */
export function foundInside(text: string, path: Path): Found | null {
  if (!/^\s*[{[]/.test(text)) return null;
  let found: Found | null = null;
  try {
    let here = jsonNodes(text);
    for (const step of path) {
      const next = here === null ? null : childOf(here, step);
      if (next === null) break;
      found = next;
      here = next.value;
    }
  } catch {
    return null;
  }
  return found;
}

function childOf(node: Node, step: string | number): Found | null {
  if (node.kind === 'seq') {
    const value = typeof step === 'number' ? node.items[step] : undefined;
    return value === undefined ? null : { key: null, value };
  }
  if (node.kind !== 'map') return null;
  const keys = node.keys.map((key) => (key.kind === 'scalar' ? key.text : ''));
  const exact = keys.lastIndexOf(String(step));
  const at = exact === -1 ? keys.findLastIndex((key) => key.toLowerCase() === String(step).toLowerCase()) : exact;
  const [key, value] = [node.keys[at], node.values[at]];
  return key === undefined || value === undefined ? null : { key, value };
}

/**
 * Where in `source` the character `offset` of a scalar's text stands; null: that cannot be told. White space may be
 * written otherwise there (a text in several lines, a block and its indentation); each other character is as it is, or an
 * escape of itself.
 */
export function placeOfCharacter(
  source: string,
  scalar: ScalarNode,
  offset: number,
): { readonly start: number; readonly end: number } | null {
  const { text, style, end } = scalar;
  let at = scalar.start;
  if (style === 'literal' || style === 'folded') at = source.indexOf('\n', at) + 1;
  else if (style !== 'plain') at++;
  for (let i = 0; ; i++) {
    const letter = text.charAt(i);
    if (isWhite(letter) || isWhite(source.charAt(at))) {
      const start = i;
      while (isWhite(text.charAt(i))) i++;
      if (i > offset) return { start: at + offset - start, end: at + offset - start + 1 };
      while (at < end && isWhite(source.charAt(at))) at++;
    }
    const escapes = escapesOf(style).find((escape) => source.startsWith(escape + text.charAt(i), at));
    const here = escapes ?? '';
    if (at >= end || i >= text.length || !source.startsWith(here + text.charAt(i), at)) return null;
    const next = at + here.length + 1;
    if (i === offset) return { start: at, end: next };
    at = next;
  }
}

function escapesOf(style: ScalarNode['style']): readonly string[] {
  return style === 'double' ? ['\\'] : style === 'single' ? ["'"] : [];
}

function isWhite(letter: string): boolean {
  return letter === ' ' || letter === '\n' || letter === '\t' || letter === '\r';
}
