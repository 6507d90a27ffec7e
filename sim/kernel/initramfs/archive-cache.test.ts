import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { cachedArchive, withRoom } from './archive-cache.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ipvlane-archives-'));
  vi.stubEnv('XDG_CACHE_HOME', root);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

const archives = (): string[] => readdirSync(join(root, 'ipvlane/initramfs'));

test('an archive is made once, and again when it is of something else', () => {
  const entries = vi.fn(() => []);
  const first = cachedArchive('base', 'one', entries);
  expect(cachedArchive('base', 'one', entries)).toBe(first);
  expect(entries).toHaveBeenCalledTimes(1);
  expect(cachedArchive('base', 'two', entries)).not.toBe(first);
  expect(archives()).toHaveLength(2);
});

test('what cannot be gathered leaves nothing behind', () => {
  const gather = (): never => {
    throw new Error('no such module');
  };
  expect(() => cachedArchive('modules', 'one', gather)).toThrow('no such module');
  expect(archives()).toEqual([]);
});

function thrownBy(code: string): unknown {
  try {
    withRoom(() => {
      throw Object.assign(new Error(code), { code });
    });
  } catch (error) {
    return error;
  }
  return null;
}

test('a full cache is an error of the machine, with the place and the remedy', () => {
  for (const [code, said] of [
    ['ENOSPC', 'no space left on the device'],
    ['EDQUOT', 'disk quota exceeded'],
  ] as const) {
    const error = thrownBy(code);
    if (!(error instanceof DiagnosticError)) throw new Error(`no diagnostic: ${String(error)}`);
    expect(error.kind).toBe('machine');
    expect(error.diagnostics[0]?.message).toContain(`${join(root, 'ipvlane/initramfs')}: ${said}`);
    expect(error.diagnostics[0]?.help).toContain('XDG_CACHE_HOME');
  }
  expect(thrownBy('EACCES')).toMatchObject({ code: 'EACCES' });
});
