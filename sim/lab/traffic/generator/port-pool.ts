import { FIRST_FLOW_PORT } from '../../../plan/denied-flows.ts';
import type { Plan } from '../../../plan/plan.ts';

/** Ports for flows, in turn: below the ephemeral range, above what pods usually declare. */
export class PortPool {
  readonly #written: readonly number[];
  #next = 0;

  /** @param written ports that are not given: a socket of a flow's sender could not have one at which somebody listens */
  constructor(written: Iterable<number> = []) {
    this.#written = [...new Set(written)];
  }

  /** The first of `count` in a row. */
  take(count: number): number {
    // As often as one of the written ports is in the way, and once for each wrap; with a wall of them they are given after all.
    for (let tries = 0; tries <= this.#written.length + 1; tries++) {
      if (this.#next + count > PORTS) this.#next = 0;
      const first = FIRST_FLOW_PORT + this.#next;
      const inTheWay = this.#written.filter((port) => port >= first && port < first + count);
      if (inTheWay.length === 0) break;
      this.#next = Math.max(...inTheWay) + 1 - FIRST_FLOW_PORT;
    }
    if (this.#next + count > PORTS) this.#next = 0;
    const first = FIRST_FLOW_PORT + this.#next;
    this.#next += count;
    return first;
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
