import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { stepRunner } from './logged-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'ipvlane-steps-'));
const log = join(folder, 'log');
writeFileSync(join(folder, 'Makefile'), 'all:\n\t@echo pid $$$$; exec sleep 600\n');
const argv = ['make', '--silent'] as const;
afterAll(() => rmSync(folder, { recursive: true }));

test('a step that is aborted ends with what it had started', async () => {
  const stop = new AbortController();
  let pid = 0;
  const step = stepRunner(
    log,
    stop.signal,
  )({
    attempted: 'sleep',
    argv,
    cwd: folder,
    onLine: (line) => {
      if (!line.startsWith('pid ')) return;
      pid = Number(line.slice('pid '.length));
      stop.abort();
    },
  });
  await expect(step).rejects.toThrow(/cannot sleep: .*it ended with/s);
  expect(pid).toBeGreaterThan(0);
  await expect.poll(() => isAlive(pid)).toBe(false);
  expect(readFileSync(log, 'utf8')).toContain('$ make --silent');
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
