/** What is said of the fields that are warned of or refused, wherever an object has them. */
import type { Collector } from '../../diagnostics/collector.ts';
import type { Span } from '../../diagnostics/diagnostic.ts';
import type { Path } from '../manifests.ts';
import type { Source } from '../yaml-documents.ts';
import { decidedFields } from './decided-fields.ts';
import type { FieldDecision, Word } from './decision.ts';

/** A field that deserves a word. */
interface Found {
  readonly path: Path;
  readonly decision: FieldDecision;
  readonly word: Word;
}

/** Fields of `value`, an object of the type `root`, that are warned of or refused and say something. */
function foundIn(root: string, value: unknown): readonly Found[] {
  const found: Found[] = [];
  find(root, value, [], found);
  return found;
}

/** @param path to `value`; it is as it was when this returns */
function find(root: string, value: unknown, path: (string | number)[], found: Found[]): void {
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) {
      path.push(i);
      find(root, item, path, found);
      path.pop();
    }
    return;
  }
  if (typeof value !== 'object' || value === null || isLeftOut(root, value)) return;
  for (const [name, decision] of telling(root)) {
    const below = (value as Readonly<Record<string, unknown>>)[name];
    if (below === undefined) continue;
    if (decision.word === null) {
      if (decision.type === null) continue;
      path.push(name);
      find(decision.type, below, path, found);
      path.pop();
    } else if (!isEmpty(below) && decision.word.concerns(below)) {
      found.push({ path: [...path, name], decision, word: decision.word });
    }
  }
}

/** A pod without a network of its own has no part in the lab, which is said of the whole pod. */
function isLeftOut(type: string, value: object): boolean {
  return type === 'PodSpec' && (value as { hostNetwork?: unknown }).hostNetwork === true;
}

/** What an object says that leaves a field out. */
export function isEmpty(value: unknown): boolean {
  if (value === null || value === false || value === 0 || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

const memo = new Map<string, readonly (readonly [string, FieldDecision])[]>();

/** The fields of a type that have a word, or lead to one that has. */
function telling(type: string): readonly (readonly [string, FieldDecision])[] {
  const known = memo.get(type);
  if (known !== undefined) return known;
  const found = [...(decidedFields.get(type) ?? [])].filter(([, { word, type: below }]) => {
    return word === null ? below !== null && telling(below).length > 0 : word.by === 'reader';
  });
  memo.set(type, found);
  return found;
}

interface Group {
  readonly word: Word;
  readonly names: Set<string>;
  readonly places: Span[];
}

/** Gathers the fields of all objects, so that a loss is told once, however many objects have it. */
export class FieldWords {
  readonly #warned = new Map<string, Group>();
  readonly #diagnostics: Collector;

  constructor(diagnostics: Collector) {
    this.#diagnostics = diagnostics;
  }

  /** Refused fields are said at once, each at its place. */
  see(kind: string, value: unknown, source: Source): void {
    for (const { path, decision, word } of foundIn(kind, value)) {
      const span = source.keySpanOf(path);
      if (decision.is === 'refused') {
        const message = `\`${nameOf(path)}\` cannot be had here: ${word.loss}`;
        this.#diagnostics.add(word.code, span, message, { help: word.help });
        continue;
      }
      const key = `${word.code} ${word.loss}`;
      const group = this.#warned.get(key) ?? { word, names: new Set(), places: [] };
      this.#warned.set(key, group);
      group.names.add(nameOf(path));
      group.places.push(span);
    }
  }

  /** One warning a loss, at the first place; with `verbose` one at each. */
  report(verbose: boolean): void {
    for (const { word, names, places } of this.#warned.values()) {
      const fields = [...names].map((name) => `\`${name}\``).join(', ');
      const verb = names.size === 1 ? 'has' : 'have';
      const others = places.length - 1;
      const more = verbose || others === 0 ? '' : ` (${others} more ${others === 1 ? 'place' : 'places'})`;
      for (const span of verbose ? places : places.slice(0, 1)) {
        const message = `${fields} ${verb} no effect here: ${word.loss}${more}`;
        this.#diagnostics.add(word.code, span, message, { help: word.help });
      }
    }
  }
}

/** `livenessProbe.httpGet`; the name alone where what holds it is a `spec`. */
function nameOf(path: Path): string {
  const [holder, name] = path.filter((step) => typeof step === 'string').slice(-2);
  return holder === undefined || holder === 'spec' ? String(name ?? holder) : `${holder}.${String(name)}`;
}
