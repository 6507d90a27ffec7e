/** A corpus of frames given to the loaded programs, and every outcome compared with the reference's. */
import type { Direction, PolicyPod, PolicyWorld } from '../../../dataplane/policy/network-policy.ts';
import { policyOf } from '../policy-of.ts';
import type { HookRun, LoadedPolicy } from '../loaded-policy.ts';
import type { Decision } from '../reference/decide.ts';
import { ReferenceEndpoint } from '../reference/decide.ts';
import type { Population } from './frames.ts';
import { frames } from './frames.ts';
import { Random } from './random.ts';

/** Connections and fragments are forgotten after so many packets: none ages meanwhile, and the maps never fill. */
const BATCH = 1000;

export interface CorpusReport {
  /** Those that the kernel ran. */
  readonly packets: number;
  /** How often each decision was taken. */
  readonly decisions: ReadonlyMap<Decision, number>;
}

/** @throws Error at the first packet that the programs and the reference disagree about, or that nobody counted */
export function runCorpus(programs: LoadedPolicy, packets: number, seed: number): CorpusReport {
  const random = new Random(seed);
  const decisions = new Map<Decision, number>();
  let done = 0;
  programs.enforce(WORLD);
  for (let batch = 0; done < packets; batch++) {
    const verifies = batch % 2 === 1;
    programs.forgetPackets();
    programs.verify(verifies);
    done += runBatch(programs, random, verifies, decisions, `seed ${seed}, batch ${batch}`);
  }
  return { packets: done, decisions };
}

function runBatch(
  programs: LoadedPolicy,
  random: Random,
  verifies: boolean,
  decisions: Map<Decision, number>,
  where: string,
): number {
  const reference = WORLD.pods.map((pod) => new ReferenceEndpoint(WORLD, pod, verifies));
  const source = frames(random, POPULATION);
  const runs: HookRun[] = Array.from({ length: BATCH }, () => ({
    endpointId: 1 + random.below(WORLD.pods.length),
    way: random.of<Direction>(['ingress', 'egress']),
    frame: source.next().value as Uint8Array,
  }));
  const expected = runs.map(({ endpointId, way, frame }) => reference[endpointId - 1]!.decide(way, frame));
  const passed = programs.run(runs);
  const tally = new Map<string, number>();
  expected.forEach((decision, i) => {
    const { endpointId, way, frame } = runs[i]!;
    if (passed[i] === null) return;
    decisions.set(decision, (decisions.get(decision) ?? 0) + 1);
    if (passed[i] !== (decision === 'pass')) {
      const hex = Buffer.from(frame).toString('hex');
      const got = passed[i] ? 'passed' : 'dropped';
      throw new Error(`${where}, packet ${i}: ${way} of endpoint ${endpointId} ${got}, not ${decision}: ${hex}`);
    }
    const key = `${endpointId} ${way} ${decision}`;
    if (decision !== 'pass') tally.set(key, (tally.get(key) ?? 0) + 1);
  });
  const { offeredPackets, passedPackets, dropped } = programs.accounts();
  const ran = passed.filter((each) => each !== null).length;
  const meant = new Map([...tally, ['offered', ran], ['passed', passed.filter(Boolean).length]]);
  const told = new Map([...dropped, ['offered', offeredPackets], ['passed', passedPackets]]);
  for (const key of new Set([...meant.keys(), ...told.keys()])) {
    const [counted, expectedCount] = [told.get(key) ?? 0, meant.get(key) ?? 0];
    if (counted !== expectedCount) throw new Error(`${where}: ${key} counted ${counted} times, not ${expectedCount}`);
  }
  return ran;
}

const label = (app: string) => ({ podSelector: { matchLabels: { app } } });

function pod(endpointId: number, app: string): PolicyPod {
  return {
    endpointId,
    namespace: 'default',
    name: app,
    labels: { app },
    policed: true,
    addresses: [`10.0.0.${endpointId}`, `fd00::${endpointId}`],
    ports: [{ name: 'http', protocol: 'TCP', port: 8080 }],
  };
}

/** One pod denied everything, one that is policed by peer and port, one each way only, one that nobody isolates. */
const WORLD: PolicyWorld = {
  namespaces: [{ name: 'default', labels: { 'kubernetes.io/metadata.name': 'default' } }],
  pods: [pod(1, 'closed'), pod(2, 'server'), pod(3, 'client'), pod(4, 'inward'), pod(5, 'outward'), pod(6, 'open')],
  policies: [
    policyOf('closed', { ...label('closed'), policyTypes: ['Ingress', 'Egress'] }),
    policyOf('server', {
      ...label('server'),
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        { from: [label('client')], ports: [{ port: 80 }, { port: 'http' }, { protocol: 'UDP', port: 53 }] },
        { from: [{ ipBlock: { cidr: '192.0.2.0/24', except: ['192.0.2.128/25'] } }] },
        { ports: [{ protocol: 'SCTP' }] },
      ],
      egress: [
        { to: [label('open')] },
        { to: [{ ipBlock: { cidr: '2001:db8::/32' } }], ports: [{ port: 1, endPort: 1023 }] },
      ],
    }),
    policyOf('client', {
      ...label('client'),
      policyTypes: ['Egress'],
      egress: [{ to: [label('server')], ports: [{ port: 'http' }, { protocol: 'UDP', port: 53 }] }],
    }),
    policyOf('inward', { ...label('inward'), policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: {} }] }] }),
    policyOf('outward', {
      ...label('outward'),
      policyTypes: ['Egress'],
      egress: [{ to: [{ podSelector: {} }], ports: [{ protocol: 'UDP', port: 53 }] }],
    }),
  ],
};

const POPULATION: Population = {
  ipv4: [...WORLD.pods.map(({ addresses }) => addresses[0]!), '192.0.2.1', '192.0.2.200', '10.0.0.99'],
  ipv6: [...WORLD.pods.map(({ addresses }) => addresses[1]!), '2001:db8::1', 'fd00::99'],
};
