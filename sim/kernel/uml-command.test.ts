import { expect, test } from 'vitest';
import { chooseWorkFolder, guestTmpfs, shownPaths, umlArgv } from './uml-command.ts';

const always = (): boolean => true;

const setting = {
  clock: 'real',
  seed: 1,
  program: '/usr/bin/linux.uml',
  memoryMiB: 512,
  node: '/usr/bin/node',
  agent: '/opt/my project/dist/agent.cjs',
  enclosure: '/opt/my project/dist/uml-enclose.sh',
  init: '/opt/my project/dist/uml-init.sh',
  workFolder: '/mnt',
  shown: ['/usr', '/opt/my project/dist'],
  guestTmpfs: ['/run', '/tmp'],
  modulesFolder: '/usr/lib/uml/modules/6.1.176',
  privilege: 'root',
} as const;

test('a project below /mnt is not covered by the folder for working files', () => {
  expect(chooseWorkFolder(['/mnt/project', '/usr/bin/node'], always)).toBe('/media');
  expect(chooseWorkFolder(['/home/me/project'], always)).toBe('/mnt');
  expect(chooseWorkFolder(['/mntx/project'], always)).toBe('/mnt');
});

test('without any folder to work in there is none', () => {
  expect(chooseWorkFolder([], () => false)).toBeNull();
});

test('the guest’s own /tmp does not hide a project below it', () => {
  expect(guestTmpfs(['/tmp/project'])).toEqual(['/run', '/var/tmp']);
  expect(guestTmpfs(['/home/me/project'])).toEqual(['/run', '/tmp', '/var/tmp']);
});

test('no path of the project is on the kernel’s command line, which blanks would cut', () => {
  const argv = umlArgv(setting);
  const kernelLine = argv.slice(argv.indexOf(setting.program) + 1);
  expect(kernelLine.filter((word) => word.includes(' '))).toEqual([]);
  expect(kernelLine).toContain('init=/ipvlane/init');
});

test('the guest’s root is read-only', () => {
  expect(umlArgv(setting)).toContain('ro');
  expect(umlArgv(setting)).not.toContain('rw');
});

test('an ordinary user gets a user namespace, root does not', () => {
  expect(umlArgv({ ...setting, privilege: 'user-namespace' })).toContain('--map-root-user');
  expect(umlArgv(setting)).not.toContain('--map-root-user');
});

test('of the machine the guest is shown its programs and what is needed, and of an installed package its node_modules', () => {
  const clone = ['/home/me/ipvlane/dist', '/home/me/ipvlane/node_modules', '/usr/bin/node', '/usr/lib/uml/modules/6.1'];
  expect(shownPaths(clone)).toEqual(['/usr', '/home/me/ipvlane/dist', '/home/me/ipvlane/node_modules']);
  const installed = ['/home/me/app/node_modules/ipvlane/dist', '/home/me/.nvm/versions/node/v20/bin/node'];
  expect(shownPaths(installed)).toEqual([
    '/usr',
    '/home/me/app/node_modules',
    '/home/me/.nvm/versions/node/v20/bin/node',
  ]);
  expect(shownPaths(['/usr/local/lib/node_modules/ipvlane/dist'])).toEqual(['/usr']);
});

test('what is shown is told from linux.uml’s own words by --, and each path is a word of its own', () => {
  const argv = umlArgv(setting);
  const program = argv.indexOf(setting.program);
  expect(argv.slice(program - 3, program)).toEqual([...setting.shown, '--']);
});

test('it has network, mount, IPC and PID namespaces of its own', () => {
  expect(umlArgv(setting)).toEqual(expect.arrayContaining(['--net', '--mount', '--ipc', '--pid']));
});

test('the outermost process dies with its parent, and PID 1 of the namespace with it', () => {
  const argv = umlArgv(setting);
  expect(argv.slice(0, 4)).toEqual(['setpriv', '--pdeathsig', 'KILL', 'unshare']);
  expect(argv).toEqual(expect.arrayContaining(['--pid', '--fork', '--kill-child']));
});
