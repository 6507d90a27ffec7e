/**
 * Unlimited TCP with the dataplane and without it on the machine's own kernel, whose JIT compiles the programs as that of any
 * cluster does; User-mode Linux interprets them. The two ends of a veth stand in for two ipvlan slaves (not every kernel has ipvlan),
 * and neither has fq: what differs between the variants is clsact and the programs alone. The same two ends again and again, by turns.
 * Each round gives a ratio, and the median of these counts: a lucky second of one variant moves it no more than an unlucky one.
 *
 * With both ends on one processor nothing overlaps, so what a variant costs is what it is slower by, and a round repeats within
 * 2 %. With each on its own it is also a matter of who wakes whom when: 10 % between two rounds of the same variant.
 */
import { once } from 'node:events';
import { join } from 'node:path';
import { execa } from 'execa';
import { endpointEntry, type EndpointState } from '../../dataplane/bpf/endpoint-map.ts';
import { addressEntry, policyEntry } from '../../dataplane/bpf/policy-map.ts';
import { loadBpfObject, type BpfObject } from '../../sim/linux/bpf.ts';
import { NetworkNamespace } from '../../sim/linux/namespace.ts';
import { Rtnetlink } from '../../sim/linux/rtnetlink.ts';
import { jit } from './dataplane-stages.ts';
import { median, type Figure } from './figure.ts';
import { root, scratch } from './run-command.ts';

const SECONDS = 1;
/** Other work of the machine shall not decide which variant is slow. */
const BEFORE_ALL_OTHERS = ['nice', '-n', '-20'];
const LOOPBACK = 1;

interface End extends Disposable {
  readonly endpointId: number;
  readonly ifindex: number;
  readonly address: string;
  readonly namespace: NetworkNamespace;
  readonly links: Rtnetlink;
}

/** `empty`: programs that do nothing, on the same hooks. */
type Variant = 'none' | 'empty' | 'open' | 'policy';
const VARIANTS: readonly Variant[] = ['none', 'empty', 'open', 'policy'];

/** Whether both ends share a processor, the first; else the kernel places them. */
type Placement = 'one processor' | 'two processors';
const ROUNDS: Readonly<Record<Placement, number>> = { 'one processor': 21, 'two processors': 51 };

export async function nativeThroughput(): Promise<Figure[]> {
  const together =
    'unlimited TCP on this kernel (veth for ipvlan), both ends on one processor: dataplane of none at all';
  const apart = 'unlimited TCP on this kernel, each end on a processor of its own: dataplane of none at all';
  const bar = { least: 95 };
  if (process.getuid?.() !== 0) return [{ what: together, value: null, unit: '%', bar, note: 'needs root' }];
  const one = await byTurns('one processor');
  const two = await byTurns('two processors');
  const peer = { name: 'no dataplane', value: median(one.none), source: 'measured' } as const;
  return [
    ratio(together, one, 'open', bar),
    ratio('both ends on one processor, isolated by policies that allow it', one, 'policy', bar),
    ratio('both ends on one processor, programs that do nothing on the same hooks', one, 'empty', null),
    { what: 'both ends on one processor', value: median(one.open), unit: 'Mbit/s', bar: null, peer },
    ratio(apart, two, 'open', null),
    ratio('each end on a processor of its own, isolated by policies that allow it', two, 'policy', null),
    ratio('each end on a processor of its own, programs that do nothing on the same hooks', two, 'empty', null),
  ];
}

/** Mbit/s of every round. */
async function byTurns(placement: Placement): Promise<Readonly<Record<Variant, readonly number[]>>> {
  using object = loadBpfObject(join(root, 'dist/dataplane.bpf.o'));
  using empty = loadBpfObject(await compiled('empty.bpf.c'));
  using sender = endOf(1);
  using receiver = endOf(2);
  connect(sender, receiver);
  const mbps: Record<Variant, number[]> = { none: [], empty: [], open: [], policy: [] };
  for (let round = 0; round < ROUNDS[placement]; round++) {
    // Each variant comes first, second and last as often: what drifts meets all alike.
    for (let place = 0; place < VARIANTS.length; place++) {
      const variant = VARIANTS[(round + place) % VARIANTS.length] ?? 'none';
      if (variant === 'empty') attach(empty, [sender, receiver]);
      else if (variant !== 'none') {
        tell(object, variant === 'policy', [sender, receiver]);
        attach(object, [sender, receiver]);
      }
      mbps[variant].push(await goodput(sender, receiver, placement));
      if (variant !== 'none') for (const { links, ifindex } of [sender, receiver]) links.deleteQdisc(ifindex, 'clsact');
    }
  }
  return mbps;
}

function ratio(
  what: string,
  mbps: Readonly<Record<Variant, readonly number[]>>,
  variant: Variant,
  bar: Figure['bar'],
): Figure {
  const sorted = mbps[variant].map((rate, round) => (rate / (mbps.none[round] ?? NaN)) * 100).toSorted((a, b) => a - b);
  const [low, high] = [0.25, 0.75].map((part) => (sorted[Math.floor(part * sorted.length)] ?? NaN).toFixed(1));
  const note = `${jit()}, median of ${sorted.length} rounds, half of them from ${low} to ${high} %`;
  return { what, value: median(sorted), unit: '%', bar, note };
}

function endOf(endpointId: number): End {
  const namespace = NetworkNamespace.create();
  const links = Rtnetlink.open(namespace);
  const dispose = () => {
    links[Symbol.dispose]();
    namespace[Symbol.dispose]();
  };
  const address = `10.0.0.${endpointId}`;
  return { endpointId, ifindex: 100 + endpointId, address, namespace, links, [Symbol.dispose]: dispose };
}

function connect(sender: End, receiver: End): void {
  const peer = { name: 'eth0', ifindex: receiver.ifindex, namespaceFd: receiver.namespace.fd };
  sender.links.addLink({ kind: 'veth', name: 'eth0', ifindex: sender.ifindex, peer });
  for (const { links, ifindex, address } of [sender, receiver]) {
    links.setLink(LOOPBACK, { up: true });
    links.addAddress(ifindex, `${address}/24`);
    links.setLink(ifindex, { up: true });
  }
}

function attach(object: BpfObject, ends: readonly End[]): void {
  for (const { ifindex, links } of ends) {
    links.addQdisc(ifindex, 'clsact', { kind: 'clsact' });
    for (const hook of ['egress', 'ingress'] as const) {
      const name = `ipvlane_${hook}`;
      links.addBpfFilter({ ifindex, hook, priority: 1, programFd: object.program(name).fd, name });
    }
  }
}

/** Puts both ends and what they may into the maps. */
function tell(object: BpfObject, isolated: boolean, ends: readonly End[]): void {
  for (const { endpointId, ifindex, address } of ends) {
    const owned = addressEntry(endpointId, address);
    object.map('addresses').update(owned.key, owned.value);
    const state: EndpointState = {
      endpointId,
      policySet: 1,
      isolated: { ingress: isolated, egress: isolated },
      limited: { ingress: false, egress: false },
      verifyAddresses: true,
    };
    const { key, value } = endpointEntry(ifindex, state);
    object.map('endpoints').update(key, value);
  }
  for (const direction of ['egress', 'ingress'] as const) {
    const all = { policySet: 1, identity: 0, protocol: null, port: null, ruleId: 1, direction } as const;
    const { key, value } = policyEntry(all);
    object.map('policy').update(key, value);
  }
}

/** The object of one of this folder's programs. */
async function compiled(source: string): Promise<string> {
  const object = join(scratch, source.replace(/c$/, 'o'));
  const multiarch = `/usr/include/${(await execa('gcc', ['-print-multiarch'])).stdout}`;
  const from = join(root, 'test/bench', source);
  await execa('clang', ['-O2', '-g', '-target', 'bpf', '-mcpu=v2', '-I', multiarch, '-c', from, '-o', object]);
  return object;
}

/** Mbit/s that arrived. */
async function goodput(sender: End, receiver: End, placement: Placement): Promise<number> {
  const affinity = placement === 'one processor' ? ['--affinity', '0'] : [];
  // In a box: a namespace is left before anything is awaited, and refuses a promise.
  const started = (end: End, args: readonly string[]) =>
    end.namespace.run(() => {
      const [command = '', ...words] = [...BEFORE_ALL_OTHERS, 'iperf3', ...args];
      return { process: execa(command, words) };
    });
  const { process: server } = started(receiver, ['--server', '--one-off', '--forceflush', ...affinity]);
  await once(server.stdout, 'data');
  const asked = ['--client', receiver.address, '--time', String(SECONDS), '--json', ...affinity];
  const { process: client } = started(sender, asked);
  const { stdout } = await client;
  await server;
  const { end } = JSON.parse(stdout) as { end: { sum_received: { bits_per_second: number } } };
  return end.sum_received.bits_per_second / 1e6;
}
