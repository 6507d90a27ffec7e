/**
 * A model of the kernel's three policy maps and of the lookups the programs do on them: for tests of the compiler and of
 * live changes, and for an answer where no kernel is at hand.
 */
import { parseAddress, parseCidr } from '../address.ts';
import { LongestPrefixMap } from './identities.ts';
import type { Verdict } from '../judgement.ts';
import type { Direction } from '../network-policy.ts';
import { endpointStates, portKey, scopeKey } from './map-operations.ts';
import type { EndpointState, PolicyMapOperation } from './map-operations.ts';
import { ANY_IDENTITY, WORLD_IDENTITY } from './policy-entries.ts';
import type { CompiledPolicy, PolicyEntry } from './policy-entries.ts';

/** A first packet of a connection; replies never come to the policy maps. */
export interface Packet {
  readonly from: PacketEnd;
  readonly to: PacketEnd;
  /** IANA number. */
  readonly protocol: number;
  /** Destination port; 0 where the protocol has none. */
  readonly port: number;
}

export interface PacketEnd {
  /** null: no endpoint of the dataplane, so nothing is judged there. */
  readonly endpointId: number | null;
  readonly address: string;
}

export interface PacketVerdict {
  readonly verdict: Verdict;
  /** By direction: allowed by a rule, allowed with rule 0 (not isolated, or no endpoint), or denied. */
  readonly egress: HookVerdict;
  readonly ingress: HookVerdict;
}

export interface HookVerdict {
  readonly verdict: Verdict;
  readonly ruleId: number;
}

export class PolicyMaps {
  private readonly identities = new LongestPrefixMap();
  private readonly endpoints = new Map<number, EndpointState>();
  /** By set, direction and identity; then by protocol and port prefix. */
  private readonly policy = new Map<string, Map<number, number>>();

  /** The maps as a compiled policy wants them. */
  static of(compiled: CompiledPolicy): PolicyMaps {
    const maps = new PolicyMaps();
    for (const { prefix, identity } of compiled.identities) maps.identities.set(parseCidr(prefix), identity);
    for (const [endpointId, state] of endpointStates(compiled)) maps.endpoints.set(endpointId, state);
    for (const entry of compiled.entries) maps.putEntry(entry);
    return maps;
  }

  /** @throws RangeError when an operation deletes what is not there. */
  apply(operation: PolicyMapOperation): void {
    switch (operation.do) {
      case 'put-identity':
        this.identities.set(parseCidr(operation.prefix), operation.identity);
        return;
      case 'delete-identity': {
        found(this.identities.delete(parseCidr(operation.prefix)), operation);
        return;
      }
      case 'put-endpoint':
        this.endpoints.set(operation.endpointId, operation);
        return;
      case 'delete-endpoint': {
        found(this.endpoints.delete(operation.endpointId), operation);
        return;
      }
      case 'put-entry':
        this.putEntry(operation.entry);
        return;
      case 'delete-entry': {
        found(this.policy.get(scopeKey(operation.entry))?.delete(portKey(operation.entry)) ?? false, operation);
        return;
      }
      case 'barrier':
        return;
    }
  }

  evaluate({ from, to, protocol, port }: Packet): PacketVerdict {
    const pass: HookVerdict = { verdict: 'allowed', ruleId: 0 };
    const itself = from.endpointId !== null && from.endpointId === to.endpointId;
    const egress = itself ? pass : this.judge('egress', from.endpointId, parseAddress(to.address), protocol, port);
    const ingress = itself ? pass : this.judge('ingress', to.endpointId, parseAddress(from.address), protocol, port);
    const allowed = egress.verdict === 'allowed' && ingress.verdict === 'allowed';
    return { verdict: allowed ? 'allowed' : 'denied', egress, ingress };
  }

  /** What one hook says: the peer's identity is looked up, then every identity, each by longest prefix. */
  judge(direction: Direction, endpointId: number | null, peer: bigint, protocol: number, port: number): HookVerdict {
    const endpoint = endpointId === null ? undefined : this.endpoints.get(endpointId);
    if (endpoint?.isolated[direction] !== true) return { verdict: 'allowed', ruleId: 0 };
    const identity = this.identities.lookup(peer) ?? WORLD_IDENTITY;
    const { policySet } = endpoint;
    const ruleId =
      this.match(policySet, direction, identity, protocol, port) ??
      this.match(policySet, direction, ANY_IDENTITY, protocol, port);
    return ruleId === null ? { verdict: 'denied', ruleId: 0 } : { verdict: 'allowed', ruleId };
  }

  /** Every map's content as sorted text, to compare two states. */
  dump(): string[] {
    return [
      ...this.identities.dump().map((line) => `identity ${line}`),
      ...[...this.endpoints].map(([id, { policySet, isolated }]) => {
        return `endpoint ${id} set ${policySet} ${isolated.ingress ? 'i' : '-'}${isolated.egress ? 'e' : '-'}`;
      }),
      ...[...this.policy].flatMap(([scope, rules]) =>
        [...rules].map(([key, ruleId]) => `entry ${scope} ${key} rule ${ruleId}`),
      ),
    ].sort();
  }

  private match(
    policySet: number,
    direction: Direction,
    identity: number,
    protocol: number,
    port: number,
  ): number | null {
    const rules = this.policy.get(scopeKey({ policySet, direction, identity }));
    if (rules === undefined) return null;
    for (let bits = 16; bits >= 1; bits--) {
      const found = rules.get(portKey({ protocol, port: { port: port & (0xffff << (16 - bits)), bits } }));
      if (found !== undefined) return found;
    }
    return rules.get(portKey({ protocol, port: null })) ?? rules.get(portKey({ protocol: null, port: null })) ?? null;
  }

  private putEntry(entry: PolicyEntry): void {
    const scope = scopeKey(entry);
    const rules = this.policy.get(scope) ?? new Map<number, number>();
    this.policy.set(scope, rules.set(portKey(entry), entry.ruleId));
  }
}

function found(was: boolean, operation: PolicyMapOperation): void {
  if (!was) throw new RangeError(`nothing to delete: ${JSON.stringify(operation)}`);
}
