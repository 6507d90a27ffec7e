/** A step `inject`: named frames out of a party's interface, and the time that they take to arrive. */
import { bypassQueues, packetSocket, sendFrame } from '../../linux/packet-socket.ts';
import { parseMac, type Link } from '../../linux/link.ts';
import { Rtnetlink } from '../../linux/rtnetlink.ts';
import { close } from '../../linux/socket.ts';
import type { InjectionPlan } from '../../plan/plan.ts';
import { partyName } from '../../plan/plan.ts';
import { sleep, yieldTurn } from '../clock.ts';
import type { Dataplane } from '../dataplane.ts';
import { partyNamed, type Lab, type Party } from '../lab.ts';
import { withoutEntry } from './missing-entry.ts';
import { namedFrame } from './named-frame.ts';

/** What goes to everybody waits for a worker of the kernel (ipvlan_process_multicast), and the rest for a soft interrupt. */
const ARRIVAL_NS = 50_000_000;
/** As many at once as leave the queues behind the sender room to be emptied. */
const AT_ONCE = 64;

/**
 * Sends them in the order in which they are written.
 * @param wireNs how long a frame is under way between two nodes at most
 * @throws SystemCallError for a frame that the kernel does not send; Error for a party that was not built
 */
export async function injectFrames(
  lab: Pick<Lab, 'parties'>,
  dataplane: Pick<Dataplane, 'maps'>,
  injections: readonly InjectionPlan[],
  wireNs: number,
  signal: AbortSignal,
): Promise<void> {
  for (const injection of injections) await inject(lab, dataplane, injection, signal);
  await sleep(ARRIVAL_NS + wireNs, signal);
}

async function inject(
  lab: Pick<Lab, 'parties'>,
  dataplane: Pick<Dataplane, 'maps'>,
  plan: InjectionPlan,
  signal: AbortSignal,
): Promise<void> {
  const from = partyNamed(lab, partyName(plan.from));
  const link = linkOf(from, plan.fromInterface);
  const ends = {
    from: plan.fromAddress,
    to: plan.toAddress,
    fromMac: parseMac(link.address),
    toMac: parseMac(linkOf(partyNamed(lab, partyName(plan.to)), plan.toInterface).address),
  };
  const fd = from.namespace.run(() => packetSocket());
  try {
    if (plan.frame === 'around-egress') bypassQueues(fd);
    const missing = missingEntry(dataplane, plan, from, link);
    try {
      await send(plan.count, (nth) => sendFrame(fd, link.ifindex, namedFrame(plan.frame, ends, nth)), signal);
    } finally {
      missing?.[Symbol.dispose]();
    }
  } finally {
    close(fd);
  }
}

async function send(count: number, one: (nth: number) => void, signal: AbortSignal): Promise<void> {
  for (let sent = 0; sent < count && !signal.aborted; sent++) {
    if (sent > 0 && sent % AT_ONCE === 0) await yieldTurn();
    one(sent);
  }
}

function missingEntry(
  dataplane: Pick<Dataplane, 'maps'>,
  { without }: InjectionPlan,
  { name, endpointId }: Party,
  { ifindex }: Link,
): Disposable | null {
  if (without === undefined) return null;
  if (endpointId === null) throw new Error(`the dataplane knows no endpoint ${name}`);
  return withoutEntry(dataplane, without, { ifindex, endpointId });
}

function linkOf({ name, namespace }: Party, device: string): Link {
  using rtnetlink = Rtnetlink.open(namespace);
  const link = rtnetlink.link(device);
  if (link === null) throw new Error(`${name} has no interface ${device}`);
  return link;
}
