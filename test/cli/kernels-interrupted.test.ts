/** Ctrl-C in the middle of a download, from an archive on the loopback that never gives the package's last byte. */
import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { execa } from 'execa';
import { kernelPackage, smallArchive } from '../../sim/kernel/packages/fixtures/small-archive.ts';
import { skipped } from '../report/skipped.ts';
import { COMMAND, Desk } from './ipvlane.ts';
import { noOwnMounts, OWN_MOUNTS } from './own-mounts.ts';

const SOURCE = { name: 'linux-source-6.12', files: { 'usr/src/linux-source-6.12.tar.xz': 'never unpacked' } };

test.skipIf(noOwnMounts).each([
  { words: ['pull', 'debian:6.1'], holds: kernelPackage('6.1.0-99-cloud-amd64') },
  { words: ['build', 'uml-virtual'], holds: SOURCE },
])(`Ctrl-C while \`kernels $words\` downloads ends with 130 and leaves nothing${skipped(noOwnMounts)}`, async (row) => {
  using desk = new Desk();
  smallArchive(join(desk.path, 'archive/debian'), 'bookworm', [row.holds]);
  let asked: () => void = () => undefined;
  const downloading = new Promise<void>((resolve) => (asked = resolve));
  await using server = createServer((request, response) => {
    const file = join(desk.path, 'archive', request.url ?? '');
    if (file.endsWith('.deb')) {
      response.writeHead(200, { 'content-length': statSync(file).size }).write('!<arch>');
      asked();
    } else if (existsSync(file)) createReadStream(file).pipe(response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  desk.write('apt/sources.list', `deb [trusted=yes] http://127.0.0.1:${port}/debian bookworm main\n`);
  // The machine's own sources of packages, and the source of Linux that it may have, are hidden.
  const script = 'mount --bind "$0" /etc/apt && mount -t tmpfs none /usr/src && exec "$@"';
  const [unshare, ...options] = OWN_MOUNTS;
  const argv = [...options, 'sh', '-c', script, join(desk.path, 'apt'), ...COMMAND, 'kernels', ...row.words];
  const command = execa(unshare, argv, {
    cwd: desk.path,
    reject: false,
    stdin: 'ignore',
    timeout: 60_000,
    env: { XDG_CACHE_HOME: join(desk.path, 'cache'), no_proxy: '*', http_proxy: '' },
  });
  await Promise.race([downloading, command.then(({ stderr }) => Promise.reject(new Error(stderr)))]);
  const kernels = join(desk.path, 'cache/ipvlane/kernels');
  expect(readdirSync(kernels)).toHaveLength(1);
  command.kill('SIGINT');
  const { exitCode, stderr } = await command;
  server.closeAllConnections();
  expect({ exitCode, left: readdirSync(kernels) }, stderr).toEqual({ exitCode: 130, left: [] });
});
