/** Ports of a probe: `TCP/80`, `UDP/53`, `SCTP/132`, `ICMP`. */
import type { Path, ScenarioPort } from './manifests.ts';

export const PORT = /^(?:ICMP|(TCP|UDP|SCTP)\/([1-9]\d{0,4}))$/;

/** null when the text is no port. `path` is where it was said. */
export function parsePort(text: string, path: Path): ScenarioPort | null {
  const match = PORT.exec(text);
  if (match === null) return null;
  if (match[1] === undefined) return { protocol: 'ICMP', port: 0, path };
  const port = Number(match[2]);
  return port > 65535 ? null : { protocol: match[1] as 'TCP' | 'UDP' | 'SCTP', port, path };
}
