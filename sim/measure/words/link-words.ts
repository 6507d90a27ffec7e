/** The links of a wire that are not as the others, for people. */
import type { HostPlan, LinkPlan, LinkWayPlan, UnderlayPlan } from '../../plan/plan.ts';
import { describeWireQueue } from '../../plan/wire/wires.ts';
import { formatDuration, formatRate } from './format.ts';

/** `host:home up 10 Mbit/s, down 50 Mbit/s, 10 ms more`, each. */
export function linkWords({ links = [] }: UnderlayPlan): readonly string[] {
  return links.map((link) => {
    const ways = (['up', 'down'] as const).flatMap((direction) => {
      const way = link[direction];
      return way === undefined ? [] : [`${direction} ${wayWords(way)}`];
    });
    const place = `${placeWords(link)}${routerWords(link)}`;
    const separator = link.behind === undefined ? ' ' : ': ';
    return ways.length === 0 ? place : `${place}${separator}${ways.join(', ')}`;
  });
}

/** `far (router, behind edge)`. */
export function hostWords({ links = [] }: UnderlayPlan, { name, router }: HostPlan): string {
  const behind = links.find(({ of }) => of === `host:${name}`)?.behind?.replace(/^host:/, '');
  const words = [...(router === true ? ['router'] : []), ...(behind === undefined ? [] : [`behind ${behind}`])];
  return words.length === 0 ? name : `${name} (${words.join(', ')})`;
}

function placeWords({ of, interface: nic }: LinkPlan): string {
  return nic === undefined ? of : `${of}/${nic}`;
}

function routerWords({ behind, mtu }: LinkPlan): string {
  return behind === undefined ? '' : ` behind ${behind}${mtu === undefined ? '' : `, MTU ${mtu}`}`;
}

function wayWords({ rateBps, trace, queue, delayNs, jitterNs, lossPct }: LinkWayPlan): string {
  const jitter = jitterNs === undefined ? '' : ` ± ${formatDuration(jitterNs)}`;
  const by = trace === undefined ? '' : ` by ${trace.file}`;
  const words = [
    ...(rateBps == null ? [] : [`${formatRate(rateBps)}${by}`]),
    ...(queue === undefined ? [] : [`queue ${describeWireQueue(queue)}`]),
    ...(delayNs === undefined && jitterNs === undefined ? [] : [`${formatDuration(delayNs ?? 0)}${jitter} more`]),
    ...(lossPct === undefined ? [] : [`${lossPct} % lost`]),
  ];
  return words.length === 0 ? 'as the others' : words.join(', ');
}
