/** Which pairs and ports are asked about: what people name on the command line, or all pods and their declared ports. */
import { isIP } from 'node:net';
import { objectKey } from '../plan/cluster/cluster.ts';
import { formatAddress, parseAddress } from '../../dataplane/policy/address.ts';
import { didYouMean } from '../diagnostics/nearest.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { AskedPort } from '../lab/protocol.ts';
import { OBJECT_NAME_HELP, parseObjectName } from '../manifest/objects/object-name.ts';
import { parsePort, parseWrittenPort, WRITTEN_PORT_HELP } from '../manifest/scenario/scenario-port.ts';
import { specialAddress } from '../manifest/objects/special-address.ts';
import { withoutPrefix } from '../plan/ipam/address-of-cidr.ts';
import { noSuchPort, portAt } from '../plan/pods/declared-port.ts';
import {
  isNobody,
  namedParties,
  outsideAddress,
  type NamedParty,
  type QuestionEnd,
} from '../plan/cluster/named-party.ts';
import { hintOfSlash, replicaHelp } from '../plan/cluster/party-hints.ts';
import { portText, type Plan } from '../plan/plan.ts';

/** One port, of those parties that it is asked of. */
export interface Target extends AskedPort {
  readonly to: readonly NamedParty[];
}

export interface Question {
  readonly from: readonly NamedParty[];
  readonly targets: readonly Target[];
}

export interface QuestionWords {
  /** As sim/manifest/objects/object-name.ts takes them; a workload or a namespace is all its pods; empty: every pod and host. */
  readonly from: readonly string[];
  readonly to: readonly string[];
  /**
   * `TCP/80`, `80/TCP`, `80` (TCP), `ICMP`, or the name of a container port, of those that declare it; empty: all declared
   * container ports, each of those that declare it.
   */
  readonly ports: readonly string[];
}

/** @throws DiagnosticError of kind input for a name or port that is none */
export function questionOf(plan: Plan, words: QuestionWords): Question {
  const parties = namedParties(plan);
  const from = choose(parties, words.from);
  const to = choose(parties, words.to);
  if (words.ports.length > 0) return { from, targets: words.ports.flatMap((text) => targetsAt(text, to)) };
  return { from, targets: declaredTargets(to) };
}

/** @throws DiagnosticError of kind input where no party is asked whether it reaches another */
export function refuseNobody({ from, targets }: Question): void {
  if (targets.some(({ to }) => to.some((one) => from.some((other) => other.name !== one.name)))) return;
  const [only] = from;
  const message =
    only === undefined
      ? 'there is nobody to ask: the manifests make no pod, and name no host'
      : `there is nobody to ask: ${only.name} has nobody else to reach`;
  const help = 'give manifests of two pods or more, or a Scenario with `hosts`; a node can be named too: `node:NAME`';
  throw new DiagnosticError('input', [{ code: 'E461', severity: 'error', message, help }]);
}

/** @throws DiagnosticError of kind input unless it names exactly one */
export function onePartyOf(plan: Plan, text: string): NamedParty {
  const [only, ...more] = choose(namedParties(plan), [text]);
  if (only === undefined || more.length === 0) return only ?? refuse(`${text} names nobody`, OBJECT_NAME_HELP);
  return severalNamed(text, [only, ...more]);
}

const MOST_LISTED = 4;

function severalNamed(text: string, all: readonly NamedParty[]): never {
  const help = kindOf(text) === 'Namespace' ? 'name one of its pods' : `name one, such as \`${text}[0]\``;
  const listed = all.slice(0, MOST_LISTED).map(({ name }) => name);
  const more = all.length > MOST_LISTED ? `, and ${all.length - MOST_LISTED} more` : '';
  return refuse(`${text} names ${all.length} pods: ${listed.join(', ')}${more}`, help);
}

function kindOf(text: string): string | null {
  return parseObjectName(text)?.kind ?? null;
}

/**
 * As kubectl's `exec` has it: `TYPE/NAME` of a workload is the first of its pods; every other name must name exactly one.
 * @throws DiagnosticError of kind input
 */
export function firstPartyOf(plan: Pick<Plan, 'pods' | 'hosts' | 'nodes'>, text: string): NamedParty {
  const parties = namedParties(plan);
  const [first, ...more] = choose(parties, [text]);
  const kind = kindOf(text);
  if (first === undefined) return refuse(`${text} names nobody`, OBJECT_NAME_HELP);
  return more.length === 0 || (kind !== null && kind !== 'Namespace') ? first : severalNamed(text, [first, ...more]);
}

/**
 * The two ends of one packet: a party each, or an address. An address of a party is that party; one that nobody has is
 * somewhere outside.
 * @throws DiagnosticError of kind input where one names nobody, or both are outside
 */
export function packetEnds(plan: Plan, from: string, to: string): readonly [QuestionEnd, QuestionEnd] {
  const ends = [endOf(plan, from), endOf(plan, to)] as const;
  if (ends.every(isNobody))
    refuse(`neither ${from} nor ${to} is an address of these manifests`, 'name a pod, host or node at one end');
  return ends;
}

function endOf(plan: Plan, text: string): QuestionEnd {
  if (!isAddress(text)) return onePartyOf(plan, text);
  return partyAt(namedParties(plan), text) ?? outsideAddress(formatAddress(parseAddress(text)));
}

function isAddress(text: string): boolean {
  return isIP(text) !== 0 && !text.includes('%');
}

/** Who has an address; null: nobody. @throws DiagnosticError of kind input for one that no policy is about */
function partyAt(parties: ReadonlyMap<string, NamedParty>, text: string): NamedParty | null {
  const value = parseAddress(text);
  const address = formatAddress(value);
  const special = specialAddress(address);
  // Of the upper reserved ones only the broadcast is nobody's; what is on a link alone may be asked about.
  if (special !== null && special !== 'link-local' && (special !== 'reserved' || address === '255.255.255.255'))
    refuse(`${text} is no address of one machine`, 'name the address that the packet goes to or comes from');
  const is = (other: string): boolean => parseAddress(withoutPrefix(other)) === value;
  const all = [...parties.values()];
  const party = all.find(({ addresses }) => addresses.some(is));
  if (party !== undefined) return party;
  const further = all.find(({ pod }) => pod?.interfaces.some(({ addresses }) => addresses.some(is)));
  if (further === undefined) return null;
  return refuse(
    `${text} is on a further interface of ${further.name}, where no policy holds`,
    `ask about \`${further.name}\``,
  );
}

/** Protocol and number in either order, as Scenarios and as `kubectl` write it, or a name. @throws DiagnosticError of kind input */
function saidPort(text: string) {
  return parseWrittenPort(withProtocolInCapitals(text), []) ?? refuse(`\`${text}\` is no port`, WRITTEN_PORT_HELP);
}

/** `udp/dns` and `dns/udp` are of UDP; `udp` alone is a name. */
function withProtocolInCapitals(text: string): string {
  const words = text.split('/');
  const protocol = words.length === 1 ? /^icmp$/i : /^(tcp|udp|sctp)$/i;
  const at = words.findIndex((word) => protocol.test(word));
  return words.map((word, i) => (i === at ? word.toUpperCase() : word)).join('/');
}

/**
 * The port to ask a party about: the one that is said; where none is, the only one that it declares, ICMP where it
 * declares none.
 * @throws DiagnosticError of kind input
 */
export function portAsked(text: string, end: Pick<QuestionEnd, 'name' | 'pod'>): AskedPort {
  if (text !== '') return portAt(saidPort(text), end) ?? refusePort(text, [end]);
  const declared = new Map(
    declaredPorts(end).map(({ protocol, port }) => [portText({ protocol, port }), { protocol, port }]),
  );
  const [only, ...more] = declared.values();
  if (only !== undefined && more.length === 0) return only;
  return refuse(`${end.name} declares ${declared.size} ports`, `name one: ${[...declared.keys()].join(', ')}`);
}

function refusePort(text: string, to: readonly Pick<QuestionEnd, 'name' | 'pod'>[]): never {
  const { message, help } = noSuchPort(text, to);
  return refuse(message, help);
}

/** `web:80`, `web:http`, `host:internet:UDP/53`, `web`: a party, and what stands behind the last colon as its port. */
export function targetOf(text: string): { readonly to: string; readonly port: string | null } {
  const at = text.lastIndexOf(':');
  const isParty = at <= 0 || isIP(text) !== 0 || (MACHINE.test(text) && !isNumber(text.slice(at + 1)));
  return isParty ? { to: text, port: null } : { to: text.slice(0, at), port: text.slice(at + 1) };
}

/** `host:NAME` alone; a pod that is called `host` is asked for by a number. */
const MACHINE = /^(host|node):[^:]*$/;

function isNumber(text: string): boolean {
  return parsePort(text.toUpperCase(), []) !== null;
}

/** One port of all of them; a name of those that declare it, each with the number it has there. */
function targetsAt(text: string, to: readonly NamedParty[]): Target[] {
  const said = saidPort(text);
  if ('port' in said) return [{ protocol: said.protocol, port: said.port, to }];
  const found = byPort(to.map((party) => ({ party, ports: [portAt(said, party)].filter((port) => port !== null) })));
  return found.length > 0 ? found : refusePort(text, to);
}

/** Each declared port of those that declare it; ICMP of those that declare none. */
function declaredTargets(to: readonly NamedParty[]): Target[] {
  return byPort(to.map((party) => ({ party, ports: declaredPorts(party) })));
}

/** ICMP of pods that declare none, and of hosts. */
function declaredPorts({ pod }: Pick<QuestionEnd, 'pod'>): readonly AskedPort[] {
  return pod === null || pod.ports.length === 0 ? [ECHO] : pod.ports;
}

function byPort(all: readonly { readonly party: NamedParty; readonly ports: readonly AskedPort[] }[]): Target[] {
  const targets = new Map<string, { readonly port: AskedPort; readonly to: NamedParty[] }>();
  for (const { party, ports } of all) {
    for (const { protocol, port } of ports) {
      const key = portText({ protocol, port });
      const target = targets.get(key) ?? { port: { protocol, port }, to: [] };
      targets.set(key, target);
      if (!target.to.includes(party)) target.to.push(party);
    }
  }
  return [...targets.values()].map((target) => ({ ...target.port, to: target.to }));
}

const ECHO: AskedPort = { protocol: 'ICMP', port: 0 };

function choose(parties: ReadonlyMap<string, NamedParty>, texts: readonly string[]): NamedParty[] {
  if (texts.length === 0) return [...parties.values()].filter(({ plan }) => plan.kind !== 'node');
  return [...new Set(texts.flatMap((text) => named(parties, text)))];
}

function named(parties: ReadonlyMap<string, NamedParty>, text: string): readonly NamedParty[] {
  if (isAddress(text))
    return [partyAt(parties, text) ?? refuse(`nobody of these manifests has the address ${text}`, OBJECT_NAME_HELP)];
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
  const exact = parties.get(objectKey({ namespace, name }));
  if (exact !== undefined && replica === null && (kind === null || kind === 'Pod')) return [exact];
  const all = [...parties.values()];
  const owned = all.filter(({ pod }) => {
    if (pod?.namespace !== namespace) return false;
    if (kind === 'Namespace') return true;
    return pod.owner?.name === name && (kind === null || kind === 'Pod' || pod.owner.kind === kind);
  });
  // `pod/web[0]` is the first of a workload's; `pod/web` is no workload.
  const chosen = replica === null ? (kind === 'Pod' ? [] : owned) : owned.slice(replica, replica + 1);
  if (chosen.length === 0 && replica !== null && owned.length > 0) {
    const pods = owned.length === 1 ? '1 pod' : `${owned.length} pods`;
    const whole = text.replace(/\[\d+\]$/, '');
    return refuse(`${whole} has ${pods}, so no [${replica}]`, replicaHelp(whole, owned.length));
  }
  return chosen.length === 0 ? unknown(parties, text) : chosen;
}

function unknown(parties: ReadonlyMap<string, NamedParty>, text: string): never {
  const names = [...parties.values()].flatMap(({ name, pod }) =>
    pod?.owner == null ? [name] : [name, `${pod.namespace}/${pod.owner.name}`],
  );
  const known = [...new Set(names.flatMap((name) => [name, name.replace(/^default\//, '')]))];
  const help =
    hintOfSlash(text, known, true) ??
    didYouMean(text, known) ??
    `use one of: ${[...new Set(names)].slice(0, 8).join(', ')}`;
  return refuse(`${text} names no pod, workload, host or node of these manifests`, help);
}

function refuse(message: string, help: string): never {
  throw new DiagnosticError('input', [{ code: 'E305', severity: 'error', message, help }]);
}
