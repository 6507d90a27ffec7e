/** UDP at an offered rate: paced by the kernel, datagram by datagram, and counted by number where it arrives. */
import { Rtnetlink } from '../../../linux/rtnetlink.ts';
import { TC_H_ROOT } from '../../../linux/qdisc.ts';
import { enableDepartureTimes, setReceiveBuffer, setSendBuffer } from '../../../linux/socket-options.ts';
import { close, sendDatagram, udpSocket } from '../../../linux/socket.ts';
import type { FlowPlan } from '../../../plan/plan.ts';
import type { FlowTotals } from '../../../trace/record.ts';
import { allWays, longestWayNs } from '../../../plan/wire/links.ts';
import { wiresOf } from '../../../plan/wire/wires.ts';
import { sleep } from '../../clock.ts';
import { datagramTotals } from '../datagrams.ts';
import { settle } from '../settle.ts';
import type { Lab, Party } from '../../lab.ts';
import type { FlowMeter } from './flow-meter.ts';
import { metronome } from './metronome.ts';
import type { ReadyFlow } from './ready-flow.ts';
import type { FlowEnds } from './tcp-connections.ts';
import { UdpReceiver } from './udp-receiver.ts';
import { LONGEST_LEAD_NS, SLOW_GAP_NS, TICK_NS, UdpSender } from './udp-sender.ts';

const RECEIVE_BUFFER_BYTES = 8 << 20;
/** What the kernel gives by itself, net.core.wmem_default. */
const SEND_BUFFER_BYTES = 212_992;
/** What it charges for a datagram beyond its payload, generously. */
const BOOKKEEPING_BYTES = 1024;
/** How long a greeting is waited for, and those of a wire that loses packets: three requests for an address, a second each. */
const GREETING_NS = 100e6;
const LOST_GREETING_NS = 3e9;
/** There and back for the neighbour's address, and there: one more for what waits on the way. */
const WAYS_OF_A_GREETING = 4;

export interface UdpEnds extends Omit<FlowEnds, 'listeners'> {
  /** The sender's, the first in a row. */
  readonly localPort: number;
  /** Packets in queues between the two, now. */
  readonly queued: () => number;
}

/** @throws SystemCallError */
export async function openUdp(
  lab: Pick<Lab, 'clock' | 'plan'>,
  ends: UdpEnds,
  intervalNs: number,
  signal: AbortSignal,
): Promise<ReadyFlow> {
  const { flow, from, to, queued } = ends;
  const pace = paceOf(flow);
  const timed = isTimed(pace, from, to);
  const pairs = openPairs(ends, { timed, sendBufferBytes: sendBufferOf(flow, pace) });
  const arrival = hear(
    lab,
    flow,
    pace,
    pairs.map(({ server }) => server),
  );
  const greeting = (): void => pairs.forEach(({ client }) => sendDatagram(client, new Uint8Array(0)));
  await greet(lab, greeting, () => arrival.receiver.greeted >= pairs.length, arrival.receiver, signal);
  return { run, close: closeAll };

  function run(meter: FlowMeter, outer: AbortSignal): Promise<FlowTotals> {
    const firstNs = lab.clock.monotonic(meter.epochNs);
    // Streams take turns within a gap: together they are as even as each of them.
    const senders = pairs.map(
      ({ client }, i) =>
        new UdpSender(client, pace.datagramBytes, timed, {
          firstNs: firstNs + (i * pace.gapNs) / pairs.length,
          gapNs: pace.gapNs,
          endNs: firstNs + flow.durationNs,
        }),
    );
    const send = (signal: AbortSignal): Promise<void> => pumpAll(senders, () => now(lab), signal);
    return measure(lab, { flow, intervalNs, queued, senders, send, ...arrival }, meter, outer);
  }

  function closeAll(): void {
    arrival.receiver.close();
    for (const { client } of pairs.splice(0)) close(client);
  }
}

/** CLOCK_MONOTONIC. */
export function now({ clock }: Pick<Lab, 'clock'>): number {
  return clock.monotonic(clock.now());
}

export interface FlowPace {
  readonly datagramBytes: number;
  /** Of all streams. */
  readonly packetsPerSecond: number;
  /** Of one stream, from a datagram to its next. */
  readonly gapNs: number;
}

/** @throws Error for a plan without a rate or size */
export function paceOf({ flowId, offeredBps, datagramBytes, streams }: FlowPlan): FlowPace {
  if (offeredBps === null || datagramBytes === null) {
    throw new Error(`flow ${flowId}: a UDP flow needs a rate and a datagram size`);
  }
  const packetsPerSecond = offeredBps / (8 * datagramBytes);
  return { datagramBytes, packetsPerSecond, gapNs: (streams * 1e9) / packetsPerSecond };
}

/** Whether its datagrams are handed over ahead: what a party sends to itself goes through no queue of its interface. */
export function isTimed({ gapNs }: FlowPace, from: Party, to: Party): boolean {
  return gapNs < SLOW_GAP_NS && from !== to && keepsDepartureTimes(from);
}

/** Where the datagrams of a flow arrive; `broken` aborts when they cannot be read. */
interface Arrival {
  readonly receiver: UdpReceiver;
  readonly broken: AbortSignal;
}

/** @param fds sockets, one a stream; closed with the receiver */
export function hear(
  lab: Pick<Lab, 'clock'>,
  { toAddress }: FlowPlan,
  { packetsPerSecond }: FlowPace,
  fds: readonly number[],
): Arrival {
  const broken = new AbortController();
  const receiver = new UdpReceiver({
    fds,
    packetsPerSecond,
    ipv6: toAddress.includes(':'),
    now: () => now(lab),
    onError: (error) => broken.abort(error),
  });
  return { receiver, broken: broken.signal };
}

/**
 * An empty datagram a stream finds the way: until the neighbour's address is known the kernel keeps a hundred and drops the
 * rest, and a flow that begins fast would lose them. Where the path is blocked none comes, and the flow will say so. A wire that
 * loses packets may lose the greeting, and is greeted again.
 */
export async function greet(
  lab: Pick<Lab, 'clock' | 'plan'>,
  say: () => void,
  isGreeted: () => boolean,
  receiver: UdpReceiver,
  signal: AbortSignal,
): Promise<void> {
  const wires = wiresOf(lab.plan);
  const onceNs = GREETING_NS + WAYS_OF_A_GREETING * longestWayNs(wires);
  const lossy = wires.flatMap(allWays).some(({ lossPct = 0 }) => lossPct > 0);
  const done = (): boolean => isGreeted() || signal.aborted;
  const begun = lab.clock.now();
  let untilNs = begun;
  do {
    say();
    untilNs += onceNs;
    while (!done() && lab.clock.now() < untilNs) {
      await sleep(TICK_NS, signal);
      receiver.drain();
    }
  } while (lossy && !done() && untilNs - begun < LOST_GREETING_NS);
}

export interface Datagrams extends Arrival {
  readonly flow: FlowPlan;
  readonly intervalNs: number;
  /** Packets in queues between the two, now. */
  readonly queued: () => number;
  /** One a stream. */
  readonly senders: readonly Pick<UdpSender, 'sent' | 'outcome'>[];
  /** Resolves when all is sent. */
  readonly send: (signal: AbortSignal) => Promise<void>;
}

/** Sends to the flow's end and counts. @throws Error when it cannot go on, or nothing could be sent */
export async function measure(
  lab: Pick<Lab, 'clock'>,
  { flow, intervalNs, queued, senders, send, receiver, broken }: Datagrams,
  meter: FlowMeter,
  outer: AbortSignal,
): Promise<FlowTotals> {
  const signal = AbortSignal.any([outer, broken]);
  const firstNs = lab.clock.monotonic(meter.epochNs);
  const { datagramBytes } = paceOf(flow);
  const sentPackets = (): number => senders.reduce((sum, { sent }) => sum + sent, 0);
  const cut = (): void => cutBoth(meter, sentPackets() * datagramBytes, receiver);
  const beat = { epochNs: meter.epochNs, everyNs: intervalNs, durationNs: flow.durationNs };
  await Promise.all([metronome(lab.clock, beat, cut, signal), send(signal)]);
  const durationNs = meter.elapsedNs();
  await settle({ now: () => now(lab), missing: () => sentPackets() - receiver.packets, queued }, signal);
  if (broken.aborted) throw broken.reason;
  finalCut(meter, receiver, receiver.lastArrivalNs - firstNs);
  const refused = senders.find(({ sent, outcome }) => sent === 0 && outcome !== 'sent');
  if (refused !== undefined && !outer.aborted) throw new Error(`nothing could be sent: ${refused.outcome}`);
  return totalsOf(durationNs, datagramBytes, senders, receiver, receiver.packets < sentPackets() ? queued() : 0);
}

interface UdpPair {
  readonly client: number;
  readonly server: number;
}

/** Both ends of every stream, each connected to the other: no stranger's datagram is counted. */
function openPairs(
  { from, to, flow, port, localPort }: UdpEnds,
  { timed, sendBufferBytes }: { readonly timed: boolean; readonly sendBufferBytes: number },
): UdpPair[] {
  const pairs: UdpPair[] = [];
  for (let i = 0; i < flow.streams; i++) {
    const here = { address: flow.fromAddress, port: localPort + i };
    const there = { address: flow.toAddress, port: flow.port ?? port + i };
    // Streams, and flows, to one port share it: each is connected to another sender.
    const server = to.namespace.run(() => udpSocket({ local: there, remote: here, shared: true }));
    const client = from.namespace.run(() => udpSocket({ local: here, remote: there }));
    pairs.push({ client, server });
    setReceiveBuffer(server, receiveBufferOf(flow));
    setSendBuffer(client, sendBufferBytes);
    if (timed) enableDepartureTimes(client);
  }
  return pairs;
}

/**
 * Room for all that may be handed over ahead; beyond that the socket pushes back, as it does for every program. Half of it is
 * asked for, since the kernel doubles.
 */
export function sendBufferOf(
  { sendBufferBytes, streams }: FlowPlan,
  { packetsPerSecond, datagramBytes }: FlowPace,
): number {
  const ahead = (packetsPerSecond / streams) * ((LONGEST_LEAD_NS + TICK_NS) / 1e9);
  return sendBufferBytes ?? Math.max(SEND_BUFFER_BYTES, Math.ceil((ahead * (datagramBytes + BOOKKEEPING_BYTES)) / 2));
}

export function receiveBufferOf({ receiveBufferBytes }: FlowPlan): number {
  return receiveBufferBytes ?? RECEIVE_BUFFER_BYTES;
}

/** Whether what this party sends goes through an fq; another queue would send at once what is meant for later. */
function keepsDepartureTimes({ namespace }: Party): boolean {
  using rtnetlink = Rtnetlink.open(namespace);
  return rtnetlink.qdiscs().some(({ kind, parent }) => kind === 'fq' && parent === TC_H_ROOT);
}

export function pumpAll(senders: readonly UdpSender[], now: () => number, signal: AbortSignal): Promise<void> {
  const tickMs = Math.min(...senders.map(({ tickNs }) => tickNs)) / 1e6;
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const wake = (): void => {
      try {
        for (const sender of senders) sender.pump(now());
      } catch (error) {
        signal.removeEventListener('abort', finish);
        reject(error instanceof Error ? error : new Error(String(error)));
        return;
      }
      const next = Math.min(...senders.map(({ wakeNs }) => wakeNs ?? Number.POSITIVE_INFINITY));
      if (next === Number.POSITIVE_INFINITY) finish();
      else timer = setTimeout(wake, Math.max(tickMs, Math.ceil((next - now()) / 1e6)));
    };
    if (signal.aborted) {
      resolve();
      return;
    }
    signal.addEventListener('abort', finish, { once: true });
    wake();
  });
}

function cutBoth(meter: FlowMeter, sentBytes: number, receiver: UdpReceiver): void {
  meter.cut('sender', { bytes: sentBytes, retransmits: null, lostPackets: null });
  meter.cut('receiver', receiverCount(receiver));
}

/** What came after the end of sending, up to the last arrival: the silence after it is nobody's rate. */
function finalCut(meter: FlowMeter, receiver: UdpReceiver, lastArrivalNs: number): void {
  meter.cut('receiver', receiverCount(receiver), Math.round(lastArrivalNs));
}

function receiverCount({ bytes, streams }: UdpReceiver) {
  const lostPackets = streams.reduce((sum, { sequence }) => sum + sequence.missing, 0);
  return { bytes, retransmits: null, lostPackets };
}

function totalsOf(
  durationNs: number,
  datagramBytes: number,
  senders: Datagrams['senders'],
  receiver: UdpReceiver,
  queued: number,
): FlowTotals {
  const sent = senders.reduce((sum, sender) => sum + sender.sent, 0);
  const oneWay = receiver.delays.summary();
  const { jitterNs } = receiver;
  const count = (of: 'reordered' | 'duplicates'): number =>
    receiver.streams.reduce((sum, { sequence }) => sum + sequence[of], 0);
  return {
    sentBytes: sent * datagramBytes,
    receivedBytes: receiver.bytes,
    durationNs,
    retransmits: null,
    ...datagramTotals({ sent, arrived: receiver.packets, late: 0, queued }),
    streams: senders.map((sender, i) => ({
      sentBytes: sender.sent * datagramBytes,
      receivedBytes: receiver.streams[i]?.bytes ?? 0,
      retransmits: null,
    })),
    reorderedPackets: count('reordered'),
    duplicatePackets: count('duplicates'),
    ...(oneWay === null ? {} : { oneWayNs: oneWay }),
    ...(jitterNs === null ? {} : { jitterNs }),
  };
}
