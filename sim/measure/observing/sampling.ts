/**
 * When the lab looked at its counters. Counters that did not move have no record, so a reader needs to know when the sampling
 * before began. No record says so, and neither do the times: of a thousand counters on a busy processor the last are read long
 * after the first. The order does: endpoints, then drops, then qdiscs, and none of them twice. What is read at one moment of
 * virtual time is one sampling.
 */
import type { DropRecord, EndpointRecord, QdiscRecord } from '../../trace/record.ts';

export type CounterRecord = DropRecord | EndpointRecord | QdiscRecord;

const ORDER = { endpoint: 0, drop: 1, qdisc: 2 } as const;

export class Sampling {
  #previous = 0;
  #current = 0;
  #reached = Number.POSITIVE_INFINITY;
  readonly #read = new Set<string>();

  /** When the last sampling began that is over, ns. */
  get previousNs(): number {
    return this.#previous;
  }

  /**
   * Takes the records of a trace one after the other.
   * @returns when the sampling before the record's own began, ns; 0, the lab's beginning, before the first
   */
  before(record: CounterRecord): number {
    const counter = nameOf(record);
    const again = ORDER[record.type] < this.#reached || this.#read.has(counter);
    if (again && record.t > this.#current) {
      this.#previous = this.#current;
      this.#current = record.t;
      this.#read.clear();
    }
    this.#reached = ORDER[record.type];
    this.#read.add(counter);
    return this.#previous;
  }
}

function nameOf(record: CounterRecord): string {
  switch (record.type) {
    case 'endpoint':
      return `endpoint ${record.endpointId} ${record.direction}`;
    case 'drop':
      return `drop ${record.endpointId} ${record.direction} ${record.reason} ${record.ruleId}`;
    case 'qdisc':
      return `qdisc ${record.where} ${record.direction} ${record.device}`;
  }
}
