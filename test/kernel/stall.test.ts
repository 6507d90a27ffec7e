/** A lab that says nothing any more is ended as TIMEOUT, with the last thing it did, and leaves nothing running. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { descendants } from '../../sim/kernel/machine/process-tree.ts';
import { umlKernel } from '../../sim/kernel/uml/uml.ts';
import { COMMAND, Desk } from '../cli/ipvlane.ts';
import { living } from './traces.ts';

const usable = (await umlKernel().inspect()).usable;

const SLEEPING = `
apiVersion: ipvlane.dev/v1alpha1
kind: Scenario
metadata: { name: sleeping }
spec:
  timeline:
  - name: a long sleep
    sleep: 300s
`;

test.skipIf(!usable)('a kernel that hangs in mid-run is a TIMEOUT that names the step it hung in', async () => {
  using desk = new Desk();
  desk.seed();
  desk.write('seed/scenario.yaml', SLEEPING);
  const [program, script] = COMMAND;
  const words = ['run', 'seed', '--kernel', 'uml', '--out', 'out', '--plain', '--stall-timeout', '8'];
  const child = spawn(program, [script, ...words], { cwd: desk.path, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let pids: number[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (pids.length > 0 || !said.includes('a long sleep')) return;
      // What stops answering altogether: every process of the kernel.
      pids = descendants(child.pid ?? 0).filter((pid) => pid !== child.pid);
      for (const pid of pids) process.kill(pid, 'SIGSTOP');
    });
  }
  const exitCode = await new Promise((resolve) => child.once('close', resolve));
  expect(pids.length, said).toBeGreaterThan(2);
  expect(said).toMatch(
    /E517.*TIMEOUT: nothing was heard of the lab for 8 s(?: in which it had a processor .*)?; the last was that step 1\/1 `a long sleep` started/,
  );
  expect(exitCode).toBe(3);
  expect(living(pids)).toEqual([]);
  // What was seen until then is kept.
  expect(readFileSync(join(desk.path, 'out/trace.ndjson'), 'utf8')).toContain('"type":"step"');
});
