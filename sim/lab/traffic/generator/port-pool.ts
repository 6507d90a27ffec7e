import { FIRST_FLOW_PORT } from '../../../plan/flows/denied-flows.ts';
import type { Plan } from '../../../plan/plan.ts';

/** Ports for flows, in turn: below the ephemeral range, above what pods usually declare. */
export class PortPool {
  /** In order. */
  readonly #written: readonly number[];
  #next = 0;

  /** @param written ports that are not given: a socket of a flow's sender could not have one at which somebody listens */
  constructor(written: Iterable<number> = []) {
    this.#written = [...new Set(written)].sort((a, b) => a - b);
  }

  /** The first of `count` in a row. */
  take(count: number): number {
    let first = this.#firstOf(count);
    // Each of the written ports is in the way once, and one once more behind the end; with a wall of them they are given after all.
    for (let left = this.#written.length; left >= 0; left--) {
      const last = this.#written.findLast((port) => port >= first && port < first + count);
      if (last === undefined) break;
      this.#next = last + 1 - FIRST_FLOW_PORT;
      first = this.#firstOf(count);
    }
    this.#next += count;
    return first;
  }

  #firstOf(count: number): number {
    if (this.#next + count > PORTS) this.#next = 0;
    return FIRST_FLOW_PORT + this.#next;
  }
}

const PORTS = 8_000;

/** That the flows and pods of a plan name. */
export function writtenPorts({ pods, timeline }: Pick<Plan, 'pods' | 'timeline'>): number[] {
  return [
    ...pods.flatMap(({ ports }) => ports.map(({ port }) => port)),
    ...timeline.flatMap((step) => (step.kind === 'traffic' ? step.flows.flatMap(({ port }) => port ?? []) : [])),
  ];
}
