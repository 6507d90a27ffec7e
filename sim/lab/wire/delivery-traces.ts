/** The traces of a plan's wires where `ipvlane_underlay` finds them: all moments in one map, and each side of a wire by its ifindex. */
import { encodeWire } from '../../../dataplane/bpf/abi.generated.ts';
import { uint32 } from '../../../dataplane/bpf/integers.ts';
import type { MapEntry } from '../../../dataplane/bpf/policy-map.ts';
import type { BpfProgram } from '../../linux/bpf.ts';
import type { Clock } from '../../trace/record.ts';
import { linkWay, type LinkDirection, type LinkWay, type Plug } from '../../plan/wire/links.ts';
import type { DeliveryTracePlan, Plan, UnderlayPlan } from '../../plan/plan.ts';
import { tracesOf } from '../../plan/wire/wires.ts';
import type { Dataplane } from '../dataplane.ts';
import { queueBytes } from './wire-shape.ts';

export class DeliveryTraces {
  readonly program: BpfProgram;
  readonly #wires: Dataplane['maps']['wires'];
  readonly #first: ReadonlyMap<string, number>;

  /** Writes the moments of all of them. @throws SystemCallError */
  constructor(plan: Pick<Plan, 'underlay' | 'timeline'>, { underlay, maps }: Pick<Dataplane, 'underlay' | 'maps'>) {
    this.program = underlay;
    this.#wires = maps.wires;
    const traces = tracesOf(plan);
    this.#first = firstMoments(traces);
    traces
      .flatMap(({ momentsMs }) => momentsMs)
      .forEach((ms, index) => {
        maps.moments.update(uint32(index), uint32(ms));
      });
  }

  /** The trace begins anew at all of these network interfaces, and at their ports as much later as the wire is long. @throws SystemCallError */
  begin(wire: UnderlayPlan, plugged: readonly Ends[], clock: Clock): void {
    this.#write(plugged.flatMap((one) => sidesOf(wire, one, clock)));
  }

  /** Those alone that have another trace than before. @throws SystemCallError */
  change(before: UnderlayPlan, wire: UnderlayPlan, plugged: readonly Ends[], clock: Clock): void {
    const fileAt = (plan: UnderlayPlan, { plug }: Ends, direction: LinkDirection): string | undefined =>
      linkWay(plan, plug, direction).trace?.file;
    const changed = plugged.flatMap((one) =>
      sidesOf(wire, one, clock).filter(
        ({ direction }) => fileAt(before, one, direction) !== fileAt(wire, one, direction),
      ),
    );
    this.#write(changed);
  }

  #write(sides: readonly Side[]): void {
    const start = Number(process.hrtime.bigint());
    for (const { way, ifindex, startNs } of sides) {
      const entry = wireEntry(way, ifindex, this.#first, start + startNs);
      if (entry !== null) this.#wires.update(entry.key, entry.value);
    }
  }
}

/** The two ends of a veth. */
interface Ends {
  readonly plug: Plug;
  readonly ifindex: number;
  readonly portIfindex: number;
}

interface Side {
  readonly direction: LinkDirection;
  readonly way: LinkWay;
  readonly ifindex: number;
  /** How much later than at a NIC its trace begins. */
  readonly startNs: number;
}

/**
 * What left a NIC in a moment of the trace comes to the other machine's port one way later, and that is the same moment of the trace
 * there: it waits once, as in mahimahi's one queue, and again only where others go to that port as well.
 */
function sidesOf(underlay: UnderlayPlan, { plug, ifindex, portIfindex }: Ends, clock: Clock): readonly Side[] {
  const [up, down] = [linkWay(underlay, plug, 'up'), linkWay(underlay, plug, 'down')];
  return [
    { direction: 'up', way: up, ifindex, startNs: 0 },
    { direction: 'down', way: down, ifindex: portIfindex, startNs: down.delayNs + LATE_NS[clock] },
  ];
}

/** By how much timers may be late on the way: who comes a nanosecond behind a moment has missed it. */
const LATE_NS: Readonly<Record<Clock, number>> = { real: 500e3, virtual: 100e3 };

/** For `wires`; null: the wire has no trace. */
function wireEntry(
  way: LinkWay,
  ifindex: number,
  first: ReadonlyMap<string, number>,
  startNs: number,
): MapEntry | null {
  const { trace } = way;
  const periodMs = trace?.momentsMs.at(-1);
  if (trace === undefined || periodMs === undefined) return null;
  const value = encodeWire({
    start: startNs,
    periodNs: periodMs * NS_PER_MS,
    served: 0,
    queueBytes: queueBytes(way),
    first: first.get(trace.file) ?? 0,
    count: trace.momentsMs.length,
  });
  return { key: uint32(ifindex), value };
}

/** Index in `moments` of each trace's first, by file. */
function firstMoments(traces: readonly DeliveryTracePlan[]): ReadonlyMap<string, number> {
  let next = 0;
  return new Map(
    traces.map(({ file, momentsMs }) => {
      const first = next;
      next += momentsMs.length;
      return [file, first];
    }),
  );
}

const NS_PER_MS = 1e6;
