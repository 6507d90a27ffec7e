import { describe, expect, test } from 'vitest';
import type { Result } from '../measure/result.ts';
import { classify, type Seen } from './classify.ts';

const passed: Result = {
  schema: 'ipvlane.result/v1',
  scenario: 's',
  verdict: 'pass',
  kernel: { kind: 'uml', release: '6.1.176', clock: 'real', boot_ms: null },
  memory: null,
  build: { pods: 1, ms: 1, ms_per_pod: 1 },
  dataplane: null,
  checks: [],
  flows: [],
  probes: [],
  drops: [],
  policy_changes: [],
  diagnostics: [],
};
const failed: Result = {
  ...passed,
  verdict: 'fail',
  checks: [
    {
      step: 'A sends to B',
      name: 'error_pct within 3',
      status: 'fail',
      expected: 3,
      predicted: 0,
      measured: 9,
      unit: '%',
      error_pct: 9,
      reason: '9 is above 3',
    },
  ],
};
const PANIC = 'Kernel panic - not syncing: sysrq triggered crash\n';
const SPLAT = 'WARNING: CPU: 0 PID: 61 at mm/page_alloc.c:5629 __alloc_pages+0xb4/0x240\n';

describe('how a scenario ended', () => {
  test.each<[string, Partial<Seen>, string, string | null]>([
    ['all checks met', { result: passed }, 'pass', null],
    ['a check not met', { result: failed }, 'fail', 'A sends to B: error_pct within 3: 9 is above 3'],
    ['the lab could not be built', { end: 'machine', message: 'no ipvlan', result: null }, 'fail', 'no ipvlan'],
    [
      'a panic in the middle',
      { end: 'lost', message: 'it ended', console: PANIC, result: null },
      'panic',
      PANIC.trim(),
    ],
    ['a panic while booting', { end: 'unbooted', console: PANIC, result: null }, 'panic', PANIC.trim()],
    ['a panic after the last step', { console: PANIC, result: passed }, 'panic', PANIC.trim()],
    ['no progress', { end: 'timeout', message: 'silence', result: passed }, 'timeout', 'silence'],
    ['no progress after a warning', { end: 'timeout', message: 'silence', console: SPLAT }, 'timeout', 'silence'],
    ['a warning, all checks met', { console: SPLAT, result: passed }, 'splat', SPLAT.trim()],
    ['a warning, a check not met', { console: SPLAT, result: failed }, 'splat', SPLAT.trim()],
    ['a killed guest', { end: 'lost', message: 'ended by SIGKILL', result: null }, 'error', 'ended by SIGKILL'],
    ['a kernel that did not boot', { end: 'unbooted', message: 'no QEMU', result: null }, 'error', 'no QEMU'],
    ['a bug of ours', { end: 'bug', message: 'TypeError', result: null }, 'error', 'TypeError'],
    ['a session without a record', { result: null }, 'error', 'it left no trace'],
  ])('%s', (_, parts, status, reason) => {
    const outcome = classify({ end: 'completed', message: null, console: '', result: null, ...parts });
    expect(outcome).toMatchObject({ status, reason });
  });

  test('is quoted in the kernel’s own words', () => {
    expect(classify({ end: 'timeout', message: 'x', console: SPLAT, result: null }).quote).toEqual([SPLAT.trim()]);
    expect(classify({ end: 'lost', message: 'x', console: SPLAT + PANIC, result: null }).quote).toEqual([
      SPLAT.trim(),
      PANIC.trim(),
    ]);
  });
});
