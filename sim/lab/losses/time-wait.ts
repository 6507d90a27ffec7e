/** Ports that an earlier step's connections keep (TIME_WAIT), which a flow of new connections needs: they are waited for, and said. */
import { readSysctl, writeSysctl } from '../../linux/sysctl.ts';
import { EPHEMERAL_PORTS, portsInRange, TIME_WAIT_NS } from '../../plan/flows/ephemeral-ports.ts';
import { sleep } from '../clock.ts';
import type { Lab, Party } from '../lab.ts';
import { note } from '../lab.ts';
import { socketsOf } from '../traffic/proc-net.ts';

/** To one port of another end, whoever has it. */
export interface Connecting {
  readonly from: Party;
  readonly port: number;
}

/** Resolves when so many ports are free, or when all that can become free are. */
export async function awaitPorts(
  lab: Pick<Lab, 'clock' | 'record'>,
  { from, port }: Connecting,
  wanted: number,
  signal: AbortSignal,
): Promise<void> {
  // A kernel of little memory forgets them early, and that of a real machine does not.
  if (from.ownSysctls?.has(BUCKETS) !== true) from.namespace.run(() => writeSysctl(BUCKETS, 2 * EPHEMERAL_PORTS));
  const left = (): number => timeWaits({ from, port });
  const most = Math.max(0, portsAt(from) - wanted);
  const before = left();
  if (before <= most) return;
  const begun = lab.clock.now();
  while (!signal.aborted && left() > most && lab.clock.now() - begun < TIME_WAIT_NS + LOOK_NS)
    await sleep(LOOK_NS, signal);
  const waited = ((lab.clock.now() - begun) / 1e9).toFixed(1);
  note(
    lab,
    'info',
    `${before} connections that an earlier step ended kept ports of ${from.name} (TIME_WAIT); the flow began ${waited} s later, when enough were free`,
  );
}

/** A later flow to the same port has so many fewer. */
export function sayWhatIsLeft(lab: Pick<Lab, 'clock' | 'record'>, { from, port }: Connecting): void {
  const count = timeWaits({ from, port });
  if (count === 0) return;
  note(
    lab,
    'info',
    `${count} connections of ${from.name} to TCP/${port} stay in TIME_WAIT, and keep that many of its ${portsAt(from)} ports for a minute`,
  );
}

function portsAt({ namespace }: Party): number {
  return portsInRange(readSysctl('net/ipv4/ip_local_port_range', namespace));
}

const BUCKETS = 'net/ipv4/tcp_max_tw_buckets';

function timeWaits({ from, port }: Connecting): number {
  const sockets = from.namespace.run(() => socketsOf('thread-self', 'tcp'));
  return sockets.filter(({ state, remotePort }) => state === 'time-wait' && remotePort === port).length;
}

const LOOK_NS = 500e6;
