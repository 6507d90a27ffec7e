import { describe, expect, it } from 'vitest';
import type { CounterRecord } from './sampling.ts';
import { Sampling } from './sampling.ts';

const endpoint = (t: number, endpointId = 1) =>
  ({ type: 'endpoint', t, endpointId, direction: 'egress' }) as CounterRecord;
const drop = (t: number) =>
  ({ type: 'drop', t, endpointId: 1, direction: 'egress', reason: 'AQM', ruleId: 0 }) as CounterRecord;
const qdisc = (t: number, where = 'default/a') =>
  ({ type: 'qdisc', t, where, direction: 'egress', device: 'eth0' }) as CounterRecord;

function before(...records: readonly CounterRecord[]): number[] {
  const sampling = new Sampling();
  return records.map((record) => sampling.before(record));
}

describe('the sampling before', () => {
  it('is the beginning of the lab for all of the first, however long it takes', () => {
    expect(before(endpoint(100), endpoint(110, 2), drop(120), qdisc(900), qdisc(950, 'default/b'))).toEqual(
      Array(5).fill(0),
    );
  });

  it('is the first moment of the one that came last', () => {
    expect(before(endpoint(100), qdisc(160), endpoint(200), qdisc(290))).toEqual([0, 0, 100, 100]);
  });

  it('is told by a counter that is read again, where no other kind moved', () => {
    expect(before(qdisc(100), qdisc(101, 'default/b'), qdisc(200), qdisc(300))).toEqual([0, 0, 100, 200]);
    expect(before(drop(100), drop(200), drop(300))).toEqual([0, 100, 200]);
  });

  it('is one for all that is read at one moment', () => {
    expect(before(endpoint(100), qdisc(100), endpoint(100), qdisc(200))).toEqual([0, 0, 0, 100]);
  });
});
