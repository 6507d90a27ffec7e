import { FIRST_FLOW_PORT } from '../../../plan/denied-flows.ts';

/** Ports for flows, in turn: below the ephemeral range, above what pods usually declare. */
export class PortPool {
  #next = 0;

  /** The first of `count` in a row. */
  take(count: number): number {
    if (this.#next + count > PORTS) this.#next = 0;
    const first = FIRST_PORT + this.#next;
    this.#next += count;
    return first;
  }
}

const FIRST_PORT = FIRST_FLOW_PORT;
const PORTS = 8_000;
