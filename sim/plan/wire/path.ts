/**
 * The way between two slaves, hosts or nodes, as ipvlan goes (drivers/net/ipvlan/ipvlan_core.c): slave to slave within a
 * master; else out by the master, over the underlay.
 */
import { familyOfText } from '../flows/address-pair.ts';
import { plugOf, wayBetween, type LinkWay, type Plug } from './links.ts';
import { describeWireQueue } from './wires.ts';
import { wayOfFrames } from './large-frames.ts';
import { whyNoRoute, type End } from './route-to.ts';
import { isNobody, nobodyHas, type QuestionEnd } from '../cluster/named-party.ts';
import type { Plan } from '../plan.ts';
import { rateInWords } from '../rate-words.ts';

export interface Path {
  /** False where ipvlan itself lets nothing through. */
  readonly open: boolean;
  readonly says: string;
  /** Whether it goes over the underlay, from one known machine to another. */
  readonly wire: boolean;
}

export function pathBetween(
  { underlay, nodes, hosts }: Pick<Plan, 'underlay' | 'nodes' | 'hosts'>,
  from: QuestionEnd,
  to: QuestionEnd,
): Path {
  const [own, other] = [placeOf(from), placeOf(to)];
  if (isNobody(to))
    return {
      open: true,
      wire: false,
      says: `${exit(own)}; ${nobodyHas(to.name)}, and routes beyond the underlay are not known`,
    };
  if (isNobody(from))
    return { open: true, wire: false, says: `from beyond the underlay, where routes are not known, ${entry(other)}` };
  if (own.node !== null && own.node === other.node) {
    if (own.master === null || other.master === null) {
      return { open: false, wire: false, says: 'ipvlan never lets a node and its own pods talk through the master' };
    }
    if (own.master === other.master) return withinMaster(own.master, own.isolation);
  }
  const noRoute = whyNoRoute({ underlay, nodes, hosts }, knownEnd(from), knownEnd(to));
  if (noRoute !== null) return { open: false, wire: false, says: `${exit(own)}; ${noRoute.why}` };
  return {
    open: true,
    wire: true,
    // Worked out when it is read: of millions of pairs only whether they are open is asked.
    get says() {
      const { hops, network, delayNs } = wayBetween(underlay, plugOfEnd(nodes, from), plugOfEnd(nodes, to));
      const delay = delayNs === 0 ? '' : `, ${delayNs / 1e3} µs`;
      const rates = hops.map(({ way }) => describeRate(way)).filter((rate, i, all) => rate !== all[i - 1]);
      const routers = hops.flatMap(({ router }) => (router === null ? [] : [router]));
      const by = routers.length === 0 ? '' : ` by ${routers.join(', ')}`;
      const wire = `${network ? 'over the underlay' : 'routed'}${by} (${rates.join(', then ')}${delay})`;
      return `${exit(own)}, ${wire}, ${entry(other)}`;
    },
  };
}

function describeRate({ rateBps, queue }: LinkWay): string {
  const rate = rateBps === null ? 'no rate' : rateInWords(rateBps);
  return `${rate}${queue === undefined || rateBps === null ? '' : `, ${describeWireQueue(queue)}`}`;
}

function plugOfEnd(
  nodes: Plan['nodes'],
  { plan, pod, addresses }: QuestionEnd,
  address: string | null = addresses.at(0) ?? null,
): Plug {
  return plugOf(nodes, knownEnd({ plan, pod }), address);
}

function knownEnd({ plan, pod }: Pick<QuestionEnd, 'plan' | 'pod'>): End {
  if (plan.kind === 'outside') throw new Error('whoever nobody is has no link');
  return { plan, pod };
}

/** What the wire loses of a conversation whose first packet passes, a line each. @param addresses theirs, text without prefix */
export function lossesOfWire(
  plan: Pick<Plan, 'nodes' | 'hosts' | 'underlay'>,
  from: QuestionEnd,
  to: QuestionEnd,
  addresses: { readonly from: string; readonly to: string },
  protocol: string,
): readonly string[] {
  const [own, other] = [plugOfEnd(plan.nodes, from, addresses.from), plugOfEnd(plan.nodes, to, addresses.to)];
  const [there, back] = [wayBetween(plan.underlay, own, other), wayBetween(plan.underlay, other, own)];
  const [lossPct, backPct] = [there.lossPct, back.lossPct];
  const loses =
    lossPct === backPct
      ? `${lossPct} % of the frames, each way`
      : `${lossPct} % of the frames there, ${backPct} % of those back`;
  const { toMtu, takes, mtu, narrow, comes, tellers } = wayOfFrames(plan, from, to, addresses, there);
  const largest = protocol === 'TCP' ? Math.min(comes, toMtu) : comes;
  const answer = familyOfText(addresses.to) === 6 ? 'packet too big' : 'fragmentation needed, or cuts up what may be';
  const who = narrow === 'wire' ? 'the wire' : to.name;
  return [
    ...(lossPct + backPct === 0 ? [] : [`the wire loses ${loses} (WIRE_LOSS)`]),
    ...tellers.map(
      ({ router, mtu: most }) =>
        `${router} takes packets of up to ${most} bytes, and answers larger ones: ${answer} (MTU_EXCEEDED); their sender makes them smaller from then on`,
    ),
    ...(largest <= takes
      ? []
      : [
          `${who} takes packets of up to ${mtu} bytes, and ${from.name} makes them up to ${largest}: small ones arrive, no larger one does (LINK_DROP)`,
        ]),
  ];
}

function withinMaster(master: string, isolation: 'bridge' | 'private' | 'vepa'): Path {
  if (isolation === 'private')
    return { open: false, wire: false, says: `both are slaves of ${master} in mode private: none reaches another` };
  if (isolation === 'vepa')
    return { open: true, wire: false, says: `both are slaves of ${master} in mode vepa: out to the switch and back` };
  return {
    open: true,
    wire: false,
    says: `both are slaves of ${master}: handed from slave to slave, past the qdisc and tc of ${master}`,
  };
}

interface Place {
  readonly node: string | null;
  readonly master: string | null;
  readonly isolation: 'bridge' | 'private' | 'vepa';
}

function placeOf({ plan, pod }: QuestionEnd): Place {
  const slave = pod?.interfaces[0];
  if (pod !== null && slave !== undefined) return { node: pod.node, master: slave.master, isolation: slave.isolation };
  return { node: plan.kind === 'node' ? plan.name : null, master: null, isolation: 'bridge' };
}

function exit({ node, master }: Place): string {
  return master === null ? 'out by its own NIC' : `out by ${master} of ${node ?? ''}`;
}

function entry({ node, master }: Place): string {
  return master === null ? 'in by its own NIC' : `in by ${master} of ${node ?? ''}`;
}
