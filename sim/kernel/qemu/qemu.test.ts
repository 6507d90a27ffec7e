import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import type { KernelImage } from './kernel-image.ts';
import { qemuKernel } from './qemu.ts';

const OPTIONS = ['BLK_DEV_INITRD', 'DEVTMPFS', 'SERIAL_8250_CONSOLE', 'NET_NS', 'PID_NS', 'BPF_SYSCALL', 'VETH'];
const MORE = ['BRIDGE', 'IFB', 'NET_SCH_INGRESS', 'NET_CLS_BPF', 'NET_CLS_MATCHALL', 'NET_ACT_MIRRED'];

/** What a kernel built with these options alone is refused with. */
async function refusal(options: readonly string[], memoryMiB: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'ipvlane-qemu-'));
  try {
    mkdirSync(join(folder, 'modules'));
    const configFile = join(folder, 'config');
    writeFileSync(configFile, options.map((option) => `CONFIG_${option}=y\n`).join(''));
    const image: KernelImage = {
      name: 'qemu:own',
      vmlinuz: join(folder, 'vmlinuz'),
      release: '6.9.1-test',
      modulesFolder: join(folder, 'modules'),
      configFile,
    };
    const kernel = qemuKernel('qemu:own', { here: () => image, find: () => Promise.resolve(image) });
    const thrown: unknown = await kernel.start({ memoryMiB, keepConsole: null }).then(
      () => null,
      (error: unknown) => error,
    );
    if (!(thrown instanceof DiagnosticError)) throw new Error(`it was not refused: ${String(thrown)}`);
    return thrown.diagnostics.map(({ code, message, help }) => `${code} ${message} | ${help ?? ''}`).join();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('a kernel without ipvlan and fq is refused with the options, and with what to do', async () => {
  expect(await refusal([...OPTIONS, ...MORE], 1024)).toMatch(
    /E522 .*ipvlan: CONFIG_IPVLAN is not set; fq: CONFIG_NET_SCH_FQ is not set.* \| build it with these options as m or y, or choose/,
  );
});

test('more memory than the machine has is refused before the boot', async () => {
  expect(await refusal([...OPTIONS, ...MORE, 'IPVLAN', 'NET_SCH_FQ'], 100_000_000)).toMatch(
    /E513 .*100000000 MiB of memory, and this machine has \d+ MiB \| give it less than \d+ with --memory/,
  );
});
