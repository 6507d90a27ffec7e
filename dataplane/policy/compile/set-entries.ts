/** The policy entries of one set: what its policies allow, the first of them named where several do. */
import type { Direction, PolicyPod, PolicyPort } from '../network-policy.ts';
import { portKey } from './map-operations.ts';
import type { PolicyEntry } from './policy-entries.ts';
import { PROTOCOL_NUMBER, portPrefixes, resolvePort } from '../ports.ts';
import type { PortPrefix } from '../ports.ts';
import type { ResolvedPolicy, ResolvedRule } from '../resolved-policy.ts';

/** @param pod any of the set: names of ingress ports stand for the same numbers at all of them */
export function setEntries(policySet: number, pod: PolicyPod, policies: readonly ResolvedPolicy[]): PolicyEntry[] {
  return [
    ...directionEntries(policySet, pod, 'ingress', policies),
    ...directionEntries(policySet, pod, 'egress', policies),
  ];
}

function directionEntries(
  policySet: number,
  pod: PolicyPod,
  direction: Direction,
  policies: readonly ResolvedPolicy[],
): PolicyEntry[] {
  const entries: PolicyEntry[] = [];
  /** By identity, the ports that are allowed already. */
  const allowed = new Map<number, Set<number>>();
  const allow = (identity: number, protocol: number | null, port: PortPrefix | null, ruleId: number): void => {
    let ports = allowed.get(identity);
    if (ports === undefined) allowed.set(identity, (ports = new Set()));
    const key = portKey({ protocol, port });
    if (ports.has(key)) return;
    ports.add(key);
    entries.push({ policySet, direction, identity, protocol, port, ruleId });
  };
  for (const { rules } of policies) for (const rule of rules[direction]) allowRule(rule, pod, allow);
  return entries;
}

type Allow = (identity: number, protocol: number | null, port: PortPrefix | null, ruleId: number) => void;

function allowRule({ rule, ruleId, identities, names }: ResolvedRule, pod: PolicyPod, allow: Allow): void {
  if (rule.ports.length === 0) for (const identity of identities) allow(identity, null, null, ruleId);
  rule.ports.forEach((port, index) => {
    const protocol = PROTOCOL_NUMBER[port.protocol];
    const destinations = names[index] ?? null;
    if (destinations !== null) {
      const peers = rule.peers.length === 0 ? null : new Set(identities);
      for (const [identity, number] of destinations) {
        if (peers === null || peers.has(identity)) allow(identity, protocol, { port: number, bits: 16 }, ruleId);
      }
      return;
    }
    for (const prefix of prefixesOf(port, pod)) {
      for (const identity of identities) allow(identity, protocol, prefix, ruleId);
    }
  });
}

/** null stands for every port. A name is resolved at `pod`; one that it does not have gives nothing. */
function prefixesOf({ port, endPort, protocol }: PolicyPort, pod: PolicyPod): readonly (PortPrefix | null)[] {
  if (port === null) return [null];
  const first = typeof port === 'string' ? resolvePort(pod, port, protocol) : port;
  if (first === null) return [];
  return portPrefixes(first, endPort ?? first).map((prefix) => (prefix.bits === 0 ? null : prefix));
}
