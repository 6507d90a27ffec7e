/** Nodes into plain values, as JSON would have them; and what the cluster does with a text beside that. */
import {
  YamlError,
  type KnownNode,
  type MapNode,
  type Node,
  type Read,
  type ScalarNode,
  type Surprise,
} from './nodes.ts';
import { NOT_JSON, keyOfPlain, resolvePlain, resolveTagged, versionsDiffer, type ScalarValue } from './scalars.ts';

/** The value of a document. Throws a YamlError where the cluster refuses it, a RangeError where it is too deep. */
export function valueOf(root: Node): Read {
  const building = new Building();
  return { value: building.value(root), surprises: building.surprises, built: building.built };
}

/** Thrown where aliases make more of a text than was written. */
export class AliasError extends Error {
  override readonly name = 'AliasError';
  readonly node: Node;

  constructor(message: string, node: Node) {
    super(message);
    this.node = node;
  }
}

class Building {
  readonly surprises: Surprise[] = [];
  /** Aliases on the way to where we are. */
  readonly #open = new Set<Node>();
  /** Of the value that is being built. */
  readonly #path: (string | number)[] = [];
  #outermost: Node | null = null;
  built = 0;
  #builtOfAliases = 0;

  value(node: Node): unknown {
    this.built++;
    if (this.#open.size > 0 && ++this.#builtOfAliases > 100 && this.built > 1000) {
      if (this.#builtOfAliases / this.built > allowedShare(this.built)) {
        throw new AliasError('aliases expand to more than a manifest can hold', this.#outermost ?? node);
      }
    }
    switch (node.kind) {
      case 'scalar':
        return this.#scalar(node);
      case 'seq':
        return node.items.map((item, i) => this.#below(i, item));
      case 'map': {
        const built: Record<string, unknown> = {};
        this.#fill(node, built);
        return built;
      }
      case 'alias': {
        if (this.#open.has(node.target)) {
          throw new AliasError(`alias \`*${node.name}\` stands inside of what it names`, node);
        }
        if (this.#open.size === 0) this.#outermost = node;
        this.#open.add(node.target);
        const value = this.value(node.target);
        this.#open.delete(node.target);
        return value;
      }
      case 'known':
        return this.#known(node);
    }
  }

  #known(node: KnownNode): unknown {
    const { value, surprises, built } = node.read ?? valueOf(nodesOf(node));
    this.built += built - 1;
    for (const surprise of surprises) {
      const { what } = surprise;
      this.surprises.push(what === 'twice' ? surprise : { ...surprise, path: [...this.#path, ...surprise.path] });
    }
    return value;
  }

  /** In the order of writing: of two values for one key the later one holds, merged or not. */
  #fill(map: MapNode, into: Record<string, unknown>): void {
    // The keys up to here: made where one is there already, merged or written.
    let written: Map<string, Node> | null = null;
    for (let i = 0; i < map.keys.length; i++) {
      const key = map.keys[i] as Node;
      const value = map.values[i] as Node;
      if (isMerge(key)) {
        this.#merge(value, into);
        written ??= firstOnes(map, i);
        const merged = written.size === 0 ? null : mergedKeys(value);
        for (const [name, first] of written) {
          if (merged?.has(name) === true) this.surprises.push({ what: 'twice', node: key, name, first });
        }
        continue;
      }
      const name = keyText(key);
      if (Object.hasOwn(into, name)) written ??= firstOnes(map, i);
      const first = written?.get(name);
      if (first !== undefined) this.surprises.push({ what: 'twice', node: key, name, first });
      else written?.set(name, key);
      if (key.kind === 'scalar' && key.style === 'plain' && key.tag === null && key.text !== name) {
        this.surprises.push({ what: 'version', node: key, value: name, path: [...this.#path, name] });
      }
      put(into, name, this.#below(name, value));
    }
  }

  #below(step: string | number, node: Node): unknown {
    this.#path.push(step);
    const value = this.value(node);
    this.#path.pop();
    return value;
  }

  #merge(node: Node, into: Record<string, unknown>): void {
    const target = node.kind === 'alias' ? node.target : node;
    if (target.kind === 'map') {
      if (this.#open.has(target)) throw new AliasError('a mapping is merged into itself', node);
      this.built++;
      this.#open.add(target);
      this.#fill(target, into);
      this.#open.delete(target);
    } else if (node.kind === 'seq') {
      // The first of the list counts most.
      for (const item of node.items.toReversed()) this.#merge(item, into);
    } else {
      throw new YamlError(
        '`<<` merges a mapping or a list of mappings',
        node.start,
        node.end,
        'name an anchor of a mapping',
      );
    }
  }

  #scalar(node: ScalarNode): ScalarValue {
    const value = scalarValue(node);
    if (node.style === 'plain' && node.tag === null && versionsDiffer(node.text, value)) {
      this.surprises.push({ what: 'version', node, value, path: [...this.#path] });
    }
    return value;
  }
}

/** Made again, and then kept: who has asked for one position of an item asks for others. */
export function nodesOf(node: KnownNode): MapNode {
  return (node.nodes ??= node.parse(node));
}

/** The keys before the one at `end` that are written, each with the first node that says it. */
function firstOnes({ keys }: MapNode, end: number): Map<string, Node> {
  const written = new Map<string, Node>();
  for (const key of keys.slice(0, end)) {
    if (isMerge(key)) continue;
    const name = keyText(key);
    if (!written.has(name)) written.set(name, key);
  }
  return written;
}

function put(into: Record<string, unknown>, name: string, value: unknown): void {
  // An assignment to this one would be to what all objects share.
  if (name === '__proto__')
    Object.defineProperty(into, name, { value, configurable: true, enumerable: true, writable: true });
  else into[name] = value;
}

/**
 * The share of all nodes that may come of aliases, as goyaml.v2 has it: 0.99 to 400,000 nodes, falling to 0.1 at
 * 4,000,000.
 */
function allowedShare(built: number): number {
  const low = 400_000;
  const high = 4_000_000;
  return 0.99 - 0.89 * Math.min(1, Math.max(0, (built - low) / (high - low)));
}

function scalarValue(node: ScalarNode): ScalarValue {
  if (node.tag === null && node.style !== 'plain') return node.text;
  const value = node.tag === null ? resolvePlain(node.text) : resolveTagged(node.tag, node.text);
  if (value === undefined) {
    throw new YamlError(`\`${node.text}\` is not what its tag says`, node.start, node.end, 'remove the tag');
  }
  if (value === NOT_JSON) {
    throw new YamlError(
      `\`${node.text}\` is a number that JSON cannot say`,
      node.start,
      node.end,
      'quote it, or write a number',
    );
  }
  return value;
}

export function isMerge(key: Node): boolean {
  if (key.kind !== 'scalar' || key.text !== '<<') return false;
  return key.tag === null ? key.style === 'plain' : key.tag === '!' || key.tag === 'tag:yaml.org,2002:merge';
}

function mergedKeys(value: Node): Set<string> {
  const target = value.kind === 'alias' ? value.target : value;
  if (target.kind === 'seq') return new Set(target.items.flatMap((item) => [...mergedKeys(item)]));
  if (target.kind !== 'map') return new Set();
  return new Set(target.keys.filter((key) => !isMerge(key)).map(keyText));
}

/** A key as JSON has it: `010` is `8`, `yes` is `true`. Throws a YamlError for a key that JSON cannot have. */
export function keyText(key: Node): string {
  const node = key.kind === 'alias' ? key.target : key;
  if (node.kind !== 'scalar') {
    // `{{ .Values.name }}` is a mapping whose key is one.
    const help =
      node.kind === 'map'
        ? 'quote it; if this is a Helm template (`{{ ... }}`), render it first with `helm template`'
        : 'write one text, quoted where it begins with `[`';
    throw new YamlError('a key must be text', key.start, key.end, help);
  }
  if (node.tag === null && node.style !== 'plain') return node.text;
  const text = node.tag === null ? keyOfPlain(node.text) : taggedKey(node);
  if (text !== null) return text;
  throw new YamlError('a key must be text, not nothing', key.start, key.end, 'write the key, or quote it');
}

function taggedKey(node: ScalarNode): string | null {
  const value = scalarValue(node);
  return value === null ? null : String(value);
}
