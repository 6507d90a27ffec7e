import { expect, test } from 'vitest';
import { seedPlan } from '../trace/fixtures/seed-plan.ts';
import { nothingToRun } from './nothing-to-run.ts';

const plan = seedPlan();
const wait = { index: 0, name: 'wait', position: null, kind: 'wait', pods: [], timeoutNs: 1e9 } as const;

test('a run has a pod, or a step that asks something or brings one', () => {
  expect(nothingToRun(plan)).toEqual([]);
  expect(nothingToRun({ ...plan, timeline: [wait] })).toEqual([]);
  expect(nothingToRun({ ...plan, pods: [] })).toEqual([]);
  expect(nothingToRun({ ...plan, pods: [], timeline: [wait] })).toMatchObject([
    { code: 'E461', message: expect.stringMatching(/^there is nothing to run: .* make no pod/) as string },
  ]);
});
