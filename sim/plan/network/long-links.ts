/** Engines whose own queue on a node's NIC leaves no place for what its link does to what it sends. */
import { queuesAtNics, type EngineName } from '../../../dataplane/bandwidth/engine.ts';
import { isLong, linkWay } from '../wire/links.ts';
import type { Plan } from '../plan.ts';

/** Null: it has no queue there, or no node's link up delays or loses, then or later. */
export function engineAtLongLink(
  engine: EngineName,
  { nodes, underlay, timeline }: Pick<Plan, 'nodes' | 'underlay' | 'timeline'>,
): { readonly message: string; readonly help: string } | null {
  if (!queuesAtNics(engine)) return null;
  const wires = [underlay, ...timeline.flatMap((step) => (step.kind === 'underlay' ? [step.underlay] : []))];
  for (const { name, masters } of nodes)
    for (const master of masters) {
      const plug = { of: `node:${name}`, interface: master.name };
      if (master.kind !== 'nic' || !wires.some((wire) => isLong(linkWay(wire, plug, 'up')))) continue;
      return {
        message: `engine ${engine} hangs its own queue on ${master.name} of node ${name}, where the link's delay, jitter and loss of the way up would stand`,
        help: 'leave those out of the way `up` of that link, or choose an engine that limits at the pods',
      };
    }
  return null;
}
