/**
 * What a pod costs to build on the machine's own kernel, ours beside an iproute2 script and mininet, in one run. A veth on a
 * bridge stands in for the ipvlan slave, so that it runs where the kernel has no ipvlan and so that all three build the same. Ours
 * also has clsact, both programs and its map entries; fq and the IFB are left out, as not every kernel has them.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { NetworkNamespace } from '../../sim/linux/namespace.ts';
import { loadBpfObject } from '../../sim/linux/bpf.ts';
import { Rtnetlink } from '../../sim/linux/rtnetlink.ts';
import type { Figure } from './figure.ts';
import { root } from './run-command.ts';

const PODS = 1000;
/** The others are slower, and grow with the number. */
const PEER_PODS = 200;
const FIRST_IFINDEX = 1000;
const LOOPBACK = 1;

export async function nativeBuild(): Promise<Figure[]> {
  const whole = `${PODS} pods on this kernel (veth for ipvlan), with the dataplane: each`;
  const bar = { most: 3 };
  if (process.getuid?.() !== 0) return [{ what: whole, value: null, unit: 'ms', bar, note: 'needs root' }];
  // The smallest first: the kernel goes on taking namespaces away after the last descriptor is closed.
  const bare = buildOurs(PEER_PODS, false);
  const few = buildOurs(PEER_PODS, true);
  const cpu = process.cpuUsage();
  const dataplane = buildOurs(PODS, true);
  const { user, system } = process.cpuUsage(cpu);
  const iproute2 = await script(['sh', join(root, 'test/bench/peers/iproute2-star.sh'), String(PEER_PODS)]);
  const mininet = await mininetEach();
  const peer = (name: string, value: number | null) =>
    value === null ? null : ({ name, value, source: 'measured' } as const);
  const same = `${PEER_PODS} pods, namespace, veth, bridge, address`;
  return [
    { what: whole, value: dataplane, unit: 'ms', bar },
    { what: 'processor time of that: each', value: (user + system) / 1e3 / PODS, unit: 'ms', bar: null },
    { what: `${PEER_PODS} pods of that kind: each`, value: few, unit: 'ms', bar: null },
    { what: `${same}: each, beside iproute2`, value: bare, unit: 'ms', bar: null, peer: peer('script', iproute2) },
    {
      what: `${same}: each, beside mininet`,
      value: bare,
      unit: 'ms',
      bar: null,
      peer: peer('mininet', typeof mininet === 'number' ? mininet : null),
      ...(typeof mininet === 'number' ? {} : { note: mininet }),
    },
    ratio('iproute2', iproute2, bare),
    ratio('mininet', typeof mininet === 'number' ? mininet : null, bare),
  ];
}

function ratio(name: string, theirs: number | null, ours: number): Figure {
  return { what: `${name}: times our time a pod`, value: theirs === null ? null : theirs / ours, unit: '', bar: null };
}

/** Milliseconds a pod, the programs being loaded. The kernel takes the namespaces away with their last descriptor. */
function buildOurs(pods: number, withDataplane: boolean): number {
  const made: Disposable[] = [];
  const keep = <T extends Disposable>(one: T): T => {
    made.push(one);
    return one;
  };
  try {
    const underlay = keep(NetworkNamespace.create());
    const links = keep(Rtnetlink.open(underlay));
    const bridge = 2;
    links.addLink({ kind: 'bridge', name: 'underlay', ifindex: bridge, up: true });
    const object = withDataplane ? keep(loadBpfObject(join(root, 'dist/dataplane.bpf.o'))) : null;
    const began = performance.now();
    for (let i = 0; i < pods; i++) {
      const pod = keep(NetworkNamespace.create());
      const own = keep(Rtnetlink.open(pod));
      const [ifindex, port] = [FIRST_IFINDEX + 2 * i, FIRST_IFINDEX + 2 * i + 1];
      links.addLink({
        kind: 'veth',
        name: `v${i}`,
        ifindex: port,
        peer: { name: 'eth0', ifindex, namespaceFd: pod.fd },
      });
      links.setLink(port, { master: bridge, up: true });
      own.setLink(LOOPBACK, { up: true });
      own.addAddress(ifindex, `10.1.${Math.floor(i / 250)}.${(i % 250) + 1}/16`);
      if (object !== null) {
        own.addQdisc(ifindex, 'clsact', { kind: 'clsact' });
        for (const hook of ['egress', 'ingress'] as const) {
          const name = `ipvlane_${hook}`;
          own.addBpfFilter({ ifindex, hook, priority: 1, programFd: object.program(name).fd, name });
        }
      }
      own.setLink(ifindex, { up: true });
    }
    return (performance.now() - began) / pods;
  } finally {
    for (const one of made.reverse()) one[Symbol.dispose]();
  }
}

async function script(command: readonly string[]): Promise<number> {
  const { stdout } = await execa('unshare', ['--mount', '--net', ...command], { timeout: 120_000 });
  return Number(stdout.trim().split('\n').at(-1));
}

/** A word why not, where it is not there and cannot be installed. */
async function mininetEach(): Promise<number | string> {
  const needed = ['/usr/bin/mn', '/usr/sbin/brctl'];
  if (!needed.every((file) => existsSync(file))) {
    process.stderr.write('installs mininet and bridge-utils ... ');
    await execa('apt-get', ['install', '-y', 'mininet', 'bridge-utils'], { reject: false, timeout: 180_000 });
  }
  if (!needed.every((file) => existsSync(file))) return 'apt-get install mininet bridge-utils';
  return script(['/usr/bin/python3', join(root, 'test/bench/peers/mininet-star.py'), String(PEER_PODS)]);
}
