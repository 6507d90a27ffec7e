/** Ports by the name that a container gave them: the number they have at a receiver, and what is said where they have none. */
import { resolvePort } from '../../../dataplane/policy/ports.ts';
import { didYouMean } from '../../diagnostics/nearest.ts';
import type { NamedPort, ScenarioPort } from '../../manifest/manifests.ts';
import type { PodPlan } from '../plan.ts';

type SaidPort = Omit<ScenarioPort, 'path'> | Omit<NamedPort, 'path'>;

interface Receiver {
  readonly name: string;
  /** null for hosts and nodes. */
  readonly pod: Pick<PodPlan, 'ports'> | null;
}

/** Where a name alone may stand; a NetworkPolicy means TCP by it. */
const PROTOCOLS = ['TCP', 'UDP', 'SCTP'] as const;

/** The number that a name stands for there, as that of a NetworkPolicy's rule does; null: none. */
export function portAt(said: SaidPort, { pod }: Pick<Receiver, 'pod'>): Omit<ScenarioPort, 'path'> | null {
  if ('port' in said) return { protocol: said.protocol, port: said.port };
  for (const protocol of said.protocol === null ? PROTOCOLS : [said.protocol]) {
    const port = pod === null ? null : resolvePort(pod, said.name, protocol);
    if (port !== null) return { protocol, port };
  }
  return null;
}

/** `http`, `UDP/dns`. */
export function nameOfPort({ name, protocol }: Omit<NamedPort, 'path'>): string {
  return protocol === null ? name : `${protocol}/${name}`;
}

/** Where none of them has it. */
export function noSuchPort(text: string, to: readonly Receiver[]): { readonly message: string; readonly help: string } {
  const [only, ...more] = to;
  const lacking =
    only === undefined || more.length > 0 ? `none of those ${to.length} declares a` : `${only.name} declares no`;
  const names = [...new Set(to.flatMap(({ pod }) => (pod?.ports ?? []).flatMap(({ name }) => name ?? [])))];
  const known =
    names.length === 0 ? 'give its number: no port has a name there' : `the names there: ${names.join(', ')}`;
  return { message: `${lacking} port \`${text}\``, help: didYouMean(text, names) ?? known };
}
