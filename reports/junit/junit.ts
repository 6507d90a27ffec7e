/**
 * JUnit XML as CI systems read it (https://github.com/testmoapp/junitxml): one testsuite a step, one testcase a check.
 * A run without verdict adds an error, so that no CI takes it for green. What could not be measured is skipped, with the reason.
 */
import type { Check, Result } from '../../sim/measure/result.ts';
import { element } from './xml.ts';

export function renderJunit(result: Result): string {
  const suites = [...stepsOf(result.checks)].map(([step, checks]) => suite(result.scenario, step, checks));
  if (result.verdict === 'error') suites.push(errorSuite(result));
  const totals = count(result.checks);
  const errors = result.verdict === 'error' ? 1 : 0;
  const root = element(
    'testsuites',
    { name: result.scenario, ...totals, tests: totals.tests + errors, errors },
    suites,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`;
}

function stepsOf(checks: readonly Check[]): Map<string, Check[]> {
  const steps = new Map<string, Check[]>();
  for (const check of checks) steps.set(check.step, [...(steps.get(check.step) ?? []), check]);
  return steps;
}

function suite(scenario: string, step: string, checks: readonly Check[]): string {
  const cases = checks.map((check) => {
    const attributes = { classname: `${scenario}.${step}`, name: check.name };
    return element('testcase', attributes, outcome(check));
  });
  return element('testsuite', { name: step, ...count(checks), errors: 0 }, cases);
}

function outcome(check: Check): string[] {
  switch (check.status) {
    case 'pass':
      return [];
    case 'fail':
      return [element('failure', { type: 'expectation', message: `${check.reason ?? 'failed'} (${values(check)})` })];
    case 'unjudged':
    case 'skip':
      return [element('skipped', { message: check.reason ?? 'skipped' })];
  }
}

function values({ expected, measured, predicted, unit }: Check): string {
  const said = (value: number | string | null) =>
    value === null ? 'none' : `${value}${unit === null ? '' : ` ${unit}`}`;
  return `expected ${said(expected)}, predicted ${said(predicted)}, measured ${said(measured)}`;
}

function errorSuite(result: Result): string {
  const message = result.message ?? 'the run did not come to its end';
  const failed = element('testcase', { classname: result.scenario, name: 'the run comes to its end' }, [
    element('error', { type: 'run', message }),
  ]);
  return element('testsuite', { name: 'run', tests: 1, failures: 0, skipped: 0, errors: 1 }, [failed]);
}

function count(checks: readonly Check[]) {
  const of = (status: Check['status']) => checks.filter((check) => check.status === status).length;
  return { tests: checks.length, failures: of('fail'), skipped: of('skip') + of('unjudged') };
}
