/**
 * What kubectl 1.32 makes of our inputs, recorded with `kubectl label --local --dry-run=client -f FILE zz=1 -o json`, and
 * what we make of them.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Collector } from '../../diagnostics/collector.ts';
import { memoryFiles } from '../finding/memory-files.ts';
import { readText } from '../finding/source-text.ts';
import { parseYaml } from '../yaml-documents.ts';

interface Recorded {
  readonly scalars: readonly { readonly text: string; readonly value?: unknown; readonly refused?: string }[];
  readonly keys: readonly { readonly text: string; readonly key?: string; readonly refused?: string }[];
  readonly documents: readonly {
    readonly name: string;
    readonly text?: string;
    readonly base64?: string;
    readonly values?: readonly unknown[];
    readonly refused?: string;
  }[];
}

const recorded = JSON.parse(readFileSync(new URL('testdata/kubectl.json', import.meta.url), 'utf8')) as Recorded;

const HEAD = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\n';

function read(content: string | Uint8Array): { values: unknown[]; errors: string[]; inside: boolean } {
  const diagnostics = new Collector();
  const text = readText('a.yaml', memoryFiles({ 'a.yaml': content }), diagnostics);
  const values = text === null ? [] : [...parseYaml('a.yaml', text, diagnostics)].map(({ value }) => value);
  const errors = diagnostics.sorted().filter(({ severity }) => severity === 'error');
  const inside = errors.every(({ span }) => span === undefined || span.offset + span.length <= (text ?? '').length);
  return {
    values: JSON.parse(JSON.stringify(values)) as unknown[],
    errors: errors.map(({ message }) => message),
    inside,
  };
}

/** Where we go another way, and why. */
const OTHERWISE: Readonly<Partial<Record<string, string>>> = {
  'json then yaml': 'kubectl takes it from 1.33 on',
  'json sep': 'kubectl takes it from 1.33 on',
  'json comma': 'kubectl takes it from 1.33 on, as YAML',
  'json comment': 'kubectl takes it from 1.33 on, as YAML',
  'json flow yaml': 'kubectl takes it from 1.33 on, as YAML',
  'json numbers': 'kubectl takes it from 1.33 on, as YAML',
  'json trailing garbage': 'what is no object is refused later (E110)',
  'json array': 'what is no object is refused later (E110)',
  'scalar doc': 'what is no object is refused later (E110)',
};

describe('a plain text is what kubectl takes it for', () => {
  test.each(recorded.scalars)('$text', ({ text, value, refused }) => {
    const { values, errors, inside } = read(`${HEAD}data:\n  v: ${text}\n`);
    expect(inside).toBe(true);
    if (refused !== undefined) expect(errors).toHaveLength(1);
    else
      expect({ errors, values }).toMatchObject({
        errors: [],
        values: [{ data: value === undefined ? {} : { v: value } }],
      });
  });
});

describe('a key is the text that kubectl makes of it', () => {
  test.each(recorded.keys)('$text', ({ text, key, refused }) => {
    const { values, errors } = read(`${HEAD}data:\n  ${text}: v\n`);
    if (refused !== undefined) expect(errors).toHaveLength(1);
    else expect({ errors, values }).toMatchObject({ errors: [], values: [{ data: { [key ?? '']: 'v' } }] });
  });
});

describe('a file holds what kubectl finds in it', () => {
  test.each(recorded.documents)('$name', ({ name, text, base64, values, refused }) => {
    const content = text ?? new Uint8Array(Buffer.from(base64 ?? '', 'base64'));
    const ours = read(content);
    expect(ours.inside).toBe(true);
    if (OTHERWISE[name] !== undefined) expect(refused).toBeDefined();
    else if (refused === undefined) expect(ours).toMatchObject({ errors: [], values });
    else expect(ours.errors.length).toBeGreaterThan(0);
    if (OTHERWISE[name] !== undefined) expect(ours.errors).toEqual([]);
  });
});
