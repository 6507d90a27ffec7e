/** What a document consists of, each part with the stretch of the text (`start` to `end`, UTF-16 units) that says it. */
import type { Path } from '../manifests.ts';

export type Style = 'plain' | 'single' | 'double' | 'literal' | 'folded';

interface Part {
  readonly start: number;
  end: number;
  /** `!!str` as `tag:yaml.org,2002:str`; null where none was written. */
  readonly tag: string | null;
}

export interface ScalarNode extends Part {
  readonly kind: 'scalar';
  readonly text: string;
  readonly style: Style;
}

export interface MapNode extends Part {
  readonly kind: 'map';
  readonly keys: Node[];
  /** As many as `keys`. */
  readonly values: Node[];
}

export interface SeqNode extends Part {
  readonly kind: 'seq';
  readonly items: Node[];
}

export interface AliasNode extends Part {
  readonly kind: 'alias';
  readonly name: string;
  /** The node that bore the anchor when the alias was read. */
  readonly target: Node;
}

/** A mapping whose nodes were given up once its value was known. */
export interface KnownNode extends Part {
  readonly kind: 'known';
  /** Where what follows begins: white space at the end may be the last value's. */
  readonly until: number;
  /** null: given up too. */
  read: Read | null;
  /** null: given up. */
  nodes: MapNode | null;
  /** Makes the nodes again. */
  readonly parse: (node: KnownNode) => MapNode;
}

/** What a reader takes a node for. */
export interface Read {
  readonly value: unknown;
  readonly surprises: readonly Surprise[];
  /** Nodes that the value was built of, those of aliases as often as they are named. */
  readonly built: number;
}

/** What a reader would not guess of a text that can be read. */
export type Surprise =
  | {
      readonly what: 'version';
      readonly node: ScalarNode;
      readonly value: string | number | boolean | null;
      /** To the value, from the node that was read. */
      readonly path: Path;
    }
  | {
      readonly what: 'twice';
      readonly node: Node;
      readonly name: string;
      readonly first: Node;
    };

export type Node = ScalarNode | MapNode | SeqNode | AliasNode | KnownNode;

type YamlCode = 'E105' | 'E106' | 'E111';

/** A text that cannot be read, and the stretch that shows why. */
export class YamlError extends Error {
  override readonly name = 'YamlError';
  readonly start: number;
  readonly end: number;
  readonly help: string | undefined;
  readonly code: YamlCode;
  /** Where what is wrong began, if that is elsewhere. */
  readonly opened: { readonly start: number; readonly end: number } | undefined;

  constructor(
    message: string,
    start: number,
    end: number,
    help?: string,
    code: YamlCode = 'E106',
    opened?: YamlError['opened'],
  ) {
    super(message);
    this.start = start;
    this.end = end;
    this.help = help;
    this.code = code;
    this.opened = opened;
  }
}

/**
 * What the heap takes for a token and all that becomes of it, bytes, at most: measured on lists of empty lists, the
 * densest text there is.
 */
const HEAP_PER_TOKEN = 200;

/** How much of a text may be read: so that a text that the memory cannot hold is refused, and not the end of the process. */
export class Budget {
  #left: number;
  readonly #heapBytes: number;

  constructor(heapBytes: number) {
    this.#heapBytes = heapBytes;
    this.#left = Math.floor(heapBytes / HEAP_PER_TOKEN);
  }

  /** Of so many tokens at once; false: they are too many, and none is spent. */
  spendAll(tokens: number): boolean {
    if (tokens > this.#left) return false;
    this.#left -= tokens;
    return true;
  }

  /** Of one token at `at`. */
  spend(at: number): void {
    if (--this.#left >= 0) return;
    const mebibytes = Math.ceil((2 * this.#heapBytes) / 1024 / 1024);
    const help = `split the file, or give this process more memory: NODE_OPTIONS=--max-old-space-size=${mebibytes}`;
    throw new YamlError('the text up to here fills the memory of this process', at, at + 1, help, 'E105');
  }
}
