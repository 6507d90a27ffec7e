/**
 * A matrix as JUnit XML: one testsuite a kernel, one testcase a scenario and one a check of it, so that a CI shows which
 * kernel failed at what. https://github.com/testmoapp/junitxml
 */
import type { Regression } from '../../sim/matrix/baseline.ts';
import type { Cell, Matrix, Measure } from '../../sim/matrix/matrix.ts';
import { element } from './xml.ts';

interface Case {
  readonly kind: 'passed' | 'failures' | 'errors' | 'skipped';
  readonly xml: string;
}

export function renderMatrixJunit(matrix: Matrix, regressions: readonly Regression[]): string {
  const suites = matrix.kernels.map((kernel) => ({
    name: kernel,
    cases: matrix.cells.filter((cell) => cell.kernel === kernel).flatMap(casesOf),
  }));
  if (regressions.length > 0) suites.push({ name: 'baseline', cases: regressions.map(regressionCase) });
  const all = suites.flatMap(({ cases }) => cases);
  const root = element(
    'testsuites',
    { name: 'ipvlane matrix', ...count(all) },
    suites.map(({ name, cases }) =>
      element(
        'testsuite',
        { name, ...count(cases) },
        cases.map(({ xml }) => xml),
      ),
    ),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`;
}

function casesOf(cell: Cell): Case[] {
  const judged = cell.measures.filter(({ status }) => status !== null);
  return [wholeCase(cell), ...judged.map((measure) => measureCase(cell, measure))];
}

function wholeCase({ kernel, scenario, status, reason, quote }: Cell): Case {
  const message = [reason ?? status, ...quote].join('\n');
  const attributes = { classname: `${kernel}.${scenario}`, name: 'runs to its end' };
  switch (status) {
    case 'pass':
      return { kind: 'passed', xml: element('testcase', attributes) };
    case 'skip':
    case 'unjudged':
      return { kind: 'skipped', xml: element('testcase', attributes, [element('skipped', { message })]) };
    case 'fail':
    case 'splat':
      return testcase('failures', attributes, { type: status.toUpperCase(), message });
    case 'panic':
    case 'timeout':
    case 'error':
      return testcase('errors', attributes, { type: status.toUpperCase(), message });
  }
}

function measureCase({ kernel, scenario }: Cell, { step, name, status, value, unit, reason }: Measure): Case {
  const attributes = { classname: `${kernel}.${scenario}${step === null ? '' : `.${step}`}`, name };
  const measured = value === null ? 'nothing' : `${value}${unit === null ? '' : ` ${unit}`}`;
  if (status === 'fail')
    return testcase('failures', attributes, {
      type: 'expectation',
      message: `${reason ?? 'failed'} (measured ${measured})`,
    });
  if (status === 'skip' || status === 'unjudged') {
    const skipped = element('skipped', { message: reason ?? 'skipped' });
    return { kind: 'skipped', xml: element('testcase', attributes, [skipped]) };
  }
  return { kind: 'passed', xml: element('testcase', attributes) };
}

function regressionCase({ kernel, scenario, step, name, what }: Regression): Case {
  const attributes = { classname: `baseline.${kernel}.${scenario}`, name: [step, name].filter(Boolean).join(': ') };
  return testcase('failures', attributes, { type: 'regression', message: what });
}

function testcase(
  kind: 'failures' | 'errors',
  attributes: { readonly classname: string; readonly name: string },
  why: { readonly type: string; readonly message: string },
): Case {
  return { kind, xml: element('testcase', attributes, [element(kind === 'errors' ? 'error' : 'failure', why)]) };
}

function count(cases: readonly Case[]) {
  const of = (kind: Case['kind']): number => cases.filter((one) => one.kind === kind).length;
  return { tests: cases.length, failures: of('failures'), errors: of('errors'), skipped: of('skipped') };
}
