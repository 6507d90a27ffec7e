import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Result } from '../../sim/measure/result.ts';
import { GuestMachine } from '../kernel/guest-machine.ts';

/** A guest is a machine with root, ipvlan and fq: the place to run the `host` kernel where the machine itself has none. */
describe('--kernel host on a machine that has ipvlan and fq', () => {
  const project = join(import.meta.dirname, '../..');
  const ipvlane = `${process.execPath} ${join(project, 'dist/ipvlane.js')}`;
  const scenario = join(project, 'scenarios/bandwidth/egress-only-one-node');
  let guest: GuestMachine;

  beforeAll(async () => {
    guest = await GuestMachine.bootBare();
  });
  afterAll(async () => {
    await guest[Symbol.asyncDispose]();
  });

  test('without the modules it is refused, and each missing thing is named', async () => {
    const { code, output } = await guest.shell(`${ipvlane} run ${scenario} --kernel host --plain -o /dev/shm/refused`);
    expect(code).toBe(3);
    expect(output).toContain("cannot run a lab in the machine's own kernel: veth: ");
    expect(output).toContain('use --kernel uml');
  });

  test('with them doctor calls it usable, and auto takes it', async () => {
    await guest.loadModules();
    const { output } = await guest.shell(`${ipvlane} doctor`);
    expect(output).toContain(`host ${guest.kernel.release}: can be used`);
    expect(output).toContain('--kernel auto takes host');
  });

  test('a scenario runs in namespaces of its own and holds its limit', async () => {
    const links = async (): Promise<string> =>
      (await guest.shell('ls /sys/class/net; cat /proc/net/dev | cut -d: -f1')).output;
    const before = await links();
    const { code, output } = await guest.shell(
      `${ipvlane} run ${scenario} --kernel host --json -o /dev/shm/run 2>/dev/shm/words; r=$?; case $r in 0|1|4) ;; *) cat /dev/shm/words ;; esac; exit $r`,
    );
    // A machine that is itself a guest of a busy one may miss a rate (1), and know why (4); it goes beyond a limit never.
    expect([0, 1, 4], output.slice(-2000)).toContain(code);
    const result = JSON.parse(output) as Result;
    expect(result.kernel).toMatchObject({ kind: 'host', release: guest.kernel.release });
    const [limited, free] = result.flows;
    expect(limited?.wire_bps).toBeLessThanOrEqual(1.03 * (limited?.configured_bps ?? 0));
    expect(limited?.wire_bps).toBeGreaterThan(0);
    expect(free?.wire_bps).toBeGreaterThan(0);
    expect(await links()).toBe(before);
  });

  test('its tables are not ours to change: what is too small is said, and what it spoils is not judged', async () => {
    // Set in the namespace that the guest began with, whose /proc lies beneath that of the agent's PID namespace.
    const setMost = (most: number): string => {
      const set = `for n in 1 2 3; do echo ${most} > /proc/sys/net/ipv4/neigh/default/gc_thresh\\$n; done`;
      return `unshare --mount sh -c "umount /proc; nsenter --net=/proc/1/ns/net sh -c '${set}'"`;
    };
    expect(await guest.shell(setMost(4))).toMatchObject({ code: 0 });
    const { code, output } = await guest.shell(
      `${ipvlane} run ${join(import.meta.dirname, '../kernel/fixtures/crowd')} --kernel host --plain -o /dev/shm/crowd 2>&1`,
    );
    await guest.shell(setMost(1024));
    expect(output).toMatch(
      /warning: when everybody has spoken to everybody, this lab has \d+ IPv4 neighbours, and this kernel's/,
    );
    expect(output).toMatch(/sudo sysctl net\.ipv4\.neigh\.default\.gc_thresh3=\d+/);
    expect(output).toMatch(/^NOT MEASURABLE HERE {2}\d+ checks met, 0 not met, \d+ not measurable here$/m);
    expect(output).toContain('warning[W501]');
    expect(code, output.slice(-2000)).toBe(4);
  });

  test('kill -9 of its front end takes the agent and its namespaces along', async () => {
    // A zombie keeps its PID namespace's name; this guest's PID 1 is the echo agent, which waits for nobody's orphans.
    const { code, output } = await guest.shell(`
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
