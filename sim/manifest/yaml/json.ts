/** JSON into the same nodes: objects one after the other, as `kubectl get -o json` and `jq` print them. */
import type { Items } from './items.ts';
import { YamlError, type Budget, type MapNode, type Node, type ScalarNode, type SeqNode } from './nodes.ts';
import { plainObjectAt } from './plain-json.ts';

/**
 * Reads the value at `start`, with the white space before it; null where there is nothing but white space. Throws a
 * YamlError where the text is no JSON.
 * @param items takes each item of a list of objects as soon as it is read; null: the nodes of all are kept
 */
export function parseJsonValue(text: string, start: number, budget: Budget, items: Items | null = null): Node | null {
  const reader = new JsonReader(text, start, budget, items);
  return reader.atEnd() ? null : reader.value('root');
}

/** What a value is to the text: its root, the `items` of its root, or one of these. */
type Role = 'root' | 'items' | 'item' | null;

const SPACES = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\0-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y; // eslint-disable-line no-control-regex
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const WORD = /true|false|null/y;

class JsonReader {
  readonly #text: string;
  readonly #budget: Budget;
  readonly #items: Items | null;
  #at: number;

  constructor(text: string, start: number, budget: Budget, items: Items | null) {
    this.#items = items;
    this.#budget = budget;
    this.#text = text;
    this.#at = start;
  }

  atEnd(): boolean {
    this.#match(SPACES);
    return this.#at >= this.#text.length;
  }

  value(role: Role = null): Node {
    this.#match(SPACES);
    const start = this.#at;
    if (role === 'item' && this.#items !== null) {
      const plain = plainObjectAt(this.#text, start, this.#budget);
      if (plain !== null) {
        this.#at = plain.end;
        return this.#items.takeValue(start, plain.end, plain.value, plain.built);
      }
    }
    // A value, its key and its comma, as tokens of YAML.
    for (let i = 0; i < 3; i++) this.#budget.spend(start);
    switch (this.#text.charAt(start)) {
      case '{':
        return this.#object(role);
      case '[':
        return this.#array(role);
      case '"':
        return this.#string();
      default: {
        const text = this.#match(NUMBER) || this.#match(WORD);
        if (text === '')
          this.#fail('no value of JSON begins here', 'quote text, and put no comma behind the last value');
        return { kind: 'scalar', text, style: 'plain', start, end: this.#at, tag: null };
      }
    }
  }

  #object(role: Role): Node {
    const map: MapNode = { kind: 'map', keys: [], values: [], start: this.#at++, end: 0, tag: null };
    for (let first = true; !this.#takes('}'); first = false) {
      if (!first) this.#need(',', '}');
      this.#match(SPACES);
      if (this.#text.charAt(this.#at) !== '"')
        this.#fail('no key of JSON begins here', 'put the key into double quotes');
      const key = this.#string();
      map.keys.push(key);
      this.#need(':', ':');
      map.values.push(this.value(role === 'root' && key.text === 'items' ? 'items' : null));
    }
    map.end = this.#at;
    return role === 'item' && this.#items !== null ? this.#items.take(map, map.end) : map;
  }

  #array(role: Role): SeqNode {
    const seq: SeqNode = { kind: 'seq', items: [], start: this.#at++, end: 0, tag: null };
    for (let first = true; !this.#takes(']'); first = false) {
      if (!first) this.#need(',', ']');
      seq.items.push(this.value(role === 'items' ? 'item' : null));
    }
    seq.end = this.#at;
    return seq;
  }

  #string(): ScalarNode {
    const start = this.#at;
    const written = this.#match(STRING);
    if (written === '')
      this.#fail('this text of JSON has no end, or an escape that JSON does not know', 'close it with `"`');
    // Half of a pair of surrogates is no character.
    const text = written.includes('\\')
      ? (JSON.parse(written) as string).replaceAll(/\p{Surrogate}/gu, '\ufffd')
      : written.slice(1, -1);
    return { kind: 'scalar', text, style: 'double', start, end: this.#at, tag: null };
  }

  #takes(character: string): boolean {
    this.#match(SPACES);
    if (this.#text.charAt(this.#at) !== character) return false;
    this.#at++;
    return true;
  }

  #need(character: string, other: string): void {
    if (this.#takes(character)) return;
    const wanted = character === other ? `\`${character}\`` : `\`${character}\` or \`${other}\``;
    this.#fail(`${wanted} must stand here`, `write ${wanted}`);
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  #fail(message: string, help: string): never {
    throw new YamlError(message, this.#at, this.#at + 1, help);
  }
}
