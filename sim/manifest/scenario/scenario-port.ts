/**
 * Ports of a probe and of a question: `80` and `TCP/80`, `80/TCP` as kubectl writes it, `UDP/53`, `SCTP/132`, `ICMP`; and by the
 * name of a container port: `http`, `UDP/dns`, `dns/UDP`.
 */
import type { NamedPort, Path, ScenarioPort } from '../manifests.ts';
import { isPortNumber } from '../objects/port-number.ts';

export const PORT = /^(?:ICMP|(?:(TCP|UDP|SCTP)\/)?([1-9]\d{0,4})|([1-9]\d{0,4})\/(TCP|UDP|SCTP))$/;

export const PORT_HELP = 'write `80` (TCP), `TCP/80`, `UDP/53`, `SCTP/132` or `ICMP`; a number from 1 to 65535';

/** As Kubernetes takes it (IANA_SVC_NAME); `icmp` is a protocol in the wrong case. */
const NAME = '(?!icmp$)(?=[0-9-]*[a-z])[a-z0-9](?:[a-z0-9-]{0,13}[a-z0-9])?';

export const PORT_NAME = new RegExp(`^${NAME}$`);

const NAMED_PORT = new RegExp(`^(?:(TCP|UDP|SCTP)/)?(${NAME})$|^(${NAME})/(TCP|UDP|SCTP)$`);

export const WRITTEN_PORT = new RegExp(`${PORT.source}|${NAMED_PORT.source}`);

export const WRITTEN_PORT_HELP = `${PORT_HELP}; or the name of a container port`;

/** A number or a name; null when it is no port. `path` is where it was said. */
export function parseWrittenPort(written: string | number, path: Path): ScenarioPort | NamedPort | null {
  const match = NAMED_PORT.exec(String(written));
  if (match === null) return parsePort(written, path);
  const protocol = (match[1] ?? match[4] ?? null) as NamedPort['protocol'];
  return { name: match[2] ?? match[3] ?? '', protocol, path };
}

/** null when it is no port. `path` is where it was said. */
export function parsePort(written: string | number, path: Path): ScenarioPort | null {
  const match = PORT.exec(String(written));
  if (match === null) return null;
  const number = match[2] ?? match[3];
  if (number === undefined) return { protocol: 'ICMP', port: 0, path };
  const port = Number(number);
  const protocol = (match[1] ?? match[4] ?? 'TCP') as 'TCP' | 'UDP' | 'SCTP';
  return isPortNumber(port) ? { protocol, port, path } : null;
}
