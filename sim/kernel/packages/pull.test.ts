import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import type { DebianArchive } from './apt-sources.ts';
import type { CatalogEntry } from './catalog.ts';
import { catalogEntry } from './catalog.ts';
import { kernelPackage, packageFile, smallArchive } from './fixtures/small-archive.ts';
import { sweepCache, WORKS } from './abandoned.ts';
import { pullKernel, removeKernel } from './pull.ts';
import { lockCache } from './cache-lock.ts';
import { storedKernel, storedKernels } from './store.ts';

const NEWEST = '6.1.0-100-cloud-amd64';
const entry = catalogEntry('debian:6.1') as CatalogEntry;
let root: string;
let archive: DebianArchive;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ipvlane-pull-'));
  vi.stubEnv('XDG_CACHE_HOME', join(root, 'cache'));
  // Sorted as text, 99 would come after 100; an rt kernel, and one of another series, are none of ours.
  const releases = ['6.1.0-99-cloud-amd64', NEWEST, '6.1.0-101-rt-amd64', '6.12.3-cloud-amd64'];
  archive = smallArchive(join(root, 'archive'), 'bookworm', releases.map(kernelPackage));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

const quiet = (): void => undefined;
const pull = (): ReturnType<typeof pullKernel> => pullKernel(entry, { archive, onProgress: quiet });

/** What a failed pull says; a pull that does not fail fails the test. */
async function failure(): Promise<string> {
  const error: unknown = await pull().then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DiagnosticError)) throw new Error(`no diagnostic: ${String(error)}`);
  return error.diagnostics.map(({ code, message, help }) => `${code} ${message} (${help})`).join('\n');
}

function leftovers(): string[] {
  const kernels = join(root, 'cache/ipvlane/kernels');
  return existsSync(kernels) ? readdirSync(kernels) : [];
}

test('the newest release of the series is fetched, checked and unpacked, without what no lab needs', async () => {
  const words = vi.fn();
  const stored = await pullKernel(entry, { archive, onProgress: words });
  expect(stored).toMatchObject({ name: 'debian:6.1', release: NEWEST, suite: 'bookworm' });
  expect(readFileSync(join(stored.folder, 'vmlinuz'), 'utf8')).toBe(`the kernel ${NEWEST}`);
  expect(existsSync(join(stored.folder, 'modules/kernel/net/sched/sch_fq.ko'))).toBe(true);
  expect(existsSync(join(stored.folder, 'modules/kernel/drivers/gpu'))).toBe(false);
  expect(storedKernels()).toEqual([stored]);
  expect(words.mock.calls.map(([text]) => text as string)).toContain('debian:6.1: unpacking');
  expect(leftovers()).toEqual(['debian-6.1']);
});

test('what is here needs no archive any more, and is gone when it was removed', async () => {
  const stored = await pull();
  rmSync(join(root, 'archive'), { recursive: true });
  expect(await pull()).toEqual(stored);
  expect(await removeKernel('debian:6.1')).toBe(true);
  expect(await removeKernel('debian:6.1')).toBe(false);
  expect(storedKernel('debian:6.1')).toBeNull();
});

test.each([
  ['a file that is another than was unpacked', 'vmlinuz', 'another kernel'],
  ['a manifest that cannot be read', 'manifest.json', '{'],
  ['a file too many', 'modules/kernel/net/sched/sch_other.ko', ''],
])('%s makes the kernel be fetched again', async (_, file, text) => {
  const whole = await pull();
  writeFileSync(join(whole.folder, file), text);
  const words = vi.fn();
  expect(await pullKernel(entry, { archive, onProgress: words })).toEqual(whole);
  expect(readFileSync(join(whole.folder, 'vmlinuz'), 'utf8')).toBe(`the kernel ${NEWEST}`);
  const said = words.mock.calls.map(([line]) => line as string);
  if (file !== 'manifest.json') expect(said[0]).toContain(`${file} in the cache is not what was unpacked`);
  expect(said).toContain('debian:6.1: unpacking');
  expect(await pull()).toEqual(whole);
});

test('a package that is not what the lists promise is refused, and nothing is left', async () => {
  const file = packageFile(join(root, 'archive'), kernelPackage(NEWEST));
  const bytes = readFileSync(file);
  bytes[bytes.length - 1]! ^= 1;
  writeFileSync(file, bytes);
  expect(await failure()).toMatch(/E519 .*(Hash Sum mismatch|unexpected size).*try again/s);
  expect(leftovers()).toEqual([]);
});

test('a package that is broken, though it is what was promised, is told by its name', async () => {
  archive = smallArchive(join(root, 'other'), 'bookworm', [{ name: `linux-image-${NEWEST}`, files: { 'boot/x': '' } }]);
  expect(await failure()).toMatch(/E519 cannot unpack linux-image-6\.1\.0-100.*no modules are in it/);
  expect(leftovers()).toEqual([]);
});

test('an archive that cannot be reached is said, with what still works', async () => {
  const main = { ...archive.main, uri: 'http://archive.invalid/debian' };
  archive = { main, security: null };
  expect(await failure()).toMatch(
    /E519 cannot read what the archive has: .*archive\.invalid.*(connect this machine|works)/s,
  );
  expect(leftovers()).toEqual([]);
});

test('a suite without the kernel is said', async () => {
  archive = smallArchive(join(root, 'empty'), 'bookworm', [kernelPackage('6.12.3-cloud-amd64')]);
  expect(await failure()).toMatch(/E519 cannot pull debian:6\.1: bookworm .* have no package of it/);
});

test('a machine without an archive of Debian is told so', async () => {
  const error = await pullKernel(entry, { archive: null, onProgress: quiet }).catch((thrown: unknown) => thrown);
  expect((error as DiagnosticError).diagnostics[0]?.help).toContain('--kernel qemu:/path/to/vmlinuz');
});

test('two pulls at once over one cache: one fetches, the other waits and finds it', async () => {
  const first = vi.fn();
  const second = vi.fn();
  const both = await Promise.all([
    pullKernel(entry, { archive, onProgress: first }),
    pullKernel(entry, { archive, onProgress: second }),
  ]);
  expect(both[0]).toEqual(both[1]);
  const said = [first, second].map((words) => words.mock.calls.map(([text]) => String(text)).join('\n'));
  expect(said.filter((text) => text.includes('unpacking'))).toHaveLength(1);
  expect(said.filter((text) => text.includes('another process is at the cache'))).toHaveLength(1);
  expect(leftovers()).toEqual(['debian-6.1']);
});

test('what a killed pull left is swept by the next', async () => {
  await pull();
  const abandoned = join(root, 'cache/ipvlane/kernels/.pull-killed');
  writeFileSync(abandoned, '');
  await pullKernel(entry, { archive, onProgress: quiet, again: true });
  expect(existsSync(abandoned)).toBe(false);
});

test.each(['reading what', 'downloading'])(
  'a pull that is interrupted while %s leaves nothing half done',
  async (when) => {
    const stop = new AbortController();
    const onProgress = (words: string): void => {
      if (words.includes(when)) stop.abort();
    };
    const error: unknown = await pullKernel(entry, { archive, onProgress, signal: stop.signal }).catch(
      (thrown: unknown) => thrown,
    );
    expect((error as DiagnosticError).diagnostics).toMatchObject([
      {
        code: 'E519',
        message: 'cannot pull debian:6.1: interrupted',
        help: 'start it again; nothing half done is left',
      },
    ]);
    expect(leftovers()).toEqual([]);
  },
);

test('who waits for the cache can be interrupted', async () => {
  const lock = await lockCache(quiet, WORKS.pull.lock);
  const stop = new AbortController();
  const waits = pullKernel(entry, { archive, signal: stop.signal, onProgress: () => stop.abort() });
  await expect(waits).rejects.toThrow('interrupted');
  lock[Symbol.dispose]();
});

test('what a killed pull left is swept by whoever looks into the cache, unless a pull is underway', async () => {
  await pull();
  const abandoned = join(root, 'cache/ipvlane/kernels/.pull-killed');
  writeFileSync(abandoned, '');
  const lock = await lockCache(quiet, WORKS.pull.lock);
  await sweepCache();
  expect(existsSync(abandoned)).toBe(true);
  lock[Symbol.dispose]();
  await sweepCache();
  expect(leftovers()).toEqual(['debian-6.1']);
});

test('what a killed build left is swept too, unless a build is underway', async () => {
  await pull();
  const abandoned = join(root, 'cache/ipvlane/kernels/.build-killed');
  mkdirSync(join(abandoned, 'linux'), { recursive: true });
  const lock = await lockCache(quiet, WORKS.build.lock);
  await sweepCache();
  expect(existsSync(abandoned)).toBe(true);
  lock[Symbol.dispose]();
  await sweepCache();
  expect(existsSync(abandoned)).toBe(false);
});
