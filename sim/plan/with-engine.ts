/** A plan under another engine: all else stays, but for the one engine that is a mode of the slaves. Pure. */
import type { EngineName } from '../../dataplane/bandwidth/engine.ts';
import type { Plan } from './plan.ts';

/** `l3s` makes every slave one of mode L3S, whatever the CNI configuration says. */
export function withEngine(plan: Plan, engine: EngineName): Plan {
  if (engine !== 'l3s') return { ...plan, engine };
  const pods = plan.pods.map((pod) => ({
    ...pod,
    interfaces: pod.interfaces.map((one) => ({ ...one, mode: 'l3s' as const })),
  }));
  return { ...plan, engine, pods };
}
