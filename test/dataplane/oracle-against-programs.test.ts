/** Random clusters and policies: the loaded programs say of every packet, at each hook, what the oracle says. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ICMP, ICMPV6, frame, icmp, sctp, tcp, udp, SYN } from '../../dataplane/bpf/frames.ts';
import type { Direction, PolicyWorld, Protocol } from '../../dataplane/policy/network-policy.ts';
import { prepareOracle } from '../../dataplane/policy/oracle.ts';
import { PROTOCOL_NUMBER } from '../../dataplane/policy/ports.ts';
import { OUTSIDE_ADDRESSES, PROBED_PORTS } from '../conformance/arbitrary-world.ts';
import { assertOfWorlds } from '../conformance/failing-world.ts';
import { EFFORT } from '../conformance/property-runs.ts';
import type { HookRun } from './loaded-policy.ts';
import { LoadedPolicy } from './loaded-policy.ts';
import { whyNoDataplane } from './machine.ts';

const reason = whyNoDataplane();
const WORLDS = 25;
const ENDPOINTS = 8;
const PROTOCOLS: readonly (Protocol | 'ICMP')[] = ['TCP', 'UDP', 'SCTP', 'ICMP'];

interface Case extends HookRun {
  readonly words: string;
  readonly allowed: boolean;
}

describe.skipIf(reason)(`oracle and programs${reason === null ? '' : ` (${reason})`}`, () => {
  let programs: LoadedPolicy;
  beforeAll(async () => {
    programs = await LoadedPolicy.load(ENDPOINTS);
  });
  afterAll(() => programs[Symbol.dispose]());

  it(
    'agree on thousands of packets of random worlds',
    () => {
      let judged = 0;
      assertOfWorlds(WORLDS, (drawn) => {
        const cases = [...casesOf(drawn)];
        programs.enforce(drawn);
        judged += cases.length;
        programs.run(cases).forEach((passed, i) => {
          const { words, allowed } = cases[i]!;
          if (passed !== allowed) throw new Error(`${words}: the oracle says ${allowed ? 'allowed' : 'denied'}`);
        });
      });
      expect(judged).toBeGreaterThan(1000 * EFFORT);
    },
    60_000 * EFFORT,
  );
});

/** Every pair of one family, by every protocol, at each hook that the packet meets; each from a port of its own. */
function* casesOf(drawn: PolicyWorld): Generator<Case> {
  const oracle = prepareOracle(drawn);
  const ends = [
    ...drawn.pods.flatMap(({ endpointId, addresses }) => addresses.map((address) => ({ endpointId, address }))),
    ...OUTSIDE_ADDRESSES.map((address) => ({ endpointId: null, address })),
  ];
  let count = 0;
  for (const from of ends) {
    for (const to of ends) {
      if (from.address.includes(':') !== to.address.includes(':')) continue;
      if (from.endpointId === to.endpointId) continue;
      const protocol = PROTOCOLS[count % PROTOCOLS.length]!;
      const port = protocol === 'ICMP' ? 0 : PROBED_PORTS[count % PROBED_PORTS.length]!;
      count++;
      const judgement = oracle.judge({ from: from.address, to: to.address, protocol, port });
      const packet = question(from.address, to.address, protocol, 20_000 + count, port);
      const hooks: readonly [number | null, Direction][] = [
        [from.endpointId, 'egress'],
        [to.endpointId, 'ingress'],
      ];
      for (const [endpointId, way] of hooks) {
        if (endpointId === null) continue;
        const words = `${way} of endpoint ${endpointId}, ${from.address} -> ${to.address} ${protocol}/${port}`;
        yield { endpointId, way, frame: packet, words, allowed: judgement[way].outcome === 'allowed' };
      }
    }
  }
}

function question(from: string, to: string, protocol: Protocol | 'ICMP', source: number, port: number): Uint8Array {
  const six = from.includes(':');
  switch (protocol) {
    case 'TCP':
      return frame({ from, to }, PROTOCOL_NUMBER.TCP, tcp(source, port, SYN));
    case 'UDP':
      return frame({ from, to }, PROTOCOL_NUMBER.UDP, udp(source, port));
    case 'SCTP':
      return frame({ from, to }, PROTOCOL_NUMBER.SCTP, sctp(source, port));
    case 'ICMP':
      return frame({ from, to }, six ? ICMPV6 : ICMP, icmp(six ? 128 : 8, source));
  }
}
