/** What root in a guest, and the guest's own process, can reach of the machine. docs/security.md lists these by name. */
import { mkdtempSync, readFileSync, readlinkSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningKernel } from '../../sim/kernel/kernel.ts';
import { umlKernel } from '../../sim/kernel/uml/uml.ts';
import type { AgentMessage } from '../../sim/lab/protocol.ts';
import { skipped } from '../report/skipped.ts';
import { ask, bootEcho } from './echo-lab.ts';

const inspected = await umlKernel().inspect();
const reason = inspected.usable ? null : 'user-mode Linux cannot run here';

describe.skipIf(reason)(`the enclosure of user-mode Linux${skipped(reason)}`, () => {
  let kernel: RunningKernel;
  let messages: AsyncIterator<AgentMessage>;
  /** Each with a file `word` that no lab needs. */
  const folders = [homedir(), tmpdir(), '/var/tmp'].map((where) => mkdtempSync(join(where, 'ipvlane-test-')));
  const word = 'of nobody else’s business';

  beforeAll(async () => {
    for (const folder of folders) writeFileSync(join(folder, 'word'), word, { mode: 0o644 });
    kernel = await bootEcho();
    messages = kernel.messages[Symbol.asyncIterator]();
  }, 60_000);
  afterAll(async () => {
    await kernel[Symbol.asyncDispose]();
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  const inGuest = async (script: string): Promise<string> => (await ask(kernel, messages, 'sh', '-c', script)).output;
  /** Runs it where `$h` is the machine's root as hostfs gives it, mounted anew. */
  const throughHostfs = (script: string): Promise<string> =>
    inGuest(`h=/dev/shm/h; mkdir -p $h; mount -t hostfs -o / none $h || exit; ${script}; umount $h`);

  test('the guest sees no file of a home or of the machine’s temporary folders', async () => {
    const read = (root: string): string =>
      folders.map((folder) => `cat ${root}${folder}/word; ls -A ${root}${folder}`).join('; ');
    expect(await inGuest(read(''))).not.toContain(word);
    const said = await throughHostfs(read('$h'));
    expect(said).not.toContain(word);
    expect(said).toContain('No such file or directory');
  });

  test('the guest sees no password, key or log of the machine', async () => {
    const look = (root: string): string =>
      ['/etc/shadow', '/etc/ssh', '/etc/ssl/private', '/etc/sudoers', '/var/log', '/var/lib', '/boot', '/proc/1']
        .map((path) => `[ ! -e ${root}${path} ] || echo ${path}`)
        .join('; ');
    expect(await throughHostfs(look('$h'))).toBe('');
    // Its own /proc is the guest's.
    expect(await inGuest(look(''))).toBe('/proc/1\n');
  });

  test('the guest’s root holds the programs and what they ask for, and nothing else', async () => {
    const top = (await throughHostfs('ls -A $h')).trim().split('\n');
    const known = ['bin', 'dev', 'etc', 'home', 'ipvlane', 'lib', 'lib32', 'lib64', 'libx32', 'proc', 'root', 'run'];
    const rest = top.filter((name) => ![...known, 'sbin', 'sys', 'tmp', 'usr', 'var'].includes(name));
    expect(rest).toEqual([]);
    expect(await throughHostfs(`ls -d $h${realpathSync(import.meta.dirname)}`)).toContain('No such file or directory');
    expect(await throughHostfs('ls -A $h/dev $h/proc')).toMatch(
      /^.*\/dev:\nconsole\nnull\nrandom\n\n.*\/proc:\ncpuinfo\n$/,
    );
    expect(await throughHostfs('ls -A $h/sys; ls -A $h/run')).toBe('');
  });

  test('nobody in the guest reads or writes its kernel’s memory', async () => {
    const said = await inGuest(
      'cd /dev/shm; for n in 1 2 4; do mknod mem$n c 1 $n; done; ls /dev/mem /dev/kmem /dev/port; ' +
        'for f in mem1 mem2 mem4 /proc/kcore; do head -c 1 $f && echo read $f; echo x >$f && echo wrote $f; done',
    );
    expect(said).not.toMatch(/^(read|wrote) /m);
    expect(said).not.toMatch(/^\/dev\/(mem|kmem|port)$/m);
    expect(said).toContain('Operation not permitted');
  });

  test('what the guest’s kernel starts by itself has no right to its memory either', async () => {
    const [low = NaN] = (await inGuest('cat /proc/sys/kernel/usermodehelper/bset')).split(/\s+/).map(Number);
    const CAP_SYS_RAWIO = 17;
    expect((BigInt(low) >> BigInt(CAP_SYS_RAWIO)) & 1n).toBe(0n);
  });

  test('the guest’s process has namespaces of its own, no new privileges, and no capability but to read', () => {
    const own = kernel.pids.filter((pid) => nameOf(pid).startsWith('linux'));
    expect(own.length).toBeGreaterThan(0);
    for (const pid of own) {
      for (const kind of ['net', 'mnt', 'ipc', 'pid'])
        expect(readlinkSync(`/proc/${pid}/ns/${kind}`)).not.toBe(readlinkSync(`/proc/self/ns/${kind}`));
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      expect(status).toMatch(/^NoNewPrivs:\s1$/m);
      // CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH of root's; an ordinary user's process has none.
      for (const set of ['CapEff', 'CapPrm', 'CapBnd'])
        expect(new RegExp(`^${set}:\\s0*([06])$`, 'm').exec(status), `${set} in ${status}`).not.toBeNull();
      expect(new RegExp(`^CapInh:\\s0+$`, 'm').test(status)).toBe(true);
    }
  });
});

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8');
  } catch {
    return ''; // gone meanwhile
  }
}
