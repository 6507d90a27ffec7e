/** The faces of a matrix, each of the same made one: two kernels, one of which has everything that can go wrong. */
import { describe, expect, test } from 'vitest';
import type { Regression } from '../../sim/matrix/baseline.ts';
import { cellOf, matrixOf } from '../../sim/matrix/fixtures/sample-matrix.ts';
import { CELL_STATUSES } from '../../sim/matrix/matrix.ts';
import { matrixVerdict } from '../../sim/matrix/verdict.ts';
import { matrixPage } from '../../reports/html/matrix-page.ts';
import { renderMatrixJunit } from '../../reports/junit/matrix-junit.ts';
import { renderMatrixMarkdown } from '../../reports/markdown/matrix-markdown.ts';
import { matrixLines } from '../../reports/terminal/matrix-table.ts';

const EVIL = '</td><script>alert(1)</script>|`x`';
const all = matrixOf({
  scenarios: [...CELL_STATUSES],
  kernels: ['uml', 'debian:6.12'],
  cells: ['uml', 'debian:6.12'].flatMap((kernel) =>
    CELL_STATUSES.map((status) =>
      kernel === 'uml'
        ? cellOf(kernel, status)
        : cellOf(kernel, status, {
            status,
            reason: status === 'pass' ? null : `why ${status} ${EVIL}`,
            ...(status === 'splat' ? { quote: ['WARNING: net/core/dev.c:1 at x'] } : {}),
            ...(status === 'panic' ? { measures: [], release: null } : {}),
          }),
    ),
  ),
});
const older = matrixOf({
  scenarios: ['lossy', 'seed'],
  kernels: ['uml', 'debian:6.12'],
  cells: ['uml', 'debian:6.12'].flatMap((kernel) => [
    cellOf(kernel, 'lossy', kernel === 'uml' ? { differences: ['lacks a thing (Linux 6.6): other packets'] } : {}),
    cellOf(kernel, 'seed'),
  ]),
});

describe('a scenario that means something else on an older kernel', () => {
  test('is marked in its cell and explained, in each face', () => {
    const text = matrixLines(older, [], { colour: false, width: 120 }).join('\n');
    expect(text).toMatch(/^lossy +PASS\* +PASS$/m);
    expect(text).toMatch(/^seed +PASS +PASS$/m);
    expect(text).toContain(
      'what is marked * means something else there than on a newer kernel:\n  uml  lacks a thing (Linux 6.6): other packets: lossy',
    );
    const markdown = renderMatrixMarkdown(older, []);
    expect(markdown).toContain('- uml lacks a thing (Linux 6.6): other packets: lossy');
    const page = matrixPage(older, []);
    expect(page).toContain('What differs by kernel');
    expect(page).toContain('lacks a thing (Linux 6.6): other packets');
    expect(matrixPage(all, [])).not.toContain('What differs by kernel');
  });
});
const worse: Regression[] = [
  { kernel: 'uml', scenario: 'pass', step: 'A sends to B', name: 'round trip p99', what: 'was 1 us, is 9 us' },
];

describe('the terminal’s table', () => {
  const text = matrixLines(all, worse, { colour: false, width: 120 }).join('\n');

  test('has a column a kernel, and in a cell the mark and the number', () => {
    expect(text).toMatch(/^ +uml +debian:6\.12$/m);
    expect(text).toMatch(/^ {4}drops == 0 +✓ 0 packets +✓ 0 packets$/m);
    expect(text).toMatch(/^ {4}rate against 100M +\+0\.02 % +\+0\.02 %$/m);
  });

  test('tells the ends apart, quotes the kernel, and names what became worse', () => {
    for (const status of CELL_STATUSES)
      expect(text).toMatch(new RegExp(`^${status} +PASS +${status.toUpperCase()}$`, 'm'));
    expect(text).toContain('    | WARNING: net/core/dev.c:1 at x');
    expect(text).toContain('uml  pass: A sends to B: round trip p99: was 1 us, is 9 us');
    expect(text).toMatch(
      /FAIL {2}9 PASS, 1 FAIL, 1 SKIP, 1 PANIC, 1 TIMEOUT, 1 SPLAT, 1 ERROR, 1 UNJUDGED, 1 worse than the baseline$/,
    );
  });
});

test('kernels that do not go beside each other stand in tables one below the other', () => {
  const kernels = ['uml', 'uml-virtual', 'debian:6.12', 'debian:7.2', 'debian:5.10'];
  const wide = matrixOf({ kernels, scenarios: ['seed'], cells: kernels.map((kernel) => cellOf(kernel, 'seed')) });
  const lines = matrixLines(wide, [], { colour: false, width: 60 });
  expect(lines.filter((line) => kernels.some((kernel) => line.includes(kernel))).map((line) => line.trim())).toEqual([
    'uml           uml-virtual',
    'debian:6.12   debian:7.2',
    'debian:5.10',
  ]);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(60);
});

test('the page escapes what comes from manifests and kernels, and leads to each run’s report', () => {
  const page = matrixPage(all, worse);
  expect(page).not.toContain('<script>');
  expect(page).toContain('href="cells/uml/pass/report.html"');
  expect(page).toContain('prefers-color-scheme: dark');
  expect(page).not.toMatch(/(src|href)="https?:/);
});

test('the Markdown stays a table, whatever a reason holds', () => {
  const lines = renderMatrixMarkdown(all, worse).split('\n');
  const rows = lines.filter((line) => line.startsWith('|'));
  expect(new Set(rows.map((row) => row.replaceAll('\\|', '').split('|').length))).toEqual(new Set([5]));
  expect(lines.join('\n')).not.toContain('<script>');
});

test('JUnit counts what it holds', () => {
  const xml = renderMatrixJunit(all, worse);
  const count = (pattern: RegExp): number => [...xml.matchAll(pattern)].length;
  const [, tests, errors, failures, skipped] =
    /<testsuites name="ipvlane matrix" tests="(\d+)" failures="(\d+)" errors="(\d+)" skipped="(\d+)"/.exec(xml) ?? [];
  expect([tests, errors, failures, skipped].map(Number)).toEqual([
    count(/<testcase /g),
    count(/<failure /g),
    count(/<error /g),
    count(/<skipped /g),
  ]);
  expect(xml).toContain('<error type="PANIC"');
});

describe('the verdict', () => {
  const of = (status: (typeof CELL_STATUSES)[number]) =>
    matrixVerdict(matrixOf({ kernels: ['uml'], scenarios: ['s'], cells: [cellOf('uml', 's', { status })] }), [])
      .verdict;

  test('passes for what passed and what was rightly skipped, and fails for what the kernel did wrong', () => {
    expect(CELL_STATUSES.map((status) => [status, of(status)])).toEqual([
      ['pass', 'pass'],
      ['fail', 'fail'],
      ['skip', 'pass'],
      ['panic', 'fail'],
      ['timeout', 'fail'],
      ['splat', 'fail'],
      ['error', 'error'],
      ['unjudged', 'unjudged'],
    ]);
  });

  test('is none where a pair was not run, but a shard is whole in itself', () => {
    const cells = [cellOf('uml', 'seed')];
    expect(matrixVerdict(matrixOf({ cells }), [])).toEqual({ verdict: 'error', words: '1 PASS, 3 not run' });
    expect(matrixVerdict(matrixOf({ cells, shards: [{ index: 1, count: 4 }] }), []).verdict).toBe('pass');
  });
});

test('a cell that did not pass leads to its kernel’s console, in the terminal and on the page', () => {
  const cells = [cellOf('uml', 'seed'), cellOf('debian:6.12', 'seed', { status: 'panic', reason: 'it panicked' })];
  const matrix = matrixOf({ scenarios: ['seed'], cells });
  const lines = matrixLines(matrix, [], { colour: false, width: 80, folder: '/out' });
  expect(lines.filter((line) => line.includes('console'))).toEqual([
    '    console: /out/cells/debian-6.12/seed/console.log',
  ]);
  expect(matrixPage(matrix, [])).toContain('href="cells/debian-6.12/seed/console.log"');
  expect(matrixPage(matrix, [])).not.toContain('href="cells/uml/seed/console.log"');
});
