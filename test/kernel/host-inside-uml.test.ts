import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningKernel } from '../../sim/kernel/kernel.ts';
import { GUEST_MODULES } from '../../sim/kernel/uml-command.ts';
import { umlKernel } from '../../sim/kernel/uml.ts';
import type { AgentMessage } from '../../sim/lab/protocol.ts';
import type { Result } from '../../sim/measure/result.ts';
import { ask, ECHO_AGENT } from './echo-lab.ts';

/** A guest is a machine with root, ipvlan and fq: the place to run the `host` kernel where the machine itself has none. */
describe('--kernel host on a machine that has ipvlan and fq', () => {
  const project = join(import.meta.dirname, '../..');
  const ipvlane = `${process.execPath} ${join(project, 'dist/ipvlane.js')}`;
  const scenario = join(project, 'scenarios/bandwidth/egress-only-one-node');
  let folder: string;
  let kernel: RunningKernel;
  let messages: AsyncIterator<AgentMessage>;
  const shell = (script: string): ReturnType<typeof ask> => ask(kernel, messages, 'sh', '-c', script);

  beforeAll(async () => {
    // Below the project, where the guest can read it and find koffi.
    folder = mkdtempSync(join(project, 'dist/host-inside-uml-'));
    await build({
      ...{ entryPoints: [join(import.meta.dirname, 'fixtures/load-modules.ts')], outfile: join(folder, 'load.cjs') },
      ...{ bundle: true, platform: 'node', format: 'cjs', target: 'node20', external: ['koffi'], logLevel: 'silent' },
    });
    kernel = await umlKernel({ agent: ECHO_AGENT }).start({ memoryMiB: 1024, consoleFile: null });
    messages = kernel.messages[Symbol.asyncIterator]();
  });
  afterAll(async () => {
    await kernel[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  test('without the modules it is refused, and each missing thing is named', async () => {
    const { code, output } = await shell(`${ipvlane} run ${scenario} --kernel host --plain -o /dev/shm/refused`);
    expect(code).toBe(3);
    expect(output).toContain("cannot run a lab in the machine's own kernel: veth: ");
    expect(output).toContain('use --kernel uml');
  });

  test('with them doctor calls it usable, and auto takes it', async () => {
    const modules = `/usr/lib/uml/modules/${kernel.release}`;
    const loaded = await shell(`${process.execPath} ${join(folder, 'load.cjs')} ${modules} ${GUEST_MODULES.join(',')}`);
    expect(loaded).toEqual({ code: 0, output: '\n' });
    const { output } = await shell(`${ipvlane} doctor`);
    expect(output).toContain(`host ${kernel.release}: can be used`);
    expect(output).toContain('--kernel auto takes host');
  });

  test('a scenario runs in namespaces of its own and holds its limit', async () => {
    const links = async (): Promise<string> =>
      (await shell('ls /sys/class/net; cat /proc/net/dev | cut -d: -f1')).output;
    const before = await links();
    const { code, output } = await shell(
      `${ipvlane} run ${scenario} --kernel host --json -o /dev/shm/run 2>/dev/shm/words; r=$?; [ $r = 0 ] || cat /dev/shm/words; exit $r`,
    );
    expect(code, output.slice(-2000)).toBe(0);
    const result = JSON.parse(output) as Result;
    expect(result).toMatchObject({ verdict: 'pass', kernel: { kind: 'host', release: kernel.release } });
    expect(await links()).toBe(before);
  });

  test('kill -9 of its front end takes the agent and its namespaces along', async () => {
    // A zombie keeps its PID namespace's name; this guest's PID 1 is the echo agent, which waits for nobody's orphans.
    const { code, output } = await shell(`
      look() {
        lsns --noheadings --output NS --type net; lsns --noheadings --output NS --type mnt
        ps -e -o stat=,args= | grep -v '^Z' | grep -c '/dist/agent[.]cjs'
      }
      before=$(look)
      ${ipvlane} run ${scenario} --kernel host --plain -o /dev/shm/killed >/dev/null 2>&1 &
      until [ "$(look | tail -1)" -ge 2 ]; do sleep 0.1; done
      during=$(look)
      kill -9 $!
      for i in 1 2 3 4 5 6 7 8 9 10; do
        after=$(look)
        [ "$after" = "$before" ] && break
        sleep 0.2
      done
      [ "$during" != "$before" ] || echo nothing was there
      [ "$after" = "$before" ] || { echo left; lsns; ps -e -o pid,stat,args; }`);
    expect(output).toBe('');
    expect(code).toBe(0);
  });
});
