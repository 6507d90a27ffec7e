/** `ipvlane reach --json`: a JSON array, one pair and port an element, written piece by piece. */
import type { NamedParty } from '../../sim/plan/cluster/named-party.ts';
import type { Reachability } from '../../sim/reach/reachability.ts';
import { cellsOf, ruleOf } from '../../sim/reach/reachability.ts';

/** A write of a line each would be a million system calls. */
const PIECE_CHARACTERS = 64 * 1024;

/** Pieces of the text, in order. `rule` is the oracle's reason in words; an answer that was not asked for is null. */
export function* reachJson(reach: Reachability): Generator<string> {
  let before = '[\n';
  let piece = '';
  for (const cell of cellsOf(reach)) {
    const { from, to, port, oracle, verdict, wire, evidence } = cell;
    const element = {
      from: from.name,
      from_workload: workloadOf(from),
      to: to.name,
      to_workload: workloadOf(to),
      protocol: port.protocol,
      port: port.port,
      oracle,
      verdict,
      wire,
      rule: ruleOf(reach.oracle, cell),
      ...(evidence.length === 0 ? {} : { evidence }),
    };
    piece += `${before}${JSON.stringify(element)}`;
    before = ',\n';
    if (piece.length < PIECE_CHARACTERS) continue;
    yield piece;
    piece = '';
  }
  yield before === '[\n' ? '[]\n' : `${piece}\n]\n`;
}

/** `Deployment/test`; null for a pod of its own, a host, a node. */
function workloadOf({ pod }: NamedParty): string | null {
  return pod?.owner == null ? null : `${pod.owner.kind}/${pod.owner.name}`;
}
