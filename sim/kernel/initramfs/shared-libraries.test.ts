import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { interpreter, sharedLibraries } from './shared-libraries.ts';

test('Node brings its dynamic linker and the C library, each once and by absolute path', () => {
  const libraries = sharedLibraries(process.execPath);
  expect(libraries).toContain(interpreter(process.execPath));
  expect(libraries.map((path) => basename(path))).toContain('libc.so.6');
  expect(new Set(libraries).size).toBe(libraries.length);
  expect(libraries.every((path) => path.startsWith('/'))).toBe(true);
});

test('a script needs none', () => {
  expect(sharedLibraries(import.meta.filename)).toEqual([]);
});

test('what is no program is told in the linker’s words', () => {
  expect(() => sharedLibraries(import.meta.filename, interpreter(process.execPath))).toThrow(
    /shared-libraries\.test\.ts/,
  );
});
