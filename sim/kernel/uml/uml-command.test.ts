import { expect, test } from 'vitest';
import { chooseWorkFolder, guestTmpfs, shownPaths, umlArgv } from './uml-command.ts';

const program = '/ipvlane/linux.uml';
const always = (): boolean => true;

const setting = {
  clock: 'real',
  seed: 1,
  memoryMiB: 512,
  own: {
    'linux.uml': '/usr/bin/linux.uml',
    node: '/usr/bin/node',
    'agent.cjs': '/opt/my project/dist/agent.cjs',
  },
  enclosure: '/opt/my project/dist/uml-enclose.sh',
  init: '/opt/my project/dist/uml-init.sh',
  workFolder: '/mnt',
  shown: ['/usr', '/opt/my modules'],
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

test('no path of the project is on the kernel’s command line, which blanks would cut and runs would differ by', () => {
  const argv = umlArgv(setting);
  const kernelLine = argv.slice(argv.indexOf(program));
  expect(kernelLine.filter((word) => word.includes(' ') || word.includes('/opt'))).toEqual([]);
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

test('of the machine the guest is shown its programs at their own paths, and what is needed besides', () => {
  expect(shownPaths(['/usr/lib/uml/modules/6.1'])).toEqual(['/usr']);
  expect(shownPaths(['/home/me/modules/6.1', '/home/me/modules'])).toEqual(['/usr', '/home/me/modules']);
});

test('what is the guest’s own, by name and path, is told from what is shown, and that from linux.uml’s own words, by --', () => {
  const argv = umlArgv(setting);
  const words = argv.slice(argv.indexOf(setting.init) + 1, argv.indexOf(program));
  expect(words).toEqual([...Object.entries(setting.own).flat(), '--', ...setting.shown, '--']);
});

test('it has network, mount, IPC and PID namespaces of its own', () => {
  expect(umlArgv(setting)).toEqual(expect.arrayContaining(['--net', '--mount', '--ipc', '--pid']));
});

test('the outermost process dies with its parent, and PID 1 of the namespace with it', () => {
  const argv = umlArgv(setting);
  expect(argv.slice(0, 4)).toEqual(['setpriv', '--pdeathsig', 'KILL', 'unshare']);
  expect(argv).toEqual(expect.arrayContaining(['--pid', '--fork', '--kill-child']));
});
