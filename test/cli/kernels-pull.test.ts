/** Ctrl-C in the middle of a download, from an archive on the loopback that never gives the package's last byte. */
import { spawnSync } from 'node:child_process';
import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { execa } from 'execa';
import { kernelPackage, smallArchive } from '../../sim/kernel/packages/fixtures/small-archive.ts';
import { skipped } from '../report/skipped.ts';
import { COMMAND, Desk } from './ipvlane.ts';

/** The machine's own sources are hidden in a mount namespace. */
const OWN_MOUNTS = [
  'unshare',
  ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']),
  ...['--mount', '--propagation', 'private'],
];
const [unshare = '', ...unshareArgs] = OWN_MOUNTS;
const refused = spawnSync(unshare, [...unshareArgs, 'true']).status !== 0 && 'no mount namespace of one’s own here';

test.skipIf(refused)(
  `Ctrl-C while a kernel is downloaded ends with 130 and leaves nothing${skipped(refused)}`,
  async () => {
    using desk = new Desk();
    const folder = join(desk.path, 'archive/debian');
    smallArchive(folder, 'bookworm', [kernelPackage('6.1.0-99-cloud-amd64')]);
    let asked: () => void = () => undefined;
    const downloading = new Promise<void>((resolve) => (asked = resolve));
    await using server = createServer((request, response) => {
      const file = join(desk.path, 'archive', request.url ?? '');
      if (file.endsWith('.deb')) {
        response.writeHead(200, { 'content-length': 1_000_000 }).write('!<arch>');
        asked();
      } else if (existsSync(file)) createReadStream(file).pipe(response);
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    desk.write('apt/sources.list', `deb [trusted=yes] http://127.0.0.1:${port}/debian bookworm main\n`);
    const script = 'mount --bind "$0" /etc/apt && exec "$@"';
    const words = [
      ...unshareArgs,
      'sh',
      '-c',
      script,
      join(desk.path, 'apt'),
      ...COMMAND,
      'kernels',
      'pull',
      'debian:6.1',
    ];
    const pull = execa(unshare, words, {
      ...{ cwd: desk.path, reject: false, stdin: 'ignore', timeout: 60_000 },
      env: { XDG_CACHE_HOME: join(desk.path, 'cache'), no_proxy: '*', http_proxy: '' },
    });
    await Promise.race([downloading, pull.then(({ stderr }) => Promise.reject(new Error(stderr)))]);
    const kernels = join(desk.path, 'cache/ipvlane/kernels');
    expect(readdirSync(kernels)).toHaveLength(1);
    pull.kill('SIGINT');
    const { exitCode } = await pull;
    server.closeAllConnections();
    expect({ exitCode, left: readdirSync(kernels) }).toEqual({ exitCode: 130, left: [] });
  },
);
