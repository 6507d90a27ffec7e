/**
 * What becomes of each field of the kinds that are read. A table has, by the API's own name of a type, the name of every
 * field and one decision; the reader warns and refuses by it, the schemas take their unread fields from it, and
 * `decided-fields.test.ts` holds it to the published API.
 *
 * A field below one that changes no packet changes none, unless it has a word of its own; what is warned of or refused is so
 * with all that is below it.
 */
import type { Code } from '../../diagnostics/codes.ts';

export type DecisionName = 'modelled' | 'no packet' | 'refused' | 'warned';

/** What is said of a field that is warned of or refused. */
export interface Word {
  readonly code: Code;
  /** What the user loses, as a clause: `names do not resolve in the lab`. */
  readonly loss: string;
  readonly help: string;
  /** Whether a value deserves the word; defaults that a cluster fills in do not. null, `false`, 0, '', [] and {} never do. */
  readonly concerns: (value: unknown) => boolean;
  /** A value that deserves it. */
  readonly example: unknown;
  /** Who says it: the reader by this table, or the plan, which knows more, in words of its own. */
  readonly by: 'reader' | 'plan';
}

/** A field of which the plan speaks, with a diagnostic of this code at it. */
export function saidByPlan(code: Code, example: unknown): Word {
  return { code, loss: '', help: '', concerns: always, example, by: 'plan' };
}

/** What stands in a field: `text`, the name of a type, a list `[]` or a map `{}` of what follows. */
export type Shape = string;

export interface FieldDecision {
  readonly is: DecisionName;
  /** The type below it; null: a scalar, or a mapping of scalars. */
  readonly type: string | null;
  readonly shape: Shape;
  /** The API server takes no object without it. */
  readonly required: boolean;
  /** Of those warned of and refused. */
  readonly word: Word | null;
}

export type TypeDecisions = ReadonlyMap<string, FieldDecision>;

/** By the name of the type. */
export type FieldTable = ReadonlyMap<string, TypeDecisions>;

/** A type's fields as they are written down: `name` of what is text, `name:SHAPE` of what is not; `name!` must be there. */
export interface WrittenDecisions {
  /** A schema checks it, and the plan or the policies follow it. */
  readonly modelled?: string;
  /** Known to change no packet: for storage, identity, bookkeeping, or the programs of images, which no lab runs. */
  readonly noPacket?: string;
  readonly warned?: Readonly<Record<string, Word>>;
  readonly refused?: Readonly<Record<string, Word>>;
}

/** @throws Error where a field has two decisions */
export function fieldTable(written: Readonly<Record<string, WrittenDecisions>>): FieldTable {
  return new Map(Object.entries(written).map(([type, decisions]) => [type, decisionsOf(type, decisions)]));
}

function decisionsOf(type: string, { modelled = '', noPacket = '', warned = {}, refused = {} }: WrittenDecisions) {
  const fields = new Map<string, FieldDecision>();
  const add = (written: string, is: DecisionName, word: Word | null): void => {
    const [marked = '', shape = 'text'] = written.split(':');
    const required = marked.endsWith('!');
    const name = required ? marked.slice(0, -1) : marked;
    if (fields.has(name)) throw new Error(`${type}.${name} has two decisions`);
    fields.set(name, { is, type: typeIn(shape), shape, required, word });
  };
  for (const field of words(modelled)) add(field, 'modelled', null);
  for (const field of words(noPacket)) add(field, 'no packet', null);
  for (const [field, word] of Object.entries(warned)) add(field, 'warned', word);
  for (const [field, word] of Object.entries(refused)) add(field, 'refused', word);
  return fields;
}

/** Types begin with a capital letter, as Go has them. */
export function typeIn(shape: Shape): string | null {
  return /^(?:\[\]|\{\})*([A-Z]\w*)$/.exec(shape)?.[1] ?? null;
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** For `Word.concerns`: every value that says something. */
export function always(): boolean {
  return true;
}

/** For `Word.concerns`: any but these, which say what holds anyway. */
export function otherThan(...values: readonly unknown[]): (value: unknown) => boolean {
  return (value) => !values.includes(value);
}
