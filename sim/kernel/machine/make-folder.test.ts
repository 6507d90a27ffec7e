import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFolder } from './make-folder.ts';

let scratch = '';
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'ipvlane-folder-'));
});
afterEach(() => {
  rmSync(scratch, { recursive: true });
});

test('it and those above it are made; one that is there stays', () => {
  const path = join(scratch, 'a/b/c');
  makeFolder(path);
  makeFolder(path);
  expect(statSync(path).isDirectory()).toBe(true);
});

test.each([
  ['where a file is', 'file', 'EEXIST'],
  ['below a file', 'file/below/it', 'ENOTDIR'],
  ['where a link leads nowhere', 'link', 'EEXIST'],
  ['below a link that leads nowhere', 'link/below', 'EEXIST'],
])('%s it is refused', (_, name, code) => {
  writeFileSync(join(scratch, 'file'), '');
  symlinkSync(join(scratch, 'nowhere'), join(scratch, 'link'));
  expect(() => makeFolder(join(scratch, name))).toThrow(code);
});

test('a file system that has folders and makes none says so', () => {
  expect(() => makeFolder('/proc/ipvlane/out')).toThrow('ENOENT');
});
