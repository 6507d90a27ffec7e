/** Tokens into nodes, by the grammar of libyaml. Where a value is left out, it is an empty text that reads as null. */
import { isBreak } from './characters.ts';
import type { Items } from './items.ts';
import { Budget, YamlError, type MapNode, type Node, type SeqNode } from './nodes.ts';
import { Scanner, type Token, type TokenType } from './scanner.ts';

export interface ParsedDocument {
  readonly root: Node;
  /** Offset of what follows the end of the document, which nobody reads; null where nothing does. */
  readonly unread: number | null;
}

/**
 * Reads the first document of a stretch of text; null where there is none. Throws a YamlError.
 * @param items takes the nodes of each item of a list of objects as soon as it is read; null: all of them are kept
 */
export function parseDocument(
  text: string,
  start: number,
  end: number,
  budget: Budget,
  items: Items | null = null,
): ParsedDocument | null {
  return new Parser(text, start, end, budget, items).document();
}

/** Reads such an item again: a mapping in block style that begins at `start`, in a document that has no anchors up to `end`. */
export function parseItem(text: string, start: number, end: number): Node {
  let lineStart = start;
  while (lineStart > 0 && !isBreak(text.charCodeAt(lineStart - 1))) lineStart--;
  return new Parser(text, start, end, new Budget(Number.POSITIVE_INFINITY), null, lineStart).item();
}

/** What a mapping or list is to the document: its root, or the `items` of its root. */
type Role = 'root' | 'items' | null;

const STANDARD_HANDLES: Readonly<Partial<Record<string, string>>> = { '!': '!', '!!': 'tag:yaml.org,2002:' };

class Parser {
  readonly #text: string;
  readonly #end: number;
  readonly #scanner: Scanner;
  readonly #items: Items | null;
  /** Most documents have none: null as long as that holds. */
  #anchors: Map<string, Node> | null = null;
  #handles: Map<string, string> | null = null;

  constructor(text: string, start: number, end: number, budget: Budget, items: Items | null, lineStart?: number) {
    this.#text = text;
    this.#end = end;
    this.#items = items;
    this.#scanner = new Scanner(text, start, end, budget, lineStart);
  }

  item(): Node {
    return this.#node(true, false);
  }

  document(): ParsedDocument | null {
    const scanner = this.#scanner;
    if (scanner.peek().type === 'end') return null;
    const explicit = this.#directives();
    if (scanner.peek().type === 'document-start') scanner.take();
    else if (explicit) this.#fail('a directive without `---` below it', scanner.peek(), 'remove the directive');
    const { type, start } = scanner.peek();
    const nothing = type === 'end' || type === 'document-start' || type === 'document-end' || type === 'version';
    const root = nothing ? empty(start) : this.#node(true, false, 'root');
    const after = scanner.peek();
    if (after.type === 'document-end') scanner.take();
    return { root, unread: this.#unreadFrom(after) };
  }

  /** Where something stands behind the end of the document. */
  #unreadFrom(after: Token): number | null {
    if (after.type === 'end') return null;
    if (after.type !== 'document-end') return after.start;
    const rest = this.#text.slice(after.end, this.#end).replace(/#.*/g, (comment) => ' '.repeat(comment.length));
    const found = rest.search(/\S/);
    return found === -1 ? null : after.end + found;
  }

  #directives(): boolean {
    let any = false;
    for (;;) {
      const token = this.#scanner.peek();
      if (token.type === 'version') {
        if (token.text !== '1.1') this.#fail('only YAML 1.1 is read', token, 'remove the directive');
      } else if (token.type === 'tag-directive') (this.#handles ??= new Map()).set(token.text, token.suffix);
      else break;
      any = true;
      this.#scanner.take();
    }
    return any;
  }

  /** `inBlock`: collections may be written by indentation; `orEntries`: a list may stand no further in than its key. */
  #node(inBlock: boolean, orEntries: boolean, role: Role = null): Node {
    const scanner = this.#scanner;
    let token = scanner.peek();
    if (token.type === 'alias') {
      scanner.take();
      const target = this.#anchors?.get(token.text);
      if (target === undefined) {
        const help = `define \`&${token.text}\` first, or quote the text if it is no alias`;
        throw new YamlError(`alias \`*${token.text}\` has no anchor before it`, token.start, token.end, help, 'E111');
      }
      return { kind: 'alias', name: token.text, target, start: token.start, end: token.end, tag: null };
    }
    const first = token;
    let anchor: string | null = null;
    let tagToken: Token | null = null;
    // Each may stand once, in any order.
    while ((token.type === 'anchor' && anchor === null) || (token.type === 'tag' && tagToken === null)) {
      if (token.type === 'anchor') anchor = token.text;
      else tagToken = token;
      scanner.take();
      token = scanner.peek();
    }
    const tag = tagToken === null ? null : this.#tagOf(tagToken);
    if (token.type === 'scalar') {
      scanner.take();
      const { start, end, text, style } = token;
      return this.#anchored({ kind: 'scalar', text, style, start, end, tag }, anchor);
    }
    if (token.type === '[') return this.#flowSeq(tag, anchor);
    if (token.type === '{') return this.#flowMap(tag, anchor);
    if (token.type === '-' && orEntries) {
      return this.#entries({ kind: 'seq', items: [], start: token.start, end: token.end, tag }, anchor, role);
    }
    if (token.type === 'seq-start' && inBlock) return this.#blockSeq(tag, anchor, role);
    if (token.type === 'map-start' && inBlock) return this.#blockMap(tag, anchor, role);
    if (token !== first) return this.#anchored({ ...empty(first.start), tag }, anchor);
    this.#failHere(token, 'a value');
  }

  #anchored<Kind extends Node>(node: Kind, anchor: string | null): Kind {
    if (anchor !== null) (this.#anchors ??= new Map()).set(anchor, node);
    return node;
  }

  #tagOf(token: Token): string {
    if (token.text === '') return token.suffix;
    const prefix = this.#handles?.get(token.text) ?? STANDARD_HANDLES[token.text];
    if (prefix === undefined) this.#fail(`tag with the unknown handle \`${token.text}\``, token, 'remove the tag');
    return prefix + token.suffix;
  }

  /** A list whose entries stand no further in than the key above them. */
  #entries(seq: SeqNode, anchor: string | null, role: Role): SeqNode {
    this.#anchored(seq, anchor);
    const scanner = this.#scanner;
    while (scanner.peek().type === '-') {
      const { end } = scanner.take();
      const { type } = scanner.peek();
      const nothing = type === '-' || type === 'key' || type === 'value' || type === 'block-end';
      add(seq, nothing ? empty(end) : this.#entry(role));
    }
    return seq;
  }

  #entry(role: Role): Node {
    const node = this.#node(true, false);
    if (role !== 'items' || this.#items === null || node.kind !== 'map' || node.tag !== null) return node;
    // By anchors and handles what is written elsewhere has a say in it.
    if (this.#anchors !== null || this.#handles !== null) return node;
    return this.#items.take(node, this.#scanner.peek().start);
  }

  #blockSeq(tag: string | null, anchor: string | null, role: Role): SeqNode {
    const scanner = this.#scanner;
    const { start } = scanner.take();
    const seq = this.#anchored<SeqNode>({ kind: 'seq', items: [], start, end: start, tag }, anchor);
    for (;;) {
      const token = scanner.peek();
      if (token.type === '-') {
        scanner.take();
        const { type } = scanner.peek();
        add(seq, type === '-' || type === 'block-end' ? empty(token.end) : this.#entry(role));
      } else if (token.type === 'block-end') {
        scanner.take();
        return seq;
      } else this.#failHere(token, 'an entry of the list (`- ...`)');
    }
  }

  #blockMap(tag: string | null, anchor: string | null, role: Role): MapNode {
    const scanner = this.#scanner;
    const { start } = scanner.take();
    const map = this.#anchored<MapNode>({ kind: 'map', keys: [], values: [], start, end: start, tag }, anchor);
    for (;;) {
      const token = scanner.peek();
      if (token.type === 'block-end') {
        scanner.take();
        return map;
      }
      if (token.type !== 'key') this.#failHere(token, 'a key');
      scanner.take();
      const key = isOneOf(scanner.peek(), NO_BLOCK_VALUE) ? empty(token.end) : this.#node(true, true);
      const colon = scanner.peek();
      if (colon.type !== 'value') put(map, key, empty(colon.start));
      else {
        scanner.take();
        const below = role === 'root' && key.kind === 'scalar' && key.text === 'items' ? 'items' : null;
        put(map, key, isOneOf(scanner.peek(), NO_BLOCK_VALUE) ? empty(colon.end) : this.#node(true, true, below));
      }
    }
  }

  #flowSeq(tag: string | null, anchor: string | null): SeqNode {
    const scanner = this.#scanner;
    const opening = scanner.take();
    const { start } = opening;
    const seq = this.#anchored<SeqNode>({ kind: 'seq', items: [], start, end: start, tag }, anchor);
    for (let first = true; ; first = false) {
      let token = scanner.peek();
      if (token.type !== ']' && !first) {
        if (token.type !== ',') this.#failInFlow(token, opening, ']');
        scanner.take();
        token = scanner.peek();
      }
      if (token.type === ']') {
        scanner.take();
        seq.end = token.end;
        return seq;
      }
      if (token.type === 'key') add(seq, this.#pairInSeq());
      else add(seq, this.#flowNode(opening, ']'));
    }
  }

  /** `[ a: b ]`: a mapping of one key without braces. */
  #pairInSeq(): MapNode {
    const scanner = this.#scanner;
    const { start, end } = scanner.take();
    const map: MapNode = { kind: 'map', keys: [], values: [], start, end, tag: null };
    let key: Node;
    if (isOneOf(scanner.peek(), ['value', ',', ']'])) {
      // The reader of the cluster takes this token away with the missing key.
      key = empty(scanner.take().end);
    } else key = this.#node(false, false);
    let value = empty(scanner.peek().start);
    if (scanner.peek().type === 'value') {
      scanner.take();
      value = isOneOf(scanner.peek(), [',', ']']) ? empty(scanner.peek().start) : this.#node(false, false);
    }
    put(map, key, value);
    return map;
  }

  #flowMap(tag: string | null, anchor: string | null): MapNode {
    const scanner = this.#scanner;
    const opening = scanner.take();
    const { start: begin } = opening;
    const map = this.#anchored<MapNode>({ kind: 'map', keys: [], values: [], start: begin, end: begin, tag }, anchor);
    for (let first = true; ; first = false) {
      let token = scanner.peek();
      if (token.type !== '}' && !first) {
        if (token.type !== ',') this.#failInFlow(token, opening, '}');
        scanner.take();
        token = scanner.peek();
      }
      if (token.type === '}') {
        scanner.take();
        map.end = token.end;
        return map;
      }
      if (token.type !== 'key') {
        const key = this.#flowNode(opening, '}');
        put(map, key, empty(key.end));
        continue;
      }
      scanner.take();
      const key = isOneOf(scanner.peek(), NO_FLOW_KEY) ? empty(scanner.peek().start) : this.#node(false, false);
      const colon = scanner.peek();
      if (colon.type !== 'value') put(map, key, empty(colon.start));
      else {
        scanner.take();
        const { type, start } = scanner.peek();
        put(map, key, type === ',' || type === '}' ? empty(start) : this.#flowNode(opening, '}'));
      }
    }
  }

  #flowNode(opening: Token, closing: ']' | '}'): Node {
    const token = this.#scanner.peek();
    if (token.type === 'end' || isOneOf(token, ['document-start', 'document-end'])) {
      this.#failInFlow(token, opening, closing);
    }
    return this.#node(false, false);
  }

  // ---- what is wrong

  #fail(message: string, { start, end }: Token, help?: string): never {
    throw new YamlError(message, start, end, help);
  }

  #failHere(token: Token, wanted: string): never {
    const { start, end } = token;
    const found = TOKEN_WORDS[token.type] ?? `\`${token.type}\``;
    const help =
      token.type === 'block-end' || token.type === 'map-start' || token.type === 'seq-start' ? ALIGN : HELP[token.type];
    // Tokens of indentation have no letters of their own: what stands there is shown.
    const visible = end > start ? end : this.#lineEnd(start);
    throw new YamlError(`${found} where ${wanted} must stand`, start, visible, help ?? ALIGN);
  }

  #failInFlow(token: Token, opening: Token, closing: ']' | '}'): never {
    if (token.type === 'end' || token.type === 'document-start' || token.type === 'document-end') {
      throw new YamlError(
        `a \`${opening.type}\` that is never closed`,
        opening.start,
        opening.end,
        `close it with \`${closing}\``,
      );
    }
    const end = token.end > token.start ? token.end : this.#lineEnd(token.start);
    throw new YamlError(
      `neither \`,\` nor \`${closing}\` inside of \`${opening.type}\``,
      token.start,
      end,
      `close what was opened with \`${closing}\`, or put a comma between the two`,
      'E106',
      opening,
    );
  }

  #lineEnd(start: number): number {
    const found = this.#text.indexOf('\n', start);
    return found === -1 || found > this.#end ? this.#end : found;
  }
}

const ALIGN = 'align this line with its siblings';

const TOKEN_WORDS: Readonly<Partial<Record<TokenType, string>>> = {
  end: 'the end of the text',
  'block-end': 'a line that goes less far in',
  'map-start': 'a mapping',
  'seq-start': 'a list',
  'document-start': '`---`',
  'document-end': '`...`',
  key: 'a key',
  value: '`:`',
  scalar: 'text',
  alias: 'an alias',
  anchor: 'an anchor',
  tag: 'a tag',
  version: 'a directive',
  'tag-directive': 'a directive',
};

const HELP: Readonly<Partial<Record<TokenType, string>>> = {
  value: 'put a key before the colon, or quote the text',
  '-': 'begin the list on a line of its own',
  ',': 'quote a value that contains `,` or begins with it',
  ']': 'close what was opened, or quote the text',
  '}': 'close what was opened, or quote the text',
};

const NO_BLOCK_VALUE: readonly TokenType[] = ['key', 'value', 'block-end'];
const NO_FLOW_KEY: readonly TokenType[] = ['value', ',', '}'];

function isOneOf({ type }: Token, types: readonly TokenType[]): boolean {
  return types.includes(type);
}

function empty(at: number): Node {
  return { kind: 'scalar', text: '', style: 'plain', start: at, end: at, tag: null };
}

function add(seq: SeqNode, item: Node): void {
  seq.items.push(item);
  if (item.end > seq.end) seq.end = item.end;
}

function put(map: MapNode, key: Node, value: Node): void {
  map.keys.push(key);
  map.values.push(value);
  const end = value.end > value.start ? value.end : Math.max(key.end, map.end);
  if (end > map.end) map.end = end;
}
