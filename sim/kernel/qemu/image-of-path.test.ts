import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { moduleFile } from '../modules/fixtures/module-file.ts';
import { imageOfPath } from './image-of-path.ts';

const RELEASE = '6.9.1-test';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ipvlane-image-'));
  mkdirSync(join(folder, 'boot'));
  writeFileSync(join(folder, 'boot/vmlinuz'), bzImage(`${RELEASE} (me@here) #1`));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The first sectors of one: https://docs.kernel.org/arch/x86/boot.html */
function bzImage(version: string): Buffer {
  const bytes = Buffer.alloc(0x1000);
  bytes.write('HdrS', 0x202);
  bytes.writeUInt16LE(0x800 - 0x200, 0x20e);
  bytes.write(`${version}\0`, 0x800);
  return bytes;
}

function modulesOf(release: string, below: string): void {
  const modules = join(folder, below);
  mkdirSync(modules, { recursive: true });
  writeFileSync(join(modules, 'veth.ko'), moduleFile({ vermagic: `${release} SMP` }));
}

function refusal(text: string): string {
  try {
    imageOfPath(text, folder);
  } catch (error) {
    if (error instanceof DiagnosticError)
      return error.diagnostics.map((d) => `${d.code} ${d.message} | ${d.help}`).join();
    throw error;
  }
  return 'it was taken';
}

test('modules are found where packages and `make modules_install` put them', () => {
  modulesOf(RELEASE, `lib/modules/${RELEASE}`);
  expect(imageOfPath('boot/vmlinuz', folder)).toMatchObject({
    release: RELEASE,
    modulesFolder: join(folder, 'lib/modules', RELEASE),
    configFile: null,
  });
});

test('or where they are said to be', () => {
  modulesOf(RELEASE, 'elsewhere');
  expect(imageOfPath('boot/vmlinuz,elsewhere', folder).modulesFolder).toBe(join(folder, 'elsewhere'));
});

test('a file that is not there, and one that is no kernel, are told apart', () => {
  writeFileSync(join(folder, 'text'), 'no kernel');
  expect(refusal('gone')).toMatch(/E513 .*gone is no file/);
  expect(refusal('text')).toMatch(/E513 .*text is no bzImage/);
});

test('a vmlinuz without modules is told where they were looked for, and how to name them', () => {
  expect(refusal('boot/vmlinuz')).toMatch(
    /the modules of 6\.9\.1-test are not there: looked for .*--kernel qemu:boot\/vmlinuz,FOLDER/,
  );
});

test('a comma with no folder behind it does not make the current folder one of modules', () => {
  expect(refusal('boot/vmlinuz,')).toMatch(
    /E513 .*no folder of modules is named behind the comma .*qemu:boot\/vmlinuz,FOLDER, or leave the comma out/,
  );
});

test('an empty folder is told as that, not as each of the modules that are not in it', () => {
  mkdirSync(join(folder, 'empty'));
  const said = /E513 .*empty holds no modules of a kernel \| name the folder that does/;
  expect(refusal('boot/vmlinuz,empty')).toMatch(said);
  writeFileSync(join(folder, 'boot', `config-${RELEASE}`), 'CONFIG_IPVLAN=m\n');
  expect(refusal('boot/vmlinuz,empty')).toMatch(said);
});

test('a kernel that has everything built in needs none', () => {
  mkdirSync(join(folder, 'empty'));
  writeFileSync(join(folder, 'boot', `config-${RELEASE}`), 'CONFIG_IPVLAN=y\nCONFIG_NET_SCH_FQ=y\n');
  expect(imageOfPath('boot/vmlinuz,empty', folder).modulesFolder).toBe(join(folder, 'empty'));
});

test('modules of another release are refused', () => {
  modulesOf('6.1.0-9-amd64', 'other');
  expect(refusal('boot/vmlinuz,other')).toMatch(/other holds modules of 6\.1\.0-9-amd64, the kernel is 6\.9\.1-test/);
});

test('modules that are none are told', () => {
  mkdirSync(join(folder, 'bad'));
  writeFileSync(join(folder, 'bad/veth.ko'), 'text');
  expect(refusal('boot/vmlinuz,bad')).toMatch(/E513 .*veth\.ko: it is no ELF file/);
});
