import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseExpectation } from './expectation.ts';
import { metrics } from './metrics.ts';

const parse = (text: string) => parseExpectation(text, ['spec']);
const number = (value: number) => ({ of: 'number', value });

describe('an expectation', () => {
  test.each([
    ['error_pct within 3', { metric: 'error_pct', comparison: { op: '<=', value: number(3) } }],
    ['error_pct within 2.5%', { metric: 'error_pct', comparison: { op: '<=', value: number(2.5) } }],
    [
      'wire_bps within 3% of limit',
      { comparison: { op: 'within', tolerancePct: 3, value: { of: 'limit', times: 1 } } },
    ],
    ['goodput_bps within 3% of 95M', { comparison: { op: 'within', tolerancePct: 3, value: number(95e6) } }],
    ['first_second_bps <= 1.1 limit', { comparison: { op: '<=', value: { of: 'limit', times: 1.1 } } }],
    ['goodput_bps >= 0.9 predicted', { comparison: { op: '>=', value: { of: 'predicted', times: 0.9 } } }],
    [
      'drops.EDT_HORIZON == 0',
      { metric: 'drops', dropReason: 'EDT_HORIZON', comparison: { op: '==', value: number(0) } },
    ],
    ['drops!=0', { metric: 'drops', dropReason: null, comparison: { op: '!=', value: number(0) } }],
    ['rtt_p99_us < 1000', { metric: 'rtt_p99_us', comparison: { op: '<', value: number(1000) } }],
    [
      'completion_ms within 2% of predicted',
      { comparison: { op: 'within', tolerancePct: 2, value: { of: 'predicted', times: 1 } } },
    ],
    ['connect_p99_us < 1000', { metric: 'connect_p99_us', comparison: { op: '<', value: number(1000) } }],
    ['loss_pct within 1% of 19', { metric: 'loss_pct', sum: false, between: null }],
    ['jitter_us < 100', { metric: 'jitter_us', comparison: { op: '<', value: number(100) } }],
    ['sum(wire_bps) <= limit', { metric: 'wire_bps', sum: true, comparison: { value: { of: 'limit', times: 1 } } }],
    [
      'sum(goodput_bps) between 2s and 2500ms > 1M',
      { metric: 'goodput_bps', sum: true, between: { fromNs: 2e9, toNs: 2.5e9 } },
    ],
    [
      'wire_bps within 1% of mean limit',
      { comparison: { op: 'within', tolerancePct: 1, value: { of: 'mean limit', times: 1 } } },
    ],
    ['wire_bps <= 1.1 mean limit', { comparison: { op: '<=', value: { of: 'mean limit', times: 1.1 } } }],
    ['goodput_bps > 1.5G', { comparison: { op: '>', value: number(1.5e9) } }],
    ['goodput_bps > 95Mi', { comparison: { op: '>', value: number(95 * 2 ** 20) } }],
    ['goodput_bps > 1e6', { comparison: { op: '>', value: number(1e6) } }],
    ['goodput_bps < 2T', { comparison: { op: '<', value: number(2e12) } }],
  ])('%s', (text, meaning) => {
    expect(parse(text)).toMatchObject({ text, path: ['spec'], flow: null, ...meaning });
  });

  test('may speak of one flow', () => {
    expect(parse('host:outside -> shop/web[1]: goodput_bps > 1M')).toMatchObject({
      metric: 'goodput_bps',
      flow: {
        from: { kind: 'host', name: 'outside' },
        to: { kind: 'pod', namespace: 'shop', name: 'web', replica: 1 },
      },
    });
  });

  test.each([
    ['', '', 'a metric is missing'],
    ['goodput > 1M', 'goodput', '`goodput` is not a metric'],
    ['goodput_bps > 1.5K', '1.5K', '`1.5K` is not a value'],
    ['wire_bps', 's', 'a comparison is missing after `wire_bps`'],
    ['wire_bps = 3', '=', '`=` is not a comparison'],
    ['wire_bps about 3', 'about', '`about` is not a comparison'],
    ['wire_bps <', '<', 'a value is missing after `wire_bps <`'],
    ['wire_bps < fast', 'fast', '`fast` is not a value'],
    ['wire_bps < 1.1 limits', 'limits', '`limits` is too much here'],
    ['wire_bps < 95M limit', '95M', '`95M` is not a value'],
    ['wire_bps < 1 limit please', 'please', '`please` is too much here'],
    ['wire_bps within 3', '3', 'only error_pct may be `within 3`'],
    ['wire_bps within 3% limit', 'limit', '`of` is missing after `within 3%`'],
    ['wire_bps within x% of limit', 'x%', '`x%` is not a tolerance'],
    ['error_pct within 3% of limit', 'of limit', 'error_pct is already a difference'],
    ['retransmits < 2 predicted', 'predicted', '`retransmits` has no `predicted`'],
    ['connections_per_s < limit', 'limit', '`connections_per_s` has no `limit`'],
    ['connect_p99_us < predicted', 'predicted', '`connect_p99_us` has no `predicted`'],
    ['completion_ms < 2 limit', 'limit', '`completion_ms` has no `limit`'],
    ['drops.horizon == 0', 'horizon', '`horizon` is not a drop reason'],
    ['wire_bps.X == 0', 'X', '`wire_bps` has no parts'],
    ['wire_bps < mean', 'mean', '`mean` is not a value'],
    ['retransmits < mean limit', 'mean limit', '`retransmits` has no `mean limit`'],
    ['sum(rtt_p99_us) < 1', 'rtt_p99_us', '`rtt_p99_us` of several flows has no sum'],
    ['sum(drops) == 0', 'drops', '`drops` of several flows has no sum'],
    ['sum(wire) == 0', 'wire', '`wire` is not a metric'],
    ['mean(wire_bps) == 0', 'mean', '`mean` of flows is nothing that can be asked for'],
    ['error_pct between 1s and 2s within 3', 'between', '`error_pct` is of a whole flow, and not of a part of it'],
    ['wire_bps between 2 and 3s > 1', '2', '`2` is not a time'],
    ['wire_bps between 2s to 3s > 1', 'to', '`and` is missing between the two times'],
    ['wire_bps between 3s and 2s > 1', '2s', '2s is not after 3s'],
    ['wire_bps between 2s and 2100ms > 1', '2s and 2100ms', 'from 2s to 2100ms is too short a time to measure'],
    ['wire_bps between 2s', 's', '`and` is missing after `wire_bps between 2s`'],
    ['a -> b drops == 0', '->', 'a flow is written `FROM -> TO: ` before its expectation'],
    ['a -> host:: drops == 0', 'host:', '`host:` is not a party'],
  ])('%j is refused at %j', (text, token, message) => {
    const problem = parse(text);
    if (!('message' in problem)) throw new Error('parsed');
    expect(problem.message).toBe(message);
    expect(text.slice(problem.start, problem.end)).toBe(token);
    expect(problem.help).not.toBe('');
  });

  test.each([
    ['wire_bps < mean', '`mean limit`'],
    ['wire_bps < mean limt', '`mean limit`'],
    ['wire_bps < meen limit', '`mean limit`'],
    ['wire_bps < mean_limit', '`mean limit`'],
    ['wire_bps < limt', '`limit`'],
    ['wire_bps < 1.1 predcted', '`predicted`'],
  ])('of %j the value that was meant is told', (text, meant) => {
    expect(parse(text)).toMatchObject({ help: expect.stringContaining(meant) as string });
  });

  test('every metric, comparison and value goes together', () => {
    const metric = fc.constantFrom(...(Object.keys(metrics) as (keyof typeof metrics)[]));
    const op = fc.constantFrom('<', '<=', '>', '>=', '==', '!=');
    fc.assert(
      fc.property(metric, op, fc.nat(), fc.constantFrom(' ', ''), (name, comparison, value, space) => {
        expect(parse([name, comparison, value].join(space))).toMatchObject({
          metric: name,
          comparison: { op: comparison, value: { of: 'number', value } },
        });
      }),
    );
  });

  test('whatever is written, the problem lies inside of it', () => {
    const word = fc.constantFrom(
      'drops',
      'wire_bps',
      '<',
      'within',
      '3%',
      'of',
      'limit',
      '->',
      'a:',
      '1.1',
      '95M',
      'between',
      '2s',
      'and',
      '3s',
      'mean',
      'sum(wire_bps)',
      'sum(',
      'é',
      '  ',
    );
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const text = words.join(' ');
        const parsed = parse(text);
        if (!('message' in parsed)) return;
        expect(parsed.start).toBeGreaterThanOrEqual(0);
        expect(parsed.end).toBeLessThanOrEqual(text.length);
        expect(parsed.start).toBeLessThanOrEqual(parsed.end);
      }),
      { numRuns: 1000 },
    );
  });
});
