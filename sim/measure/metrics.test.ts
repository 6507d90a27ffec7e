import { expect, test } from 'vitest';
import { metrics, type MetricName } from '../manifest/scenario/metrics.ts';
import { METRICS } from './metrics.ts';

/** How a unit is said to who writes expectations. */
const IN_WORDS: Readonly<Record<string, RegExp>> = {
  'bit/s': /bits per second|wire_bps in/,
  '%': /percent/,
  percent: /percent/,
  us: /microseconds/,
  ms: /milliseconds/,
  segments: /segments/,
  packets: /packets|datagrams/,
  requests: /requests/,
  'connections/s': /connections made a second/,
  "of Jain's index": /Jain's index/,
};

test.each(Object.entries(METRICS))(
  '%s is measured in the unit that expectations of it are said to have',
  (name, { unit }) => {
    expect(metrics[name as MetricName]).toMatch(IN_WORDS[unit] ?? /unit without words/);
  },
);
