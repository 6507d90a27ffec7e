/** Which pairs and ports are asked about: what people name on the command line, or all pods and their declared ports. */
import { BlockList, isIP } from 'node:net';
import { formatAddress, parseAddress } from '../../dataplane/policy/address.ts';
import { didYouMean } from '../diagnostics/nearest.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { AskedPort } from '../lab/protocol.ts';
import { OBJECT_NAME_HELP, parseObjectName } from '../manifest/object-name.ts';
import { parsePort, PORT_HELP } from '../manifest/scenario-port.ts';
import { namedParties, outsideAddress, type NamedParty, type QuestionEnd } from '../plan/named-party.ts';
import type { Plan } from '../plan/plan.ts';

/** One port, of those parties that it is asked of. */
export interface Target extends AskedPort {
  readonly to: readonly NamedParty[];
}

export interface Question {
  readonly from: readonly NamedParty[];
  readonly targets: readonly Target[];
}

export interface QuestionWords {
  /** As sim/manifest/object-name.ts takes them; a workload or a namespace is all its pods; empty: every pod and host. */
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** `TCP/80`, `80/TCP`, `80` (TCP) or `ICMP`; empty: the declared container ports, each of those that declare it. */
  readonly ports: readonly string[];
}

/** @throws DiagnosticError of kind manifest for a name or port that is none */
export function questionOf(plan: Plan, words: QuestionWords): Question {
  const parties = namedParties(plan);
  const from = choose(parties, words.from);
  const to = choose(parties, words.to);
  if (words.ports.length > 0) return { from, targets: words.ports.map((text) => ({ ...portOf(text), to })) };
  return { from, targets: declaredTargets(to) };
}

/** @throws DiagnosticError of kind manifest where no party is asked whether it reaches another */
export function refuseNobody({ from, targets }: Question): void {
  if (targets.some(({ to }) => to.some((one) => from.some((other) => other.name !== one.name)))) return;
  const [only] = from;
  const message =
    only === undefined
      ? 'there is nobody to ask: the manifests make no pod, and name no host'
      : `there is nobody to ask: ${only.name} has nobody else to reach`;
  const help = 'give manifests of two pods or more, or a Scenario with `hosts`; `--from` and `--to` name nodes as well';
  throw new DiagnosticError('manifest', [{ code: 'E461', severity: 'error', message, help }]);
}

/** @throws DiagnosticError of kind manifest unless it names exactly one */
export function onePartyOf(plan: Plan, text: string): NamedParty {
  const [only, ...more] = choose(namedParties(plan), [text]);
  if (only === undefined || more.length === 0) return only ?? refuse(`${text} names nobody`, OBJECT_NAME_HELP);
  return severalNamed(text, more.length + 1);
}

function severalNamed(text: string, count: number): never {
  const help = kindOf(text) === 'Namespace' ? 'name one of its pods' : `name one, such as \`${text}[0]\``;
  return refuse(`${text} names ${count} pods`, help);
}

function kindOf(text: string): string | null {
  return parseObjectName(text)?.kind ?? null;
}

/**
 * As kubectl's `exec` has it: `TYPE/NAME` of a workload is the first of its pods; every other name must name exactly one.
 * @throws DiagnosticError of kind manifest
 */
export function firstPartyOf(plan: Pick<Plan, 'pods' | 'hosts' | 'nodes'>, text: string): NamedParty {
  const parties = namedParties(plan);
  const [first, ...more] = choose(parties, [text]);
  const kind = kindOf(text);
  if (first !== undefined && (more.length === 0 || (kind !== null && kind !== 'Namespace'))) return first;
  return severalNamed(text, more.length + 1);
}

/**
 * The two ends of one packet: a party each, or an address. An address of a party is that party; one that nobody has is
 * somewhere outside.
 * @throws DiagnosticError of kind manifest where one names nobody, or both are outside
 */
export function packetEnds(plan: Plan, from: string, to: string): readonly [QuestionEnd, QuestionEnd] {
  const ends = [endOf(plan, from), endOf(plan, to)] as const;
  if (ends.every(({ plan: { kind } }) => kind === 'outside'))
    refuse(`neither ${from} nor ${to} is an address of these manifests`, 'name a pod, host or node at one end');
  return ends;
}

function endOf(plan: Plan, text: string): QuestionEnd {
  if (isIP(text) === 0 || text.includes('%')) return onePartyOf(plan, text);
  const value = parseAddress(text);
  const address = formatAddress(value);
  if (SPECIAL.check(address, address.includes(':') ? 'ipv6' : 'ipv4'))
    refuse(`${text} is no address of one machine`, 'name the address that the packet goes to or comes from');
  const is = (other: string): boolean => parseAddress(other.split('/', 1)[0] ?? other) === value;
  const party = [...namedParties(plan).values()].find(({ addresses }) => addresses.some(is));
  if (party !== undefined) return party;
  const further = plan.pods.find(({ interfaces }) => interfaces.some(({ addresses }) => addresses.some(is)));
  if (further === undefined) return outsideAddress(address);
  const pod = `${further.namespace}/${further.name}`;
  return refuse(`${text} is on a further interface of ${pod}, where no policy holds`, `ask about \`${pod}\``);
}

/** What no packet between two machines comes from or goes to: unspecified, loopback, multicast, broadcast. */
const SPECIAL = new BlockList();
for (const [network, length] of [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['224.0.0.0', 4],
] as const)
  SPECIAL.addSubnet(network, length, 'ipv4');
SPECIAL.addAddress('255.255.255.255', 'ipv4');
SPECIAL.addSubnet('::', 127, 'ipv6');
SPECIAL.addSubnet('ff00::', 8, 'ipv6');

/** Protocol and number in either order, as Scenarios and as `kubectl` write it. @throws DiagnosticError of kind manifest */
export function portOf(text: string): AskedPort {
  const parsed = parsePort(text.toUpperCase(), []);
  if (parsed === null) return refuse(`\`${text}\` is no port`, PORT_HELP);
  return { protocol: parsed.protocol, port: parsed.port };
}

/**
 * The port to ask a party about: the one that is named; without a name the only one that it declares, ICMP where it
 * declares none.
 * @throws DiagnosticError of kind manifest
 */
export function portAsked(text: string, { name, pod }: Pick<QuestionEnd, 'name' | 'pod'>): AskedPort {
  if (text !== '') return portOf(text);
  const declared = new Map(
    (pod?.ports ?? []).map(({ protocol, port }) => [portText({ protocol, port }), { protocol, port }]),
  );
  const [only, ...more] = declared.values();
  if (only === undefined || more.length === 0) return only ?? ECHO;
  return refuse(`${name} declares ${declared.size} ports`, `name one: ${[...declared.keys()].join(', ')}`);
}

/** `web:80`, `host:internet:UDP/53`, `web`: a party, and what stands behind the last colon if that is a port. */
export function targetOf(text: string): { readonly to: string; readonly port: string | null } {
  const at = text.lastIndexOf(':');
  const port = text.slice(at + 1);
  if (at > 0 && parsePort(port.toUpperCase(), []) !== null) return { to: text.slice(0, at), port };
  return { to: text, port: null };
}

/** `TCP/80`, `ICMP`. */
export function portText({ protocol, port }: AskedPort): string {
  return protocol === 'ICMP' ? protocol : `${protocol}/${port}`;
}

/** Each declared port of those that declare it; ICMP of pods that declare none, and of hosts. */
function declaredTargets(to: readonly NamedParty[]): Target[] {
  const byPort = new Map<string, { readonly port: AskedPort; readonly to: NamedParty[] }>();
  for (const party of to) {
    const declared: readonly AskedPort[] = party.pod?.ports ?? [];
    for (const { protocol, port } of declared.length > 0 ? declared : [ECHO]) {
      const key = portText({ protocol, port });
      const target = byPort.get(key) ?? { port: { protocol, port }, to: [] };
      byPort.set(key, target);
      if (!target.to.includes(party)) target.to.push(party);
    }
  }
  return [...byPort.values()].map((target) => ({ ...target.port, to: target.to }));
}

const ECHO: AskedPort = { protocol: 'ICMP', port: 0 };

function choose(parties: ReadonlyMap<string, NamedParty>, texts: readonly string[]): NamedParty[] {
  if (texts.length === 0) return [...parties.values()].filter(({ plan }) => plan.kind !== 'node');
  return [...new Set(texts.flatMap((text) => named(parties, text)))];
}

function named(parties: ReadonlyMap<string, NamedParty>, text: string): readonly NamedParty[] {
  const written = parseObjectName(text);
  if (written === null) return refuse(`\`${text}\` names no party`, OBJECT_NAME_HELP);
  const { kind, name, replica } = written;
  if (kind === 'host' || kind === 'node') {
    const machine = parties.get(`${kind}:${name}`);
    return machine === undefined ? unknown(parties, text) : [machine];
  }
  if (kind === 'NetworkPolicy')
    return refuse(`${text} is a policy, which sends and receives nothing`, OBJECT_NAME_HELP);
  const namespace = written.namespace ?? 'default';
  const exact = parties.get(`${namespace}/${name}`);
  if (exact !== undefined && replica === null && (kind === null || kind === 'Pod')) return [exact];
  const all = [...parties.values()];
  const owned = all.filter(({ pod }) => {
    if (pod?.namespace !== namespace) return false;
    if (kind === 'Namespace') return true;
    return pod.owner?.name === name && (kind === null || kind === 'Pod' || pod.owner.kind === kind);
  });
  // `pod/web[0]` is the first of a workload's; `pod/web` is no workload.
  const chosen = replica === null ? (kind === 'Pod' ? [] : owned) : owned.slice(replica, replica + 1);
  return chosen.length === 0 ? unknown(parties, text) : chosen;
}

function unknown(parties: ReadonlyMap<string, NamedParty>, text: string): never {
  const names = [...parties.values()].flatMap(({ name, pod }) =>
    pod?.owner == null ? [name] : [name, `${pod.namespace}/${pod.owner.name}`],
  );
  const known = [...new Set(names.flatMap((name) => [name, name.replace(/^default\//, '')]))];
  const help = didYouMean(text, known) ?? `use one of: ${[...new Set(names)].slice(0, 8).join(', ')}`;
  return refuse(`${text} names no pod, workload, host or node of these manifests`, help);
}

function refuse(message: string, help: string): never {
  throw new DiagnosticError('manifest', [{ code: 'E305', severity: 'error', message, help }]);
}
