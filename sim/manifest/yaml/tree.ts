/** The nodes of a document, which take many times the room of its text, and are seldom asked for once its value is known. */
import type { Items } from './items.ts';
import { Budget, type Node } from './nodes.ts';

export class Tree {
  #root: Node | null;
  readonly #parse: (budget: Budget) => Node | null;
  readonly #items: Items;

  /** @param parse makes the same tree again, of the same text */
  constructor(root: Node, items: Items, parse: (budget: Budget) => Node | null) {
    this.#root = root;
    this.#items = items;
    this.#parse = parse;
  }

  /** It is made again where it was given up, and then kept: who has asked for one position asks for others. */
  get root(): Node {
    // What could be read once can be read again, whatever was read meanwhile.
    this.#root ??= this.#parse(new Budget(Number.POSITIVE_INFINITY));
    if (this.#root === null) throw new Error('a document that could be read is empty');
    return this.#root;
  }

  /** Of a list what each item is made again by is kept. */
  drop(): void {
    if (this.#items.count === 0) this.#root = null;
    else this.#items.drop();
  }
}
