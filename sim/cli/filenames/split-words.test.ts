import { expect, test } from 'vitest';
import { memoryFiles } from '../../manifest/finding/memory-files.ts';
import { splitWords } from './split-words.ts';

const disk = memoryFiles({ 'd/a.yaml': '', '80/a.yaml': '' });

test.each([
  [['a', 'b'], ['a', 'b', ''], []],
  [['a', 'b', 'TCP/80'], ['a', 'b', 'TCP/80'], []],
  [['a', 'b', '80/tcp', 'd'], ['a', 'b', '80/tcp'], ['d']],
  [
    ['a', 'b', 'd', '-'],
    ['a', 'b', ''],
    ['d', '-'],
  ],
  [['a', 'b', '-'], ['a', 'b', ''], ['-']],
  [['a', 'b', '80'], ['a', 'b', '80'], []],
  [['a', 'b', 'htpp'], ['a', 'b', 'htpp'], []],
  [['a', 'b:http', 'd'], ['a', 'b:http', ''], ['d']],
  [['a', 'b[0]:80', 'nowhere'], ['a', 'b[0]:80', ''], ['nowhere']],
  [['a', 'host:b', '80'], ['a', 'host:b', '80'], []],
  [['a', 'fd00::1', '80'], ['a', 'fd00::1', '80'], []],
])('explain %j', (positional, words, paths) => {
  expect(splitWords('after a port', positional, disk)).toEqual({ words, paths });
});

test.each([
  ['d/a.yaml:80', 'write the port before the path: `a b 80 d/a.yaml`'],
  ['nowhere/b.yaml', 'write FROM, TO, PORT, and then the paths'],
])('what can be neither a port nor a path is no port: %s', (third, help) => {
  expect(() => splitWords('after a port', ['a', 'b', third], disk)).toThrow(
    expect.objectContaining({ diagnostics: [expect.objectContaining({ code: 'E101', help })] }),
  );
  expect(splitWords('after a port', ['a', 'b', 'tcp/http'], disk).words).toEqual(['a', 'b', 'tcp/http']);
});

test('words from a number on are paths; of others none is', () => {
  expect(splitWords(0, ['x', 'y'], disk)).toEqual({ words: [], paths: ['x', 'y'] });
  expect(splitWords('options only', ['pod', 'y'], disk)).toEqual({ words: ['pod', 'y'], paths: [] });
});
