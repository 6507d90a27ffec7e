import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { Collector } from '../diagnostics/collector.ts';
import type { Path } from './manifests.ts';
import { parseYaml } from './yaml-documents.ts';

const parse = (text: string) => {
  const diagnostics = new Collector();
  const documents = parseYaml('a.yaml', text, diagnostics);
  return { documents, diagnostics: diagnostics.sorted(), codes: diagnostics.sorted().map((d) => d.code) };
};

const cut = (text: string, span: { offset: number; length: number }) =>
  text.slice(span.offset, span.offset + span.length);

describe('positions', () => {
  const text = 'spec:\n  subnet: 172.51.0.230/16 # comment\n  "ips":\n  - a-b\n  - "c"\n  gateway:\n';
  const [document] = parse(text).documents;

  test.each<[Path, string]>([
    [['spec', 'subnet'], '172.51.0.230/16'],
    [['spec', 'ips', 0], 'a-b'],
    [['spec', 'ips', 1], '"c"'],
    [['spec', 'ips', 7], text.slice(text.indexOf('- a-b'), text.indexOf('"c"') + 3)],
    [['spec', 'subnet', 'x', 'y'], '172.51.0.230/16'],
    [['spec', 'gateway'], 'gateway'],
  ])('the value at %j is %j', (path, written) => {
    expect(cut(text, document!.spanOf(path))).toBe(written);
  });

  test('the key of a value', () => {
    expect(cut(text, document!.keySpanOf(['spec', 'subnet']))).toBe('subnet');
    expect(cut(text, document!.keySpanOf(['spec', 'ips']))).toBe('"ips"');
  });

  test('lines and columns count from 1', () => {
    expect(document!.spanOf(['spec', 'subnet'])).toMatchObject({ file: 'a.yaml', line: 2, column: 11 });
  });

  test('a part of a text, as long as it was written letter by letter', () => {
    const source = 'a: one two\nb: "one two"\nc: "one\\ttwo"\n';
    const [within] = parse(source).documents;
    expect(cut(source, within!.spanWithin(['a'], 4, 7))).toBe('two');
    expect(cut(source, within!.spanWithin(['b'], 4, 7))).toBe('two');
    expect(cut(source, within!.spanWithin(['c'], 4, 7))).toBe('"one\\ttwo"');
  });

  test('an aliased value is where it is used; what is in it, where it was written', () => {
    const source = 'a: &x { k: 1 }\nb: *x\n';
    const [aliased] = parse(source).documents;
    expect(cut(source, aliased!.spanOf(['b']))).toBe('*x');
    expect(cut(source, aliased!.spanOf(['b', 'k']))).toBe('1');
  });

  test('the span of any scalar reads as that scalar, however deep, in whatever document', () => {
    const key = fc.stringMatching(/^[a-z]{1,8}$/);
    const scalar = fc.oneof(fc.integer(), fc.boolean(), fc.string(), fc.constant('100M'), fc.constant('a: b # c'));
    const tree = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        scalar,
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
      ),
    })).tree;
    fc.assert(
      fc.property(fc.dictionary(key, tree, { minKeys: 1, maxKeys: 4 }), (value) => {
        const source = `first: 1\n---\n${stringify(value)}`;
        const document = parse(source).documents[1]!;
        for (const [path, leaf] of leavesOf(value)) {
          const reread = parse(`x: ${cut(source, document.spanOf(path))}`).documents[0]!.value as { x: unknown };
          // A block scalar cannot be read on its own: it has lost its indentation.
          if (!/^[|>]/.test(cut(source, document.spanOf(path)))) expect(reread.x).toEqual(leaf);
        }
      }),
      { numRuns: 200 },
    );
  });
});

function* leavesOf(value: unknown, path: Path = []): Generator<[Path, unknown]> {
  if (Array.isArray(value)) for (const [i, v] of value.entries()) yield* leavesOf(v, [...path, i]);
  else if (typeof value === 'object' && value !== null) {
    for (const [k, v] of Object.entries(value)) yield* leavesOf(v, [...path, k]);
  } else if (typeof value !== 'string' || !value.includes('\n')) yield [path, value];
}

describe('what is no YAML', () => {
  test.each([
    ['a tab for indentation', 'a:\n\tb: 1\n', ['E106'], '2:1'],
    ['an open quote', 'a: "b\n', ['E106'], '2:1'],
    ['a key that appears twice', 'a: 1\nb: 2\na: 3\n', ['E107'], '3:1'],
    ['an alias of nothing', 'a: *b\n', ['E111'], '1:4'],
    ['an alias inside of what it names', 'a: &a [ *a ]\n', ['E108'], '1:9'],
    ['a mapping as a key', 'a: {{ .Values.name }}\n', ['E106'], '1:5'],
    ['ten thousand brackets', '['.repeat(10_000), ['E112'], '1:1'],
  ])('%s is refused at its place', (_, text, codes, place) => {
    const { documents, diagnostics } = parse(text);
    expect(documents).toEqual([]);
    expect(diagnostics.map((d) => d.code)).toEqual(codes);
    expect(`${diagnostics[0]!.span!.line}:${diagnostics[0]!.span!.column}`).toBe(place);
  });

  test('the first of two keys is shown', () => {
    const [duplicate] = parse('spec:\n  a: 1\n  a: 2\n').diagnostics;
    expect(duplicate!.related).toEqual([
      { span: expect.objectContaining({ line: 2 }) as unknown, message: 'first written here' },
    ]);
  });

  test('an alias bomb is refused before it goes off', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 12; i++)
      lines.push(
        `a${i}: &a${i} [${Array(9)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    expect(parse(lines.join('\n')).codes).toEqual(['E108']);
  });

  test('a Helm template is recognised', () => {
    expect(parse('a: {{ .Values.a }}\n').diagnostics[0]!.help).toContain('helm template');
  });

  test('one bad document does not hide the others', () => {
    const { documents, codes } = parse('a: 1\n---\nb: [\n---\nc: 3\n');
    expect(codes).toContain('E106');
    expect(documents.map((d) => d.value)).toContainEqual({ a: 1 });
  });
});

test('JSON, with tabs as editors write it, is YAML', () => {
  const { documents, codes } = parse('{\n\t"kind": "Pod",\n\t"spec": [\n\t\t1\n\t]\n}\n');
  expect(codes).toEqual([]);
  expect(documents[0]!.value).toEqual({ kind: 'Pod', spec: [1] });
});

test('merge keys are merged', () => {
  expect(parse('a: &a { x: 1 }\nb: { <<: *a, y: 2 }\n').documents[0]!.value).toMatchObject({ b: { x: 1, y: 2 } });
});

test('comments and separators alone are no document', () => {
  expect(parse('# nothing\n---\n---\n# here\n').documents).toEqual([]);
});
