/**
 * YAML and JSON text into plain values that still know where they were written, read as the cluster reads them
 * (`yaml/`): documents that kubectl would take are taken, and mean the same.
 */
import type { Collector } from '../diagnostics/collector.ts';
import type { Span } from '../diagnostics/diagnostic.ts';
import { LineIndex } from '../diagnostics/line-index.ts';
import type { Located, Path } from './manifests.ts';
import { foundInside, placeOfCharacter } from './yaml/inner-json.ts';
import { YamlError, type Node, type ScalarNode, type Surprise } from './yaml/nodes.ts';
import { readStream, type StreamPiece } from './yaml/stream.ts';
import type { Tree } from './yaml/tree.ts';
import { AliasError, isMerge, keyText, nodesOf, valueOf } from './yaml/values.ts';

/** Where something was written, down to a part of a text, and into the JSON that a text is: a way may go on there. */
export interface Source extends Located {
  /**
   * Position of the characters `start` to `end` of the text at `path`; of the whole value where escapes of YAML stand in it.
   */
  readonly spanWithin: (path: Path, start: number, end: number) => Span;
  /** The scalar at `path` as it stands in the file, quotes and all; null where something else stands there. */
  readonly writtenAt: (path: Path) => string | null;
  /** What the cluster reads otherwise than one would guess, in the value at `path`. */
  readonly surprisesIn: (path: Path) => readonly LocatedSurprise[];
  /** Keeps the positions of the values at these paths: they will be asked for, of however many objects. */
  readonly remember: (paths: readonly Path[]) => void;
  /** Positions in the item of a list at `path` will seldom be asked for from now on. */
  readonly giveUp: (path: Path) => void;
}

export type LocatedSurprise =
  | {
      readonly what: 'version';
      readonly span: Span;
      readonly text: string;
      readonly value: unknown;
      /** From the document, whatever place the surprises were asked for at. */
      readonly path: Path;
    }
  | { readonly what: 'twice'; readonly span: Span; readonly name: string; readonly first: Span };

/** A value of a file, and where it was written. */
export class YamlDocument implements Source {
  readonly value: unknown;
  /** Without what was written: that need not be kept as long. */
  readonly source: Source;

  constructor(value: unknown, source: Source) {
    this.value = value;
    this.source = source;
  }

  get file(): string {
    return this.source.file;
  }

  spanOf(path: Path): Span {
    return this.source.spanOf(path);
  }

  keySpanOf(path: Path): Span {
    return this.source.keySpanOf(path);
  }

  spanWithin(path: Path, start: number, end: number): Span {
    return this.source.spanWithin(path, start, end);
  }

  writtenAt(path: Path): string | null {
    return this.source.writtenAt(path);
  }

  surprisesIn(path: Path): readonly LocatedSurprise[] {
    return this.source.surprisesIn(path);
  }

  remember(paths: readonly Path[]): void {
    this.source.remember(paths);
  }

  giveUp(path: Path): void {
    this.source.giveUp(path);
  }
}

/** A document seen from a place inside it: paths are relative to `prefix`. */
export function within(document: Source, prefix: Path): Source {
  return new Inside(document, prefix);
}

/** One of these stands for each item of a list: its functions are no copies for each. */
class Inside implements Source {
  readonly #document: Source;
  readonly #prefix: Path;
  // Objects hand these two on alone.
  readonly spanOf = (path: Path): Span => this.#document.spanOf(this.#way(path));
  readonly keySpanOf = (path: Path): Span => this.#document.keySpanOf(this.#way(path));

  constructor(document: Source, prefix: Path) {
    this.#document = document;
    this.#prefix = prefix;
  }

  get file(): string {
    return this.#document.file;
  }

  spanWithin(path: Path, start: number, end: number): Span {
    return this.#document.spanWithin(this.#way(path), start, end);
  }

  writtenAt(path: Path): string | null {
    return this.#document.writtenAt(this.#way(path));
  }

  surprisesIn(path: Path): readonly LocatedSurprise[] {
    return this.#document.surprisesIn(this.#way(path));
  }

  remember(paths: readonly Path[]): void {
    this.#document.remember(paths.map((path) => this.#way(path)));
  }

  giveUp(path: Path): void {
    this.#document.giveUp(this.#way(path));
  }

  #way(path: Path): Path {
    return [...this.#prefix, ...path];
  }
}

/** Asked before each document and each item of a list, with its place; true: nothing from there on is read. */
export type IsEnough = (at: () => Span) => boolean;

/**
 * Parses a file, document by document as they are asked for; those with errors are left out, empty ones too. What positions
 * are found by is given up as soon as the next document is asked for, and made again where one is asked for later.
 */
export function* parseYaml(
  file: string,
  text: string,
  diagnostics: Collector,
  isEnough: IsEnough = () => false,
): Generator<YamlDocument, void, undefined> {
  const lines = new LineIndex(file, text);
  for (const piece of readStream(text)) {
    if (isEnough(() => placeOf(piece, lines))) return;
    if (piece instanceof Error) {
      tell(piece, lines, diagnostics);
      continue;
    }
    const { tree, unread } = piece;
    if (unread !== null) {
      diagnostics.add(
        'W205',
        lines.span(unread, unread + 1),
        'the document ends before this, and the cluster reads no further',
        {
          help: 'put `---` on a line of its own before the next document',
        },
      );
    }
    try {
      const { value, surprises } = valueOf(tree.root);
      if (value !== null) yield new YamlDocument(value, new DocumentSource(tree, surprises, text, lines));
      tree.drop();
    } catch (error) {
      tell(error, lines, diagnostics);
    }
  }
}

function placeOf(piece: StreamPiece, lines: LineIndex): Span {
  if (piece instanceof YamlError) return lines.span(piece.start, piece.end);
  return piece instanceof RangeError ? lines.span(0, 1) : lines.span(piece.tree.root.start, piece.tree.root.end);
}

function tell(error: unknown, lines: LineIndex, diagnostics: Collector): void {
  if (error instanceof YamlError) {
    const { opened } = error;
    diagnostics.add(error.code, lines.span(error.start, error.end), error.message, {
      help: error.help,
      related: opened && [{ span: lines.span(opened.start, opened.end), message: 'opened here' }],
    });
  } else if (error instanceof AliasError) {
    diagnostics.add('E108', lines.span(error.node.start, error.node.end), error.message, {
      help: 'write the values out instead of nesting aliases',
    });
  } else if (error instanceof RangeError) {
    diagnostics.add('E112', lines.span(0, 1), 'nested too deeply to be read', { help: 'flatten it' });
  } else throw error;
}

const NO_SURPRISES: readonly Surprise[] = [];

/** One of these stands for each object of a run: its functions are no copies for each. */
class DocumentSource implements Source {
  readonly #tree: Tree;
  readonly #surprises: readonly Surprise[];
  readonly #text: string;
  readonly #lines: LineIndex;
  #remembered: Remembered | null = null;
  // Objects hand these two on alone.
  readonly spanOf = (path: Path): Span => {
    const known = this.#remembered?.find(path) ?? null;
    return known === null ? this.#spanOf(path) : this.#lines.span(known.start, known.end);
  };
  readonly keySpanOf = (path: Path): Span => this.#keySpanOf(path);

  constructor(tree: Tree, surprises: readonly Surprise[], text: string, lines: LineIndex) {
    this.#tree = tree;
    this.#surprises = surprises.length === 0 ? NO_SURPRISES : surprises;
    this.#text = text;
    this.#lines = lines;
  }

  get file(): string {
    return this.#lines.file;
  }

  spanWithin(path: Path, start: number, end: number): Span {
    const { value } = findNode(this.#tree.root, path);
    const part = value.kind === 'scalar' ? this.#stretchOfPart(value, start, end) : null;
    return this.#spanOfNode(part ?? value);
  }

  writtenAt(path: Path): string | null {
    const { value, steps } = findNode(this.#tree.root, path);
    return value.kind === 'scalar' && steps === path.length ? this.#text.slice(value.start, value.end) : null;
  }

  surprisesIn(path: Path): readonly LocatedSurprise[] {
    if (this.#surprises.length === 0) return [];
    const { start, end } = findNode(this.#tree.root, path).value;
    const inside = this.#surprises.filter(({ node }) => node.start >= start && node.start < end);
    return inside.map((surprise) => {
      const span = this.#spanOfNode(surprise.node);
      return surprise.what === 'version'
        ? { what: 'version', span, text: surprise.node.text, value: surprise.value, path: surprise.path }
        : { what: 'twice', span, name: surprise.name, first: this.#spanOfNode(surprise.first) };
    });
  }

  remember(paths: readonly Path[]): void {
    this.#remembered ??= new Remembered();
    for (const path of paths) this.#remembered.add(path, this.#stretchOf(path));
  }

  giveUp(path: Path): void {
    const { value } = findNode(this.#tree.root, path);
    if (value.kind === 'known') value.nodes = null;
  }

  #spanOf(path: Path): Span {
    return this.#spanOfNode(this.#stretchOf(path));
  }

  #stretchOf(path: Path): Stretch {
    const { key, value, steps } = findNode(this.#tree.root, path);
    const inside = this.#stretchInside(value, path.slice(steps), 'value');
    if (inside !== null) return inside;
    if (value.end > value.start) return value;
    // Nothing was written after the colon or the dash: that is what a reader can see.
    return key ?? { start: value.start - 1, end: value.start };
  }

  #keySpanOf(path: Path): Span {
    const { key, value, steps } = findNode(this.#tree.root, path);
    return this.#spanOfNode(this.#stretchInside(value, path.slice(steps), 'key') ?? key ?? value);
  }

  #stretchInside(value: Node, rest: Path, what: 'key' | 'value'): Stretch | null {
    if (value.kind !== 'scalar' || rest.length === 0) return null;
    const found = foundInside(value.text, rest);
    if (found === null) return null;
    const { start, end } = (what === 'key' ? found.key : null) ?? found.value;
    return this.#stretchOfPart(value, start, end);
  }

  #stretchOfPart(scalar: ScalarNode, start: number, end: number): Stretch | null {
    const first = placeOfCharacter(this.#text, scalar, start);
    const last = placeOfCharacter(this.#text, scalar, Math.max(start, end - 1));
    return first === null || last === null ? null : { start: first.start, end: last.end };
  }

  #spanOfNode({ start, end }: Stretch): Span {
    return this.#lines.span(start, end);
  }
}

/** Offsets, the end exclusive. */
interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Stretches of the text by their ways: a policy has three or four, and there may be a hundred thousand policies. */
class Remembered {
  /** Way, start and end of each, one behind the other. */
  readonly #few: (Path | number)[] = [];
  #many: Map<string, Stretch> | null = null;

  add(path: Path, { start, end }: Stretch): void {
    if (this.#few.length < 3 * MOST_GONE_THROUGH) this.#few.push(path, start, end);
    else (this.#many ??= new Map()).set(wayOf(path), { start, end });
  }

  find(path: Path): Stretch | null {
    for (let i = 0; i < this.#few.length; i += 3) {
      if (!isSame(this.#few[i] as Path, path)) continue;
      return { start: this.#few[i + 1] as number, end: this.#few[i + 2] as number };
    }
    return this.#many?.get(wayOf(path)) ?? null;
  }
}

/** More are found by a text. */
const MOST_GONE_THROUGH = 8;

function wayOf(path: Path): string {
  return path.join('\0');
}

function isSame(one: Path, other: Path): boolean {
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
  return true;
}

interface Found {
  /** Where the value stands in a mapping, its key. */
  readonly key: Node | null;
  readonly value: Node;
  /** How much of the path was there. */
  readonly steps: number;
}

/** The node at `path`, or the deepest one on the way to it. */
function findNode(root: Node, path: Path): Found {
  let found: Found = { key: null, value: root, steps: 0 };
  for (const step of path) {
    const next = childOf(found.value, step, found.steps + 1);
    if (next === null) break;
    found = next;
  }
  return found;
}

function childOf(node: Node, step: string | number, steps: number): Found | null {
  const inside = node.kind === 'alias' ? node.target : node.kind === 'known' ? nodesOf(node) : node;
  if (inside.kind === 'seq') {
    const item = typeof step === 'number' ? inside.items[step] : undefined;
    return item === undefined ? null : { key: null, value: item, steps };
  }
  if (inside.kind !== 'map') return null;
  // Of two values for one key the later one holds.
  for (let i = inside.keys.length - 1; i >= 0; i--) {
    const key = inside.keys[i] as Node;
    const value = inside.values[i] as Node;
    if (isMerge(key)) {
      const merged = mergedChild(value, step, steps);
      if (merged !== null) return merged;
    } else if (keyText(key) === String(step)) return { key, value, steps };
  }
  return null;
}

function mergedChild(value: Node, step: string | number, steps: number): Found | null {
  const target = value.kind === 'alias' ? value.target : value;
  if (target.kind !== 'seq') return childOf(target, step, steps);
  for (const item of target.items) {
    const found = childOf(item, step, steps);
    if (found !== null) return found;
  }
  return null;
}
