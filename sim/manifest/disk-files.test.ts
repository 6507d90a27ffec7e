import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { diskFiles } from './disk-files.ts';
import { readManifests } from './read-manifests.ts';

it('gives what came by a pipe as often as it is asked for', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ipvlane-pipe-'));
  const pipe = join(folder, 'pipe');
  try {
    execFileSync('mkfifo', [pipe]);
    spawn('sh', ['-c', 'echo kind: Pod >"$0"', pipe]);
    const text = () => new TextDecoder().decode(diskFiles.read(pipe));
    expect([text(), text()]).toEqual(['kind: Pod\n', 'kind: Pod\n']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

describe('what has a name and cannot be reached', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ipvlane-links-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'pod.yaml'), 'kind: Pod\n');
  symlinkSync('/nowhere/policy.yaml', join(folder, 'dangling.yaml'));
  symlinkSync('loop.yaml', join(folder, 'loop.yaml'));
  mkdirSync(join(folder, 'real'));
  symlinkSync('real', join(folder, 'folder.yaml'));

  it.each([
    ['dangling.yaml', { kind: 'unreachable' }],
    ['loop.yaml', { kind: 'unreachable' }],
    ['folder.yaml', { kind: 'folder', link: true }],
    ['pod.yaml', { kind: 'file', bytes: 10 }],
  ])('%s', (name, stat) => expect(diskFiles.stat(join(folder, name))).toMatchObject(stat));

  it.each(['none.yaml', 'pod.yaml/x', 'x'.repeat(300)])('%s is not there', (name) => {
    expect(diskFiles.stat(join(folder, name))).toBeNull();
  });

  it('is refused in a folder that is read, as kubectl does', () => {
    const { diagnostics } = readManifests([folder], diskFiles);
    const unread = diagnostics.filter(({ code }) => code === 'E102');
    expect(unread.map(({ code, message }) => [code, message.split(' ')[0]])).toEqual(
      ['dangling.yaml', 'folder.yaml', 'loop.yaml'].map((name) => ['E102', join(folder, name)]),
    );
  });
});
