import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, test } from 'vitest';
import { diskFiles } from './disk-files.ts';
import { findBelow } from './below.ts';
import { readManifests } from '../read-manifests.ts';

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

test('a name that is no UTF-8 is refused, and so is a pipe that would be waited for', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ipvlane-names-'));
  const named = (name: string) => Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name, 'latin1')]);
  try {
    writeFileSync(named('policy-\xe4ll.yaml'), 'kind: Pod\n');
    writeFileSync(named('photo-\xe4.jpg'), '');
    mkdirSync(named('folder-\xe4.yaml'));
    execFileSync('mkfifo', [join(folder, 'pipe.yaml')]);
    const { diagnostics } = readManifests([folder], diskFiles);
    expect(diagnostics.map(({ code, message }) => [code, message.includes('a pipe, a device or a socket')])).toEqual(
      expect.arrayContaining([
        ['E102', true],
        ['E125', false],
      ]),
    );
    expect(diagnostics.filter(({ code }) => code === 'E125')).toHaveLength(1);
    const below = findBelow(folder, diskFiles);
    expect(below.misnamed).toEqual([join(folder, 'folder-\ufffd.yaml')]);
    expect(below.files).toEqual([join(folder, 'pipe.yaml'), join(folder, 'policy-\ufffdll.yaml')]);
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
