/** Three hundred pods of a plain folder, everybody to everybody: 89,700 pairs, where a kernel's own tables hold 1024 neighbours. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import { formatAmount, formatCount } from '../../sim/measure/words/format.ts';
import { skipped } from '../report/skipped.ts';
import { notBuilt as reason } from '../kernel/not-built.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'ipvlane-crowd-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(reason)(`a crowd${skipped(reason)}`, () => {
  it.each([36, 300])('of %i pods: every pair is allowed on the wire', { timeout: 1_200_000 }, async (count) => {
    const pods = readFileSync(join(root, 'test/kernel/fixtures/crowd/pods.yaml'), 'utf8');
    writeFileSync(join(folder, 'pods.yaml'), pods.replace('replicas: 8', `replicas: ${count}`));
    const { exitCode, stdout, stderr } = await execa(
      'node',
      ['dist/ipvlane.js', 'reach', folder, '--kernel', 'uml-virtual', '--mode', 'wire'],
      { cwd: root, reject: false, timeout: 1_190_000 },
    );
    const pairs = count * (count - 1);
    expect(stdout, stderr).toContain(`${formatAmount(pairs, 'pair')}: ${formatCount(pairs)} allowed, 0 denied\n`);
    expect(stderr).not.toContain('W501');
    expect(exitCode).toBe(0);
  });
});
