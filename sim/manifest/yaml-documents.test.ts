import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { Collector } from '../diagnostics/collector.ts';
import type { Path } from './manifests.ts';
import { parseYaml, within } from './yaml-documents.ts';
import { readStream } from './yaml/stream.ts';

const parse = (text: string) => {
  const diagnostics = new Collector();
  const documents = [...parseYaml('a.yaml', text, diagnostics)];
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

  test.each([
    ['a block', 'a: |\n  { "type": "x",\n    "ipam": { "routes": [ { "dst": "d" } ] } }\n'],
    ['a block that says its indentation', 'a: |2-\n    { "type": "x",\n  "ipam": { "routes": [ { "dst": "d" } ] } }\n'],
    ['a folded block', 'a: >\n  { "type": "x",\n  "ipam": { "routes": [ { "dst": "d" } ] } }\n'],
    ['single quotes over lines', `a: '{ "type": "it''s",\n\n    "ipam": { "routes": [ { "dst": "d" } ] } }'\n`],
    ['double quotes', 'a: "{ \\"type\\": \\"x\\", \\"ipam\\": { \\"routes\\": [ { \\"dst\\": \\"d\\" } ] } }"\n'],
  ])('a way goes on inside of JSON: %s', (_, source) => {
    const [within] = parse(source).documents;
    const at = (...path: Path) => cut(source, within!.spanOf(['a', ...path])).replaceAll('\\"', '"');
    expect(at('IPAM', 'routes', 0, 'dst')).toBe('"d"');
    expect(cut(source, within!.keySpanOf(['a', 'ipam', 'Routes'])).replaceAll('\\"', '"')).toBe('"routes"');
    expect(at('ipam', 'routes', 4)).toBe('[ { "dst": "d" } ]');
    expect(at('nothing')).toBe(at());
  });

  test('where YAML has an escape for a letter, the text as a whole is meant', () => {
    const source = 'a: "{ \\x22type\\x22: 1 }"\n';
    expect(cut(source, parse(source).documents[0]!.spanOf(['a', 'type']))).toBe(source.slice(3, -1));
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
        const source = `first: 1\n---\n${stringify(value, { version: '1.1' })}`;
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
    ['an open quote', 'a: "b\n', ['E106'], '1:4'],
    ['an open bracket', 'a: [b\n', ['E106'], '1:4'],
    ['an open bracket before a key', 'a: [b\nc: d\n', ['E106'], '2:2'],
    ['a key without its colon', 'a: 1\nb\nc: 2\n', ['E106'], '2:1'],
    ['a document beside its separator', 'a: 1\n--- b: 2\n', ['E106'], '2:5'],
    ['a control character', 'a: 1\nb: \u0001\n', ['E106'], '2:4'],
    ['an alias of nothing', 'a: *b\n', ['E111'], '1:4'],
    ['an alias inside of what it names', 'a: &a [ *a ]\n', ['E108'], '1:9'],
    ['a mapping as a key', 'a: {{ .Values.name }}\n', ['E106'], '1:5'],
    ['ten thousand brackets', '['.repeat(10_000), ['E112'], '1:1'],
  ])('%s is refused at its place', (_, text, codes, place) => {
    const { documents, diagnostics } = parse(text);
    expect(documents.map((d) => d.value).filter((value) => !isDeepStrictEqual(value, { a: 1 }))).toEqual([]);
    expect(diagnostics.map((d) => d.code)).toEqual(codes);
    expect(`${diagnostics[0]!.span!.line}:${diagnostics[0]!.span!.column}`).toBe(place);
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

test('what is merged later holds, as in the cluster, and is said', () => {
  const [document] = parse('a: &a { x: 1 }\nb: { <<: *a, z: 2 }\nc: { x: 3, <<: *a }\n').documents;
  expect(document!.value).toMatchObject({ b: { x: 1, z: 2 }, c: { x: 1 } });
  expect(document!.surprisesIn([])).toMatchObject([{ what: 'twice', name: 'x', span: { line: 3, column: 12 } }]);
  expect(cut('a: &a { x: 1 }\nb: { <<: *a, z: 2 }\n', document!.spanOf(['b', 'x']))).toBe('1');
});

test('four thousand uses of one anchor are no attack', () => {
  const uses = Array.from({ length: 4000 }, (_, i) => `k${i}: *a`).join('\n');
  const { documents, codes } = parse(`a: &a { x: 1 }\n${uses}\n`);
  expect(codes).toEqual([]);
  expect(documents[0]!.value).toMatchObject({ k3999: { x: 1 } });
});

test('of two values for one key the later one holds, and is where it is said to be', () => {
  const text = 'a: 1\nb: 2\na: 3\n';
  const [document] = parse(text).documents;
  expect(document!.value).toEqual({ a: 3, b: 2 });
  expect(document!.spanOf(['a'])).toMatchObject({ line: 3 });
  expect(document!.surprisesIn([])).toMatchObject([
    { what: 'twice', name: 'a', span: { line: 3 }, first: { line: 1 } },
  ]);
});

test('what is another thing in YAML 1.1 has the way to it, through aliases and merges as well', () => {
  const text = 'a: &a { mode: 0400 }\nb: [ *a, { <<: *a } ]\n';
  const paths = parse(text)
    .documents[0]!.surprisesIn([])
    .map((one) => (one.what === 'version' ? one.path : []));
  expect(paths).toEqual([
    ['a', 'mode'],
    ['b', 0, 'mode'],
    ['b', 1, 'mode'],
  ]);
});

test.each([
  ['defaultMode: yes', 'version', true],
  ['a: 010', 'version', 8],
  ['a: yes', 'version', true],
  ['a: 8_080', 'version', 8080],
  ['a: 0b11', 'version', 3],
  ['1.10: a', 'version', '1.1'],
  ['on: a', 'version', 'true'],
])('%s is another thing than in YAML 1.2', (text, what, value) => {
  expect(parse(text).documents[0]!.surprisesIn([])).toMatchObject([{ what, value }]);
});

test.each(['a: 8', 'a: 08', 'a: 0x1F', 'a: 0o17', 'a: 1e3', 'a: true', 'a: ~', 'a: "yes"', 'a: 1:30', 'a: 2001-01-01'])(
  '%s is the same in both versions of YAML',
  (text) => {
    expect(parse(text).documents[0]!.surprisesIn([])).toEqual([]);
  },
);

test('text behind the end of a document is said to be unread', () => {
  const { documents, diagnostics } = parse('a: 1\n...\n# more\nb: 2\n');
  expect(documents.map((d) => d.value)).toEqual([{ a: 1 }]);
  expect(diagnostics).toMatchObject([{ code: 'W205', span: { line: 4, column: 1 } }]);
});

test('no message holds the rest of the file', () => {
  const rest = 'x: y\n'.repeat(500);
  for (const text of [`a: [b\n${rest}`, `a: "b\n${rest}`, `a:\n\tb: 1\n${rest}`, `a: b: c\n${rest}`, `- a\n${rest}`]) {
    const [diagnostic] = parse(text).diagnostics;
    expect(diagnostic!.message.length).toBeLessThan(120);
    expect(diagnostic!.span!.length).toBeLessThan(120);
  }
});

test('a text for which there is no memory is refused, once', () => {
  const pieces = [...readStream(`${'- []\n'.repeat(1000)}---\na: 1\n`, 100_000)];
  expect(pieces).toMatchObject([{ code: 'E105' }]);
});

test('comments and separators alone are no document', () => {
  expect(parse('# nothing\n---\n---\n# here\n').documents).toEqual([]);
});

describe('of a hundred thousand objects', () => {
  test('each item of a list has no functions but the two that objects hand on', () => {
    const [document] = parse('items: [ { a: 1 }, { a: 2 } ]').documents;
    const [one, other] = [0, 1].map((i) => within(document!.source, ['items', i]));
    expect([one?.writtenAt(['a']), other?.writtenAt(['a'])]).toEqual(['1', '2']);
    expect(one?.writtenAt).toBe(other?.writtenAt);
    expect(one?.surprisesIn).toBe(other?.surprisesIn);
  });

  test.each([1, 8, 9, 100])('the positions of %i values are remembered, and those of others are found', (count) => {
    const text = `items:\n${Array.from({ length: count }, (_, i) => `- a: value ${i}\n`).join('')}`;
    const diagnostics = new Collector();
    for (const { source } of parseYaml('a.yaml', text, diagnostics)) {
      const before = Array.from({ length: count }, (_, i) => source.spanOf(['items', i, 'a']));
      source.remember(before.map((_, i) => ['items', i, 'a']));
      for (const [i, span] of before.entries()) {
        expect(cut(text, span)).toBe(`value ${i}`);
        expect(source.spanOf(['items', i, 'a'])).toEqual(span);
      }
      expect(cut(text, source.spanOf(['items', 0]))).toBe('a: value 0');
    }
  });
});
