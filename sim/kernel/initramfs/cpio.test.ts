import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { type CpioEntry, cpioArchive } from './cpio.ts';

const ENTRIES: readonly CpioEntry[] = [
  { kind: 'folder', path: '/bin' },
  { kind: 'file', path: '/bin/sh', mode: 0o755, content: Buffer.from('#!') },
  { kind: 'link', path: '/init', target: 'bin/sh' },
  { kind: 'device', path: '/dev', mode: 0o600, major: 5, minor: 1 },
];

test('cpio(1) reads what was written: kinds, modes, sizes, targets and device numbers', () => {
  const input = Buffer.concat(cpioArchive(ENTRIES));
  const listed = execFileSync('cpio', ['-itv', '--quiet', '--numeric-uid-gid'], { input, encoding: 'utf8' });
  expect(listed.split('\n').map((line) => line.replace(/\s+/g, ' '))).toEqual([
    'drwxr-xr-x 2 0 0 0 Jan 1 1970 bin',
    '-rwxr-xr-x 1 0 0 2 Jan 1 1970 bin/sh',
    'lrwxrwxrwx 1 0 0 6 Jan 1 1970 init -> bin/sh',
    'crw------- 1 0 0 5, 1 Jan 1 1970 dev',
    '',
  ]);
});

test('an archive ends where the next may begin, and equal entries give equal bytes', () => {
  const bytes = Buffer.concat(cpioArchive(ENTRIES));
  expect(bytes.length % 512).toBe(0);
  expect(Buffer.concat(cpioArchive(ENTRIES))).toEqual(bytes);
});
