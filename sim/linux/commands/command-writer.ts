/**
 * What was done to the kernel as lines of iproute2, tc, bpftool and sysctl, ready to paste. Nothing observed is left out: what no
 * such tool can say is a comment.
 */
import type { Operation } from '../observer.ts';
import { entryLines, keyText, loadLines, unloadLines, valueText, type EntryChanges } from './bpftool.ts';
import {
  addLinkLine,
  addNeighborLine,
  addressLine,
  deleteLinkLine,
  deleteNeighborLine,
  namespaceLine,
  routeLine,
  setLinkLine,
  sysctlLine,
} from './iproute2.ts';
import { Names } from './names.ts';
import { actionFilterLine, addClassLine, bpfFilterLine, deleteQdiscLine, qdiscLine } from './tc.ts';

/** The value of a map's entry as it is to be pasted. */
export type Retell = (map: string, value: Uint8Array) => Uint8Array;

/** Hears of operations in their order, and keeps lines until they are taken. */
export class CommandWriter {
  readonly #names = new Names();
  readonly #retell: Retell;
  #lines: string[] = [];
  /** Entries that wait for more of their kind. */
  #changes: EntryChanges | null = null;
  /** Entries that no operation had written: how many were taken out of which map. */
  #forgotten: { readonly map: string; count: number } | null = null;
  /** By map, the keys that operations have written. */
  readonly #written = new Map<string, Set<string>>();
  #objects = 0;

  /** @param retell of entries that are another elsewhere: with a time of this machine's clock in them */
  constructor(retell: Retell = (_, value) => value) {
    this.#retell = retell;
  }

  hear(operation: Operation): void {
    this.#names.learn(operation);
    if (operation.what === 'update-entry') this.#update(operation);
    else if (operation.what === 'delete-entry') this.#delete(operation);
    else {
      const lines = this.#linesOf(operation);
      if (lines.length > 0) this.#say(...lines);
    }
  }

  /** The lines since it was asked last. */
  take(): readonly string[] {
    this.#endRuns();
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  #say(...lines: readonly string[]): void {
    this.#endRuns();
    this.#lines.push(...lines);
  }

  #endRuns(): void {
    if (this.#changes !== null) this.#lines.push(...entryLines(this.#changes));
    if (this.#forgotten !== null) this.#lines.push(forgottenComment(this.#forgotten));
    this.#changes = null;
    this.#forgotten = null;
  }

  #update({ map, key, values, flags }: Extract<Operation, { what: 'update-entry' }>): void {
    const pinned = this.#names.map(map);
    const keyWords = keyText(key);
    const value = valueText(values.map((one) => this.#retell(map.name, one)));
    const written = this.#written.get(pinned) ?? new Set();
    this.#written.set(pinned, written.add(keyWords));
    if (value === null) this.#say(`# each CPU got a value of its own in ${pinned}, key hex ${keyWords}`);
    else this.#add('update', pinned, flags, [keyWords, value]);
  }

  #delete({ map, key }: Extract<Operation, { what: 'delete-entry' }>): void {
    const pinned = this.#names.map(map);
    const keyWords = keyText(key);
    if (this.#written.get(pinned)?.delete(keyWords) === true) {
      this.#add('delete', pinned, 'any', [keyWords]);
      return;
    }
    if (this.#forgotten?.map !== pinned) {
      this.#endRuns();
      this.#forgotten = { map: pinned, count: 0 };
    }
    this.#forgotten.count += 1;
  }

  #add(verb: EntryChanges['verb'], map: string, flags: EntryChanges['flags'], entry: readonly string[]): void {
    const before = this.#changes;
    if (before?.verb === verb && before.map === map && before.flags === flags) {
      before.entries.push(entry);
      return;
    }
    this.#endRuns();
    this.#changes = { verb, map, flags, entries: [entry] };
  }

  #linesOf(operation: Exclude<Operation, { what: 'update-entry' | 'delete-entry' }>): readonly string[] {
    const names = this.#names;
    switch (operation.what) {
      case 'add-namespace':
      case 'delete-namespace':
        return [namespaceLine(operation)];
      case 'add-link':
        return [addLinkLine(operation, names)];
      case 'see-link':
        return [];
      case 'set-link':
        return [setLinkLine(operation, names)];
      case 'delete-link':
        return [deleteLinkLine(operation, names)];
      case 'add-address':
        return [addressLine(operation, names)];
      case 'route':
        return [routeLine(operation, names)];
      case 'add-neighbor':
        return [addNeighborLine(operation, names)];
      case 'delete-neighbor':
        return [deleteNeighborLine(operation, names)];
      case 'qdisc':
        return [qdiscLine(operation, names)];
      case 'delete-qdisc':
        return [deleteQdiscLine(operation, names)];
      case 'add-class':
        return [addClassLine(operation, names)];
      case 'add-bpf-filter':
        return [bpfFilterLine(operation, names)];
      case 'add-action-filter':
        return [actionFilterLine(operation, names)];
      case 'sysctl':
        return [sysctlLine(operation)];
      case 'load-object':
        this.#objects += 1;
        return loadLines(operation, names);
      case 'unload-object':
        this.#objects -= 1;
        return unloadLines(this.#objects, operation, names);
      case 'grace-period':
        return ['# wait until no program runs any more that saw what was there before (a grace period of RCU)'];
    }
  }
}

function forgottenComment({ map, count }: { readonly map: string; readonly count: number }): string {
  return `# ${count === 1 ? 'an entry' : `${count} entries`} that programs had made taken out of ${map}`;
}
