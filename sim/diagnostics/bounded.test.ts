import { expect, test } from 'vitest';
import { memoryFiles } from '../manifest/finding/memory-files.ts';
import { readManifests } from '../manifest/read-manifests.ts';
import { bounded } from './bounded.ts';
import { Collector } from './collector.ts';

const long = 'a'.repeat(5_000_000);

test('a quotation or a word that is too long is cut, and nothing else', () => {
  expect(bounded(`\`${long}\` is not a valid name: it must be shorter`)).toBe(
    `\`${'a'.repeat(100)}… (5000000 characters)\` is not a valid name: it must be shorter`,
  );
  expect(bounded(`\`${'a b '.repeat(1000)}\` and \`c\``)).toBe(`\`${'a b '.repeat(25)}… (4000 characters)\` and \`c\``);
  expect(bounded(`invalid IP '${long}', please`)).toMatch(/^invalid IP 'a{99}… \(5000003 characters\) please$/);
  const words = 'word '.repeat(100);
  expect(bounded(words)).toBe(words);
  expect(bounded('x '.repeat(1_000_000)).length).toBeLessThan(5000);
});

test('whatever is collected is bounded, with its help and its related places', () => {
  const collector = new Collector();
  const span = { file: 'a.yaml', line: 1, column: 1, offset: 0, length: 1 };
  collector.add('E208', span, `\`${long}\``, {
    help: `write ${long}`,
    related: [{ span, message: `\`${long}\` is here` }],
  });
  expect(JSON.stringify(collector.sorted()).length).toBeLessThan(1000);
});

test.each([
  ['a name', `metadata: { name: ${long} }`],
  ['a label', `metadata: { name: a, labels: { ${long}: b } }`],
  ['an unknown field', `metadata: { name: a, ${long}: b }`],
  ['a namespace', `metadata: { name: a, namespace: ${long} }`],
])('%s of megabytes is not printed whole', (_, metadata) => {
  const text = `apiVersion: v1\nkind: Pod\n${metadata}\nspec: { containers: [ { name: c, image: i } ] }\n`;
  const { diagnostics } = readManifests(['a.yaml'], memoryFiles({ 'a.yaml': text }));
  expect(diagnostics.length).toBeGreaterThan(0);
  expect(JSON.stringify(diagnostics).length).toBeLessThan(5000);
});
