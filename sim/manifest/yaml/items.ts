/**
 * Items of a list of objects, whose nodes are given up one by one, each as soon as its value is known: all of them at once take
 * many times the room of a list.
 */
import { YamlError, type KnownNode, type MapNode, type Node } from './nodes.ts';
import { AliasError, valueOf } from './values.ts';

export class Items {
  readonly #known: KnownNode[] = [];
  readonly #parse: (node: KnownNode) => MapNode;

  /** @param parse makes the nodes of an item again, of its stretch of the text */
  constructor(parse: (start: number, end: number) => Node) {
    this.#parse = ({ start, end, until }) => {
      const node = parse(start, until);
      if (node.kind !== 'map' || node.end !== end) throw new Error('an item that could be read is another one');
      return node;
    };
  }

  get count(): number {
    return this.#known.length;
  }

  /** What stands for an item from now on: itself where it has no value, which is told when that of the whole is asked for. */
  take(item: MapNode, until: number): Node {
    try {
      return this.#keep(item.start, item.end, until, valueOf(item));
    } catch (error) {
      if (error instanceof YamlError || error instanceof AliasError || error instanceof RangeError) return item;
      throw error;
    }
  }

  /** As `take`, of one whose value was read without nodes. */
  takeValue(start: number, end: number, value: unknown, built: number): Node {
    return this.#keep(start, end, end, { value, surprises: [], built });
  }

  drop(): void {
    for (const item of this.#known) {
      item.read = null;
      item.nodes = null;
    }
  }

  #keep(start: number, end: number, until: number, read: KnownNode['read']): KnownNode {
    const known: KnownNode = { kind: 'known', start, end, until, tag: null, read, nodes: null, parse: this.#parse };
    this.#known.push(known);
    return known;
  }
}
