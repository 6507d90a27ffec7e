import { expect, test } from 'vitest';
import type { Check } from '../../sim/measure/result.ts';
import { severalLines, type SeveralRow } from './several.ts';

const check = (status: Check['status']): Check => ({
  step: 's',
  name: 'c',
  status,
  expected: null,
  predicted: null,
  measured: null,
  unit: null,
  error_pct: null,
  reason: null,
});
const row = (scenario: string, result: SeveralRow['result']): SeveralRow => ({ scenario, result });

test('a line each, and how many came to what; those that an interruption left out are counted', () => {
  const rows = [
    row('seed', { verdict: 'pass', checks: [check('pass'), check('pass')] }),
    row('deny', { verdict: 'fail', checks: [check('pass'), check('fail')] }),
    row('lost', null),
  ];
  expect(severalLines(rows, 4, { colour: false })).toEqual([
    'VERDICT   SCENARIO   CHECKS MET   NOT MET',
    'PASS      seed       2            0',
    'FAIL      deny       1            1',
    'ERROR     lost       -            -',
    '',
    '4 scenarios: 1 PASS, 1 FAIL, 1 ERROR, 1 not run',
  ]);
});
