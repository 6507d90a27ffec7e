/**
 * UDP to many: one stream of datagrams to a multicast group or a broadcast address, and, for each who hears it, a flow that counts what
 * came. The flows of a group are opened and run each by itself, beside each other, and share the sender.
 */
import { familyOfText } from '../../../plan/flows/address-pair.ts';
import type { FlowPlan } from '../../../plan/plan.ts';
import type { FlowTotals } from '../../../trace/record.ts';
import { Rtnetlink } from '../../../linux/rtnetlink.ts';
import {
  allowBroadcast,
  enableDepartureTimes,
  joinGroup,
  sendGroupsBy,
  setReceiveBuffer,
  setSendBuffer,
} from '../../../linux/socket-options.ts';
import { close, sendDatagram, udpSocket } from '../../../linux/socket.ts';
import type { Lab, Party } from '../../lab.ts';
import type { FlowMeter } from './flow-meter.ts';
import type { ReadyFlow } from './ready-flow.ts';
import { greet, hear, isTimed, measure, now, paceOf, pumpAll, receiveBufferOf, sendBufferOf } from './udp-flow.ts';
import { UdpSender } from './udp-sender.ts';

/** The senders of a step's groups, by the group's id. */
export class GroupSenders {
  readonly #lab: Pick<Lab, 'clock' | 'ports'>;
  readonly #senders = new Map<number, GroupSender>();

  constructor(lab: Pick<Lab, 'clock' | 'ports'>) {
    this.#lab = lab;
  }

  /** Of the group of a flow that is a copy, the same for all of them. @throws SystemCallError */
  of(from: Party, to: Party, flow: FlowPlan): GroupSender {
    const group = groupOf(flow);
    const sender = this.#senders.get(group.id) ?? new GroupSender(this.#lab, from, to, flow, group);
    this.#senders.set(group.id, sender);
    return sender;
  }

  [Symbol.dispose](): void {
    for (const sender of this.#senders.values()) sender.close();
    this.#senders.clear();
  }
}

type Group = NonNullable<FlowPlan['group']>;

class GroupSender {
  /** Where all who hear it listen. */
  readonly port: number;
  readonly localPort: number;
  readonly #lab: Pick<Lab, 'clock'>;
  readonly #flow: FlowPlan;
  readonly #fd: number;
  readonly #timed: boolean;
  #sending: { readonly sender: UdpSender; readonly done: Promise<void> } | null = null;

  constructor(lab: Pick<Lab, 'clock' | 'ports'>, from: Party, to: Party, flow: FlowPlan, group: Group) {
    const { address, kind } = group;
    this.#lab = lab;
    this.#flow = flow;
    this.localPort = lab.ports.take(1);
    this.port = flow.port ?? this.localPort;
    const pace = paceOf(flow);
    this.#timed = isTimed(pace, from, to);
    const ends = {
      local: { address: flow.fromAddress, port: this.localPort },
      remote: { address, port: this.port },
    };
    this.#fd = from.namespace.run(() =>
      udpSocket({
        ...ends,
        prepare: (fd) => {
          if (kind === 'multicast') sendGroupsBy(fd, familyOfText(address), ifindexOf(from, group.fromInterface));
          else allowBroadcast(fd);
        },
      }),
    );
    setSendBuffer(this.#fd, sendBufferOf(flow, pace));
    if (this.#timed) enableDepartureTimes(this.#fd);
  }

  greet(): void {
    sendDatagram(this.#fd, new Uint8Array(0));
  }

  /** Begins to send, where it has not begun. @param firstNs CLOCK_MONOTONIC, of the first datagram */
  begin(firstNs: number, signal: AbortSignal): { readonly sender: UdpSender; readonly done: Promise<void> } {
    if (this.#sending !== null) return this.#sending;
    const { datagramBytes, gapNs } = paceOf(this.#flow);
    const pace = { firstNs, gapNs, endNs: firstNs + this.#flow.durationNs };
    const sender = new UdpSender(this.#fd, datagramBytes, this.#timed, pace);
    this.#sending = { sender, done: pumpAll([sender], () => now(this.#lab), signal) };
    return this.#sending;
  }

  close(): void {
    close(this.#fd);
  }
}

export interface GroupEnds {
  readonly sender: GroupSender;
  readonly to: Party;
  readonly flow: FlowPlan;
  /** Packets in queues between the two, now. */
  readonly queued: () => number;
}

/** A copy, from its receiver's joining on. @throws SystemCallError */
export async function openCopy(
  lab: Pick<Lab, 'clock' | 'plan'>,
  { sender, to, flow, queued }: GroupEnds,
  intervalNs: number,
  signal: AbortSignal,
): Promise<ReadyFlow> {
  const { address, kind, toInterface } = groupOf(flow);
  const fd = to.namespace.run(() =>
    udpSocket({
      local: { address, port: sender.port },
      remote: { address: flow.fromAddress, port: sender.localPort },
      shared: true,
    }),
  );
  const arrival = hear(lab, flow, paceOf(flow), [fd]);
  setReceiveBuffer(fd, receiveBufferOf(flow));
  if (kind === 'multicast') joinGroup(fd, address, ifindexOf(to, toInterface));
  const { receiver } = arrival;
  await greet(
    lab,
    () => sender.greet(),
    () => receiver.greeted > 0,
    receiver,
    signal,
  );
  return { run, close: () => receiver.close() };

  function run(meter: FlowMeter, outer: AbortSignal): Promise<FlowTotals> {
    const { sender: stream, done } = sender.begin(lab.clock.monotonic(meter.epochNs), outer);
    return measure(lab, { flow, intervalNs, queued, senders: [stream], send: () => done, ...arrival }, meter, outer);
  }
}

function groupOf({ flowId, group }: FlowPlan): Group {
  if (group === undefined) throw new Error(`flow ${flowId} goes to its receiver alone`);
  return group;
}

/** @throws Error where the party has no such interface */
function ifindexOf({ name, namespace }: Party, device: string): number {
  using rtnetlink = Rtnetlink.open(namespace);
  const link = rtnetlink.link(device);
  if (link === null) throw new Error(`${name} has no interface ${device}`);
  return link.ifindex;
}
