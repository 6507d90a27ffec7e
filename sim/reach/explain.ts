/**
 * The way of a first packet from one party to another, stage by stage, with what each says: what should happen, from the
 * plan and the oracle. Replies to a packet that went all the way pass by connection tracking. Pure.
 */
import { ruleText, type DirectionJudgement, type Judgement } from '../../dataplane/policy/judgement.ts';
import type { Direction, Position } from '../../dataplane/policy/network-policy.ts';
import type { Oracle } from '../../dataplane/policy/oracle.ts';
import { pairAddresses } from '../plan/flows/address-pair.ts';
import { isNobody, nobodyHas, nobodyOf, type QuestionEnd } from '../plan/cluster/named-party.ts';
import { portText, type Plan } from '../plan/plan.ts';
import type { AskedPort } from '../lab/protocol.ts';
import { lossesOfWire, pathBetween } from '../plan/wire/path.ts';
import { judge } from './reachability.ts';
import { rateInWords } from '../plan/rate-words.ts';

/** `open`: nothing of ours stands there. */
export type StageOutcome = 'passes' | 'dropped' | 'open' | 'not reached';

export interface Stage {
  readonly name: string;
  readonly outcome: StageOutcome;
  /** Of a rule or path that the packet does not reach: what it would have met there. Null: it is reached, or decides nothing. */
  readonly would: 'pass' | 'be dropped' | null;
  readonly says: string;
  /** Rules that did not match, and why; each with where it was written. */
  readonly details: readonly string[];
  /** Of the rule or policy that decided. */
  readonly position: Position | null;
}

export interface Explanation {
  readonly from: string;
  readonly to: string;
  readonly protocol: string;
  readonly port: number;
  /** What NetworkPolicy and the topology say; null where the two share no address family. */
  readonly predicted: 'allowed' | 'denied' | null;
  /** The end that is an address which nobody here has: it sends or receives only as far as policies are asked. */
  readonly nobody: string | null;
  readonly stages: readonly Stage[];
}

/** @throws RangeError when the world is malformed */
export function explain(plan: Plan, oracle: Oracle, from: QuestionEnd, to: QuestionEnd, port: AskedPort): Explanation {
  const nobody = nobodyOf(from, to);
  const about = { from: from.name, to: to.name, protocol: port.protocol, port: port.port, nobody };
  const pair = pairAddresses(from, to, null);
  const judgement = judge(oracle, from, to, port);
  if (pair === null || judgement === null) {
    const says = `${from.name} and ${to.name} have no address family in common`;
    return { ...about, predicted: null, stages: [stage('address', 'dropped', says)] };
  }
  if (from.name === to.name) {
    const says = `${from.name} to itself: the packet stays on lo, and meets neither hook nor policy`;
    return { ...about, predicted: 'allowed', stages: [stage('loopback', 'passes', says)] };
  }
  const path = pathBetween(plan, from, to);
  const lost = path.wire ? lossesOfWire(plan, from, to, pair, port.protocol) : [];
  const stages = behindTheDrop([
    stage(
      'sender',
      'passes',
      `${from.name} sends ${portText(port)} from ${pair.from} to ${pair.to}; ${deviceOf(from)}`,
    ),
    ...hook(from, 'egress', judgement),
    departure(from),
    stage('path', path.open ? 'passes' : 'dropped', path.says, lost),
    ...hook(to, 'ingress', judgement),
    shaper(to),
  ]);
  return { ...about, predicted: judgement.verdict === 'allowed' && path.open ? 'allowed' : 'denied', stages };
}

function stage(
  name: string,
  outcome: StageOutcome,
  says: string,
  details: readonly string[] = [],
  position: Position | null = null,
): Stage {
  return { name, outcome, would: null, says, details, position };
}

/**
 * What stands behind a drop sees nothing of the packet; but what decides there says how it would: who mends the first
 * denial wants to know of the second.
 */
function behindTheDrop(stages: readonly Stage[]): Stage[] {
  const dropped = stages.findIndex(({ outcome }) => outcome === 'dropped');
  return stages.map((one, index) => {
    if (dropped === -1 || index <= dropped || one.outcome === 'open') return one;
    if (!DECIDES.has(one.name)) return stage(one.name, 'not reached', '');
    return { ...one, outcome: 'not reached', would: one.outcome === 'dropped' ? 'be dropped' : 'pass' };
  });
}

const DECIDES: ReadonlySet<string> = new Set(['egress rule', 'path', 'ingress rule']);

function deviceOf(end: QuestionEnd): string {
  const { name, pod } = end;
  const slave = pod?.interfaces[0];
  if (isNobody(end)) return nobodyHas(name);
  if (pod === null || slave === undefined) return `${name} is no pod: it sends on its own NIC`;
  return `${slave.name} is an ipvlan ${slave.mode} slave of ${slave.master} on ${pod.node}`;
}

function hook(party: QuestionEnd, way: Direction, judgement: Judgement): Stage[] {
  const name = `${way} hook`;
  if (party.pod === null) return [stage(name, 'open', `${party.name} is no pod: no hook, no policy`)];
  if (!party.pod.enforced) {
    const says = `${party.name} has no hook: its CNI chain names no cilium-cni, so no policy and no limit applies`;
    return [stage(name, 'open', says)];
  }
  const device = party.pod.interfaces[0]?.name ?? 'eth0';
  return [
    stage(name, 'passes', `ipvlane_${way} at clsact ${way} of ${device}`),
    stage('connection', 'passes', 'a first packet, so the policy decides; replies to it will pass without asking'),
    rule(way, judgement[way]),
  ];
}

function rule(way: Direction, side: DirectionJudgement): Stage {
  const name = `${way} rule`;
  if (side.outcome === 'denied') {
    const policies = side.isolatedBy.map(({ policy, position }) => `${policy}${place(position)}`);
    const none = side.unmatched.length === 0 ? `which allows no ${way}` : `none of whose ${way} rules allows it`;
    const says = `${way} of ${side.pod} is isolated by ${policies.join(', ')}, ${none}`;
    const details = side.unmatched.map(({ rule, why }) => `${ruleText(rule)}: ${why}`);
    return stage(name, 'dropped', says, details, side.isolatedBy[0]?.position ?? null);
  }
  if (side.because === 'rule') {
    const position = side.rules[0]?.position ?? null;
    return stage(name, 'passes', `allowed by ${side.rules.map(ruleText).join(', and by ')}`, [], position);
  }
  return stage(name, 'passes', `no policy isolates ${way} of ${side.pod ?? 'it'}`);
}

function departure(sender: QuestionEnd): Stage {
  if (isNobody(sender)) return stage('departure', 'open', nobodyHas(sender.name));
  const limit = sender.pod?.limits.egressBps ?? null;
  if (limit === null) return stage('departure', 'passes', 'no egress limit: it leaves at once');
  const says = `egress limit ${rateInWords(limit)}: fq holds it until its departure time; one later than the horizon is dropped`;
  return stage('departure', 'passes', says);
}

function shaper(receiver: QuestionEnd): Stage {
  if (isNobody(receiver)) return stage('shaper', 'open', `${nobodyHas(receiver.name)}: no packet arrives`);
  const { name, pod } = receiver;
  const limit = pod?.limits.ingressBps ?? null;
  if (limit === null) return stage('shaper', 'passes', `no ingress limit: it is in ${name} now`);
  return stage(
    'shaper',
    'passes',
    `ingress limit ${rateInWords(limit)}: redirected to the IFB, paced there, and given back`,
  );
}

function place(position: Position | null): string {
  return position === null ? '' : ` (${position.file}:${position.line})`;
}
