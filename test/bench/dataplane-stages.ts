/**
 * Nanoseconds a packet of each program, stage upon stage, by BPF_PROG_TEST_RUN on the machine's own kernel. The same packet again
 * and again, so caches are warm; the run's own loop is measured with it. The cheapest of several rounds: disturbance only adds.
 */
import { readFileSync } from 'node:fs';
import { ACK, SYN, TCP, arp, frame, tcp } from '../../dataplane/bpf/frames.ts';
import type { SkBuff } from '../dataplane/sk-buff.ts';
import { World, ifbOf2, slaveOf } from '../dataplane/world.ts';
import type { Figure } from './figure.ts';

const REPEAT = 200_000;
const ROUNDS = 5;
const ENDS = { from: '10.0.0.1', to: '10.0.0.2' } as const;
const PAYLOAD = new Array<number>(1400).fill(0);
const segment = frame(ENDS, TCP, tcp(40000, 80, ACK, PAYLOAD));
const request = frame(ENDS, TCP, tcp(40000, 80, SYN));
const isolated = { policySet: 3, isolated: { ingress: true, egress: true } };
const anything = { policySet: 3, identity: 0, protocol: null, port: null, ruleId: 1 } as const;
/** Bits a second: so much that the queue stays empty. */
const NO_QUEUE = 1e15;

interface Stage {
  readonly what: string;
  readonly program: string;
  readonly packet: Uint8Array;
  readonly at: SkBuff;
  prepare?(world: World): void;
}

const out = { ifindex: slaveOf[1] };
const into = { ifindex: slaveOf[2] };
const egress = { program: 'ipvlane_egress', packet: segment, at: out };
const ingress = { program: 'ipvlane_ingress', packet: segment, at: into };

const STAGES: readonly Stage[] = [
  { ...egress, what: 'egress: endpoint, counters (an ARP request)', packet: arp(ENDS.from, ENDS.to) },
  {
    ...egress,
    what: 'egress: + parse IP and TCP, connection tracking',
    prepare: (world) => void world.egress(1, request),
  },
  {
    ...egress,
    what: 'egress: + policy',
    prepare(world) {
      world.endpoint(1, isolated);
      world.allow({ ...anything, direction: 'egress' });
      world.egress(1, request);
    },
  },
  {
    ...egress,
    what: 'egress: + limit',
    prepare(world) {
      world.endpoint(1, { ...isolated, limited: { ingress: false, egress: true } });
      world.allow({ ...anything, direction: 'egress' });
      world.limit(1, 'egress', NO_QUEUE);
      world.egress(1, request);
    },
  },
  { ...ingress, what: 'ingress: endpoint, counters (an ARP request)', packet: arp(ENDS.from, ENDS.to) },
  { ...ingress, what: 'ingress: + parse IP and TCP, connection tracking' },
  {
    ...ingress,
    what: 'ingress: + policy',
    prepare(world) {
      world.endpoint(2, isolated);
      world.allow({ ...anything, direction: 'ingress' });
    },
  },
  {
    what: 'ifb: the ingress limit',
    program: 'ipvlane_ifb',
    packet: segment,
    at: { ifindex: ifbOf2, ingressIfindex: slaveOf[2] },
    prepare: (world) => world.limit(2, 'ingress', NO_QUEUE),
  },
];

export async function dataplaneStages(): Promise<Figure[]> {
  const note = jit();
  if (process.getuid?.() !== 0)
    return STAGES.map(({ what }) => ({ what, value: null, unit: 'ns', bar: null, note: 'needs root' }));
  using world = await World.load();
  return STAGES.map((stage) => {
    const { what, program, packet, at } = stage;
    world.reset();
    stage.prepare?.(world);
    world.measure(program, packet, at, REPEAT / 10);
    const value = Math.min(...Array.from({ length: ROUNDS }, () => world.measure(program, packet, at, REPEAT)));
    return { what, value, unit: 'ns', bar: null, note };
  });
}

export function jit(): string {
  try {
    return readFileSync('/proc/sys/net/core/bpf_jit_enable', 'utf8').trim() === '0' ? 'no JIT' : 'JIT';
  } catch {
    return 'JIT: the kernel does not say';
  }
}
