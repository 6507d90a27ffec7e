/**
 * YAML (and so JSON) text into plain values that still know where they were written.
 *
 * YAML 1.2 core schema with `<<` merge keys; every document of the file; all syntax errors at once.
 */
import { isAlias, isMap, isPair, isScalar, isSeq, parseAllDocuments, visit } from 'yaml';
import type { Document, Node, ParsedNode, Range, YAMLMap } from 'yaml';
import type { Collector } from '../diagnostics/collector.ts';
import type { Span } from '../diagnostics/diagnostic.ts';
import { LineIndex } from '../diagnostics/line-index.ts';
import type { Located, Path } from './manifests.ts';

/** Where something was written, down to a part of a text. */
export interface Source extends Located {
  /**
   * Position of the characters `start` to `end` of the text at `path`; of the whole value where the text was not
   * written letter by letter (folded or escaped).
   */
  readonly spanWithin: (path: Path, start: number, end: number) => Span;
}

export interface YamlDocument extends Source {
  readonly value: unknown;
}

/** A document seen from a place inside it: paths are relative to `prefix`. */
export function within(document: Source, prefix: Path): Source {
  return {
    file: document.file,
    spanOf: (path) => document.spanOf([...prefix, ...path]),
    keySpanOf: (path) => document.keySpanOf([...prefix, ...path]),
    spanWithin: (path, start, end) => document.spanWithin([...prefix, ...path], start, end),
  };
}

/** More aliased nodes than this is an attack, not a manifest (the parser's own limit for "billion laughs"). */
const MAX_ALIASES = 100;

/** Parses a file; documents with errors are left out, empty ones too. */
export function parseYaml(file: string, text: string, diagnostics: Collector): YamlDocument[] {
  const lines = new LineIndex(file, text);
  let parsed: readonly Document.Parsed[];
  try {
    // Duplicate keys are looked for here: the parser's own search takes quadratic time.
    const documents = parseAllDocuments(text, {
      merge: true,
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'silent',
    });
    parsed = 'empty' in documents ? [] : documents;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    diagnostics.add('E112', lines.span(0, 1), 'nested too deeply to be read', { help: 'flatten it' });
    return [];
  }
  return parsed.flatMap((document) => readDocument(document, text, lines, diagnostics) ?? []);
}

function readDocument(
  document: Document.Parsed,
  text: string,
  lines: LineIndex,
  diagnostics: Collector,
): YamlDocument | null {
  if (document.errors.some(({ message }) => /call stack/.test(message))) {
    diagnostics.add('E112', lines.span(0, 1), 'nested too deeply to be read', { help: 'flatten it' });
    return null;
  }
  for (const error of document.errors) {
    const [start, end] = error.pos;
    diagnostics.add('E106', lines.span(start, end), lowerFirst(error.message), {
      help: remedyOf(error.code, text),
    });
  }
  if (document.errors.length > 0) return null;
  try {
    if (!checkNodes(document, lines, diagnostics)) return null;
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    if (value === null) return null;
    return { value, ...locate(document, text, lines) };
  } catch (error) {
    const place = spanOfNode(document.contents, lines);
    if (error instanceof RangeError) {
      diagnostics.add('E112', place, 'nested too deeply to be read', { help: 'flatten it' });
    } else if (error instanceof ReferenceError) {
      diagnostics.add('E108', firstAlias(document, lines) ?? place, 'aliases expand to more than a manifest can hold', {
        help: 'write the values out instead of nesting aliases',
      });
    } else throw error;
    return null;
  }
}

/** Duplicate keys, keys that are no text, aliases of nothing; false after a diagnostic. */
function checkNodes(document: Document.Parsed, lines: LineIndex, diagnostics: Collector): boolean {
  let sound = true;
  const anchors = new Set<string>();
  const remember = ({ anchor }: { anchor?: string | undefined }) => {
    if (anchor !== undefined) anchors.add(anchor);
  };
  visit(document, {
    Scalar: (_, scalar) => remember(scalar),
    Seq: (_, seq) => remember(seq),
    Alias(_, alias, ancestors) {
      if (ancestors.some((node) => (isMap(node) || isSeq(node)) && node.anchor === alias.source)) {
        sound = false;
        diagnostics.add('E108', spanOfNode(alias, lines), `alias \`*${alias.source}\` stands inside of what it names`, {
          help: 'write the value out: it would contain itself without end',
        });
        return;
      }
      if (anchors.has(alias.source)) return;
      sound = false;
      diagnostics.add('E111', spanOfNode(alias, lines), `alias \`*${alias.source}\` has no anchor before it`, {
        help: `define \`&${alias.source}\` first, or quote the text if it is no alias`,
      });
    },
    Map(_, map) {
      remember(map);
      sound = checkKeys(map, lines, diagnostics) && sound;
    },
  });
  return sound;
}

function checkKeys(map: YAMLMap, lines: LineIndex, diagnostics: Collector): boolean {
  const seen = new Map<string, Node>();
  let sound = true;
  for (const { key } of map.items) {
    if (!isScalar(key)) {
      sound = false;
      diagnostics.add('E106', spanOfNode(key, lines), 'a key must be text', {
        help: 'quote it; if this is a Helm template (`{{ ... }}`), render it first with `helm template`',
      });
      continue;
    }
    const name = String(key.value);
    const first = seen.get(name);
    if (first === undefined || name === '<<') {
      seen.set(name, key);
      continue;
    }
    sound = false;
    const span = spanOfNode(first, lines);
    diagnostics.add('E107', spanOfNode(key, lines), `key \`${name}\` appears twice`, {
      help: 'keep one of the two: a reader that takes the last one drops the other silently',
      related: span === undefined ? undefined : [{ span, message: 'first written here' }],
    });
  }
  return sound;
}

function locate(document: Document.Parsed, text: string, lines: LineIndex): Source {
  const whole = spanOfNode(document.contents, lines) ?? lines.span(0, 0);
  return {
    file: whole.file,
    spanOf(path) {
      const { key, value } = findNode(document, path);
      const span = spanOfNode(value, lines) ?? whole;
      // Nothing was written after the colon: the key is what a reader can see.
      return span.length > 0 ? span : (spanOfNode(key, lines) ?? whole);
    },
    keySpanOf(path) {
      const { key, value } = findNode(document, path);
      return spanOfNode(key, lines) ?? spanOfNode(value, lines) ?? whole;
    },
    spanWithin(path, start, end) {
      const { value } = findNode(document, path);
      const span = spanOfNode(value, lines) ?? whole;
      if (!isScalar(value) || typeof value.value !== 'string') return span;
      const quote = value.type === 'QUOTE_DOUBLE' || value.type === 'QUOTE_SINGLE' ? 1 : 0;
      const begin = span.offset + quote;
      const verbatim = text.startsWith(value.value, begin) && value.value.length + 2 * quote === span.length;
      return verbatim ? lines.span(begin + start, begin + end) : span;
    },
  };
}

/** The node at `path`, or the deepest one on the way to it; `key` is its key where it stands in a map. */
function findNode(document: Document.Parsed, path: Path): { key: unknown; value: unknown } {
  let key: unknown = null;
  let value: unknown = document.contents;
  for (const step of path) {
    const inside = isAlias(value) ? value.resolve(document) : value;
    if (isMap(inside)) {
      const pair = inside.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
      if (!isPair(pair)) break;
      ({ key, value } = pair.value === null ? { key: pair.key, value: pair.key } : pair);
    } else if (isSeq(inside) && typeof step === 'number') {
      const item = inside.items[step];
      if (item === undefined) break;
      key = null;
      value = item;
    } else break;
  }
  return { key, value };
}

function spanOfNode(node: unknown, lines: LineIndex): Span | undefined {
  const range = (node as ParsedNode | null | undefined)?.range as Range | null | undefined;
  if (!range) return undefined;
  return isScalar(node) ? lines.span(range[0], range[1]) : lines.trimmedSpan(range[0], range[1]);
}

function firstAlias(document: Document.Parsed, lines: LineIndex): Span | undefined {
  let span: Span | undefined;
  visit(document, {
    Alias(_, alias) {
      span = spanOfNode(alias, lines);
      return visit.BREAK;
    },
  });
  return span;
}

/** What usually leads to a syntax error of this kind. */
function remedyOf(code: string, text: string): string | undefined {
  if (/\{\{-?\s*[.\w]/.test(text)) return 'this looks like a Helm template: render it first with `helm template`';
  return remedies[code];
}

const remedies: Readonly<Partial<Record<string, string>>> = {
  TAB_AS_INDENT: 'indent with spaces',
  BLOCK_AS_IMPLICIT_KEY: 'quote a value that contains `: `, or put the mapping on a line of its own',
  MISSING_CHAR: 'close what was opened, or check the indentation of this line',
  BAD_INDENT: 'align this line with its siblings',
  IMPOSSIBLE: 'check the indentation of this line',
  BAD_ALIAS: 'quote text that begins with `*` or `&`',
};

function lowerFirst(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1).replace(/\.$/, '');
}
