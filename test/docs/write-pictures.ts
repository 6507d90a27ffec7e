/**
 * `npm run docs:pictures`: the pictures of the README, of the demo in virtual time, so that they can be made again. Needs uml-virtual
 * (`ipvlane kernels build uml-virtual`) and chromium.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import chalk from 'chalk';
import { execa } from 'execa';
import { render } from 'ink-testing-library';
import { chromium } from 'playwright-core';
import { createElement } from 'react';
import { Screen } from '../../reports/terminal/live/screen.tsx';
import { createMeasurement } from '../../sim/measure/observing/reduce.ts';
import { readTrace } from '../../sim/trace/reader.ts';
import { CHROMIUM, QUIET } from '../browser/chromium.ts';
import { COMMAND, REPOSITORY } from '../cli/ipvlane.ts';
import { terminalSvg } from './terminal-svg.ts';

const PICTURES = join(REPOSITORY, 'docs/pictures');
/** Of ink-testing-library's terminal. */
const COLUMNS = 100;
/** Of the lab's clock: in the middle of a flow. */
const MOMENT_NS = 9e9;
const PAGE = { width: 1100, height: 1000 } as const;

async function screenAt(trace: string, ns: number): Promise<string> {
  chalk.level = 1;
  const measurement = createMeasurement();
  for await (const record of readTrace(trace)) if (record.t <= ns) measurement.add(record);
  const screen = render(
    createElement(Screen, {
      scenario: 'seed',
      snapshot: () => measurement.snapshot(),
      progress: () => '',
      onQuit: () => undefined,
    }),
  );
  const frame = screen.lastFrame() ?? '';
  screen.unmount();
  return frame;
}

async function photograph(page: string, picture: string): Promise<void> {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: QUIET });
  try {
    const context = await browser.newContext({ viewport: PAGE, javaScriptEnabled: false, colorScheme: 'light' });
    const tab = await context.newPage();
    await tab.goto(`file://${page}`);
    await tab.screenshot({ path: picture });
  } finally {
    await browser.close();
  }
}

const out = mkdtempSync(join(tmpdir(), 'ipvlane-pictures-'));
try {
  const words = ['run', 'scenarios/seed', '--kernel', 'uml-virtual', '--out', out];
  await execa(COMMAND[0], [COMMAND[1], ...words], { cwd: REPOSITORY, stdout: 'ignore', stderr: 'inherit' });
  const frame = await screenAt(join(out, 'trace.ndjson'), MOMENT_NS);
  writeFileSync(
    join(PICTURES, 'terminal.svg'),
    terminalSvg(frame, COLUMNS, 'ipvlane run scenarios/seed, while it runs'),
  );
  await photograph(join(out, 'report.html'), join(PICTURES, 'report.png'));
} finally {
  rmSync(out, { recursive: true });
}
