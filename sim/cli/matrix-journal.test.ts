import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Kernel } from '../kernel/kernel.ts';
import type { Cell } from '../matrix/matrix.ts';
import { seedPlan } from '../trace/fixtures/seed-plan.ts';
import { cellKey, cellsIn, endJournal, noteCell } from './matrix-journal.ts';
import { OurFolder } from './output/our-folder.ts';

let scratch: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'ipvlane-test-'));
});
afterEach(() => rmSync(scratch, { recursive: true }));

const cell = (status: Cell['status']): Cell => ({
  kernel: 'uml',
  scenario: 'seed',
  status,
  release: '6.1',
  clock: 'real',
  reason: null,
  quote: [],
  measures: [],
  folder: 'cells/uml/seed',
});

test('the cells that are done stand; one that timed out, or whose line is torn, is run again', () => {
  const folder = OurFolder.at(scratch);
  noteCell(folder, 'a', cell('pass'));
  noteCell(folder, 'b', cell('timeout'));
  noteCell(folder, 'c', cell('error'));
  noteCell(folder, 'c', cell('fail'));
  folder[Symbol.dispose]();
  appendFileSync(folder.file('cells.ndjson'), '{"key":"d","cell":{"kern');
  expect([...cellsIn(OurFolder.at(scratch))].map(([key, { status }]) => [key, status])).toEqual([
    ['a', 'pass'],
    ['c', 'fail'],
  ]);
  endJournal(folder);
  expect(cellsIn(OurFolder.at(scratch)).size).toBe(0);
});

test('a cell stands for its kernel, clock, memory and plan alone', () => {
  const plan = seedPlan();
  const on = { name: 'uml', clock: 'real', kernel: {} as Kernel } as const;
  const scenario = { name: 'seed', plan, files: [] };
  const keys = [
    cellKey({ on, scenario }, 2048),
    cellKey({ on, scenario: { ...scenario, files: [{ file: 'a', text: '' }] } }, 2048),
    cellKey({ on: { ...on, name: 'debian:6.12' }, scenario }, 2048),
    cellKey({ on: { ...on, clock: 'virtual' }, scenario }, 2048),
    cellKey({ on, scenario }, 1024),
    cellKey({ on, scenario: { ...scenario, plan: { ...plan, timeline: [] } } }, 2048),
  ];
  expect(new Set(keys).size).toBe(keys.length - 1);
  expect(keys[1]).toBe(keys[0]);
});
