/**
 * Party references of a Scenario: who sends, receives, or is waited for.
 *
 * `[namespace/]name` a pod or a workload, `[namespace/]workload[i]` its i-th replica, `host:NAME`, `node:NAME`.
 */
import { isIP } from 'node:net';
import type { Path } from '../manifests.ts';
import { isGroup, LIMITED_BROADCAST } from './group-address.ts';

export type PartyReference =
  | {
      readonly kind: 'pod';
      readonly text: string;
      /** `default` where none was written. */
      readonly namespace: string;
      /** Of a pod, or of a workload. */
      readonly name: string;
      /** `[i]`: the i-th replica of the workload; null: the pod, or every replica. */
      readonly replica: number | null;
      readonly path: Path;
    }
  | { readonly kind: 'host' | 'node'; readonly text: string; readonly name: string; readonly path: Path };

/** A DNS subdomain, as pods, hosts and nodes are named; cases are checked where the name is defined. */
const NAME = '[A-Za-z0-9](?:[-A-Za-z0-9._]*[A-Za-z0-9])?';
const MACHINE = new RegExp(`^(host|node):(${NAME})$`);
const POD = new RegExp(`^(?:(${NAME})/)?(${NAME})(?:\\[(\\d{1,6})\\])?$`);

export const PARTY_HELP = 'write a pod or workload (`test`, `default/test`, `test[0]`), `host:NAME` or `node:NAME`';

/** What is wrong with an address in place of a party, where it is one. A pod may be called `10.0.0.1`, so ask where there is none. */
export function addressForParty(text: string): { readonly what: string; readonly help: string } | null {
  if (isIP(text) === 0) return null;
  if (!isGroup(text) && text !== LIMITED_BROADCAST)
    return { what: 'is an address, and parties are named', help: PARTY_HELP };
  return {
    what: 'is an address of many, and parties are named',
    help: `write those who hear it in \`to\`, and \`group: ${text}\` beside it, of a line under \`traffic\``,
  };
}

export type MachineReference = Extract<PartyReference, { kind: 'host' | 'node' }>;

/** Parses a reference; null when it is none. `path` is where it was said. */
export function parseParty(text: string, path: Path): PartyReference | null {
  const machine = parseMachine(text, path);
  if (machine !== null) return machine;
  const pod = POD.exec(text);
  if (pod?.[2] === undefined) return null;
  const replica = pod[3] === undefined ? null : Number(pod[3]);
  return { kind: 'pod', text, namespace: pod[1] ?? 'default', name: pod[2], replica, path };
}

/** The same of a machine on the wire. */
export function parseMachine(text: string, path: Path): MachineReference | null {
  const machine = MACHINE.exec(text);
  if (machine?.[1] === undefined || machine[2] === undefined) return null;
  return { kind: machine[1] === 'host' ? 'host' : 'node', text, name: machine[2], path };
}
