/**
 * A value against its zod schema: every violation becomes a diagnostic at the position where the value was written.
 *
 * Schemas say only what is right; the words of the diagnostics are made here. A rule of its own inside a schema
 * (`rule`, `problem`) brings its code and words along.
 */
import * as z from 'zod';
import type { Code } from '../diagnostics/codes.ts';
import type { Collector } from '../diagnostics/collector.ts';
import { didYouMean, nearest } from '../diagnostics/nearest.ts';
import type { Path } from './manifests.ts';
import type { Source } from './yaml-documents.ts';

/** `T` without the `undefined` that zod adds to optional fields: a field is there, or it is not. */
export type Written<T> = T extends readonly (infer Element)[]
  ? readonly Written<Element>[]
  : T extends object
    ? { readonly [Key in keyof T]: Written<Exclude<T[Key], undefined>> }
    : T;

export interface Place {
  readonly located: Source;
  /** Way from the document to the value. */
  readonly path: Path;
  /** How the value is called in messages: `Deployment`, `NetworkPolicy`. */
  readonly what: string;
}

/** The checked value with fields that were written as null left out (as the API server reads them), or null. */
export function checkSchema<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  place: Place,
  diagnostics: Collector,
): Written<z.output<Schema>> | null {
  // The Scenario is ours: nothing of it goes through the API server's reader.
  const asServed = place.what === 'Scenario' ? nullsAbsent(value, null) : nullsAbsent(value, schema);
  const result = withoutNewStatus(schema, asServed, place, diagnostics);
  if (result.success) return withoutUndefined(result.data) as Written<z.output<Schema>>;
  reportAll(result.error.issues, [], schema, place, diagnostics);
  return null;
}

/** All but what is missing because it was misspelt: the field that nobody knows has been told of, and by which name it was meant. */
function reportAll(
  issues: readonly Issue[],
  prefix: Path,
  schema: z.ZodType,
  place: Place,
  diagnostics: Collector,
): void {
  const unknown = new Map(
    issues.flatMap((i) => (i.code === 'unrecognized_keys' ? [[JSON.stringify(i.path), i.keys] as const] : [])),
  );
  for (const issue of issues) {
    const keys = unknown.get(JSON.stringify(issue.path)) ?? [];
    const beside = unknown.get(JSON.stringify(issue.path.slice(0, -1))) ?? [];
    const said = lacksAll(issue, keys) || lacksWhatIsMisspelt(issue, beside, prefix, schema);
    if (!said) report(issue, prefix, schema, place, diagnostics);
  }
}

/** The verb that a step lacks is the field that nobody knows, and so is whom a peer means where it says nothing else. */
function lacksAll(issue: Issue, unknown: readonly string[]): boolean {
  if (issue.code !== 'custom' || unknown.length === 0) return false;
  const { code } = paramsOf(issue);
  return code === 'E218' || (code === 'E213' && Object.keys(issue.input ?? {}).every((key) => unknown.includes(key)));
}

/** @param beside the fields that nobody knows in the mapping that lacks it */
function lacksWhatIsMisspelt(issue: Issue, beside: readonly string[], prefix: Path, schema: z.ZodType): boolean {
  const name = issue.path.at(-1);
  if (beside.length === 0 || typeof name !== 'string' || issue.code === 'unrecognized_keys') return false;
  if (issue.input !== undefined) return false;
  const known = knownKeys(schema, [...prefix, ...(issue.path.slice(0, -1) as Path)]);
  return beside.some((key) => nearest(key, known) === name);
}

/**
 * A status says how things stood, and changes no packet by itself: fields of a server that is newer than this program are not
 * read. One that looks like a misspelt field is told of.
 */
function withoutNewStatus<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  place: Place,
  diagnostics: Collector,
): z.ZodSafeParseResult<z.output<Schema>> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success || place.what === 'Scenario') return result;
  const { located, path: base, what } = place;
  const unknown = result.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' && issue.path[0] === 'status' ? [issue] : [],
  );
  if (unknown.length === 0) return result;
  const copy = structuredClone(value);
  for (const { keys, path } of unknown) {
    const holder = path.reduce<unknown>((here, step) => (here as Readonly<Record<PropertyKey, unknown>>)[step], copy);
    for (const key of keys) {
      Reflect.deleteProperty(holder as object, key);
      const way = path as Path;
      const help = didYouMean(key, knownKeys(schema, way));
      if (help === undefined) continue;
      const message = `\`${key}\` of ${fieldName(what, way)} is not known here, and is not read`;
      diagnostics.add('W450', located.keySpanOf([...base, ...way, key]), message, { help });
    }
  }
  return schema.safeParse(copy, { reportInput: true });
}

/** What is wrong with a text, as a clause, and how to put just that right. */
export interface TextProblem {
  readonly what: string;
  readonly help: string;
  /** Where in the text; left out: all of it. */
  readonly stretch?: Stretch;
}

/** Text that must satisfy a rule: `problemOf` says what is wrong, or null. `help`: where it brings none of its own. */
export function rule(code: Code, problemOf: (text: string) => string | TextProblem | null, help?: string) {
  return z.string().superRefine((text, context) => {
    const wrong = problemOf(text);
    if (wrong === null) return;
    const said = typeof wrong === 'string' ? { what: wrong, help } : wrong;
    const stretch = typeof wrong === 'string' ? undefined : wrong.stretch;
    problem(context, code, [], `\`${text}\` ${said.what}`, said.help, stretch);
  });
}

/**
 * An optional text that the API keeps without a pointer: `""` and a field left out are one value there, which defaulting
 * fills. A field with a pointer (such as `protocol` of a policy's port) keeps its `""`, which validation refuses.
 */
export function emptyIsAbsent<Schema extends z.ZodType>(schema: Schema) {
  return emptyIsMissing(schema.optional()).optional();
}

/** As `emptyIsAbsent`, of a text that must be there. */
export function emptyIsMissing<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => (value === '' ? undefined : value), schema);
}

/** What `superRefine` hands to who refines. */
export interface Refining {
  addIssue(issue: {
    code: 'custom';
    path: (string | number)[];
    message: string;
    params: object;
    /** true: what the value stands in is checked all the same. */
    continue: boolean;
  }): void;
}

/** Reports a violation from inside a schema's `superRefine`. `path` is relative to the value being refined. */
export function problem(
  context: Refining,
  code: Code,
  path: Path,
  message: string,
  help?: string,
  stretch?: Stretch,
): void {
  context.addIssue({ code: 'custom', path: [...path], message, params: { code, help, stretch }, continue: true });
}

/**
 * A value that is read where it is checked. What is wrong with it, `refuse` tells, once.
 * @param standIn what it is then to the other rules about what it stands in: right, and there
 */
export function readAs<Schema extends z.ZodType, Read>(
  schema: Schema,
  standIn: Read,
  read: (
    written: z.output<Schema>,
    refuse: (code: Code, message: string, help?: string, stretch?: Stretch) => Read,
  ) => Read,
) {
  return schema.transform((written, context) =>
    read(written, (code, message, help, stretch) => {
      problem(context, code, [], message, help, stretch);
      return standIn;
    }),
  );
}

/** The part of a text that is wrong. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

interface Params {
  readonly code: Code;
  readonly help?: string;
  readonly stretch?: Stretch;
}

function paramsOf(issue: { readonly params?: Record<string, unknown> | undefined }): Params {
  return issue.params as unknown as Params;
}

type Issue = z.core.$ZodIssue;

function report(issue: Issue, prefix: Path, schema: z.ZodType, place: Place, diagnostics: Collector): void {
  const inValue = [...prefix, ...(issue.path as Path)];
  const path = [...place.path, ...inValue];
  const { located } = place;
  const field = fieldName(place.what, inValue);
  const addMissing = (wanted: string) => {
    const name = String(inValue.at(-1));
    const message = `missing field \`${name}\` in ${fieldName(place.what, inValue.slice(0, -1))}`;
    diagnostics.add('E203', located.keySpanOf(path.slice(0, -1)), message, { help: `add \`${name}\`, ${wanted}` });
  };
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = knownKeys(schema, inValue);
      for (const key of issue.keys) {
        const help = didYouMean(key, known) ?? (known.length > 0 ? `known fields: ${known.join(', ')}` : undefined);
        diagnostics.add('E201', located.keySpanOf([...path, key]), `unknown field \`${key}\` in ${field}`, { help });
      }
      return;
    }
    case 'invalid_type': {
      if (isMissing(issue, inValue, schema)) {
        addMissing(expectedWords(issue.expected));
        return;
      }
      diagnostics.add(
        'E202',
        located.spanOf(path),
        `${field} must be ${expectedWords(issue.expected)}, not ${foundWords(issue.input)}${writtenWords(issue.input, located.writtenAt(path))}`,
        {
          help: issue.message.startsWith('Invalid input')
            ? typeHelp(issue.expected, issue.input, located.writtenAt(path))
            : issue.message,
        },
      );
      return;
    }
    case 'invalid_value': {
      const values = issue.values.map(String);
      if (issue.input === undefined) {
        addMissing(listWords(values));
        return;
      }
      const text = typeof issue.input === 'string' ? issue.input : foundWords(issue.input);
      const help = nearest(text, values);
      diagnostics.add('E204', located.spanOf(path), `${field} must be ${listWords(values)}, not \`${text}\``, {
        help: help === null ? `write ${listWords(values)}` : `did you mean \`${help}\`?`,
      });
      return;
    }
    case 'too_small':
    case 'too_big': {
      const bound = issue.code === 'too_small' ? `at least ${issue.minimum}` : `at most ${issue.maximum}`;
      const message =
        issue.origin === 'array' || issue.origin === 'string'
          ? `${field} must have ${bound} ${issue.origin === 'array' ? 'element(s)' : 'character(s)'}`
          : `${field} must be ${bound}, not ${foundWords(issue.input)}`;
      diagnostics.add('E205', located.spanOf(path), message, { help: boundHelp(issue.code, issue.origin) });
      return;
    }
    case 'invalid_union': {
      // The branch whose type fits is the one that was meant.
      const meant = issue.errors.find(
        (branch) => !branch.some((i) => i.code === 'invalid_type' && i.path.length === 0),
      );
      if (meant !== undefined) {
        reportAll(meant, inValue, schema, place, diagnostics);
        return;
      }
      const expected = issue.errors
        .flat()
        .flatMap((i) => (i.code === 'invalid_type' ? [expectedWords(i.expected)] : []));
      if (isMissing(issue, inValue, schema)) {
        addMissing([...new Set(expected)].join(' or '));
        return;
      }
      diagnostics.add(
        'E202',
        located.spanOf(path),
        `${field} must be ${[...new Set(expected)].join(' or ')}, not ${foundWords(issue.input)}`,
        { help: `write ${[...new Set(expected)].join(' or ')}` },
      );
      return;
    }
    case 'custom': {
      const { code, help, stretch } = paramsOf(issue);
      // What is missing or too much is said of a key; what is wrong, of the value.
      const ofKey = code === 'E201' || code === 'E218';
      const ofValue =
        stretch === undefined ? located.spanOf(path) : located.spanWithin(path, stretch.start, stretch.end);
      diagnostics.add(code, ofKey ? located.keySpanOf(path) : ofValue, issue.message, { help });
      return;
    }
    case 'invalid_key':
      for (const inner of issue.issues) {
        const { code, help } = paramsOf(inner as { params?: Record<string, unknown> });
        diagnostics.add(code, located.keySpanOf(path), inner.message, { help });
      }
      return;
    case 'invalid_format':
    case 'invalid_element':
    case 'not_multiple_of':
      diagnostics.add('E202', located.spanOf(path), `${field}: ${issue.message}`);
  }
}

/** `Deployment.spec.template`, `NetworkPolicy.spec.ingress[0]`. */
function fieldName(what: string, path: Path): string {
  return what + path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
}

const typeWords: Readonly<Partial<Record<string, string>>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  nonoptional: 'a value',
};

function expectedWords(expected: string): string {
  return typeWords[expected] ?? expected;
}

function foundWords(input: unknown): string {
  if (input === undefined || input === null) return 'nothing';
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'object') return 'a mapping';
  if (typeof input === 'string') return `the text \`${input.length > 60 ? `${input.slice(0, 60)}…` : input}\``;
  return typeof input === 'number' ? `the number ${input}` : JSON.stringify(input);
}

function boundHelp(code: 'too_small' | 'too_big', origin: string): string {
  if (origin === 'array') return code === 'too_small' ? 'add to the list' : 'take some out of the list';
  if (origin === 'string') return code === 'too_small' ? 'write more' : 'write less';
  return code === 'too_small' ? 'write more than that' : 'write less than that';
}

/** How a number or truth value was written, where it is not as one would write it. */
function writtenWords(input: unknown, written: string | null): string {
  if (typeof input !== 'number' && typeof input !== 'boolean') return '';
  return written === null || written === String(input) ? '' : ` (\`${written}\` in YAML 1.1)`;
}

function typeHelp(expected: string, input: unknown, written: string | null): string | undefined {
  if (expected === 'string' && (typeof input === 'number' || typeof input === 'boolean')) {
    return `quote it: "${written ?? String(input)}"`;
  }
  if ((expected === 'number' || expected === 'int') && typeof input === 'string' && /^\d+$/.test(input)) {
    return `write it without quotes: ${input}`;
  }
  if (input === null) return `write ${expectedWords(expected)}, or remove it`;
  if (expected === 'string' && typeof input === 'object')
    return 'quote it: text with `: ` or `{` in it is read as a mapping';
  return expected === 'array' ? 'write a list: `- ...`' : `write ${expectedWords(expected)}`;
}

function listWords(values: readonly string[]): string {
  const quoted = values.map((value) => `\`${value}\``);
  return quoted.length === 1 ? (quoted[0] ?? '') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1) ?? ''}`;
}

/** The fields that a mapping at `path` may have. */
function knownKeys(schema: z.ZodType, path: Path): string[] {
  const there = schemaAt(schema, path);
  return there instanceof z.ZodObject ? Object.keys(there.shape) : [];
}

/** A field that its mapping must have, and has not. */
function isMissing(issue: Issue, inValue: Path, schema: z.ZodType): boolean {
  return issue.input === undefined && typeof inValue.at(-1) === 'string' && !isRecordEntry(schema, inValue);
}

function isRecordEntry(schema: z.ZodType, path: Path): boolean {
  return schemaAt(schema, path.slice(0, -1)) instanceof z.ZodRecord;
}

/** The schema of what stands at `path`; null where the schema says nothing of it. */
export function schemaAt(schema: z.ZodType, path: Path): z.ZodType | null {
  let here: unknown = unwrap(schema);
  for (const step of path) {
    if (here instanceof z.ZodUnion) {
      here = here.options.map(unwrap).find((o) => (typeof step === 'number') === o instanceof z.ZodArray);
    }
    if (here instanceof z.ZodObject) here = unwrap(here.shape[String(step)]);
    else if (here instanceof z.ZodArray) here = unwrap(here.element);
    else if (here instanceof z.ZodRecord) here = unwrap(here.valueType);
    else return null;
  }
  return here instanceof z.ZodType ? here : null;
}

function unwrap(schema: unknown): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable) {
    return unwrap(schema.unwrap());
  }
  if (schema instanceof z.ZodCatch) return unwrap(schema.unwrap());
  return schema;
}

/**
 * A field written as null is a field not written. In a list or a map the API server reads null as an empty value of the
 * type that belongs there: `{}`, or `""`; what has no such type stays, and is an error. `schema` null: all of them stay.
 */
function nullsAbsent(value: unknown, schema: z.ZodType | null): unknown {
  return holds(value, null) ? nullsAbsentAt(value, schema, []) : value;
}

function nullsAbsentAt(value: unknown, schema: z.ZodType | null, path: Path): unknown {
  if (Array.isArray(value)) {
    return value.map((item, i) =>
      item === null ? emptyOf(schema, [...path, i]) : nullsAbsentAt(item, schema, [...path, i]),
    );
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, v]) => [
      key,
      v !== null
        ? nullsAbsentAt(v, schema, [...path, key])
        : schema !== null && isRecordEntry(schema, [...path, key])
          ? (emptyOf(schema, [...path, key]) ?? undefined)
          : undefined,
    ]),
  );
}

function emptyOf(schema: z.ZodType | null, path: Path): unknown {
  const there = schema === null ? null : schemaAt(schema, path);
  if (there instanceof z.ZodObject) return {};
  return there instanceof z.ZodString ? '' : null;
}

function withoutUndefined(value: unknown): unknown {
  return holds(value, undefined) ? copyWithoutUndefined(value) : value;
}

function copyWithoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyWithoutUndefined);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, v]) => (v === undefined ? [] : [[key, copyWithoutUndefined(v)]])),
  );
}

/** Whether it stands anywhere inside: most objects need no copy. */
function holds(value: unknown, sought: null | undefined): boolean {
  if (typeof value !== 'object' || value === null) return value === sought;
  // Without a list of the values: they may be hundreds of thousands.
  for (const key in value) if (holds((value as Readonly<Record<string, unknown>>)[key], sought)) return true;
  return false;
}
