/** Ports of a probe and of a question: `80` and `TCP/80`, `80/TCP` as kubectl writes it, `UDP/53`, `SCTP/132`, `ICMP`. */
import type { Path, ScenarioPort } from './manifests.ts';

export const PORT = /^(?:ICMP|(?:(TCP|UDP|SCTP)\/)?([1-9]\d{0,4})|([1-9]\d{0,4})\/(TCP|UDP|SCTP))$/;

export const PORT_HELP = 'write `80` (TCP), `TCP/80`, `UDP/53`, `SCTP/132` or `ICMP`; a number from 1 to 65535';

/** null when it is no port. `path` is where it was said. */
export function parsePort(written: string | number, path: Path): ScenarioPort | null {
  const match = PORT.exec(String(written));
  if (match === null) return null;
  const number = match[2] ?? match[3];
  if (number === undefined) return { protocol: 'ICMP', port: 0, path };
  const port = Number(number);
  const protocol = (match[1] ?? match[4] ?? 'TCP') as 'TCP' | 'UDP' | 'SCTP';
  return port > 65535 ? null : { protocol, port, path };
}
