/**
 * What the programs cost: `npx tsx test/bench/dataplane-cost.ts`, as root.
 *
 * Instructions as the verifier counts them (its limit is a million) and as the kernel runs them, and nanoseconds a packet
 * by BPF_PROG_TEST_RUN, whose own loop is measured with it: some 20 ns. The same packet again and again, so caches
 * are warm and maps small: compare the figures with each other, not with a wire.
 */
import { ACK, SYN, TCP, UDP, frame, tcp, udp } from '../../dataplane/bpf/frames.ts';
import type { SkBuff } from '../dataplane/sk-buff.ts';
import { World, ifbOf2, slaveOf } from '../dataplane/world.ts';

const repeat = 300_000;
const isolated = { policySet: 3, isolated: { ingress: true, egress: true } };
const anything = { policySet: 3, identity: 0, protocol: null, port: null, ruleId: 1 } as const;
const v4 = { from: '10.0.0.1', to: '10.0.0.2' };
const v6 = { from: 'fd00::1', to: 'fd00::2' };

interface Case {
  readonly what: string;
  readonly program: string;
  readonly packet: Uint8Array;
  readonly skBuff: SkBuff;
  prepare?(world: World): void;
}

const segment = (fields: { from: string; to: string }) => frame(fields, TCP, tcp(40000, 80, ACK, payload));
const payload = new Array<number>(1400).fill(0);
const out = { ifindex: slaveOf[1] };
const into = { ifindex: slaveOf[2] };

const cases: readonly Case[] = [
  { what: 'egress, nothing in force', program: 'ipvlane_egress', packet: segment(v4), skBuff: out },
  { what: 'egress, nothing in force, IPv6', program: 'ipvlane_egress', packet: segment(v6), skBuff: out },
  {
    what: 'egress, policy allows',
    program: 'ipvlane_egress',
    packet: segment(v4),
    skBuff: out,
    prepare(world) {
      world.endpoint(1, isolated);
      world.allow({ ...anything, direction: 'egress' });
    },
  },
  {
    what: 'egress, live connection, policy allows, limit',
    program: 'ipvlane_egress',
    packet: segment(v4),
    skBuff: out,
    prepare(world) {
      world.endpoint(1, { ...isolated, limited: { ingress: false, egress: true } });
      world.allow({ ...anything, direction: 'egress' });
      world.limit(1, 'egress', 1e15);
      world.egress(1, frame(v4, TCP, tcp(40000, 80, SYN)));
    },
  },
  {
    what: 'egress, source verified',
    program: 'ipvlane_egress',
    packet: segment(v4),
    skBuff: out,
    prepare(world) {
      world.endpoint(1, { verifyAddresses: true });
      world.owns(1, v4.from);
    },
  },
  {
    what: 'egress, denied',
    program: 'ipvlane_egress',
    packet: segment(v4),
    skBuff: out,
    prepare: (world) => world.endpoint(1, isolated),
  },
  {
    what: 'ingress, reply of a live connection',
    program: 'ipvlane_ingress',
    packet: segment(v4),
    skBuff: into,
    prepare(world) {
      world.endpoint(2, isolated);
      world.allow({ ...anything, direction: 'egress' });
      world.egress(2, frame({ from: v4.to, to: v4.from }, TCP, tcp(80, 40000, SYN)));
    },
  },
  {
    what: 'ingress, UDP of a live connection',
    program: 'ipvlane_ingress',
    packet: frame(v4, UDP, udp(1, 2)),
    skBuff: into,
  },
  {
    what: 'ifb, limit',
    program: 'ipvlane_ifb',
    packet: segment(v4),
    skBuff: { ifindex: ifbOf2, ingressIfindex: slaveOf[2] },
    prepare: (world) => world.limit(2, 'ingress', 1e15),
  },
];

using world = await World.load();
const write = (line: string) => process.stdout.write(`${line}\n`);

write('program           verified instructions   instructions in the kernel');
for (const { name, verifiedInsns, insnCount } of world.programs)
  write(`${name.padEnd(18)}${String(verifiedInsns ?? '-').padStart(21)}${String(insnCount ?? '-').padStart(29)}`);
write('');
write('ns/packet');
for (const one of cases) {
  world.reset();
  one.prepare?.(world);
  world.measure(one.program, one.packet, one.skBuff, repeat / 10);
  const ns = world.measure(one.program, one.packet, one.skBuff, repeat);
  write(`${String(ns).padStart(9)}  ${one.what}`);
}
