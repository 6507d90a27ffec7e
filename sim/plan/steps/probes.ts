/** Probes of a step, and those that are made where nobody wrote any. */
import type { Collector } from '../../diagnostics/collector.ts';
import type { Located, ScenarioProbe } from '../../manifest/manifests.ts';
import { pairAddresses } from '../flows/address-pair.ts';
import { nameOfPort, noSuchPort, portAt } from '../pods/declared-port.ts';
import { askOfScenario } from '../ask-of-scenario.ts';
import { betweenNodeAndOwnPod } from '../wire/own-node.ts';
import { pairsOf, type Parties, type Party } from '../cluster/parties.ts';
import type { ProbePlan } from '../plan.ts';

/** Of probes nobody asked for one by one: 100 pods with a port each, all pairs. */
const MAX_DEFAULT_PROBES = 10_000;

/** Every pair of `from` and `to` but a party with itself, unless that is all it says, on every port, numbered from `firstId`. */
export function planProbes(
  probe: ScenarioProbe,
  firstId: number,
  { scenario, parties, diagnostics }: { scenario: Located; parties: Parties; diagnostics: Collector },
): ProbePlan[] {
  const from = distinct(probe.from.flatMap((reference) => parties.resolve(reference)));
  const to = distinct(probe.to.flatMap((reference) => parties.resolve(reference)));
  sayWhereNone(probe, to, { scenario, diagnostics });
  const plans: ProbePlan[] = [];
  const pairs = pairsOf(from, to);
  for (const [a, b] of pairs) {
    const addresses = pairAddresses(a, b, probe.family);
    if (addresses === null) {
      diagnostics.add(
        'E418',
        scenario.spanOf(probe.path),
        `${a.name} and ${b.name} have no ${probe.family ?? 'IP'} address in common`,
        {
          help: 'give both an address of one family, or choose the other `family`',
        },
      );
      continue;
    }
    const inTheWay = betweenNodeAndOwnPod(a, addresses.from, b, addresses.to);
    if (inTheWay !== null && probe.expect !== 'denied') {
      // What policies say of the two is one thing, what ipvlan can deliver another: the others of the step are asked.
      const { message, help } = inTheWay;
      diagnostics.add('W412', scenario.spanOf(probe.path), `not probed: ${message}`, { help });
      continue;
    }
    for (const said of probe.ports) {
      const found = portAt(said, b);
      if (found === null) continue;
      plans.push({
        probeId: firstId + plans.length,
        from: a.plan,
        to: b.plan,
        fromAddress: addresses.from,
        toAddress: addresses.to,
        ...found,
        expect: probe.expect ?? 'predicted',
      });
    }
  }
  if (pairs.length === 0 && from.length > 0 && to.length > 0) {
    diagnostics.add(
      'E417',
      scenario.spanOf(probe.path),
      `${String(from[0]?.name)} is no pod, and only a pod is probed from itself`,
      {
        help: 'name two parties',
      },
    );
  }
  return plans;
}

/** Of a name that some of the receivers give to no port, or all of them. */
function sayWhereNone(
  { ports }: ScenarioProbe,
  to: readonly Party[],
  { scenario, diagnostics }: { readonly scenario: Located; readonly diagnostics: Collector },
): void {
  for (const said of ports) {
    const without = to.filter((one) => portAt(said, one) === null);
    if ('port' in said || without.length === 0) continue;
    const { message, help } = noSuchPort(nameOfPort(said), without);
    if (without.length === to.length) diagnostics.add('E305', scenario.spanOf(said.path), message, { help });
    else {
      const [who, are] = [without.map(({ name }) => name).join(', '), without.length === 1 ? 'is' : 'are'];
      const words = `port \`${nameOfPort(said)}\` is probed at those that declare it: ${who} ${are} not asked`;
      diagnostics.add('W405', scenario.spanOf(said.path), words, { help });
    }
  }
}

/**
 * All pairs of pods on the declared container ports of the destination; ICMP where it declares none. Above
 * `MAX_DEFAULT_PROBES` every port is still probed, but from fewer pods, another stretch of them for each port.
 */
export function defaultProbes(
  pods: readonly Party[],
  firstId: number,
  { scenario, diagnostics }: { readonly scenario: Located; readonly diagnostics: Collector },
): ProbePlan[] {
  const targets = pods.flatMap((to) => targetsOf(to));
  const others = pods.length - 1;
  const wanted = targets.length * others;
  const sources = Math.min(others, Math.max(1, Math.floor(MAX_DEFAULT_PROBES / Math.max(1, targets.length))));
  const plans: ProbePlan[] = [];
  for (const [t, { to, protocol, port }] of targets.entries()) {
    const start = sources === others ? 0 : (t * sources) % pods.length;
    for (let i = 0, made = 0; i < pods.length && made < sources; i++) {
      const from = pods[(start + i) % pods.length];
      if (from === undefined || from === to) continue;
      made++;
      const addresses = pairAddresses(from, to, null);
      if (addresses === null) continue;
      plans.push({
        probeId: firstId + plans.length,
        from: from.plan,
        to: to.plan,
        fromAddress: addresses.from,
        toAddress: addresses.to,
        protocol,
        port,
        expect: 'predicted',
      });
    }
  }
  if (wanted > targets.length * sources) {
    diagnostics.add(
      'W405',
      undefined,
      `of ${wanted} pairs of pods and ports, ${plans.length} are probed: each port from ${sources} pod${sources === 1 ? '' : 's'}`,
      {
        help: askOfScenario('a `timeline` with the probes that you choose', scenario),
      },
    );
  }
  return plans;
}

interface Target {
  readonly to: Party;
  readonly protocol: ProbePlan['protocol'];
  readonly port: number;
}

function targetsOf(to: Party): Target[] {
  const ports = to.pod?.ports ?? [];
  return ports.length === 0
    ? [{ to, protocol: 'ICMP', port: 0 }]
    : ports.map(({ protocol, port }) => ({ to, protocol, port }));
}

function distinct(parties: readonly Party[]): Party[] {
  return [...new Set(parties)];
}
