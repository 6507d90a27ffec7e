import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { moduleFile } from './fixtures/module-file.ts';
import { isBuiltIn, missingForLab, readKernelConfig } from './lab-options.ts';
import { moduleEntries } from './module-archive.ts';
import { ModuleFolder } from './module-folder.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ipvlane-modules-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(path: string, content: string | Buffer): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

function names(wanted: readonly string[]): string[] {
  return new ModuleFolder(folder).closure(wanted).map(({ name }) => name);
}

test('each module comes after what it depends on, once, whatever the compression and the spelling', () => {
  write('kernel/net/llc/llc.ko', moduleFile({}));
  write('kernel/net/802/stp.ko.gz', gzipSync(moduleFile({ depends: 'llc' })));
  write('kernel/net/bridge/bridge.ko', moduleFile({ depends: 'stp,llc' }));
  write('kernel/drivers/virtio/virtio-pci.ko', moduleFile({}));
  expect(names(['bridge', 'virtio_pci', 'llc'])).toEqual(['llc', 'stp', 'bridge', 'virtio_pci']);
});

test('a wish for an algorithm brings the module that always has it', () => {
  write('kernel/lib/libcrc32c.ko', moduleFile({ softdep: ['post: other', 'pre: crc32c'] }));
  write('kernel/crypto/crc32c_generic.ko', moduleFile({}));
  expect(names(['libcrc32c'])).toEqual(['crc32c_generic', 'libcrc32c']);
});

test('a module without what it depends on, and a file that is none, are told by their path', () => {
  write('kernel/a.ko', moduleFile({ depends: 'gone' }));
  write('kernel/b.ko', 'text');
  expect(() => names(['a'])).toThrow(/a\.ko needs the module gone/);
  expect(() => names(['b'])).toThrow(/b\.ko: it is no ELF file/);
});

test('the folder says which release it was built for', () => {
  write('kernel/a.ko', moduleFile({ vermagic: '6.1.0-9-amd64 SMP preempt mod_unload' }));
  expect(new ModuleFolder(folder).release()).toBe('6.1.0-9-amd64');
});

test('the guest’s modules.dep names what must go in first last', () => {
  write('kernel/llc.ko', moduleFile({}));
  write('kernel/stp.ko', moduleFile({ depends: 'llc' }));
  write('kernel/bridge.ko', moduleFile({ depends: 'stp' }));
  const entries = moduleEntries(new ModuleFolder(folder), ['bridge', 'ipv6'], (name) => name === 'ipv6');
  const text = (name: string): string => {
    const entry = entries.find(({ path }) => path.endsWith(name));
    return entry?.kind === 'file' ? Buffer.from(entry.content).toString() : '';
  };
  expect(text('modules.dep')).toBe('llc.ko: \nstp.ko: llc.ko\nbridge.ko: stp.ko llc.ko\n');
  expect(text('modules.builtin')).toBe('kernel/ipv6.ko\n');
});

const EVERYTHING = [
  ...[
    'BLK_DEV_INITRD',
    'DEVTMPFS',
    'SERIAL_8250_CONSOLE',
    'NET_NS',
    'PID_NS',
    'BPF_SYSCALL',
    'VETH',
    'BRIDGE',
    'IPVLAN',
  ],
  ...['IFB', 'NET_SCH_FQ', 'NET_SCH_INGRESS', 'NET_CLS_BPF', 'NET_CLS_MATCHALL', 'NET_ACT_MIRRED', 'IPV6'],
];

function configWithout(...left: readonly string[]): ReturnType<typeof readKernelConfig> {
  write(
    'config',
    EVERYTHING.map((option) => (left.includes(option) ? `# CONFIG_${option} is not set` : `CONFIG_${option}=y`)).join(
      '\n',
    ),
  );
  return readKernelConfig(join(folder, 'config'));
}

test('a kernel with all it needs built in lacks nothing', () => {
  const config = configWithout();
  expect(missingForLab(new ModuleFolder(folder), config)).toEqual([]);
  expect(isBuiltIn('ipv6', new ModuleFolder(folder), config)).toBe(true);
});

test('a kernel built without ipvlan or fq is told by the options', () => {
  expect(missingForLab(new ModuleFolder(folder), configWithout('IPVLAN', 'NET_SCH_FQ'))).toEqual([
    'ipvlan: CONFIG_IPVLAN is not set',
    'fq: CONFIG_NET_SCH_FQ is not set',
  ]);
});

test('without a configuration, what is missing is told by the module that is not there', () => {
  expect(missingForLab(new ModuleFolder(folder), readKernelConfig(null))).toContain(
    `ipvlan: no module ipvlan in ${folder} (CONFIG_IPVLAN)`,
  );
});
