import { expect, test } from 'vitest';
import { Collector } from '../../diagnostics/collector.ts';
import { memoryFiles } from './memory-files.ts';
import { readText } from './source-text.ts';
import { NoEndError, readSpecialFile } from './special-file.ts';

test('a device without an end is read as far as may be', () => {
  expect(() => readSpecialFile('/dev/zero', 3_000_000)).toThrow(NoEndError);
  expect(readSpecialFile('/dev/null', 0)).toHaveLength(0);
});

test('it is too large', () => {
  const diagnostics = new Collector();
  const files = { ...memoryFiles({}), read: () => readSpecialFile('/dev/zero', 10) };
  expect(readText('/dev/zero', files, diagnostics)).toBeNull();
  expect(diagnostics.sorted().map(({ code }) => code)).toEqual(['E105']);
});
