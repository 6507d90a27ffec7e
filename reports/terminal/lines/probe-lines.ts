/** What a probe met, a line each: the wire's answer with its evidence, and the rule by which the policies say so. */
import { portText } from '../../../sim/plan/plan.ts';
import { cellsOf, ruleOf, type Reachability } from '../../../sim/reach/reachability.ts';

export function probeLines(found: Reachability): string[] {
  return [...cellsOf(found)].flatMap((cell) => {
    const { from, to, port, oracle, wire, evidence, unjudged } = cell;
    const met = evidence.length === 0 ? '' : ` (${evidence.join(', ')})`;
    const rule = ruleOf(found.oracle, cell);
    const line = `${from.name} -> ${to.name} ${portText(port)}: ${wire ?? (unjudged ? 'not measurable here' : 'not asked: no address family in common')}${met}`;
    if (wire === null) return [line];
    return [
      line,
      `  the policies say ${oracle ?? 'nothing'}${wire === oracle ? '' : ', which is not what happened'}: ${rule ?? ''}`,
    ];
  });
}
