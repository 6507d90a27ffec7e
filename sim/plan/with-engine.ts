/** A plan under another engine: all else stays, but for the one engine that is a mode of the slaves; and what no engine can do. Pure. */
import type { EngineName } from '../../dataplane/bandwidth/engine.ts';
import type { Path } from '../manifest/manifests.ts';
import { refusedBursts } from './pods/asked-bursts.ts';
import { engineThatCannotCharge } from './wire/charged-frames.ts';
import { engineWithoutGroups } from './flows/group-flows.ts';
import { engineAtLongLink } from './network/long-links.ts';
import { chargeOf, type Plan } from './plan.ts';

/** `l3s` makes every slave one of mode L3S, whatever the CNI configuration says. */
export function withEngine(plan: Plan, engine: EngineName): Plan {
  if (engine !== 'l3s') return { ...plan, engine };
  const pods = plan.pods.map((pod) => ({
    ...pod,
    interfaces: pod.interfaces.map((one) => ({ ...one, mode: 'l3s' as const })),
  }));
  return { ...plan, engine, pods };
}

/** Of what the plan says, all that the engine cannot do (E422), whoever chose it. `path`: where a Scenario says it. */
export function refusalsOf(
  engine: EngineName,
  plan: Plan,
): readonly { readonly path: Path; readonly message: string; readonly help: string }[] {
  const unable = engineThatCannotCharge(engine, chargeOf(plan));
  const misplaced = engineAtLongLink(engine, plan);
  const deaf = engineWithoutGroups(engine, plan);
  return [
    ...(unable === null ? [] : [{ path: ['spec', 'dataplane', 'charge'], ...unable }]),
    ...refusedBursts(engine, plan).map(({ field, ...refused }) => ({ path: ['spec', 'dataplane', field], ...refused })),
    ...(misplaced === null ? [] : [{ path: ['spec', 'engine'], ...misplaced }]),
    ...(deaf === null ? [] : [{ path: ['spec', 'engine'], ...deaf }]),
  ];
}
