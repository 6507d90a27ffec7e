/**
 * `dataplane.charge`: what cannot be done with it, or not be counted, is refused.
 *
 * The programs charge each frame exactly. What is measured is counted behind them, by queues of the kernel: bytes and packets of all frames
 * together, which tell what was padded only where all of them were, or none. And the wire counts as the kernel does, whatever pods are charged.
 */
import { charges, type Charge } from '../../../dataplane/bandwidth/charge.ts';
import { chargesFrames, engineNames, type EngineName } from '../../../dataplane/bandwidth/engine.ts';
import type { Collector } from '../../diagnostics/collector.ts';
import type { Span } from '../../diagnostics/diagnostic.ts';
import { familyOfText } from '../flows/address-pair.ts';
import { isPaddedWhole } from '../flows/goodput.ts';
import { partyName, type FlowPlan } from '../plan.ts';
import { smallestLimit } from './way-limits.ts';

/** Null: the engine charges so. */
export function engineThatCannotCharge(
  engine: EngineName,
  charge: Charge,
): { readonly message: string; readonly help: string } | null {
  if (charge === 'l2' || chargesFrames(engine)) return null;
  const able = engineNames.filter(chargesFrames).join(', ');
  return {
    message: `\`charge: ${charge}\`: what limits with engine ${engine} are queues of the kernel, which charge a frame as it is`,
    help: `leave out \`charge\`, or choose an engine that charges so: ${able}`,
  };
}

/**
 * Flows of one step.
 * @param alone whether no other step's flows run meanwhile
 */
export function refuseChargedFlows(
  flows: readonly FlowPlan[],
  {
    charge,
    alone,
    spanOf,
    diagnostics,
  }: {
    readonly charge: Charge;
    readonly alone: boolean;
    readonly spanOf: (flow: FlowPlan) => Span | undefined;
    readonly diagnostics: Collector;
  },
): void {
  if (charge === 'l2') return;
  for (const flow of flows) {
    const { from, to, limits = [], share } = flow;
    const refuse = (why: string, help: string): void =>
      diagnostics.add('E422', spanOf(flow), `${partyName(from)} -> ${partyName(to)}: ${why}`, { help });
    const bound = limits.find(({ at }) => at === share?.at) ?? smallestLimit(limits);
    if (bound?.by === 'underlay' && share?.at !== null) {
      refuse(
        `${bound.at} bounds it, which counts frames as the kernel does, not as \`charge: ${charge}\` says`,
        'give the wire a higher rate, or leave out `charge`',
      );
    }
    const others = flows.filter((other) => other !== flow && meets(flow, other));
    if (isPaddedDatagram(flow, charge) && (flow.ping || !alone || others.length > 0)) {
      refuse(
        `datagrams of ${flow.datagramBytes ?? 0} bytes are padded to frames of ${charges[charge].least}, which nothing counts beside frames that are not`,
        'let it run alone and without `ping`, or write a larger `datagram`',
      );
    }
  }
}

function isPaddedDatagram({ datagramBytes, fromAddress }: FlowPlan, charge: Charge): boolean {
  return datagramBytes !== null && isPaddedWhole(familyOfText(fromAddress), datagramBytes, charge);
}

function meets(a: FlowPlan, b: FlowPlan): boolean {
  const ends = [partyName(a.from), partyName(a.to)];
  return [b.from, b.to].some((party) => ends.includes(partyName(party)));
}
