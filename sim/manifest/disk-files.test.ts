import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { diskFiles } from './disk-files.ts';

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
