/** Flows of a traffic step: who sends what to whom, the limit on the way, and the goodput it leaves. */
import type { Charge } from '../../../dataplane/bandwidth/charge.ts';
import type { Collector } from '../../diagnostics/collector.ts';
import type { Path, ScenarioFlow, ScenarioRequests } from '../../manifest/manifests.ts';
import { pairAddresses } from './address-pair.ts';
import { nameOfPort, noSuchPort, portAt } from '../pods/declared-port.ts';
import { EPHEMERAL_PORTS, PORT_RANGE, portsInRange, portsOf } from './ephemeral-ports.ts';
import {
  DEFAULT_DATAGRAM_BYTES,
  datagramPacketBytes,
  efficiency,
  isPaddedInPart,
  maxDatagram,
  requestEfficiency,
} from './goodput.ts';
import { cutAgain, tellerOfDatagrams, wayOfFrames, type WayOfFrames } from '../wire/large-frames.ts';
import { wayOfPair } from '../wire/links.ts';
import { whyNoRoute } from '../wire/route-to.ts';
import { asCopy, familyOfGroup, mayHearGroup } from './group-flows.ts';
import { betweenNodeAndOwnPod } from '../wire/own-node.ts';
import { pairsOf, type Parties, type Party } from '../cluster/parties.ts';
import { partyName, type FlowPlan, type LimitOnWay, type RequestsPlan, type UnderlayPlan } from '../plan.ts';
import { volumeOf } from './volume.ts';
import { letsThroughBps, smallestLimit, withPodLimits } from '../wire/way-limits.ts';
import type { Where } from '../cluster/cluster-planner.ts';

const DEFAULT_FLOW_NS = 5_000_000_000;
const DEFAULT_REQUEST_EVERY_NS = 10_000_000;
const DEFAULT_REQUEST_BYTES = 100;

export interface FlowContext {
  /** Where a part of it was written; undefined for what was typed at a command. */
  readonly scenario: { readonly spanOf: Where };
  readonly parties: Parties;
  readonly underlay: UnderlayPlan;
  /** What pods' limits charge a frame. */
  readonly charge: Charge;
  readonly diagnostics: Collector;
}

/** The flows of one line, numbered from `firstId`; every pair of `from` and `to` but a party with itself, unless that is all it says. */
export function planFlows(flow: ScenarioFlow, firstId: number, context: FlowContext): FlowPlan[] {
  const { scenario, parties, diagnostics } = context;
  const from = flow.from.flatMap((reference) => parties.resolveOne(reference));
  const to = flow.to.flatMap((reference) => parties.resolveOne(reference));
  const pairs = pairsOf(from, to);
  if (flow.group !== null && !mayHearGroup({ ...flow, group: flow.group }, from, to, context)) return [];
  if (pairs.length === 0 && from.length > 0 && to.length > 0) {
    diagnostics.add(
      'E417',
      scenario.spanOf(flow.path),
      `${String(from[0]?.name)} is no pod, and only a pod may send to itself`,
      {
        help: 'name two parties',
      },
    );
  }
  const offeredBps = offered(flow, context);
  const plans: FlowPlan[] = [];
  for (const [a, b] of pairs) {
    const there = atReceiver(flow.group === null ? flow : { ...flow, family: familyOfGroup(flow.group) }, b, context);
    if (there === null) continue;
    const offeredThere = there.protocol === flow.protocol ? offeredBps : offered(there, context);
    const plan = planFlow(a, b, there, offeredThere, firstId + plans.length, context);
    if (plan !== null)
      plans.push(flow.group === null ? plan : asCopy(plan, flow.group, { id: firstId, from: a, to: b }));
  }
  return plans;
}

/** A flow whose port is a number, or any. */
type FlowAt = Omit<ScenarioFlow, 'port' | 'group'> & { readonly port: number | null };

const TCP_FIELDS = ['congestion', 'ecn', 'requests', 'bytes'] as const;

/** The port that the receiver gives the name to, and its protocol; null, with a diagnostic, where it carries no such flow. */
function atReceiver(flow: ScenarioFlow, to: Party, { scenario, diagnostics }: FlowContext): FlowAt | null {
  const { port: said } = flow;
  if (said === null || typeof said === 'number') return { ...flow, port: said };
  const found = portAt(said, to);
  const name = nameOfPort(said);
  if (found === null) {
    const { message, help } = noSuchPort(name, [to]);
    diagnostics.add('E305', scenario.spanOf(said.path), message, { help });
    return null;
  }
  const { protocol, port } = found;
  const words = `port \`${name}\` of ${to.name} is ${protocol}/${port}`;
  if (protocol !== 'TCP' && protocol !== 'UDP') {
    const help = 'name another port, or ask a `probe` for it';
    diagnostics.add('E417', scenario.spanOf(said.path), `${words}, and a flow is TCP or UDP`, { help });
    return null;
  }
  const wrong = protocol === 'TCP' ? [] : TCP_FIELDS.filter((field) => flow[field] !== null);
  for (const field of wrong) {
    const message = `\`${field}\` is for TCP flows only, and ${words}`;
    diagnostics.add('E417', scenario.spanOf([...flow.path, field]), message, { help: 'remove it' });
  }
  return wrong.length > 0 ? null : { ...flow, protocol, port };
}

/**
 * Flows of one step to one port of one receiver, as clients of a server: iperf3 serves one of them at a time, so ours makes them
 * where nothing else is written. In the background too, where other steps may have flows to that port.
 */
export function sharePorts(
  flows: readonly FlowPlan[],
  background: boolean,
  { scenario, path, diagnostics }: Pick<FlowContext, 'scenario' | 'diagnostics'> & { readonly path: Path },
): FlowPlan[] {
  const ends = new Map<string, number>();
  for (const flow of flows) ends.set(endOf(flow), (ends.get(endOf(flow)) ?? 0) + 1);
  refuseMixedPorts(flows, { scenario, path, diagnostics });
  refuseMixedBuffers(flows, { scenario, path, diagnostics });
  return flows.map((flow) => {
    const others = (ends.get(endOf(flow)) ?? 1) - 1;
    if (flow.port === undefined || (others === 0 && !background)) return flow;
    if (flow.generator === undefined) return { ...flow, generator: 'ipvlane' };
    if (flow.generator === 'iperf3' && others > 0) {
      diagnostics.add(
        'E450',
        scenario.spanOf(path),
        `${others + 1} flows of this step go to ${flow.protocol}/${flow.port} of ${partyName(flow.to)}, and iperf3 serves one at a time`,
        { help: 'give each a `port` of its own, or leave out `generator: iperf3`' },
      );
    }
    return flow;
  });
}

/** Who answers new connections is another than who keeps those of its flows, and one port has one of them. */
function refuseMixedPorts(
  flows: readonly FlowPlan[],
  { scenario, path, diagnostics }: Pick<FlowContext, 'scenario' | 'diagnostics'> & { readonly path: Path },
): void {
  const isNew = (flow: FlowPlan): boolean => flow.requests?.connection === 'new';
  const fresh = new Set(flows.filter((flow) => isNew(flow) && flow.port !== undefined).map(endOf));
  const mixed = flows.find((flow) => !isNew(flow) && fresh.has(endOf(flow)));
  if (mixed === undefined) return;
  diagnostics.add(
    'E417',
    scenario.spanOf(path),
    `flows with \`connection: new\` go to ${mixed.protocol}/${mixed.port ?? ''} of ${partyName(mixed.to)}, and others with connections that stay`,
    { help: 'give each kind a `port` of its own' },
  );
}

/** Connections have the receive buffer of the socket that listens, and one port has one of them. */
function refuseMixedBuffers(
  flows: readonly FlowPlan[],
  { scenario, path, diagnostics }: Pick<FlowContext, 'scenario' | 'diagnostics'> & { readonly path: Path },
): void {
  const first = new Map<string, FlowPlan>();
  for (const flow of flows) {
    if (flow.protocol !== 'TCP' || flow.port === undefined) continue;
    const before = first.get(endOf(flow)) ?? flow;
    first.set(endOf(flow), before);
    if (before.receiveBufferBytes === flow.receiveBufferBytes) continue;
    const message = `flows to TCP/${flow.port} of ${partyName(flow.to)} have different receive buffers, and what listens there has one`;
    diagnostics.add('E417', scenario.spanOf(path), message, { help: 'give each a `port` of its own' });
    return;
  }
}

function endOf({ toAddress, protocol, port }: FlowPlan): string {
  return `${protocol} ${toAddress} ${port ?? ''}`;
}

/** One flow, as the line says; null, with a diagnostic, where it is not possible. */
export function planFlow(
  from: Party,
  to: Party,
  flow: FlowAt,
  offeredBps: number | null,
  flowId: number,
  context: FlowContext,
): FlowPlan | null {
  const { scenario, underlay, parties, charge, diagnostics } = context;
  const addresses = pairAddresses(from, to, flow.family);
  if (addresses === null) {
    diagnostics.add(
      'E418',
      scenario.spanOf(flow.path),
      `${from.name} and ${to.name} have no ${flow.family ?? 'IP'} address in common`,
      {
        help: 'give both an address of one family, or choose the other `family`',
      },
    );
    return null;
  }
  const inTheWay = betweenNodeAndOwnPod(from, addresses.from, to, addresses.to);
  if (inTheWay !== null) {
    diagnostics.add('E417', scenario.spanOf(flow.path), inTheWay.message, { help: inTheWay.help });
    return null;
  }
  const { nodes, hosts } = parties;
  const noRoute = whyNoRoute({ underlay, nodes, hosts }, from, to, addresses.family);
  if (noRoute !== null) {
    diagnostics.add('E492', scenario.spanOf(flow.path), noRoute.why, { help: noRoute.help });
    return null;
  }
  const protocol = flow.protocol ?? 'TCP';
  const datagramBytes = protocol === 'UDP' ? (flow.datagramBytes ?? DEFAULT_DATAGRAM_BYTES) : null;
  const most = maxDatagram[addresses.family];
  if (datagramBytes !== null && (datagramBytes < 1 || datagramBytes > most)) {
    diagnostics.add(
      'E417',
      scenario.spanOf([...flow.path, 'datagram']),
      `a UDP datagram over IPv${addresses.family} carries 1 to ${most} bytes, not ${datagramBytes}`,
      {
        help: `write a size up to ${most}`,
      },
    );
    return null;
  }
  warnOfPorts(from, to, flow, context);
  const wire = wayOfPair(underlay, nodes, from, to, addresses);
  const way = wire === null ? null : wayOfFrames({ nodes, hosts, underlay }, from, to, addresses, wire);
  const mtu = way === null ? mtuWithin(from, to, underlay) : way.pathMtu;
  const frames = { protocol, family: addresses.family, mtu, datagramBytes, charge };
  const requests = flow.requests === null ? null : planRequests(flow.requests);
  const again = way === null ? null : cutAgain(way, frames);
  const payloadOf = (by: Charge): number =>
    requests === null
      ? (again ?? efficiency({ ...frames, charge: by }))
      : requestEfficiency(addresses.family, mtu, requests, by);
  const full = payloadOf(charge);
  // Its own address is behind its loopback, which nothing limits.
  const toItself = from === to;
  const limits = toItself ? [] : limitsOn(from, to, wireCharging(wire?.limits ?? [], full / payloadOf('l2')));
  const limit = smallestLimit(limits);
  if (!toItself) refuseFragments(flow, { ...frames, again }, context);
  const goodput = (limit === null ? 0 : letsThroughBps(limit)) * efficiency(frames);
  const tooLarge =
    way !== null && flow.requests === null && warnOfLargeFrames(from, to, flow, { ...frames, way }, context);
  if (way !== null) warnOfIperf(from, to, flow, { ...frames, way }, context);
  return {
    flowId,
    from: from.plan,
    to: to.plan,
    fromAddress: addresses.from,
    toAddress: addresses.to,
    protocol,
    streams: flow.streams ?? 1,
    durationNs: flow.durationNs ?? DEFAULT_FLOW_NS,
    ...(flow.bytes === null ? {} : { volume: volumeOf(flow.bytes, flow.streams ?? 1, frames) }),
    offeredBps,
    ...(offeredBps === null || toItself ? {} : { offeredWireBps: Math.round(offeredBps / full) }),
    datagramBytes,
    ...(flow.port === null ? {} : { port: flow.port }),
    ping: flow.ping,
    ...(flow.generator === null ? {} : { generator: flow.generator }),
    ...(flow.congestion === null ? {} : { congestion: flow.congestion }),
    ...(flow.ecn === null ? {} : { ecn: flow.ecn }),
    ...(flow.sendBufferBytes === null ? {} : { sendBufferBytes: flow.sendBufferBytes }),
    ...(flow.receiveBufferBytes === null ? {} : { receiveBufferBytes: flow.receiveBufferBytes }),
    ...(requests === null ? {} : { requests }),
    configuredBps: limit?.bps ?? null,
    configuredBy: limit?.by ?? null,
    limits,
    ...(requests === null && again === null && !toItself ? { efficiency: efficiency(frames) } : {}),
    ...(wire !== null && wire.delayNs > 0 ? { delayNs: wire.delayNs } : {}),
    predictedGoodputBps: tooLarge ? 0 : predicted(),
  };

  function predicted(): number | null {
    if (limit === null) return null;
    // By whom a datagram is cut up, and into how many, hangs on what the sender has been told before.
    if (again !== null) return offeredBps !== null && offeredBps / again <= limit.bps ? Math.round(offeredBps) : null;
    return Math.round(Math.min(goodput, offeredBps ?? goodput));
  }
}

/** Who sends over a connected socket is told by an error of the call, once, and iperf3 ends at it. */
function warnOfIperf(
  from: Party,
  to: Party,
  flow: FlowAt,
  frames: LargeFrames,
  { scenario, diagnostics }: FlowContext,
): void {
  const teller = flow.generator === 'iperf3' ? tellerOfDatagrams(frames.way, frames) : null;
  if (teller === null) return;
  diagnostics.add(
    'W478',
    scenario.spanOf([...flow.path, 'generator']),
    `${from.name} -> ${to.name}: ${teller.router} answers a datagram that its link of ${teller.mtu} bytes does not take, and iperf3 ends there ("Message too long")`,
    { help: 'write `generator: ipvlane`, or a `datagram` that fits' },
  );
}

/** Whether none of the frames that carry the payload arrives. Small packets pass, so that connections open and probes are answered. */
function warnOfLargeFrames(
  from: Party,
  to: Party,
  flow: FlowAt,
  { protocol, family, datagramBytes, way }: LargeFrames,
  { scenario, diagnostics }: FlowContext,
): boolean {
  const packet = protocol === 'TCP' ? way.toMtu : datagramPacketBytes(family, datagramBytes ?? 0);
  const largest = Math.min(way.comes, packet);
  if (largest <= way.takes) return false;
  const why =
    way.narrow === 'wire'
      ? `the wire, whose MTU is ${way.mtu}`
      : `the receiver's network interface, whose MTU is ${way.mtu}`;
  const other = way.narrow === 'wire' ? 'the underlay' : "the receiver's";
  diagnostics.add(
    'W475',
    scenario.spanOf(flow.path),
    `${from.name} -> ${to.name}: its packets of ${largest} bytes do not fit ${why}: none of them arrives`,
    { help: `give the interfaces \`mtu: ${way.mtu}\`, or ${other} \`mtu: ${largest}\`` },
  );
  return true;
}

interface LargeFrames extends Pick<Parameters<typeof efficiency>[0], 'protocol' | 'family' | 'datagramBytes'> {
  readonly way: WayOfFrames;
}

/** Each connection keeps its port for a minute after it has ended: more than there are cannot be made. */
function warnOfPorts(from: Party, to: Party, flow: FlowAt, { scenario, diagnostics }: FlowContext): void {
  if (flow.requests?.connection !== 'new') return;
  const { everyNs } = planRequests(flow.requests);
  const [streams, durationNs] = [flow.streams ?? 1, flow.durationNs ?? DEFAULT_FLOW_NS];
  const ports = portsOf({ streams, durationNs }, { everyNs });
  const range = from.pod?.sysctls?.find(({ name }) => name === PORT_RANGE)?.value;
  const there = range === undefined ? EPHEMERAL_PORTS : portsInRange(range);
  if (ports <= there) return;
  const after = (there * everyNs) / streams / 1e9;
  diagnostics.add(
    'W477',
    scenario.spanOf(flow.path),
    `${from.name} -> ${to.name}: ${Number(((streams * 1e9) / everyNs).toPrecision(4))} new connections a second need ${ports} local ports, for each keeps its own for a minute after it has ended (TIME_WAIT), and there are ${there}: after ${after.toFixed(1)} s requests fail`,
    { help: `ask less often (${Math.floor(there / 60)} a second can go on for ever), or for a shorter time` },
  );
}

function planRequests({ everyNs, bytes, replyBytes, connection }: ScenarioRequests): RequestsPlan {
  return {
    everyNs: everyNs ?? DEFAULT_REQUEST_EVERY_NS,
    bytes: bytes ?? DEFAULT_REQUEST_BYTES,
    replyBytes: replyBytes ?? DEFAULT_REQUEST_BYTES,
    ...(connection === 'new' ? { connection } : {}),
  };
}

function offered(flow: ScenarioFlow | FlowAt, { scenario, diagnostics }: FlowContext): number | null {
  if (flow.requests !== null) {
    const { everyNs, bytes } = planRequests(flow.requests);
    return ((flow.streams ?? 1) * bytes * 8e9) / everyNs;
  }
  if (flow.rateBps === null && flow.protocol === 'UDP') {
    diagnostics.add('E417', scenario.spanOf(flow.path), 'a UDP flow needs a rate: nothing slows it down', {
      help: 'add `rate: 50M`, say',
    });
  }
  return flow.rateBps;
}

/** In the order in which a packet meets them. */
function limitsOn(from: Party, to: Party, wire: readonly LimitOnWay[]): readonly LimitOnWay[] {
  const ends = { from: from.name, to: to.name, limits: wire };
  return withPodLimits(ends, from.pod?.limits.egressBps ?? null, to.pod?.limits.ingressBps ?? null);
}

/** Fragments of which `charge` has something that no counter tells, or that are not foretold. */
function refuseFragments(
  flow: FlowAt,
  {
    family,
    mtu,
    datagramBytes,
    charge,
    again,
  }: Omit<Parameters<typeof efficiency>[0], 'charge'> & { readonly charge: Charge; readonly again: number | null },
  { scenario, diagnostics }: FlowContext,
): void {
  if (charge === 'l2' || datagramBytes === null) return;
  const refuse = (why: string, help: string): void =>
    diagnostics.add('E422', scenario.spanOf(flow.path), `a datagram of ${datagramBytes} bytes ${why}`, { help });
  if (again !== null) {
    const what = `is cut up by its sender and by routers again, and what \`charge: ${charge}\` makes of that is not modelled`;
    refuse(what, 'write a smaller `datagram`, or leave out `charge`');
  } else if (isPaddedInPart(family, mtu, datagramBytes, charge)) {
    const what = `ends in a fragment that \`charge: ${charge}\` pads, which nothing counts beside the others`;
    refuse(what, 'write another `datagram`: 60 bytes more or less will do');
  }
}

/** Where pods' limits charge frames otherwise, the wire still counts them as the kernel does. */
function wireCharging(limits: readonly LimitOnWay[], takes: number): readonly LimitOnWay[] {
  return takes === 1 ? limits : limits.map((limit) => ({ ...limit, takes }));
}

/** Of two slaves of one master. */
function mtuWithin(from: Party, to: Party, underlay: UnderlayPlan): number {
  return Math.min(from.slave?.mtu ?? underlay.mtu, to.slave?.mtu ?? underlay.mtu);
}
