/** JSON into the same nodes: objects one after the other, as `kubectl get -o json` and `jq` print them. */
import { YamlError, type Budget, type MapNode, type Node, type SeqNode } from './nodes.ts';

/**
 * Reads the value at `start`, with the white space before it; null where there is nothing but white space. Throws a
 * YamlError where the text is no JSON.
 */
export function parseJsonValue(text: string, start: number, budget: Budget): Node | null {
  const reader = new JsonReader(text, start, budget);
  return reader.atEnd() ? null : reader.value();
}

const SPACES = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\0-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y; // eslint-disable-line no-control-regex
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const WORD = /true|false|null/y;

class JsonReader {
  readonly #text: string;
  readonly #budget: Budget;
  #at: number;

  constructor(text: string, start: number, budget: Budget) {
    this.#budget = budget;
    this.#text = text;
    this.#at = start;
  }

  atEnd(): boolean {
    this.#match(SPACES);
    return this.#at >= this.#text.length;
  }

  value(): Node {
    this.#match(SPACES);
    const start = this.#at;
    // A value, its key and its comma, as tokens of YAML.
    for (let i = 0; i < 3; i++) this.#budget.spend(start);
    switch (this.#text.charAt(start)) {
      case '{':
        return this.#object();
      case '[':
        return this.#array();
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

  #object(): MapNode {
    const map: MapNode = { kind: 'map', keys: [], values: [], start: this.#at++, end: 0, tag: null };
    for (let first = true; !this.#takes('}'); first = false) {
      if (!first) this.#need(',', '}');
      this.#match(SPACES);
      if (this.#text.charAt(this.#at) !== '"')
        this.#fail('no key of JSON begins here', 'put the key into double quotes');
      map.keys.push(this.#string());
      this.#need(':', ':');
      map.values.push(this.value());
    }
    map.end = this.#at;
    return map;
  }

  #array(): SeqNode {
    const seq: SeqNode = { kind: 'seq', items: [], start: this.#at++, end: 0, tag: null };
    for (let first = true; !this.#takes(']'); first = false) {
      if (!first) this.#need(',', ']');
      seq.items.push(this.value());
    }
    seq.end = this.#at;
    return seq;
  }

  #string(): Node {
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
