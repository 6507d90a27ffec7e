/** The nodes of a document, which take many times the room of its text, and are seldom asked for once its value is known. */
import type { Items } from './items.ts';
import { Budget, type Node } from './nodes.ts';

/** Makes the tree of a stretch of the text again. */
export type ParseAgain = (start: number, end: number, budget: Budget) => Node | null;

/** One of these stands for each document of a file: what makes it again is no function of its own. */
export class Tree {
  #root: Node | null;
  readonly #start: number;
  readonly #end: number;
  readonly #parse: ParseAgain;
  /** null: it is no list. */
  readonly #items: Items | null;

  /** @param stretch of the text that `parse` makes the same tree of again */
  constructor(root: Node, items: Items, stretch: { readonly start: number; readonly end: number }, parse: ParseAgain) {
    this.#root = root;
    this.#items = items.count === 0 ? null : items;
    this.#start = stretch.start;
    this.#end = stretch.end;
    this.#parse = parse;
  }

  /** It is made again where it was given up, and then kept: who has asked for one position asks for others. */
  get root(): Node {
    // What could be read once can be read again, whatever was read meanwhile.
    this.#root ??= this.#parse(this.#start, this.#end, new Budget(Number.POSITIVE_INFINITY));
    if (this.#root === null) throw new Error('a document that could be read is empty');
    return this.#root;
  }

  /** Of a list what each item is made again by is kept. */
  drop(): void {
    if (this.#items === null) this.#root = null;
    else this.#items.drop();
  }
}
