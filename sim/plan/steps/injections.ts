/** Frames of a step `inject`: out of which interface, and with which addresses. */
import type { Collector } from '../../diagnostics/collector.ts';
import { namedFrames } from '../../manifest/scenario/frame-names.ts';
import type { Located, ScenarioInjection } from '../../manifest/manifests.ts';
import { pairAddresses } from '../flows/address-pair.ts';
import { interfaceOf, type Parties, type Party } from '../cluster/parties.ts';
import type { InjectionPlan } from '../plan.ts';

interface InjectionContext {
  readonly scenario: Located;
  readonly parties: Parties;
  readonly diagnostics: Collector;
}

/** null, with diagnostics, where its ends are not there, are one, or have no family in common. */
export function planInjection(line: ScenarioInjection, context: InjectionContext): InjectionPlan | null {
  const { scenario, parties, diagnostics } = context;
  const [from] = parties.resolveOne(line.from);
  const [to] = parties.resolveOne(line.to);
  if (from === undefined || to === undefined) return null;
  const span = scenario.spanOf(line.path);
  if (from === to) {
    diagnostics.add('E417', span, `${from.name} cannot send a frame to itself`, { help: 'name two parties' });
    return null;
  }
  const missing = line.without === null ? null : whyNothingToMiss(from, line.without);
  if (missing !== null) {
    diagnostics.add('E417', scenario.spanOf([...line.path, 'without']), missing, {
      help: 'remove it, or name a pod that has one',
    });
    return null;
  }
  const family = namedFrames[line.frame].family ?? line.family;
  const addresses = pairAddresses(from, to, family);
  if (addresses === null) {
    diagnostics.add('E418', span, `${from.name} and ${to.name} have no ${family ?? 'IP'} address in common`, {
      help: 'give both an address of one family, or choose another `frame` or `family`',
    });
    return null;
  }
  return {
    from: from.plan,
    to: to.plan,
    fromInterface: interfaceOf(from, addresses.from),
    toInterface: interfaceOf(to, addresses.to),
    fromAddress: addresses.from,
    toAddress: addresses.to,
    frame: line.frame,
    count: line.count ?? 1,
    ...(line.without === null ? {} : { without: line.without }),
  };
}

/** null when the dataplane has such an entry for what the party sends. */
function whyNothingToMiss({ name, pod }: Party, without: 'endpoint' | 'limit'): string | null {
  if (pod?.enforced !== true) return `the dataplane knows no endpoint ${name}`;
  if (without === 'limit' && pod.limits.egressBps === null) return `${name} has no egress limit`;
  return null;
}
