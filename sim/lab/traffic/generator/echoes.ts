/** Round trips by echo requests of our own: no process, and nothing that spins. As sim/lab/traffic/ping.ts records them. */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { echoSocket, readEchoReply, sendEcho } from '../../../linux/icmp.ts';
import { readSysctl, writeSysctl } from '../../../linux/sysctl.ts';
import type { FlowPlan } from '../../../plan/plan.ts';
import { sleep } from '../../clock.ts';
import type { Lab, Party } from '../../lab.ts';
import { note, wordsOf } from '../../lab.ts';
import type { PingSettings } from '../ping.ts';
import { metronome } from './metronome.ts';

/** As long as ping waits for the last replies. */
const LINGER_NS = 2e9;
const LOOK_NS = 5e6;
/** ping's own default: 64 bytes of ICMP. */
const PAYLOAD = new Uint8Array(56);

/** Sends `count` requests and records each, answered or lost. Resolves early when `signal` aborts; never rejects. */
export async function echoes(
  lab: Lab,
  from: Party,
  flow: FlowPlan,
  settings: PingSettings,
  signal: AbortSignal,
): Promise<void> {
  try {
    await ask(lab, from, flow, settings, signal);
  } catch (error) {
    note(lab, 'warning', `flow ${flow.flowId}: no round trips: ${wordsOf(error)}`);
  }
}

async function ask(
  lab: Lab,
  from: Party,
  flow: FlowPlan,
  { phase, intervalMs, count, over }: PingSettings,
  signal: AbortSignal,
): Promise<void> {
  const { flowId, fromAddress, toAddress } = flow;
  const id = lab.echoIdentifiers.take();
  const fd = from.namespace.run(() => {
    allowEchoes(from);
    return echoSocket(fromAddress, id);
  });
  /** When each unanswered request was sent. */
  const asked = new Map<number, number>();
  const hear = (sequence: number): void => {
    const t = lab.clock.now();
    const askedNs = asked.get(sequence);
    if (askedNs === undefined || !asked.delete(sequence)) return;
    lab.record({ type: 'ping', t, flowId, phase, sequence, rttNs: t - askedNs });
  };
  const socket = listen(fd, toAddress.includes(':') ? 6 : 4, hear);
  try {
    const everyNs = intervalMs * 1e6;
    const until = over === undefined ? signal : AbortSignal.any([signal, over]);
    const ask = (sequence: number): void => {
      asked.set(sequence, lab.clock.now());
      sendEcho(fd, toAddress, { id, sequence }, PAYLOAD);
    };
    await metronome(lab.clock, { epochNs: lab.clock.now(), everyNs, durationNs: count * everyNs }, ask, until);
    const deadline = lab.clock.now() + LINGER_NS;
    while (asked.size > 0 && !signal.aborted && lab.clock.now() < deadline) await sleep(LOOK_NS, signal);
  } finally {
    socket.close();
  }
  const t = lab.clock.now();
  for (const sequence of asked.keys()) lab.record({ type: 'ping', t, flowId, phase, sequence, rttNs: null });
}

/** Node takes it for a UDP socket, and all it does with it is to say when something has come. */
function listen(fd: number, version: 4 | 6, hear: (sequence: number) => void): Socket {
  const socket = createSocket(version === 4 ? 'udp4' : 'udp6');
  socket.on('message', (message) => {
    const echo = readEchoReply(version, message);
    if (echo !== null) hear(echo.sequence);
  });
  // An ICMP error of a request: it stays unanswered.
  socket.on('error', () => undefined);
  socket.bind({ fd, exclusive: true });
  return socket;
}

function allowEchoes({ ownSysctls }: Party): void {
  if (ownSysctls?.has(GROUPS) === true) return;
  if (readSysctl(GROUPS) !== EVERYBODY) writeSysctl(GROUPS, EVERYBODY);
}

const GROUPS = 'net/ipv4/ping_group_range';
const EVERYBODY = '0\t2147483647';
