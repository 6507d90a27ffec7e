/** What stands for the items of a list is what their nodes are, made again or not. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { Items } from './items.ts';
import { parseJsonValue } from './json.ts';
import { Budget, type Node } from './nodes.ts';
import { parseDocument, parseItem } from './parser.ts';
import { readStream } from './stream.ts';
import { nodesOf, valueOf } from './values.ts';

const unbounded = () => new Budget(Number.POSITIVE_INFINITY);

/** With the nodes of each item. */
function whole(node: Node): Node {
  if (node.kind === 'known') return nodesOf(node);
  if (node.kind === 'map') return { ...node, values: node.values.map(whole) };
  return node.kind === 'seq' ? { ...node, items: node.items.map(whole) } : node;
}

function count(node: Node): number {
  if (node.kind === 'known') return 1;
  const inside = node.kind === 'map' ? node.values : node.kind === 'seq' ? node.items : [];
  return inside.reduce((sum, one) => sum + count(one), 0);
}

/** How many items were taken; what they stand for must be what all nodes of the text say. */
function taken(text: string): number {
  const isJson = text.startsWith('{');
  const all = isJson ? parseJsonValue(text, 0, unbounded()) : parseDocument(text, 0, text.length, unbounded())?.root;
  const items = new Items((start, end) =>
    isJson ? (parseJsonValue(text, start, unbounded()) as Node) : parseItem(text, start, end),
  );
  const short = isJson
    ? parseJsonValue(text, 0, unbounded(), items)
    : parseDocument(text, 0, text.length, unbounded(), items)?.root;
  if (all == null || short == null) throw new Error('the text is empty');
  expect(valueOf(short)).toEqual(valueOf(all));
  expect(whole(short)).toEqual(all);
  items.drop();
  expect(whole(short)).toEqual(all);
  expect(count(short)).toBe(items.count);
  return items.count;
}

const LISTS: readonly (readonly [string, string, number])[] = [
  ['at the column of its key', 'kind: List\nitems:\n- a: 1\n  b: [ x, { y: z } ]\n- c: yes\nafter: 2\n', 2],
  [
    'further in, with comments',
    '# first\nitems:\n  # one\n  - a: 1 # of a\n    # of b\n    b: 2\n  # two\n  - c:\n    - d\n',
    2,
  ],
  [
    'below the dash',
    'items:\n-\n  a: 1\n  b:\n-   c: 2\n    d: |+\n      text\n\n\n- e: >-\n    text\n\n    text\n',
    3,
  ],
  ['with another line break', 'items:\r\n- a: 1\r\n  b: "x\r\n    y"\r\n- c: 2\r\n', 2],
  ['with tags, and keys that are asked for', 'items:\n- ? a\n  : !!str 1\n- !!map\n  b: 2\n- "c": \'d\'\n', 2],
  ['with what is no mapping', 'items:\n- a\n-\n- - b: 1\n- { c: 2 }\n- d: 1\n', 2],
  ['with keys twice, and words of YAML 1.1', 'items:\n- a: 010\n  a: on\n- b: 1\n  <<: { b: 2, c: off }\n', 2],
  ['anchors later', 'items:\n- a: 1\n- b: &x { c: 1 }\n- d: *x\n- e: 1\n', 1],
  ['anchors before', 'metadata: &x { a: 1 }\nitems:\n- <<: *x\n- b: 1\n', 0],
  ['a handle', '%TAG !k! tag:yaml.org,2002:\n---\nitems:\n- a: !k!str 1\n', 0],
  ['elsewhere', 'a:\n  items:\n  - b: 1\n', 0],
  ['twice', 'items:\n- a: 1\nitems:\n- b: 1\n', 2],
  ['in brackets', 'kind: List\nitems: [ { a: 1 } ]\n', 0],
  [
    'JSON',
    '{ "items": [ {"a": [ ], "b": { }, "c": [ 1, "x:,\\"\\n", true , null ]}, { } ],\n "z": { "items": [ {} ] } }',
    2,
  ],
  ['JSON with keys twice', '{ "items": [ { "a": 1, "a": { "b": 2 } }, { "__proto__": { "a": 1 } } ] }', 2],
  ['JSON with numbers', '{ "items": [ {"a": -0}, {"a": 1e999}, {"a": 12345678901234567890}, {"a": 1.50} ] }', 4],
  ['JSON with escapes', '{ "items": [ {"a": "\\ud800 \\u003c"}, {"\\"": "\\\\"}, 1, "x", [ {} ] ] }', 2],
];

test.each(LISTS)('a list %s', (_, text, count) => {
  expect(taken(text)).toBe(count);
});

test('lists of anything', () => {
  const property = fc.property(
    fc.array(fc.jsonValue({ maxDepth: 4 }), { maxLength: 4 }),
    fc.nat(3),
    (items, indent) => {
      const list = { kind: 'List', items };
      const objects = items.filter((item) => typeof item === 'object' && item !== null && !Array.isArray(item));
      expect(taken(JSON.stringify(list, null, indent))).toBe(objects.length);
      taken(stringify(list, { indentSeq: indent > 1, version: '1.1', aliasDuplicateObjects: false }));
    },
  );
  fc.assert(property, { seed: 1, numRuns: 300 });
});

test('what an item has no value for is told of the whole', () => {
  const pieces = [...readStream('items:\n- a: .inf\n- b: [\n')];
  expect(pieces).toMatchObject([{ message: expect.stringContaining('never closed') as string }]);
  const [piece] = [...readStream('items:\n- b: 1\n- a: .inf\n')];
  if (piece === undefined || !('tree' in piece)) throw new Error('it cannot be read');
  expect(() => valueOf(piece.tree.root)).toThrow('a number that JSON cannot say');
});

test('of the nodes of a long list nearly none are there', () => {
  const item = { kind: 'Namespace', metadata: { name: 'a', labels: { b: 'c' } } };
  const list = { kind: 'List', items: Array.from({ length: 1000 }, () => item) };
  for (const text of [JSON.stringify(list), stringify(list, { aliasDuplicateObjects: false })]) {
    const [piece] = [...readStream(text)];
    if (piece === undefined || !('tree' in piece)) throw new Error('it cannot be read');
    const nodes = JSON.stringify(piece.tree.root, (key, value: unknown) => (key === 'read' ? undefined : value));
    expect(nodes.match(/"kind":"(?:scalar|map|seq)"/g)).toHaveLength(5);
    expect(nodes.match(/"kind":"known"/g)).toHaveLength(1000);
  }
});
